-- Called at armed probes. Conditions and the depth of a step are decided here; only what may be a stop crosses to the
-- host, and while a script is stopped requests are fetched from there, one at a time.
--
-- Each request is answered in a coroutine of its own: the stopped thread is then another one, at whose levels things
-- stay where they are, and what an evaluation does to its own thread harms nobody.
local OWN = ...
local raw = {}
for name, f in next, debug do raw[name] = f end
local getinfo = raw.getinfo
local pcall, type, error, tostring, select, next, setmetatable, gmatch, concat =
  pcall, type, error, tostring, select, next, setmetatable, string.gmatch, table.concat
local running, create, resume, status = coroutine.running, coroutine.create, coroutine.resume, coroutine.status

local A = {OWN = OWN, raw = raw, compile = loadstring or load, setfenv = setfenv, getfenv = getfenv, globals = _G}

local host, set_flags, main, quote, picture
local orders = {} -- by the key of a source, by the id of a probe: what it is armed for
local counts = {} -- of the probes of each source
local entries = {} -- by the key of a source: the ids of the probes that a call passes first
local busy = true -- nothing is stopped in: before the script runs, while it is stopped, after it
local alert = false -- whether each probe passed is looked at: `step`, `pausing` or `watching`
local everything = false -- whether all probes are armed
local step, step_thread, step_depth -- its kind; where it is: frames of that thread
local passed_key, passed_first, passed_last -- the probes that it passes by in the frame in which it began
local pausing, watching = false, false
local testing -- the condition that is being evaluated
local tests = 0 -- how many were

-- The running thread. Lua 5.1 has no value for the main one, unless C's API gave it.
local function current()
  local thread, is_main = running()
  if thread == nil or is_main then return main end
  return thread
end

local function is_entry(key, id)
  local ids = entries[key]
  if not ids then
    ids = {}
    for one in gmatch(host.entries(key), "%d+") do ids[one + 0] = true end
    entries[key] = ids
  end
  return ids[id]
end

-- Flags

local function arm_orders(key, flag)
  for id in next, orders[key] or {} do set_flags(key, id, id, flag) end
end

local function look_out()
  alert = step ~= nil or pausing or watching
  if alert == everything then return end
  everything = alert
  for key, count in next, counts do
    if count > 0 then set_flags(key, 1, count, alert) end
    if not alert then arm_orders(key, true) end
  end
end

function A.watch(on) watching = on end

function A.loaded(key, count)
  counts[key] = count
  if everything and count > 0 then set_flags(key, 1, count, true) end
end

-- Orders: what came in since the last time, taken on the script's thread.

local take = {}

function take.clear(key)
  if not everything then arm_orders(key, false) end
  orders[key] = nil
end

function take.probe(key, id, breakpoint, condition, ...)
  local of_source = orders[key] or {}
  local here = of_source[id] or {}
  here[#here + 1] = {breakpoint = breakpoint, condition = condition, log = (...) and {...} or nil}
  of_source[id], orders[key] = here, of_source
  set_flags(key, id, id, true)
end

function take.pause() pausing = true end

function take.errors(...) A.order_errors(...) end
function take.no_data() A.order_data() end

function take.detach()
  for key in next, orders do take.clear(key) end
  step, pausing = nil, false
  A.order_data()
  A.order_errors()
end

local seen = 0

-- A condition is at work still, which was so at the last tick: it is ended.
function take.tick()
  if testing == nil or seen ~= tests then
    seen = testing and tests or 0
    return
  end
  A.give_up(testing)
end

-- An evaluation took longer than it may.
function take.give_up(number)
  if A.evaluating == number then A.give_up(A.evaluated) end
end

local function taken(kind, ...)
  if kind == nil then return false end
  take[kind](...)
  return true
end

-- Takes orders, and arms what is to be. The hook that calls it may come in the middle of it.
local attending, again = false, false

function A.attend()
  again = true
  if attending then return end
  attending = true
  while again do
    again = false
    while taken(host.order()) do end
    look_out()
  end
  attending = false
  if again then A.attend() end
end

-- Hits

local numbers = setmetatable({}, {__mode = "k"})
local last_number = 0

function A.number_of(thread)
  if thread == main then return 0 end
  if not numbers[thread] then
    last_number = last_number + 1
    numbers[thread] = last_number
  end
  return numbers[thread]
end

local function text_of(value)
  if type(value) == "string" then return value end
  return type(value) == "number" and tostring(value) or "an error that is a " .. type(value)
end
A.text_of = text_of

local function put_map(pieces, name, map)
  local found = {}
  for breakpoint, text in next, map do found[#found + 1] = '"' .. breakpoint .. '":' .. quote(text) end
  pieces[#pieces + 1] = ',"' .. name .. '":{' .. concat(found, ",") .. "}"
end

local serve

-- What fails here is told once, and changes nothing for the script; there may be no memory even to tell it.
local function say(what, problem, goes_on) host.failed(what, tostring(problem), goes_on) end
local function tell(what, problem, goes_on) pcall(say, what, problem, goes_on) end

-- What may be a stop. `about` holds what there is to tell besides; its `error_thread` is a coroutine that has just died.
local function stop(reason, key, id, about)
  busy = true
  local thread = current()
  A.stop = {thread = thread, dead = about.dead}
  local inner = create(A.measure)
  local ok, depth, where = resume(inner, key ~= 0)
  if not ok then error(depth, 0) end
  A.stop.frames = nil -- their levels are others when requests are answered
  local pieces = {'{"reason":"', reason, '","source":', key, ',"probe":', id, ',"depth":', depth or 1}
  if where then pieces[#pieces + 1] = ',"where":[' .. where .. "]" end
  if about.hits then pieces[#pieces + 1] = ',"breakpoints":[' .. concat(about.hits, ",") .. "]" end
  if about.failed then put_map(pieces, "failed", about.failed) end
  if about.logged then pieces[#pieces + 1] = ',"logged":[' .. concat(about.logged, ",") .. "]" end
  if about.changes then pieces[#pieces + 1] = ',"changes":[' .. concat(about.changes, ",") .. "]" end
  if about.error then
    pieces[#pieces + 1] = ',"error":' .. about.error .. ',"error_type":' .. quote(about.error_type)
    if about.uncaught then pieces[#pieces + 1] = ',"uncaught":true' end
  end
  pieces[#pieces + 1] = "}"
  pausing = false
  if host.hit(concat(pieces)) then
    step = nil
    serve()
  end
  A.stop = nil
  A.attend()
  busy = false
end

local function meet(...)
  local ok, problem = pcall(stop, ...)
  if not ok then
    A.stop, busy, attending = nil, false, false
    if A.engine.stopping then error(problem, 0) end
    tell("the script was not stopped, or goes on", problem, true)
  end
end

-- Requests

local function answered(ok, ...)
  if not ok then return '{"type":"failed","message":' .. quote(text_of((...))) .. "}" end
  return ...
end

-- Each resumes from here, so that the levels of the stopped thread are the same for all requests of a stop.
local function handled(answer, kind, ...)
  if kind == "orders" then
    A.attend()
    return answer
  end
  local inner = create(kind == "resume" and A.position_of or A.handle)
  if kind == "resume" then
    local how, frame, key, first, last = ...
    local ok, thread, depth = resume(inner, frame)
    if how ~= "continue" and ok and thread then
      step, step_thread, step_depth = how, thread, how == "out" and depth - 1 or depth
      if A.stop.dead then key = 0 end -- what it begins in is not what was stopped in
      passed_key, passed_first, passed_last = key, first, last
    end
    return nil
  end
  answer = answered(resume(inner, kind, ...))
  if status(inner) == "suspended" then
    return '{"type":"failed","message":"it yields, and nobody is there to resume it"}'
  end
  return answer
end

local NO_ANSWER = '{"type":"failed","message":"the debugger failed at it"}'

-- The answer to a request; nil where the script is to go on.
local function answer_to(kind, ...)
  local ok, answer = pcall(handled, false, kind, ...)
  if ok then return answer end
  if A.engine.stopping then error(answer, 0) end
  tell("a request came to nothing", answer, false)
  return kind ~= "resume" and NO_ANSWER or nil
end

function serve()
  local answer = false
  while answer ~= nil do answer = answer_to(host.request(answer)) end
end

-- Probes

-- One that cannot be evaluated is told of, so it is made in any case.
local function prepare(order)
  local inner = create(A.compile_at)
  local function compiled(text)
    local ok, test, problem = resume(inner, A.stop.thread, A.stop.level, text)
    inner = create(A.compile_at)
    if ok and test then return test end
    problem = ok and problem or test
    return function() error(problem, 0) end
  end
  order.test = order.condition ~= nil and compiled(order.condition)
  if order.log then
    order.logs = {}
    for i = 1, #order.log do order.logs[i] = compiled(order.log[i]) end
  end
end

-- At level 1 of its caller's caller the function `pause`; at 3 the script's.
local function pause(key, id)
  if busy then return end
  local of_source = orders[key]
  local here = of_source and of_source[id]
  local hits, failed, logged
  if here then
    busy = true
    for i = 1, #here do
      local order = here[i]
      if order.test == nil then
        A.stop = {thread = current(), level = 5} -- below `prepare` and what it calls
        prepare(order)
        A.stop = nil
      end
      local holds, problem = true, nil
      if order.test then
        tests, testing = tests + 1, order.test
        local ok, value = pcall(testing)
        testing = nil
        if not ok and A.engine.stopping then error(value, 0) end
        holds = ok and value
        problem = not ok and A.without_place(value) or nil
      end
      if problem then
        failed = failed or {}
        failed[order.breakpoint] = problem
      elseif holds then
        hits = hits or {}
        hits[#hits + 1] = order.breakpoint
        if order.logs then
          local values = {}
          for n = 1, #order.logs do
            tests, testing = tests + 1, order.logs[n]
            local ok, value = pcall(testing)
            testing = nil
            if not ok and A.engine.stopping then error(value, 0) end
            values[n] = ok and picture(value, A.COMPACT) or quote(A.without_place(value))
          end
          logged = logged or {}
          logged[#logged + 1] = '{"breakpoint":' .. order.breakpoint .. ',"values":[' .. concat(values, ",") .. "]}"
        end
      end
    end
    busy = false
  end
  if not (alert or hits or failed) then return end
  local stepped, changes = false, nil
  if step then
    local thread = current()
    if thread == step_thread then
      if getinfo(step_depth + 3, "l") ~= nil then
        stepped = step == "into"
      elseif getinfo(step_depth + 2, "l") == nil then
        stepped = true
      elseif not is_entry(key, id) then
        stepped = key ~= passed_key or id < passed_first or id > passed_last
      elseif step == "into" then
        stepped = true
      else
        -- A call at the same depth: the frame has ended, and this one took its place in the same statement.
        step_depth, passed_key = step_depth - 1, nil
      end
    elseif step == "into" then
      stepped = true
    elseif step_thread ~= main then
      local state = status(step_thread)
      if state == "dead" or (state == "suspended" and step == "out") then
        if is_entry(key, id) then
          step_thread, step_depth, passed_key = thread, A.last_level(thread) - 3, nil -- outside this frame
        else
          stepped = true
        end
      end
    end
  end
  if watching and A.may_differ(is_entry(key, id)) then
    busy = true
    A.stop = {thread = current(), level = 3, key = key, id = id}
    local inner = create(A.compare_data)
    local ok, found = resume(inner, is_entry(key, id))
    A.stop, busy, changes = nil, false, ok and found or nil
    if not ok then tell("what is watched was not compared", found, false) end
    if not watching then A.attend() end
  end
  if not (hits or failed or stepped or pausing or changes) then return end
  meet(pausing and "pause" or stepped and "step" or changes and "data" or "breakpoint", key, id,
    {hits = hits, failed = failed, logged = logged, changes = changes})
end

-- A stop that is at no probe.
function A.stop_here(reason, about)
  if not busy then meet(reason, 0, 0, about) end
end

-- `Debug.breakpoint`: with a condition that does not hold it does nothing.
function A.breakpoint(...)
  if select("#", ...) == 0 or (...) then A.stop_here("statement", {}) end
end

function A.connect(to, control, shared, pictures, engine)
  host, set_flags, quote, picture = to, control.arm, pictures.quote, pictures.picture
  A.host, A.shared, A.pictures, A.engine = to, shared, pictures, engine
  local thread, is_main = running()
  main = raw.getregistry()["llmspell.main"] or (is_main and thread or nil)
  A.main, A.current = main, current
  return main ~= nil
end

function A.begin() busy = false end

function A.finish()
  busy = true
  take.detach()
  look_out()
end

return A, pause

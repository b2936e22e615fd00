-- Evaluates text in a frame of a stopped script: its locals and upvalues are read and written where they are, through an
-- environment that looks for a name there first. What is evaluated at each pass of a probe is compiled once, with the
-- places of the names that it uses.
local A = ...
local raw, pictures, host = A.raw, A.pictures, A.host
local getinfo, getlocal, setlocal, getupvalue, setupvalue, sethook =
  raw.getinfo, raw.getlocal, raw.setlocal, raw.getupvalue, raw.setupvalue, raw.sethook
local quote = pictures.quote
local compile, setfenv, getfenv = A.compile, A.setfenv, A.getfenv
local find_local, find_upvalue = A.find_local, A.find_upvalue
local type, pcall, error, select, setmetatable, next, rawget = type, pcall, error, select, setmetatable, next, rawget
local unpack = table.unpack or unpack
local concat, gsub, find, sub, byte, match = table.concat, string.gsub, string.find, string.sub, string.byte, string.match
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local jit = jit
local NAME = "=(eval)"
local PLACE = "^%(eval%):%d+: "

local function without_place(problem)
  return type(problem) == "string" and gsub(problem, PLACE, "") or A.text_of(problem)
end
A.without_place = without_place

-- The names of a frame as an environment. It lives as long as the stop: what an evaluation left behind finds globals then.
local function environment_of(frame)
  if not frame then return A.globals end
  local stop, globals = A.stop, A.environment_of(frame)
  local function place_of(name)
    if type(name) ~= "string" or A.stop ~= stop then return nil end
    local index = find_local(frame.thread, frame.level, name)
    if index then return index, nil end
    return nil, frame.f and find_upvalue(frame.f, name)
  end
  return setmetatable({}, {
    __index = function(_, name)
      local index, upvalue = place_of(name)
      local _, value
      if index then
        _, value = getlocal(frame.thread, frame.level, index)
        return value
      elseif upvalue then
        _, value = getupvalue(frame.f, upvalue)
        return value
      end
      return globals[name]
    end,
    __newindex = function(_, name, value)
      local index, upvalue = place_of(name)
      if index then
        setlocal(frame.thread, frame.level, index, value)
      elseif upvalue then
        setupvalue(frame.f, upvalue, value)
        if jit then jit.flush() end -- its traces hold upvalues that no code assigns to
      else
        globals[name] = value
      end
    end,
  })
end

local function compiled(text, environment)
  if not setfenv then return compile(text, NAME, "t", environment) end
  if byte(text, 1) == 27 then return nil, "it is compiled code" end
  local f, problem = compile(text, NAME)
  if f then setfenv(f, environment) end
  return f, problem
end

-- The expression, or else the statements; nil and what is wrong with them.
local function function_of(text, environment)
  local f = compiled("return " .. text .. "\n", environment)
  if f then return f end
  local problem
  f, problem = compiled(text .. "\n", environment)
  if f then return f end
  return nil, without_place(problem)
end

local evaluations = 0

local function pass(...) return ... end

local function collect(...)
  return {...}, select("#", ...)
end

-- Runs `f`, which may take so long; in a coroutine of its own, whose hooks and yields are its own matter.
local function run(f, limit_s, ...)
  evaluations = evaluations + 1
  local function bottom_of_it(...)
    return pass(f(...))
  end
  A.evaluating, A.evaluated = evaluations, bottom_of_it
  if limit_s > 0 then host.limit(evaluations, limit_s) end
  local inner = create(bottom_of_it)
  local results, count = collect(resume(inner, ...))
  A.evaluating, A.evaluated = nil, nil
  if limit_s > 0 then host.limit(0, 0) end
  if status(inner) == "suspended" then error("it yields, and nobody is there to resume it", 0) end
  if not results[1] then error(without_place(results[2]), 0) end
  return results, count - 1
end

-- The values of `text` in a frame; from the second element on.
local function values_of(text, id, limit_s)
  local frame = id > 0 and A.frame_of(id) or nil
  local f, problem = function_of(text, environment_of(frame))
  if not f then error(problem, 0) end
  if not frame then return run(f, limit_s) end
  local varargs, count = A.varargs_of(frame)
  return run(f, limit_s, unpack(varargs, 1, count))
end

-- Whether a condition holds in a frame; one that fails does.
function A.holds(text, frame)
  frame.f = getinfo(frame.thread, frame.level, "f").func
  local f = compiled("return " .. text .. "\n", environment_of(frame))
  if not f then return true end
  local ok, value = pcall(f)
  return not ok or value
end

local function evaluate(text, id, effects, limit_s, whole)
  if not effects then
    local value = A.look_up(text, id)
    return whole and A.whole_variable(text, value) or A.variable(text, value, text)
  end
  local values, count = values_of(text, id, limit_s)
  if count > 1 then
    local pieces = {}
    for i = 1, count do pieces[i] = A.shallow(values[i + 1]) end
    local held = {kind = "values", values = {unpack(values, 2, count + 1)}, count = count}
    return '{"type":"variable","name":' .. quote(text) .. ',"picture":{"t":"table","type_name":"values","item_count":' .. count
      .. ',"items":[' .. concat(pieces, ",") .. ']},"ref":' .. A.refer(held) .. ',"indexed":' .. count .. ',"read_only":true}'
  end
  if whole then return A.whole_variable(text, values[2]) end
  return A.variable(text, values[2], text)
end

local function set_variable(ref, name, text, id)
  local values = values_of(text, id, 0)
  local expression = A.assign(ref, name, values[2])
  return A.variable(name, values[2], expression)
end

local function set_expression(target, text, id)
  local values = values_of(text, id, 0)
  local frame = id > 0 and A.frame_of(id) or nil
  local environment = environment_of(frame)
  local f = compiled(target .. " = ...\n", environment)
  if not f then error("it is nothing that can be assigned to: " .. target, 0) end
  run(f, 0, values[2])
  local now = values_of(target, id, 0)
  return A.variable(target, now[2], target)
end

-- What is evaluated at each pass of a probe

-- The names in a text; too many do no harm.
local function names_in(text)
  local names, at = {}, 1
  while at <= #text do
    local first = sub(text, at, at)
    local _, last, level = find(text, "^%-%-%[(=*)%[", at)
    if not last then _, last, level = find(text, "^%[(=*)%[", at) end
    if last then
      _, last = find(text, "]" .. level .. "]", last + 1, true)
      at = (last or #text) + 1
    elseif find(text, "^%-%-", at) then
      at = (find(text, "\n", at, true) or #text) + 1
    elseif first == '"' or first == "'" then
      at = at + 1
      while at <= #text and sub(text, at, at) ~= first do
        at = at + (sub(text, at, at) == "\\" and 2 or 1)
      end
      at = at + 1
    elseif find(first, "[%a_]") then
      _, last = find(text, "^[%w_]+", at)
      names[sub(text, at, last)] = true
      at = last + 1
    else
      _, last = find(text, "^[%w_%.]+", at)
      at = (last or at) + 1
    end
  end
  return names
end

-- A function for that expression; called by `pcall`, which the function of the probe calls, it finds its names at level 5.
-- Or nil and what is wrong with it.
function A.compile_at(thread, level, text)
  local plain, problem = compiled("return " .. text .. "\n", A.globals)
  if not plain then return nil, without_place(problem) end
  local f = getinfo(thread, level, "f").func
  local names = names_in(text)
  if not setfenv then names._ENV = true end
  local pieces, uses_function = {}, false
  for name in next, names do
    local index = not A.reserved[name] and find_local(thread, level, name)
    local upvalue = not index and find_upvalue(f, name)
    if index then
      pieces[#pieces + 1] = "local _," .. name .. "=_llmspell_getlocal(5," .. index .. ") "
    elseif upvalue then
      uses_function = true
      pieces[#pieces + 1] = "local _," .. name .. "=_llmspell_getupvalue(_llmspell_function," .. upvalue .. ") "
    end
  end
  local head = uses_function and 'local _llmspell_function=_llmspell_getinfo(5,"f").func ' or ""
  local made, wrong = compiled("local _llmspell_getlocal,_llmspell_getupvalue,_llmspell_getinfo=... return function() " .. head .. concat(pieces)
    .. "local _llmspell_value=" .. text .. "\nreturn _llmspell_value end", A.globals) -- a tail call would take its frame away
  if not made then return nil, without_place(wrong) end
  local test = made(getlocal, getupvalue, getinfo)
  if setfenv then setfenv(test, getfenv(f)) end
  return test
end

-- Ends what the function `f` does on this thread, and nothing else.
function A.give_up(f)
  local was_on = jit and jit.status()
  if was_on then -- compiled code sees no hooks
    jit.off()
    jit.flush()
  end
  sethook(function()
    local level = 2
    while true do
      local info = getinfo(level, "f")
      if not info then break end
      if info.func == f then error("it takes too long", 0) end
      level = level + 1
    end
    sethook()
    if was_on then jit.on() end
  end, "", 1)
end

-- Requests, by their tags

local answers = {
  frames = A.list_frames,
  scopes = A.list_scopes,
  variables = A.list_variables,
  evaluate = evaluate,
  set = set_variable,
  set_expression = set_expression,
  complete = function(text, id) return A.complete(text, id) end,
  about_data = function(name, ref, id) return A.about_data(name, ref, id) end,
  order_data = function(...) return A.order_data(...) end,
}

function A.handle(kind, ...)
  return (answers[kind](...))
end

-- Timers, what is reported of them, and memory. The registry of timers lives in Python; the object here holds its
-- handle, and the final figure once stopped.
local host, pictures, control, OWN_LIMITS, Debug, tools = ...
local picture, raw_metatable, data_limits = pictures.picture, pictures.getmetatable, OWN_LIMITS.data
local define, settle, warn, wrong, as_string = tools.define, tools.settle, tools.warn, tools.wrong, tools.as_string

local type, pcall, xpcall, select, setmetatable, rawget, newproxy =
  type, pcall, xpcall, select, setmetatable, rawget, newproxy
local collectgarbage, floor, unpack = collectgarbage, math.floor, table.unpack or unpack
local running, load_chunk = coroutine.running, loadstring or load

-- nil inside a finalizer, where Lua 5.4 answers nothing
local function heap_bytes()
  local kilobytes = collectgarbage("count")
  return kilobytes and floor(kilobytes * 1024)
end

-- An object that calls `f` when it is collected: by __gc, and where tables have none, as a userdata.
local function sentinel(f)
  if newproxy then
    local proxy = newproxy(true)
    raw_metatable(proxy).__gc = f
    return proxy
  end
  return setmetatable({}, {__gc = f})
end

local collected = {}
local function remember_collected(handle) -- an error in a finalizer would be the script's on the older Luas
  collected[#collected + 1] = handle
end

local function forget_collected()
  if #collected == 0 then return end
  local handles = collected
  collected = {}
  for i = 1, #handles do host.timer_discard(handles[i]) end
end

local states = setmetatable({}, {__mode = "k"}) -- of each timer: handle, whether it runs, final figure, sentinel
local timer_methods = {}
local timer_metatable = {__index = timer_methods, __name = "timer"}
local new_timer

local function define_method(name, fallback, f)
  timer_methods[name] = function(self, ...)
    local state = states[self]
    if not state then
      warn("timer " .. name, "timer:" .. name .. "() was called without its timer; write timer:" .. name .. "(), with a colon")
      if name == "child" then return new_timer("?") end
      return fallback
    end
    return settle("timer " .. name, fallback, pcall(f, state, ...))
  end
end

define_method("stop", 0, function(state)
  if state.final == nil then
    state.final = host.timer_stop(state.handle, heap_bytes()) or 0
    state.running = false
  end
  return state.final
end)

define_method("lap", 0, function(state, label)
  label = as_string("timer:lap", "label", label)
  if state.final ~= nil then
    warn("lap of a stopped timer", "timer:lap was called after timer:stop; the lap was not taken")
    return 0
  end
  return host.timer_lap(state.handle, label) or 0
end)

define_method("elapsed", 0, function(state)
  return state.final or host.timer_elapsed(state.handle) or 0
end)

local function timer_object(handle, id, name)
  local timer = setmetatable({id = id, name = name}, timer_metatable)
  local state = {handle = handle, running = true}
  state.sentinel = sentinel(function()
    if state.running then pcall(remember_collected, handle) end
  end)
  states[timer] = state
  return timer
end

function new_timer(name, parent)
  forget_collected()
  return timer_object(host.timer_start(name, parent, heap_bytes()))
end

-- A timer that cannot be had: it has the members, and measures nothing.
local function no_timer(name)
  local timer = setmetatable({id = "", name = name}, timer_metatable)
  states[timer] = {running = false, final = 0}
  return timer
end

define_method("child", nil, function(state, name)
  name = as_string("timer:child", "name", name)
  return new_timer(name, state.handle)
end)

local spare_timer = no_timer("?")

local function named_timer(name)
  return new_timer(as_string("timer", "name", name))
end

function Debug.timer(name)
  local ok, timer = pcall(named_timer, name)
  if ok then return timer end
  settle("timer", nil, false, timer)
  ok, timer = pcall(no_timer, type(name) == "string" and name or "?")
  return ok and timer or spare_timer
end

local stop = timer_methods.stop -- as it is now, whatever the script puts in its place

local function stop_and_return(timer, ...)
  stop(timer)
  return ...
end

local run_timed
if not load_chunk("local t <close> = nil") then
  local can_resume_inside_pcall = not _VERSION:find("5.1", 1, true) or type(jit) == "table"
  local function finish(timer, ok, ...)
    stop(timer)
    if ok then return ... end
    control.rethrow(...)
  end
  function run_timed(timer, f, ...)
    if not can_resume_inside_pcall and running() then
      return stop_and_return(timer, f(...)) -- Lua 5.1 cannot yield inside pcall: an error leaves the timer unfinished
    end
    local n, arguments = select("#", ...), {...}
    return finish(timer, xpcall(function() return f(unpack(arguments, 1, n)) end, control.remember))
  end
else
  run_timed = load_chunk([[
    local set, pcall, stop = ...
    local guard = {__close = function(self) stop(self.timer) end}
    local function guarding(timer) return set({timer = timer}, guard) end
    return function(timer, f, ...)
      local ok, made = pcall(guarding, timer)
      local closing <close> = ok and made or nil
      return f(...)
    end]], "=[llmspell]")(setmetatable, pcall, stop)
end

function Debug.time(name, f, ...)
  local timer = Debug.timer(name)
  if type(f) ~= "function" then
    local metatable = raw_metatable(f)
    if not metatable or rawget(metatable, "__call") == nil then
      stop(timer)
      wrong("time", "the second argument", "a function", f)
      return nil
    end
  end
  return run_timed(timer, f, ...)
end

define("recordEvent", false, function(timer_id, name, metadata)
  if type(timer_id) ~= "string" then
    wrong("recordEvent", "timer_id", "a string", timer_id)
    return false
  end
  name = as_string("recordEvent", "name", name)
  return host.timer_event(timer_id, name, metadata ~= nil and picture(metadata, data_limits) or nil)
end)

-- Reports

local function report(name, ask)
  define(name, "", function()
    forget_collected()
    return ask()
  end)
end

report("performanceReport", host.performance_report)
report("jsonReport", host.json_report)
report("flameGraph", host.flame_graph)

-- An object that is thrown away at each collection and makes the next one counts them.
local collections = 0
local function count_collections()
  collections = collections + 1
  pcall(sentinel, count_collections)
end
sentinel(count_collections)

define("memoryStats", nil, function() return host.memory_stats(heap_bytes(), collections) end)

define("memorySnapshot", nil, function()
  forget_collected()
  return host.memory_snapshot()
end)

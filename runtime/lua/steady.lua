-- Where a VM cannot be reached from outside it asks by itself, each time it has executed `every` instructions.
-- Hooks belong to a coroutine, so every new one gets its own; a hook of the script's own carries ours along.
local service, every, hooks_are_global = ...
local create, wrap, type, select = coroutine.create, coroutine.wrap, type, select
local sethook, running = debug.sethook, coroutine.running
local MASK = ""

local own = setmetatable({}, {__mode = "k"}) -- of each coroutine: the script's own hook, and with what it was set
local MAIN = {}

local function current()
  local thread, is_main = running()
  if thread == nil or is_main or hooks_are_global then return MAIN end
  return thread
end

-- The arguments of sethook and gethook may begin with a coroutine.
local function split(...)
  if type((...)) == "thread" then return (...), select(2, ...) end
  return current(), ...
end

local function set(thread, ...)
  if thread == MAIN or thread == current() then sethook(...) else sethook(thread, ...) end
end

local ended = false -- finalizers are not asked any more
local sample, due
local function ask()
  if ended then return end
  service()
  if sample and due() then sample() end
end

function debug.sethook(...)
  local thread, f, mask, count = split(...)
  if hooks_are_global then thread = MAIN end
  if type(f) ~= "function" or type(mask) ~= "string" or (mask == "" and (count or 0) == 0) then
    sethook(...) -- takes it away, or says what is wrong
    own[thread] = nil
    if not ended then set(thread, ask, MASK, every) end
    return
  end
  local left = every
  own[thread] = {f, mask, count or 0}
  local step = count and count > 0 and count or 1
  set(thread, function(event, line)
    left = left - step
    if left <= 0 then
      left = every
      ask()
    end
    return f(event, line)
  end, mask, count)
end

function debug.gethook(...)
  local thread = split(...)
  if hooks_are_global then thread = MAIN end
  local found = own[thread]
  if found then return found[1], found[2], found[3] end
end

if not hooks_are_global then
  function coroutine.create(f)
    local thread = create(f)
    sethook(thread, ask, MASK, every)
    return thread
  end

  function coroutine.wrap(f)
    if type(f) ~= "function" then return wrap(f) end
    return wrap(function(...)
      sethook(ask, MASK, every)
      return f(...)
    end)
  end
end

sethook(ask, MASK, every)

return function() ended = true end, function(...) sample, due = ... end

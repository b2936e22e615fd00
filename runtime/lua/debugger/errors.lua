-- Stops where errors are thrown: those that nobody catches, by the handler under which the script runs; those that
-- somebody does, by `pcall`, `xpcall` and `coroutine.resume` of ours, which stand in their places while it is asked for.
local A = ...
local raw, shared, pictures, engine = A.raw, A.shared, A.pictures, A.engine
local original_of, settle, pass = shared.original_of, shared.settle, shared.pass
local type, pcall, xpcall, select, rawequal, setmetatable = type, pcall, xpcall, select, rawequal, setmetatable
local unpack = table.unpack or unpack
local G, coroutine = _G, coroutine
local resume, status = coroutine.resume, coroutine.status
local picture, own_text, quote = pictures.picture, pictures.own_text, pictures.quote
local getmetatable = raw.getmetatable
local takes_arguments = xpcall(select, function() end, "#", 1)

local orders = {} -- {uncaught, caught, condition}

local function text_of(e)
  if type(e) == "string" then return e end
  local kind = type(e)
  local said = (kind == "table" or kind == "userdata") and own_text(e, getmetatable(e))
  return said or nil
end

local function is_wanted(e, uncaught)
  for i = 1, #orders do
    local order = orders[i]
    if uncaught and order.uncaught or not uncaught and order.caught then
      if not order.test then return true end
      local ok, holds = pcall(order.test, e)
      if not ok or holds then return true end
    end
  end
  return false
end

local function meet(e, uncaught, dead)
  if engine.stopping or #orders == 0 or not is_wanted(e, uncaught) then return end
  local said = text_of(e)
  A.stop_here("exception", {error = said and quote(said) or picture(e, A.COMPACT), error_type = type(e),
    uncaught = uncaught, dead = dead})
end

-- Where it fails (there may be no stack left) the error is what matters.
local function tell(e, uncaught, dead)
  pcall(meet, e, uncaught, dead)
  return e
end

function engine.uncaught(e)
  tell(e, true)
end

-- Caught ones

local function handler(e) return tell(e, false) end

local function pcall_of(...)
  local count = select("#", ...)
  if count == 0 then return settle("pcall", pcall(pcall)) end
  if takes_arguments then
    local f = ...
    return pass(xpcall(f, handler, select(2, ...)))
  end
  local f, arguments = (...), {select(2, ...)}
  return pass(xpcall(function() return f(unpack(arguments, 1, count - 1)) end, handler))
end

local function xpcall_of(f, catch, ...)
  if type(catch) ~= "function" then return settle("xpcall", pcall(xpcall, f, catch, ...)) end
  return pass(xpcall(f, function(e, ...)
    tell(e, false)
    return pass(catch(e, ...))
  end, ...))
end

local function resumed(thread, ok, ...)
  if not ok and status(thread) == "dead" and raw.getinfo(thread, 0, "l") then tell((...), false, thread) end
  return ok, ...
end

local function resume_of(...)
  local thread = ...
  if type(thread) ~= "thread" then return settle("resume", pcall(resume, ...)) end
  return pass(resumed(thread, resume(...)))
end

local ours = {{G, "pcall", pcall_of, pcall}, {G, "xpcall", xpcall_of, xpcall}, {coroutine, "resume", resume_of, resume}}
for i = 1, #ours do original_of[ours[i][3]] = ours[i][4] end

local function compiled(condition)
  local environment = setmetatable({}, {__index = A.globals, __newindex = A.globals})
  local text = "local error, err = ... return " .. condition .. "\n"
  local f
  if A.setfenv then
    f = A.compile(text, "=(eval)")
    if f then A.setfenv(f, environment) end
  else
    f = A.compile(text, "=(eval)", "t", environment)
  end
  return f and function(e) return f(e, e) end
    or function() return true end -- one that does not parse holds: it is seen then
end

-- `uncaught, caught, condition` for each order.
function A.order_errors(...)
  orders = {}
  local catches = false
  for i = 1, select("#", ...), 3 do
    local uncaught, caught, condition = select(i, ...)
    orders[#orders + 1] = {uncaught = uncaught, caught = caught, test = condition and compiled(condition) or nil}
    catches = catches or caught
  end
  for i = 1, #ours do
    local where, name, mine, original = unpack(ours[i])
    if catches and rawequal(where[name], original) then
      where[name] = mine
    elseif not catches and rawequal(where[name], mine) then
      where[name] = original
    end
  end
end

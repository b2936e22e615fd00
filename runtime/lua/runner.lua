-- Runs the script: errors are looked at where they are thrown, a stop from outside and os.exit unwind it.
local host, pictures, take_stack, control, bottom, OWN_LIMITS, OWN = ...
local picture, own_text = pictures.picture, pictures.own_text
local raw_metatable = pictures.getmetatable
local type, pcall, xpcall, error, select, tostring, tonumber, next, rawequal =
  type, pcall, xpcall, error, select, tostring, tonumber, next, rawequal
local sethook, getlocal, getinfo, traceback = debug.sethook, debug.getlocal, debug.getinfo, debug.traceback
local status = coroutine.status
local unpack, concat, find, floor = table.unpack or unpack, table.concat, string.find, math.floor
local byte, sub, match = string.byte, string.sub, string.match
local has_integers = math.type ~= nil
local load_chunk = loadstring or load
local pack = table.pack or function(...) return {n = select("#", ...), ...} end
local globals, jit = _G, jit
local set_jit_option = jit and jit.opt and jit.opt.start -- a build without the compiler has no options
local MAX_NAMES = 2000
local MAX_LOADED_BYTES = 1000000

-- Stops. The service is what the async hook calls, on the thread of Lua, in whatever coroutine runs.

local function raise()
  error(control.stopping, 2)
end

local function raise_once()
  sethook()
  error(control.stopping, 2)
end

function control.service()
  local levels_changed, stop, presses = host.poll()
  if levels_changed then control.sync() end
  if control.attend then control.attend() end -- of the debugger
  if not stop then return end
  control.stopping = stop
  if jit then -- compiled code sees no hooks
    jit.off()
    jit.flush()
  end
  sethook(presses > 1 and raise or raise_once, "", 1)
end

-- os.exit as the stock one, but by unwinding: whoever embeds the engine lives on.
function control.exit(code, close)
  local exit_code = 0
  if code == false then
    exit_code = 1
  elseif code ~= nil and code ~= true then
    local number = type(code) == "string" and tonumber(code) or code
    if type(number) ~= "number" then
      error("bad argument #1 to 'exit' (number expected, got " .. type(code) .. ")", 2)
    elseif number - number ~= 0 or (has_integers and number ~= floor(number)) then
      error("bad argument #1 to 'exit' (number has no integer representation)", 2)
    end
    exit_code = (number < 0 and -floor(-number) or floor(number)) % 256 -- as C takes it: towards 0
  end
  control.stopping = "exit"
  host.exit(exit_code, close and true or false)
  if jit then
    jit.off()
    jit.flush()
  end
  sethook(raise, "", 1)
  error("exit", 0)
end

-- Errors

local function names_of(t, prefix, found)
  for name in next, t do
    if #found >= MAX_NAMES then break end
    if type(name) == "string" and find(name, "^[%a_][%w_]*$") then found[#found + 1] = prefix .. name end
  end
end

-- The names that a misspelt one could mean: globals, locals, and what the tables among them hold.
local function known_names()
  local found = {}
  names_of(globals, "", found)
  for name, value in next, globals do
    if type(value) == "table" and type(name) == "string" and value ~= globals and name ~= "package" then
      names_of(value, name .. ".", found)
    end
  end
  for level = 2, 40 do
    local info = getinfo(level, "S")
    if not info then break end
    for i = 1, info.source ~= OWN and 200 or 0 do
      local name, value = getlocal(level, i)
      if not name then break end
      if find(name, "^[%a_]") then
        found[#found + 1] = name
        if type(value) == "table" then names_of(value, name .. ".", found) end
      end
    end
  end
  return concat(found, " ")
end

local function trace_options(thread)
  return take_stack({control.max_depth, control.locals, control.locals, OWN_LIMITS.message}, thread)
end

-- A coroutine that died of an error and is held by a local of the frames above: the cause of what is thrown now.
local function dead_coroutine()
  for level = 2, 20 do
    local info = getinfo(level, "f")
    if not info or info.func == bottom.runner then return nil end
    for i = 1, 200 do
      local name, value = getlocal(level, i)
      if not name then break end
      if type(value) == "thread" and status(value) == "dead" and find(traceback(value), "\n%s+%S") then
        return value
      end
    end
  end
end

-- The text of that line, from 1; nil where there are not so many.
local function line_of(text, line)
  local from = 1
  for _ = 2, line do
    local found = find(text, "\n", from, true)
    if not found then return nil end
    from = found + 1
  end
  return sub(text, from, (find(text, "\n", from, true) or #text + 1) - 1)
end

-- The line that a message speaks of where it is one of a text that was loaded: its name is the text itself, if
-- `load` was given no other; a name that does not compile is one.
local function loaded_line(message)
  local where, line = match(message, "^(%[string .-%]):(%d+): ")
  if not where then return nil end
  for level = 2, 40 do
    local info = getinfo(level, "S")
    if not info then return nil end
    if info.short_src == where and #info.source <= MAX_LOADED_BYTES then
      return load_chunk(info.source) and line_of(info.source, tonumber(line)) or nil
    end
  end
end

local function describe(e)
  local kind = type(e)
  local message
  if kind == "string" then
    message = e
  elseif kind == "number" then
    message = tostring(e)
  elseif kind == "table" or kind == "userdata" then
    message = own_text(e, raw_metatable(e))
  end
  local trace = trace_options()
  local value = kind ~= "string" and picture(e, OWN_LIMITS.data) or nil
  local names = message and find(message, "attempt to ", 1, true) and find(message, "nil value", 1, true)
    and known_names() or nil
  local coroutine_trace, source_line
  if kind == "string" then
    source_line = loaded_line(e)
    local dead = dead_coroutine()
    if dead then coroutine_trace = trace_options(dead) end
  end
  return {kind, message, value, trace, names, coroutine_trace, kind == "userdata" and e or nil, source_line}
end

local remembered -- what was found out where an error was thrown that passed through Debug.time

local function look(e)
  if remembered and rawequal(remembered.error, e) then return remembered end
  local ok, found = pcall(describe, e)
  if not ok then found = {type(e), type(e) == "string" and e or nil} end
  found.error = e
  return found
end

function control.remember(e)
  remembered = look(e)
  return e
end

function control.rethrow(e)
  error(e, 0)
end

local function thrown(e)
  if control.uncaught then control.uncaught(e) end -- of the debugger
  local found = look(e)
  host.failed(found[1], found[2], found[3], found[4], found[5], found[6], found[7], found[8])
  return e
end

-- Running

local function finished(ok, ...)
  if not ok then
    local e = ...
    return false, type(e) == "string" and e or nil
  end
  local count = select("#", ...)
  if count == 0 then return true, nil end
  local results = {}
  for i = 1, count do results[i] = picture((select(i, ...)), OWN_LIMITS.data) end
  return true, '{"t":"table","item_count":' .. count .. ',"items":[' .. concat(results, ",") .. "]}"
end

-- Compiles the text, or returns nil and the message. Bytecode is refused: made by hand it can crash the process.
function control.compile(text, name)
  if byte(text, 1) == 27 then return nil, "attempt to load a binary chunk" end
  return load_chunk(text, name, "t")
end

local run_main = xpcall
if not xpcall(select, error, "#", 1) then -- Lua 5.1 gives the function no arguments
  function run_main(main, handler, ...)
    local count, arguments = select("#", ...), {...}
    local function pass(...) return ... end -- a tail call would hide the main chunk
    return xpcall(function() return pass(main(unpack(arguments, 1, count))) end, handler)
  end
end

-- The script is called by `xpcall` itself, as the stock interpreter calls it from C: a `return error("x")` of its
-- main chunk finds no Lua function that it could name.
-- What hook it has left set is taken away on the same line: none of ours is seen by it.
function control.run(main, arguments, count)
  -- LuaJIT counts what runs in 64 counters that all code shares, by address: what ours left in them makes it compile
  -- now this, now that loop of the script first, and the traces that follow differ in speed by half. This fills them
  -- anew, with the value that they start with.
  if set_jit_option then set_jit_option("hotloop=56") end
  local results = pack(run_main(main, thrown, unpack(arguments, 1, count))) sethook()
  return finished(unpack(results, 1, results.n))
end

bottom.runner = control.run
return control

-- Programs that the script runs. lupa's builds of Lua know no POSIX: what `system` returned is told apart here, as
-- Lua 5.2 and later do it. While a program runs Ctrl-C is for that program alone; where it died of it, the script is
-- interrupted, too (as shells do), or a loop around `os.execute` could not be left.
local host = ...
local execute, popen, stdout = os.execute, io.popen, io.stdout
local flush = stdout.flush
local type, pcall, error, find, to_integer = type, pcall, error, string.find, math.tointeger
local show, interrupted = host.show, host.interrupted
local is_posix = package.config:sub(1, 1) == "/"
local old_results = _VERSION == "Lua 5.1"
local SIGINT = 2

local is_raw -- whether results are what `system` returned; nil: not known yet
local function results_are_raw()
  if is_raw == nil then
    local _, problem = pcall(popen, "exit 0") -- the same builds have no pipes
    is_raw = type(problem) == "string" and find(problem, "not supported", 1, true) ~= nil
  end
  return is_raw
end

-- How the program ended, from what `wait` tells.
local function ending(status)
  local signal = status % 128
  if signal ~= 0 then return "signal", signal end
  local code = (status - status % 256) / 256
  return "exit", to_integer and to_integer(code) or code
end

local function finish(ok, how, code)
  if old_results then
    if type(ok) == "number" and is_posix and ok % 128 == SIGINT then interrupted() end
    return ok
  end
  if how == "exit" and is_posix and code ~= 0 and results_are_raw() then
    how, code = ending(code)
  end
  if how == "signal" and code == SIGINT then interrupted() end
  return ok, how, code
end

function os.execute(command)
  local given = type(command)
  if command == nil then return execute() end
  if given ~= "string" and given ~= "number" then
    error("bad argument #1 to 'execute' (string expected, got " .. given .. ")", 2)
  end
  if show then show() end
  pcall(flush, stdout) -- what was printed before stands before what the program writes; the script may have closed it
  return finish(execute(command))
end

-- io.popen where this build of Lua has none (see popen.py); where it has one, only what was logged is shown first.
local host = ...
local popen, open, close_file, close_any, output = io.popen, io.open, io.stdout.close, io.close, io.output
local kind_of_file = io.type
local metatable = debug.getmetatable(io.stdout)
local methods, to_text, close_variable = metatable.__index, metatable.__tostring, metatable.__close
local set_any_metatable, setmetatable = debug.setmetatable, setmetatable
local type, pcall, error, select, tostring = type, pcall, error, select, tostring
local find, sub, gsub = string.find, string.sub, string.gsub
local show, open_pipe, close_pipe = host.show, host.open_pipe, host.close_pipe
local NOWHERE = "/dev/null"

local pipes = setmetatable({}, {__mode = "k"}) -- file to number

-- The message of a C function that was called by `pcall`, which gives it no name.
local function named(problem, name)
  if type(problem) ~= "string" then return problem end
  return (gsub(problem, " to '[%w_.?]+'", " to '" .. name .. "'", 1))
end

local function start(command, mode, not_supported)
  local file, problem, code = open(NOWHERE)
  if not file then return nil, command .. sub(problem, #NOWHERE + 1), code end
  local text = to_text(file)
  set_any_metatable(file, nil)
  local stream = tostring(file)
  set_any_metatable(file, metatable)
  local number
  number, problem, code = open_pipe(stream, text, command, mode)
  if number then
    pipes[file] = number
    return file
  end
  close_file(file)
  if number == false then error(not_supported, 3) end
  return nil, problem, code
end

function io.popen(...)
  if show then show() end
  local ok, file, problem, code = pcall(popen, ...) -- it looks at the arguments first
  if not ok then
    if not open_pipe or not find(file, "not supported", 1, true) then error(named(file, "popen"), 2) end
    local command, mode = ...
    file, problem, code = start(command .. "", (mode or "r") .. "", file)
  end
  if file then return file end
  return nil, problem, code
end

if not open_pipe then return end

-- A finalizer may hold a handle that was collected with it and is closed already.
local function is_open_pipe(file)
  return file ~= nil and pipes[file] and kind_of_file(file) == "file"
end

local function finish(file)
  local number = pipes[file]
  pipes[file] = nil
  return close_pipe(number)
end

function methods.close(...)
  local file = ...
  if is_open_pipe(file) then return finish(file) end
  local ok, result, problem, code = pcall(close_file, ...)
  if not ok then error(named(result, "close"), 2) end
  if problem == nil then return result end
  return result, problem, code
end

function io.close(...)
  local file = ...
  if select("#", ...) == 0 then file = output() end
  if is_open_pipe(file) then return finish(file) end
  local ok, result, problem, code = pcall(close_any, ...)
  if not ok then error(named(result, "close"), 2) end
  if problem == nil then return result end
  return result, problem, code
end

if close_variable then
  function metatable.__close(file, ...)
    if is_open_pipe(file) then
      finish(file)
    else
      close_variable(file, ...)
    end
  end
end

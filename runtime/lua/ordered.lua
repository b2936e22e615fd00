-- Where standard output and standard error are the same terminal or file: what is printed after an entry is shown
-- after it. Printing waits for the entries that were logged since it last did.
local host = ...
local print, write, stdout, stderr = print, io.write, io.stdout, io.stderr
local wait = host.wait
local methods = debug.getmetatable(stdout).__index
local write_file = methods.write

local logged = false

-- Any call into Python may log: a warning, where not an entry.
local function noting(call)
  return function(...)
    logged = true
    return call(...)
  end
end

for name, call in pairs(host) do
  if name ~= "wait" and name ~= "poll" then host[name] = noting(call) end
end

-- Before a program of the script's writes there itself.
function host.show()
  if logged then
    logged = false
    wait()
  end
end

function _G.print(...)
  if logged then
    logged = false
    wait()
  end
  return print(...)
end

function io.write(...)
  if logged then
    logged = false
    wait()
  end
  return write(...)
end

function methods.write(file, ...)
  if logged and (file == stdout or file == stderr) then
    logged = false
    wait()
  end
  return write_file(file, ...)
end

-- Under a limit of memory: while a function of the host is called the limit is lifted. lupa gives its results to Lua
-- unprotected; where there is no memory for them, Lua would jump out of running Python code.
local host, lift, lower = ...
local pcall, error, next = pcall, error, next

local function done(ok, ...)
  lower()
  if ok then return ... end
  error((...), 0)
end

local functions = {}
for name, f in next, host do functions[name] = f end
for name, f in next, functions do
  host[name] = function(...)
    lift()
    return done(pcall(f, ...))
  end
end

-- Nothing but calls. `calls.js` and `calls.py` do the same work.
--
--   calls.lua ROUNDS      what came out, on standard output
local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local total = 0
for _ = 1, tonumber(arg[1]) do total = (total + fib(24)) % 1000003 end
print(("%d"):format(total))

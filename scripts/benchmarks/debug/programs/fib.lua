-- Calls and little else.
local function fib(n)
  if n < 2 then
    return n
  end
  return fib(n - 1) + fib(n - 2)
end

local function never()
  return 0 -- never
end

for _ = 1, tonumber(arg[1]) do
  fib(24)
end
if #arg > 1 then
  never()
end

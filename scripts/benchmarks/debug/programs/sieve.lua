-- Loops over arrays.
local function sieve(n)
  local flags, count = {}, 0
  for i = 2, n do
    flags[i] = true
  end
  for i = 2, n do
    if flags[i] then
      count = count + 1
      for k = i + i, n, i do
        flags[k] = false
      end
    end
  end
  return count
end

local function never()
  return 0 -- never
end

for _ = 1, tonumber(arg[1]) do
  sieve(50000)
end
if #arg > 1 then
  never()
end

-- Functions of C, called from loops.
local function words(n)
  local parts = {}
  for i = 1, n do
    parts[#parts + 1] = ("%d:%s"):format(i, ("x"):rep(i % 50))
  end
  local text = table.concat(parts, ",")
  local count = 0
  for word in text:gmatch("[^,]+") do
    count = count + #word:upper()
  end
  return count
end

local function never()
  return 0 -- never
end

for _ = 1, tonumber(arg[1]) do
  words(2000)
end
if #arg > 1 then
  never()
end

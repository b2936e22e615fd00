-- What scripts do most: strings and their bytes, arrays of numbers, objects with methods, closures, maps, sorting.
-- `mixed.js` and `mixed.py` do the same work.
--
--   mixed.lua ROUNDS      what came out, on standard output
local function hash(word)
  local h = 0
  for i = 1, #word do h = (h * 31 + word:byte(i)) % 1000003 end
  return h
end

local function primes(limit)
  local composite, count = {}, 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      for j = i * i, limit, i do composite[j] = true end
    end
  end
  return count
end

local Point = {}
Point.__index = Point

function Point.new(x, y)
  return setmetatable({x = x, y = y}, Point)
end

function Point:add(other)
  return Point.new(self.x + other.x, self.y + other.y)
end

local function path(steps)
  local point = Point.new(0, 0)
  for i = 1, steps do point = point:add(Point.new(i, 1)) end
  return point.x + point.y
end

local function each(list, f)
  local made = {}
  for i = 1, #list do made[i] = f(list[i]) end
  return made
end

local function ordered(count)
  local list, below = {}, 0
  for i = 1, count do list[i] = i * 7919 % 2003 end
  table.sort(list)
  for i, value in ipairs(each(list, function(value) return value * 2 end)) do below = (below + i * value) % 1000003 end
  return below
end

local function counted(words)
  local counts, most = {}, 0
  for word in table.concat(words, ","):gmatch("[^,]+") do
    local key = word:sub(1, 5)
    counts[key] = (counts[key] or 0) + #word
    if counts[key] > most then most = counts[key] end
  end
  return most
end

local total = 0
for _ = 1, tonumber(arg[1]) do
  local words = {}
  for i = 1, 300 do
    words[i] = "word" .. i
    total = total + hash(words[i])
  end
  total = (total + primes(20000) + path(3000) + ordered(2000) + counted(words)) % 1000003
end
print(("%d"):format(total))

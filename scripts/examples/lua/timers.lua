-- Where does the time go? Timers, laps, children, and the reports they make.
--
--   llmspell run timers.lua --debug-perf

local function fetch(pages)
  local bytes = 0
  for i = 1, pages * 300 do bytes = bytes + #tostring(i * i) end
  return bytes
end

local function parse(bytes)
  local words = {}
  for i = 1, bytes / 10 do words[i] = ("word%d"):format(i % 97) end
  table.sort(words)
  return words
end

local crawl = Debug.timer("crawl")
for page = 1, 12 do
  -- Started while `crawl` runs, so nested under it.
  local one = Debug.timer("page")
  local bytes = fetch(1 + page % 3)
  one:lap("fetch")
  local words = parse(bytes)
  one:lap("parse")
  if page == 7 then Debug.recordEvent(one.id, "largest page", { words = #words }) end
  one:stop()
end
local index = crawl:child("index")
parse(6000)
index:stop()
local total = crawl:stop()

-- `time` needs no stop: it returns what the function returns, and lets its errors through.
local words = Debug.time("one more parse", parse, 3000)
Debug.logWithData("info", "crawled", { milliseconds = total, words = #words }, "crawler")

print(Debug.performanceReport())
print()
print("Collapsed stacks, for any flame graph tool (microseconds of their own):")
print(Debug.flameGraph())

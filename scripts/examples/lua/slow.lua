-- Which words of a long text are not in the dictionary? Slow on purpose: `llmspell profile slow.lua` shows where the
-- time goes, and docs/profiling.md what to do about it. `llmspell run slow.lua fast` is the cure.
local seed = 7

local function random(most)
  seed = (seed * 16807) % 2147483647
  return seed % most + 1
end

local function make_words(count, most)
  local words = {}
  for i = 1, count do
    words[i] = string.format("word%04d", random(most))
  end
  return words
end

local function is_in(dictionary, word)
  for _, known in ipairs(dictionary) do
    if known == word then
      return true
    end
  end
  return false
end

local function unknown_words(words, dictionary)
  local found = {}
  for _, word in ipairs(words) do
    if not is_in(dictionary, word) then
      found[#found + 1] = word
    end
  end
  return found
end

local function unknown_words_by_key(words, dictionary)
  local known, found = {}, {}
  for _, word in ipairs(dictionary) do
    known[word] = true
  end
  for _, word in ipairs(words) do
    if not known[word] then
      found[#found + 1] = word
    end
  end
  return found
end

local function report(found)
  local lines = {}
  for i, word in ipairs(found) do
    lines[i] = ("%6d  %s"):format(i, word:upper())
  end
  return table.concat(lines, "\n")
end

local timer = Debug.timer("check")
local dictionary = make_words(700, 1000)
local words = make_words(20000, 1000)
timer:lap("words made")
local check = arg[1] == "fast" and unknown_words_by_key or unknown_words
local found = check(words, dictionary)
timer:lap("words checked")
local text = report(found)
timer:stop()
print(#found .. " words are unknown, " .. #text .. " bytes of report")

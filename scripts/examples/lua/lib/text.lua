-- What the workflow does with text.

local text = {}

--- The sentences of a text, without the blanks around them.
function text.sentences(whole)
  local list = {}
  for sentence in whole:gmatch("[^.!?]+[.!?]") do
    list[#list + 1] = (sentence:gsub("^%s+", ""):gsub("%s+", " "))
  end
  return list
end

--- `{sentence, score, place}` for each: the more often its words occur in all of them, the higher.
function text.score(sentences)
  local seen = {}
  for _, sentence in ipairs(sentences) do
    for word in sentence:lower():gmatch("%a+") do seen[word] = (seen[word] or 0) + 1 end
  end
  local scored = {}
  for place, sentence in ipairs(sentences) do
    local sum, count = 0, 0
    for word in sentence:lower():gmatch("%a+") do
      sum, count = sum + seen[word], count + 1
    end
    scored[place] = { sentence = sentence, score = sum / math.max(count, 1), place = place }
    Debug.trace(scored[place], "workflow.score.sentence")
  end
  return scored
end

--- The `count` best sentences, in the order of the text.
function text.best(scored, count)
  table.sort(scored, function(a, b) return a.score > b.score end)
  local chosen = {}
  for i = 1, math.min(count, #scored) do chosen[i] = scored[i] end
  table.sort(chosen, function(a, b) return a.place < b.place end)
  local sentences = {}
  for i, one in ipairs(chosen) do sentences[i] = one.sentence end
  return sentences
end

return text

-- A workflow of steps over modules of its own: the way a larger script uses `Debug`.
--
--   llmspell run workflow.lua
--   llmspell run workflow.lua --debug -- "another text to summarize. It has two sentences."

local text = require("lib.text")
local steps = require("lib.steps")

local input = ... or [[
A cache keeps what was hard to get. It is fast because it is near. It is wrong when it is old.
Two things are hard: to name a thing, and to know when to throw it away. A cache has both.]]

local workflow = steps.new("summarize", {
  { "split", text.sentences },
  { "score", text.score },
  { "choose", function(scored) return text.best(scored, 2) end },
  { "join", function(chosen) return table.concat(chosen, " ") end },
})

local summary = workflow:run(input)
print(summary)

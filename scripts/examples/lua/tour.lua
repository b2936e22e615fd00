-- A tour of everything that `Debug` can do, told as the morning of a small bakery.
--
--   llmspell run tour.lua            the story, and what the bakers log
--   llmspell run tour.lua --debug    the same with every detail, and the timers at the end
--
-- It uses each function of the API once at least, runs on every Lua, and ends in a moment.

local function title(text)
  print()
  print("== " .. text .. " " .. ("="):rep(66 - #text))
end

local function check(what, holds)
  print(("  %s %s"):format(holds and "ok " or "NOT", what))
  if not holds then error(what, 2) end
end

local function indented(text)
  return (text:gsub("([^\n]+)", "  %1"))
end

-- Some work that takes a moment, so that there is something to measure.
local function knead(rounds)
  local dough = {}
  for i = 1, rounds do dough[#dough + 1] = (i * 7919) % 1000 end
  table.sort(dough)
  return #dough
end

------------------------------------------------------------------------------------------------------
title("Logging: who says what")

Debug.info("The bakery opens", "bakery")
Debug.warn("Only two sacks of flour left", "bakery.stock")
Debug.error("The old oven does not start", "bakery.oven")
Debug.debug("Trying the second oven", "bakery.oven")
Debug.trace("Lamp on, door shut, gas open", "bakery.oven")
Debug.log("info", "The second oven is hot", "bakery.oven")

Debug.logWithData("info", "First order of the day", {
  customer = "Café Blau",
  rolls = 40,
  price = 18.5,
  paid = false,
  extras = { "poppy", "sesame" },
}, "bakery.orders")

print("  The log is on standard error: time, level, module, message, data.")
print("  This story is on standard output, which is the script's alone.")

------------------------------------------------------------------------------------------------------
title("Switches: how much is said")

do
  local level = Debug.getLevel()
  check("the level has a name: " .. level, type(level) == "string")
  check("an unknown level is refused, and a warning says so", not Debug.setLevel("shout"))
  Debug.setLevel("error")
  Debug.warn("Nobody hears this: only errors are heard now", "bakery")
  Debug.setLevel(level)

  local enabled = Debug.isEnabled()
  Debug.setEnabled(false)
  Debug.error("Nobody hears this either", "bakery")
  check("debugging is switched off, and on again", not Debug.isEnabled())
  Debug.setEnabled(enabled)
end

------------------------------------------------------------------------------------------------------
title("Filters: whom to listen to")

do
  Debug.addModuleFilter("bakery.*", true)
  Debug.addModuleFilter("bakery.stock", false)
  Debug.addAdvancedFilter("^shop\\.[a-z]+$", "regex", true)
  Debug.info("Rolls go into the oven", "bakery.oven")
  Debug.info("Counting sacks again (filtered out)", "bakery.stock")
  Debug.info("The shop window is full", "shop.window")

  local summary = Debug.getFilterSummary()
  print(("  %d rules; whoever has none is %s:"):format(
    summary.total_rules, summary.default_enabled and "heard" or "silent"))
  for _, rule in ipairs(summary.rules) do
    print(("    %-16s %-14s %s"):format(rule.pattern, rule.pattern_type, rule.enabled and "heard" or "silent"))
  end
  check("a rule can be taken back", Debug.removeModuleFilter("bakery.stock"))
  Debug.setDefaultFilterEnabled(false)
  Debug.clearModuleFilters()
  check("no rule is left", Debug.getFilterSummary().total_rules == 0)
end

------------------------------------------------------------------------------------------------------
title("Timers: where the morning goes")

do
  local morning = Debug.timer("morning")
  local batch = morning:child("batch of rolls")
  knead(4000)
  batch:lap("kneaded")
  knead(2000)
  batch:lap("shaped")
  Debug.recordEvent(batch.id, "into the oven", { degrees = 230 })
  knead(8000)
  local ms = batch:stop()
  check("a stopped timer keeps its figure", batch:stop() == ms and batch:elapsed() == ms)

  local count = Debug.time("count the rolls", knead, 1500)
  check("`time` returns what its function returns", count == 1500)
  for _ = 1, 20 do Debug.time("glaze one", knead, 60) end
  check("the morning goes on", morning:elapsed() > 0)
  morning:stop()
end

print()
print(indented(Debug.performanceReport()))
print()
print("  As a flame graph (collapsed stacks, microseconds of its own):")
print(indented(indented(Debug.flameGraph())))
check("the same as JSON", Debug.jsonReport():find('"timings"', 1, true) ~= nil)

------------------------------------------------------------------------------------------------------
title("Memory: measured, not guessed")

print(("  The script holds %.0f KiB."):format(Debug.memoryStats().used_bytes / 1024))
check("no timer is running", Debug.memorySnapshot().active_trackers == 0)

------------------------------------------------------------------------------------------------------
title("Profiles: `llmspell profile tour.lua` shows where the time goes")

local profiled = Debug.profileStart() -- what came before is left out of the profile
check("the profile is narrowed, if there is one", Debug.profileStop() == profiled)

------------------------------------------------------------------------------------------------------
title("Dumps: what is in it")

do
  local recipe = {
    name = "rye bread",
    flour = { rye = 0.7, wheat = 0.3 },
    steps = { "soak", "knead", "rest", "bake" },
    bake = function() return "bread" end,
  }
  recipe.flour.of = recipe -- dumps know their way out of a circle

  print(indented(Debug.dump(recipe, "recipe")))
  print()
  print(indented(Debug.dumpCompact(recipe.steps, "on one line")))
  print(indented(Debug.dumpWithOptions(recipe, { max_depth = 1, show_types = false }, "one level of it")))
  check("the verbose one says more", #Debug.dumpVerbose(recipe) >= #Debug.dumpCompact(recipe))
end

------------------------------------------------------------------------------------------------------
title("Stack traces: how we came here")

local function bake(loaves)
  local heat = 230
  print(indented(Debug.stackTrace({ capture_locals = true, max_depth = 2 })))
  return Debug.stackTraceJson({ capture_locals = true }).frames, loaves * heat
end

check("the innermost frame knows its locals", bake(12)[1].locals.heat == 230)

------------------------------------------------------------------------------------------------------
title("Captured entries: what was said")

for _, entry in ipairs(Debug.getCapturedEntries(2)) do
  print(("  %s  %-5s %-12s %s"):format(entry.timestamp:sub(12, 23), entry.level, entry.module or "", entry.message))
end
Debug.clearCaptured()
check("the ring is empty", #Debug.getCapturedEntries() == 0)

------------------------------------------------------------------------------------------------------
Debug.breakpoint() -- pauses when a debugger is attached; here, nothing happens

title("Closing time")
Debug.info("The bakery is sold out", "bakery")
print("  That was all of it.")

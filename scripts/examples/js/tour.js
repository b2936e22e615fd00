// A tour of everything that `Debug` can do, told as the morning of a small bakery.
//
//   llmspell run tour.js            the story, and what the bakers log
//   llmspell run tour.js --debug    the same with every detail, and the timers at the end
//
// It uses each function of the API once at least, and ends in a moment.

const indent = (text, by = "  ") => text.replace(/^(?=.)/gm, by);

function title(text) {
  console.log(`\n== ${text} ${"=".repeat(66 - text.length)}`);
}

function check(what, holds) {
  console.log(`  ${holds ? "ok " : "NOT"} ${what}`);
  if (!holds) throw new Error(what);
}

// Some work that takes a moment, so that there is something to measure.
function knead(rounds) {
  const dough = Array.from({ length: rounds }, (_, i) => ((i + 1) * 7919) % 1000);
  return dough.sort((a, b) => a - b).length;
}

// ---------------------------------------------------------------------------------------------------
title("Logging: who says what");

Debug.info("The bakery opens", "bakery");
Debug.warn("Only two sacks of flour left", "bakery.stock");
Debug.error("The old oven does not start", "bakery.oven");
Debug.debug("Trying the second oven", "bakery.oven");
Debug.trace("Lamp on, door shut, gas open", "bakery.oven");
Debug.log("info", "The second oven is hot", "bakery.oven");

Debug.logWithData("info", "First order of the day", {
  customer: "Café Blau",
  rolls: 40,
  price: 18.5,
  paid: false,
  extras: ["poppy", "sesame"],
}, "bakery.orders");

console.log("  The log is on standard error: time, level, module, message, data.");
console.log("  This story is on standard output, which is the script's alone.");

// ---------------------------------------------------------------------------------------------------
title("Switches: how much is said");

const level = Debug.getLevel();
check(`the level has a name: ${level}`, typeof level === "string");
check("an unknown level is refused, and a warning says so", !Debug.setLevel("shout"));
Debug.setLevel("error");
Debug.warn("Nobody hears this: only errors are heard now", "bakery");
Debug.setLevel(level);

const enabled = Debug.isEnabled();
Debug.setEnabled(false);
Debug.error("Nobody hears this either", "bakery");
check("debugging is switched off, and on again", !Debug.isEnabled());
Debug.setEnabled(enabled);

// ---------------------------------------------------------------------------------------------------
title("Filters: whom to listen to");

Debug.addModuleFilter("bakery.*", true);
Debug.addModuleFilter("bakery.stock", false);
Debug.addAdvancedFilter("^shop\\.[a-z]+$", "regex", true);
Debug.info("Rolls go into the oven", "bakery.oven");
Debug.info("Counting sacks again (filtered out)", "bakery.stock");
Debug.info("The shop window is full", "shop.window");

const summary = Debug.getFilterSummary();
console.log(`  ${summary.total_rules} rules; whoever has none is ${summary.default_enabled ? "heard" : "silent"}:`);
for (const rule of summary.rules) {
  console.log(`    ${rule.pattern.padEnd(18)} ${rule.pattern_type.padEnd(13)} ${rule.enabled ? "heard" : "silent"}`);
}
check("a rule can be taken back", Debug.removeModuleFilter("bakery.stock"));
Debug.setDefaultFilterEnabled(false);
Debug.clearModuleFilters();
check("no rule is left", Debug.getFilterSummary().total_rules === 0);

// ---------------------------------------------------------------------------------------------------
title("Timers: where the morning goes");

const morning = Debug.timer("morning");
const batch = morning.child("batch of rolls");
knead(4000);
batch.lap("kneaded");
knead(2000);
batch.lap("shaped");
Debug.recordEvent(batch.id, "into the oven", { degrees: 230 });
knead(8000);
const ms = batch.stop();
check("a stopped timer keeps its figure", batch.stop() === ms && batch.elapsed() === ms);

const count = Debug.time("count the rolls", knead, 1500);
check("`time` returns what its function returns", count === 1500);
for (let i = 0; i < 20; i++) Debug.time("glaze one", knead, 60);
check("the morning goes on", morning.elapsed() > 0);
morning.stop();

console.log();
console.log(indent(Debug.performanceReport()));
console.log();
console.log("  As a flame graph (collapsed stacks, microseconds of its own):");
console.log(indent(Debug.flameGraph(), "    "));
check("the same as JSON", "timings" in JSON.parse(Debug.jsonReport()));

// ---------------------------------------------------------------------------------------------------
title("Memory: measured, not guessed");

const memory = Debug.memoryStats();
console.log(`  The script holds ${(memory.used_bytes / 1024).toFixed(0)} KiB.`);
const snapshot = Debug.memorySnapshot();
check("no timer is running", snapshot.active_trackers === 0);

// ---------------------------------------------------------------------------------------------------
title("Profiles: `llmspell profile tour.js` shows where the time goes");

const profiled = Debug.profileStart(); // what came before is left out of the profile
check("the profile is narrowed, if there is one", Debug.profileStop() === profiled);

// ---------------------------------------------------------------------------------------------------
title("Dumps: what is in it");

class Recipe {
  name = "rye bread";
  flour = new Map([["rye", 0.7], ["wheat", 0.3]]);
  steps = ["soak", "knead", "rest", "bake"];
  since = new Date(0);
  bake() {
    return "bread";
  }
}
const recipe = new Recipe();
recipe.flour.set("of", recipe); // dumps know their way out of a circle

console.log(indent(Debug.dump(recipe, "recipe")));
console.log();
console.log(indent(Debug.dumpCompact(recipe.steps, "on one line")));
console.log(indent(Debug.dumpWithOptions(recipe, { max_depth: 1, show_types: false }, "one level of it")));
check("the verbose one says more", Debug.dumpVerbose(recipe).length >= Debug.dumpCompact(recipe).length);

// ---------------------------------------------------------------------------------------------------
title("Stack traces: how we came here");

function bake(loaves) {
  const trace = Debug.stackTrace({ max_depth: 3 });
  const { frames } = Debug.stackTraceJson();
  return [trace, frames, loaves * 230];
}

const [trace, frames] = bake(12);
console.log(indent(trace));
check("the innermost frame knows its name", frames[0].name === "bake");

// ---------------------------------------------------------------------------------------------------
title("Captured entries: what was said");

for (const entry of Debug.getCapturedEntries(2)) {
  const at = entry.timestamp.slice(11, 23);
  console.log(`  ${at}  ${entry.level.padEnd(5)} ${(entry.module ?? "").padEnd(14)} ${entry.message}`);
}
Debug.clearCaptured();
check("the ring is empty", Debug.getCapturedEntries().length === 0);

// ---------------------------------------------------------------------------------------------------
Debug.breakpoint(); // pauses when a debugger is attached; here, nothing happens

title("Closing time");
setTimeout(() => {
  Debug.info("The bakery is sold out", "bakery");
  console.log("  That was all of it.");
}, 5);

// Whom to listen to: levels and module filters, and which rule decides.
//
//   llmspell run filters.js
//   llmspell run filters.js --debug-modules '+shop.*,-*.noise'

const modules = ["shop", "shop.cart", "shop.cart.noise", "shop.cart.total", "shopping", "bank.transfer"];

let listened = 0;

function listen(what) {
  listened++;
  console.log(`${listened > 1 ? "\n" : ""}${listened}. ${what}`);
  Debug.clearCaptured();
  for (const module of modules) Debug.info("heard", module);
  const heard = new Set(Debug.getCapturedEntries().map((entry) => entry.module));
  for (const module of modules) console.log(`  ${heard.has(module) ? "+" : " "} ${module}`);
}

listen("As the command line and the configuration say");

Debug.clearModuleFilters();
listen("No rules: everybody");

Debug.addModuleFilter("shop.*");
listen("An enabling rule alone is an allow-list: shop and all below it");

Debug.addModuleFilter("*.noise", false);
listen("A wildcard comes after the hierarchical rule, so noise is still heard");

Debug.addModuleFilter("shop.cart.noise", false);
listen("An exact rule comes first");

Debug.addAdvancedFilter("^bank\\.(transfer|loan)$", "regex");
listen("A regex for the bank");

Debug.removeModuleFilter("shop.*");
Debug.setDefaultFilterEnabled(true);
listen("Without the hierarchical rule, and the default on");

console.log("\nThe rules that are left, in the order in which they are tried:");
Debug.getFilterSummary().rules.forEach((rule, i) => {
  console.log(`  ${i + 1}. ${rule.pattern} (${rule.pattern_type}): ${rule.enabled ? "heard" : "silent"}`);
});

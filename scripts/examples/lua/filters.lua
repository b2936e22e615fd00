-- Whom to listen to: levels and module filters, and which rule decides.
--
--   llmspell run filters.lua
--   llmspell run filters.lua --debug-modules '+shop.*,-*.noise'

local modules = { "shop", "shop.cart", "shop.cart.noise", "shop.cart.total", "shopping", "bank.transfer" }

local listened = 0

local function listen(what)
  listened = listened + 1
  print(("%s%d. %s"):format(listened > 1 and "\n" or "", listened, what))
  Debug.clearCaptured()
  for _, module in ipairs(modules) do Debug.info("heard", module) end
  local heard = {}
  for _, entry in ipairs(Debug.getCapturedEntries()) do heard[entry.module] = true end
  for _, module in ipairs(modules) do print(("  %s %s"):format(heard[module] and "+" or " ", module)) end
end

listen("As the command line and the configuration say")

Debug.clearModuleFilters()
listen("No rules: everybody")

Debug.addModuleFilter("shop.*")
listen("An enabling rule alone is an allow-list: shop and all below it")

Debug.addModuleFilter("*.noise", false)
listen("A wildcard comes after the hierarchical rule, so noise is still heard")

Debug.addModuleFilter("shop.cart.noise", false)
listen("An exact rule comes first")

Debug.addAdvancedFilter("^bank\\.(transfer|loan)$", "regex")
listen("A regex for the bank")

Debug.removeModuleFilter("shop.*")
Debug.setDefaultFilterEnabled(true)
listen("Without the hierarchical rule, and the default on")

print("\nThe rules that are left, in the order in which they are tried:")
for i, rule in ipairs(Debug.getFilterSummary().rules) do
  print(("  %d. %s (%s): %s"):format(i, rule.pattern, rule.pattern_type, rule.enabled and "heard" or "silent"))
end

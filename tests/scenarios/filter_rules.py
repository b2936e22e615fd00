"""Contract, section "Module filters"."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, Holds, Logged, Scenario


def _passed(*modules: str) -> tuple[Logged, ...]:
    return tuple(Logged("INFO", module, module) for module in modules)


_TRY_LUA = """
local function try(...)
  for _, module in ipairs({...}) do Debug.info(module, module) end
end
"""
_TRY_JS = """
function attempt(...modules) {
  for (const module of modules) Debug.info(module, module);
}
"""

SCENARIOS = (
    Scenario(
        "an enabling rule in an empty filter makes an allow-list",
        "Adding an *enabling* rule to an empty filter turns the default off (an allow-list)",
        {
            "lua": _TRY_LUA
            + """
local count = select("#", Debug.addModuleFilter("shop.cart"))
try("shop.cart", "shop.cart.item", "shop", "other")
return count, Debug.getFilterSummary().default_enabled
""",
            "js": _TRY_JS
            + """
const count = Debug.addModuleFilter("shop.cart") === undefined ? 0 : 1;
attempt("shop.cart", "shop.cart.item", "shop", "other");
return [count, Debug.getFilterSummary().default_enabled];
""",
        },
        returns=(0, False),
        entries=_passed("shop.cart"),
    ),
    Scenario(
        "a disabling rule leaves the default",
        "a *disabling* rule leaves it",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("shop.cart", false)
try("shop.cart", "shop.cart.item", "shop")
return Debug.getFilterSummary().default_enabled
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("shop.cart", false);
attempt("shop.cart", "shop.cart.item", "shop");
return [Debug.getFilterSummary().default_enabled];
""",
        },
        returns=(True,),
        entries=_passed("shop.cart.item", "shop"),
    ),
    Scenario(
        "an enabling rule after others leaves the default",
        "Adding an enabling rule to an *empty* filter turns the default off",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("a", false)
Debug.addModuleFilter("b", true)
try("a", "b", "c")
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("a", false);
Debug.addModuleFilter("b", true);
attempt("a", "b", "c");
""",
        },
        entries=_passed("b", "c"),
    ),
    Scenario(
        "a trailing .* is hierarchical",
        "`system` matches `system` and `system.memory`, never `systems`",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("system.*")
try("system", "system.memory", "system.memory.page", "systems", "sys", "other.system", "System")
return Debug.getFilterSummary().rules[1].pattern_type
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("system.*");
attempt("system", "system.memory", "system.memory.page", "systems", "sys", "other.system", "System");
return [Debug.getFilterSummary().rules[0].pattern_type];
""",
        },
        returns=("hierarchical",),
        entries=_passed("system", "system.memory", "system.memory.page"),
    ),
    Scenario(
        "a wildcard matches the whole name",
        "a pattern holding `*`, `?` or `[` is a wildcard; wildcards match the whole name",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("*.test")
Debug.addModuleFilter("job?")
Debug.addModuleFilter("[ab]c")
try("x.test", "x.y.test", "x.tests", "job1", "job", "job12", "ac", "bc", "cc", "xac")
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("*.test");
Debug.addModuleFilter("job?");
Debug.addModuleFilter("[ab]c");
attempt("x.test", "x.y.test", "x.tests", "job1", "job", "job12", "ac", "bc", "cc", "xac");
""",
        },
        entries=_passed("x.test", "x.y.test", "job1", "ac", "bc"),
    ),
    Scenario(
        "the kind of a pattern is told from its text",
        "`a.b.*` is hierarchical `a.b`; `*`, `?` or `[` is a wildcard; anything else is exact",
        {
            "lua": """
local kinds = {}
for _, pattern in ipairs({"a.b.*", "*.b", "a?", "[ab]", "a.b", "a.*.c", "*"}) do
  Debug.clearModuleFilters()
  Debug.addModuleFilter(pattern)
  kinds[#kinds + 1] = Debug.getFilterSummary().rules[1].pattern_type
end
return kinds
""",
            "js": """
const kinds = [];
for (const pattern of ["a.b.*", "*.b", "a?", "[ab]", "a.b", "a.*.c", "*"]) {
  Debug.clearModuleFilters();
  Debug.addModuleFilter(pattern);
  kinds.push(Debug.getFilterSummary().rules[0].pattern_type);
}
return [kinds];
""",
        },
        returns=(["hierarchical", "wildcard", "wildcard", "wildcard", "exact", "wildcard", "wildcard"],),
    ),
    Scenario(
        "exact comes before hierarchical before wildcard",
        "Matching, first hit decides: 1. exact; 2. hierarchical; 3. wildcard and regex; 4. the default",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("a.b", true)
Debug.addModuleFilter("a.*", false)
Debug.addModuleFilter("*", true)
try("a.b", "a.c", "a", "x")
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("a.b", true);
Debug.addModuleFilter("a.*", false);
Debug.addModuleFilter("*", true);
attempt("a.b", "a.c", "a", "x");
""",
        },
        entries=_passed("a.b", "x"),
    ),
    Scenario(
        "the longest hierarchical rule comes first",
        "hierarchical, longest first",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("a.b.c.*", true)
Debug.addModuleFilter("a.b.*", false)
Debug.addModuleFilter("a.*", true)
try("a", "a.x", "a.b", "a.b.x", "a.b.c", "a.b.c.d")
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("a.b.c.*", true);
Debug.addModuleFilter("a.b.*", false);
Debug.addModuleFilter("a.*", true);
attempt("a", "a.x", "a.b", "a.b.x", "a.b.c", "a.b.c.d");
""",
        },
        entries=_passed("a", "a.x", "a.b.c", "a.b.c.d"),
    ),
    Scenario(
        "of wildcards and regexes the last added decides",
        "wildcard and regex, the rule added last first",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("*.log", true)
Debug.addAdvancedFilter("^tmp", "regex", false)
try("a.log", "tmp.log")
Debug.addModuleFilter("tmp*", true)
try("tmp.txt")
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("*.log", true);
Debug.addAdvancedFilter("^tmp", "regex", false);
attempt("a.log", "tmp.log");
Debug.addModuleFilter("tmp*", true);
attempt("tmp.txt");
""",
        },
        entries=_passed("a.log", "tmp.txt"),
    ),
    Scenario(
        "a regex searches in the name",
        "regexes search in it",
        {
            "lua": _TRY_LUA
            + """
local added = Debug.addAdvancedFilter("b+[0-9]", "regex")
try("abb7c", "b", "7", "b1")
return added
""",
            "js": _TRY_JS
            + """
const added = Debug.addAdvancedFilter("b+[0-9]", "regex");
attempt("abb7c", "b", "7", "b1");
return [added];
""",
        },
        returns=(True,),
        entries=_passed("abb7c", "b1"),
    ),
    Scenario(
        "an advanced filter is of the type it is given",
        "`addAdvancedFilter(pattern, type, enabled = true)`",
        {
            "lua": _TRY_LUA
            + """
Debug.setDefaultFilterEnabled(false)
local a = Debug.addAdvancedFilter("x.*", "exact")
local b = Debug.addAdvancedFilter("y", "hierarchical")
local c = Debug.addAdvancedFilter("z*", "wildcard")
local d = Debug.addAdvancedFilter("y.no", "exact", false)
try("x.*", "x.a", "x", "y", "y.a", "y.no", "zebra", "az")
return a, b, c, d
""",
            "js": _TRY_JS
            + """
Debug.setDefaultFilterEnabled(false);
const a = Debug.addAdvancedFilter("x.*", "exact");
const b = Debug.addAdvancedFilter("y", "hierarchical");
const c = Debug.addAdvancedFilter("z*", "wildcard");
const d = Debug.addAdvancedFilter("y.no", "exact", false);
attempt("x.*", "x.a", "x", "y", "y.a", "y.no", "zebra", "az");
return [a, b, c, d];
""",
        },
        returns=(True, True, True, True),
        entries=_passed("x.*", "y", "y.a", "zebra"),
    ),
    Scenario(
        "a type that is none, or a regex that does not compile, is refused",
        "false where type is not `exact wildcard regex hierarchical` or the regex does not compile",
        {
            "lua": """
return Debug.addAdvancedFilter("a", "glob"), Debug.addAdvancedFilter("(", "regex"),
  Debug.addAdvancedFilter("a"), Debug.addAdvancedFilter(), Debug.getFilterSummary().total_rules
""",
            "js": """
return [Debug.addAdvancedFilter("a", "glob"), Debug.addAdvancedFilter("(", "regex"),
  Debug.addAdvancedFilter("a"), Debug.addAdvancedFilter(), Debug.getFilterSummary().total_rules];
""",
        },
        returns=(False, False, False, False, 0),
        warnings=ANY,
    ),
    Scenario(
        "a hostile regex cannot hang the script",
        "a hostile pattern cannot hang a script",
        {
            "lua": _TRY_LUA
            + """
Debug.addAdvancedFilter("^(a+)+$", "regex")
Debug.addModuleFilter(string.rep("*a", 30) .. "*b")
try(string.rep("a", 5000) .. "!", string.rep("a", 5000))
return "alive"
""",
            "js": _TRY_JS
            + """
Debug.addAdvancedFilter("^(a+)+$", "regex");
Debug.addModuleFilter("*a".repeat(30) + "*b");
attempt("a".repeat(5000) + "!", "a".repeat(5000));
return ["alive"];
""",
        },
        returns=("alive",),
        entries=_passed("a" * 5000),
    ),
    Scenario(
        "a pattern added again replaces its rule",
        "Adding a pattern again replaces its rule",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("a.*", true)
Debug.addModuleFilter("b", true)
Debug.addModuleFilter("a.*", false)
try("a.x", "b")
return Debug.getFilterSummary().total_rules
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("a.*", true);
Debug.addModuleFilter("b", true);
Debug.addModuleFilter("a.*", false);
attempt("a.x", "b");
return [Debug.getFilterSummary().total_rules];
""",
        },
        returns=(2,),
        entries=_passed("b"),
    ),
    Scenario(
        "a rule is removed by its pattern as written",
        "true where a rule with that pattern, written as it was added (so `workflow.*` too), was there",
        {
            "lua": """
Debug.addModuleFilter("workflow.*", false)
Debug.addModuleFilter("x", false)
local wrong = Debug.removeModuleFilter("workflow")
local right = Debug.removeModuleFilter("workflow.*")
local again = Debug.removeModuleFilter("workflow.*")
Debug.info("heard", "workflow.step")
return wrong, right, again, Debug.getFilterSummary().total_rules
""",
            "js": """
Debug.addModuleFilter("workflow.*", false);
Debug.addModuleFilter("x", false);
const wrong = Debug.removeModuleFilter("workflow");
const right = Debug.removeModuleFilter("workflow.*");
const again = Debug.removeModuleFilter("workflow.*");
Debug.info("heard", "workflow.step");
return [wrong, right, again, Debug.getFilterSummary().total_rules];
""",
        },
        returns=(False, True, False, 1),
        entries=(Logged("INFO", "heard", "workflow.step"),),
    ),
    Scenario(
        "clearing leaves no rule and enables the default",
        "`clearModuleFilters()`: No rule is left, and the default is enabled again",
        {
            "lua": _TRY_LUA
            + """
Debug.addModuleFilter("a")
Debug.addAdvancedFilter("b", "regex", false)
Debug.setDefaultFilterEnabled(false)
local count = select("#", Debug.clearModuleFilters())
try("a", "b", "c")
local summary = Debug.getFilterSummary()
return count, summary.total_rules, summary.default_enabled
""",
            "js": _TRY_JS
            + """
Debug.addModuleFilter("a");
Debug.addAdvancedFilter("b", "regex", false);
Debug.setDefaultFilterEnabled(false);
const count = Debug.clearModuleFilters() === undefined ? 0 : 1;
attempt("a", "b", "c");
const summary = Debug.getFilterSummary();
return [count, summary.total_rules, summary.default_enabled];
""",
        },
        returns=(0, 0, True),
        entries=_passed("a", "b", "c"),
    ),
    Scenario(
        "the default can be set",
        "`setDefaultFilterEnabled(bool)`",
        {
            "lua": _TRY_LUA
            + """
local count = select("#", Debug.setDefaultFilterEnabled(false))
try("a")
Debug.setDefaultFilterEnabled(true)
try("b")
return count
""",
            "js": _TRY_JS
            + """
const count = Debug.setDefaultFilterEnabled(false) === undefined ? 0 : 1;
attempt("a");
Debug.setDefaultFilterEnabled(true);
attempt("b");
return [count];
""",
        },
        returns=(0,),
        entries=_passed("b"),
    ),
    Scenario(
        "a decision follows the rules",
        "A decision is computed once per module name and cached until the rules change",
        {
            "lua": """
for round = 1, 3 do
  Debug.info("round " .. round, "m")
  Debug.addModuleFilter("m", round == 2)
end
""",
            "js": """
for (let round = 1; round <= 3; round++) {
  Debug.info("round " + round, "m");
  Debug.addModuleFilter("m", round === 2);
}
""",
        },
        entries=(Logged("INFO", "round 1", "m"), Logged("INFO", "round 3", "m")),
    ),
    Scenario(
        "the summary lists the rules in the order in which they are tried",
        "`getFilterSummary()`: in the order in which they are tried",
        {
            "lua": """
Debug.addModuleFilter("*z", false)
Debug.addAdvancedFilter("q$", "regex", false)
Debug.addModuleFilter("a.*", false)
Debug.addModuleFilter("a.b.*", true)
Debug.addModuleFilter("one", true)
local summary = Debug.getFilterSummary()
local shown = {}
for i, rule in ipairs(summary.rules) do
  shown[i] = rule.pattern .. " " .. rule.pattern_type .. " " .. tostring(rule.enabled)
end
return summary.default_enabled, summary.total_rules, shown
""",
            "js": """
Debug.addModuleFilter("*z", false);
Debug.addAdvancedFilter("q$", "regex", false);
Debug.addModuleFilter("a.*", false);
Debug.addModuleFilter("a.b.*", true);
Debug.addModuleFilter("one", true);
const {default_enabled, total_rules, rules} = Debug.getFilterSummary();
return [default_enabled, total_rules, rules.map((rule) => `${rule.pattern} ${rule.pattern_type} ${rule.enabled}`)];
""",
        },
        returns=(
            True,
            5,
            [
                "one exact true",
                "a.b.* hierarchical true",
                "a.* hierarchical false",
                "q$ regex false",
                "*z wildcard false",
            ],
        ),
    ),
    Scenario(
        "the summary of no rules",
        "`{default_enabled, total_rules, rules}`",
        {"lua": "return Debug.getFilterSummary()", "js": "return [Debug.getFilterSummary()];"},
        returns=(Holds({"default_enabled": True, "total_rules": 0, "rules": []}),),
    ),
)

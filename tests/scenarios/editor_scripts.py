"""The script that editors debug, in both languages; the lines that matter end in a mark."""

from __future__ import annotations

SCRIPTS = {
    "add.lua": """\
local function add(a, b)
  local sum = a + b -- @inside
  return sum -- @after
end
print("begin")
print(add(2, 3))
""",
    "add.js": """\
function add(a, b) {
  const sum = a + b; // @inside
  return sum; // @after
}
console.log("begin");
console.log(add(2, 3));
""",
}


def line_of(text: str, mark: str) -> int:
    """The number of the line with the mark."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith(f"@{mark}"))

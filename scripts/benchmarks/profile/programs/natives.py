"""The work of `natives.lua`: `natives.py ROUNDS`."""

from __future__ import annotations

import re
import sys


def main() -> None:
    total = 0
    for _ in range(int(sys.argv[1])):
        text = "ab" * 5000
        total += len(re.sub("a", "b", text)) + len(text.upper()) + text.find("c") + 1
    print(total)


main()

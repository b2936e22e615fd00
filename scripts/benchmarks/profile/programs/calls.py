"""The work of `calls.lua`: `calls.py ROUNDS`."""

from __future__ import annotations

import sys


def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def main() -> None:
    total = 0
    for _ in range(int(sys.argv[1])):
        total = (total + fib(24)) % 1000003
    print(total)


main()

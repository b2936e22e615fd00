"""fib.lua in Python."""

import sys


def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def never() -> int:
    return 0  # never


for _ in range(int(sys.argv[1])):
    fib(24)
if len(sys.argv) > 2:
    never()

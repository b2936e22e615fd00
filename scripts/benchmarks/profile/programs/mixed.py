"""The work of `mixed.lua`: `mixed.py ROUNDS`."""

from __future__ import annotations

import sys
from typing import NamedTuple


def hash_of(word: str) -> int:
    h = 0
    for byte in word.encode():
        h = (h * 31 + byte) % 1000003
    return h


def primes(limit: int) -> int:
    composite = [False] * (limit + 1)
    count = 0
    for i in range(2, limit + 1):
        if not composite[i]:
            count += 1
            for j in range(i * i, limit + 1, i):
                composite[j] = True
    return count


class Point(NamedTuple):
    x: int
    y: int

    def add(self, other: Point) -> Point:
        return Point(self.x + other.x, self.y + other.y)


def path(steps: int) -> int:
    point = Point(0, 0)
    for i in range(1, steps + 1):
        point = point.add(Point(i, 1))
    return point.x + point.y


def ordered(count: int) -> int:
    values = sorted(i * 7919 % 2003 for i in range(1, count + 1))
    below = 0
    for i, value in enumerate(map(lambda value: value * 2, values), 1):  # noqa: C417 - a closure is what is meant
        below = (below + i * value) % 1000003
    return below


def counted(words: list[str]) -> int:
    counts: dict[str, int] = {}
    most = 0
    for word in ",".join(words).split(","):
        key = word[:5]
        counts[key] = counts.get(key, 0) + len(word)
        most = max(most, counts[key])
    return most


def main() -> None:
    total = 0
    for _ in range(int(sys.argv[1])):
        words = [f"word{i}" for i in range(1, 301)]
        for word in words:
            total += hash_of(word)
        total = (total + primes(20000) + path(3000) + ordered(2000) + counted(words)) % 1000003
    print(total)


main()

"""Benchmarks for developers: ratios against peers, measured side by side. Started by `scripts/bench`."""

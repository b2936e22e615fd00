"""Lua's benchmarks."""

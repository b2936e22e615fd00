"""Runs JavaScript with the Debug global, on V8 through mini-racer."""

"""Lua with probes: a text is rewritten, on the same lines, so that a debugger can stop it anywhere."""

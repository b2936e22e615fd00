"""Lua 5.1 to 5.5 and LuaJIT, through lupa."""

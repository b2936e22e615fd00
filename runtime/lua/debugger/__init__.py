"""Lua in the debugger: the agent in the VM, and the target through which the debugger speaks to it."""

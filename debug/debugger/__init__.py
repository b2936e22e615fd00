"""Breaking in: breakpoints, stepping, variables, for scripts of any language."""

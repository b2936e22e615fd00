"""Where the time of a script goes: the model of a profile, and what is derived from it."""

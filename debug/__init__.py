"""The core of llmspell: levels, entries, filters, timers, values, outputs.

It knows no script engine, no terminal and no command line.
"""

"""The command line of llmspell, and the only place that wires concrete classes together."""

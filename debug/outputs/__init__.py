"""Where entries go: the protocol (`base`), the fan-out, and the outputs that come with llmspell."""

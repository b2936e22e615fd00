"""Exit codes of the command. A script's own exit code passes through unchanged."""

from __future__ import annotations

OK = 0
SCRIPT_FAILED = 1
"""The script ended with an error that nothing caught."""
USAGE = 2
"""The command line or the configuration was wrong; nothing was run."""
INTERNAL = 70
"""A bug of llmspell itself (`EX_SOFTWARE` of sysexits.h)."""
TIMEOUT = 124
"""The run took longer than `--timeout` (as timeout(1) has it)."""
INTERRUPTED = 130
"""Ctrl-C (128 + SIGINT)."""
BROKEN_PIPE = 141
"""Nobody read standard output any more (128 + SIGPIPE)."""
TERMINATED = 143
"""SIGTERM (128 + SIGTERM)."""

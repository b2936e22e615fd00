"""What can be wrong with what a user asked for, gathered before it is reported.

    LlmspellError
    ├── UsageProblem              exit code 2, carries every problem found
    │   ├── CommandLineProblem    words of the command line
    │   └── ConfigurationProblem  files, environment variables and values of flags
    └── StandardOutputProblem     exit code 1 (see `streams`)

They are shown as `llmspell: error: …` lines without a Python traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from llmspell_cli import exits

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(NamedTuple):
    """One thing that is wrong, and how to put it right."""

    message: str
    where: str | None = None
    """`file:line`, a flag (`--timeout`) or an environment variable; None where the message says it all."""
    expected: str | None = None
    """What would have been right, e.g. `a duration such as "30s"`."""
    hint: str | None = None
    """What was probably meant, e.g. `did you mean 'level'?`."""
    excerpt: str | None = None
    """Lines of the source that show the place."""

    def sentence(self) -> str:
        """Where and what, without advice."""
        return self.message if self.where is None else f"{self.where}: {self.message}"

    def text(self) -> str:
        """The problem as one line, with the excerpt (where there is one) under it."""
        line = self.sentence()
        if self.expected is not None:
            line += f"; expected {self.expected}"
        if self.hint is not None:
            line += f" ({self.hint})"
        return line if self.excerpt is None else f"{line}\n{self.excerpt}"

    def printable(self) -> str:
        """The text with control characters escaped: a name from a file must not drive the terminal."""
        from debug.text_safety import printable

        line = printable(self._replace(excerpt=None).text())
        return "\n".join((line, *map(printable, (self.excerpt or "").splitlines())))

    def to_dict(self) -> dict[str, str]:
        """The problem with JSON types, without what it does not have."""
        return {name: value for name, value in self._asdict().items() if value is not None}


class LlmspellError(Exception):
    """Something to tell the user, with the code to exit with."""

    exit_code = exits.INTERNAL


class UsageProblem(LlmspellError):
    """Everything that is wrong with what the user asked for. Nothing was run."""

    exit_code = exits.USAGE
    kind = "usage"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.sentence() for problem in self.problems))

    def text(self) -> str:
        """The problems as a person reads them, one `llmspell: error:` line each (and its excerpt)."""
        return "".join(f"llmspell: error: {problem.printable()}\n" for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """The problems as the one JSON document of `--json`."""
        return {
            "exit_code": self.exit_code,
            "error": {
                "kind": self.kind,
                "message": str(self),
                "problems": [problem.to_dict() for problem in self.problems],
            },
        }


class CommandLineProblem(UsageProblem):
    """Words of the command line that make no sense."""


class ConfigurationProblem(UsageProblem):
    """Values that cannot be: of a file, of the environment, of flags."""

    kind = "configuration"

"""What a client said of itself when it began."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from debug.dap.types import InitializeRequestArguments


class ClientInfo(NamedTuple):
    """How it counts, and what it can do with what it is sent."""

    name: str = "a client"
    first_line: int = 1
    first_column: int = 1
    uris: bool = False
    """Whether its paths are URIs."""
    types: bool = False
    """Whether it shows the types of variables."""
    progress: bool = False
    invalidated: bool = False
    terminals: bool = False
    """Whether it runs commands in terminals of its."""

    @classmethod
    def of(cls, arguments: InitializeRequestArguments) -> ClientInfo:
        """As its first request says; what it leaves out is as the protocol has it."""
        return cls(
            arguments.client_name or arguments.client_id or cls().name,
            0 if arguments.lines_start_at1 is False else 1,
            0 if arguments.columns_start_at1 is False else 1,
            arguments.path_format == "uri",
            bool(arguments.supports_variable_type),
            bool(arguments.supports_progress_reporting),
            bool(arguments.supports_invalidated_event),
            bool(arguments.supports_run_in_terminal_request),
        )

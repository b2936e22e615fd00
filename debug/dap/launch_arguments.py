"""The arguments of launch and attach, which the protocol leaves to each adapter. `docs/debugging.md` explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from debug.dap.launcher import LaunchRequest

if TYPE_CHECKING:
    from collections.abc import Mapping


class LaunchArguments(msgspec.Struct, frozen=True, rename="camel"):
    """Of `launch`. What editors add on their own (`name`, `type`, `request`) is passed by."""

    program: str
    args: tuple[str, ...] | None = None
    cwd: str | None = None
    env: dict[str, str | None] | None = None
    stop_on_entry: bool | None = None
    no_debug: bool | None = None
    engine: str | None = None
    timeout: str | float | None = None
    """As `--timeout` takes it; a number is seconds."""
    options: tuple[str, ...] | None = None
    token: str | None = None
    console: Literal["internalConsole", "integratedTerminal", "externalTerminal"] | None = None
    """Where it runs; in a terminal it can read what is typed."""

    def request(self) -> LaunchRequest:
        """What a launcher is asked."""
        env: Mapping[str, str | None] = self.env or {}
        timeout = (
            self.timeout if self.timeout is None or isinstance(self.timeout, str) else f"{self.timeout:g}s"
        )
        return LaunchRequest(
            self.program, self.args or (), self.cwd, env, self.engine, timeout, self.options or ()
        )


class AttachArguments(msgspec.Struct, frozen=True, rename="camel"):
    """Of `attach`."""

    token: str | None = None
    stop_on_entry: bool | None = None
    send_output: bool | None = None
    """Whether the client is sent what the script writes; by default it is."""


class RestartArguments(msgspec.Struct, frozen=True):
    """Of `restart`: what `launch` would be asked now. Some clients leave it out."""

    arguments: LaunchArguments | None = None

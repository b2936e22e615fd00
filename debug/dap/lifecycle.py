"""Requests about the conversation and the run as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.capabilities import capabilities
from debug.dap.client_info import ClientInfo
from debug.dap.errors import RequestError
from debug.dap.launch_arguments import AttachArguments, LaunchArguments, RestartArguments
from debug.dap.requests import Reply, Turn, serves

if TYPE_CHECKING:
    from debug.dap.conversation import Conversation
    from debug.dap.terminal import TerminalRun
    from debug.dap.types import (
        CancelArguments,
        Capabilities,
        ConfigurationDoneArguments,
        DisconnectArguments,
        InitializeRequestArguments,
        TerminateArguments,
        TerminateThreadsArguments,
    )


@serves("initialize", Turn.AT_ONCE)
def initialize(conversation: Conversation, arguments: InitializeRequestArguments) -> Capabilities:
    """Who the client is, and what is served."""
    if conversation.initialized:
        raise RequestError("initialize was said already")
    if arguments.path_format not in (None, "path", "uri"):
        raise RequestError(f"pathFormat is path or uri, not {arguments.path_format!r}")
    conversation.initialized = True
    conversation.view.client = ClientInfo.of(arguments)
    return capabilities(launches=conversation.offer.launcher is not None)


@serves("launch", Turn.AT_ONCE, LaunchArguments)
def launch(conversation: Conversation, arguments: LaunchArguments) -> Reply | TerminalRun:
    """Get a script ready; it starts with `configurationDone`."""
    if arguments.console in ("integratedTerminal", "externalTerminal") and conversation.view.client.terminals:
        return conversation.run.in_terminal(arguments)
    conversation.run.launch(arguments)
    return Reply(None, lambda: _ask_for_breakpoints(conversation))


@serves("attach", Turn.AT_ONCE, AttachArguments)
def attach(conversation: Conversation, arguments: AttachArguments) -> Reply:
    """Look on at a script that runs."""
    conversation.run.attach(arguments)
    return Reply(None, lambda: _ask_for_breakpoints(conversation))


@serves("configurationDone", Turn.AT_ONCE)
def configuration_done(conversation: Conversation, _arguments: ConfigurationDoneArguments) -> None:
    """The client has made its breakpoints."""
    conversation.run.configured()


@serves("restart", Turn.AT_ONCE, RestartArguments)
def restart(conversation: Conversation, arguments: RestartArguments) -> None:
    """Run the script again, from its file as it is now."""
    conversation.run.restart(arguments.arguments)


@serves("terminate", Turn.AT_ONCE)
def terminate(conversation: Conversation, _arguments: TerminateArguments) -> None:
    """End the scripts; the conversation goes on until they have ended."""
    conversation.run.terminate()


@serves("terminateThreads", Turn.AT_ONCE)
def terminate_threads(conversation: Conversation, arguments: TerminateThreadsArguments) -> None:
    """End some scripts."""
    for thread in arguments.thread_ids or ():
        conversation.session.terminate(thread)


@serves("disconnect", Turn.AT_ONCE)
def disconnect(conversation: Conversation, arguments: DisconnectArguments) -> Reply:
    """The client goes."""
    conversation.run.leave(arguments.terminate_debuggee)
    return Reply(None, conversation.line.hang_up)


@serves("cancel", Turn.AT_ONCE)
def cancel(conversation: Conversation, arguments: CancelArguments) -> None:
    """Answer a request now, and end what a script evaluates for it. What that has done already is not undone."""
    wanted = arguments.request_id
    if wanted is None and arguments.progress_id is not None and arguments.progress_id.isdecimal():
        wanted = int(arguments.progress_id)
    if wanted is None:
        raise RequestError("cancel needs a requestId, or the progressId of a progress that was told")
    conversation.line.cancel(wanted)


def _ask_for_breakpoints(conversation: Conversation) -> None:
    conversation.line.event("initialized")
    conversation.run.withdraw_capabilities()

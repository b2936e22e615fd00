"""Requests that let scripts run, and stop them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.requests import Turn, serves
from debug.dap.types import (
    ContinueResponseBody,
    StepInTarget,
    StepInTargetsResponseBody,
    Thread,
    ThreadsResponseBody,
)

if TYPE_CHECKING:
    from debug.dap.conversation import Conversation
    from debug.dap.requests import NoArguments
    from debug.dap.types import (
        ContinueArguments,
        NextArguments,
        PauseArguments,
        StepInArguments,
        StepInTargetsArguments,
        StepOutArguments,
        SteppingGranularity,
    )
    from debug.debugger.stepping import StepKind


@serves("continue", Turn.IN_TURN)
def continue_(conversation: Conversation, arguments: ContinueArguments) -> ContinueResponseBody:
    """Let a thread go on. Each script stops by itself, so the others stay as they are."""
    conversation.session.resume(arguments.thread_id)
    conversation.going_on(arguments.thread_id)
    return ContinueResponseBody(all_threads_continued=False)


@serves("next", Turn.IN_TURN)
def next_(conversation: Conversation, arguments: NextArguments) -> None:
    """Step over calls."""
    _step(conversation, arguments.thread_id, "over", arguments.granularity)


@serves("stepIn", Turn.IN_TURN)
def step_in(conversation: Conversation, arguments: StepInArguments) -> None:
    """Step into the next call."""
    _step(conversation, arguments.thread_id, "into", arguments.granularity, arguments.target_id)


@serves("stepInTargets", Turn.WAITING)
def step_in_targets(
    conversation: Conversation, arguments: StepInTargetsArguments
) -> StepInTargetsResponseBody:
    """The calls that `stepIn` can go into, in the order in which they are made."""
    targets = conversation.session.inspector.step_targets(arguments.frame_id)
    spans = (conversation.view.span(one.location) for one in targets)
    return StepInTargetsResponseBody(
        tuple(StepInTarget(one.id, one.text, *span) for one, span in zip(targets, spans, strict=True))
    )


@serves("stepOut", Turn.IN_TURN)
def step_out(conversation: Conversation, arguments: StepOutArguments) -> None:
    """Step out of the function."""
    _step(conversation, arguments.thread_id, "out", arguments.granularity)


@serves("pause", Turn.AT_ONCE)
def pause(conversation: Conversation, arguments: PauseArguments) -> None:
    """Stop a thread at its next statement."""
    conversation.session.pause(arguments.thread_id)


@serves("threads", Turn.AT_ONCE)
def threads(conversation: Conversation, _arguments: NoArguments) -> ThreadsResponseBody:
    """The scripts."""
    return ThreadsResponseBody(
        tuple(Thread(thread.id, thread.name) for thread in conversation.session.threads())
    )


def _step(
    conversation: Conversation,
    thread: int,
    kind: StepKind,
    granularity: SteppingGranularity | None,
    target: int | None = None,
) -> None:
    # There is nothing smaller than a statement here; the protocol lets an adapter take what is nearest.
    conversation.session.step(
        thread, kind, "line" if granularity in (None, "line") else "statement", target=target
    )
    conversation.going_on(thread)

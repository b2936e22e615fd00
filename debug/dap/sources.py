"""Requests about sources, and modules: each source that is loaded is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.dap.errors import RequestError
from debug.dap.requests import Turn, serves
from debug.dap.types import (
    LoadedSourcesResponseBody,
    ModulesResponseBody,
    Source,
    SourceResponseBody,
)

if TYPE_CHECKING:
    from debug.dap.conversation import Conversation
    from debug.dap.types import LoadedSourcesArguments, ModulesArguments, SourceArguments

_MIME_TYPES = {"lua": "text/x-lua", "javascript": "text/javascript", "python": "text/x-python"}


@serves("source", Turn.AT_ONCE)
def source(conversation: Conversation, arguments: SourceArguments) -> SourceResponseBody:
    """A source as it was loaded."""
    file = conversation.view.file_of(arguments.source or Source(source_reference=arguments.source_reference))
    info = conversation.view.latest(file)
    if info is None:
        raise RequestError(f"no source {file} is loaded")
    threads = conversation.session.threads()
    language = next((thread.language for thread in threads if thread.id == info.thread), None)
    text = conversation.session.sources.text(info.id)
    return SourceResponseBody(text, None if language is None else _MIME_TYPES[language])


@serves("loadedSources", Turn.AT_ONCE)
def loaded_sources(
    conversation: Conversation, _arguments: LoadedSourcesArguments
) -> LoadedSourcesResponseBody:
    """All that is loaded."""
    view = conversation.view
    return LoadedSourcesResponseBody(
        tuple(view.source(info, info.unstoppable) for info in conversation.session.sources.all())
    )


@serves("modules", Turn.AT_ONCE)
def modules(conversation: Conversation, arguments: ModulesArguments) -> ModulesResponseBody:
    """All that is loaded, or a page of it."""
    every = conversation.session.sources.all()
    start = max(0, arguments.start_module or 0)
    count = arguments.module_count or len(every)
    page = every[start : start + max(0, count)]
    return ModulesResponseBody(tuple(conversation.view.module(info) for info in page), len(every))

"""Messages of the Debug Adapter Protocol, version 1.71.0.

Made by `python -m scripts.dap_types` from the schema that the protocol publishes (debugAdapterProtocol.json,
https://github.com/microsoft/debug-adapter-protocol, MIT); change that, not this.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

BreakpointModeApplicability: TypeAlias = str

ChecksumAlgorithm: TypeAlias = Literal["MD5", "SHA1", "SHA256", "timestamp"]

CompletionItemType: TypeAlias = Literal[
    "method",
    "function",
    "constructor",
    "field",
    "variable",
    "class",
    "interface",
    "module",
    "property",
    "unit",
    "value",
    "enum",
    "keyword",
    "snippet",
    "text",
    "color",
    "file",
    "reference",
    "customcolor",
]

DataBreakpointAccessType: TypeAlias = Literal["read", "write", "readWrite"]

ExceptionBreakMode: TypeAlias = Literal["never", "always", "unhandled", "userUnhandled"]

InvalidatedAreas: TypeAlias = str

SteppingGranularity: TypeAlias = Literal["statement", "line", "instruction"]


class AttachRequestArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `attach` request."""

    restart_: Any = msgspec.field(default=None, name="__restart")


class Breakpoint(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Information about a breakpoint created in `setBreakpoints`, `setFunctionBreakpoints`,
    `setInstructionBreakpoints`, or `setDataBreakpoints` requests.
    """

    verified: bool
    id: int | None = None
    message: str | None = None
    source: Source | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    instruction_reference: str | None = None
    offset: int | None = None
    reason: Literal["pending", "failed"] | None = None


class BreakpointEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `breakpoint`."""

    reason: str
    breakpoint: Breakpoint


class BreakpointLocation(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Properties of a breakpoint location returned from the `breakpointLocations` request."""

    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class BreakpointLocationsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `breakpointLocations` request."""

    source: Source
    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class BreakpointLocationsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `breakpointLocations`."""

    breakpoints: tuple[BreakpointLocation, ...]


class BreakpointMode(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A `BreakpointMode` is provided as a option when setting breakpoints on sources or instructions."""

    mode: str
    label: str
    applies_to: tuple[BreakpointModeApplicability, ...]
    description: str | None = None


class CancelArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `cancel` request."""

    request_id: int | None = None
    progress_id: str | None = None


class Capabilities(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Information about the capabilities of a debug adapter."""

    supports_configuration_done_request: bool | None = None
    supports_function_breakpoints: bool | None = None
    supports_conditional_breakpoints: bool | None = None
    supports_hit_conditional_breakpoints: bool | None = None
    supports_evaluate_for_hovers: bool | None = None
    exception_breakpoint_filters: tuple[ExceptionBreakpointsFilter, ...] | None = None
    supports_step_back: bool | None = None
    supports_set_variable: bool | None = None
    supports_restart_frame: bool | None = None
    supports_goto_targets_request: bool | None = None
    supports_step_in_targets_request: bool | None = None
    supports_completions_request: bool | None = None
    completion_trigger_characters: tuple[str, ...] | None = None
    supports_modules_request: bool | None = None
    additional_module_columns: tuple[ColumnDescriptor, ...] | None = None
    supported_checksum_algorithms: tuple[ChecksumAlgorithm, ...] | None = None
    supports_restart_request: bool | None = None
    supports_exception_options: bool | None = None
    supports_value_formatting_options: bool | None = None
    supports_exception_info_request: bool | None = None
    support_terminate_debuggee: bool | None = None
    support_suspend_debuggee: bool | None = None
    supports_delayed_stack_trace_loading: bool | None = None
    supports_loaded_sources_request: bool | None = None
    supports_log_points: bool | None = None
    supports_terminate_threads_request: bool | None = None
    supports_set_expression: bool | None = None
    supports_terminate_request: bool | None = None
    supports_data_breakpoints: bool | None = None
    supports_read_memory_request: bool | None = None
    supports_write_memory_request: bool | None = None
    supports_disassemble_request: bool | None = None
    supports_cancel_request: bool | None = None
    supports_breakpoint_locations_request: bool | None = None
    supports_clipboard_context: bool | None = None
    supports_stepping_granularity: bool | None = None
    supports_instruction_breakpoints: bool | None = None
    supports_exception_filter_options: bool | None = None
    supports_single_thread_execution_requests: bool | None = None
    supports_data_breakpoint_bytes: bool | None = None
    breakpoint_modes: tuple[BreakpointMode, ...] | None = None
    supports_ansi_styling: bool | None = msgspec.field(default=None, name="supportsANSIStyling")


class CapabilitiesEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `capabilities`."""

    capabilities: Capabilities


class Checksum(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """The checksum of an item calculated by the specified algorithm."""

    algorithm: ChecksumAlgorithm
    checksum: str


class ColumnDescriptor(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A `ColumnDescriptor` specifies what module attribute to show in a column of the modules view, how to format it,
    and what the column's label should be.
    """

    attribute_name: str
    label: str
    format: str | None = None
    type: Literal["string", "number", "boolean", "unixTimestampUTC"] | None = None
    width: int | None = None


class CompletionItem(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """`CompletionItems` are the suggestions returned from the `completions` request."""

    label: str
    text: str | None = None
    sort_text: str | None = None
    detail: str | None = None
    type: CompletionItemType | None = None
    start: int | None = None
    length: int | None = None
    selection_start: int | None = None
    selection_length: int | None = None


class CompletionsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `completions` request."""

    text: str
    column: int
    frame_id: int | None = None
    line: int | None = None


class CompletionsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `completions`."""

    targets: tuple[CompletionItem, ...]


class ConfigurationDoneArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `configurationDone` request."""


class ContinueArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `continue` request."""

    thread_id: int
    single_thread: bool | None = None


class ContinueResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `continue`."""

    all_threads_continued: bool | None = None


class ContinuedEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `continued`."""

    thread_id: int
    all_threads_continued: bool | None = None


class DataBreakpoint(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Properties of a data breakpoint passed to the `setDataBreakpoints` request."""

    data_id: str
    access_type: DataBreakpointAccessType | None = None
    condition: str | None = None
    hit_condition: str | None = None


class DataBreakpointInfoArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `dataBreakpointInfo` request."""

    name: str
    variables_reference: int | None = None
    frame_id: int | None = None
    bytes: int | None = None
    as_address: bool | None = None
    mode: str | None = None


class DataBreakpointInfoResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `dataBreakpointInfo`."""

    data_id: str | None
    description: str
    access_types: tuple[DataBreakpointAccessType, ...] | None = None
    can_persist: bool | None = None


class DisconnectArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `disconnect` request."""

    restart: bool | None = None
    terminate_debuggee: bool | None = None
    suspend_debuggee: bool | None = None


class EvaluateArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `evaluate` request."""

    expression: str
    frame_id: int | None = None
    line: int | None = None
    column: int | None = None
    source: Source | None = None
    context: str | None = None
    format: ValueFormat | None = None


class EvaluateResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `evaluate`."""

    result: str
    variables_reference: int
    type: str | None = None
    presentation_hint: VariablePresentationHint | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    memory_reference: str | None = None
    value_location_reference: int | None = None


class ExceptionBreakpointsFilter(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An `ExceptionBreakpointsFilter` is shown in the UI as an filter option for configuring how exceptions are dealt
    with.
    """

    filter: str
    label: str
    description: str | None = None
    default: bool | None = None
    supports_condition: bool | None = None
    condition_description: str | None = None


class ExceptionDetails(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Detailed information about an exception that has occurred."""

    message: str | None = None
    type_name: str | None = None
    full_type_name: str | None = None
    evaluate_name: str | None = None
    stack_trace: str | None = None
    inner_exception: tuple[ExceptionDetails, ...] | None = None


class ExceptionFilterOptions(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An `ExceptionFilterOptions` is used to specify an exception filter together with a condition for the
    `setExceptionBreakpoints` request.
    """

    filter_id: str
    condition: str | None = None
    mode: str | None = None


class ExceptionInfoArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `exceptionInfo` request."""

    thread_id: int


class ExceptionInfoResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `exceptionInfo`."""

    exception_id: str
    break_mode: ExceptionBreakMode
    description: str | None = None
    details: ExceptionDetails | None = None


class ExceptionOptions(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An `ExceptionOptions` assigns configuration options to a set of exceptions."""

    break_mode: ExceptionBreakMode
    path: tuple[ExceptionPathSegment, ...] | None = None


class ExceptionPathSegment(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An `ExceptionPathSegment` represents a segment in a path that is used to match leafs or nodes in a tree of
    exceptions.
    """

    names: tuple[str, ...]
    negate: bool | None = None


class ExitedEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `exited`."""

    exit_code: int


class FunctionBreakpoint(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Properties of a breakpoint passed to the `setFunctionBreakpoints` request."""

    name: str
    condition: str | None = None
    hit_condition: str | None = None


class InitializeRequestArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `initialize` request."""

    adapter_id: str = msgspec.field(name="adapterID")
    client_id: str | None = msgspec.field(default=None, name="clientID")
    client_name: str | None = None
    locale: str | None = None
    lines_start_at1: bool | None = None
    columns_start_at1: bool | None = None
    path_format: str | None = None
    supports_variable_type: bool | None = None
    supports_variable_paging: bool | None = None
    supports_run_in_terminal_request: bool | None = None
    supports_memory_references: bool | None = None
    supports_progress_reporting: bool | None = None
    supports_invalidated_event: bool | None = None
    supports_memory_event: bool | None = None
    supports_args_can_be_interpreted_by_shell: bool | None = None
    supports_start_debugging_request: bool | None = None
    supports_ansi_styling: bool | None = msgspec.field(default=None, name="supportsANSIStyling")


class InvalidatedEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `invalidated`."""

    areas: tuple[InvalidatedAreas, ...] | None = None
    thread_id: int | None = None
    stack_frame_id: int | None = None


class LaunchRequestArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `launch` request."""

    no_debug: bool | None = None
    restart_: Any = msgspec.field(default=None, name="__restart")


class LoadedSourceEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `loadedSource`."""

    reason: Literal["new", "changed", "removed"]
    source: Source


class LoadedSourcesArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `loadedSources` request."""


class LoadedSourcesResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `loadedSources`."""

    sources: tuple[Source, ...]


class Module(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A Module object represents a row in the modules view."""

    id: int | str
    name: str
    path: str | None = None
    is_optimized: bool | None = None
    is_user_code: bool | None = None
    version: str | None = None
    symbol_status: str | None = None
    symbol_file_path: str | None = None
    date_time_stamp: str | None = None
    address_range: str | None = None


class ModuleEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `module`."""

    reason: Literal["new", "changed", "removed"]
    module: Module


class ModulesArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `modules` request."""

    start_module: int | None = None
    module_count: int | None = None


class ModulesResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `modules`."""

    modules: tuple[Module, ...]
    total_modules: int | None = None


class NextArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `next` request."""

    thread_id: int
    single_thread: bool | None = None
    granularity: SteppingGranularity | None = None


class OutputEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `output`."""

    output: str
    category: str | None = None
    group: Literal["start", "startCollapsed", "end"] | None = None
    variables_reference: int | None = None
    source: Source | None = None
    line: int | None = None
    column: int | None = None
    data: Any = None
    location_reference: int | None = None


class PauseArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `pause` request."""

    thread_id: int


class ProcessEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `process`."""

    name: str
    system_process_id: int | None = None
    is_local_process: bool | None = None
    start_method: Literal["launch", "attach", "attachForSuspendedLaunch"] | None = None
    pointer_size: int | None = None


class ProgressEndEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `progressEnd`."""

    progress_id: str
    message: str | None = None


class ProgressStartEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `progressStart`."""

    progress_id: str
    title: str
    request_id: int | None = None
    cancellable: bool | None = None
    message: str | None = None
    percentage: float | None = None


class ProgressUpdateEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `progressUpdate`."""

    progress_id: str
    message: str | None = None
    percentage: float | None = None


class RestartArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `restart` request."""

    arguments: Any = None


class Scope(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A `Scope` is a named container for variables."""

    name: str
    variables_reference: int
    expensive: bool
    presentation_hint: str | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    source: Source | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class ScopesArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `scopes` request."""

    frame_id: int


class ScopesResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `scopes`."""

    scopes: tuple[Scope, ...]


class SetBreakpointsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `setBreakpoints` request."""

    source: Source
    breakpoints: tuple[SourceBreakpoint, ...] | None = None
    lines: tuple[int, ...] | None = None
    source_modified: bool | None = None


class SetBreakpointsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `setBreakpoints`."""

    breakpoints: tuple[Breakpoint, ...]


class SetDataBreakpointsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `setDataBreakpoints` request."""

    breakpoints: tuple[DataBreakpoint, ...]


class SetDataBreakpointsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `setDataBreakpoints`."""

    breakpoints: tuple[Breakpoint, ...]


class SetExceptionBreakpointsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `setExceptionBreakpoints` request."""

    filters: tuple[str, ...]
    filter_options: tuple[ExceptionFilterOptions, ...] | None = None
    exception_options: tuple[ExceptionOptions, ...] | None = None


class SetExceptionBreakpointsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `setExceptionBreakpoints`."""

    breakpoints: tuple[Breakpoint, ...] | None = None


class SetExpressionArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `setExpression` request."""

    expression: str
    value: str
    frame_id: int | None = None
    format: ValueFormat | None = None


class SetExpressionResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `setExpression`."""

    value: str
    type: str | None = None
    presentation_hint: VariablePresentationHint | None = None
    variables_reference: int | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    memory_reference: str | None = None
    value_location_reference: int | None = None


class SetFunctionBreakpointsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `setFunctionBreakpoints` request."""

    breakpoints: tuple[FunctionBreakpoint, ...]


class SetFunctionBreakpointsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `setFunctionBreakpoints`."""

    breakpoints: tuple[Breakpoint, ...]


class SetVariableArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `setVariable` request."""

    variables_reference: int
    name: str
    value: str
    format: ValueFormat | None = None


class SetVariableResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `setVariable`."""

    value: str
    type: str | None = None
    variables_reference: int | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    memory_reference: str | None = None
    value_location_reference: int | None = None


class Source(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A `Source` is a descriptor for source code."""

    name: str | None = None
    path: str | None = None
    source_reference: int | None = None
    presentation_hint: Literal["normal", "emphasize", "deemphasize"] | None = None
    origin: str | None = None
    sources: tuple[Source, ...] | None = None
    adapter_data: Any = None
    checksums: tuple[Checksum, ...] | None = None


class SourceArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `source` request."""

    source_reference: int
    source: Source | None = None


class SourceBreakpoint(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Properties of a breakpoint or logpoint passed to the `setBreakpoints` request."""

    line: int
    column: int | None = None
    condition: str | None = None
    hit_condition: str | None = None
    log_message: str | None = None
    mode: str | None = None


class SourceResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `source`."""

    content: str
    mime_type: str | None = None


class StackFrame(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A Stackframe contains the source location."""

    id: int
    name: str
    line: int
    column: int
    source: Source | None = None
    end_line: int | None = None
    end_column: int | None = None
    can_restart: bool | None = None
    instruction_pointer_reference: str | None = None
    module_id: int | str | None = None
    presentation_hint: Literal["normal", "label", "subtle"] | None = None


class StackFrameFormat(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """The body of StackFrameFormat."""

    hex: bool | None = None
    parameters: bool | None = None
    parameter_types: bool | None = None
    parameter_names: bool | None = None
    parameter_values: bool | None = None
    line: bool | None = None
    module: bool | None = None
    include_all: bool | None = None


class StackTraceArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `stackTrace` request."""

    thread_id: int
    start_frame: int | None = None
    levels: int | None = None
    format: StackFrameFormat | None = None


class StackTraceResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `stackTrace`."""

    stack_frames: tuple[StackFrame, ...]
    total_frames: int | None = None


class StepInArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `stepIn` request."""

    thread_id: int
    single_thread: bool | None = None
    target_id: int | None = None
    granularity: SteppingGranularity | None = None


class StepInTarget(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A `StepInTarget` can be used in the `stepIn` request and determines into which single target the `stepIn`
    request should step.
    """

    id: int
    label: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class StepInTargetsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `stepInTargets` request."""

    frame_id: int


class StepInTargetsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `stepInTargets`."""

    targets: tuple[StepInTarget, ...]


class StepOutArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `stepOut` request."""

    thread_id: int
    single_thread: bool | None = None
    granularity: SteppingGranularity | None = None


class StoppedEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `stopped`."""

    reason: str
    description: str | None = None
    thread_id: int | None = None
    preserve_focus_hint: bool | None = None
    text: str | None = None
    all_threads_stopped: bool | None = None
    hit_breakpoint_ids: tuple[int, ...] | None = None


class TerminateArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `terminate` request."""

    restart: bool | None = None


class TerminateThreadsArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `terminateThreads` request."""

    thread_ids: tuple[int, ...] | None = None


class TerminatedEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `terminated`."""

    restart: Any = None


class Thread(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A Thread"""

    id: int
    name: str


class ThreadEventBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the event `thread`."""

    reason: str
    thread_id: int


class ThreadsResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `threads`."""

    threads: tuple[Thread, ...]


class ValueFormat(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Provides formatting information for a value."""

    hex: bool | None = None


class Variable(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A Variable is a name/value pair."""

    name: str
    value: str
    variables_reference: int
    type: str | None = None
    presentation_hint: VariablePresentationHint | None = None
    evaluate_name: str | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    memory_reference: str | None = None
    declaration_location_reference: int | None = None
    value_location_reference: int | None = None


class VariablePresentationHint(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Properties of a variable that can be used to determine how to render the variable in the UI."""

    kind: str | None = None
    attributes: tuple[str, ...] | None = None
    visibility: str | None = None
    lazy: bool | None = None


class VariablesArguments(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Arguments for `variables` request."""

    variables_reference: int
    filter: Literal["indexed", "named"] | None = None
    start: int | None = None
    count: int | None = None
    format: ValueFormat | None = None


class VariablesResponseBody(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Of the response to `variables`."""

    variables: tuple[Variable, ...]


REQUESTS: dict[str, type[msgspec.Struct] | None] = {
    "attach": AttachRequestArguments,
    "breakpointLocations": BreakpointLocationsArguments,
    "cancel": CancelArguments,
    "completions": CompletionsArguments,
    "configurationDone": ConfigurationDoneArguments,
    "continue": ContinueArguments,
    "dataBreakpointInfo": DataBreakpointInfoArguments,
    "disconnect": DisconnectArguments,
    "evaluate": EvaluateArguments,
    "exceptionInfo": ExceptionInfoArguments,
    "initialize": InitializeRequestArguments,
    "launch": LaunchRequestArguments,
    "loadedSources": LoadedSourcesArguments,
    "modules": ModulesArguments,
    "next": NextArguments,
    "pause": PauseArguments,
    "restart": RestartArguments,
    "scopes": ScopesArguments,
    "setBreakpoints": SetBreakpointsArguments,
    "setDataBreakpoints": SetDataBreakpointsArguments,
    "setExceptionBreakpoints": SetExceptionBreakpointsArguments,
    "setExpression": SetExpressionArguments,
    "setFunctionBreakpoints": SetFunctionBreakpointsArguments,
    "setVariable": SetVariableArguments,
    "source": SourceArguments,
    "stackTrace": StackTraceArguments,
    "stepIn": StepInArguments,
    "stepInTargets": StepInTargetsArguments,
    "stepOut": StepOutArguments,
    "terminate": TerminateArguments,
    "terminateThreads": TerminateThreadsArguments,
    "threads": None,
    "variables": VariablesArguments,
}
"""The arguments of the requests that are served, by command."""


EVENTS: dict[str, type[msgspec.Struct] | None] = {
    "breakpoint": BreakpointEventBody,
    "capabilities": CapabilitiesEventBody,
    "continued": ContinuedEventBody,
    "exited": ExitedEventBody,
    "initialized": None,
    "invalidated": InvalidatedEventBody,
    "loadedSource": LoadedSourceEventBody,
    "module": ModuleEventBody,
    "output": OutputEventBody,
    "process": ProcessEventBody,
    "progressEnd": ProgressEndEventBody,
    "progressStart": ProgressStartEventBody,
    "progressUpdate": ProgressUpdateEventBody,
    "stopped": StoppedEventBody,
    "terminated": TerminatedEventBody,
    "thread": ThreadEventBody,
}
"""The bodies of the events that are sent, by name."""

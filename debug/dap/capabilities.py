"""What the adapter tells a client that it can do: what is served, and nothing else."""

from __future__ import annotations

from debug.dap.types import Capabilities, ExceptionBreakpointsFilter

UNCAUGHT = "uncaught"
CAUGHT = "caught"

_CONDITION = "An expression over `error`, e.g. error ~= nil"

EXCEPTION_FILTERS = (
    ExceptionBreakpointsFilter(
        filter=UNCAUGHT,
        label="Uncaught errors",
        description="Stops where an error is thrown that nothing in the script catches.",
        default=True,
        supports_condition=True,
        condition_description=_CONDITION,
    ),
    ExceptionBreakpointsFilter(
        filter=CAUGHT,
        label="Caught errors",
        description="Stops where an error is thrown that the script catches (pcall, try).",
        default=False,
        supports_condition=True,
        condition_description=_CONDITION,
    ),
)


def capabilities(*, launches: bool) -> Capabilities:
    """Of an adapter that launches scripts, or of one that is attached to."""
    return Capabilities(
        supports_configuration_done_request=True,
        supports_function_breakpoints=True,
        supports_conditional_breakpoints=True,
        supports_hit_conditional_breakpoints=True,
        supports_evaluate_for_hovers=True,
        exception_breakpoint_filters=EXCEPTION_FILTERS,
        supports_set_variable=True,
        supports_completions_request=True,
        completion_trigger_characters=(".", ":", "["),
        supports_modules_request=True,
        supports_restart_request=launches,
        supports_exception_info_request=True,
        support_terminate_debuggee=True,
        supports_delayed_stack_trace_loading=True,
        supports_loaded_sources_request=True,
        supports_log_points=True,
        supports_terminate_threads_request=True,
        supports_step_in_targets_request=True,
        supports_set_expression=True,
        supports_terminate_request=True,
        supports_data_breakpoints=True,
        supports_cancel_request=True,
        supports_breakpoint_locations_request=True,
        supports_clipboard_context=True,
        supports_stepping_granularity=True,
        supports_exception_filter_options=True,
        supports_single_thread_execution_requests=True,
    )


WITHOUT_DEBUGGER = Capabilities(
    supports_function_breakpoints=False,
    supports_conditional_breakpoints=False,
    supports_hit_conditional_breakpoints=False,
    supports_evaluate_for_hovers=False,
    supports_set_variable=False,
    supports_completions_request=False,
    supports_modules_request=False,
    supports_exception_info_request=False,
    supports_loaded_sources_request=False,
    supports_log_points=False,
    supports_terminate_threads_request=False,
    supports_step_in_targets_request=False,
    supports_set_expression=False,
    supports_data_breakpoints=False,
    supports_breakpoint_locations_request=False,
    supports_stepping_granularity=False,
)
"""What a run without a debugger (`noDebug`) takes back."""

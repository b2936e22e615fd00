-- The Debug global as scripts see it: every function of the API by its name.
local Debug = ...

return {
  -- In one go and in this order, so that the calls that are made most stand first in their hash chains.
  debug = Debug.debug,
  trace = Debug.trace,
  info = Debug.info,
  warn = Debug.warn,
  error = Debug.error,
  log = Debug.log,
  logWithData = Debug.logWithData,

  setLevel = Debug.setLevel,
  getLevel = Debug.getLevel,
  setEnabled = Debug.setEnabled,
  isEnabled = Debug.isEnabled,

  addModuleFilter = Debug.addModuleFilter,
  addAdvancedFilter = Debug.addAdvancedFilter,
  removeModuleFilter = Debug.removeModuleFilter,
  clearModuleFilters = Debug.clearModuleFilters,
  setDefaultFilterEnabled = Debug.setDefaultFilterEnabled,
  getFilterSummary = Debug.getFilterSummary,

  timer = Debug.timer,
  time = Debug.time,
  recordEvent = Debug.recordEvent,
  performanceReport = Debug.performanceReport,
  jsonReport = Debug.jsonReport,
  flameGraph = Debug.flameGraph,
  memoryStats = Debug.memoryStats,
  memorySnapshot = Debug.memorySnapshot,

  profileStart = Debug.profileStart,
  profileStop = Debug.profileStop,

  getCapturedEntries = Debug.getCapturedEntries,
  clearCaptured = Debug.clearCaptured,

  dump = Debug.dump,
  dumpCompact = Debug.dumpCompact,
  dumpVerbose = Debug.dumpVerbose,
  dumpWithOptions = Debug.dumpWithOptions,
  stackTrace = Debug.stackTrace,
  stackTraceJson = Debug.stackTraceJson,
  breakpoint = Debug.breakpoint,
}

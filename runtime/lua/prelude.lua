-- The Debug global, for every Lua: what is switched off is decided here, before anything crosses into Python.
local host, pictures, take_stack, control, OWN_LIMITS = ...
local picture = pictures.picture

local type, tostring, pcall, error, setmetatable, rawset = type, tostring, pcall, error, setmetatable, rawset
local floor_of = math.floor

local emit, emit_value, threshold = host.emit, host.emit_value, host.threshold
if control.limited then -- then an entry may find no memory, which is not the script's error
  function emit(level, message, module)
    local ok, problem = pcall(host.emit, level, message, module)
    if not ok and control.stopping then error(problem, 0) end
  end
end
local message_limits, data_limits = OWN_LIMITS.message, OWN_LIMITS.data

local Debug = {}

-- Levels: `floor` is the most verbose level that any module passes at, `base` the one without a module,
-- `mods` the one of each module that was asked for. The flags say the same as `floor`: testing one is the
-- cheapest check that Lua has.
local INFO = 3
local MAX_MODULES = 10000
local floor, base, mods = 0, 0, nil
local may_error, may_warn, may_info, may_debug, may_trace = false, false, false, false, false
local known_modules = 0

local ask_threshold = {__index = function(cache, module)
  if type(module) ~= "string" then
    if type(module) == "number" then return cache[tostring(module)] end
    return base
  end
  local found = threshold(module)
  known_modules = known_modules + 1
  if known_modules > MAX_MODULES then control.sync() end
  rawset(cache, module, found)
  return found
end}

function control.sync()
  floor, base = host.levels()
  may_error, may_warn, may_info, may_debug, may_trace = floor >= 1, floor >= 2, floor >= 3, floor >= 4, floor >= 5
  known_modules = 0
  mods = setmetatable({}, ask_threshold)
end

local sync = control.sync

-- What goes wrong inside Debug stays inside: one warning for each cause.
local function warn(cause, message)
  pcall(host.warn, cause, message)
end

local function report_failure(name, problem)
  warn(name .. " failed", "Debug." .. name .. ": " .. (type(problem) == "string" and problem or type(problem)))
end

local function settle(name, fallback, ok, ...)
  if ok then return ... end
  local problem = ...
  if control.stopping then error(problem, 0) end
  pcall(report_failure, name, problem) -- where there is no memory left, there is none for words
  return fallback
end

local function define(name, fallback, f)
  Debug[name] = function(...)
    return settle(name, fallback, pcall(f, ...))
  end
end

local function wrong(name, what, expected, got)
  warn(name .. " " .. what .. " " .. type(got),
    "Debug." .. name .. ": " .. what .. " should be " .. expected .. ", not " .. (got == nil and "nil" or "a " .. type(got)))
end

-- `value` as a string; what is none is reported and shown as a dump.
local function as_string(name, what, value)
  if type(value) == "string" then return value end
  wrong(name, what, "a string", value)
  if type(value) == "number" then return tostring(value) end
  return value == nil and "?" or picture(value, message_limits)
end

local function as_module(name, module)
  if module == nil or type(module) == "string" then return module end
  wrong(name, "module", "a string", module)
  return type(module) == "number" and tostring(module) or nil
end

-- Logging

local function log_value(level, message, module)
  local is_text = type(message) == "string"
  emit_value(level, is_text and message or picture(message, message_limits), is_text, as_module("log", module), nil)
end

local function log(level, message, module)
  if type(message) == "string" and (module == nil or type(module) == "string") then
    emit(level, message, module)
  else
    settle("log", nil, pcall(log_value, level, message, module))
  end
end

function Debug.error(message, module)
  if not may_error then return end
  if module == nil then
    if base < 1 then return end
  elseif mods[module] < 1 then
    return
  end
  log(1, message, module)
end

function Debug.warn(message, module)
  if not may_warn then return end
  if module == nil then
    if base < 2 then return end
  elseif mods[module] < 2 then
    return
  end
  log(2, message, module)
end

function Debug.info(message, module)
  if not may_info then return end
  if module == nil then
    if base < 3 then return end
  elseif mods[module] < 3 then
    return
  end
  log(3, message, module)
end

function Debug.debug(message, module)
  if not may_debug then return end
  if module == nil then
    if base < 4 then return end
  elseif mods[module] < 4 then
    return
  end
  log(4, message, module)
end

function Debug.trace(message, module)
  if not may_trace then return end
  if module == nil then
    if base < 5 then return end
  elseif mods[module] < 5 then
    return
  end
  log(5, message, module)
end

local levels = setmetatable({}, {__index = function(cache, name)
  if type(name) ~= "string" then return nil end
  local found = host.level_of(name)
  if found == nil or found == 0 then return nil end
  rawset(cache, name, found)
  return found
end})

local function passes(level, module)
  return floor >= level and (module == nil and base or mods[module]) >= level
end

define("log", nil, function(name, message, module)
  local level = levels[name]
  if level then
    if passes(level, module) then log(level, message, module) end
  elseif passes(INFO, module) then
    local is_text = type(message) == "string"
    local requested = '{"t":"table","pair_count":1,"pairs":[["requested_level",'
      .. picture(name, message_limits) .. "]]}"
    emit_value(INFO, is_text and message or picture(message, message_limits), is_text, as_module("log", module), requested)
  end
end)

define("logWithData", nil, function(name, message, data, module)
  local level = levels[name]
  if not passes(level or INFO, module) then return end
  local shown = data ~= nil and picture(data, data_limits) or nil
  if not level then
    local requested = '["requested_level",' .. picture(name, message_limits) .. "]"
    shown = '{"t":"table","pair_count":2,"pairs":[' .. (shown and '["data",' .. shown .. "]," or "") .. requested .. "]}"
  end
  local is_text = type(message) == "string"
  emit_value(level or INFO, is_text and message or picture(message, message_limits), is_text,
    as_module("logWithData", module), shown)
end)

-- Switches

define("setLevel", false, function(level)
  if type(level) ~= "string" then
    wrong("setLevel", "level", "a string", level)
    return false
  end
  local done = host.set_level(level)
  sync()
  return done
end)

define("getLevel", "OFF", function() return host.get_level() end)

define("setEnabled", nil, function(enabled)
  if type(enabled) ~= "boolean" then
    wrong("setEnabled", "enabled", "a boolean", enabled)
    return
  end
  host.set_enabled(enabled)
  sync()
end)

define("isEnabled", false, function() return host.is_enabled() end)

-- Module filters

local function as_enabled(name, enabled)
  if enabled == nil then return true end
  if type(enabled) ~= "boolean" then wrong(name, "enabled", "a boolean", enabled) end
  return enabled ~= false
end

define("addModuleFilter", nil, function(pattern, enabled)
  if type(pattern) ~= "string" then
    wrong("addModuleFilter", "pattern", "a string", pattern)
    return
  end
  host.add_filter(pattern, as_enabled("addModuleFilter", enabled))
  sync()
end)

define("addAdvancedFilter", false, function(pattern, kind, enabled)
  if type(pattern) ~= "string" or type(kind) ~= "string" then
    wrong("addAdvancedFilter", "pattern and type", "strings", type(pattern) ~= "string" and pattern or kind)
    return false
  end
  local done = host.add_advanced_filter(pattern, kind, as_enabled("addAdvancedFilter", enabled))
  sync()
  return done
end)

define("removeModuleFilter", false, function(pattern)
  if type(pattern) ~= "string" then
    wrong("removeModuleFilter", "pattern", "a string", pattern)
    return false
  end
  local done = host.remove_filter(pattern)
  sync()
  return done
end)

define("clearModuleFilters", nil, function()
  host.clear_filters()
  sync()
end)

define("setDefaultFilterEnabled", nil, function(enabled)
  if type(enabled) ~= "boolean" then
    wrong("setDefaultFilterEnabled", "enabled", "a boolean", enabled)
    return
  end
  host.set_default_filter(enabled)
  sync()
end)

define("getFilterSummary", nil, function() return host.filter_summary() end)

-- Profiles

define("profileStart", false, function() return host.profile_start() end)
define("profileStop", false, function() return host.profile_stop() end)

-- Captured entries

define("getCapturedEntries", nil, function(limit)
  if limit ~= nil and (type(limit) ~= "number" or limit ~= limit) then
    wrong("getCapturedEntries", "limit", "a number", limit)
    limit = nil
  end
  if limit then
    if limit < 0 then limit = 0 end
    limit = limit < 2147483647 and floor_of(limit) or nil
  end
  return host.entries(limit)
end)

define("clearCaptured", nil, function() host.clear_entries() end)

-- Dumps

local function dump(name, value, options, label)
  local limits = host.dump_limits(options)
  return host.dump(picture(value, limits), options, label ~= nil and as_string(name, "label", label) or nil)
end

define("dump", "", function(value, label) return dump("dump", value, "default", label) end)
define("dumpCompact", "", function(value, label) return dump("dumpCompact", value, "compact", label) end)
define("dumpVerbose", "", function(value, label) return dump("dumpVerbose", value, "verbose", label) end)

local function as_options(name, options)
  if type(options) == "table" then return picture(options, data_limits) end
  if options ~= nil then wrong(name, "options", "a table", options) end
  return nil
end

define("dumpWithOptions", "", function(value, options, label)
  return dump("dumpWithOptions", value, as_options("dumpWithOptions", options) or "default", label)
end)

-- Stack traces

local function stack(name, options)
  local given = as_options(name, options)
  local max_depth, with_locals, with_upvalues, include_source = host.stack_options(given)
  return take_stack({max_depth, with_locals, with_upvalues, message_limits}), include_source
end

define("stackTrace", "Stack trace:", function(options) return host.stack_text(stack("stackTrace", options)) end)
define("stackTraceJson", nil, function(options) return host.stack_json((stack("stackTraceJson", options))) end)

-- A debugger puts its own in this place.
function Debug.breakpoint() end

sync()
return Debug, {
  define = define, settle = settle, warn = warn, wrong = wrong, as_string = as_string,
}

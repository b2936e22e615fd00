-- The debug library as a script sees it that runs with probes: no local, no upvalue, no frame of theirs.
local OWN, host, shared = ...
local compare_frame = shared.compare_frame
local original_of, key_of, planted = shared.original_of, shared.key_of, shared.planted
local mains, base = shared.mains, shared.base
local settle, pass, compile = shared.settle, shared.pass, shared.compile
local type, pcall, select, tonumber, tostring, next, rawget, setmetatable =
  type, pcall, select, tonumber, tostring, next, rawget, setmetatable
local running = coroutine.running
local find, match, gsub, sub, gmatch, concat =
  string.find, string.match, string.gsub, string.sub, string.gmatch, table.concat
local raw = {}
for name, f in next, debug do raw[name] = f end
local getinfo, getlocal, getupvalue = raw.getinfo, raw.getlocal, raw.getupvalue
local NO_LEVEL, ALL = 1000000, 1000000
local PRELUDES = "=[llmspell]" -- the source of what else is of llmspell; its hooks are to know everything
local knows_tail_calls = pcall(raw.getinfo, 1, "t")
local is_old = setfenv ~= nil -- Lua 5.1 and LuaJIT
local OWN_LINE = "^\t" .. gsub(sub(OWN, 2), "%p", "%%%0") .. ":(%d+): in (.*)"

local function stand_in(library, name, make)
  local original = library[name]
  if not original then return end
  local ours = make(original)
  original_of[ours] = original
  library[name] = ours
end

-- Arguments

-- The thread, where it is another one, and what follows it.
local function of_thread(first, ...)
  if type(first) ~= "thread" then return nil, first, ... end
  if first == running() then return nil, ... end
  return first, ...
end

-- What a script means by a function: ours stand for functions of C.
local function meant(f)
  return original_of[f] or f
end

-- Frames

local is_hook = setmetatable({}, {__mode = "k"}) -- ours that no function of C stands for

-- The level, for the function that asks, of the frame that the script knows by `wanted`, and whether it is ours.
-- Ours and the functions of C that they called are seen as one: as the function of C that the script called.
local function level_of(thread, wanted)
  if wanted < 0 then return nil end
  local at, seen = 3, 1
  if thread then
    at, seen = 0, 0
  elseif wanted > 1 and knows_tail_calls and getinfo(2, "t").istailcall then
    wanted = wanted - 1 -- the frame of who called is gone; one of C would have left it
  end
  local run, ours = {}, nil -- the levels of functions of C that may have been called by one of ours
  while true do
    local frame
    if thread then frame = getinfo(thread, at, "Sf") else frame = getinfo(at, "Sf") end
    if frame and frame.source == OWN then
      if frame.func == compare_frame.f then
        run = {}
      elseif not is_hook[frame.func] then
        run, ours = {at}, at
      end
    elseif frame and frame.what == "C" then
      run[#run + 1] = at
    else
      run[#run + 1] = frame and at
      if wanted - seen < #run then
        local found = run[wanted - seen + 1]
        return thread and found or found - 1, found == ours
      end
      if not frame then return nil end
      seen, run, ours = seen + #run, {}, nil
    end
    at = at + 1
  end
end

-- How many upvalues are planted, the first ones that stand before `last` of the others, and the flags among them.
local function planted_upvalues(f, last)
  local i, count, others, flags = 1, 0, 0, nil
  while others < last do
    local name, value = getupvalue(f, i)
    if not name then break end
    if planted[name] then
      count = count + 1
      if key_of[value] then flags = value end
    else
      others = others + 1
    end
    i = i + 1
  end
  return count, flags
end

-- The fields of `info` as they are for the function of C that `f` stands for.
local function as_original(info, f)
  local original = getinfo(original_of[f] or raw.getinfo, "Su")
  for field, value in next, original do
    if info[field] ~= nil then info[field] = value end
  end
  if info.currentline then info.currentline = -1 end
  info.activelines = nil
  return info
end

stand_in(debug, "getinfo", function(getinfo)
  return function(...)
    local info = settle("debug.getinfo", pcall(getinfo, ...)) -- raises what is to be raised
    local thread, at, what = of_thread(...)
    local f = at
    if type(at) ~= "function" then
      local wanted = tonumber(at)
      local level, ours
      if wanted == 0 and not thread then
        level, ours = 1, true
      else
        level, ours = level_of(thread, wanted)
      end
      if not level then return nil end
      if thread then
        f, info = getinfo(thread, level, "f").func, getinfo(thread, level, what)
      else
        f, info = getinfo(level, "f").func, getinfo(level, what)
      end
      if ours then return as_original(info, f) end
    elseif original_of[f] then
      return as_original(info, f)
    end
    if info and info.nups and f then info.nups = info.nups - planted_upvalues(f, ALL) end
    return info
  end
end)

-- Locals and upvalues: the planted ones are not counted.

local function local_index(thread, level, index)
  local i, others = 0, 0
  while others < index do
    i = i + 1
    local name
    if thread then name = getlocal(thread, level, i) else name = getlocal(level + 1, i) end
    if not name or not planted[name] then others = others + 1 end
  end
  return i
end

for name, f in next, {getlocal = raw.getlocal, setlocal = raw.setlocal} do
  stand_in(debug, name, function()
    return function(...)
      local thread, at, index, value = of_thread(...)
      local wanted, count = tonumber(at), tonumber(index)
      if type(at) == "function" or not wanted or not count then return pass(settle("debug." .. name, pcall(f, ...))) end
      local level, ours
      if wanted == 0 and not thread then level, ours = 0, true else level, ours = level_of(thread, wanted) end
      if ours then return nil end
      if not level then
        if thread then return pass(settle("debug." .. name, pcall(f, thread, NO_LEVEL, index, value))) end
        return pass(settle("debug." .. name, pcall(f, NO_LEVEL, index, value)))
      end
      if count >= 1 then count = local_index(thread, level, count) end
      if thread then return pass(f(thread, level, count, value)) end
      return pass(f(level, count, value))
    end
  end)
end

local function upvalue_index(f, index)
  local wanted = type(f) == "function" and tonumber(index)
  if not wanted or wanted < 1 then return index end
  return index + planted_upvalues(f, wanted)
end

for _, name in next, {"getupvalue", "setupvalue", "upvalueid"} do
  stand_in(debug, name, function(original)
    return function(f, index, ...)
      f = meant(f)
      return pass(settle("debug." .. name, pcall(original, f, upvalue_index(f, index), ...)))
    end
  end)
end

stand_in(debug, "upvaluejoin", function(upvaluejoin)
  return function(f, i, g, j)
    f, g = meant(f), meant(g)
    return pass(settle("debug.upvaluejoin", pcall(upvaluejoin, f, upvalue_index(f, i), g, upvalue_index(g, j))))
  end
end)

-- Tracebacks

local function without_ours(text)
  local lines, run = {}, {} -- of the run, what functions of C have
  local function flush(line)
    for i = 1, #run do lines[#lines + 1] = run[i] end
    lines[#lines + 1], run = line, {}
  end
  for line in gmatch(text, "[^\n]+") do
    local at, what = match(line, OWN_LINE)
    if at then
      run = {}
      if at ~= tostring(compare_frame.line) then run[1] = "\t[C]: in " .. (find(what, "<", 1, true) and "?" or what) end
    elseif find(line, "^\t%[C%]: ") then
      run[#run + 1] = line
    else
      flush(line)
    end
  end
  flush()
  return concat(lines, "\n")
end

-- Up to 5.2 a traceback shows the levels up to a fixed one and the last ten; the frame of ours that asks is one of them.
local last_shown = is_old and 12 or _VERSION == "Lua 5.2" and 11

local function line_of(frame)
  local place, name = "\t" .. frame.short_src .. ":", "in function <" .. frame.short_src .. ":" .. frame.linedefined .. ">"
  if frame.currentline > 0 then place = place .. frame.currentline .. ":" end
  if frame.namewhat ~= "" then
    name = "in function '" .. frame.name .. "'"
  elseif frame.what == "main" then
    name = "in main chunk"
  elseif frame.what ~= "Lua" then
    name = "?"
  end
  return place .. " " .. name .. "\n\t...\n"
end

stand_in(debug, "traceback", function(traceback)
  return function(...)
    local thread, message, at = of_thread(...)
    local is_given = message ~= nil or is_old and select("#", ...) > (type((...)) == "thread" and 1 or 0)
    if is_given and type(message) ~= "string" and type(message) ~= "number" then return message end
    local wanted = tonumber(at or thread and 0 or 1)
    if not wanted then return pass(settle("debug.traceback", pcall(traceback, ...))) end
    local level
    if wanted == 0 and not thread then level = 1 else level = level_of(thread, wanted) or NO_LEVEL end
    local text
    if thread then text = traceback(thread, "", level) else text = traceback("", level) end
    text = sub(text, 2)
    if last_shown and not thread and level <= last_shown then
      local from, to = find(text, "\n\t...\n", 1, true)
      if from then text = sub(text, 1, from) .. line_of(getinfo(last_shown, "nSl")) .. sub(text, to + 1) end
    end
    if find(text, sub(OWN, 2), 1, true) then text = without_ours(text) end
    return message and message .. "\n" .. text or text
  end
end)

-- Hooks: told of nothing that happens in our functions.

local hook_of = setmetatable({}, {__mode = "k"})

stand_in(debug, "sethook", function(sethook)
  return function(...)
    local thread, hook, mask, count = of_thread(...)
    if type(hook) ~= "function" or getinfo(hook, "S").source == PRELUDES then
      settle("debug.sethook", pcall(sethook, ...))
      return
    end
    local function ours(event, line)
      local frame = getinfo(2, "Sf")
      local is_ours = frame.source == OWN and not (original_of[frame.func] and event ~= "line" and event ~= "count")
      local level = 2
      while frame and frame.what == "C" do -- is it one that ours called?
        level = level + 1
        frame = getinfo(level, "S")
        is_ours = frame and frame.source == OWN
      end
      if not is_ours then hook(event, line) end
    end
    hook_of[ours], is_hook[ours] = hook, true
    -- No tail call: a hook of returns is told of this one.
    if thread then
      settle("debug.sethook", pcall(sethook, thread, ours, mask, count))
    else
      settle("debug.sethook", pcall(sethook, ours, mask, count))
    end
  end
end)

local function as_set(hook, ...)
  return hook_of[hook] or hook, ...
end

stand_in(debug, "gethook", function(gethook)
  return function(...)
    return pass(as_set(settle("debug.gethook", pcall(gethook, ...))))
  end
end)

-- The metatable of booleans is ours, or the script's with our comparison in it.

local own_metatable

stand_in(_G, "getmetatable", function(getmetatable)
  return function(...)
    local value = ...
    if value == true or value == false then
      local shown = own_metatable and rawget(own_metatable, "__metatable")
      if shown == nil then return own_metatable end
      return shown
    end
    if value == nil then return pass(settle("getmetatable", pcall(getmetatable, ...))) end
    return getmetatable(value)
  end
end)

stand_in(debug, "getmetatable", function(getmetatable)
  return function(...)
    if type((...)) == "boolean" then return own_metatable end
    return pass(settle("debug.getmetatable", pcall(getmetatable, ...)))
  end
end)

stand_in(debug, "setmetatable", function(set)
  return function(...)
    local value, metatable = ...
    if type(value) ~= "boolean" or metatable ~= nil and type(metatable) ~= "table" or select("#", ...) < 2 then
      return pass(settle("debug.setmetatable", pcall(set, ...)))
    end
    own_metatable = metatable
    local result = set(value, metatable or base)
    shared.open_channel()
    return result
  end
end)

-- Compiled forms: of the text as the script has it.

stand_in(string, "dump", function(dump)
  return function(...)
    local f = ...
    local key = mains[f]
    if not key and type(f) == "function" and not original_of[f] then
      local _, flags = planted_upvalues(f, ALL)
      key = key_of[flags]
    end
    if not key then return pass(settle("string.dump", pcall(dump, meant(f), select(2, ...)))) end
    local info, names = getinfo(f, "S"), {}
    for i = 1, 255 do
      local name = getupvalue(f, i)
      if not name then break end
      if not planted[name] and name ~= "_ENV" then names[#names + 1] = name end
    end
    local text = host.plain_text(key, info.linedefined, info.lastlinedefined, concat(names, ","))
    local plain = text and compile(text, info.source)
    if not plain then return pass(settle("string.dump", pcall(dump, raw.getinfo))) end -- as for a function of C: it cannot be
    if not mains[f] then plain = plain() end
    return pass(settle("string.dump", pcall(dump, plain, select(2, ...))))
  end
end)

return raw

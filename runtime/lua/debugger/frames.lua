-- The stack of a stopped script: frames over all coroutines that wait for one another, their scopes.
-- Runs in a coroutine of its own; levels are those of the stopped thread.
local A, bottom, PRELUDES = ...
local raw, shared, pictures, host = A.raw, A.shared, A.pictures, A.host
local getinfo, getlocal, getupvalue = raw.getinfo, raw.getlocal, raw.getupvalue
local quote, source_name, builtin_name = pictures.quote, pictures.source_name, pictures.builtin_name
local key_of, planted, mains, original_of = shared.key_of, shared.planted, shared.mains, shared.original_of
local type, concat, select, find, error = type, table.concat, select, string.find, error
local resume, status = coroutine.resume, coroutine.status
local OWN = A.OWN
local floor = math.floor
local setmetatable = setmetatable
local MOST_WALKED = 2000 -- levels that are looked at one by one; those past them are taken as they are
local LONGEST_CHAIN = 200

-- The outermost level of a thread; of the running one as the caller counts.
local function last_level(thread)
  local level, stride = 0, 1
  if thread == A.current() then thread = nil end
  local function is_there(at)
    local found
    if thread then found = getinfo(thread, at, "l") else found = getinfo(at + 2, "l") end
    return found ~= nil
  end
  while is_there(level + stride) do level, stride = level + stride, stride * 2 end
  while stride > 1 do
    stride = floor(stride / 2)
    if is_there(level + stride) then level = level + stride end
  end
  return level
end
A.last_level = last_level

-- Sources

local keys = setmetatable({}, {__mode = "k"}) -- of each function: the number of its source, 0 where it has none

local function key_of_function(f, thread, level)
  local key = keys[f]
  if key then return key end
  key = mains[f]
  for i = 1, key and 0 or 255 do
    local name, value = getupvalue(f, i)
    if not name then break end
    key = key_of[value]
    if key then break end
  end
  for i = 1, key and 0 or 250 do
    local name, value = getlocal(thread, level, i)
    if not name then break end
    key = key_of[value]
    if key then break end
  end
  key = key or host.source_named(getinfo(f, "S").source)
  keys[f] = key
  return key
end

-- The chain of threads, the one that runs first

local function waits_for(thread)
  local info = getinfo(thread, 0, "f")
  local f, _, found = info and info.func, nil, nil
  if f == resume then
    _, found = getlocal(thread, 0, 1)
  elseif f and getinfo(f, "S").what == "C" then
    _, found = getupvalue(f, 1)
  end
  return type(found) == "thread" and found or nil
end

-- Lua 5.1 does not tell which coroutine a function made by `coroutine.wrap` has; memory does.
local seen
raw.getregistry()["llmspell.chain"] = function(...) seen = {...} end

local function chain_from_memory(thread)
  seen = {}
  host.threads()
  local chain, at = {A.main}, 1
  while seen[at] and seen[at] ~= thread do
    chain[#chain + 1] = seen[at]
    at = at + 1
  end
  if seen[at] == nil then chain = {} end -- it is not known who resumed it
  return chain
end

local function chain_to(thread)
  local chain, at = {}, A.main
  while at ~= thread do
    chain[#chain + 1] = at
    at = #chain < LONGEST_CHAIN and waits_for(at) or nil
    if not at then
      chain = chain_from_memory(thread)
      break
    end
  end
  local turned = {thread}
  for i = #chain, 1, -1 do turned[#turned + 1] = chain[i] end
  return turned
end

local function is_ours(source) return source == OWN or source == PRELUDES end

-- The level of the innermost frame that is the script's: past ours, and the functions of C that they went through.
local function first_level(thread)
  local level, first = 0, 0
  while level < 40 do
    local info = getinfo(thread, level, "Sf")
    if not info or info.func == bottom.runner then break end
    if is_ours(info.source) then
      if original_of[info.func] and level > 0 then break end
      first = level + 1
    elseif info.what ~= "C" and info.what ~= "tail" then
      break
    end
    level = level + 1
  end
  local info = getinfo(thread, first, "Sf")
  while info and info.what == "tail" do
    first = first + 1
    info = getinfo(thread, first, "Sf")
  end
  if info and info.func == error then first = first + 1 end
  return first
end

local base -- the levels of the main thread below the script's own

local function height_of_base()
  if base then return base end
  local last = last_level(A.main)
  local level = last
  while level > 0 and last - level < 8 and getinfo(A.main, level, "f").func ~= bottom.runner do level = level - 1 end
  local info = getinfo(A.main, level - 1, "S")
  while level > 0 and (info.what == "C" or is_ours(info.source)) do
    level = level - 1
    info = getinfo(A.main, level - 1, "S")
  end
  base = last - level + 1
  return base
end

-- Adds a thread's frames to `list`: level, function and the name of what one of ours stands for.
local function walk(thread, first, list)
  local level, inner_is_c = first, nil
  while level < first + MOST_WALKED do
    local info = getinfo(thread, level, "Sf")
    if not info or info.func == bottom.runner then
      if inner_is_c then list[#list] = nil end -- what the runner called it by
      return
    end
    if is_ours(info.source) then
      if inner_is_c then list[#list] = nil end
      local stands_for = original_of[info.func]
      if stands_for then list[#list + 1] = {thread = thread, level = level, native = stands_for} end
      inner_is_c = nil
    elseif info.what ~= "tail" then
      list[#list + 1] = {thread = thread, level = level, f = info.func, native = info.what == "C" and info.func or nil}
      inner_is_c = info.what == "C"
    end
    level = level + 1
  end
  local last = last_level(thread)
  if thread == A.main then last = last - height_of_base() end
  for rest = level, last do list[#list + 1] = {thread = thread, level = rest} end
end

local function frames_of_stop()
  local stop = A.stop
  if stop.frames then return stop.frames end
  local list, chain = {}, chain_to(stop.thread)
  if stop.dead then
    local info = getinfo(stop.dead, 0, "f")
    walk(stop.dead, info and info.func == error and 1 or 0, list)
    list[#list + 1] = {boundary = stop.dead}
  end
  for i = 1, #chain do
    walk(chain[i], i == 1 and first_level(chain[i]) or 0, list)
    if i < #chain then list[#list + 1] = {boundary = chain[i]} end
  end
  stop.frames = list
  return list
end

-- A frame by its id, which counts from 1, the innermost; nil where there is none.
local function frame_of(id)
  local frame = frames_of_stop()[id]
  if not frame or frame.boundary then return nil end
  frame.f = frame.f or not frame.native and getinfo(frame.thread, frame.level, "f").func or nil
  return frame
end
A.frame_of = frame_of

-- What a hit tells of the stack: how deep it is, resumers included; where it is at no probe, the line.
function A.measure(is_at_probe)
  local stop = A.stop
  local chain = chain_to(stop.thread)
  local depth = 0
  for i = stop.dead and 1 or 2, #chain do depth = depth + last_level(chain[i]) + 1 end
  local inner = stop.dead or stop.thread
  depth = depth + last_level(inner) + 1 - (stop.dead and 0 or first_level(inner))
  if chain[#chain] == A.main then depth = depth - height_of_base() end
  if is_at_probe then return depth end
  local frames, at = frames_of_stop(), 1
  while frames[at] and frames[at].native do at = at + 1 end
  local frame = frames[at]
  if not frame or frame.boundary then return depth end
  local info = getinfo(frame.thread, frame.level, "Slf")
  return depth, concat({key_of_function(info.func, frame.thread, frame.level), info.currentline,
    info.linedefined, info.lastlinedefined}, ",")
end

-- The thread of a frame, and how many frames it has up to that one.
function A.position_of(id)
  local frame
  if id == 0 then
    local thread = A.stop.thread
    frame = {thread = thread, level = first_level(thread)}
  else
    frame = frame_of(id)
  end
  if not frame then return nil end
  return frame.thread, last_level(frame.thread) - frame.level + 1
end

local function piece_of(id, frame)
  if frame.boundary then
    return "[" .. id .. "," .. quote("coroutine " .. A.number_of(frame.boundary)) .. ',0,0,0,0,"","boundary"]'
  end
  if frame.native then
    local info = getinfo(frame.thread, frame.level, "n")
    local name = builtin_name(frame.native) or info.name or "?"
    return "[" .. id .. "," .. quote(name) .. ',0,0,0,0,"[C]","native"]'
  end
  local info = getinfo(frame.thread, frame.level, "nSlf")
  local key = key_of_function(info.func, frame.thread, frame.level)
  return concat({"[", id, ",", quote(info.name or ""), ",", key, ",", info.currentline, ",", info.linedefined, ",",
    info.lastlinedefined, ",", quote(source_name(info)), ',"script"]'})
end

function A.list_frames(start, count)
  local list = frames_of_stop()
  local last = count > 0 and start + count or #list
  local pieces = {}
  for id = start + 1, last < #list and last or #list do pieces[#pieces + 1] = piece_of(id, list[id]) end
  return '{"type":"frames","frames":[' .. concat(pieces, ",") .. '],"total":' .. #list .. "}"
end

-- Variables of a frame

-- The index of the local that `name` means in a frame, and its value; nil where it is none.
function A.find_local(thread, level, name)
  local found, value
  for i = 1, 250 do
    local other, its = getlocal(thread, level, i)
    if not other then break end
    if other == name then found, value = i, its end
  end
  return found, value
end

function A.find_upvalue(f, name)
  for i = 1, 255 do
    local other, value = getupvalue(f, i)
    if not other then return nil end
    if other == name then return i, value end
  end
end

-- All that stand for something: `{name, value, index, shadowed}`; varargs have negative indexes.
function A.locals_of(frame)
  local found, by_name = {}, {}
  for i = 1, 250 do
    local name, value = getlocal(frame.thread, frame.level, i)
    if not name then break end
    if not find(name, "^%(") and not planted[name] then
      local one = {name, value, i}
      if by_name[name] then by_name[name][4] = true end
      by_name[name] = one
      found[#found + 1] = one
    end
  end
  for i = 1, 250 do
    local name, value = getlocal(frame.thread, frame.level, -i)
    if not name then break end
    found[#found + 1] = {"(vararg " .. i .. ")", value, -i}
  end
  return found
end

function A.upvalues_of(f)
  local found = {}
  for i = 1, 255 do
    local name, value = getupvalue(f, i)
    if not name then break end
    if name ~= "" and name ~= "_ENV" and not find(name, "^%(") and not planted[name] then
      found[#found + 1] = {name, value, i}
    end
  end
  return found
end

-- The values that `...` stands for.
function A.varargs_of(frame)
  local values, count = {}, 0
  for i = 1, 250 do
    local name, value = getlocal(frame.thread, frame.level, -i)
    if not name then break end
    values[i], count = value, i
  end
  return values, count
end

-- The table of its globals.
function A.environment_of(frame)
  if A.getfenv then return frame.f and A.getfenv(frame.f) or A.globals end
  local index, value = A.find_local(frame.thread, frame.level, "_ENV")
  if not index and frame.f then index, value = A.find_upvalue(frame.f, "_ENV") end
  if index and value ~= nil then return value end
  return A.globals
end

-- The frames of a coroutine that does not run, with their names and places.
function A.stack_of(thread)
  local list, found = {}, {}
  walk(thread, 0, list)
  for i = 1, #list do
    local frame = list[i]
    local info = getinfo(thread, frame.level, "nSlf")
    frame.f = info.func
    local name = frame.native and builtin_name(frame.native) or info.name
    frame.name = "#" .. i .. " " .. (name or "(anonymous)")
    frame.place = frame.native and "[C]" or source_name(info) .. ":" .. info.currentline
    found[i] = frame
  end
  return found
end

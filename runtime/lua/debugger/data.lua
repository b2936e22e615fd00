-- Watches variables and fields: while any is watched each probe compares. What changed them is what ran since the last one.
local A = ...
local raw, pictures = A.raw, A.pictures
local getinfo, getlocal, getupvalue = raw.getinfo, raw.getlocal, raw.getupvalue
local quote, picture = pictures.quote, pictures.picture
local type, next, rawget, rawequal, pcall, error, select, tostring =
  type, next, rawget, rawequal, pcall, error, select, tostring
local concat, remove, match = table.concat, table.remove, string.match
local last_level = A.last_level

local watchable = {} -- by data id: what can be watched
local count = 0
local watched -- a list of `{breakpoint, what, old, shown, condition}`

-- Where a variable is. `same` tells whether two are of one place.

local function id_of(what)
  for id, other in next, watchable do
    if other.kind == what.kind and rawequal(other.of, what.of) and rawequal(other.key, what.key)
      and other.height == what.height then return id end
  end
  count = count + 1
  watchable[tostring(count)] = what
  return tostring(count)
end

local function in_frame(frame, name)
  local index = A.find_local(frame.thread, frame.level, name)
  if index then
    return {kind = "local", of = frame.thread, key = index, name = name, f = frame.f,
      height = last_level(frame.thread) - frame.level + 1}
  end
  index = frame.f and A.find_upvalue(frame.f, name)
  if index then return {kind = "upvalue", of = frame.f, key = index, name = name} end
  local environment = A.environment_of(frame)
  if type(environment) ~= "table" then error("its globals are no table", 0) end
  return {kind = "field", of = environment, key = name, name = name}
end

local function by_expression(text, id)
  local frame = id > 0 and A.frame_of(id) or nil
  if match(text, "^%s*[%a_][%w_]*%s*$") then
    local name = match(text, "[%a_][%w_]*")
    if frame then return in_frame(frame, name) end
    return {kind = "field", of = A.globals, key = name, name = name}
  end
  local base, name = match(text, "^(.-)%.%s*([%a_][%w_]*)%s*$")
  local key = name
  if not base then
    base, key = match(text, "^(.-)%[(.*)%]%s*$")
    if not base then error("only variables and fields can be watched", 0) end
    key = A.look_up(key, id)
  end
  local t = A.look_up(base, id)
  if type(t) ~= "table" then error("it is a field of a " .. type(t) .. ", not of a table", 0) end
  return {kind = "field", of = t, key = key, name = text}
end

local function by_reference(ref, name, id)
  local holder = A.holder_of(ref)
  if holder.kind == "table" then
    local key = holder.names and holder.names[name]
    if key == nil then
      local index = match(name, "^%[(%-?%d+)%]$")
      key = index and index + 0 or name
    end
    return {kind = "field", of = holder.value, key = key, name = holder.expression and holder.expression .. "." .. name or name}
  elseif holder.kind == "locals" then
    return in_frame(holder.frame, name)
  elseif holder.kind == "upvalues" then
    local index = A.find_upvalue(holder.f, name)
    if index then return {kind = "upvalue", of = holder.f, key = index, name = name} end
  end
  error("its changes cannot be seen", 0)
end

function A.about_data(name, ref, id)
  local ok, what
  if ref > 0 then ok, what = pcall(by_reference, ref, name, id) else ok, what = pcall(by_expression, name, id) end
  if not ok then
    return '{"type":"data","data_id":null,"description":' .. quote(A.text_of(what)) .. "}"
  end
  return '{"type":"data","data_id":' .. quote(id_of(what)) .. ',"description":' .. quote(what.name) .. "}"
end

-- The value now, and whether there is one: a local goes with its frame.
local function value_of(what)
  if what.kind == "field" then return rawget(what.of, what.key), true end
  local name, value
  if what.kind == "upvalue" then
    name, value = getupvalue(what.of, what.key)
    return value, true
  end
  local level = last_level(what.of) - what.height + 1
  if level < 0 then return nil, false end
  local info = getinfo(what.of, level, "f")
  if not info or info.func ~= what.f then return nil, false end
  what.at = level + 1 -- as `may_differ` counts
  name, value = getlocal(what.of, level, what.key)
  return value, name == what.name
end

local function shown(value) return picture(value, A.COMPACT) end

-- `breakpoint, id, condition` for each; answers why not for those that cannot be. Without any: none is watched.
function A.order_data(...)
  watched = {}
  local refused = {}
  for i = 1, select("#", ...), 3 do
    local breakpoint, id, condition = select(i, ...)
    local what = watchable[id]
    local value, is_there
    if what then value, is_there = value_of(what) end
    if is_there then
      watched[#watched + 1] = {breakpoint = breakpoint, what = what, old = value, shown = shown(value), condition = condition}
    else
      refused[#refused + 1] = '"' .. breakpoint .. '":"it is gone"'
    end
  end
  A.watch(#watched > 0)
  return '{"type":"refused","refused":{' .. concat(refused, ",") .. "}}"
end

-- Whether one may have changed: a quick look, for each probe that is passed. A local is looked for at the level at which it
-- was last, if its frame is there: as many frames below it as there were.
function A.may_differ(is_entry)
  for i = 1, #watched do
    local one = watched[i]
    local what, _, value = one.what, nil, nil
    if what.kind == "local" then
      if A.current() == what.of then
        local at = what.at
        local info = at and not is_entry and getinfo(at, "f")
        if not info or info.func ~= what.f or getinfo(at + what.height, "l") or not getinfo(at + what.height - 1, "l") then
          return true
        end
        local name
        name, value = getlocal(at, what.key)
        if name ~= what.name then value = one.old end -- its block has ended
      else
        value = one.old
      end
    elseif what.kind == "field" then
      value = rawget(what.of, what.key)
    else
      _, value = getupvalue(what.of, what.key)
    end
    if not rawequal(value, one.old) and value == value then return true end
  end
  return false
end

-- The changes since the last probe, as JSON; nil where there are none. In a coroutine of its own, at the stop `A.stop`.
function A.compare_data(is_entry)
  local found
  local stop = A.stop
  local height = last_level(stop.thread) - stop.level + 1
  for i = #watched, 1, -1 do
    local one = watched[i]
    local what = one.what
    local value, is_there = nil, false
    local is_here = what.kind == "local" and what.of == stop.thread
    local has_ended = is_here and (height < what.height or is_entry and height == what.height)
    if not has_ended then value, is_there = value_of(what) end
    if not is_there then
      -- Where only its block has ended it may come back.
      if has_ended or not is_here then remove(watched, i) end
    elseif not rawequal(value, one.old) and (value == value or one.old == one.old) then
      local new = shown(value)
      local change = '{"breakpoint":' .. one.breakpoint .. ',"name":' .. quote(what.name) .. ',"old":' .. one.shown .. ',"new":'
        .. new .. "}"
      one.old, one.shown = value, new
      if not one.condition or A.holds(one.condition, {thread = stop.thread, level = stop.level}) then
        found = found or {}
        found[#found + 1] = change
      end
    end
  end
  if #watched == 0 then A.watch(false) end
  return found
end

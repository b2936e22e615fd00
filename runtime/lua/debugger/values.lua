-- Variables as they are shown: a shallow picture of each, and a reference by which it can be opened, a page at a time.
local A = ...
local raw, pictures = A.raw, A.pictures
local getmetatable, getupvalue, setlocal, setupvalue = raw.getmetatable, raw.getupvalue, raw.setlocal, raw.setupvalue
local getuservalue = raw.getuservalue
local quote, picture, own_text = pictures.quote, pictures.picture, pictures.own_text
local type, next, rawget, rawset, tostring, pcall, error = type, next, rawget, rawset, tostring, pcall, error
local concat, sort, find, format, sub, floor = table.concat, table.sort, string.find, string.format, string.sub, math.floor
local status = coroutine.status
local rawlen = rawlen or function(t) return #t end
local jit = jit
local match, gsub, byte, gmatch, tonumber, select = string.match, string.gsub, string.byte, string.gmatch, tonumber, select

A.COMPACT = {3, 50, 10, 10, false}
local WHOLE = {20, 1000, 200, 200, true} -- as dumpVerbose
local LEAF = {0, 200, 0, 0, false}
local MOST_COUNTED = 2000 -- fields of a table that are counted, and sorted; one with more is taken in its own order
local SHOWN = 10

-- Tables

-- Whether the elements up to `border` lie in the table's array, so that the others follow after them.
local function is_dense(t, border)
  local at = border - 1
  while at >= 1 do
    if next(t, at) ~= at + 1 then return false end
    at = floor(at / 2)
  end
  return next(t) == 1
end

local function is_element(key, border)
  return type(key) == "number" and key >= 1 and key <= border and floor(key) == key
end

-- An iterator over the keys that are no elements, in the table's own order, and its control variable.
local function fields_after(t, border, key)
  if key == nil and border > 0 and is_dense(t, border) then key = border end
  repeat key = next(t, key) until key == nil or not is_element(key, border)
  return key
end

local ranks = {number = 1, string = 2, boolean = 3}

local function by_rank(a, b)
  local kind_a, kind_b = type(a), type(b)
  if kind_a ~= kind_b then return (ranks[kind_a] or 9) < (ranks[kind_b] or 9) end
  if kind_a == "number" or kind_a == "string" then return a < b end
  return kind_a == "boolean" and a == false and b == true
end

-- The first keys of a table that are no elements, in a stable order, and whether these are all.
local function first_fields(t, border, limit)
  local keys, count = {}, 0
  local key = fields_after(t, border, nil)
  while key ~= nil do
    if count >= limit then return keys, false end
    count = count + 1
    keys[count] = key
    key = fields_after(t, border, key)
  end
  local sortable = {} -- what has no order keeps its own, behind what has one
  local rest = {}
  for i = 1, count do
    local one = keys[i]
    if ranks[type(one)] and one == one then sortable[#sortable + 1] = one else rest[#rest + 1] = one end
  end
  sort(sortable, by_rank)
  for i = 1, #rest do sortable[#sortable + 1] = rest[i] end
  return sortable, true
end

local function nested(v)
  if type(v) ~= "table" then return picture(v, LEAF) end
  local metatable = getmetatable(v)
  local border = rawlen(v)
  local piece = '{"t":"table","cut":true'
  if border > 0 then piece = piece .. ',"item_count":' .. border end
  local keys, whole = first_fields(v, border, 100)
  if whole and #keys > 0 then piece = piece .. ',"pair_count":' .. #keys end
  local name = metatable and rawget(metatable, "__name")
  if type(name) == "string" then piece = piece .. ',"type_name":' .. quote(sub(name, 1, 100)) end
  return piece .. "}"
end

local function shallow(v)
  if type(v) ~= "table" then return picture(v, LEAF) end
  local metatable, border = getmetatable(v), rawlen(v)
  local keys, whole = first_fields(v, border, MOST_COUNTED)
  local pieces = {'{"t":"table"'}
  if border > 0 then
    local items = {}
    for i = 1, border < SHOWN and border or SHOWN do items[i] = nested(rawget(v, i)) end
    pieces[#pieces + 1] = ',"item_count":' .. border .. ',"items":[' .. concat(items, ",") .. "]"
  end
  if #keys > 0 then
    local pairs_shown = {}
    for i = 1, #keys < SHOWN and #keys or SHOWN do
      pairs_shown[i] = "[" .. nested(keys[i]) .. "," .. nested(rawget(v, keys[i])) .. "]"
    end
    if whole then pieces[#pieces + 1] = ',"pair_count":' .. #keys end
    pieces[#pieces + 1] = ',"pairs":[' .. concat(pairs_shown, ",") .. "]"
  end
  local said
  if metatable then
    pieces[#pieces + 1] = ',"metatable":true'
    local name = rawget(metatable, "__name")
    if type(name) == "string" then pieces[#pieces + 1] = ',"type_name":' .. quote(sub(name, 1, 100)) end
    said = own_text(v, metatable)
  end
  if not said and not whole then said = "more than " .. MOST_COUNTED .. " fields" end
  if said then pieces[#pieces + 1] = ',"text":' .. quote(sub(said, 1, 200)) end
  return concat(pieces) .. "}"
end
A.shallow = shallow

-- References: from 1, until the script goes on.

local function refer(holder)
  local refs = A.stop.refs
  if not refs then
    refs = {}
    A.stop.refs = refs
  end
  refs[#refs + 1] = holder
  return #refs
end
A.refer = refer

local function holder_of(ref)
  local found = A.stop.refs and A.stop.refs[ref]
  if not found then error("there is nothing to open any more", 0) end
  return found
end
A.holder_of = holder_of

-- What can be opened of a value: its reference, how many elements and fields.
local function opening(v)
  local kind = type(v)
  if kind == "table" then
    local border, metatable = rawlen(v), getmetatable(v)
    local keys, whole = first_fields(v, border, MOST_COUNTED)
    local named = whole and #keys + (metatable and 1 or 0) or -1
    if border == 0 and named == 0 then return 0, 0, 0 end
    return refer({kind = "table", value = v, border = border, keys = whole and keys or nil}), border, named
  elseif kind == "function" then
    local count = #A.upvalues_of(v)
    if count == 0 then return 0, 0, 0 end
    return refer({kind = "upvalues", f = v}), 0, count
  elseif kind == "thread" then
    if v == A.stop.thread or status(v) == "running" then return 0, 0, 0 end
    local stack = A.stack_of(v)
    if #stack == 0 then return 0, 0, 0 end
    return refer({kind = "stack", stack = stack}), 0, #stack
  elseif kind == "userdata" then
    return refer({kind = "userdata", value = v}), 0, -1
  end
  return 0, 0, 0
end

local is_word = "^[%a_][%w_]*$"
local reserved = {}
for word in gmatch("and break do else elseif end false for function goto if in local nil not or repeat return then"
  .. " true until while global", "%a+") do reserved[word] = true end
A.reserved = reserved

local function escape(c) return format("\\%03d", byte(c)) end

-- How a key is called, and how a field of that key is written behind `base`; nil where it cannot be written.
local function names_of(key, base)
  local kind = type(key)
  if kind == "string" then
    if find(key, is_word) and not reserved[key] then return key, base and base .. "." .. key end
    local written = '["' .. gsub(sub(key, 1, 200), '[%c"\\]', escape) .. '"]'
    return written, base and #key <= 200 and base .. written or nil
  elseif kind == "number" then
    local written = key == floor(key) and key - key == 0 and format("[%d]", key) or format("[%.17g]", key)
    return written, base and key - key == 0 and base .. written or nil
  elseif kind == "boolean" then
    return "[" .. tostring(key) .. "]", base and base .. "[" .. tostring(key) .. "]"
  end
  local ok, said = pcall(format, "%p", key)
  return "[" .. kind .. (ok and said and ": " .. said or "") .. "]", nil
end

-- A variable as JSON; `about` holds the kind, whether it is read-only, an expression for it.
local function variable(name, v, expression, kind, read_only, shown)
  local ref, indexed, named = opening(v)
  if ref > 0 and expression then A.stop.refs[ref].expression = expression end
  local piece = '{"type":"variable","name":' .. quote(name) .. ',"picture":' .. (shown or shallow(v))
  if ref > 0 then piece = piece .. ',"ref":' .. ref .. ',"indexed":' .. indexed .. ',"named":' .. named end
  if expression then piece = piece .. ',"evaluate_name":' .. quote(expression) end
  if read_only then piece = piece .. ',"read_only":true' end
  if kind == nil and type(v) == "function" then kind = "method" end
  if kind then piece = piece .. ',"kind":"' .. kind .. '"' end
  return piece .. "}"
end
A.variable = variable

function A.whole_variable(name, v)
  return variable(name, v, nil, nil, nil, picture(v, WHOLE))
end

-- What references hold, by kind: `list(holder, start, count, put)` puts variables; `set(holder, name, value)` assigns.

local list, set = {}, {}
local MOST_AT_ONCE = 10000 -- where nobody said how many

local function put_elements(holder, first, last, put)
  local t, base = holder.value, holder.expression
  for i = first, last do put(variable("[" .. i .. "]", rawget(t, i), base and base .. "[" .. i .. "]")) end
end

-- The fields from `first` to `last`; those of a table with many in its own order, found as far as they are asked for.
local function put_fields(holder, first, last, put)
  local t, metatable, names = holder.value, getmetatable(holder.value), holder.names or {}
  holder.names = names
  local at = 0
  if metatable then
    at = 1
    if first <= 1 and last >= 1 then put(variable("(metatable)", metatable, nil, "virtual", true)) end
  end
  local keys = holder.keys
  if not keys then
    keys = holder.found or {}
    holder.found = keys
    while #keys + at < last do
      local key = fields_after(t, holder.border, keys[#keys])
      if key == nil then break end
      keys[#keys + 1] = key
    end
  end
  for i = (first > at and first or at + 1) - at, last - at do
    local key = keys[i]
    if key == nil then break end
    local name, expression = names_of(key, holder.expression)
    if holder.globals and name == key then expression = key end
    names[name] = key
    put(variable(name, rawget(t, key), expression))
  end
end

function list.table(holder, start, count, put, filter)
  local last = start + (count > 0 and count or MOST_AT_ONCE)
  if filter == "indexed" then
    put_elements(holder, start + 1, last < holder.border and last or holder.border, put)
  elseif filter == "named" then
    put_fields(holder, start + 1, last, put)
  else
    put_elements(holder, start + 1, last < holder.border and last or holder.border, put)
    if last > holder.border then
      put_fields(holder, start > holder.border and start - holder.border + 1 or 1, last - holder.border, put)
    end
  end
end

function set.table(holder, name, value)
  local key = holder.names and holder.names[name]
  if key == nil then
    local index = match(name, "^%[(%-?%d+)%]$")
    key = index and tonumber(index) or name
  end
  rawset(holder.value, key, value)
end

local function put_page(variables, start, count, put)
  for i = start + 1, count > 0 and start + count or #variables do
    local one = variables[i]
    if not one then break end
    put(one)
  end
end

function list.locals(holder, start, count, put)
  put_page(A.locals_of(holder.frame), start, count, function(one)
    local name, value, index, shadowed = one[1], one[2], one[3], one[4]
    local expression = name
    if index < 0 then expression = "(select(" .. -index .. ", ...))" end
    if shadowed then name, expression = name .. " (shadowed)", nil end
    put(variable(name, value, expression, nil, shadowed))
  end)
end

function set.locals(holder, name, value)
  local frame, found = holder.frame, nil
  local variables = A.locals_of(frame)
  for i = 1, #variables do
    if variables[i][1] == name then found = variables[i][3] end
  end
  if not found then error("there is no local " .. name, 0) end
  setlocal(frame.thread, frame.level, found, value)
end

function list.upvalues(holder, start, count, put)
  put_page(A.upvalues_of(holder.f), start, count, function(one)
    put(variable(one[1], one[2], holder.frame and one[1] or nil))
  end)
end

function set.upvalues(holder, name, value)
  local index = A.find_upvalue(holder.f, name)
  if not index then error("there is no upvalue " .. name, 0) end
  setupvalue(holder.f, index, value)
  if jit then jit.flush() end -- its traces hold upvalues that no code assigns to
end

function list.stack(holder, start, count, put)
  put_page(holder.stack, start, count, function(frame)
    local ref = refer({kind = "locals", frame = frame})
    put('{"type":"variable","name":' .. quote(frame.name) .. ',"picture":' .. quote(frame.place) .. ',"ref":' .. ref
      .. ',"named":-1,"read_only":true,"kind":"virtual"}')
  end)
end

function list.userdata(holder, start, count, put)
  local found = {}
  local metatable = getmetatable(holder.value)
  if metatable then found[1] = {"(metatable)", metatable} end
  if getuservalue then
    local uservalue = getuservalue(holder.value)
    if uservalue ~= nil then found[#found + 1] = {"(uservalue)", uservalue} end
  end
  put_page(found, start, count, function(one) put(variable(one[1], one[2], nil, "virtual", true)) end)
end

function list.values(holder, start, count, put)
  for i = start + 1, count > 0 and start + count or holder.count do
    if i > holder.count then break end
    put(variable("[" .. i .. "]", holder.values[i], nil, nil, true))
  end
end

function A.list_variables(ref, start, count, filter)
  local holder, pieces = holder_of(ref), {}
  local function put(piece) pieces[#pieces + 1] = piece end
  if filter ~= "indexed" or holder.kind == "table" then list[holder.kind](holder, start, count, put, filter) end
  return '{"type":"variables","variables":[' .. concat(pieces, ",") .. "]}"
end

function A.assign(ref, name, value)
  local holder = holder_of(ref)
  local assign = set[holder.kind]
  if not assign then error("it cannot be changed", 0) end
  assign(holder, name, value)
  return holder.kind ~= "table" and name or holder.expression and select(2, names_of(name, holder.expression)) or nil
end

function A.list_scopes(id)
  local frame = A.frame_of(id)
  local scopes = {}
  local function put(name, kind, holder, count, expensive)
    scopes[#scopes + 1] = '{"name":"' .. name .. '","kind":"' .. kind .. '","ref":' .. refer(holder) .. ',"named":' .. count
      .. (expensive and ',"expensive":true}' or "}")
  end
  if frame and not frame.native then
    put("Locals", "locals", {kind = "locals", frame = frame}, #A.locals_of(frame))
    local count = frame.f and #A.upvalues_of(frame.f) or 0
    if count > 0 then put("Upvalues", "upvalues", {kind = "upvalues", f = frame.f, frame = frame}, count) end
    local environment = A.environment_of(frame)
    if type(environment) == "table" then
      local keys, whole = first_fields(environment, 0, MOST_COUNTED)
      put("Globals", "globals", {kind = "table", value = environment, border = 0, keys = whole and keys or nil, globals = true},
        whole and #keys or -1, true)
    end
  elseif frame then
    put("Locals", "locals", {kind = "locals", frame = frame}, #A.locals_of(frame))
  end
  return '{"type":"scopes","scopes":[' .. concat(scopes, ",") .. "]}"
end

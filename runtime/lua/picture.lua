-- Turns any value into its picture: the JSON that debug/picture.py describes. Runs no code of the script,
-- save a `__tostring`, guarded.
local getmetatable, setmetatable, rawget, next, type, tostring, tonumber, pcall, error =
  debug.getmetatable, setmetatable, rawget, next, type, tostring, tonumber, pcall, error
local getinfo, gethook, sethook, jit = debug.getinfo, debug.gethook, debug.sethook, jit
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local find, gsub, sub, byte, format, match = string.find, string.gsub, string.sub, string.byte, string.format, string.match
local concat, sort, huge, floor = table.concat, table.sort, math.huge, math.floor
local rawlen = rawlen or function(t) return #t end
local math_type = math.type
local loaded = package.loaded

local TOSTRING_INSTRUCTIONS = 1000000 -- a __tostring may run so long
local MAX_NODES = 2000000             -- a picture holds so many values: one that shares its parts could hold 10^20

local escapes = setmetatable({["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r"},
  {__index = function(_, c) return format("\\u%04x", byte(c)) end})

local function quote(s)
  if find(s, '[%c"\\]') then s = gsub(s, '[%c"\\]', escapes) end
  return '"' .. s .. '"'
end

local function number(v)
  if v ~= v then return '{"t":"number","text":"nan"}' end
  if v == huge then return '{"t":"number","text":"inf"}' end
  if v == -huge then return '{"t":"number","text":"-inf"}' end
  if math_type then
    if math_type(v) == "integer" then return format("%d", v) end
  elseif v == floor(v) and v < 9007199254740992 and v > -9007199254740992 then
    return format("%.0f", v) -- these versions have one kind of number
  end
  local s
  for digits = 14, 17 do
    s = format("%." .. digits .. "g", v)
    if tonumber(s) == v then break end
  end
  return find(s, "[%.e]") and s or s .. ".0"
end

local function text(s, limit)
  if #s <= limit then return quote(s) end
  local cut = limit
  for _ = 1, 3 do -- not in the middle of a character
    local after = byte(s, cut + 1)
    if after < 128 or after >= 192 or cut == 0 then break end
    cut = cut - 1
  end
  return '{"t":"text","value":' .. quote(sub(s, 1, cut)) .. ',"length":' .. #s .. "}"
end

local interpreted = setmetatable({}, {__mode = "k"})

-- Compiled code of LuaJIT counts no instructions: a __tostring is interpreted from its first dump on.
local function interpret(f)
  if jit and type(f) == "function" and not interpreted[f] and getinfo(f, "S").what ~= "C" then
    interpreted[f] = true
    jit.off(f, true)
    jit.flush(f, true)
  end
end

local function call_tostring(v)
  return tostring(v)
end

-- What the value says of itself, or nil. In a coroutine of its own, so that it cannot yield into the script's;
-- under a limit of instructions, so that it ends.
local function own_text(v, metatable)
  local f = metatable and rawget(metatable, "__tostring")
  if f == nil then return nil end
  interpret(f)
  local thread = create(call_tostring)
  local hook, mask, count = gethook()
  sethook(thread, function() error("it takes too long", 0) end, "", TOSTRING_INSTRUCTIONS)
  local ok, result = resume(thread, v)
  if jit then -- its hooks are those of the whole VM
    if type(hook) == "function" then sethook(hook, mask, count) else sethook() end
  end
  if status(thread) == "suspended" then ok, result = false, "it yields" end
  if ok and type(result) == "string" then return result end
  if ok then result = "it returns a " .. type(result) end
  return "<__tostring failed: " .. (type(result) == "string" and result or type(result)) .. ">"
end

local has_p = pcall(format, "%p", {})

local function address(v, metatable)
  if has_p then return format("%p", v) end
  if metatable and rawget(metatable, "__tostring") ~= nil then return nil end
  return match(tostring(v), "0x%x+")
end

local STANDARD = {_G = 0}
for _, name in next, {"bit", "bit32", "coroutine", "debug", "ffi", "io", "jit", "math", "os", "package", "string", "table",
  "utf8"} do
  STANDARD[name] = 1
end

local iterator = ipairs({}) -- no library holds it, and loops call it

-- `print`, `string.rep`: the names under which libraries hold functions, by function; Lua's own libraries before others.
local function name_builtins()
  local names, ranks_of = {}, {}
  for library, members in next, loaded do
    if type(library) == "string" and type(members) == "table" then
      local rank = STANDARD[library] or 2
      for key, member in next, members do
        if type(member) == "function" and type(key) == "string" then
          local name = rank == 0 and key or library .. "." .. key
          local other = ranks_of[member]
          if not other or rank < other or (rank == other and name < names[member]) then
            names[member], ranks_of[member] = name, rank
          end
        end
      end
    end
  end
  names[iterator] = "ipairs iterator"
  return names
end

local builtin_names

local function builtin_name(f)
  if not builtin_names then builtin_names = name_builtins() end
  return builtin_names[f]
end

local function source_name(info)
  local first = sub(info.source, 1, 1)
  if first == "@" or first == "=" then return sub(info.source, 2) end
  return info.short_src
end

-- How a key is written in a path from the root.
local function step(key)
  local kind = type(key)
  if kind == "string" then
    if find(key, "^[%a_][%w_]*$") then return "." .. key end
    return "[" .. format("%q", sub(key, 1, 50)) .. "]"
  elseif kind == "number" or kind == "boolean" then
    return "[" .. tostring(key) .. "]"
  end
  return "[" .. kind .. "]"
end

local ranks = {boolean = 1, string = 2, ["function"] = 3, table = 4, thread = 5, userdata = 6}

-- The `limit` first of the keys that `put` is given, by `less`; so many keys cost one pass.
local function selection(limit, less)
  local kept, count, worst = {}, 0, nil
  local function put(key)
    if worst ~= nil and not less(key, worst) then return end
    count = count + 1
    kept[count] = key
    if count >= 2 * limit + 16 then
      sort(kept, less)
      for i = count, limit + 1, -1 do kept[i] = nil end
      count, worst = limit, kept[limit]
    end
  end
  local function take()
    sort(kept, less)
    for i = count, limit + 1, -1 do kept[i] = nil end
    return kept
  end
  return put, take
end

local function ascending(a, b) return a < b end

-- limits: {depth, string, array, pairs}
local function new_walker(limits)
  local max_depth, max_string, max_array, max_pairs = limits[1], limits[2], limits[3], limits[4]
  local with_addresses = limits[5]
  local out, n = {}, 0
  local on_path, keys_of_path = {}, {}
  local nodes = 0
  local walk

  local function put(piece)
    n = n + 1
    out[n] = piece
  end

  local function put_address(v, metatable)
    local found = with_addresses and address(v, metatable)
    if found then put(',"address":' .. quote(found)) end
  end

  local function put_pairs(t, depth, border)
    local put_number, take_numbers = selection(max_pairs, ascending)
    local put_string, take_strings = selection(max_pairs, ascending)
    local rest, count, seen = {}, 0, {}
    for key in next, t do
      local kind = type(key)
      if kind == "number" then
        if not (key >= 1 and key <= border and floor(key) == key) then
          count = count + 1
          put_number(key)
        end
      else
        count = count + 1
        if kind == "string" then
          put_string(key)
        elseif #rest < max_pairs then
          rest[#rest + 1] = key
          seen[key] = #rest
        end
      end
    end
    if count == 0 then return end
    sort(rest, function(a, b)
      local kind_a, kind_b = type(a), type(b)
      if kind_a ~= kind_b then return (ranks[kind_a] or 9) < (ranks[kind_b] or 9) end
      if kind_a == "boolean" then return a == false and b == true end
      return seen[a] < seen[b]
    end)
    put(',"pair_count":' .. count .. ',"pairs":[')
    local shown = 0
    local groups = {take_numbers(), take_strings(), rest}
    for group = 1, 3 do
      local keys = groups[group]
      for i = 1, #keys do
        if shown >= max_pairs then break end
        local key = keys[i]
        put(shown > 0 and ",[" or "[")
        shown = shown + 1
        walk(key, max_depth) -- a key that is a table is named, not walked
        put(",")
        keys_of_path[depth] = key
        walk(rawget(t, key), depth + 1)
        put("]")
      end
    end
    put("]")
  end

  local function put_table(t, depth)
    local metatable = getmetatable(t)
    local border = rawlen(t)
    put('{"t":"table"')
    if border > 0 then put(',"item_count":' .. border) end
    if metatable then
      put(',"metatable":true')
      local name = rawget(metatable, "__name")
      if type(name) == "string" then put(',"type_name":' .. quote(sub(name, 1, 100))) end
      local said = own_text(t, metatable)
      if said then put(',"text":' .. quote(sub(said, 1, max_string))) end
    end
    put_address(t, metatable)
    if depth >= max_depth then
      local count = 0
      for key in next, t do
        if not (type(key) == "number" and key >= 1 and key <= border and floor(key) == key) then count = count + 1 end
      end
      if count > 0 then put(',"pair_count":' .. count) end
      if count > 0 or border > 0 then put(',"cut":true') end
    else
      on_path[t] = depth
      if border > 0 then
        put(',"items":[')
        for i = 1, border < max_array and border or max_array do
          if i > 1 then put(",") end
          keys_of_path[depth] = i
          walk(rawget(t, i), depth + 1)
        end
        put("]")
      end
      put_pairs(t, depth, border)
      on_path[t] = nil
    end
    put("}")
  end

  local function put_function(f)
    local info = getinfo(f, "S")
    put('{"t":"function"')
    local name = builtin_name(f)
    if name then put(',"name":' .. quote(name)) end
    if info.what ~= "C" then put(',"source":' .. quote(source_name(info)) .. ',"line":' .. info.linedefined) end
    put_address(f)
    put("}")
  end

  local function put_opaque(v, kind)
    local metatable = getmetatable(v)
    local said
    if kind == "thread" then
      said = status(v)
    else
      said = own_text(v, metatable)
      local name = metatable and rawget(metatable, "__name")
      if not said and type(name) == "string" then said = name end
    end
    put('{"t":"opaque","type":' .. quote(kind))
    if said then put(',"text":' .. quote(sub(said, 1, max_string))) end
    put_address(v, metatable)
    put("}")
  end

  function walk(v, depth)
    nodes = nodes + 1
    local kind = type(v)
    if kind == "nil" then
      put("null")
    elseif kind == "boolean" then
      put(v and "true" or "false")
    elseif kind == "number" then
      put(number(v))
    elseif kind == "string" then
      put(text(v, max_string))
    elseif kind == "table" then
      local above = on_path[v]
      if above then
        local path = "$"
        for i = 0, above - 1 do path = path .. step(keys_of_path[i]) end
        put('{"t":"ref","path":' .. quote(path) .. "}")
      elseif nodes > MAX_NODES then
        put('{"t":"opaque","type":"table","text":"left out: the value holds too many others"}')
      else
        put_table(v, depth)
      end
    elseif kind == "function" then
      put_function(v)
    else
      put_opaque(v, kind)
    end
  end

  return function(v)
    n, nodes = 0, 0
    walk(v, 0)
    return concat(out, "", 1, n)
  end
end

local function picture(v, limits)
  local kind = type(v)
  if kind == "string" then return text(v, limits[2]) end
  if kind == "number" then return number(v) end
  if v == nil then return "null" end
  if kind == "boolean" then return v and "true" or "false" end
  return new_walker(limits)(v)
end

return {picture = picture, quote = quote, own_text = own_text, source_name = source_name, builtin_name = builtin_name,
  name_builtins = name_builtins,
  getmetatable = getmetatable}

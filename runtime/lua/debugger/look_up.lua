-- Evaluates without effects: names, fields that need no metamethod, constants, operators on plain values. Anything else is
-- refused. And what names may stand at the end of a text.
local A = ...
local raw, pictures = A.raw, A.pictures
local getmetatable = raw.getmetatable
local quote = pictures.quote
local type, error, pcall, next, rawget, rawequal = type, error, pcall, next, rawget, rawequal
local find, sub, match, concat, sort = string.find, string.sub, string.match, table.concat, table.sort
local rawlen = rawlen or function(v) return #v end
local compile = A.compile
local reserved = A.reserved
local MOST_NAMES = 500
local MOST_STEPS = 100 -- of tables that stand behind one another as `__index`

local function refuse(why)
  error("it may have effects: " .. why, 0)
end

-- A field, through tables that stand as `__index`, which runs nothing.
local function field_of(t, key)
  for _ = 1, MOST_STEPS do
    local metatable = getmetatable(t)
    if type(t) == "table" then
      local value = rawget(t, key)
      if value ~= nil then return value end
      if not metatable then return nil end
    elseif not metatable then
      error("attempt to index a " .. type(t) .. " value", 0)
    end
    local index = rawget(metatable, "__index")
    if index == nil then
      if type(t) ~= "table" then error("attempt to index a " .. type(t) .. " value", 0) end
      return nil
    end
    if type(index) ~= "table" then refuse("a metamethod") end
    t = index
  end
  refuse("too many metatables")
end

local function name_of(frame, name)
  if frame then
    local index, value = A.find_local(frame.thread, frame.level, name)
    if index then return value end
    if frame.f then
      index, value = A.find_upvalue(frame.f, name)
      if index then return value end
    end
    return field_of(A.environment_of(frame), name)
  end
  return field_of(A.globals, name)
end

-- The tokens of a text: kind, text, and after both the value of a constant.

local constants = {["nil"] = true, ["true"] = true, ["false"] = true}

local function constant(text)
  local f = compile("return " .. text)
  if not f then error("malformed constant near '" .. text .. "'", 0) end
  return f()
end

local SYMBOLS = {"...", "<<", ">>", "//", "==", "~=", "<=", ">=", "..", "+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<", ">",
  "(", ")", "[", "]", ".", ":", "{", "}", "=", ",", ";"}

local function symbol_at(text, at)
  for i = 1, #SYMBOLS do
    if sub(text, at, at + #SYMBOLS[i] - 1) == SYMBOLS[i] then return SYMBOLS[i] end
  end
  error("unexpected symbol near '" .. sub(text, at, at) .. "'", 0)
end

local function tokens_of(text)
  local tokens, at = {}, 1
  local function put(kind, written, value)
    tokens[#tokens + 1] = {kind, written, value}
    at = at + #written
  end
  while true do
    at = find(text, "%S", at)
    if not at then return tokens end
    local level = match(text, "^%[(=*)%[", at)
    if level then
      local _, last = find(text, "]" .. level .. "]", at, true)
      if not last then error("unfinished string", 0) end
      local written = sub(text, at, last)
      put("constant", written, constant(written))
    elseif find(text, "^[%a_]", at) then
      local word = match(text, "^[%w_]+", at)
      if constants[word] then
        put("constant", word, constant(word))
      else
        put(reserved[word] and "symbol" or "name", word)
      end
    elseif find(text, "^%.?%d", at) then
      local written = match(text, "^0[xX][%x%.]*[pP]?[+-]?%d*", at) or match(text, "^[%d%.]+[eE][+-]?%d+", at)
        or match(text, "^[%d%.]+", at)
      put("constant", written, constant(written))
    elseif find(text, "^[\"']", at) then
      local mark, last = sub(text, at, at), at + 1
      while sub(text, last, last) ~= mark do
        if last > #text then error("unfinished string", 0) end
        last = last + (sub(text, last, last) == "\\" and 2 or 1)
      end
      local written = sub(text, at, last)
      put("constant", written, constant(written))
    else
      put("symbol", symbol_at(text, at))
    end
  end
end

-- Operators: priorities to the left and right, as Lua has them.

local BINARY = {["or"] = {1, 1}, ["and"] = {2, 2}, ["<"] = {3, 3}, [">"] = {3, 3}, ["<="] = {3, 3}, [">="] = {3, 3},
  ["~="] = {3, 3}, ["=="] = {3, 3}, ["|"] = {4, 4}, ["~"] = {5, 5}, ["&"] = {6, 6}, ["<<"] = {7, 7}, [">>"] = {7, 7},
  [".."] = {9, 8}, ["+"] = {10, 10}, ["-"] = {10, 10}, ["*"] = {11, 11}, ["/"] = {11, 11}, ["//"] = {11, 11},
  ["%"] = {11, 11}, ["^"] = {14, 13}}
local UNARY = {["not"] = true, ["-"] = true, ["#"] = true, ["~"] = true}
local UNARY_PRIORITY = 12

local operations = {}

local function operation(written)
  local f = operations[written]
  if not f then
    local made = compile("return function(a, b) return " .. written .. " end")
    if not made then error("this Lua has no such operator", 0) end
    f = made()
    operations[written] = f
  end
  return f
end

local function has_no(v, event)
  local metatable = getmetatable(v)
  return not metatable or rawget(metatable, event) == nil
end

local function is_plain(v)
  return type(v) == "number" or type(v) == "string"
end

local function binary(operator, a, b)
  if operator == "==" or operator == "~=" then
    local is_same = rawequal(a, b)
    local kind = type(a)
    if not is_same and kind == type(b) and (kind == "table" or kind == "userdata")
      and not (has_no(a, "__eq") and has_no(b, "__eq")) then refuse("a metamethod") end
    return is_same == (operator == "==")
  end
  if not (is_plain(a) and is_plain(b)) then refuse("'" .. operator .. "' on what is no plain value") end
  return operation("a " .. operator .. " b")(a, b)
end

local function unary(operator, v)
  if operator == "not" then return not v end
  if operator == "#" then
    if type(v) == "string" then return #v end
    if type(v) ~= "table" then error("attempt to get length of a " .. type(v) .. " value", 0) end
    if not has_no(v, "__len") then refuse("a metamethod") end
    return rawlen(v)
  end
  if not is_plain(v) then refuse("'" .. operator .. "' on what is no plain value") end
  return operation(operator .. " a")(v)
end

local function evaluate(text, frame)
  local tokens, at = tokens_of(text), 1
  local expression

  local function here(symbol)
    local token = tokens[at]
    return token and token[1] == "symbol" and token[2] == symbol
  end

  local function expect(symbol)
    if not here(symbol) then error("'" .. symbol .. "' expected", 0) end
    at = at + 1
  end

  local function primary()
    local token = tokens[at]
    if not token then error("the expression is not complete", 0) end
    at = at + 1
    local value
    if token[1] == "constant" then return token[3] end
    if token[1] == "name" then
      value = name_of(frame, token[2])
    elseif token[2] == "(" then
      value = expression(0)
      expect(")")
    else
      refuse("'" .. token[2] .. "'")
    end
    while true do
      if here(".") then
        local name = tokens[at + 1]
        if not name or name[1] ~= "name" then error("a name is expected after '.'", 0) end
        value = field_of(value, name[2])
        at = at + 2
      elseif here("[") then
        at = at + 1
        local key = expression(0)
        expect("]")
        value = field_of(value, key)
      elseif here("(") or here("{") or here(":") or (tokens[at] and type(tokens[at][3]) == "string") then
        refuse("a call")
      else
        return value
      end
    end
  end

  function expression(limit)
    local value
    local token = tokens[at]
    if token and token[1] == "symbol" and UNARY[token[2]] then
      at = at + 1
      value = unary(token[2], expression(UNARY_PRIORITY))
    else
      value = primary()
    end
    while true do
      token = tokens[at]
      local priorities = token and token[1] == "symbol" and BINARY[token[2]]
      if not priorities or priorities[1] <= limit then return value end
      at = at + 1
      local operator, other = token[2], nil
      if operator == "and" or operator == "or" then
        other = expression(priorities[2]) -- evaluated in any case: it has no effects
        if (operator == "and") == not not value then value = other end
      else
        value = binary(operator, value, expression(priorities[2]))
      end
    end
  end

  local value = expression(0)
  if tokens[at] then refuse("'" .. tokens[at][2] .. "'") end
  return value
end

function A.look_up(text, id)
  return evaluate(text, id > 0 and A.frame_of(id) or nil)
end

-- Completions

local function kind_of(v, usual)
  return type(v) == "function" and "function" or usual
end

function A.complete(text, id)
  local frame = id > 0 and A.frame_of(id) or nil
  local pieces, seen = {}, {}
  local path, separator, prefix = match(text, "([%a_][%w_%.%[%]\"']*)([%.:])([%w_]*)$")
  prefix = prefix or match(text, "[%a_][%w_]*$") or ""

  local function put(name, kind)
    if type(name) ~= "string" or seen[name] or #pieces >= MOST_NAMES then return end
    if not find(name, "^[%a_][%w_]*$") or sub(name, 1, #prefix) ~= prefix then return end
    seen[name] = true
    pieces[#pieces + 1] = '{"label":' .. quote(name) .. ',"kind":"' .. kind .. '"}'
  end

  local function put_fields(t, usual)
    for _ = 1, MOST_STEPS do
      local metatable = getmetatable(t)
      if type(t) == "table" then
        local names = {}
        for key, value in next, t do
          if type(key) == "string" and #names < MOST_NAMES and (separator ~= ":" or type(value) == "function")
            and sub(key, 1, #prefix) == prefix then names[#names + 1] = key end
        end
        sort(names)
        for i = 1, #names do put(names[i], kind_of(rawget(t, names[i]), usual)) end
      end
      t = metatable and rawget(metatable, "__index")
      if type(t) ~= "table" then return end
    end
  end

  if path then
    local ok, value = pcall(evaluate, path, frame)
    if ok and value ~= nil then put_fields(value, "field") end
  else
    if frame then
      local variables = A.locals_of(frame)
      for i = #variables, 1, -1 do put(variables[i][1], kind_of(variables[i][2], "variable")) end
      variables = frame.f and A.upvalues_of(frame.f) or {}
      for i = 1, #variables do put(variables[i][1], kind_of(variables[i][2], "variable")) end
    end
    local words = {}
    put_fields(frame and A.environment_of(frame) or A.globals, "variable")
    for word in next, reserved do words[#words + 1] = word end
    sort(words)
    for i = 1, prefix == "" and 0 or #words do put(words[i], "keyword") end
  end
  return '{"type":"completions","names":[' .. concat(pieces, ",") .. '],"replaces":' .. #prefix .. "}"
end

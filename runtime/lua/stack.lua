-- Takes a stack: the JSON that debug/stack.py describes. Frames of llmspell itself are left out.
local pictures, OWN, bottom = ... -- `bottom.runner` is the function under which a script runs
local picture, quote, source_name, builtin_name =
  pictures.picture, pictures.quote, pictures.source_name, pictures.builtin_name
local getinfo, getlocal, getupvalue = debug.getinfo, debug.getlocal, debug.getupvalue
local concat, byte, pcall, dump, error = table.concat, string.byte, pcall, string.dump, error

local WHAT = pcall(getinfo, 1, "nSluft") and "nSluft" or "nSluf" -- 5.1 and LuaJIT know no tail calls this way

-- Levels that may be left out of a trace: Lua 5.1 counts every tail call as one, millions in a loop.
local MAX_LEFT_OUT = 200

-- The number of parameters of a function of Lua 5.1, which getinfo does not tell: from its compiled form
-- (12 bytes of header, the source as a counted string, two lines, a byte of upvalues, then the parameters).
local function parameters_51(f)
  local ok, code = pcall(dump, f)
  if not ok then return 0 end
  local int_size, size_t_size = byte(code, 8), byte(code, 9)
  local length, factor = 0, 1
  for i = 13, 12 + size_t_size do
    length = length + byte(code, i) * factor
    factor = factor * 256
  end
  return byte(code, 12 + size_t_size + length + 2 * int_size + 2) or 0
end

local function variables(name, pieces)
  return #pieces > 0 and ',"' .. name .. '":[' .. concat(pieces, ",") .. "]" or ""
end

local function variable(name, value, limits)
  return "[" .. quote(name) .. "," .. picture(value, limits) .. "]"
end

local function own_upvalues(info, limits)
  local found = {}
  for i = 1, info.nups do
    local name, value = getupvalue(info.func, i)
    if not name then break end
    if name ~= "" and name ~= "_ENV" then found[#found + 1] = variable(name, value, limits) end
  end
  return found
end

local function frame(info, locals, upvalues)
  local name = info.name
  if info.what == "C" then name = builtin_name(info.func) or name end
  if info.what == "main" then name = nil end
  local piece = '{"what":' .. quote(info.what)
  if name then piece = piece .. ',"name":' .. quote(name) end
  piece = piece .. ',"source":' .. quote(source_name(info))
  if info.currentline and info.currentline > 0 then piece = piece .. ',"line":' .. info.currentline end
  if info.linedefined and info.linedefined >= 0 then piece = piece .. ',"line_defined":' .. info.linedefined end
  local parameters = info.nparams or (info.what == "Lua" and parameters_51(info.func)) or 0
  piece = piece .. ',"num_upvalues":' .. (info.nups or 0) .. ',"num_params":' .. parameters
  if info.istailcall then piece = piece .. ',"tail_call":true' end
  return piece .. variables("locals", locals) .. variables("upvalues", upvalues) .. "}"
end

-- options: {max_depth, locals, upvalues, limits}; thread nil: the running one.
local function take(options, thread)
  local max_depth, with_locals, with_upvalues, limits = options[1], options[2], options[3], options[4]
  local function info_at(level)
    local info -- no tail call: that would take this frame away
    if thread then info = getinfo(thread, level, WHAT) else info = getinfo(level + 1, WHAT) end
    return info
  end
  -- Innermost: what called Debug, past the frames of ours and of the C functions that they go through.
  local first = thread and 0 or 1
  local level = first
  while not thread do
    local info = info_at(level)
    if not info or info.func == bottom.runner then break end
    if info.source ~= OWN and info.what ~= "C" and info.what ~= "tail" then break end
    if info.source == OWN then first = level + 1 end
    level = level + 1
  end
  local info = info_at(first)
  if info and info.func == error then
    first = first + 1
    info = info_at(first)
  end
  local frames, truncated = {}, false
  level = first
  while info do
    if level > first + max_depth + MAX_LEFT_OUT then
      truncated = true
      break
    end
    local caller = info_at(level + 1)
    if info.func == bottom.runner then break end
    local is_ours = info.source == OWN or info.what == "tail" or (info.what == "C" and caller and caller.source == OWN)
    if not is_ours then
      if #frames >= max_depth then
        truncated = true
        break
      end
      local locals, upvalues = {}, {}
      if with_locals then
        for i = 1, 250 do
          local name, value
          if thread then name, value = getlocal(thread, level, i) else name, value = getlocal(level, i) end
          if not name then break end
          if byte(name) ~= 40 then locals[#locals + 1] = variable(name, value, limits) end -- "(temporary)"
        end
      end
      if with_upvalues then upvalues = own_upvalues(info, limits) end
      frames[#frames + 1] = frame(info, locals, upvalues)
    end
    level = level + 1
    info = caller
  end
  return '{"frames":[' .. concat(frames, ",") .. '],"max_depth":' .. max_depth
    .. (truncated and ',"truncated":true}' or "}")
end

return take

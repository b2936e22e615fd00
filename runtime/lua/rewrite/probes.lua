-- Gives rewritten chunks their flags, and rewrites what a script loads. Run before anything else that is of llmspell.
-- `pause(key, id)` is called at a probe whose flag is up; its frame is at level 1, one of ours at 2, the script's at 3.
local host, pause, OWN = ...
local type, pcall, error, select, tostring = type, pcall, error, select, tostring
local load, loadstring, loadfile, setfenv, getfenv = load, loadstring, loadfile, setfenv, getfenv
local open = io.open
local setmetatable, rawget, rawset = setmetatable, rawget, rawset
local getinfo, getlocal, setlocal, setupvalue, getmetatable =
  debug.getinfo, debug.getlocal, debug.setlocal, debug.setupvalue, debug.getmetatable
local floor, jit = math.floor, jit
local sub, byte, find, gsub, gmatch, concat =
  string.sub, string.byte, string.find, string.gsub, string.gmatch, table.concat
local DIRECTORY = sub(package.config, 1, 1)
local package = package
local searchers = package.searchers or package.loaders
local compile = loadstring or load

local flags_of = {} -- by the key of a source
local key_of = {} -- by the flags
local planted = {} -- names under which functions hold their flags
local mains = setmetatable({}, {__mode = "k"}) -- the key of a main chunk
local original_of = {} -- what one of our functions stands for
local PLACE = "^" .. gsub(sub(OWN, 2), "%p", "%%%0") .. ":%d+: "

local GLOBAL = _VERSION == "Lua 5.2" and "_G." or ""

local function pass(...) return ... end -- a tail call would hide the caller's frame

-- What `pcall` of a function that ours stands for returned: its error as the script would have got it. `name` is the
-- one by which Lua finds a function that was called by no name; 5.1 and LuaJIT do not.
local function settle(name, ok, ...)
  if ok then return ... end
  local e = ...
  if type(e) ~= "string" then error(e, 0) end
  e = gsub(e, PLACE, "")
  local called = getinfo(2, "n").name or setfenv and "?" or (find(name, ".", 1, true) and name or GLOBAL .. name)
  error(gsub(e, "^(bad argument #%-?%d+ to ')[^']*", "%1" .. called), 3)
end

-- The channel: a planted `true<true` asks for the flags whose key its function's local holds.

local base = {} -- the metatable of booleans while the script has given them none
local scripts = setmetatable({}, {__mode = "k"}) -- by metatable, the comparison that the script had in it

local compare_frame = {}

local function compare(a, b)
  for i = 1, 255 do
    local name, key = getlocal(2, i)
    if not name then break end
    if planted[name] and type(key) == "number" then
      setlocal(2, i, flags_of[key])
      return true
    end
  end
  local script = scripts[getmetatable(a)]
  if script then return script(a, b) end
  -- Their line: no other frame of ours stands for none of the script's.
  compare_frame.line = getinfo(1, "l").currentline error("attempt to compare two boolean values", 2)
end

compare_frame.f = compare

-- The script may have given booleans a metatable of its own, or put another comparison into it.
local function open_channel()
  local metatable = getmetatable(true)
  local found = rawget(metatable, "__lt")
  if found ~= compare then
    scripts[metatable] = found
    rawset(metatable, "__lt", compare)
  end
end

debug.setmetatable(true, base)

-- The gates of a source: those of each run of its main chunk, through the function that it gave. A chunk that is run
-- again and again has its gates open from some run on: they are not known to be gone.

local MOST_RUNS = 100
local gates_of = {} -- by the key of a source

local function set_gates(gates, give)
  local armed = gates.armed
  for gate = 1, gates.count do setupvalue(give, gate, (armed[gate] or 0) > 0) end
end

local function new_gates(probes, count)
  return {probes = probes, count = count, armed = {}, runs = {}}
end

local function take_gates(gates, give)
  local runs = gates.runs
  if #runs < MOST_RUNS then
    runs[#runs + 1] = give
    set_gates(gates, give)
  else
    for gate = 1, gates.count do setupvalue(give, gate, true) end
  end
end

local function new_flags(key, name, count, gates)
  local flags = {}
  for id = 1, count do flags[id] = false end -- what is there and false is read faster than what is not there
  flags[0] = function(id)
    if flags[id] then pause(key, id) end
    return false
  end
  flags_of[key], key_of[flags], planted[name] = flags, key, true
  if gates == 0 then return end
  local own = new_gates(count, gates)
  gates_of[key] = own
  flags[-1] = function(give) take_gates(own, give) end
  for gate = 0, gates - 1 do planted[name .. "_" .. gate] = true end
end

-- Loading. What was loaded compiles; the answer is the same chunk with probes, or the chunk itself.

local function with_probes(chunk, text, compile_as)
  open_channel()
  if byte(text, 1) == 27 then return chunk end
  local found
  local function problem_of(rewritten)
    local f, problem = compile_as(rewritten)
    found = f
    return problem
  end
  local key = host.rewrite(text, getinfo(chunk, "S").source, problem_of, new_flags)
  if not key or not found then return chunk end
  if setfenv then setfenv(found, getfenv(chunk)) end
  mains[found] = key
  return found
end

-- `...` is the environment, where one was given: nil is one, too.
local function from_text(chunk, text, ...)
  local name, count, environment = getinfo(chunk, "S").source, select("#", ...), (...)
  return with_probes(chunk, text, function(rewritten)
    if setfenv or count == 0 then return compile(rewritten, name) end
    return load(rewritten, name, "t", environment)
  end)
end

-- The text of a file as Lua takes it, each byte at its place: no byte order mark, no first line that begins with `#`.
local function text_of(path)
  local file = open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  if not text then return nil end
  if sub(text, 1, 3) == "\239\187\191" then text = "   " .. sub(text, 4) end
  if find(text, "^ *#") then text = gsub(text, "^[^\n]*", function(line) return (gsub(line, ".", " ")) end, 1) end
  if find(text, "^%s*\27") then return nil end
  return text
end

-- A compiled chunk brings the name of the file it was compiled from, which is not the one that was loaded.
local function from_file(chunk, path, ...)
  local text = type(path) == "string" and getinfo(chunk, "S").source == "@" .. path and text_of(path)
  if not text then return chunk end
  return from_text(chunk, text, ...)
end

-- Where `require` finds a module; Lua 5.1 has no function for it.
local find_module = package.searchpath or function(name, templates)
  local part = gsub(name, "%.", DIRECTORY)
  for template in gmatch(templates, "[^;]+") do
    local path = gsub(template, "%?", function() return part end)
    local file = open(path, "r")
    if file then
      file:close()
      return path
    end
  end
end

local function stand_in(where, name, make)
  local original = where and where[name]
  if not original then return end
  local ours = make(original)
  original_of[ours] = original
  where[name] = ours
end

-- `take(chunk)` of what was loaded; of what was not, nil and the message.
local function taken(take, chunk, ...)
  if type(chunk) ~= "function" then return chunk, ... end
  return take(chunk), ...
end

stand_in(_G, "loadstring", function(loadstring)
  return function(...)
    local text = ...
    return pass(taken(function(chunk) return from_text(chunk, tostring(text)) end,
      settle("loadstring", pcall(loadstring, ...))))
  end
end)

stand_in(_G, "load", function(load)
  return function(...)
    local reader, name, mode, environment = ...
    local count = select("#", ...)
    local pieces
    local function take(chunk)
      local text = pieces and concat(pieces) or tostring(reader)
      if count > 3 then return from_text(chunk, text, environment) end
      return from_text(chunk, text)
    end
    if type(reader) ~= "function" then return pass(taken(take, settle("load", pcall(load, ...)))) end
    pieces = {}
    local function read()
      local piece = reader()
      if type(piece) == "string" or type(piece) == "number" then pieces[#pieces + 1] = piece end
      return piece
    end
    if count > 3 then return pass(taken(take, settle("load", pcall(load, read, name, mode, environment)))) end
    return pass(taken(take, settle("load", pcall(load, read, name, mode))))
  end
end)

stand_in(_G, "loadfile", function(loadfile)
  return function(...)
    local path, _, environment = ...
    local count = select("#", ...)
    return pass(taken(function(chunk)
      if count > 2 then return from_file(chunk, path, environment) end
      return from_file(chunk, path)
    end, settle("loadfile", pcall(loadfile, ...))))
  end
end)

stand_in(_G, "dofile", function()
  return function(...)
    local chunk, problem = settle("dofile", pcall(loadfile, (...)))
    if not chunk then error(problem, 0) end
    return pass(from_file(chunk, (...))())
  end
end)

stand_in(searchers, 2, function(search)
  return function(...)
    local name = ...
    return pass(taken(function(chunk) return from_file(chunk, find_module(name, package.path)) end,
      settle("?", pcall(search, ...))))
  end
end)

local control = {}

-- The script itself: its chunk, or nil and the message.
function control.load(text, name)
  local chunk, problem = compile(text, name)
  if not chunk then return nil, problem end
  return from_text(chunk, text)
end

function control.arm(key, first, last, flag)
  local flags, gates = flags_of[key], gates_of[key]
  for id = first, last do
    if flags[id] ~= flag then
      flags[id] = flag
      if gates then
        local gate = (gates.count >= gates.probes and id - 1 or floor((id - 1) * gates.count / gates.probes)) + 1
        gates.armed[gate] = (gates.armed[gate] or 0) + (flag and 1 or -1)
      end
    end
  end
  if not gates then return end
  for i = 1, #gates.runs do set_gates(gates, gates.runs[i]) end
  if jit and #gates.runs > 0 then jit.flush() end -- gates that were never set are part of what was compiled
end

return control, {original_of = original_of, key_of = key_of, planted = planted, mains = mains, base = base, open_channel = open_channel, compare_frame = compare_frame, settle = settle, pass = pass,
  compile = compile}

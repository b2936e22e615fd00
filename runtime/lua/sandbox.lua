-- Takes away what reaches files, processes, the network, Python or bytecode. What stays: the language, strings,
-- tables, maths, coroutines, the clock, printing, and `require` of Lua files beside the script.
local exit, read_module, compile = ...
local real_load, loadstring, setfenv, type, error, rawget, pairs, select =
  load, loadstring, setfenv, type, error, rawget, pairs, select
local concat, byte = table.concat, string.byte
local clock, date, difftime, time = os.clock, os.date, os.difftime, os.time
local traceback = debug.traceback
local write, flush = io.write, io.flush

local G = _G

local function collect(chunk)
  if type(chunk) ~= "function" then return chunk end
  local pieces = {}
  while true do
    local piece = chunk()
    if piece == nil or piece == "" then return concat(pieces) end
    if type(piece) ~= "string" then error("reader function must return a string", 3) end
    pieces[#pieces + 1] = piece
  end
end

local function load_text(chunk, name, ...)
  local text = collect(chunk)
  if type(text) ~= "string" then
    error("bad argument #1 to 'load' (string or function expected, got " .. type(chunk) .. ")", 3)
  end
  if byte(text, 1) == 27 then return nil, "attempt to load a binary chunk: the sandbox takes text only" end
  if type(name) ~= "string" then name = type(chunk) == "string" and text or "=(load)" end
  if loadstring then return loadstring(text, name) end
  if select("#", ...) > 0 then return real_load(text, name, "t", (...)) end
  return real_load(text, name, "t")
end

if loadstring then
  G.loadstring = function(text, name) return load_text(text, name) end
  G.load = function(chunk, name, _, ...)
    local f, problem = load_text(chunk, name)
    if f and select("#", ...) > 0 and setfenv then setfenv(f, (...)) end
    return f, problem
  end
else
  G.load = function(chunk, name, _, ...) return load_text(chunk, name, ...) end
end

for _, name in pairs({"dofile", "loadfile", "python", "newproxy", "jit", "ffi", "module", "debug", "package", "io"}) do
  G[name] = nil
end
string.dump = nil

G.os = {clock = clock, date = date, difftime = difftime, time = time, exit = exit}
G.debug = {traceback = function(...) return traceback(...) end}
G.io = {write = function(...)
  write(...)
  return G.io
end, flush = function() flush() end}

local modules = {}
for _, name in pairs({"string", "table", "math", "coroutine", "utf8", "bit32", "bit"}) do modules[name] = rawget(G, name) end
modules._G = G
modules.os = G.os

G.package = {loaded = modules, path = "?.lua;?/init.lua"}

G.require = function(name)
  if type(name) ~= "string" then
    error("bad argument #1 to 'require' (string expected, got " .. type(name) .. ")", 2)
  end
  local known = modules[name]
  if known ~= nil then return known end
  local text, where = read_module(name)
  if not text then error("module '" .. name .. "' not found: " .. where .. " (the sandbox looks only beside the script)", 2) end
  local chunk, problem = compile(text, "@" .. where)
  if not chunk then error("error loading module '" .. name .. "':\n\t" .. problem, 2) end
  modules[name] = true
  local result = chunk(name, where)
  if result ~= nil then modules[name] = result end
  return modules[name]
end

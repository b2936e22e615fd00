"""Scripts that try to leave the sandbox. `test_sandbox.py` runs them."""

from __future__ import annotations

from dataclasses import dataclass

VARIANTS = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit2.0", "luajit")

REACHABLE = """
local seen, functions, userdata = {}, {}, {}
local function walk(value, depth)
  local kind = type(value)
  if value == nil or seen[value] or depth > 12 then return end
  if kind ~= "table" and kind ~= "function" and kind ~= "userdata" then return end
  seen[value] = true
  if kind == "function" then functions[#functions + 1] = value end
  if kind == "userdata" then userdata[#userdata + 1] = value end
  if kind == "table" then
    for k, v in next, value do walk(k, depth + 1) walk(v, depth + 1) end
  end
  walk(getmetatable(value), depth + 1)
  if kind == "function" and debug and debug.getupvalue then
    for i = 1, 60 do
      local ok, name, up = pcall(debug.getupvalue, value, i)
      if not ok or name == nil then break end
      walk(up, depth + 1)
    end
  end
  if kind == "function" and getfenv then
    local ok, env = pcall(getfenv, value)
    if ok then walk(env, depth + 1) end
  end
end
walk(_G, 0)
walk(getmetatable(""), 0)
local t = Debug.timer("t")
walk(t, 0)
walk(Debug.stackTraceJson({capture_locals = true, capture_upvalues = true}), 0)
walk(Debug.getCapturedEntries(), 0)
walk(Debug.memoryStats(), 0)
walk(Debug.getFilterSummary(), 0)
walk({pcall(Debug.time, "x", function() error("e") end)}, 0)
walk({pcall(Debug.time, "x", 42)}, 0)
walk({pcall(error)}, 0)
walk({pcall(require, "no.such.module")}, 0)
"""


@dataclass(frozen=True)
class Attack:
    name: str
    lua: str
    """`@CANARY@`, `@OUTSIDE@`, `@INSIDE@`, `@SO@` stand for paths, `@DUMP@` for a literal of bytecode."""
    real: tuple[str, ...] = ()
    """The VMs on which it gets through where there is no sandbox."""
    variants: tuple[str, ...] = VARIANTS


PUC = ("lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5")
ATTACKS = (
    # files
    Attack("write", 'local f = io.open("@CANARY@", "w") f:write("gone") f:close()', real=VARIANTS),
    Attack("append", 'local f = io.open("@CANARY@", "a") f:write("more") f:close()', real=("lua5.4",)),
    Attack("create", 'io.open("@INSIDE@/new.txt", "w"):close()', real=("lua5.4",)),
    Attack("read", 'return io.open("@CANARY@"):read("*a")', real=VARIANTS),
    Attack("lines", 'for line in io.lines("@CANARY@") do return line end', real=VARIANTS),
    Attack("input", 'io.input("@CANARY@") return io.read("*l")', real=("lua5.4",)),
    Attack("output", 'io.output("@CANARY@") io.write("gone") io.output():close()', real=("lua5.4",)),
    Attack("tmpfile", "return io.tmpfile()", real=("lua5.4",)),
    Attack("tmpname", "return os.tmpname()"),
    Attack("remove", 'os.remove("@CANARY@")', real=VARIANTS),
    Attack("rename", 'os.rename("@CANARY@", "@CANARY@.gone")', real=("lua5.4",)),
    Attack("dofile", 'return dofile("@OUTSIDE@/secret.lua")', real=VARIANTS),
    Attack("loadfile", 'return loadfile("@OUTSIDE@/secret.lua")()', real=VARIANTS),
    Attack("dofile inside with ..", 'return dofile("../outside/secret.lua")', real=("lua5.4",)),
    Attack("searchpath", 'return package.searchpath("canary", "@INSIDE@/../?.txt")', real=("lua5.4",)),
    Attack("close stdout", "io.stdout:close() io.stderr:close() io.close()"),
    # processes and their surroundings
    Attack("execute", 'os.execute("echo gone > @CANARY@")', real=VARIANTS),
    Attack("popen", 'return io.popen("cat @CANARY@"):read("*a")', real=("luajit2.0", "luajit")),
    Attack("getenv", 'return os.getenv("SANDBOX_SECRET")', real=VARIANTS),
    Attack("setlocale", 'return os.setlocale("C.UTF-8") and os.setlocale("C.UTF-8", "all")'),
    # modules
    Attack("require ..", 'return require("../outside/secret")'),
    Attack(
        "require from a path", 'package.path = "@OUTSIDE@/?.lua" return require("secret")', real=("lua5.4",)
    ),
    Attack("require an absolute name", 'return require("@OUTSIDE@/secret")'),
    Attack("require through a symlink", 'return require("link.secret")', real=VARIANTS),
    Attack("require a symlinked file", 'return require("linked")', real=VARIANTS),
    Attack("require bytecode", 'return require("compiled")'),
    Attack(
        "searchers",
        """
        package.path, package.cpath = "@OUTSIDE@/?.lua", "@OUTSIDE@/?.so"
        for _, search in pairs(package.searchers or package.loaders) do
          local found, where = search("secret")
          if type(found) == "function" then return found("secret", where) end
        end
        """,
        real=("lua5.4",),
    ),
    Attack("loadlib", 'return package.loadlib("@SO@", "lua_pushthread")'),
    Attack("loadlib everything", 'return package.loadlib("@SO@", "*")'),
    Attack("require io again", 'return require("io").open("@CANARY@"):read("*a")', real=("lua5.4",)),
    Attack("package.loaded.io", 'return package.loaded.io.open("@CANARY@"):read("*a")', real=("lua5.4",)),
    Attack("package.loaded.os", 'package.loaded.os.remove("@CANARY@")', real=("lua5.4",)),
    Attack("package.loaded.debug", "return package.loaded.debug.getregistry()", real=("lua5.4",)),
    Attack("package.loaded._G", 'return package.loaded._G.io.open("@CANARY@"):read("*a")', real=("lua5.4",)),
    Attack(
        "any open or execute within reach",
        REACHABLE
        + """
        for value in pairs(seen) do
          if type(value) == "table" then
            if rawget(value, "popen") then return "popen" end
            if rawget(value, "execute") then return "execute" end
            if rawget(value, "loadlib") then return "loadlib" end
            if rawget(value, "getregistry") then return "getregistry" end
          end
        end
        """,
        real=("lua5.4",),
    ),
    # bytecode
    Attack("load a dump", "return load(string.dump(function() return 1 end))", real=PUC[1:]),
    Attack("loadstring a dump", "return loadstring(string.dump(function() return 1 end))", real=("lua5.1",)),
    Attack("load mode b", 'return load(string.dump(function() return 1 end), "x", "b")', real=("lua5.4",)),
    Attack(
        "load mode bt", 'return load(string.dump(function() return 1 end), "x", "bt", {})', real=("lua5.4",)
    ),
    Attack(
        "load a dump in pieces",
        """
        local text, at = string.dump(function() return 1 end), 0
        return load(function() at = at + 1 if at <= #text then return text:sub(at, at) end end)
        """,
        real=VARIANTS,
    ),
    Attack(
        "load a dump kept as a string",
        r"""
        for _, head in ipairs({"\27Lua", "\27LJ\1", "\27LJ\2"}) do
          local f, message = (loadstring or load)(head .. string.rep("\0", 60), "x")
          if f then return "loaded" end
          if tostring(message):find("truncated", 1, true) or tostring(message):find("version", 1, true) then
            return message
          end
        end
        """,
    ),
    Attack("load bytecode", "return (loadstring or load)(@DUMP@)", real=VARIANTS),
    Attack(
        "load bytecode past a swapped string.byte",
        """
        local function harmless() return 76 end
        string.byte, string.sub, string.find, string.match = harmless, harmless, harmless, harmless
        return (loadstring or load)(@DUMP@)
        """,
        real=VARIANTS,
    ),
    Attack(
        "load bytecode past a swapped string metatable",
        """
        local swapped = setmetatable({}, {__index = function() return function() return 76 end end})
        getmetatable("").__index = swapped
        return (loadstring or load)(@DUMP@)
        """,
        real=VARIANTS,
    ),
    Attack(
        "load bytecode past swapped globals",
        """
        local load_it, dumped, G = loadstring or load, @DUMP@, _G
        for _, library in ipairs({"string", "table", "math"}) do
          for name in pairs(G[library]) do G[library][name] = function() return nil end end
        end
        G.type = function() return "string" end
        return load_it(dumped)
        """,
        real=VARIANTS,
    ),
    Attack("dofile bytecode", 'return dofile("@INSIDE@/compiled.lua")'),
    Attack("loadfile bytecode", 'return loadfile("@INSIDE@/compiled.lua")'),
    # the debug library
    Attack("registry", "return debug.getregistry()", real=VARIANTS),
    Attack(
        "registry by value",
        'for k, v in pairs(debug.getregistry()._LOADED) do if k == "io" then return v.open end end',
        real=VARIANTS,
    ),
    Attack("sethook", 'debug.sethook(function() end, "l") return debug.gethook()', real=("lua5.4",)),
    Attack(
        "debug.setmetatable",
        "return debug.setmetatable(1, {__index = {}}) and (1).x == nil",
        real=("lua5.4",),
    ),
    Attack("upvalues", "return debug.getupvalue(Debug.info, 1)"),
    Attack(
        "setupvalue",
        'for i = 1, 20 do if debug.setupvalue(Debug.info, i, 99) then return "changed" end end',
    ),
    Attack("setlocal", "local x = 1 return debug.setlocal(1, 1, 2)"),
    # Python
    Attack("python", "return python and python.builtins or python", real=()),
    Attack("python eval", "return python.eval('open(\"@CANARY@\").read()')"),
    Attack(
        "Python behind anything within reach",
        REACHABLE
        + """
        local names = {
          "__class__", "__globals__", "__self__", "__init__", "__module__", "__dict__", "__call__",
          "__code__", "__func__", "__closure__", "__builtins__", "__reduce__", "f_globals",
          "__doc__", "__name__",
        }
        local all = {}
        for _, f in ipairs(functions) do all[#all + 1] = f end
        for _, u in ipairs(userdata) do all[#all + 1] = u end
        for _, value in ipairs(all) do
          for _, name in ipairs(names) do
            local ok, got = pcall(function() return value[name] end)
            if ok and got ~= nil then return name end
          end
        end
        """,
    ),
    Attack(
        "Python objects within reach",
        REACHABLE
        + """
        for _, u in ipairs(userdata) do
          local text = tostring(u)
          if text:find("<", 1, true) or text:find("python", 1, true) or text:find("lupa", 1, true) then
            return text
          end
        end
        """,
    ),
    Attack(
        "functions swapped under the prelude see nothing foreign",
        REACHABLE
        + """
        local caught
        local function spy(original)
          return function(...)
            for i = 1, select("#", ...) do
              local value = select(i, ...)
              if type(value) == "userdata" and find(tostring(value), "<", 1, true) then caught = "seen" end
            end
            return original(...)
          end
        end
        local find = string.find
        for _, library in ipairs({string, table, math, coroutine, _G}) do
          for name, f in pairs(library) do
            if type(f) == "function" and name ~= "tostring" and name ~= "select" and name ~= "find"
              and name ~= "type" then
              rawset(library, name, spy(f))
            end
          end
        end
        Debug.info({1, {2}}, "m") Debug.dump({1}) Debug.stackTrace() Debug.performanceReport()
        Debug.addModuleFilter("a.*") Debug.getCapturedEntries() Debug.timer("x"):stop()
        print("x")
        return caught
        """,
    ),
    Attack(
        "what the functions within reach throw",
        REACHABLE
        + """
        local odd = {"\\0", "\\255", {}, -1, 0/0, print, ("x"):rep(70000), "../x", true}
        local found
        local function look(...)
          for i = 1, select("#", ...) do
            local value = select(i, ...)
            if type(value) == "userdata" then found = found or "userdata" end
            if type(value) == "string" and value:find(".py", 1, true) then found = found or value end
          end
        end
        for _, f in ipairs(functions) do
          if f ~= os.exit and f ~= coroutine.yield and f ~= walk and f ~= look then
            look(pcall(f))
            for i = 1, #odd do
              look(pcall(f, odd[i]))
              look(pcall(f, odd[i], odd[i], odd[i]))
              look(pcall(f, t, odd[i]))
            end
          end
        end
        look(pcall(os.exit, {}))
        return found
        """,
    ),
    # environments, coroutines, metatables, finalizers
    Attack(
        "environments of functions",
        REACHABLE
        + """
        if not getfenv then return nil end
        local function bad(env)
          return type(env) == "table" and (env.python or (env.io and env.io.popen)
            or (env.os and env.os.execute) or (env.debug and env.debug.getregistry)
            or (env.package and env.package.loadlib))
        end
        for level = 0, 12 do
          local ok, env = pcall(getfenv, level)
          if ok and bad(env) then return "level " .. level end
        end
        for _, f in ipairs(functions) do
          local ok, env = pcall(getfenv, f)
          if ok and bad(env) then return "function" end
        end
        """,
    ),
    Attack(
        "a loaded chunk's environment",
        """return (loadstring or load)("return io.open('@CANARY@')")():read("*a")""",
    ),
    Attack(
        "a coroutine's environment",
        'return coroutine.wrap(function() return io.open("@CANARY@"):read("*a") end)()',
        real=("lua5.4",),
    ),
    Attack(
        "a coroutine's global table",
        'return coroutine.wrap(function() return getfenv(0).io.open("@CANARY@"):read("*a") end)()',
        real=("lua5.1",),
    ),
    Attack(
        "an error handler",
        'local got xpcall(error, function() got = io.open("@CANARY@"):read("*a") end) return got',
        real=("lua5.4",),
    ),
    Attack(
        "a finalizer",
        """
        local function late() io.open("@CANARY@", "w"):write("gone") os.remove("@CANARY@") end
        if newproxy then getmetatable(newproxy(true)).__gc = late end
        KEPT = setmetatable({}, {__gc = late})
        """,
        real=("lua5.4",),
    ),
    Attack(
        "a poisoned string metatable",
        """
        local got
        local meta = getmetatable("")
        meta.__index = function(_, name)
          return function(...)
            for i = 1, select("#", ...) do
              if type((select(i, ...))) == "userdata" then got = "userdata" end
            end
            return string[name](...)
          end
        end
        Debug.info({"a"}, "m") Debug.dump({"b"}) Debug.stackTrace()
        return got
        """,
    ),
    Attack("setmetatable of Debug", "return getmetatable(Debug) and getmetatable(Debug).__index.__globals__"),
    # LuaJIT
    Attack("ffi", 'return require("ffi").C', real=("luajit", "luajit2.0")),
    Attack("ffi loaded", "return package.loaded.ffi", variants=("luajit", "luajit2.0")),
    Attack("ffi preloaded", 'return package.preload.ffi("ffi")', real=("luajit", "luajit2.0")),
    Attack(
        "ffi at work",
        'local ffi = require("ffi") ffi.cdef("int remove(const char *);") ffi.C.remove("@CANARY@")',
        real=("luajit", "luajit2.0"),
    ),
    Attack("jit.util", 'return require("jit.util")', real=("luajit", "luajit2.0")),
    Attack("jit.profile", 'return require("jit.profile")', real=("luajit",)),
)

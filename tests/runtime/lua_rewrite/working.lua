--## call in parentheses after a number
local a a=1(print)(a)

--## one line
local t = {} for i = 1, 3 do t[#t + 1] = i end print(#t) return t

--## no line end after a comment
print(1) -- the end

--## first line is a comment
--[[ long
comment ]] print(debug.getinfo(1, 'l').currentline)

--## while
local i = 0 while i < 3 do i = i + 1 print(i) end

--## while with a false condition of and, or
local a, b while a and b or not (a or b) do a = 1 b = nil print(a) end

--## repeat sees the locals of its body
local n = 0 repeat local done = n == 3 n = n + 1 until done print(n)

--## repeat with a call of a string
local n = 0 local function f(s) n = n + 1 return n > 2 end repeat until f''print(n)

--## elseif
for i = 1, 4 do if i == 1 then print 'a' elseif i == 2 then print 'b' elseif i == 3 then else print 'd' end end

--## condition with several results
local function two() return false, true end if two() then print(1) elseif two() then print(2) else print(3) end

--## empty functions
local function f() end local g = function(...) end local t = {h = function() -- nothing
 end} print(f(), g(1), t.h())

--## empty statements
print(1); local a; print(a);

--## do blocks
do local x = 1 do local y = x print(y) end end do end

--## varargs
local function f(...) local n = select('#', ...) return n, ... end print(f(nil, nil)) print((f(1, 2)))

--## method
local t = {n = 0} function t:add(i) self.n = self.n + i return self end print(t:add(1):add(2).n)

--## closures keep their own variable
local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end print(fs[1](), fs[1](), fs[2]())

--## shadowing
local x = 1 local x = x + 1 do local x = x * 10 print(x) end print(x)

--## break
for i = 1, 5 do if i == 3 then break end print(i) end while true do break end repeat break until false

--## tail calls do not grow the stack
local function f(n) if n == 0 then return 'done' end return f(n - 1) end print(f(100000))

--## coroutines
local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a + i) end return 'end' end) print(co(1), co(2), co(3), co(4))

--## yield in a condition
local co = coroutine.wrap(function() while coroutine.yield() do print 'on' end return 'off' end) co() co(true) print(co(false))

--## metatables
local t = setmetatable({}, {__index = function(_, k) return k .. '!' end, __call = function(_, a) return a * 2 end}) print(t.x, t(4))

--## sort with a comparison
local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) print(table.concat(t, ','))

--## pcall and error values
print(pcall(error)) print(pcall(error, {})) print(select(2, pcall(error, 'x', 0)))

--## string.dump of a function with upvalues
local a, b = 1, 2 local function f(x) return x, a, b end local g = (loadstring or load)(string.dump(f)) print(pcall(g, 5))

--## string.dump of a method
local t = {} function t:m(x) return x end print((loadstring or load)(string.dump(t.m))(t, 7))

--## string.dump of a main chunk
local f = (loadstring or load)('return 1 + ...') print((loadstring or load)(string.dump(f))(41))

--## loaded text
local f = (loadstring or load)('local a = ... return a and a + 1') print(f(1), f())

--## load with a reader
local parts = {'return ', '4', '2'} local i = 0 print(load(function() i = i + 1 return parts[i] end)())

--## load that fails
print((loadstring or load)('x =')) print((loadstring or load)('x =', '=name')) print(load(function() return nil end))

--## booleans have no metatable
print(getmetatable(true), debug.getmetatable(false), pcall(function() return true < false end))

--## booleans with one
local m = {__index = function(b, k) return k end} debug.setmetatable(true, m) print((true).x, getmetatable(false) == m) m.__index = {y = 2} print((false).y, (loadstring or load)('return (true).y')()) debug.setmetatable(true, nil) print(getmetatable(true))

--## own comparison of booleans
debug.setmetatable(true, {__lt = function(a, b) return b and not a end}) print(false < true, true < false, (loadstring or load)('return 5')())

--## getinfo of functions
local a local function f(x) a = x end local i = debug.getinfo(f, 'Su') print(i.nups, i.what, i.linedefined, i.lastlinedefined, i.short_src, i.source)

--## getinfo of levels
local function f() local i = debug.getinfo(2, 'Sl') return i.what, i.currentline end print(f())
print(debug.getinfo(1, 'l').currentline, debug.getinfo(0, 'nS').what, debug.getinfo(0, 'n').name, debug.getinfo(100))

--## upvalues
local a, b = 1, 2 local function f() return b, a end print(debug.getupvalue(f, 1)) print(debug.getupvalue(f, 2)) print(debug.getupvalue(f, 3)) print(debug.setupvalue(f, 1, 9), f())

--## locals
local a, b = 'x', 'y' print(debug.getlocal(1, 1)) print(debug.getlocal(1, 2)) print(debug.setlocal(1, 2, 'z'), b) print(pcall(debug.getlocal, 50, 1))

--## locals of a function that waits
local co = coroutine.create(function(p) local q = p + 1 coroutine.yield() return q end) coroutine.resume(co, 1) print(debug.getlocal(co, 1, 1)) print(debug.getlocal(co, 1, 2)) print(debug.traceback(co)) print(debug.getinfo(co, 1, 'l').currentline)

--## functions of C stay such
for _, f in ipairs {load, dofile, loadfile, string.dump, debug.getinfo, debug.traceback, getmetatable} do local i = debug.getinfo(f, 'Su') print(i.what, i.short_src, i.linedefined, debug.getupvalue(f, 1)) end

--## wrong arguments
print(pcall(debug.getinfo, 1, '?')) print(pcall(debug.getinfo, {})) print(pcall(debug.getlocal)) print(pcall(debug.sethook, 1)) print(pcall(string.dump, print)) print(pcall(debug.traceback, {}) )

--## wrong arguments, called by name
print(pcall(function() return (debug.getinfo(1, '?')) end)) print(pcall(function() local x = string.dump(print) end)) print(pcall(function() local x = load({}) end)) print(pcall(function() local x = getmetatable() end))

--## hooks
local n = 0 local function f() n = n + 1 end debug.sethook(f, 'l') print(debug.gethook() == f)
debug.sethook() print(debug.gethook(), n > 0)

--## call hooks
local names = {} local function g() end debug.sethook(function(e) names[#names + 1] = e .. (debug.getinfo(2, 'n').name or '?') end, 'c') g() local x = load debug.sethook() print(table.concat(names, ' '))

--## traceback
local function f() return (debug.traceback('here')) end local function g() local t = f() return t end print(g())

--## traceback that is returned
local function f() return debug.traceback('here', 1) end local function g() local t = f() return t end print(g())

--## traceback as a handler
local function fail() local t = nil t.x = 1 end print(xpcall(fail, debug.traceback)) print(xpcall(fail, function(e) return debug.traceback(e, 2) end))

--## traceback of what is no text
print(type(debug.traceback({})), debug.traceback(12), debug.traceback(nil) and 'text')

--## a script's own _ENV and environment
if setfenv then local p = print setfenv(1, {}) p(x, print) else local p = print local _ENV = {} p(x, print) end

--## an environment that refuses
if setfenv then local p, s, e = print, setmetatable, error setfenv(1, s({}, {__index = function(_, k) e('no ' .. k) end})) p(1) else local p, e = print, error local _ENV = setmetatable({}, {__index = function(_, k) e('no ' .. k) end}) p(1) end

--## load with an environment
if setfenv then print(setfenv(loadstring('return x'), {x = 3})()) else print(load('return x', 'n', 't', {x = 3})(), pcall(load('return x', 'n', 't', nil))) end

--## a name that is ours
local _llmspell_0 = 5 local _llmspell_1 print(_llmspell_0, debug.getlocal(1, 1))

--## names that are words elsewhere
local attrib, const, close = 1, 2, 3 print(attrib < const, const > close)

--## long strings and comments that look like code
local s = [==[
if x then end
]==] --[=[ while ]=] print(#s) -- until
print(s)

--## library functions taken early
local load, info, trace = loadstring or load, debug.getinfo, debug.traceback print(load 'return 1'(), info(1, 'l').currentline, #trace() > 0)

--## collected chunks
for i = 1, 20 do (loadstring or load)('local x = ' .. i .. ' return function() return x end')() end collectgarbage() collectgarbage() print(1)


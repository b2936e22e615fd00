--## local t = nil
local t = nil
print(t.x)

--## local t = {}
local t = {}
t.a.b = 1

--## undefined()
undefined()

--## local t = {} t.method()
local t = {} t.method()

--## local t = {} t:method()
local t = {} t:method()

--## local s = 'x' s:nothing()
local s = 'x' s:nothing()

--## error('plain')
error('plain')

--## error('level two', 2)
error('level two', 2)

--## error('no place', 0)
error('no place', 0)

--## error({})
error({})

--## error()
error()

--## error(nil)
error(nil)

--## local a = {} return a + 1
local a = {} return a + 1

--## local a = {} return 1 .. a
local a = {} return 1 .. a

--## return #nil
return #nil

--## return -{}
return -{}

--## return {} < {}
return {} < {}

--## return 1 < 'x'
return 1 < 'x'

--## return true < false
return true < false

--## return nil > 1
return nil > 1

--## local a, b = true, 1
local a, b = true, 1
return a ^ b

--## return true ^ 17
return true ^ 17

--## local t = {} t[nil] = 1
local t = {} t[nil] = 1

--## local t = {} t[0/0] = 1
local t = {} t[0/0] = 1

--## for i = 1, 'x' do end
for i = 1, 'x' do end

--## for k in nil do end
for k in nil do end

--## for k in pairs(nil) do end
for k in pairs(nil) do end

--## assert(false)
assert(false)

--## assert(nil, 'message')
assert(nil, 'message')

--## string.rep()
string.rep()

--## ('x'):rep({})
('x'):rep({})

--## setmetatable(1, {})
setmetatable(1, {})

--## local function f()
local function f()
 local x = nil
 x()
end
f()

--## local function f(n) if n == 0 then error('deep') end f(n - 1
local function f(n) if n == 0 then error('deep') end f(n - 1) print() end f(30)

--## local function f() return error('tail') end f()
local function f() return error('tail') end f()

--## local function f() return g.x end
local function f() return g.x end
local function h() return f() end
local x = h()

--## while nil.x do end
while nil.x do end

--## repeat local x until x.y
repeat local x until x.y

--## if false then elseif nil.x then end
if false then elseif nil.x then end

--## local i = 0 while i < 3 do i = i + 1 if i == 2 then i = i + 
local i = 0 while i < 3 do i = i + 1 if i == 2 then i = i + nil end end

--## coroutine.wrap(function() local x = nil .. 'a' end)()
coroutine.wrap(function() local x = nil .. 'a' end)()

--## local co = coroutine.create(function() error('inside') end) 
local co = coroutine.create(function() error('inside') end) print(coroutine.resume(co)) print(debug.traceback(co)) error('outside')

--## setmetatable({}, {__index = function(t, k) return k.a.b end}
setmetatable({}, {__index = function(t, k) return k.a.b end}).x = 1 local t = setmetatable({}, {__index = function(t, k) return k.a.b end}) return t.x

--## table.sort({3, 1, 2}, function(a, b) return a.x end)
table.sort({3, 1, 2}, function(a, b) return a.x end)

--## table.sort({true, false, true})
table.sort({true, false, true})

--## string.gsub('abc', '.', function(c) error('in ' .. c) end)
string.gsub('abc', '.', function(c) error('in ' .. c) end)

--## local f = (loadstring or load)('local x = nil\nreturn x.y', 
local f = (loadstring or load)('local x = nil\nreturn x.y', '@loaded.lua') f()

--## load(function() error('reader') end)
load(function() error('reader') end)

--## require 'no_such_module_at_all'
require 'no_such_module_at_all'

--## dofile('/no/such/file.lua')
dofile('/no/such/file.lua')

--## print(xpcall(function() error('a') end, function(e) error('b
print(xpcall(function() error('a') end, function(e) error('b') end)) error('c')

--## local t = setmetatable({}, {__tostring = function() error('n
local t = setmetatable({}, {__tostring = function() error('no text') end}) print(tostring(t))

--## x =
x =

--## for = 1
for = 1

--## local function f() local a = 1 end end
local function f() local a = 1 end end

--## return 'unfinished
return 'unfinished

--## goto nowhere
goto nowhere

--## break
break

--## local x <oops> = 1
local x <oops> = 1


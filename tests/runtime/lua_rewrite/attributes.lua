--## close
do local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end}) print 'in' end print 'out'

--## close on an error
print(pcall(function() local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end}) error('boom', 0) end))

--## const
local x <const> = 42 local function f() return x end print(f(), debug.getinfo(f, 'u').nups) print(load(string.dump(f))())

--## integer division and bits
print(7 // 2, 7 & 3, 1 << 4, ~0, 'a' .. 1)


--## close
do local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end}) print 'in' end print 'out'

--## close on an error
print(pcall(function() local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end}) error('boom', 0) end))

--## const
local x <const> = 42 local function f() return x end print(f(), debug.getinfo(f, 'u').nups) print(load(string.dump(f))())

--## integer division and bits
print(7 // 2, 7 & 3, 1 << 4, ~0, 'a' .. 1)

--## constants of other functions are none of this one
local function other() local y <const> = 5 return y end
y = 6
local z <const> = 1
do
  local z <const> = "inner"
  local w <const> = -3
  local function f() return y, z, w end
  print(f())
  local g = load(string.dump(f))
  debug.setupvalue(g, 1, _ENV)
  print(debug.getupvalue(g, 2), pcall(g))
end


--## global
global print, x x = 5 print(x)

--## global with a value
global print global y = 7 print(y)

--## global function
global print global function f() return 1 end print(f())

--## global for all
global * z = 3 print(z)

--## named varargs
local function f(...t) return t.n, t[1] end print(f(7, 8))


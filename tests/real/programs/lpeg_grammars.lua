-- LPeg, a C module that calls back into Lua: a calculator, CSV, balanced text, `re`, errors in captures.
local lpeg = require "lpeg"
local re = require "re"
local P, R, S, V, C, Ct, Cf, Cg, Cc, Cs = lpeg.P, lpeg.R, lpeg.S, lpeg.V, lpeg.C, lpeg.Ct, lpeg.Cf, lpeg.Cg, lpeg.Cc, lpeg.Cs

local space = S(" \t\n") ^ 0
local number = C(P("-") ^ -1 * R("09") ^ 1) * space / tonumber
local function apply(left, operator, right)
  if operator == "+" then return left + right elseif operator == "-" then return left - right end
  return left * right
end
local calculator = P {
  "Sum",
  Sum = Cf(V "Product" * Cg(C(S "+-") * space * V "Product") ^ 0, apply),
  Product = Cf(V "Value" * Cg(C(P "*") * space * V "Value") ^ 0, apply),
  Value = number + P "(" * space * V "Sum" * P ")" * space,
}
print(calculator:match("1 + 2 * (3 - 4) * 5"), calculator:match("7"), calculator:match("x"))

local field = P '"' * Cs(((P(1) - '"') + P '""' / '"') ^ 0) * '"' + C((1 - S ',\n"') ^ 0)
local record = Ct(field * (P "," * field) ^ 0)
local row = record:match('plain,"quoted, with comma","a ""word"""')
print(#row, row[2], row[3])

local balanced = P {"(" * ((1 - S "()") + V(1)) ^ 0 * ")"}
print(balanced:match("(a(b)c)d"), balanced:match("(a"))
print(re.match("hello 42 world", "{ [0-9]+ } / . { [0-9]+ } / (. !{ [0-9]+ })* . { [0-9]+ }"))
print(re.gsub("hello World", "[aeiou]", "*"), re.find("the number 423 is odd", "[0-9]+"))
print(lpeg.type(space), lpeg.match(Cc("constant") * Cc(2), ""))

local words = Ct((C(R("az", "AZ") ^ 1) + 1) ^ 0)
local long = words:match(("alpha, beta; "):rep(20000))
print(#long, long[#long])

local throwing = C(R "az" ^ 1) / function(word) error("no " .. word, 0) end
print(pcall(lpeg.match, throwing, "words"))
local resumed = coroutine.wrap(function() return calculator:match("2*3") end)
print(resumed())
print(pcall(lpeg.P, {"Loop", Loop = V "Loop"}))
print("done")

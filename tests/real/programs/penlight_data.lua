-- Penlight's containers and what works on tables. Only ordered results are printed.
local List = require "pl.List"
local Map = require "pl.Map"
local OrderedMap = require "pl.OrderedMap"
local Set = require "pl.Set"
local class = require "pl.class"
local tablex = require "pl.tablex"
local seq = require "pl.seq"
local array2d = require "pl.array2d"
local permute = require "pl.permute"
local operator = require "pl.operator"
local comprehension = require("pl.comprehension").new()
local data = require "pl.data"
local func = require "pl.func"
local Date = require "pl.Date"
local types = require "pl.types"

local numbers = List.range(1, 10)
print(numbers:filter(function(n) return n % 2 == 0 end):map("^", 2):reduce("+"))
print(numbers:slice(3, 5), numbers:clone():reverse(), List.split("a b c"):join("-"))
print(List({3, 1, 2}):sort(), List({3, 1, 2}):contains(2), List({1, 2}) .. List({3}))

local map = Map({one = 1, two = 2, three = 3})
print(List(map:keys()):sort(), List(map:values()):sort(), #map:items())
local ordered = OrderedMap()
ordered:set("zebra", 1):set("apple", 2):set("mango", 3)
for key, value in ordered:iter() do print(key, value) end
local union = Set {1, 2, 3} + Set {3, 4}
print(List(Set.values(union)):sort(), Set.len(Set {1, 2, 3} * Set {2, 3, 9}), Set {1, 2} < Set {1, 2, 3})

class.Animal()
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ": " .. self:speak() end
class.Dog(Animal)
function Dog:speak() return "bark" end
print(Dog("Fido"), Dog("Rex"):is_a(Animal), Animal:class_of(Dog("Pip")), types.type(Dog("Max")) ~= "table")

print(tablex.deepcompare({1, {a = {2}}}, {1, {a = {2}}}), tablex.size({1, 2, x = 3}), tablex.find({5, 6, 7}, 6))
print(table.concat(tablex.map(operator.mul, {1, 2, 3}, 10), ","), table.concat(tablex.range(5, 1, -2), ","))
print(seq.sum(seq.list({1, 2, 3})), table.concat(seq.copy(seq.take(seq.list({"a", "b", "c"}), 2)), "+"))
print(seq(numbers):filter(function(n) return n > 7 end):map(tostring):copy():concat("|"))
array2d.write(array2d.product("..", {"a", "b"}, {1, 2}), nil, "%s ")
print()
print(List(permute.table({1, 2, 3})):len(), comprehension "sum(x*x for x)" ({1, 2, 3}))
local table_of_rows = data.read(require("pl.stringio").open("name,age\nada,36\nalan,41\n"))
print(table.concat(table_of_rows.fieldnames, "/"), table_of_rows[2][1], table_of_rows:column_by_name("age")[1] + 1)
local _1, _2 = func._1, func._2
print(func.I(_1 + 2 * _2)(3, 4), func.bind1(math.max, 7)(5))
local date = Date {year = 2024, month = 2, day = 28}:add {day = 2}
print(date:year(), date:month(), date:day(), date:weekday_name())
local failed, message = pcall(function() List({1}):pop("no index").x.y() end)
print(failed, (tostring(message):gsub("^.-:%d+: ", "")))
print("done")

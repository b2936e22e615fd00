-- lua-cjson, a C module: documents there and back, its limits and its errors.
local cjson = require "cjson"
local safe = require "cjson.safe"

print(cjson.encode({1, 2, {3, "four"}}), cjson.encode({only = "one"}), cjson.encode("\27 \"quoted\" \\ / é"))
print(cjson.encode({}), cjson.encode(cjson.null), cjson.decode("null") == cjson.null, cjson.encode(0.1))

local document = cjson.decode('{"users": [{"name": "ada", "tags": ["x", "y"]}, {"name": "\\u00e9ric"}], "total": 2}')
print(document.total, document.users[1].name, document.users[1].tags[2], document.users[2].name)
print(#cjson.encode(document), cjson.decode(cjson.encode(document)).users[1].name)

print(safe.decode('{"broken": '))
print(safe.encode({[{}] = 1}))
print(pcall(cjson.decode, "[1, 2"))
print(select("#", safe.decode("[]")), safe.decode("tru"))

local deep = {}
local at = deep
for _ = 1, 2000 do at[1] = {} at = at[1] end
print(safe.encode(deep))
local list = {}
for i = 1, 20000 do list[i] = {id = i, name = "item " .. i} end
local whole = cjson.decode(cjson.encode(list))
print(#whole, whole[20000].name)
print("done")

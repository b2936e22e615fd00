-- Penlight on text: strings, templates, lexer, XML, pretty printing, patterns, strict globals.
require "pl.strict"
local stringx = require "pl.stringx"
local text = require "pl.text"
local template = require "pl.template"
local lexer = require "pl.lexer"
local xml = require "pl.xml"
local pretty = require "pl.pretty"
local sip = require "pl.sip"
local path = require "pl.path"
local stringio = require "pl.stringio"
local config = require "pl.config"
local url = require "pl.url"
local utils = require "pl.utils"

print(stringx.strip("  padded  ") .. "|", stringx.center("mid", 9, "*"), stringx.count("banana", "an"))
print(stringx.split("a,b,,c", ","):concat(";"), stringx.partition("key=value=more", "="))
print(stringx.title("hello wide world"), stringx.expandtabs("a\tb", 4), stringx.lines("x\ny")())
print(text.fill("The quick brown fox jumps over the lazy dog, and then over another one.", 24))
print((text.dedent("    one\n      two\n")))
print(text.Template("${greeting}, $name!"):substitute({greeting = "Hello", name = "Lua"}))
print(template.substitute([[
# for i, name in ipairs(names) do
$(i): $(name:upper())
# end
]], {names = {"ada", "alan"}, ipairs = ipairs}))

local kinds = {}
for kind, value in lexer.lua("local x = 10 -- ten\nreturn 'x'..x") do kinds[#kinds + 1] = kind .. "=" .. tostring(value) end
print(table.concat(kinds, " "))

local document = xml.parse("<list><item id='1'>one</item><item id='2'>two &amp; a half</item></list>")
for item in document:childtags() do print(item.attr.id, item:get_text()) end
print(xml.tostring(document, "", "  "))

print(pretty.write({1, 2, {3, 4}, "four"}))
print(pretty.read("{1, 2, deep = {x = 'y'}}").deep.x, pretty.number(123456789, "N", 1))
print((pretty.load("x = 3 + 4 y = x * 2")).y)

local found = {}
print(sip.match("$v{key} = $d{value}", "width = 640", found), found.key, found.value)
print(path.basename("/a/b/c.txt"), path.extension("archive.tar.gz"), path.normpath("/a/./b/../c"), path.isdir("/"))
local parsed = config.read(stringio.open("title = demo\n[window]\nwidth = 640\nnames = a,b\n"))
print(parsed.title, parsed.window.width, table.concat(parsed.window.names, "+"))
print(url.quote("a b&c/d"), url.unquote("a%20b%26c"))
print(utils.escape("1+1=2?"), utils.choose(false, "yes", "no"), #utils.split("one two three"))

local caught, message = pcall(function() return a_global_nobody_made end)
print(caught, (tostring(message):gsub("^.-:%d+: ", "")))
print("done")

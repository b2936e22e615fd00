-- Functions of C that take long, and little between them. `natives.py` does the same work.
--
--   natives.lua ROUNDS      what came out, on standard output
local total = 0
for _ = 1, tonumber(arg[1]) do
  local text = ("ab"):rep(5000)
  total = total + #text:gsub("a", "b") + #text:upper() + (text:find("c", 1, true) or 0)
end
print(("%d"):format(total))

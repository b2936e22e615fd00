-- A command-line program on Penlight's lapp: options from `arg`, exit codes by os.exit.
local lapp = require "pl.lapp"
local seq = require "pl.seq"

local options = lapp [[
Counts to a number.
  -c, --count (default 1)      how far
  -q, --quiet                  say nothing
  <what> (string)              what is counted
]]

print(type(options.count), options.what, options.quiet, #arg, arg[1])
for i in seq.range(1, options.count) do io.write(i, " ", options.what, "\n") end
io.stdout:write("written by a method\n")
print("done")
os.exit(0, true)

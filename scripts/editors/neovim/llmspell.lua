-- For Neovim with the plugin nvim-dap: copy this to ~/.config/nvim/plugin/llmspell.lua, or `:source` it.
-- Then `:DapToggleBreakpoint` on a line of a script in Lua or JavaScript, and `:DapContinue`.
local dap = require("dap")

-- A launch starts `llmspell dap`; an attach connects to `llmspell run --inspect`.
dap.adapters.llmspell = function(callback, config)
  if config.request == "attach" then
    callback({ type = "server", host = config.host or "127.0.0.1", port = config.port or 4711 })
  else
    callback({ type = "executable", command = vim.g.llmspell_path or "llmspell", args = { "dap" } })
  end
end

for _, filetype in ipairs({ "lua", "javascript" }) do
  local configurations = dap.configurations[filetype] or {}
  vim.list_extend(configurations, {
    { name = "llmspell: this script", type = "llmspell", request = "launch", program = "${file}", cwd = "${workspaceFolder}" },
    { name = "llmspell: attach to port 4711", type = "llmspell", request = "attach" },
  })
  dap.configurations[filetype] = configurations
end

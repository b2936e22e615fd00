-- Holds a session in Neovim as a person does: a breakpoint on the line of the cursor, a launch by the configuration of
-- the file's type, a look at the frame where it stops, a step, and on to the end. What was seen goes to SEEN as JSON.
local dap = require("dap")
local seen = { stops = {}, output = "" }

local function fail(why)
  io.stderr:write(why .. "\n")
  vim.cmd("cquit 1")
end

local function look(session, body)
  session:request("stackTrace", { threadId = body.threadId }, function(error, stack)
    if error then return fail(vim.inspect(error)) end
    local frame = stack.stackFrames[1]
    session:request("scopes", { frameId = frame.id }, function(_, scopes)
      session:request("variables", { variablesReference = scopes.scopes[1].variablesReference }, function(_, found)
        local values = {}
        for _, variable in ipairs(found.variables) do values[variable.name] = variable.value end
        table.insert(seen.stops, { reason = body.reason, line = frame.line, name = frame.name, variables = values })
        if #seen.stops == 1 then dap.step_over() else dap.continue() end
      end)
    end)
  end)
end

dap.listeners.after.event_stopped.test = look
dap.listeners.after.event_output.test = function(_, body)
  if body.category == "stdout" then seen.output = seen.output .. body.output end
end
dap.listeners.after.event_exited.test = function(_, body) seen.exit_code = body.exitCode end
dap.listeners.after.event_terminated.test = function()
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SEEN)
  vim.schedule(function() vim.cmd("quitall!") end)
end

vim.fn.cursor(tonumber(vim.env.LINE), 1)
dap.toggle_breakpoint()
dap.run(dap.configurations[vim.bo.filetype][1])
vim.defer_fn(function() fail("the session did not end") end, 60000)

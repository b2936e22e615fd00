-- Runs named steps one after the other, each timed and logged under `workflow.<step>`.

local steps = {}
steps.__index = steps

--- A workflow `name` of `list`, whose items are `{step name, function}`.
function steps.new(name, list)
  return setmetatable({ name = name, list = list }, steps)
end

--- The value that the last step returns; a step that fails is logged with its name, and fails the workflow.
function steps:run(value)
  local whole = Debug.timer(self.name)
  Debug.info(("%s: %d steps"):format(self.name, #self.list), "workflow")
  for number, step in ipairs(self.list) do
    local name, work = step[1], step[2]
    local module = "workflow." .. name
    local timer = whole:child(name)
    Debug.debug(value, module)
    local ok, result = pcall(work, value)
    local took = timer:stop()
    if not ok then
      Debug.logWithData("error", "step failed", { step = name, number = number, reason = result }, module)
      error(result, 0)
    end
    Debug.logWithData("info", "step done", { number = number, milliseconds = took }, module)
    value = result
  end
  whole:stop()
  return value
end

return steps

-- A spec with everything that a report can hold: passes, failures, errors, a thrown table, a pending one.
describe("a report", function()
  it("shows what passes", function() assert.is_true(true) end)

  it("shows two values that differ", function() assert.equal(1, 2) end)

  it("shows where an error was thrown", function() error("thrown on purpose") end)

  it("shows where nil was indexed", function()
    local nothing
    return nothing.field
  end)

  pending("shows what is to come")
end)

-- A spec that passes: life cycle, spies, stubs, deep comparison, coroutines.
local function new_stack()
  local items = {}
  return {
    push = function(_, item) items[#items + 1] = item end,
    pop = function(_) return table.remove(items) end,
    size = function(_) return #items end,
  }
end

describe("a stack", function()
  local stack
  before_each(function() stack = new_stack() end)

  it("starts empty", function()
    assert.equal(0, stack:size())
    assert.is_nil(stack:pop())
  end)

  it("gives back the last item first", function()
    stack:push("a")
    stack:push({1, 2, {deep = true}})
    assert.same({1, 2, {deep = true}}, stack:pop())
    assert.equal("a", stack:pop())
  end)

  it("can be watched", function()
    local push = spy.on(stack, "push")
    stack:push(7)
    assert.spy(push).was.called_with(match.is_table(), 7)
    assert.spy(push).was.called(1)
  end)

  it("can be replaced", function()
    stub(stack, "pop").returns("stubbed")
    assert.equal("stubbed", stack:pop())
  end)

  it("lives across coroutines", function()
    local filler = coroutine.wrap(function()
      for i = 1, 3 do stack:push(i) coroutine.yield(i) end
    end)
    for i = 1, 3 do assert.equal(i, filler()) end
    assert.equal(3, stack:size())
    assert.has_error(function() error("no item", 0) end, "no item")
  end)
end)

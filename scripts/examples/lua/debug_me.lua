-- Members get 20 % off, others pay 39. That is not what this says:
-- a bug to find with `llmspell debug`, as docs/debugging.md does.
local prices = { ink = 5, paper = 8, pen = 2 }

local function with_discount(list, percent)
  local reduced = list
  for _, item in ipairs({ "ink", "paper", "pen" }) do
    reduced[item] = list[item] * (100 - percent) / 100
  end
  return reduced
end

local function total(list, order)
  local sum = 0
  for _, line in ipairs(order) do
    sum = sum + list[line.item] * line.count
  end
  return sum
end

local order = { { item = "ink", count = 7 }, { item = "pen", count = 2 } }
local member = total(with_discount(prices, 20), order)
local guest = total(prices, order)
print(("members pay %g, others %g"):format(member, guest))

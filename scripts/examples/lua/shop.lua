-- Two orders, of which one goes wrong: the picture in the README is a run of this.
--
--   llmspell run shop.lua --debug

local prices = { pen = 1.5, ink = 4.25 }

local function total(order)
  local sum = 0
  for i, item in ipairs(order) do
    Debug.debug(("item %d is %s"):format(i, item), "shop.cart")
    local price = prices[item]
    sum = sum + price
  end
  return sum
end

local function place(customer, order)
  local timer = Debug.timer("order")
  local sum = total(order)
  timer:lap("priced")
  Debug.logWithData("info", "order placed", { customer = customer, total = sum }, "shop.orders")
  timer:stop()
end

Debug.info("the shop is open", "shop")
Debug.warn("only 3 bottles of ink left", "shop.stock")
place("ada", { "pen", "ink", "pen" })
place("bob", { "ink", "paper" })

-- Fails on purpose, to show what an error looks like.
--
--   llmspell run errors.lua
--   llmspell run errors.lua --debug      with the variables of every frame

local accounts = {
  ada = { balance = 120, currency = "EUR" },
  bob = { balance = 80, currency = "EUR" },
}

local function find(name)
  Debug.debug("looking for " .. name, "bank.accounts")
  return accounts[name]
end

local function transfer(from, to, amount)
  local payer, payee = find(from), find(to)
  Debug.info(from .. " pays " .. amount .. " to " .. to, "bank.transfer")
  payer.balance = payer.balance - amount
  payee.balance = payee.balance + amount -- eve has no account
end

transfer("ada", "bob", 20)
transfer("bob", "eve", 35)

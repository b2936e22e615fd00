-- A pipeline of coroutines, each logging under its own module; stack traces show which one is running.
--
--   llmspell run coroutines.lua --debug-modules '+pipe.*'

local function produce(count)
  return coroutine.wrap(function()
    for i = 1, count do
      Debug.info("made " .. i, "pipe.source")
      coroutine.yield(i)
    end
  end)
end

local function square(source)
  return coroutine.wrap(function()
    for value in source do
      local result = value * value
      if value == 3 then
        Debug.info(Debug.stackTrace({ capture_locals = true }), "pipe.square")
      end
      coroutine.yield(result)
    end
  end)
end

local function only_odd(source)
  return coroutine.wrap(function()
    for value in source do
      if value % 2 == 1 then
        coroutine.yield(value)
      else
        Debug.info("dropped " .. value, "pipe.filter")
      end
    end
  end)
end

local timer = Debug.timer("pipeline")
local sum = 0
for value in only_odd(square(produce(5))) do
  timer:lap("value")
  sum = sum + value
end
timer:stop()
print("sum of the odd squares", sum)

-- An error inside a coroutine comes out of `resume` as a value, and is worth a log with its place.
local ok, message = coroutine.resume(coroutine.create(function() error("the pipe is blocked") end))
Debug.logWithData("warn", "a stage failed", { resumed = ok, message = message }, "pipe")

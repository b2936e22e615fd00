-- Takes the stack that a VM is at, for the profiler: functions by number and lines, as text, which repeats and is parsed
-- once. What a number stands for is told to the host when it is first used.
local host, pictures, bottom, OWN, with_memory = ...
local source_name, name_builtins = pictures.source_name, pictures.name_builtins
local getinfo, getlocal, getupvalue = debug.getinfo, debug.getlocal, debug.getupvalue
local running, resume = coroutine.running, coroutine.resume
local setmetatable, type, select, collectgarbage = setmetatable, type, select, collectgarbage
local concat = table.concat
local cpu_clock = os.clock
local note, describe = host.sample, host.describe

-- Nothing here is worth compiling: `getinfo` cannot be, and each attempt would cost the script.
if jit then jit.off(true, true) end

-- The main thread; nil in Lua 5.1 where C's API is out of reach.
local main = debug.getregistry()["llmspell.main"]
if main == nil then
  local thread, is_main = running()
  if is_main then main = thread end
end

-- As `getinfo`, and `nil` is the main thread that has no value.
local info_at = getinfo
if main == nil then
  function info_at(thread, level, what)
    local info -- no tail call: that would take this frame away
    if thread == nil then
      info = getinfo(level + 1, what)
    else
      info = getinfo(thread, thread == running() and level + 1 or level, what)
    end
    return info
  end
end

-- Frames of a coroutine that are kept: a recursion may be 200,000 deep.
local INNERMOST, OUTERMOST = 100, 20
local LONGEST_CHAIN = 200 -- coroutines that resume one another: Lua's own limit on nested C calls

local CUT = "0:0 " -- number 0 stands for what is left out

local count = 0
local by_description = {}
local by_function = setmetatable({}, {__mode = "k"}) -- of each function: its text at a line
local builtins

local function new_texts(id)
  return setmetatable({}, {__index = function(texts, line)
    local text = id .. ":" .. line .. " "
    texts[line] = text
    return text
  end})
end

local function builtin_name(f)
  if not builtins or not builtins[f] then builtins = name_builtins() end -- a library may have been loaded since
  return builtins[f]
end

-- A function that is met for the first time, at that level of `info_at` called here.
local function learn(f, thread, level)
  local info = getinfo(f, "S")
  local what, name, source = info.what, nil, nil
  if f == bottom.runner then
    what = "bottom"
  elseif info.source == OWN then
    what = "own"
  else
    name = what == "C" and builtin_name(f) or info_at(thread, level, "n").name
    source = source_name(info)
  end
  local description = concat({what, name or "", source or "", info.linedefined or -1}, "\n")
  local texts = by_description[description]
  if not texts then
    count = count + 1
    texts = new_texts(count)
    by_description[description] = texts
    describe(count, what, name, source, info.linedefined, info.source)
  end
  by_function[f] = texts
  return texts
end

-- The outermost level; `level` is there.
local function last_level(thread, level)
  local step = 1024
  while info_at(thread, level + step, "l") do level, step = level + step, step * 2 end
  while step > 1 do
    step = step / 2
    if info_at(thread, level + step, "l") then level = level + step end
  end
  return level
end

-- The outermost frames of a deep stack. To find them takes long, each level being found by a walk to it: so they are kept
-- for so many times as long, or until the stack is seen to be shallow. Where another function recurs meanwhile they are
-- not known to be the same, and left out.
local KEPT = 20
local deep = setmetatable({}, {__mode = "v"}) -- the thread, and the function at the end of the innermost frames
local outermost, look_again = {}, 0

-- Adds them to `texts`. `level` is the one of `info_at` called here that follows the innermost frames.
local function add_outermost(thread, level, inside, texts, n, f)
  n = n + 1
  texts[n] = CUT
  local from = cpu_clock()
  if from >= look_again then
    local last = last_level(thread, level + inside) - inside
    for i = 1, OUTERMOST do
      local at = last - OUTERMOST + i
      local info = at >= level and info_at(thread, at, "fl")
      local g = info and info.func
      outermost[i] = g and (by_function[g] or learn(g, thread, at + inside))[info.currentline] or ""
    end
    deep.thread, deep.f = thread, f
    look_again = cpu_clock() + KEPT * (cpu_clock() - from)
  elseif deep.thread ~= thread or deep.f ~= f then
    return n
  end
  for i = 1, OUTERMOST do texts[n + i] = outermost[i] end
  return n + OUTERMOST
end

-- `inside` is 1 where the thread is the running one: the functions here stand on its stack then.
local function walk(thread, inside, texts, n)
  local level = 4 * inside
  local turn = level + INNERMOST
  while true do
    local info = info_at(thread, level, "fl")
    if not info then
      if deep.thread == thread then deep.thread = nil end
      return n
    end
    local f = info.func
    if f then -- there is none where Lua 5.1 lost a tail call
      n = n + 1
      texts[n] = (by_function[f] or learn(f, thread, level + inside))[info.currentline]
    end
    level = level + 1
    if level == turn and info_at(thread, level + OUTERMOST, "l") then
      n = add_outermost(thread, level + inside, inside, texts, n, f)
      return n
    end
  end
end

-- The coroutine that a thread waits for in `coroutine.resume` or a function made by `coroutine.wrap`.
local function waits_for(thread)
  local info = getinfo(thread, 0, "f")
  local f, _, found = info and info.func, nil, nil
  if f == nil then return nil end
  if f == resume then
    _, found = getlocal(thread, 0, 1)
  elseif getinfo(f, "S").what == "C" then
    _, found = getupvalue(f, 1)
  end
  return type(found) == "thread" and found or nil
end

local waiting, texts = {}, {}

-- The threads that wait for `current`, outermost first; none where that does not lead to it. All but the main one may be
-- known.
local function chain_to(current, ...)
  local thread = main
  if thread == nil then return 0 end
  for n = 1, LONGEST_CHAIN do
    waiting[n] = thread
    thread = select(n, ...) or waits_for(thread)
    if thread == nil then return 0 end
    if thread == current then return n end
  end
  return 0
end

local left_bytes = 0 -- what the heap held after the last sample: what that itself took is nobody's

-- `thread`: where another than the running one is looked at. `state`: the VM's, where it tells. Then, where they are known,
-- the coroutines that wait for one another, and the one that runs.
local function take(thread, state, ...)
  local used = with_memory and collectgarbage("count") * 1024
  local current = thread or running() or main
  local n = walk(current, thread and 0 or 1, texts, 0)
  if current ~= main then
    n = n + 1
    texts[n] = "| "
    for i = chain_to(current, ...), 1, -1 do
      n = walk(waiting[i], 0, texts, n)
    end
    for i = #waiting, 1, -1 do waiting[i] = nil end
  end
  local text = concat(texts, "", 1, n)
  if used then
    note(text, state, used, used - left_bytes)
    left_bytes = collectgarbage("count") * 1024
  else
    note(text, state)
  end
end

-- Of a thread that another looks at; of the running one; what is called with each sample instead of the host.
return take, function(...)
  take(nil, nil, ...)
end, function(write)
  note = write
end

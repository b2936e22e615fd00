-- Arithmetic on fields: bodies that attract each other.
local sqrt = math.sqrt

local function body(x, y, z, mass)
  return { x = x, y = y, z = z, vx = 0, vy = 0, vz = 0, mass = mass }
end

local function advance(bodies, dt)
  for i = 1, #bodies do
    local one = bodies[i]
    for j = i + 1, #bodies do
      local other = bodies[j]
      local dx = one.x - other.x
      local dy = one.y - other.y
      local dz = one.z - other.z
      local distance = sqrt(dx * dx + dy * dy + dz * dz + 0.01)
      local pull = dt / (distance * distance * distance)
      one.vx = one.vx - dx * other.mass * pull
      one.vy = one.vy - dy * other.mass * pull
      one.vz = one.vz - dz * other.mass * pull
      other.vx = other.vx + dx * one.mass * pull
      other.vy = other.vy + dy * one.mass * pull
      other.vz = other.vz + dz * one.mass * pull
    end
  end
  for i = 1, #bodies do
    local one = bodies[i]
    one.x = one.x + dt * one.vx
    one.y = one.y + dt * one.vy
    one.z = one.z + dt * one.vz
  end
end

local function never()
  return 0 -- never
end

local bodies = { body(0, 0, 0, 10), body(4, 1, 0, 1), body(8, 3, 1, 1), body(12, 5, 2, 1), body(15, 7, 3, 1) }
for _ = 1, tonumber(arg[1]) do
  advance(bodies, 0.001)
end
if #arg > 1 then
  never()
end

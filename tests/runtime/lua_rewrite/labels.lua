--## goto continue
for i = 1, 4 do if i % 2 == 0 then goto continue end print(i) ::continue:: end

--## goto back
local i = 0 ::top:: i = i + 1 if i < 4 then goto top end print(i)

--## goto out of loops
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto out end print(i, j) end end ::out:: print 'out'

--## goto at the end of a block with locals
do goto done local x = 1 print(x) ::done:: end print 'after'

--## goto continue in repeat
local i = 0 repeat i = i + 1 if i == 2 then goto continue end print(i) ::continue:: until i >= 3


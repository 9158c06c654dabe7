-- Sends the requests of a file one after another; all of them have the same length.
-- Arguments: the file, the length of a request, how many of them to leave out.
local file, length

function init(arguments)
  file = assert(io.open(arguments[1], "rb"))
  length = tonumber(arguments[2])
  file:seek("set", length * tonumber(arguments[3]))
end

function request()
  local following = file:read(length)
  if following == nil then
    file:seek("set", 0)
    following = file:read(length)
  end
  return following
end

-- A land request for each call, with a number and an idempotency key of its own.
-- Arguments: what its numbers begin with; the row as JSON with @ for the number; the token.
local first, row, token
local count = 0

function init(arguments)
  first, row, token = arguments[1], arguments[2], arguments[3]
end

function request()
  count = count + 1
  local number = string.format("%s%07d", first, count)
  local headers = {
    ["Content-Type"] = "application/json", ["Idempotency-Key"] = number,
    ["Authorization"] = "Bearer " .. token,
  }
  local body = row:gsub("@", number)
  return wrk.format("POST", "/v1/land-requests", headers, body)
end

local isTold = false

-- Of answers that are none the first is shown.
function response(status, _, body)
  if status >= 300 and not isTold then
    isTold = true
    io.stderr:write(status, " ", body, "\n")
  end
end

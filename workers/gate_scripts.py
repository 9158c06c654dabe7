"""The gate's scripts: each decides and writes in one step, inside Redis.

`run_id` tells one run of Redis from the next: what was loaded under another run counts no more.
"""

_RUN = "local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')\n"

#: KEYS gate loaded spool seen bytes; ARGV token, run, lead id, entry, most entries, most bytes.
ACCEPT = (
    _RUN
    + """
if run ~= ARGV[2] or redis.call('GET', KEYS[2]) ~= run then return 'closed' end
local state = redis.call('HGET', KEYS[1], ARGV[1])
if not state or string.sub(state, -5) ~= ':open' then return 'closed' end
if redis.call('HEXISTS', KEYS[4], ARGV[3]) == 1 then return 'duplicate' end
local size = tonumber(redis.call('GET', KEYS[5]) or '0')
local many = redis.call('XLEN', KEYS[3])
if tonumber(ARGV[5]) >= 0 and many >= tonumber(ARGV[5]) then return 'full' end
if size + #ARGV[4] > tonumber(ARGV[6]) then return 'full' end
redis.call('XADD', KEYS[3], '*', 'entry', ARGV[4])
redis.call('HSET', KEYS[4], ARGV[3], '1')
redis.call('INCRBY', KEYS[5], #ARGV[4])
return 'accepted'
"""
)

#: KEYS stream bytes; ARGV run, entry, most entries, most bytes.
KEEP = (
    _RUN
    + """
if run ~= ARGV[1] then return 'closed' end
local size = tonumber(redis.call('GET', KEYS[2]) or '0')
if tonumber(ARGV[3]) >= 0 and redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 'full'
end
if size + #ARGV[2] > tonumber(ARGV[4]) then return 'full' end
redis.call('XADD', KEYS[1], '*', 'entry', ARGV[2])
redis.call('INCRBY', KEYS[2], #ARGV[2])
return 'kept'
"""
)

#: KEYS gate; ARGV token, revision. A higher revision stays, and is closed as well: after a
#: restore PostgreSQL counts from further back, and one that was opened since is soon refreshed.
CLOSE = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
local revision = tonumber(ARGV[2])
if known then revision = math.max(revision, tonumber(string.match(known, '^%d+'))) end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d', revision) .. ':closed')
return 1
"""

#: KEYS epoch gate settings loaded; ARGV epoch, run, then token, state, settings for each URL.
#: A lower revision opens nothing, but closes as CLOSE does.
REFRESH = (
    _RUN
    + """
if redis.call('GET', KEYS[1]) ~= ARGV[1] or run ~= ARGV[2] then return 0 end
for i = 3, #ARGV, 3 do
  local known = redis.call('HGET', KEYS[2], ARGV[i])
  local newer = tonumber(string.match(ARGV[i + 1], '^%d+'))
  local old = known and tonumber(string.match(known, '^%d+'))
  if known and old > newer and string.sub(ARGV[i + 1], -7) == ':closed' then
    redis.call('HSET', KEYS[2], ARGV[i], string.format('%d', old) .. ':closed')
  elseif not known or old <= newer then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
    redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 2])
  end
end
redis.call('SET', KEYS[4], run)
return 1
"""
)

#: KEYS stream bytes seen; ARGV entry, size, lead id or "", for each entry.
FORGET = """
for i = 1, #ARGV, 3 do
  if redis.call('XDEL', KEYS[1], ARGV[i]) == 1 then
    redis.call('DECRBY', KEYS[2], ARGV[i + 1])
    if ARGV[i + 2] ~= '' then redis.call('HDEL', KEYS[3], ARGV[i + 2]) end
  end
end
return 1
"""

"""Absences: when kefu was down or unreachable. Timers do not count that time.

Each round of a sweep shows that the clock and a worker live, and checks whether a web process is subscribed. Redis
keeps the time of the last round and the newest absences, by its own clock.
"""

from datetime import UTC, datetime

from core import breaker
from core.live import hub

ABSENCE_SECONDS = 30  # seconds without a round: kefu was stopped, or its database or Redis was gone
RECONNECT_SECONDS = 45  # seconds after that for browsers to reconnect; they retry at least every 30 s
MAX_ABSENCES = 100  # absences
Stretch = tuple[datetime, datetime]

# One script, so that no sweep on another machine reads between two of its steps. Each round without a web process
# extends the absence. Where Redis lost its data the absence began at 0.
ROUND = """
local now = tonumber(redis.call('TIME')[1])
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
local missed, served = now - last > tonumber(ARGV[2]), ARGV[1] == '1'
if missed or not served then
  local begin = missed and last or now
  local newest = redis.call('LINDEX', KEYS[2], 0)
  if newest then
    local from, to = string.match(newest, '(%d+) (%d+)')
    if tonumber(to) >= begin then
      begin = tonumber(from)
      redis.call('LPOP', KEYS[2])
    end
  end
  redis.call('LPUSH', KEYS[2], string.format('%d %d', begin, now + tonumber(ARGV[3])))
  redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[4]) - 1)
end
redis.call('SET', KEYS[1], string.format('%d', now))
"""
LAST_ROUND, ABSENCES = "kefu:last-round", "kefu:absences"


def record_round() -> None:
    """Records a round of a sweep. Raises where Redis is away: a sweep that cannot know the absences must not run
    timers."""
    served = "1" if hub.is_anybody_listening() else "0"
    breaker.client().eval(
        ROUND, 2, LAST_ROUND, ABSENCES, served, str(ABSENCE_SECONDS), str(RECONNECT_SECONDS), str(MAX_ABSENCES)
    )


def absences() -> list[Stretch]:
    """The newest absences, each with the time that browsers need to reconnect; newest first, without overlaps.

    The first may end in the future.
    """
    found = breaker.client().lrange(ABSENCES, 0, -1)
    return [(_moment(begin), _moment(end)) for begin, end in (each.split() for each in found)]


def _moment(seconds: bytes | str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)

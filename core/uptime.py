"""When kefu was not there: nobody could write, answer or be seen, and no timer counts that time.

Each round of a sweep says that the clock and a worker live, and looks whether a web process listens. Redis keeps when
the last round was and the newest absences, by its own clock.
"""

from datetime import UTC, datetime

from core import breaker
from core.live import hub

AWAY = 30  # seconds without a round: kefu was stopped, or its database or Redis was gone
RETURNING = 45  # seconds that browsers have to come back after that; they try again every 30 s at least
KEPT = 100
Stretch = tuple[datetime, datetime]

# One script, so that no sweep on another machine reads between two of its steps. An absence goes on with each round in
# which nobody could be served. Where Redis lost everything nobody knows since when: since ever.
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


def note_round() -> None:
    """The clock rang a sweep. Raises where Redis is away: a sweep that does not know what counts does nothing."""
    served = "1" if hub.is_anybody_listening() else "0"
    breaker.client().eval(ROUND, 2, LAST_ROUND, ABSENCES, served, str(AWAY), str(RETURNING), str(KEPT))


def absences() -> list[Stretch]:
    """The newest stretches in which kefu was away, or browsers were still coming back; newest first, none overlap.

    The last one may end in the future.
    """
    found = breaker.client().lrange(ABSENCES, 0, -1)
    return [(_moment(begin), _moment(end)) for begin, end in (each.split() for each in found)]


def _moment(seconds: bytes | str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)

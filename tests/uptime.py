"""Kefu is there, or was away: what its sweeps keep in Redis of it, as after so many seconds."""

import time
from datetime import timedelta

from redis.client import PubSub

from core import breaker, uptime
from core.live import hub

_served: list[PubSub] = []


def serve() -> None:
    """A web process listens for some company."""
    line: PubSub = breaker.client().pubsub()  # type: ignore[no-untyped-call]
    line.subscribe(hub._redis_channel(0))
    assert line.get_message(timeout=5)
    _served.append(line)


def stop_serving() -> None:
    """None does."""
    while _served:
        _served.pop().close()


def was_away(span: timedelta | None, *, keep: bool = False) -> None:
    """No round for so long; None where Redis lost what it knew. `keep` what there was before."""
    if not keep:
        breaker.client().delete(uptime.ABSENCES)
    breaker.client().delete(uptime.LAST_ROUND)
    if span is not None:
        breaker.client().set(uptime.LAST_ROUND, int(time.time() - span.total_seconds()))


def age_absences() -> None:
    """The time that browsers have to come back is over: all absences are so much older."""
    found = [each.split() for each in breaker.client().lrange(uptime.ABSENCES, 0, -1)]
    breaker.client().delete(uptime.ABSENCES)
    for begin, end in found:
        breaker.client().rpush(
            uptime.ABSENCES, f"{int(begin) - uptime.RECONNECT_SECONDS} {int(end) - uptime.RECONNECT_SECONDS}"
        )

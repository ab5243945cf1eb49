"""Whether this process lives, and whether it can work."""

import math
import time

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from core import breaker
from core.live import hub

PATIENCE_SECONDS = 20.0
_worked_at: dict[str, float] = {}


def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """What this process needs, each with the truth of now. 503 where one of them has been missing for
    `PATIENCE_SECONDS`, or was never there: a hiccup that is over by itself takes no process out."""
    found = {"postgresql": _postgresql(), "redis": _redis(), "live": hub.seconds_disconnected() == 0}
    now = time.monotonic()
    for name, works in found.items():
        if works:
            _worked_at[name] = now
    missing = [name for name in found if now - _worked_at.get(name, -math.inf) > PATIENCE_SECONDS]
    return JsonResponse(found, status=503 if missing else 200)


def _postgresql() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def _redis() -> bool:
    try:
        # Written, not only asked for: a full one answers and takes nothing.
        return bool(breaker.client().set("kefu:ready", 1, ex=60))
    except redis.RedisError:
        return False

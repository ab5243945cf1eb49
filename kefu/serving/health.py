"""Health checks of a web process: whether it lives, and whether it can work."""

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
    """200 while the process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """The state of each service that the process needs; 503 where one was never reachable, or not for
    `PATIENCE_SECONDS`: a short interruption takes no process out of rotation."""
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
        # A write, not only a ping: a full Redis answers pings and stores nothing.
        return bool(breaker.client().set("kefu:ready", 1, ex=60))
    except redis.RedisError:
        return False

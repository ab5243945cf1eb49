"""Acts on threads of their own: the request or command that causes one does not wait for it.

What a process that ends leaves undone is found by a sweep.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ClassVar

from django.conf import settings

from core.tenancy.scope import current_tenant_id, tenant_scope
from core.tenancy.threads import connections_given_back

log = logging.getLogger(__name__)
Key = tuple[int, int]  # a tenant and the id of one of its rows


class Background:
    """An act on a tenant's row, called with its id `after` seconds after the request. One at a time for each row and
    process; requests that come meanwhile are one more, which begins `pause` seconds after the end of the last one."""

    _threads: ClassVar = ThreadPoolExecutor(max_workers=2, thread_name_prefix="background")

    def __init__(self, act: Callable[[int], object], *, after: float = 0.0, pause: float = 0.0) -> None:
        self.act = act
        self.after, self.pause = after, pause
        self._lock = threading.Lock()
        self._running: dict[Key, bool] = {}  # whether it is wanted once more

    def request(self, row_id: int) -> None:
        """Calls the act soon, in the tenant's scope of the caller; at once where `IN_BACKGROUND` is off."""
        if not settings.IN_BACKGROUND:
            self.act(row_id)
            return
        key = (current_tenant_id(), row_id)
        with self._lock:
            if key in self._running:
                self._running[key] = True
                return
            self._running[key] = False
        _later(self.after, self._submit, key)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way or wanted."""
        return not self._running

    def _submit(self, key: Key) -> None:
        with suppress(RuntimeError):  # the process is ending
            self._threads.submit(self._run, key)

    def _run(self, key: Key) -> None:
        self._act(*key)
        _later(self.pause, self._again, key)

    def _again(self, key: Key) -> None:
        with self._lock:
            if not self._running[key]:
                del self._running[key]
                return
            self._running[key] = False
        self._submit(key)

    def _act(self, tenant_id: int, row_id: int) -> None:
        try:
            with connections_given_back(), tenant_scope(tenant_id):
                self.act(row_id)
        except Exception:
            log.exception("%s of %d failed; a sweep repeats it", getattr(self.act, "__name__", self.act), row_id)


def _later(seconds: float, call: Callable[[Key], None], key: Key) -> None:
    """Calls it after that time, which no thread of the pool spends waiting; at once for 0."""
    if not seconds:
        call(key)
        return
    timer = threading.Timer(seconds, call, [key])
    timer.daemon = True
    timer.start()

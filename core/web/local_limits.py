"""Rate and concurrency limits per client, in the memory of this process.

For the live path, where no round trip fits; several processes allow as many times as much. Limits across processes are
in Redis (`core/web/throttle.py`).
"""

import time
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import NamedTuple

from core.errors import Busy, TooMany

MAX_KEYS = 10_000  # buckets kept before full ones are dropped


class RateLimit:
    """Token buckets by key: `burst` tokens at once, then `per_second`."""

    def __init__(self, burst: float, per_second: float) -> None:
        self.burst = burst
        self.per_second = per_second
        self._buckets: dict[Hashable, tuple[float, float]] = {}
        self._most = MAX_KEYS

    def allows(self, key: Hashable, cost: float = 1.0) -> bool:
        """Whether `cost` tokens are left; takes them."""
        now = time.monotonic()
        left = self._left(key, now)
        if key not in self._buckets and len(self._buckets) >= self._most:
            self._forget(now)
        enough = left >= cost
        self._buckets[key] = (left - cost if enough else left, now)
        return enough

    def _left(self, key: Hashable, now: float) -> float:
        left, at = self._buckets.get(key, (self.burst, now))
        return min(self.burst, left + (now - at) * self.per_second)

    def _forget(self, now: float) -> None:
        """Drops full buckets; the next look comes when there are twice as many as stayed."""
        self._buckets = {key: kept for key, kept in self._buckets.items() if self._left(key, now) < self.burst}
        self._most = max(MAX_KEYS, 2 * len(self._buckets))


class ConcurrencyLimit:
    """At most `most` at once for each key."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: Counter[Hashable] = Counter()

    def acquire(self, key: Hashable) -> None:
        """Takes a place; raises `TooMany` where none is free."""
        self.check(key)
        self._taken[key] += 1

    def check(self, key: Hashable) -> None:
        """Raises `TooMany` where no place is free; takes none."""
        if self._taken.get(key, 0) >= self.most:
            raise TooMany

    def release(self, key: Hashable) -> None:
        """Gives back a place taken by `acquire`."""
        self._taken[key] -= 1
        if self._taken[key] <= 0:
            del self._taken[key]

    @contextmanager
    def slot(self, key: Hashable) -> Iterator[None]:
        """A place for the length of the block; raises `TooMany`."""
        self.acquire(key)
        try:
            yield
        finally:
            self.release(key)


class TurnOwner(NamedTuple):
    """For whom a slot is taken: a person, and the group (network, company) that shares a limit."""

    person: Hashable
    group: Hashable


class FairSlots:
    """At most `total` at once, `per_group` of one group and `per_person` of one person; who waits for their own limit
    does not hold up others."""

    def __init__(self, total: int, *, per_group: int, per_person: int) -> None:
        self.total, self.per_group, self.per_person = total, per_group, per_person
        self._taken: list[TurnOwner] = []  # never longer than `total`
        self._changed = Condition()

    @contextmanager
    def slot(self, owner: TurnOwner, *, within: float) -> Iterator[None]:
        """A slot for the length of the block; raises `Busy` where none is free within `within` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_room(owner), timeout=within):
                raise Busy
            self._taken.append(owner)
        try:
            yield
        finally:
            with self._changed:
                self._taken.remove(owner)
                self._changed.notify_all()

    def _has_room(self, owner: TurnOwner) -> bool:
        return (
            len(self._taken) < self.total
            and sum(taken.group == owner.group for taken in self._taken) < self.per_group
            and sum(taken.person == owner.person for taken in self._taken) < self.per_person
        )

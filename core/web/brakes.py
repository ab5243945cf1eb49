"""How much one client may do, and hold, in this process.

Counted in memory: these brakes stand on the live path, where no round trip fits. Several processes allow as many times
as much. What must hold for all of them together is counted in Redis (`core/web/throttle.py`).
"""

import time
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import NamedTuple

from core.errors import Busy, TooMany

MOST_KEYS = 10_000  # buckets kept before those that are full again are thrown away


class Brake:
    """A bucket for each key: `burst` at once, then `per_second`."""

    def __init__(self, burst: float, per_second: float) -> None:
        self.burst = burst
        self.per_second = per_second
        self._buckets: dict[Hashable, tuple[float, float]] = {}
        self._most = MOST_KEYS

    def lets(self, key: Hashable, cost: float = 1.0) -> bool:
        """Whether there is that much left; takes it."""
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
        """Full buckets say nothing; the others stay, and the next look comes when there are twice as many."""
        self._buckets = {key: kept for key, kept in self._buckets.items() if self._left(key, now) < self.burst}
        self._most = max(MOST_KEYS, 2 * len(self._buckets))


class Places:
    """So many at once for each key."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: Counter[Hashable] = Counter()

    def take(self, key: Hashable) -> None:
        """One more; raises `TooMany`."""
        self.check(key)
        self._taken[key] += 1

    def check(self, key: Hashable) -> None:
        """Raises `TooMany` where there is no place."""
        if self._taken.get(key, 0) >= self.most:
            raise TooMany

    def give_back(self, key: Hashable) -> None:
        """One less."""
        self._taken[key] -= 1
        if self._taken[key] <= 0:
            del self._taken[key]

    @contextmanager
    def one(self, key: Hashable) -> Iterator[None]:
        """A place for the length of the block."""
        self.take(key)
        try:
            yield
        finally:
            self.give_back(key)


class Whose(NamedTuple):
    """Somebody, and those among whom they are: a network, a company."""

    person: Hashable
    among: Hashable


class Turns:
    """So many at once in all, fewer of those who are among each other, and fewest of one person: each waits for their
    own, and the others pass them."""

    def __init__(self, at_a_time: int, *, among: int, of_one: int) -> None:
        self.at_a_time, self.among, self.of_one = at_a_time, among, of_one
        self._taken: list[Whose] = []  # never longer than `at_a_time`
        self._changed = Condition()

    @contextmanager
    def one(self, whose: Whose, *, within: float) -> Iterator[None]:
        """A turn for the length of the block; raises `Busy` after so many seconds without one."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_room(whose), timeout=within):
                raise Busy
            self._taken.append(whose)
        try:
            yield
        finally:
            with self._changed:
                self._taken.remove(whose)
                self._changed.notify_all()

    def _has_room(self, whose: Whose) -> bool:
        return (
            len(self._taken) < self.at_a_time
            and sum(taken.among == whose.among for taken in self._taken) < self.among
            and sum(taken.person == whose.person for taken in self._taken) < self.of_one
        )

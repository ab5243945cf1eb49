"""Discrete-event simulation: many generators run side by side, each step at its simulated time."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

from core import clock

# Each step ends by yielding the time of the next one, or None to wait for `wake`.
Acts = Iterator[datetime | None]


class Part:
    """A running generator and the time of its next step."""

    __slots__ = ("acts", "due")

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.due: datetime | None = None


class Stage:
    """Runs all parts in the order of their times; equal times in the order of entry."""

    def __init__(self, begins: datetime) -> None:
        self.now = begins
        self._agenda: list[tuple[datetime, int, Part]] = []
        self._entries = count()

    def enter(self, at: datetime, acts: Acts) -> Part:
        """Adds a generator whose first step is at that time."""
        part = Part(acts)
        self.wake(part, at)
        return part

    def wake(self, part: Part, at: datetime) -> None:
        """Schedules the part's next step at that time, whatever it waited for."""
        part.due = at
        heapq.heappush(self._agenda, (at, next(self._entries), part))

    def play(self, until: datetime, on_step: Callable[[datetime], None]) -> None:
        """Runs all steps that are due up to `until`; `on_step` is called with the time before each."""
        while self._agenda and self._agenda[0][0] <= until:
            moment, _, part = heapq.heappop(self._agenda)
            if part.due != moment:
                continue  # rescheduled meanwhile
            self.now = moment
            on_step(moment)
            with clock.frozen_at(moment):
                self._play(part)

    def _play(self, part: Part) -> None:
        part.due = next(part.acts, None)
        if part.due is not None:
            self.wake(part, part.due)

"""Simulated time: many people act side by side, and each act happens at its moment."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

from core import clock

# What somebody does, piece by piece; each piece ends with the moment of the next one, or None: until woken.
Acts = Iterator[datetime | None]


class Part:
    """Somebody on the stage, and when they act next."""

    __slots__ = ("acts", "due")

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.due: datetime | None = None


class Stage:
    """Plays all parts in the order of their moments; who is due at the same moment acts in the order of entry."""

    def __init__(self, begins: datetime) -> None:
        self.now = begins
        self._agenda: list[tuple[datetime, int, Part]] = []
        self._entries = count()

    def enter(self, at: datetime, acts: Acts) -> Part:
        """Let somebody begin at that moment."""
        part = Part(acts)
        self.wake(part, at)
        return part

    def wake(self, part: Part, at: datetime) -> None:
        """Let somebody go on at that moment, whatever they waited for."""
        part.due = at
        heapq.heappush(self._agenda, (at, next(self._entries), part))

    def play(self, until: datetime, tell: Callable[[datetime], None]) -> None:
        """Everything that is due up to that moment; `tell` hears the time before each piece."""
        while self._agenda and self._agenda[0][0] <= until:
            moment, _, part = heapq.heappop(self._agenda)
            if part.due != moment:
                continue  # woken earlier, or put off
            self.now = moment
            tell(moment)
            with clock.frozen_at(moment):
                self._play(part)

    def _play(self, part: Part) -> None:
        part.due = next(part.acts, None)
        if part.due is not None:
            self.wake(part, part.due)

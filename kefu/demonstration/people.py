"""Simulated agents: shifts, breaks, and answers one after the other."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.agents import presence
from accounts.models import Agent, Status
from core.actors import Actor
from kefu.demonstration.plan import Pause, Shift
from kefu.demonstration.stage import Acts, Stage

if TYPE_CHECKING:
    from kefu.demonstration.visits import Visit

LOOKS_AGAIN = timedelta(minutes=2)
PATIENCE_BEFORE_PAUSE = timedelta(minutes=12)
STOPS_ACCEPTING = timedelta(minutes=12)  # before the end of the shift
OVERTIME = timedelta(minutes=20)
# Seconds until an agent turns to a message (from, to), and seconds per character of the answer.
PACE = {"1001": (14, 70, 0.35), "1002": (6, 30, 0.3), "1003": (10, 55, 0.4), "1004": (16, 95, 0.5)}
USUAL_PACE = (10, 60, 0.4)
LONGEST_TYPING = 50.0


class Colleague:
    """An agent at work, who writes one answer at a time: the more conversations, the slower."""

    def __init__(self, agent: Agent, stage: Stage, rng: random.Random) -> None:
        self.actor: Actor = agent.actor()
        self.pk = agent.pk
        self.public_id = agent.public_id
        self.number = agent.number
        self.stage = stage
        self.rng = rng
        self.status: str = agent.status
        self.free_at: datetime | None = None
        self.visits: dict[int, Visit] = {}

    def answers_at(self, text: str) -> datetime:
        """The time at which the answer is sent: after the one in progress, the time to notice, and the typing."""
        least, most, per_character = PACE.get(self.number, USUAL_PACE)
        now = self.stage.now
        noticed = now + timedelta(seconds=self.rng.triangular(least, most, least * 1.4))
        begins = max(noticed, self.free_at or now)
        typing = min(LONGEST_TYPING, 2 + per_character * len(text)) * self.rng.uniform(0.7, 1.2)
        self.free_at = begins + timedelta(seconds=typing)
        return self.free_at

    def day(self, shift: Shift, room: Callable[[], None], closes: datetime) -> Acts:
        """Plays a shift; `room` is called whenever the agent can take conversations again."""
        presence.mark_connected(self.pk)
        self.status = Status.ONLINE
        room()
        for pause in shift.pauses:
            yield pause.begins
            yield from self._pause(pause)
            self._set_status(Status.ONLINE)
            room()
        yield max(self.stage.now, shift.ends - STOPS_ACCEPTING)
        self._set_status(Status.BUSY)
        yield from self._until_finished(min(shift.ends + OVERTIME, max(closes, self.stage.now)))
        yield from self._leave()

    def _set_status(self, status: str, reason: str = "") -> None:
        presence.set_status(actor=self.actor, agent_id=self.pk, status=status, reason=reason)
        self.status = status

    def _pause(self, pause: Pause) -> Acts:
        """Goes on a break; finishes answers in progress first, within `PATIENCE_BEFORE_PAUSE`."""
        self._set_status(Status.BUSY)
        yield from self._until_finished(self.stage.now + PATIENCE_BEFORE_PAUSE)
        self._set_status(Status.AWAY, pause.reason)
        yield max(pause.ends, self.stage.now + timedelta(minutes=5))

    def _until_finished(self, latest: datetime) -> Acts:
        while self.visits and self.stage.now < latest:
            yield min(self.stage.now + LOOKS_AGAIN, latest)

    def _leave(self) -> Acts:
        """Ends the open conversations, and signs out."""
        for place, visit in enumerate(list(self.visits.values())):
            visit.end_soon(self.stage.now + timedelta(seconds=8 + 9 * place))
        while self.visits:
            yield self.stage.now + timedelta(seconds=15)
        presence.end_presence(actor=self.actor, agent_id=self.pk)
        self.status = Status.OFFLINE

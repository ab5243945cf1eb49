"""The state machine of a conversation, and the vocabulary stored with its steps. Pure."""

from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """States of a conversation."""

    BOT = "bot", _("With the robot")
    QUEUED = "queued", _("Waiting")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


class EndReason(models.TextChoices):
    """By whom or by which timer a conversation ended."""

    AGENT = "agent", _("Agent")
    VISITOR = "visitor", _("Visitor")
    IDLE = "idle", _("Nobody wrote for a long time")
    EXPIRED = "expired", _("Waited too long")
    SPAM = "spam", _("Nuisance")  # counts nowhere, as if nobody had come


class Rule(StrEnum):
    """Assignment rules: how the next agent is chosen."""

    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"
    MANUAL = "manual"


RULE_LABELS: dict[Rule, Any] = {
    Rule.LEAST_BUSY: _("Least busy"),
    Rule.ROUND_ROBIN: _("Round robin"),
    Rule.MANUAL: _("Manual only"),
}


MOVES: dict[str, frozenset[str]] = {
    State.BOT: frozenset({State.QUEUED, State.ENDED}),
    State.QUEUED: frozenset({State.ACTIVE, State.ENDED}),
    State.ACTIVE: frozenset({State.ACTIVE, State.QUEUED, State.ENDED}),
    State.ENDED: frozenset(),
}
OPEN = (State.BOT, State.QUEUED, State.ACTIVE)


def may_move(before: str, after: str) -> bool:
    """Whether the transition is allowed; active → active is a transfer."""
    return after in MOVES[before]

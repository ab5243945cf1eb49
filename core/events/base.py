"""Every event of the product, as typed, frozen classes in the past tense.

An event carries plain ids and numbers, never what somebody wrote. Its *audience* is part of the type: the sender
(`core/live/hub.py`) addresses nobody else, so a private note cannot reach a visitor by a caller's mistake. Logged
events become rows of `core.models.LoggedEvent` in the transaction of their action; ephemeral ones are only sent.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from core.actors import SYSTEM, Actor


class Audience(StrEnum):
    """The recipients of an event."""

    VISITOR = "visitor"  # the customer of the conversation, on its channel
    HOLDER = "holder"  # the agents who hold it, or held it until this event
    QUEUE = "queue"  # the agents who serve its service account
    DESK = "desk"  # all agents of the tenant
    OWN = "own"  # the agent whom it is about (`agent_id`), in every tab


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened: fields of every event."""

    name: ClassVar[str]
    audience: ClassVar[frozenset[Audience]] = frozenset()
    logged: ClassVar[bool] = True
    calls: ClassVar[bool] = True  # False: listeners would cost every message a thread; nobody may connect one
    carries: ClassVar[tuple[str, ...]] = ()  # what a frame of it holds beside the ids (docs/protocol.md)
    for_agents: ClassVar[tuple[str, ...]] = ()  # what a frame for agents holds besides

    tenant_id: int
    actor: Actor = SYSTEM

    def data(self) -> dict[str, Any]:
        """The fields that are stored in the log's column `data`."""
        kind: Any = type(self)
        return {name: getattr(self, name) for name in _stored(kind)}


COLUMNS = frozenset(
    {
        "tenant_id",
        "actor",
        "conversation_id",
        "conversation",
        "seq",
        "visitor_seq",
        "customer_id",
        "channel_id",
        "service_account_id",
        "holders",
    }
)


@cache
def _stored(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in COLUMNS)


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(Event):
    """An event of one conversation. `seq` numbers its logged events, `visitor_seq` those that the visitor may see.

    `holders` are the recipients of `Audience.HOLDER`; `n` is the number of the last message when it happened, which
    places it in the thread.
    """

    line: ClassVar[str] = ""  # the sentence of the thread that tells of it (`conversations/timeline/wording.py`)

    conversation_id: int
    conversation: str
    customer_id: int
    channel_id: int
    service_account_id: int
    holders: tuple[int, ...] = ()
    seq: int | None = None
    visitor_seq: int | None = None
    n: int = 0


@dataclass(frozen=True, kw_only=True)
class OwnEvent(Event):
    """An event of one agent alone, whom `Audience.OWN` means."""

    agent_id: int


BOTH_SIDES = frozenset({Audience.VISITOR, Audience.HOLDER})
EVERY_SIDE = BOTH_SIDES | {Audience.QUEUE}

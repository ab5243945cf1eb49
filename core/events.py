"""Every event of the product, as typed, frozen classes in the past tense.

An event carries plain ids and numbers, never what somebody wrote. Its *audience* is part of the type: the sender
(`core/live.py`) addresses nobody else, so a private note cannot reach a visitor however the caller mistakes itself.
Logged events become rows of `core.LoggedEvent` in the transaction of their action; ephemeral ones are only told.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar

from core.actors import SYSTEM, Actor


class Audience(StrEnum):
    """Whom an event may be told to."""

    VISITOR = "visitor"  # the customer of the conversation, on its channel
    HOLDER = "holder"  # the agents who hold it, or held it until this event
    QUEUE = "queue"  # the agents who serve its service account
    DESK = "desk"  # all agents of the tenant


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, to which tenant, through whom."""

    name: ClassVar[str]
    audience: ClassVar[frozenset[Audience]] = frozenset()
    logged: ClassVar[bool] = True

    tenant_id: int
    actor: Actor = SYSTEM

    def data(self) -> dict[str, Any]:
        """The facts that have no column of their own in the log."""
        return {key: value for key, value in asdict(self).items() if key not in COLUMNS}


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


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(Event):
    """Something in one conversation. `seq` numbers its logged events, `visitor_seq` those the visitor may see.

    `holders` are the agents it is told to as `Audience.HOLDER`; `n` is the last message when it happened, which
    places it in the thread.
    """

    conversation_id: int
    conversation: str
    customer_id: int
    channel_id: int
    service_account_id: int
    holders: tuple[int, ...] = ()
    seq: int | None = None
    visitor_seq: int | None = None
    n: int = 0


BOTH_SIDES = frozenset({Audience.VISITOR, Audience.HOLDER})
EVERYONE_CONCERNED = BOTH_SIDES | {Audience.QUEUE}


@dataclass(frozen=True, kw_only=True)
class MessagePosted(ConversationEvent):
    name = "message.posted"
    audience = EVERYONE_CONCERNED


@dataclass(frozen=True, kw_only=True)
class NotePosted(ConversationEvent):
    name = "note.posted"
    audience = frozenset({Audience.HOLDER})


@dataclass(frozen=True, kw_only=True)
class MessageRecalled(ConversationEvent):
    name = "message.recalled"
    audience = EVERYONE_CONCERNED

    recalled: int


@dataclass(frozen=True, kw_only=True)
class NoteRecalled(ConversationEvent):
    name = "note.recalled"
    audience = frozenset({Audience.HOLDER, Audience.QUEUE})

    recalled: int


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    """The first event of each; nobody listens yet, the frames of the same transaction tell."""

    name = "conversation.opened"


@dataclass(frozen=True, kw_only=True)
class ConversationQueued(ConversationEvent):
    """Waits for an agent: new, or given back (`cause`) by or from the agent who held it."""

    name = "conversation.queued"
    audience = EVERYONE_CONCERNED

    cause: str
    agent_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(ConversationEvent):
    """`why` says how: by rule with candidates and who was excluded for what, or accepted by hand."""

    name = "conversation.assigned"
    audience = BOTH_SIDES

    agent_id: int
    why: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ConversationTransferred(ConversationEvent):
    name = "conversation.transferred"
    audience = BOTH_SIDES

    from_agent_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(ConversationEvent):
    name = "conversation.ended"
    audience = BOTH_SIDES

    reason: str
    agent_id: int | None


@dataclass(frozen=True, kw_only=True)
class AgentStatusChanged(Event):
    name = "agent.status"
    audience = frozenset({Audience.DESK})

    agent_id: int
    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AgentCapacityChanged(Event):
    """The agent's cap was raised or lowered."""

    name = "agent.capacity"
    audience = frozenset({Audience.DESK})

    agent_id: int
    cap: int


@dataclass(frozen=True, kw_only=True)
class AgentChanged(Event):
    """Somebody is new, enabled again, or has another name, role or groups; told where they work at a desk."""

    name = "agent.changed"
    audience = frozenset({Audience.DESK})

    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentLeft(Event):
    """The agent was disabled or deleted, or has no desk any more, and is offline and signed out.

    The heir shall get what they hold.
    """

    name = "agent.left"

    agent_id: int
    heir_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgentLoadChanged(Event):
    """The agent holds more or fewer conversations than before."""

    name = "agent.load"
    audience = frozenset({Audience.DESK})
    logged = False

    agent_id: int


@dataclass(frozen=True, kw_only=True)
class ServingChanged(Event):
    """Other groups serve a service account than before. Not logged: the audit log says it, with the groups' names."""

    name = "service_account.serving"
    logged = False

    service_account_id: int


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    """A place says something else about a setting, or nothing any more; `object_id` is 0 for the tenant itself."""

    name = "settings.changed"

    setting: str
    level: str
    object_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    name = "agent.signed_in"

    agent_id: int
    address: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """One browser of the agent by its own hand, or several: by a new password, or a role that may do less.

    `give_back`: what the agent holds returns to the queue.
    """

    name = "agent.signed_out"

    agent_id: int
    give_back: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiptMoved(ConversationEvent):
    name = "receipt"
    audience = EVERYONE_CONCERNED
    logged = False


@dataclass(frozen=True, kw_only=True)
class UnreadChanged(ConversationEvent):
    name = "unread"
    audience = frozenset({Audience.HOLDER})
    logged = False


@dataclass(frozen=True, kw_only=True)
class Typing(ConversationEvent):
    name = "typing"
    audience = BOTH_SIDES
    logged = False


@dataclass(frozen=True, kw_only=True)
class CustomerMoved(ConversationEvent):
    """The visitor looks at another page; `accounts_customer` says which."""

    name = "customer.moved"
    audience = frozenset({Audience.HOLDER})
    logged = False


@dataclass(frozen=True, kw_only=True)
class QueuePositionChanged(ConversationEvent):
    name = "queue.position"
    audience = frozenset({Audience.VISITOR})
    logged = False


@dataclass(frozen=True, kw_only=True)
class QueueLeft(ConversationEvent):
    name = "queue.left"
    audience = frozenset({Audience.QUEUE})
    logged = False


def all_events() -> list[type[Event]]:
    """Every concrete event, for documentation and tests."""
    found, todo = [], [Event]
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if "name" in vars(kind):
            found.append(kind)
    return found

"""What happens to customers."""

from dataclasses import dataclass

from core.events.base import Audience, ConversationEvent, Event, OwnEvent


@dataclass(frozen=True, kw_only=True)
class CustomerMoved(ConversationEvent):
    """The visitor opened another page, stored in `customers_customer`. The desk shows it."""

    name = "customer.moved"
    audience = frozenset({Audience.HOLDER})
    logged = False


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(ConversationEvent):
    """What is noted of the customer, or their tags, was changed; published for each conversation that is open or ended
    within a day, to its agent or to those who may accept it. `row` has the name that agents see.
    """

    name = "customer.changed"
    audience = frozenset({Audience.HOLDER, Audience.QUEUE})
    carries = ("row",)


@dataclass(frozen=True, kw_only=True)
class StarChanged(OwnEvent):
    """An agent starred a customer, or took the star away; sent to the agent's other tabs."""

    name = "customer.starred"
    audience = frozenset({Audience.OWN})
    logged = False
    carries = ("customer", "on")


@dataclass(frozen=True, kw_only=True)
class TagChanged(Event):
    """A tag is new, or has another name or colour, at every customer. Not logged: the audit log has it. `mark`: see
    the digest."""

    name = "tag.changed"
    audience = frozenset({Audience.DESK})
    logged = False
    carries = ("tag", "mark")


@dataclass(frozen=True, kw_only=True)
class TagDeleted(Event):
    """A tag is gone (`tag`: its id), also from every customer. Not logged: the audit log has it."""

    name = "tag.deleted"
    audience = frozenset({Audience.DESK})
    logged = False
    carries = ("tag", "mark")

"""Noting what is known of a customer (`customers/profiles/actions.py`), and publishing it to the desks that show it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from conversations.lifecycle import queries
from conversations.lifecycle.state import lock_those, number
from conversations.models import Conversation
from conversations.states import OPEN, State
from conversations.timeline.queries import Row
from conversations.timeline.wire import agent_row
from core import bus, clock
from core.actors import Actor
from core.events.base import Audience, ConversationEvent
from core.events.customers import CustomerChanged
from customers.profiles import actions
from customers.profiles.actions import Noted

SHOWN_AFTERWARDS = timedelta(hours=24)  # as `queries.rows_at_desk`


@transaction.atomic
def change_field(
    *, actor: Actor, customer_id: int, field: str, seen: Mapping[str, str], values: Mapping[str, str]
) -> Noted:
    """As `actions.change_field`, and published."""
    return _publishing(
        actor,
        customer_id,
        lambda: actions.change_field(actor=actor, customer_id=customer_id, field=field, seen=seen, values=values),
    )


@transaction.atomic
def add_tag(*, actor: Actor, customer_id: int, name: str) -> Noted:
    """As `actions.add_tag`, and published."""
    return _publishing(actor, customer_id, lambda: actions.add_tag(actor=actor, customer_id=customer_id, name=name))


@transaction.atomic
def remove_tag(*, actor: Actor, customer_id: int, tag: str) -> Noted:
    """As `actions.remove_tag`, and published."""
    return _publishing(actor, customer_id, lambda: actions.remove_tag(actor=actor, customer_id=customer_id, tag=tag))


def _publishing(actor: Actor, customer_id: int, change: Callable[[], Noted]) -> Noted:
    """The change under the locks of the conversations of which it is published, which come before the customer's."""
    ended = Q(ended_at__gt=clock.now() - SHOWN_AFTERWARDS)
    shown = lock_those(Conversation.objects.filter(Q(state__in=OPEN) | ended, customer_id=customer_id))
    outcome = change()
    if outcome.changed:
        _tell([CustomerChanged(actor=actor, **number(each, for_visitor=False)) for each in shown])
    return outcome


def _tell(events: list[CustomerChanged]) -> None:
    rows = queries.rows_by_id([event.conversation_id for event in events])

    def show(event: ConversationEvent) -> bus.Shown:
        row = rows[event.conversation_id]
        return {_audience_of(row): {"row": agent_row(row)}}

    bus.publish_all(events, show=show)


def _audience_of(row: Row) -> Audience:
    return Audience.QUEUE if row["state"] == State.QUEUED else Audience.HOLDER

"""Which place a settings page is about, and which other places there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.agents import queries as agent_queries
from accounts.models import Agent, Group
from accounts.roles.queries import roles_to_give
from accounts.settings.places import agent_place, group_place
from channels_app.models import Channel, ServiceAccount
from channels_app.reception.places import account_place, channel_place
from core.actors import Actor
from core.errors import NotFound
from core.models import SettingValue
from core.settings.levels import Level, Place

MOST_SHOWN = 100  # of each level; the pages of the objects themselves link to all


def _account(public_id: str) -> Place | None:
    found = ServiceAccount.objects.filter(public_id=public_id).first()
    return account_place(found) if found else None


def _channel(public_id: str) -> Place | None:
    found = Channel.objects.select_related("service_account").filter(public_id=public_id).first()
    return channel_place(found) if found else None


def _group(public_id: str) -> Place | None:
    found = Group.objects.filter(public_id=public_id).first()
    return group_place(found) if found else None


def _agent(public_id: str) -> Place | None:
    found = Agent.objects.filter(public_id=public_id, deleted_at=None).first()
    return agent_place(found) if found else None


FINDERS: Mapping[str, Callable[[str], Place | None]] = {
    Level.SERVICE_ACCOUNT: _account,
    Level.CHANNEL: _channel,
    Level.GROUP: _group,
    Level.AGENT: _agent,
}


def place_named(level: str, public_id: str) -> Place:
    """The place of an object of the tenant; raises `NotFound`."""
    found = FINDERS[level](public_id) if level in FINDERS else None
    if found is None:
        raise NotFound
    return found


def _agents(reader: Actor) -> QuerySet[Agent]:
    return agent_queries.agents().filter(role__in=[role.pk for role in roles_to_give(reader)])


@dataclass(frozen=True)
class Branch:
    """A place below, and how many settings it says itself."""

    place: Place
    own: int


def branches(reader: Actor) -> list[Branch]:
    """Service accounts, channels and groups, and those agents who say something and are the reader's to change.

    A constant few queries.
    """
    own: dict[tuple[str, int], int] = {}
    for level, object_id in SettingValue.objects.values_list("level", "object_id"):
        own[level, object_id] = own.get((level, object_id), 0) + 1
    agents = [object_id for level, object_id in own if level == Level.AGENT]
    rows: tuple[tuple[Level, Any, str], ...] = (
        (Level.SERVICE_ACCOUNT, ServiceAccount.objects.order_by("pk"), "name"),
        (Level.CHANNEL, Channel.objects.order_by("service_account_id", "pk"), "name"),
        (Level.GROUP, Group.objects.all(), "name"),
        (Level.AGENT, _agents(reader).filter(pk__in=agents).order_by("number"), "nickname"),
    )
    return [
        Branch(Place(level, pk, name, public_id), own.get((level, pk), 0))
        for level, objects, column in rows
        for pk, name, public_id in objects.values_list("pk", column, "public_id")[:MOST_SHOWN]
    ]

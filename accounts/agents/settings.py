"""The setting of the cap; agents as places of settings."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.agents.queries import agent, agents
from accounts.agents.tabs import page_context
from accounts.models import Agent
from accounts.permissions import Permission, exceeds
from accounts.roles.queries import roles_to_give
from accounts.settings.levels import LevelSpec, register_level
from accounts.settings.places import agent_place
from core.actors import Actor
from core.settings.declare import Setting, register
from core.settings.kinds import Whole
from core.settings.levels import Level, Place
from core.web.request import TenantRequest

LARGEST_CAP = 500

MAX_CONCURRENT = register(
    Setting(
        name="max_concurrent",
        label=_("Conversations at once"),
        help=_(
            "The rules give an agent no more than this. Of an agent's groups that set it the one with the highest "
            "priority counts."
        ),
        default=10,
        levels=(Level.TENANT, Level.GROUP, Level.AGENT),  # kept on agents' rows, which know no platform
        kind=Whole(0, LARGEST_CAP),
        sort=40,
        set_by={Level.GROUP: Permission.MANAGE_TEAM, Level.AGENT: Permission.MANAGE_TEAM},
    )
)


def _listed(rows: "QuerySet[Agent]", reader: Actor, speaking: Collection[int]) -> "QuerySet[Agent]":
    """Agents with overrides whom the reader may change."""
    theirs = [role.pk for role in roles_to_give(reader)]
    return rows.filter(role__in=theirs, pk__in=speaking).order_by("number")


def _may_edit(actor: Actor, place: Place) -> bool:
    """Only agents whose role does not exceed the actor's, as on their own page."""
    theirs = Agent.objects.values_list("role__permissions", flat=True).get(pk=place.object_id)
    return actor.kind == "system" or not exceeds(theirs, actor.permissions)


def _context(request: TenantRequest, place: Place) -> Mapping[str, Any]:
    may = request.user.actor().may(Permission.MANAGE_TEAM)
    return page_context(request, agent(place.public_id)) if may else {}


register_level(
    LevelSpec(
        Level.AGENT,
        _("Agent"),
        rows=agents,
        place_of=agent_place,
        name="nickname",
        listed=_listed,
        may_edit=_may_edit,
        folder="agents",
        context=_context,
    )
)

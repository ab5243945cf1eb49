"""Who is handed conversations: an agent, or those of a group who have room."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Group, Status
from accounts.permissions import Permission
from accounts.tenants.locks import lock_agents
from conversations.lifecycle.assigning import AgentUnavailable
from conversations.lifecycle.state import WrongState
from core.errors import Refusal
from core.rows import one_or_404, valid_id

Given = dict[str, Agent | Refusal]


class NoRoom(AgentUnavailable):
    """Nobody of the group is online and below the cap; the code of `AgentUnavailable`."""

    text = _("Nobody in this group can take it right now.")


def receivers(to: str, holders: Mapping[str, int]) -> Given:
    """Who gets each of the conversations, or why it stays: `to` is an agent or a group (public id), `holders` names
    who has each. Locks all agents concerned, after the conversations."""
    try:
        agent_id = Agent.objects.filter(public_id=valid_id(to), is_active=True).values_list("pk", flat=True).first()
        if agent_id is None:
            return _shared(_members(one_or_404(Group.objects.filter(public_id=to))), holders)
        agent = lock_receiver(agent_id, *holders.values())
    except Refusal as refusal:
        return dict.fromkeys(holders, refusal)
    return {name: WrongState() if holder == agent_id else agent for name, holder in holders.items()}


def lock_receiver(agent_id: int, *holder_ids: int) -> Agent:
    """A colleague who can be handed something, under the locks of all; raises `AgentUnavailable`."""
    target = lock_agents(agent_id, *holder_ids)[agent_id]
    if not target.is_active or target.status == Status.OFFLINE or Permission.DESK not in target.role.permissions:
        raise AgentUnavailable
    return target


def _members(group: Group) -> list[int]:
    """Those who have a desk."""
    able = Agent.objects.filter(memberships__group=group, role__permissions__contains=[Permission.DESK])
    return list(able.values_list("pk", flat=True))


def _shared(members: Collection[int], holders: Mapping[str, int]) -> Given:
    """One after the other to the least busy of those that are online, and none above a cap."""
    locked = lock_agents(*members, *holders.values())
    there = [each for each in map(locked.__getitem__, members) if each.is_active and each.status == Status.ONLINE]
    loads, given = {each.pk: each.load for each in there}, Given()
    for name, holder in holders.items():
        able = [each for each in there if each.pk != holder and loads[each.pk] < each.max_concurrent]
        chosen = _least_busy(able, loads)
        if chosen is not None:
            loads[chosen.pk] += 1
        given[name] = chosen or NoRoom()
    return given


def _least_busy(agents: Sequence[Agent], loads: Mapping[int, int]) -> Agent | None:
    return min(agents, key=lambda each: (loads[each.pk] / each.max_concurrent, each.pk), default=None)

"""What changes groups of agents. Under the lock of the team (`team.lock_team`), like everything about its people."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import audit, preferences, roster
from accounts.models import Group
from accounts.team import lock_team, regrouping
from core import clock
from core.actors import Actor
from core.errors import InUse, Stale
from core.names import need_free


class Stop(Protocol):
    """Takes a group from everything that it serves, in the transaction of the group's deletion."""

    def __call__(self, *, actor: Actor, group_id: int) -> None: ...


@dataclass(frozen=True)
class Serves:
    """What a floor above has groups for, by a group's id: the names of all that it serves, of what nobody else would
    serve, and the act that takes the group from there; `used` are all groups that serve something."""

    used: Callable[[], Collection[int]]
    names: Callable[[int], Sequence[str]]
    alone: Callable[[int], Sequence[str]]
    stop: Stop


_serves: list[Serves] = []


class StillNeeded(InUse):
    """Something is served by this group alone."""

    code = "still_needed"
    text = _("These service accounts are served by this group alone: %(names)s. Let another group serve them first.")


@dataclass(frozen=True)
class Facts:
    """What the console says of a group; a larger `sort` comes first."""

    name: str
    sort: int = 0


def connect(*serves: Serves) -> None:
    """Who knows what a group is needed for: the floors above, connected by `kefu/wiring.py`."""
    _serves[:] = serves


def needed_by(group_id: int) -> list[str]:
    """The names of what could not be served without the group."""
    return [name for each in _serves for name in each.alone(group_id)]


def served_by(group_id: int) -> list[str]:
    """The names of what the group serves, alone or with others."""
    return [name for each in _serves for name in each.names(group_id)]


def used() -> set[int]:
    """The groups that serve something: others reach nobody."""
    return {group_id for each in _serves for group_id in each.used()}


@transaction.atomic
def add_group(*, actor: Actor, facts: Facts) -> Group:
    """A new group without members."""
    lock_team(actor)
    need_free(facts.name, _names())
    group = Group.objects.create(**asdict(facts))
    _record(actor, "group.added", group, {}, asdict(facts))
    return group


@transaction.atomic
def change_group(*, actor: Actor, group: str, version: int, facts: Facts) -> Group:
    """Change a group that a form showed in that version; raises `Stale` where the table has a later one."""
    lock_team(actor)
    locked = _lock(group)
    if locked.version != version:
        raise Stale
    before = said_of(locked)
    if before == asdict(facts):
        return locked
    if facts.name != locked.name:
        need_free(facts.name, _names(apart_from=locked.pk))
    for name, value in asdict(facts).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*asdict(facts), "version"])
    _record(actor, "group.changed", locked, before, said_of(locked))
    if before["sort"] != facts.sort:
        preferences.refresh_caps(actor=actor, agent_ids=roster.members_of(locked.pk).values_list("agent", flat=True))
    return locked


@transaction.atomic
def delete_group(*, actor: Actor, group: str) -> None:
    """The group goes, its members and its numbers stay; refused while something is served by it alone."""
    lock_team(actor)
    locked = _lock(group)
    if names := needed_by(locked.pk):
        raise StillNeeded(names)
    _record(actor, "group.deleted", locked, said_of(locked), {})
    for each in _serves:
        each.stop(actor=actor, group_id=locked.pk)
    preferences.forget(preferences.group_place(locked))
    with regrouping(actor, locked):
        locked.memberships.all().delete()
        locked.deleted_at = clock.now()
        locked.save(update_fields=["deleted_at"])


def _names(*, apart_from: int = 0) -> QuerySet[Group, str]:
    return Group.objects.exclude(pk=apart_from).values_list("name", flat=True)


def _lock(public_id: str) -> Group:
    found: Group = roster.only(Group.objects.select_for_update().filter(public_id=roster.fit(public_id)))
    return found


def said_of(group: Group) -> dict[str, Any]:
    return {"name": group.name, "sort": group.sort}


def _record(actor: Actor, action: str, group: Group, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(
        actor=actor, action=action, kind="group", object_id=group.pk, name=group.name, before=before, after=after
    )

"""Adding, changing and deleting agent groups."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.agents import caps
from accounts.agents.memberships import regrouping
from accounts.audit import record as audit
from accounts.groups import queries
from accounts.groups.uses import needed_by, release
from accounts.models import Group
from accounts.settings import places
from accounts.settings.actions import forget
from accounts.tenants.locks import lock_team
from core import clock
from core.actors import Actor
from core.console.names import need_free
from core.errors import InUse, Stale
from core.rows import one_or_404, valid_id


class StillNeeded(InUse):
    """Something is served by this group alone."""

    code = "still_needed"
    text = _("These service accounts are served by this group alone: %(names)s. Let another group serve them first.")


@dataclass(frozen=True)
class GroupInput:
    """What the console says of a group; a larger `sort` comes first."""

    name: str
    sort: int = 0


@transaction.atomic
def add_group(*, actor: Actor, values: GroupInput) -> Group:
    """A new group without members."""
    lock_team(actor)
    need_free(values.name, _names())
    group = Group.objects.create(**asdict(values))
    _record(actor, "group.added", group, {}, asdict(values))
    return group


@transaction.atomic
def change_group(*, actor: Actor, group: str, version: int, values: GroupInput) -> Group:
    """Change a group that a form showed in that version; raises `Stale` where the table has a later one."""
    lock_team(actor)
    locked = _lock(group)
    if locked.version != version:
        raise Stale
    before = said_of(locked)
    if before == asdict(values):
        return locked
    if values.name != locked.name:
        need_free(values.name, _names(apart_from=locked.pk))
    for name, value in asdict(values).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*asdict(values), "version"])
    _record(actor, "group.changed", locked, before, said_of(locked))
    if before["sort"] != values.sort:
        caps.refresh_caps(actor=actor, agent_ids=queries.members_of(locked.pk).values_list("agent", flat=True))
    return locked


@transaction.atomic
def delete_group(*, actor: Actor, group: str) -> None:
    """The group goes, its members and its numbers stay; refused while something is served by it alone."""
    lock_team(actor)
    locked = _lock(group)
    if names := needed_by(locked.pk):
        raise StillNeeded(names)
    _record(actor, "group.deleted", locked, said_of(locked), {})
    release(actor=actor, group_id=locked.pk)
    forget(places.group_place(locked))
    with regrouping(actor, locked):
        locked.memberships.all().delete()
        locked.deleted_at = clock.now()
        locked.save(update_fields=["deleted_at"])


def _names(*, apart_from: int = 0) -> QuerySet[Group, str]:
    return Group.objects.exclude(pk=apart_from).values_list("name", flat=True)


def _lock(public_id: str) -> Group:
    return one_or_404(Group.objects.select_for_update().filter(public_id=valid_id(public_id)))


def said_of(group: Group) -> dict[str, Any]:
    """The group as the audit log tells of one."""
    return {"name": group.name, "sort": group.sort}


def _record(actor: Actor, action: str, group: Group, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(
        actor=actor, action=action, kind="group", object_id=group.pk, name=group.name, before=before, after=after
    )

"""Adding, changing and deleting agent groups."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agents import caps
from accounts.agents.memberships import changing_members
from accounts.audit.changing import changing, lock, record_added, record_deleted
from accounts.groups import queries
from accounts.groups.subject import GROUP
from accounts.groups.uses import needed_by, release
from accounts.models import Group
from accounts.settings import places
from accounts.settings.actions import forget
from accounts.tenants.locks import lock_team
from core import clock
from core.actors import Actor
from core.console.names import require_unused_name
from core.errors import InUse


class StillNeeded(InUse):
    """Service accounts, or what only some groups see, would have no group without this one."""

    code = "still_needed"
    text = _("These have no other group: %(names)s. Choose another one for them first.")


@dataclass(frozen=True)
class GroupInput:
    """A group's values in the console; a larger `sort` comes first."""

    name: str
    sort: int = 0


@transaction.atomic
def add_group(*, actor: Actor, values: GroupInput) -> Group:
    """Adds a group without members. Raises `Forbidden` and `NameTaken`."""
    lock_team(actor)
    require_unused_name(values.name, Group.objects.all())
    group = Group.objects.create(**asdict(values))
    record_added(GROUP, group, actor=actor)
    return group


@transaction.atomic
def change_group(*, actor: Actor, group: str, version: int, values: GroupInput) -> Group:
    """Changes a group of that version; raises `Stale` for an earlier one, and as `add_group`."""
    lock_team(actor)
    with changing(GROUP, actor=actor, public_id=group, version=version) as row:
        require_unused_name(values.name, Group.objects.all(), row)
        moves = row.sort != values.sort
        row.name, row.sort = values.name, values.sort
    if moves:
        caps.refresh_caps(actor=actor, agent_ids=queries.members_of(row.pk).values_list("agent", flat=True))
    changed: Group = row
    return changed


@transaction.atomic
def delete_group(*, actor: Actor, group: str) -> None:
    """Deletes a group; members and numbers stay. Raises `StillNeeded`."""
    lock_team(actor)
    row = lock(GROUP, group, to_delete=True)
    if names := needed_by(row.pk):
        raise StillNeeded(names)
    record_deleted(GROUP, row, actor=actor)
    release(actor=actor, group_id=row.pk)
    forget(places.group_place(row))
    with changing_members(actor, row):
        row.memberships.all().delete()
        row.deleted_at = clock.now()
        row.save(update_fields=["deleted_at"])

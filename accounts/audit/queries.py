"""Reads of the audit log."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.audit import kinds
from accounts.models import AuditEntry
from core.actors import Actor
from core.statements import columns_of, look_up_objects
from core.tenancy.scope import current_tenant_id

LISTED = f"""
select {columns_of(AuditEntry, "e")} from unnest(%(keys)s::bigint[]) with ordinality as wanted (id, place)
join accounts_auditentry e on e.tenant_id = %(tenant)s and e.id = wanted.id order by wanted.place
"""  # noqa: S608 – made of the columns' names


def listed(keys: Sequence[int], reader: Actor) -> list[Any]:
    """The entries with these keys, in that order: with what the object is (`kind`), and where it is there and open to
    who reads, its address (`page`)."""
    found: list[Any] = [
        entry for (entry,) in look_up_objects(LISTED, AuditEntry, tenant=current_tenant_id(), keys=list(keys))
    ]
    addresses = kinds.addresses_of(found, reader.permissions)
    for entry in found:
        entry.kind = str(kinds.kind_label(entry.object_kind))
        entry.page = addresses.get((entry.object_kind, entry.object_id))
    return found


def last_change(kind: str, object_id: int) -> AuditEntry | None:
    """The latest entry about what an object's own form shows; settings and passwords have forms of their own."""
    entries = AuditEntry.objects.filter(object_kind=kind, object_id=object_id)
    elsewhere = Q(action__startswith="setting.") | Q(action__endswith=".password_reset")
    return entries.exclude(elsewhere).order_by("-pk").first()

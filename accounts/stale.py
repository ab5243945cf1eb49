"""What a form shows when somebody else saved meanwhile: who, when, and of each field that they changed theirs beside
yours. The audit log has one entry for each version that a form can have missed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from accounts.audit_kinds import field_label, value_text
from accounts.models import AuditEntry

# What raises the version of an agent or a group.
RAISING = ("agent.changed", "agent.enabled", "agent.disabled", "group.changed")


class Stale(NamedTuple):
    """For `parts/_stale.html`: who saved last and when, and (field, theirs, yours)."""

    who: str
    at: datetime | None
    changes: list[tuple[str, str, str]]


def missed(*, kind: str, object_id: int, versions: int, saved: Mapping[str, Any], yours: Mapping[str, Any]) -> Stale:
    """What happened in the last so many versions. A field that only they changed is told too: saving undoes it."""
    rows = AuditEntry.objects.filter(object_kind=kind, object_id=object_id, action__in=RAISING)
    entries = list(rows.order_by("-pk")[: max(versions, 1)])
    names = [name for name in saved if any(name in entry.before or name in entry.after for entry in entries)]
    changes = [
        (str(field_label(kind, name)), value_text(kind, name, saved[name]), value_text(kind, name, yours[name]))
        for name in names
        if name in yours
    ]
    return Stale(entries[0].actor_name if entries else "", entries[0].at if entries else None, changes)


def up_to_date(data: Any, version: int) -> Any:
    """The data of a form, which counts as having seen that version: sent once more, it is saved on top."""
    fresh = data.copy()
    fresh["version"] = str(version)
    return fresh

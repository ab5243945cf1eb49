"""Reads of the audit log."""

from django.db.models import Q

from accounts.models import AuditEntry


def last_change(kind: str, object_id: int) -> AuditEntry | None:
    """The latest entry about what an object's own form shows; settings and passwords have forms of their own."""
    entries = AuditEntry.objects.filter(object_kind=kind, object_id=object_id)
    elsewhere = Q(action__startswith="setting.") | Q(action__endswith=".password_reset")
    return entries.exclude(elsewhere).order_by("-pk").first()

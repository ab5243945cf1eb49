"""Reads about agents and their load."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.load import load
from accounts.models import Agent, AuditEntry, Status, Tenant
from accounts.permissions import Permission
from core.scope import current_tenant_id
from core.wire import milliseconds


def tenant_zone() -> str:
    """The name of the time zone whose days the company counts."""
    return Tenant.objects.values_list("time_zone", flat=True).get(pk=current_tenant_id())


def zone_of_tenant() -> ZoneInfo:
    """The same, to reckon with."""
    return ZoneInfo(tenant_zone())


def agents_with_load() -> QuerySet[Agent]:
    """Agents with `load`: the number of their active conversations."""
    return Agent.objects.annotate(load=load())


def load_of(agent_id: int) -> int:
    """How many conversations an agent holds."""
    agent: Any = agents_with_load().get(pk=agent_id)
    return int(agent.load)


def agent_object(agent: Any) -> dict[str, Any]:
    """An agent as colleagues see one (docs/protocol.md, `me`); needs `load`."""
    return {
        "id": agent.public_id,
        "name": agent.nickname,
        "number": agent.number,
        "status": agent.status,
        "reason": agent.status_reason,
        "since": milliseconds(agent.status_since),
        "load": agent.load,
        "cap": agent.max_concurrent,
    }


def colleagues(*, of: int) -> list[dict[str, Any]]:
    """The other agents who work at a desk, those who are there first."""
    rows = agents_with_load().filter(is_active=True, role__permissions__contains=[Permission.DESK]).exclude(pk=of)
    return sorted((agent_object(row) for row in rows), key=lambda row: (row["status"] == Status.OFFLINE, row["number"]))


def last_change(kind: str, object_id: int) -> AuditEntry | None:
    """Who last changed what an object's own form shows; settings and passwords have forms of their own."""
    entries = AuditEntry.objects.filter(object_kind=kind, object_id=object_id)
    elsewhere = Q(action__startswith="setting.") | Q(action__endswith=".password_reset")
    return entries.exclude(elsewhere).order_by("-pk").first()

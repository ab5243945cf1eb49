"""What an agent looks like in frames."""


from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.agents.load import load
from accounts.models import Agent, AuditEntry, Status, Tenant
from accounts.permissions import Permission
from core.tenancy.scope import current_tenant_id
from core.live.wire import milliseconds



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

"""Context of all pages of an agent: breadcrumbs, tabs, name."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.agents.subject import AGENT
from accounts.models import Agent
from accounts.roles.queries import is_above
from core.console import subject
from core.web.request import TenantRequest


def page_context(request: TenantRequest, found: Agent) -> dict[str, Any]:
    """The template context; no tabs for an agent whose role exceeds the reader's."""
    above = is_above(found, request.user.actor())
    pages = [
        (_("General"), reverse("accounts:agent", args=[found.public_id])),
        (_("Limits"), reverse("accounts:settings", args=["agent", found.public_id])),
    ]
    return {
        **subject.page_context(AGENT, found),
        "above": above,
        "is_self": found.pk == request.user.pk,
        "lead": "accounts/agents/_lead.html",
        "tabs": [] if above else [(name, address, address == request.path) for name, address in pages],
        "tabs_name": _("Pages of the agent"),
    }

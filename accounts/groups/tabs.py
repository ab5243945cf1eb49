"""Context of all pages of a group: breadcrumbs, tabs, and warnings that it cannot serve."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.groups import queries, uses
from accounts.groups.subject import GROUP
from accounts.models import Group
from core.console import subject
from core.web.request import TenantRequest


def page_context(request: TenantRequest, found: Group) -> dict[str, Any]:
    """The template context."""
    id_ = found.public_id
    pages = [
        (_("General"), reverse("accounts:group", args=[id_]), None),
        (_("Members"), reverse("accounts:members", args=[id_]), queries.members_of(found.pk).count()),
        (_("Hours and limits"), reverse("accounts:settings", args=["group", id_]), None),
    ]
    return {
        **subject.page_context(GROUP, found),
        **what_serves(),
        "lead": "accounts/groups/_lead.html",
        "tabs": [(name, address, address == request.path, count) for name, address, count in pages],
        "tabs_name": _("Pages of the group"),
    }


def what_serves() -> dict[str, Any]:
    """Ids of groups that serve something, that have an agent who can serve, and that have one to whom rules assign."""
    return {
        "used": uses.used(),
        "able": queries.groups_that_can_serve(),
        "given": queries.groups_given_conversations(),
    }

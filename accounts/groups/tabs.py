"""What all pages of a group show around themselves: the way there, their tabs, and what keeps it from serving."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.groups import queries, uses
from accounts.groups.subject import GROUP
from accounts.models import Group
from core.console import subject
from core.web.request import TenantRequest


def page_context(request: TenantRequest, found: Group) -> dict[str, Any]:
    """For the templates."""
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
    """Which groups serve something, have somebody who can serve, and somebody who is given conversations."""
    return {
        "used": uses.used(),
        "able": queries.groups_that_can_serve(),
        "given": queries.groups_given_conversations(),
    }

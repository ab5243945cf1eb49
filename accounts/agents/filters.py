"""The filter of the list of agents."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Membership, Status
from accounts.roles.queries import roles
from core.console.filters import ChoiceFilter, FilterForm, SearchFilter, YesNoFilter

NO_GROUP = "none"


def _roles_offered() -> Iterable[tuple[str, str]]:
    return [(role.code, str(role)) for role in roles()]


def _groups_offered() -> Iterable[tuple[str, object]]:
    return [(NO_GROUP, _("Without a group")), *Group.objects.values_list("public_id", "name")]


def _in_group(public_id: str) -> Q:
    if public_id == NO_GROUP:
        return ~Q(pk__in=Membership.objects.values("agent"))
    return Q(pk__in=Membership.objects.filter(group__public_id=public_id).values("agent"))


class AgentFilter(FilterForm):
    """By text, group, role, status, and whether enabled."""

    q = SearchFilter("number", "nickname", "email", hint=_("Number, nickname, e-mail"))
    group = ChoiceFilter(_("Group"), _groups_offered, _in_group)
    role = ChoiceFilter(_("Role"), _roles_offered, "role__code")
    status = ChoiceFilter(_("Status"), Status.choices, "status")
    enabled = YesNoFilter(_("Account"), Q(is_active=True), yes=_("Enabled"), no=_("Disabled"))

"""What narrows the list of agents."""

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Group, Membership, Status
from accounts.roles.queries import roles
from core.console.filters import NO, YES, Choice, words
from core.console.listing import FilterForm


class AgentFilter(FilterForm):
    """Agents by words, group, role, status, and whether they may sign in."""

    q = words(_("Search"), hint=_("Number, nickname, e-mail"))
    group = Choice(_("Group"))
    role = Choice(_("Role"))
    status = Choice(_("Status"), Status.choices)
    enabled = Choice(_("Account"), [(YES, _("Enabled")), (NO, _("Disabled"))])

    def __init__(self, address: QueryDict) -> None:
        super().__init__(address)
        groups = Group.objects.values_list("public_id", "name")
        self._offer("group", [("none", _("Without a group")), *groups])
        self._offer("role", [(role.code, str(role)) for role in roles()])

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """All that is given must be true."""
        wanted, group, enabled = self.value("q"), self.value("group"), self.value("enabled")
        if wanted:
            rows = rows.filter(Q(number__icontains=wanted) | Q(nickname__icontains=wanted) | Q(email__icontains=wanted))
        if group == "none":
            rows = rows.exclude(pk__in=Membership.objects.values("agent"))
        elif group:
            rows = rows.filter(pk__in=Membership.objects.filter(group__public_id=group).values("agent"))
        if enabled:
            rows = rows.filter(is_active=enabled == YES)
        given = {"role__code": self.value("role"), "status": self.value("status")}
        return rows.filter(**{name: value for name, value in given.items() if value})

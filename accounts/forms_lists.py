"""What the lists of the team and of the audit log can be narrowed by."""

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit_kinds, roster
from accounts.audit_search import entries_with
from accounts.models import Agent, AuditEntry, Group, Membership, Status
from core.days import begin_of, end_of
from core.filter_fields import NO, YES, Choice, Day, words
from core.listing import FilterForm


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
        self._offer("role", [(role.code, str(role)) for role in roster.roles()])

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


class MemberFilter(FilterForm):
    """Members, or those who could become one, by words."""

    q = words(_("Search"))

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """By number and nickname."""
        wanted = self.value("q")
        return rows.filter(Q(number__icontains=wanted) | Q(nickname__icontains=wanted)) if wanted else rows


class AuditFilter(FilterForm):
    """Entries by time, who, what, and words in what changed."""

    days_between = ("since", "until")
    since = Day(_("From"))
    until = Day(_("To"))
    who = words(_("Done by"))
    action = Choice(_("Action"))
    kind = Choice(_("Kind of object"))
    q = words(_("Search"), hint=_("Object, values, address"))

    def __init__(self, address: QueryDict) -> None:
        super().__init__(address)
        self._offer("action", list(audit_kinds.actions().items()))
        self._offer("kind", [(kind.name, kind.label) for kind in audit_kinds.kinds()])

    def narrow(self, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """All that is given must be true."""
        since, until, wanted = self.value("since"), self.value("until"), self.value("q")
        zone = get_current_timezone()
        given = {
            "at__gte": begin_of(since, zone) if since else None,
            "at__lt": end_of(until, zone) if until else None,
            "actor_name__icontains": self.value("who"),
            "action": self.value("action"),
            "object_kind": self.value("kind"),
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        return rows.filter(pk__in=entries_with(wanted)) if wanted else rows

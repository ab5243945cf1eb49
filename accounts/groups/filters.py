"""What narrows the members of a group."""


from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import kinds as audit_kinds
from accounts.agents import queries as agent_queries
from accounts.audit.search import entries_with
from accounts.models import Agent, AuditEntry, Group, Membership, Status
from core.days import begin_of, end_of
from core.console.filters import Choice, Day, NO, YES, words
from core.console.listing import FilterForm



class MemberFilter(FilterForm):
    """Members, or those who could become one, by words."""

    q = words(_("Search"))

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """By number and nickname."""
        wanted = self.value("q")
        return rows.filter(Q(number__icontains=wanted) | Q(nickname__icontains=wanted)) if wanted else rows

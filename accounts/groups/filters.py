"""What narrows the members of a group."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from core.console.filters import words
from core.console.listing import FilterForm


class MemberFilter(FilterForm):
    """Members, or those who could become one, by words."""

    q = words(_("Search"))

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """By number and nickname."""
        wanted = self.value("q")
        return rows.filter(Q(number__icontains=wanted) | Q(nickname__icontains=wanted)) if wanted else rows

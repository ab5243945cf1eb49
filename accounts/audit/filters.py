"""What narrows the audit log."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import kinds
from accounts.audit.search import entries_with
from accounts.models import AuditEntry
from core.console.filters import Choice, Day, words
from core.console.listing import FilterForm
from core.days import begin_of, end_of


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
        self._offer("action", list(kinds.actions().items()))
        self._offer("kind", [(kind.name, kind.label) for kind in kinds.kinds()])

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

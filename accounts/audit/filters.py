"""The filter of the audit log."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.audit import kinds
from accounts.audit.search import entries_with
from core.console.filters import ChoiceFilter, FilterForm, SearchFilter, SinceFilter, UntilFilter


def _kinds_offered() -> Iterable[tuple[str, object]]:
    return [(kind.name, kind.label) for kind in kinds.kinds()]


class AuditFilter(FilterForm):
    """By time, actor, action, kind, and text in the changes."""

    days_between = ("since", "until")
    since = SinceFilter(_("From"), "at")
    until = UntilFilter(_("To"), "at")
    who = SearchFilter("actor_name", label=_("Done by"))
    action = ChoiceFilter(_("Action"), lambda: kinds.actions().items(), "action")
    kind = ChoiceFilter(_("Kind of object"), _kinds_offered, "object_kind")
    q = SearchFilter(by=lambda wanted: Q(pk__in=entries_with(wanted)), hint=_("Object, values, address"))

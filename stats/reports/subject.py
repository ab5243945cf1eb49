"""Reports in the audit log."""

from django.utils.translation import gettext_lazy as _

from accounts.audit.kinds import Kind, register
from stats.reports import registry
from stats.reports.filters import LABELS

register(
    Kind(
        "report",
        _("Report"),
        {"report.exported": _("Report exported")},
        {"report": _("Report"), "rows": _("Rows"), **LABELS},
        {"report": lambda name: str(registry.title_of(name))},
    )
)

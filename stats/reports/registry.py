"""Every report: their addresses, and what the audit log calls them."""

from stats.metrics.metric import Text
from stats.reports import overview, workload

REPORTS = (overview.REPORT, workload.REPORT)


def title_of(name: str) -> Text:
    """What a report is called; one that is none any more by its name."""
    return next((report.title for report in REPORTS if report.name == name), name)

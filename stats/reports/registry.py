"""All reports, for routes and the audit log."""

from stats.metrics.metric import Text
from stats.reports import overview, workload

REPORTS = (overview.REPORT, workload.REPORT)


def title_of(name: str) -> Text:
    """A report's title; the name itself for one that does not exist any more."""
    return next((report.title for report in REPORTS if report.name == name), name)

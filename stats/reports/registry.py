"""Every report: their addresses, and what the audit log calls them."""

from stats.reports import overview, workload

REPORTS = (overview.REPORT, workload.REPORT)

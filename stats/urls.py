from functools import partial

from django.urls import URLPattern

from accounts.permissions import Permission
from core.web.routes import route
from stats.monitor.views import live_monitor
from stats.reports.registry import REPORTS
from stats.reports.report import Report
from stats.reports.views import report_export, report_page


def routes_of(report: Report) -> list[URLPattern]:
    """The route of a report's page, and of its file where it has one."""
    page = route(report.address, partial(report_page, report=report), to=Permission.REPORTS, name=report.name)
    if not report.file_name:
        return [page]
    export = partial(report_export, report=report)
    return [page, route(report.file_address, export, to=Permission.EXPORT, name=f"{report.name}_export")]


app_name = "stats"
urlpatterns = [
    *(each for report in REPORTS for each in routes_of(report)),
    route("console/monitor/", live_monitor, to=Permission.MONITOR, name="monitor"),
]

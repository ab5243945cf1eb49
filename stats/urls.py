from accounts.permissions import Permission
from core.web.routes import route
from stats.monitor.views import live_monitor
from stats.reports.views import overview, workload, workload_export

app_name = "stats"
urlpatterns = [
    route("console/overview/", overview, to=Permission.REPORTS, name="overview"),
    route("console/reports/workload/", workload, to=Permission.REPORTS, name="workload"),
    route("console/reports/workload.xlsx", workload_export, to=Permission.EXPORT, name="workload_export"),
    route("console/monitor/", live_monitor, to=Permission.MONITOR, name="monitor"),
]

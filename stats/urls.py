from accounts.permissions import Permission
from core.routes import route
from stats import views_monitor, views_reports

app_name = "stats"
urlpatterns = [
    route("console/overview/", views_reports.overview, to=Permission.REPORTS, name="overview"),
    route("console/reports/workload/", views_reports.workload, to=Permission.REPORTS, name="workload"),
    route("console/reports/workload.xlsx", views_reports.workload_export, to=Permission.EXPORT, name="workload_export"),
    route("console/monitor/", views_monitor.live_monitor, to=Permission.MONITOR, name="monitor"),
]

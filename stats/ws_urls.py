from django.urls import path

from stats.monitor.live import MonitorSocket

urlpatterns = [path("ws/monitor/", MonitorSocket.as_asgi())]

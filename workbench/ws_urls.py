from django.urls import path

from workbench.monitor import MonitorSocket
from workbench.websocket import DeskSocket

urlpatterns = [path("ws/desk/", DeskSocket.as_asgi()), path("ws/monitor/", MonitorSocket.as_asgi())]

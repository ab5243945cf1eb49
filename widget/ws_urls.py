from django.urls import path

from widget.websocket import VisitorSocket

urlpatterns = [path("ws/visitor/", VisitorSocket.as_asgi())]

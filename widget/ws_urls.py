from django.urls import path

from widget.sockets import VisitorSocket

urlpatterns = [path("ws/visitor/", VisitorSocket.as_asgi())]

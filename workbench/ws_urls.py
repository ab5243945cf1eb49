from django.urls import path

from workbench.sockets import DeskSocket

urlpatterns = [path("ws/desk/", DeskSocket.as_asgi())]

from django.urls import path

from workbench.websocket import DeskSocket

urlpatterns = [path("ws/desk/", DeskSocket.as_asgi())]

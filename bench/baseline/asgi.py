"""The baseline's ASGI application."""

import django

django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 – Django must be set up first
from django.urls import path  # noqa: E402

from bench.baseline.consumers import ChatConsumer  # noqa: E402

application = ProtocolTypeRouter({"websocket": URLRouter([path("ws/", ChatConsumer.as_asgi())])})

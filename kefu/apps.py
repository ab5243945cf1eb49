from django.apps import AppConfig


class KefuConfig(AppConfig):
    """The glue: connects the listeners once all apps are there."""

    name = "kefu"

    def ready(self) -> None:
        from core import bus
        from kefu.wiring import LISTENERS

        bus.connect(LISTENERS)

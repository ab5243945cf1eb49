from django.apps import AppConfig


class WidgetConfig(AppConfig):
    """What visitors do; brings their commands."""

    name = "widget"

    def ready(self) -> None:
        from widget import commands

        self.commands = commands

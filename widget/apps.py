from django.apps import AppConfig


class WidgetConfig(AppConfig):
    """Registers the visitors' commands."""

    name = "widget"

    def ready(self) -> None:
        from widget import commands

        self.commands = commands

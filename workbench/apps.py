from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """What agents do; brings their commands."""

    name = "workbench"

    def ready(self) -> None:
        from workbench import commands

        self.commands = commands

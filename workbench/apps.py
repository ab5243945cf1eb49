from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Registers the agents' commands."""

    name = "workbench"

    def ready(self) -> None:
        from workbench import commands

        self.commands = commands

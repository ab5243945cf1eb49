from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shared foundations of all apps."""

    name = "core"

    def ready(self) -> None:
        """Registers the database checks."""
        from core.tenancy import checks

        self.checks = checks

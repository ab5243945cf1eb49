from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The ground floor; brings its checks."""

    name = "core"

    def ready(self) -> None:
        from core.tenancy import checks

        self.checks = checks

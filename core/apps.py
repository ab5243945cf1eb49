from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The ground floor; brings its checks and settings. What KEFU_SETTINGS says is read before anything else starts."""

    name = "core"

    def ready(self) -> None:
        from core.settings import known
        from core.settings.platform import platform_says
        from core.tenancy import checks

        self.checks, self.known_settings = checks, known
        platform_says()

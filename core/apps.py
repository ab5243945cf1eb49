from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The ground floor; brings its checks and settings. What KEFU_SETTINGS says is read before anything else starts."""

    name = "core"

    def ready(self) -> None:
        from core import checks, known_settings
        from core.inheritance import platform_says

        self.checks, self.known_settings = checks, known_settings
        platform_says()

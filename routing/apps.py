from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """Assignment of waiting conversations to agents."""

    name = "routing"

    def ready(self) -> None:
        """Registers the settings."""
        from routing.rules import settings as rules

        self.settings = (rules,)

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"

    def ready(self) -> None:
        """Make its settings known."""
        from routing.rules import settings as rules

        self.settings = (rules,)

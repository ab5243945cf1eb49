from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Make its settings known, and what follows from them."""
        from accounts.agents import caps
        from accounts.agents import settings as agents

        self.settings = (caps, agents)

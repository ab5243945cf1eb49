from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tenants, agents, groups, roles, settings, audit."""

    name = "accounts"

    def ready(self) -> None:
        """Registers settings, levels, and what follows from their change."""
        from accounts.agents import caps
        from accounts.agents import settings as agents
        from accounts.groups import settings as groups

        self.settings = (caps, agents, groups)

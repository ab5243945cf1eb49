from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        """Make its settings known."""
        from conversations.timers import settings as timers

        self.settings = (timers,)

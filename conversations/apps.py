from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Conversations, their messages and their history."""

    name = "conversations"

    def ready(self) -> None:
        """Registers settings and audit kinds."""
        from conversations.timers import settings as timers

        self.settings = (timers,)

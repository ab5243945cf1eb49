from django.apps import AppConfig


class ChannelsAppConfig(AppConfig):
    name = "channels_app"

    def ready(self) -> None:
        """Make its settings known."""
        from channels_app.reception import settings as reception

        self.settings = (reception,)

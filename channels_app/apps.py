from django.apps import AppConfig


class ChannelsAppConfig(AppConfig):
    """Service accounts and channels."""

    name = "channels_app"

    def ready(self) -> None:
        """Registers settings and levels."""
        from channels_app.channels import settings as channels
        from channels_app.reception import settings as reception
        from channels_app.service_accounts import settings as service_accounts

        self.settings = (channels, reception, service_accounts)

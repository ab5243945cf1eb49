from django.apps import AppConfig


class StatsConfig(AppConfig):
    """Django's entry for the app."""

    name = "stats"

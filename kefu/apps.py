from django.apps import AppConfig


class KefuConfig(AppConfig):
    name = "kefu"

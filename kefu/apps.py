from django.apps import AppConfig


class KefuConfig(AppConfig):
    """The glue: connects the floors once all apps are there."""

    name = "kefu"

    def ready(self) -> None:
        from accounts.agents import load
        from accounts.audit import kinds
        from accounts.groups import uses
        from accounts.settings import actions as settings
        from core import bus
        from kefu.console.audited import KINDS
        from kefu.wiring import FOLLOWS_FROM_SETTINGS, GROUPS_SERVE, LISTENERS, LOAD_OF_AGENTS

        bus.connect(LISTENERS)
        uses.connect(*GROUPS_SERVE)
        load.connect(LOAD_OF_AGENTS)
        kinds.connect(KINDS)
        settings.connect(FOLLOWS_FROM_SETTINGS)

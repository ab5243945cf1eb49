from django.apps import AppConfig


class KefuConfig(AppConfig):
    """The glue: connects the floors once all apps are there."""

    name = "kefu"

    def ready(self) -> None:
        from accounts import audit_kinds, groups, load
        from core import bus
        from kefu.audited import KINDS
        from kefu.wiring import GROUPS_SERVE, LISTENERS, LOAD_OF_AGENTS

        bus.connect(LISTENERS)
        groups.connect(*GROUPS_SERVE)
        load.connect(LOAD_OF_AGENTS)
        audit_kinds.connect(KINDS)

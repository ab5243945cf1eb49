from django.apps import AppConfig


class KefuConfig(AppConfig):
    """Connects the apps (`kefu/wiring.py`) and validates KEFU_SETTINGS, so that a mistake in it stops the start."""

    name = "kefu"

    def ready(self) -> None:
        from accounts.audit import kinds
        from accounts.audit.queries import last_change
        from accounts.audit.subjects import kinds_of
        from accounts.groups import uses
        from accounts.saved_views.queries import views_for
        from core import bus
        from core.console import listing, subject
        from core.settings.platform import read_platform
        from kefu import celery  # noqa: F401 – the application that tasks are sent through
        from kefu.wiring import GROUP_USES, LISTENERS

        bus.connect(LISTENERS)
        uses.connect(*GROUP_USES)
        listing.connect(views_for)
        subject.connect(last_change)
        subject.find_subjects()
        kinds.register(*(kind for each in subject.subjects() for kind in kinds_of(each)))
        read_platform()

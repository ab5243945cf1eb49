"""The Celery application: its clock rings the sweeps of `kefu/wiring.py`."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")

app = Celery("kefu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.task(name="kefu.sweep")
def run_sweep(name: str) -> None:
    """One round of the sweep of that name."""
    from core.tasks import sweep
    from kefu.wiring import SWEEPS

    for found in SWEEPS:
        if found.name == name:
            sweep(found)


@app.on_after_finalize.connect
def set_the_clock(sender: Celery, **_: Any) -> None:
    """Beat's table. A round that waited longer than its interval is dropped: the next one does its work."""
    from kefu.wiring import SWEEPS

    for found in SWEEPS:
        sender.add_periodic_task(
            found.seconds,
            run_sweep.s(found.name),
            name=found.name,
            expires=found.seconds,
        )

"""The Celery application: its clock rings the sweeps of `kefu/wiring.py`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")

app = Celery("kefu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["kefu.wiring"]  # names every task


@app.task(name="kefu.sweep")
def run_sweep(name: str) -> None:
    """One round of the sweep of that name, unless one has just been."""
    from core.tasks import is_due, sweep
    from kefu.wiring import SWEEPS

    for found in SWEEPS:
        if found.name == name and is_due(found):
            sweep(found)


@worker_ready.connect
def begin_afresh(**_: Any) -> None:
    """A worker that was killed may have held tasks that it had not begun."""
    from core.tasks import forget_marks

    forget_marks()


@app.on_after_finalize.connect
def set_the_clock(sender: Celery, **_: Any) -> None:
    """Beat's table. Rounds that had to wait are made into one when they begin (`is_due`); their own end is told in
    wall time, and machines differ."""
    from core.tasks import EXPIRES_SECONDS
    from kefu.wiring import SWEEPS

    for found in SWEEPS:
        sender.add_periodic_task(
            found.seconds,
            run_sweep.s(found.name),
            name=found.name,
            expires=EXPIRES_SECONDS,
        )

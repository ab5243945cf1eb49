"""The Celery application; its clock enqueues the sweeps of `kefu/wiring.py`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")

app = Celery("kefu")
app.set_default()  # for every thread, and not only for the one that made it
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["kefu.wiring"]  # names every task


@app.task(name="kefu.sweep")
def run_sweep(name: str) -> None:
    """Runs one round of the named sweep, unless one has just begun (`is_due`)."""
    from core.tasks import is_due, sweep
    from kefu.wiring import SWEEPS

    for found in SWEEPS:
        if found.name == name and is_due(found):
            sweep(found)


@worker_ready.connect
def begin_afresh(**_: Any) -> None:
    """Removes the marks of queued tasks (`forget_marks`): a killed worker may have taken tasks that it did not
    begin."""
    from core.tasks import forget_marks

    forget_marks()


@app.on_after_finalize.connect
def set_the_clock(sender: Celery, **_: Any) -> None:
    """Beat's schedule of the sweeps. Rounds that queued up are merged by `is_due`; Celery's expiry is only a late
    bound, because it compares the wall times of different machines."""
    from core.tasks import EXPIRES_SECONDS
    from kefu.wiring import SWEEPS

    for found in SWEEPS:
        sender.add_periodic_task(
            found.seconds,
            run_sweep.s(found.name),
            name=found.name,
            expires=EXPIRES_SECONDS,
        )

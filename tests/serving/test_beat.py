"""Beat's clock."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from celery import Celery

from kefu.celery import app
from kefu.serving.beat import SteadyScheduler
from kefu.wiring import SWEEPS


class Ringing(SteadyScheduler):
    """Writes down what it would send."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.rung: list[str] = []
        super().__init__(*arguments, **options)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        self.rung.append(entry.name)


@pytest.fixture
def clock() -> Ringing:
    quick = Celery("quick", broker="memory://", set_as_current=False)
    quick.conf.beat_schedule = {"sweep": {"task": "sweep", "schedule": 0.05}}
    return Ringing(quick)


def tick(clock: Ringing, times: int) -> None:
    """Until it has rung that often."""
    deadline = time.monotonic() + 20
    while len(clock.rung) < times:
        assert time.monotonic() < deadline
        time.sleep(clock.tick())


@pytest.mark.parametrize("hours", [-1, 1])
def test_sweeps_are_rung_on_when_somebody_sets_the_clock(clock: Ringing, hours: float) -> None:
    tick(clock, 2)
    stepped = datetime.now(UTC) + timedelta(hours=hours)
    with (
        mock.patch("time.time", return_value=stepped.timestamp()),
        mock.patch.object(clock.app, "now", return_value=stepped),
    ):
        tick(clock, 5)


def test_each_sweep_is_rung_soon_after_the_start_and_then_in_its_time() -> None:
    app.finalize()
    clock = Ringing(app)
    assert set(clock.schedule) == {sweep.name for sweep in SWEEPS}
    tick(clock, len(SWEEPS))
    assert sorted(clock.rung) == sorted(sweep.name for sweep in SWEEPS)
    assert 1 < clock.tick() <= min(sweep.seconds for sweep in SWEEPS)
    assert app.conf.beat_scheduler == "kefu.serving.beat:SteadyScheduler"

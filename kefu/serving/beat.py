"""Beat's scheduler: every sweep at its interval, by the monotonic clock.

`python -m kefu.serving.beat` runs it in a process of its own; `kefu/serving/worker.py` in a thread of the worker.
"""

import time
from typing import Any

from celery.beat import Scheduler

# Seconds until the first round of every sweep, however long its interval: what fell due while kefu was stopped is found
# at once.
FIRST_WITHIN = 1.0


class SteadyScheduler(Scheduler):
    """Celery's own schedulers use the wall clock: set back by an hour, they would send nothing for an hour.

    No state is kept over a restart: an additional round of a sweep does no harm.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._due_at: dict[str, float] = {}
        super().__init__(*arguments, **options)

    def tick(self, *_: Any, **__: Any) -> float:
        """Sends what is due; returns the seconds until the next."""
        entries: dict[str, Any] = self.schedule
        longest: float = self.max_interval or 5.0
        for name, entry in entries.items():
            seconds = entry.schedule.run_every.total_seconds()
            due_at = self._due_at.setdefault(name, time.monotonic() + min(seconds, FIRST_WITHIN))
            if due_at <= time.monotonic():
                self.apply_entry(entry, producer=self.producer)
                self._due_at[name] = time.monotonic() + seconds
        soonest = min((self._due_at[name] for name in entries), default=time.monotonic() + longest)
        return max(0.0, min(soonest - time.monotonic(), longest))


def main() -> None:
    """Runs beat until a signal ends it."""
    from kefu.celery import app

    app.Beat(loglevel="INFO", quiet=True).run()


if __name__ == "__main__":
    main()

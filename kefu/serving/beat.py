"""Beat's clock: every sweep, every so many seconds, by a clock that nobody can set."""

import time
from typing import Any

from celery.beat import Scheduler

# Seconds until a sweep is rung first, however long its interval is: a clock that was killed leaves no hole, and what
# fell due while kefu was stopped is found at once.
FIRST_WITHIN = 1.0


class SteadyScheduler(Scheduler):
    """Celery's own schedulers count with the wall clock: set back by an hour, they ring nothing for an hour.

    Nothing is kept over a restart. Sweeps look at the tables, and one more does no harm.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._due_at: dict[str, float] = {}
        super().__init__(*arguments, **options)

    def tick(self, *_: Any, **__: Any) -> float:
        """Ring what is due; the seconds to sleep until something is."""
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

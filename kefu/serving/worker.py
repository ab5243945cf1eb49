"""The Celery worker: `python -m kefu.serving.worker`; with `--clock` beat runs in the same process.

With `KEFU_WORKER_PROCESSES=1` it runs tasks in threads, as web processes run actions, and every module is in memory
once; from 2 on it forks. Celery's own command line is not used, because it imports a terminal's completion.
"""

import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

from celery.beat import Service
from celery.bootsteps import StartStopStep
from celery.signals import task_postrun, task_prerun, worker_before_create_process

from kefu.celery import app
from kefu.serving.processes import worker_processes, worker_threads

log = logging.getLogger(__name__)
# Workers on one broker need no gossip among themselves: the tables say what is done.
ALONE = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}


def pool() -> dict[str, Any]:
    """Celery's options of the pool."""
    if worker_processes() > 1:
        return {"pool_cls": "prefork", "concurrency": worker_processes()}
    return {"pool_cls": "threads", "concurrency": worker_threads()}


class Clock(threading.Thread):
    """Beat in a thread. If it ends by an error, the process ends."""

    def __init__(self) -> None:
        super().__init__(name="clock", daemon=True)
        # `max_interval` in seconds: it looks that often whether it was stopped.
        options: dict[str, Any] = {"scheduler_cls": app.conf.beat_scheduler, "remote_control": False}
        self.service = Service(app, max_interval=1, **options)
        self.stopping = False

    def run(self) -> None:
        try:
            self.service.start()
        finally:
            if not self.stopping:
                give_up("the clock has stopped")

    def stop(self) -> None:
        """Returns at once; beat ends within a second."""
        self.stopping = True
        self.service.stop()


class WithClock(StartStopStep):
    """The worker's step that starts and stops the clock."""

    def create(self, parent: Any) -> Any:
        return Clock()


class TimeLimit:
    """Ends the process when a task runs longer than `seconds`: a thread alone cannot be ended."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.running: dict[str, threading.Timer] = {}

    def begin(self, task_id: str, **_: Any) -> None:
        timer = threading.Timer(self.seconds, give_up, [f"task {task_id} took longer than {self.seconds:g} s"])
        timer.daemon = True
        self.running[task_id] = timer
        timer.start()

    def end(self, task_id: str, **_: Any) -> None:
        if timer := self.running.pop(task_id, None):
            timer.cancel()


def give_up(reason: str) -> None:
    """Ends the process with code 1; its supervisor starts another."""
    log.critical("the worker ends: %s", reason, exc_info=sys.exc_info()[0] is not None)
    logging.shutdown()
    os._exit(1)


def main(arguments: Sequence[str]) -> int:
    """Runs the worker until a signal ends it; returns the exit code."""
    if "--clock" in arguments:
        app.steps["worker"].add(WithClock)
    if worker_processes() == 1:
        # Nor can the loss of the broker end it: it goes on, and may be run a second time.
        app.conf.worker_cancel_long_running_tasks_on_connection_loss = False
        limit = TimeLimit(app.conf.task_time_limit)
        task_prerun.connect(limit.begin, weak=False)
        task_postrun.connect(limit.end, weak=False)
    else:
        # The collector would write to every object, and the forks would share none.
        worker_before_create_process.connect(lambda **_: gc.freeze(), weak=False)
    name = f"worker-{os.getpid()}@{socket.gethostname()}"
    worker = app.Worker(hostname=name, loglevel=logging.INFO, quiet=True, **pool(), **ALONE)
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

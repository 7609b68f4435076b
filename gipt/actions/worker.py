"""What runs beside the pages in the one process: mail about safety, report runs, the log of views.

One thread, one round a few seconds; a fault in one task never stops the others, and is logged without what it was
about.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import Flask

from gipt.actions import mail, report_runs, report_schedules, views
from gipt.db import db

log = logging.getLogger("gipt.worker")

ROUND_SECONDS = 3.0

Task = Callable[[datetime], object]
TASKS: list[Task] = [mail.watch, views.store, report_schedules.ask_due, report_runs.start_waiting]


def run_once(app: Flask, now: datetime, tasks: Sequence[Task] | None = None) -> None:
    """Do one round of every task; those of a server unless others are named."""
    for task in TASKS if tasks is None else tasks:
        with app.app_context():
            try:
                task(now)
            except Exception as error:
                log.error("worker task %s failed: %s", task.__name__, type(error).__name__)
            finally:
                db.session.remove()


def start(app: Flask, tasks: Sequence[Task] | None = None) -> Callable[[], None]:
    """Start the thread; gives the function that stops it and waits for the round under way."""
    ended = threading.Event()

    def rounds() -> None:
        while not ended.wait(ROUND_SECONDS):
            run_once(app, datetime.now(UTC), tasks)
        run_once(app, datetime.now(UTC), tasks)

    thread = threading.Thread(target=rounds, name="gipt-worker", daemon=True)
    thread.start()

    def stop() -> None:
        ended.set()
        thread.join(timeout=30)

    return stop

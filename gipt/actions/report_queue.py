"""Several machines: reports are handed to Procrastinate workers, in the transaction that asks for them (decision 30).

The run stays a row of ours with its lease, progress and history; the engine only says at once, to one worker, that
there is work. What it loses is found by looking for runs that nobody took (`report_runs.start_waiting`). On SQLite, and
where the engine is not installed, the thread of the one process makes the reports and nothing here does anything.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

import sqlalchemy as sa
from flask import Flask

from gipt.db import db
from gipt.domain.problems import NotReady

log = logging.getLogger("gipt.queue")

SCHEMA = "gipt_queue"
QUEUE, TASK = "reports", "make_report"
PATH = f"{SCHEMA}, public"


def is_on() -> bool:
    """Say whether reports go through the engine: PostgreSQL, engine installed, its tables there."""
    if db.engine.dialect.name != "postgresql" or find_spec("procrastinate") is None:
        return False
    found = db.session.scalar(sa.text("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.procrastinate_jobs"})
    return found is not None


def enqueue(run_id: str) -> bool:
    """Hand a run to the workers in the running transaction: both are stored or neither. False where it is off."""
    if not is_on():
        return False
    from procrastinate import App, SyncPsycopgConnector

    driver: Any = db.session.connection().connection.driver_connection
    queue = App(connector=SyncPsycopgConnector())
    try:
        with db.session.begin_nested():
            db.session.execute(sa.text(f"SET LOCAL search_path TO {PATH}"))
            queue.configure_task(TASK, queue=QUEUE, connection=driver).defer(run_id=run_id)
            db.session.execute(sa.text("SET LOCAL search_path TO DEFAULT"))
    except Exception as error:
        # An engine that is newer than its tables must not keep anybody from asking: the run is found later.
        log.error("a report could not be handed to the queue: %s", type(error).__name__)
        return False
    return True


def run_worker(app: Flask, make: Callable[[str, datetime], object], *, wait: bool = True) -> None:
    """Take runs from the queue one after another until interrupted; `wait` False ends when none is left.

    `make` makes one run and raises nothing. Raises NotReady without PostgreSQL, the engine or its tables.
    """
    with app.app_context():
        if not is_on():
            raise NotReady(missing=["queue"])
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    from procrastinate import App, PsycopgConnector

    queue = App(
        connector=PsycopgConnector(conninfo=url, kwargs={"options": f"-c search_path={SCHEMA},public"})
    )

    def make_report(run_id: str) -> None:
        with app.app_context():
            try:
                make(run_id, datetime.now(UTC))
            finally:
                db.session.remove()

    queue.task(name=TASK, queue=QUEUE)(make_report)
    queue.run_worker(queues=[QUEUE], wait=wait, concurrency=1, delete_jobs="always")

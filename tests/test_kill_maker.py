"""Makers of reports that are killed: no half file is ever offered, and the run is taken up again and ends once."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from gipt import cli, cli_base, migrations
from gipt.actions import report_queue, report_runs
from gipt.actions.base import action, verify_chain
from gipt.actions.report_runs import ReportRequest, download_report, file_of, request_report
from gipt.db import db
from gipt.domain.problems import Conflict
from gipt.migrations.queue import upgrade_queue
from gipt.models import AuditEvent, ReportRun
from tests.cast import Cast
from tests.conftest import POSTGRES

FUNDER = ReportRequest("funder-standard", date(2026, 1, 1), date(2026, 3, 31), "en")
only_postgres = pytest.mark.skipif(not POSTGRES, reason="the queue runs on PostgreSQL only")


def ask(cast: Cast) -> str:
    return request_report(record=FUNDER, by=cast.actor("me"), now=datetime.now(UTC))


def row(run_id: str) -> ReportRun:
    db.session.rollback()
    return db.session.get_one(ReportRun, run_id, populate_existing=True)


def audited(action_name: str) -> int:
    db.session.rollback()
    found = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action == action_name)
    return db.session.scalar(found) or 0


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)


@contextmanager
def maker(mode: str, data: Path, database: str, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a maker while the block runs."""
    command = [sys.executable, "-m", "tests.kill_maker", mode, str(data), database, *more]
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent) as process:
        try:
            yield process
        finally:
            process.kill()


def is_whole(run_id: str) -> bool:
    """Say whether the file that is offered is the one that was written down, and opens."""
    run = row(run_id)
    content = file_of(run.code).read_bytes()
    assert openpyxl.load_workbook(file_of(run.code)).sheetnames
    return hashlib.sha256(content).hexdigest() == run.file_hash


def test_a_maker_killed_in_the_middle_leaves_no_file_and_another_makes_it_whole(
    app: Flask, cast: Cast, tmp_path: Path, database: str
) -> None:
    run_id = ask(cast)
    with maker("once", tmp_path, database, run_id) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert (row(run_id).state, row(run_id).tries) == ("running", 1)
    left = list((tmp_path / "reports").iterdir())
    assert [path.suffix for path in left] == [".part"]
    with pytest.raises(Conflict):
        download_report(run_id=run_id, by=cast.actor("me"), now=datetime.now(UTC))
    later = datetime.now(UTC) + report_runs.LEASE
    assert report_runs.run_waiting_reports(later) == 1
    assert (row(run_id).state, row(run_id).tries) == ("done", 2)
    assert is_whole(run_id)
    # What the dead one left goes with the next day's sweep.
    old = (later - 3 * report_runs.LONGEST).timestamp()
    os.utime(left[0], (old, old))
    report_runs._swept.clear()
    report_runs.sweep(later)
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["R-0001.xlsx"]


# --- several machines ---------------------------------------------------------------------------------------------


def jobs() -> int:
    db.session.rollback()
    return db.session.scalar(sa.text("SELECT count(*) FROM gipt_queue.procrastinate_jobs")) or 0


@only_postgres
def test_request_and_job_are_stored_together_or_not_at_all(app: Flask, cast: Cast) -> None:
    @action("ask_and_fail")
    def ask_and_fail(*, now: datetime) -> None:
        request_report(record=FUNDER, by=cast.actor("me"), now=now)
        raise Conflict(reason="report_over")

    with pytest.raises(Conflict):
        ask_and_fail(now=datetime.now(UTC))
    assert jobs() == 0
    ask(cast)
    assert jobs() == 1
    db.session.execute(sa.text("SELECT 1 FROM report_run"))  # our tables are found as before


@only_postgres
def test_a_queue_that_is_broken_keeps_nobody_from_asking(app: Flask, cast: Cast) -> None:
    db.session.execute(sa.text("ALTER TABLE gipt_queue.procrastinate_jobs RENAME COLUMN queue_name TO lost"))
    db.session.commit()
    assert row(ask(cast)).state == "queued"
    assert len(report_runs.waiting_runs(datetime.now(UTC) + report_runs.PATIENCE, report_runs.PATIENCE)) == 1


@only_postgres
def test_the_tables_of_the_queue_are_made_once_and_brought_up_to_date(app: Flask) -> None:
    assert upgrade_queue() is True
    comment = sa.text("SELECT obj_description(to_regnamespace('gipt_queue'), 'pg_namespace')")
    newest = db.session.scalar(comment)
    assert newest
    db.session.execute(sa.text("COMMENT ON SCHEMA gipt_queue IS '99.99.99'"))
    db.session.commit()
    migrations.upgrade()
    db.session.rollback()
    assert db.session.scalar(comment) == newest
    assert report_queue.is_on()


@only_postgres
def test_two_workers_make_each_report_once(app: Flask, cast: Cast, tmp_path: Path, database: str) -> None:
    runs = [ask(cast) for _ in range(3)]
    with maker("worker", tmp_path, database), maker("worker", tmp_path, database):
        until(lambda: all(row(one).state == "done" for one in runs))
    assert (audited("start_report"), audited("finish_report")) == (3, 3)
    assert all(is_whole(one) for one in runs)
    assert verify_chain() is None


@only_postgres
def test_when_one_of_two_workers_is_killed_the_other_ends_the_run_once(
    app: Flask, cast: Cast, tmp_path: Path, database: str
) -> None:
    run_id = ask(cast)
    with maker("dying-worker", tmp_path, database) as first:
        until(lambda: row(run_id).state == "running")
        with maker("worker", tmp_path, database):
            assert first.wait(60) == -signal.SIGKILL
            assert not file_of("R-0001").exists()
            # Two minutes pass at once: the lease of the dead one is over.
            db.session.execute(
                sa.update(ReportRun).values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
            )
            db.session.commit()
            until(lambda: row(run_id).state == "done")
    assert (row(run_id).tries, audited("finish_report")) == (2, 1)
    assert is_whole(run_id)
    assert [path.name for path in (tmp_path / "reports").glob("*.xlsx")] == ["R-0001.xlsx"]


@pytest.mark.skipif(bool(POSTGRES), reason="about SQLite")
def test_on_sqlite_the_thread_of_the_one_process_makes_them(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert report_queue.is_on() is False
    assert upgrade_queue() is False
    assert report_runs.patience_here() == timedelta(0)
    assert report_queue.enqueue(ask(cast)) is False
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    refused = CliRunner().invoke(cli.main, ["worker"])
    assert (refused.exit_code, refused.stderr.count(".")) == (1, 1)
    assert "Workers need PostgreSQL" in refused.stderr

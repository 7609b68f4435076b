"""Making the reports that wait: by a worker or a command, with a lease, progress, and three tries at most.

A run whose maker died is taken up again, and a file that is not whole is never offered. Asking, stopping and
fetching are in `gipt.actions.report_requests` and can be named from here.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from gipt.actions import report_queue
from gipt.actions.base import action, audit
from gipt.actions.report_files import PART, Made, Spec, find_definition, make_file, may_write_beside
from gipt.actions.report_requests import (
    MAKER,
    NEEDED,
    WAITING,
    ReportRequest,
    cancel_report,
    delete_old_reports,
    delete_report,
    download_report,
    file_of,
    folder,
    may_see,
    repeat_report,
    request_report,
    run_for,
    terms_of,
)
from gipt.db import db, write_transaction
from gipt.domain.access import OPERATOR, PERMISSIONS, Actor, Granted, Permission, Role, sites_for
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict, Problem
from gipt.models import Grant, ReportFrozen, ReportRun, Site
from gipt.reports.definition import ReportKind
from gipt.reports.frozen import pack, pack_told

log = logging.getLogger("gipt.reports")

LEASE = timedelta(minutes=2)
"""How long a run may be silent before another worker takes it up."""
MOST_TRIES = 3
PAUSE = timedelta(seconds=30)
"""Between two tries, times the number of tries so far."""
LONGEST = timedelta(minutes=10)
PATIENCE = timedelta(minutes=1)
"""How long a new run waits for a worker of the queue before any process takes it: no worker may be running."""
BEATS = 1.0
"""Least seconds between two notes of progress."""

Clock = Callable[[], datetime]


class Stopped(Exception):
    """Somebody stopped the run, or another worker has it."""


@action("start_report")
def claim(*, run_id: str, now: datetime, by: Actor = MAKER) -> int:
    """Take a waiting run, or one whose maker fell silent; gives which try this is. Raises Conflict when it is taken."""
    free = sa.or_(
        sa.and_(
            ReportRun.state == "queued", sa.or_(ReportRun.lease_until.is_(None), ReportRun.lease_until <= now)
        ),
        sa.and_(ReportRun.state == "running", ReportRun.lease_until <= now),
    )
    taken = db.session.execute(
        sa.update(ReportRun)
        .where(ReportRun.id == run_id, free, ReportRun.tries < MOST_TRIES)
        .values(
            state="running", stage="reading", progress=0, problem=None, cut_off_at=now,
            lease_until=now + LEASE, tries=ReportRun.tries + 1,
        )
    )  # fmt: skip
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(reason="report_taken")
    run = db.session.get_one(ReportRun, run_id)
    audit(
        "start_report", by=by, now=now, entity="report_run", entity_id=run_id, code=run.code, tries=run.tries
    )
    return run.tries


def beat(*, run_id: str, tries: int, stage: str, progress: int, now: datetime) -> bool:
    """Note how far a run is and lengthen its lease; False when it was stopped or is somebody else's by now.

    No action: a sign of life every second tells the audit nothing.
    """
    with write_transaction():
        noted = db.session.execute(
            sa.update(ReportRun)
            .where(ReportRun.id == run_id, ReportRun.state == "running", ReportRun.tries == tries)
            .values(stage=stage, progress=progress, lease_until=now + LEASE)
        )
        return bool(noted.rowcount == 1)  # type: ignore[attr-defined]


@action("finish_report")
def finish(
    *, run_id: str, tries: int, made: Made, now: datetime, kept: bool = True, by: Actor = MAKER
) -> bool:
    """Write down what freezes a finished report; False when it was stopped at the last moment.

    `kept` False: the file went elsewhere and cannot be fetched here.
    """
    run = db.session.get(ReportRun, run_id)
    if run is None or run.state != "running" or run.tries != tries:
        return False
    run.state, run.stage, run.progress, run.lease_until, run.finished_at = "done", None, 100, None, now
    run.row_counts = {"sheets": made.rows, "figures": made.figures, "hidden_cells": made.hidden_cells}
    if made.left:
        run.row_counts["left"] = made.left
    run.row_counts |= made.beside
    run.data_hash, run.file_hash, run.file_bytes = made.data_sha256, made.file_sha256, made.bytes
    run.deleted_at = None if kept else now
    role = role_of(run.by_id, NEEDED[ReportKind(run.kind)])
    counts = pack_told(made.frozen.told) if made.frozen.told else None
    db.session.add(ReportFrozen(run_id=run_id, role=role, content=pack(made.frozen), counts=counts))
    audit(
        "finish_report", by=by, now=now, entity="report_run", entity_id=run_id, code=run.code, rows=made.rows,
        data_sha256=made.data_sha256, file_sha256=made.file_sha256,
    )  # fmt: skip
    return True


@action("fail_report")
def fail(*, run_id: str, problem: str, now: datetime, again: bool, by: Actor = MAKER) -> str:
    """Note why a run could not be made; it waits for another try when `again` and tries are left. Gives its state."""
    run = db.session.get(ReportRun, run_id)
    if run is None or run.state not in WAITING:
        return "gone"
    run.problem, run.stage, run.progress = problem, None, 0
    if again and run.tries < MOST_TRIES:
        run.state, run.lease_until = "queued", now + PAUSE * run.tries
    else:
        run.state, run.lease_until, run.finished_at = "failed", None, now
    audit(
        "fail_report", by=by, now=now, entity="report_run", entity_id=run_id, code=run.code, problem=problem,
        state=run.state,
    )  # fmt: skip
    return run.state


def run_report(run_id: str, now: datetime, clock: Clock | None = None) -> str:
    """Make the file of a run; gives the state it ended in. Not one transaction: each step is.

    `clock` tells the time as the work goes on; without one it stands still at `now`.
    """
    clock = clock or (lambda: now)
    tries = claim(run_id=run_id, now=now)
    spec = spec_of(run_id, now)
    target = file_of(spec.code, spec.definition.format)
    try:
        made = make_file(spec, target, teller(run_id, tries, clock))
    except Stopped:
        return "cancelled"
    except Problem as problem:
        return fail(run_id=run_id, problem=code_of(problem), now=clock(), again=False)
    except Exception as error:
        log.error("report %s failed: %s", spec.code, type(error).__name__)
        return fail(run_id=run_id, problem="broken", now=clock(), again=True)
    if not finish(run_id=run_id, tries=tries, made=made, now=clock()):
        target.unlink(missing_ok=True)
        return "cancelled"
    return "done"


def spec_of(run_id: str, now: datetime) -> Spec:
    """Give what a run asks for as the maker takes it."""
    run = db.session.get_one(ReportRun, run_id)
    definition = find_definition(run.report)
    spec = Spec(
        definition=definition,
        period=Period(run.from_on, run.to_on),
        site_ids=tuple(run.site_ids),
        language=run.language,
        code=run.code,
        role=role_of(run.by_id, NEEDED[definition.kind]),
        now=now,
        with_safety=handles_safety(run.by_id, run.site_ids),
        terms=terms_of(run_id),
        purpose=run.purpose or "",
    )
    db.session.rollback()  # a read that stays open would hold back the log of the database
    return spec


def handles_safety(staff_id: str | None, site_ids: Iterable[str]) -> bool:
    """Say whether whoever asked for a run handles safety at all of its sites; the operator does."""
    if staff_id is None:
        return True
    grants = db.session.execute(sa.select(Grant.role, Grant.site_id).where(Grant.staff_id == staff_id))
    held = frozenset(Granted(Role(role), site_id) for role, site_id in grants)
    allowed = sites_for(Actor(staff_id, held), Permission.SAFETY_HANDLE)
    return allowed is None or set(site_ids) <= allowed


def role_of(staff_id: str | None, permission: Permission) -> str:
    """Give the role by which somebody may make a report; a cover names roles, never people."""
    if staff_id is None:
        return OPERATOR.label
    held = db.session.scalars(sa.select(Grant.role).where(Grant.staff_id == staff_id).order_by(Grant.role))
    fitting = [
        role for role in held if any(role == one and permission in may for one, may in PERMISSIONS.items())
    ]
    return str(fitting[0]) if fitting else OPERATOR.label


def code_of(problem: Problem) -> str:
    """Give a fault as a code that is stored and later turned into a sentence."""
    reason = problem.details.get("reason")
    return f"{problem.code}.{reason}" if reason else problem.code


def teller(run_id: str, tries: int, clock: Clock) -> Callable[[str, int], None]:
    """Give the function that notes progress, at most once a second, and stops the work when it must stop."""
    began, noted_at, noted = clock(), 0.0, ""

    def tell(stage: str, progress: int) -> None:
        nonlocal noted_at, noted
        if clock() - began > LONGEST:
            raise Conflict(reason="report_too_long", minutes=LONGEST // timedelta(minutes=1))
        due = stage != noted or time.monotonic() - noted_at >= BEATS
        if not due or not may_write_beside():
            return
        noted_at, noted = time.monotonic(), stage
        if not beat(run_id=run_id, tries=tries, stage=stage, progress=progress, now=clock()):
            raise Stopped

    return tell


# --- the worker ---------------------------------------------------------------------------------------------------


def waiting_runs(now: datetime, patience: timedelta = timedelta(0)) -> list[str]:
    """Give the runs to make, the oldest first: waiting ones, and those whose maker fell silent.

    `patience`: how long the workers of the queue have to take a new one first.
    """
    return list(
        db.session.scalars(
            sa.select(ReportRun.id)
            .where(
                ReportRun.state.in_(WAITING),
                sa.or_(
                    sa.and_(ReportRun.lease_until.is_(None), ReportRun.created_at <= now - patience),
                    ReportRun.lease_until <= now,
                ),
            )
            .order_by(ReportRun.created_at, ReportRun.code)
        )
    )


def run_waiting_reports(now: datetime, clock: Clock | None = None, patience: timedelta = timedelta(0)) -> int:
    """Make every report that waits, one after another; gives how many were done."""
    done = 0
    for run_id in waiting_runs(now, patience):
        if tries_used_up(run_id):
            fail(run_id=run_id, problem="gave_up", now=now, again=False)
            continue
        try:
            done += run_report(run_id, clock() if clock else now, clock) == "done"
        except Conflict:
            continue  # another worker was faster
    return done


def tries_used_up(run_id: str) -> bool:
    """Say whether a run died three times in the hands of its makers."""
    return (db.session.scalar(sa.select(ReportRun.tries).where(ReportRun.id == run_id)) or 0) >= MOST_TRIES


_at_work = threading.Lock()
_swept: dict[str, date] = {}


def start_waiting(now: datetime) -> bool:
    """Begin making what waits in a thread of its own, so that mail about safety never waits for a report."""
    sweep(now)
    if not waiting_runs(now, patience_here()) or not _at_work.acquire(blocking=False):
        return False
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    threading.Thread(target=_work, args=(app,), name="gipt-reports", daemon=True).start()
    return True


def patience_here() -> timedelta:
    """Give how long a new run is left to the workers of the queue: not at all where there is none."""
    return PATIENCE if report_queue.is_on() else timedelta(0)


def make_taken(run_id: str, now: datetime) -> str:
    """Make a run that the queue gave to this worker; gives its state, `taken` when somebody else has it."""
    try:
        return run_report(run_id, now, lambda: datetime.now(UTC))
    except Conflict:
        return "taken"


def _work(app: Flask) -> None:
    try:
        with app.app_context():
            try:
                run_waiting_reports(datetime.now(UTC), lambda: datetime.now(UTC), patience_here())
            finally:
                db.session.remove()
    except Exception as error:
        log.error("making reports failed: %s", type(error).__name__)
    finally:
        _at_work.release()


def sweep(now: datetime) -> None:
    """Once a day, delete files that are too old and parts of files that nobody works on."""
    if _swept.get("on") == now.date():
        return
    _swept["on"] = now.date()
    delete_old_reports(now=now)
    for part in folder().glob(f".*{PART}"):
        if now.timestamp() - part.stat().st_mtime > LONGEST.total_seconds() * 2:
            part.unlink(missing_ok=True)


# --- the command line ---------------------------------------------------------------------------------------------


def export_report(
    *,
    record: ReportRequest,
    target: Path,
    by: Actor,
    now: datetime,
    clock: Clock,
    tell: Callable[[str, int], None],
) -> tuple[str, Made]:
    """Make a report at once, into a file of the caller's; gives the run's id and what was made.

    The run is in the history like any other, but its file is not offered here. Raises what making it raises.
    """
    run_id = request_report(record=record, by=by, now=now, at_work=False)
    tries = claim(run_id=run_id, now=now, by=by)
    note = teller(run_id, tries, clock)

    def both(stage: str, progress: int) -> None:
        note(stage, progress)
        tell(stage, progress)

    try:
        made = make_file(spec_of(run_id, now), target, both)
    except BaseException as error:
        problem = code_of(error) if isinstance(error, Problem) else "broken"
        fail(run_id=run_id, problem=problem, now=clock(), again=False, by=by)
        raise
    finish(run_id=run_id, tries=tries, made=made, now=clock(), kept=False, by=by)
    return run_id, made


def describe(run_id: str) -> dict[str, object]:
    """Give the parameters of a run as plain values; sites by code."""
    run = db.session.get_one(ReportRun, run_id)
    codes = db.session.scalars(sa.select(Site.code).where(Site.id.in_(run.site_ids)).order_by(Site.code))
    return {
        "report": run.report,
        "definition_version": int(run.definition_version),
        "from": run.from_on.isoformat(),
        "to": run.to_on.isoformat(),
        "sites": list(codes),
        "language": run.language,
    }


__all__ = [
    "Clock",
    "ReportRequest",
    "cancel_report",
    "delete_old_reports",
    "delete_report",
    "describe",
    "download_report",
    "export_report",
    "file_of",
    "may_see",
    "repeat_report",
    "request_report",
    "run_for",
    "run_report",
    "run_waiting_reports",
    "start_waiting",
]

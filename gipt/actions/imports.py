"""Writes around imports: keeping what was sent, what a person chose, and the one transaction that writes it.

Nothing of a file reaches the tables of the programme before `confirm_import`. Reading a file happens in a child
process, and never while a write transaction is open.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.actions.assessments import Form, Target, holding_safety, record_assessment
from gipt.actions.base import action, audit, digest, gathering, require, require_at
from gipt.actions.import_people import write_people
from gipt.actions.import_programme import write_programme
from gipt.actions.import_registers import write_registers
from gipt.actions.import_rows import Outcome, Writer, as_texts
from gipt.actions.import_safety import Opened, decide_safety
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import BadFile, Conflict, Invalid, NotFound, TooManyTries
from gipt.intake.fields import Kind
from gipt.intake.grid import Grid
from gipt.intake.reader import refuse_zawgyi
from gipt.intake.records import MeasureEntry, PersonRow
from gipt.intake.results import RowState
from gipt.models import ImportRun
from gipt.queries.import_people import is_urgent
from gipt.queries.import_plans import Plan, PlannedRow, pack_choices, pack_grid, unpack_choices, without_rows
from gipt.queries.import_registers import RegisterFacts
from gipt.queries.imports import Reading, Run, find_run, make_plan, mine, read_run, reading_place

UPLOADS_AN_HOUR = 30
"""Files a person may send in an hour: each costs seconds of reading (reliability.md 4.15)."""
OPEN_STATES = ("read", "previewed")
_tell: ContextVar[Callable[[int], None]] = ContextVar("gipt_import_tell", default=lambda share: None)
_read_before: ContextVar[tuple[Run, Reading] | None] = ContextVar("gipt_import_reading", default=None)
WRITERS: Mapping[Kind, Callable[..., None]] = {
    Kind.PEOPLE: write_people, Kind.REGISTER: write_registers, Kind.PROGRAMME: write_programme
}  # fmt: skip
SENTENCES_KEPT = 200


# --- what was sent ------------------------------------------------------------------------------------------------


def start_import(
    *, kind: Kind, read: Callable[[], Grid], site_id: str | None = None, by: Actor, now: datetime
) -> str:
    """Read what was sent and keep it sealed; gives the id of the run. Raises BadFile with the reason.

    The run is counted before the file is read, so that bad files too stop at the limit of an hour.
    """
    import_id = open_import(kind=kind.value, site_id=site_id, by=by, now=now)
    # The reading takes seconds and must not hold a connection meanwhile.
    db.session.rollback()
    try:
        grid = read()
        refuse_zawgyi(grid)
    except BadFile as fault:
        drop_import(import_id=import_id, reason=str(fault.details.get("reason", "")), by=by, now=now)
        raise
    keep_grid(import_id=import_id, grid=pack_grid(grid), by=by, now=now)
    return import_id


@action("open_import")
def open_import(
    *, kind: str, site_id: str | None = None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Note that somebody sends a file; gives the run's id. Raises TooManyTries beyond 30 in an hour."""
    require(by, Permission.IMPORT)
    if site_id is not None:
        require_at(by, Permission.IMPORT, site_id)
    _check_rate(by, now)
    import_id = new_id()
    db.session.add(
        ImportRun(
            id=import_id, kind=Kind(kind).value, site_id=site_id, state="read", content_hash="", counts={},
            by_id=by.staff_id, created_at=now,
        )
    )  # fmt: skip
    audit("open_import", by=by, now=now, entity="import", entity_id=import_id, op=op, kind=kind)
    return import_id


def _check_rate(by: Actor, now: datetime) -> None:
    if by.staff_id is None:
        return
    hour_ago = now - timedelta(hours=1)
    times = db.session.scalars(
        sa.select(ImportRun.created_at)
        .where(ImportRun.by_id == by.staff_id, ImportRun.created_at > hour_ago)
        .order_by(ImportRun.created_at)
    ).all()
    if len(times) >= UPLOADS_AN_HOUR:
        again = times[-UPLOADS_AN_HOUR] + timedelta(hours=1) - now
        raise TooManyTries(seconds=max(1, int(again.total_seconds())))


@action("keep_grid")
def keep_grid(*, import_id: str, grid: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Keep what was read, sealed, until it is confirmed or dropped."""
    row = _open_run(import_id, by)
    row.grid, row.content_hash = grid, digest(grid)
    audit(
        "keep_grid", by=by, now=now, entity="import", entity_id=import_id, op=op, hash=row.content_hash[:16]
    )
    return import_id


@action("choose_import")
def choose_import(*, import_id: str, choices: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Keep what a person chose on the preview: columns, calendars, cells, who is who."""
    row = _open_run(import_id, by)
    try:
        row.choices = pack_choices(unpack_choices(choices))
    except ValueError as fault:
        raise Invalid(field="file", reason="unknown_choice") from fault
    row.state = "previewed"
    audit("choose_import", by=by, now=now, entity="import", entity_id=import_id, op=op)
    return import_id


@action("drop_import")
def drop_import(*, import_id: str, reason: str = "", by: Actor, now: datetime, op: str | None = None) -> str:
    """Forget what was sent; nothing of it was written."""
    row = _open_run(import_id, by)
    row.state, row.grid, row.choices = "dropped", None, None
    row.counts = {"refused": reason} if reason else {}
    audit("drop_import", by=by, now=now, entity="import", entity_id=import_id, op=op, reason=reason)
    return import_id


def _open_run(import_id: str, by: Actor) -> ImportRun:
    """Give a run of the actor that is not confirmed yet; raise NotFound for another's."""
    require(by, Permission.IMPORT)
    row = db.session.scalar(sa.select(ImportRun).where(ImportRun.id == import_id, mine(by)).with_for_update())
    if row is None:
        raise NotFound(kind="import")
    if row.state not in OPEN_STATES:
        raise Conflict(reason="import_over")
    return row


# --- confirming ---------------------------------------------------------------------------------------------------


def confirm_import(
    *,
    import_id: str,
    whole: bool = False,
    by: Actor,
    now: datetime,
    op: str | None = None,
    tell: Callable[[int], None] = lambda share: None,
) -> dict[str, Any]:
    """Write the good rows; as `write_import`, with the reading of the rows done before the transaction begins.

    `tell` hears the share that is written, in per cent.
    """
    token = None
    telling = _tell.set(tell)
    try:
        run = find_run(by, import_id)
        if run.grid is not None and run.state in OPEN_STATES:
            token = _read_before.set((run, read_run(run, now)))
        return write_import(import_id=import_id, whole=whole, by=by, now=now, op=op)
    finally:
        _tell.reset(telling)
        if token is not None:
            _read_before.reset(token)


@action("confirm_import")
def write_import(
    *, import_id: str, whole: bool = False, by: Actor, now: datetime, op: str | None = None
) -> dict[str, Any]:
    """Write the good rows in one transaction; gives `import`, `counts`, `kept`, `later`, `episodes`, `reviews`.

    Every row is laid against the newest data once more. Rows that still need somebody go, sealed, into a run of
    their own (`later`). `whole`: all or nothing, Conflict `rows_to_mend` when a row is not good. A row that cannot
    go in but holds a safety answer of these days is noted for its person all the same (decision 7).
    """
    row = _open_run(import_id, by)
    if not row.grid:
        raise Conflict(reason="import_over")
    run = find_run(by, import_id)
    before = _read_before.get()
    same = before is not None and (before[0].grid, before[0].choices) == (run.grid, run.choices)
    plan = make_plan(run, by, now, before[1] if before is not None and same else None)
    if plan.questions:
        raise Conflict(reason="dates_to_confirm")
    if whole and plan.waiting:
        raise Conflict(reason="rows_to_mend", count=len(plan.waiting))
    outcome = Outcome()
    writer = Writer(import_id, by, now, reading_place(now).today, _tell.get())
    with gathering() as acts, holding_safety() as held:
        WRITERS[run.kind](plan.good, writer, outcome)
        if whole and outcome.kept:
            raise Conflict(reason="rows_to_mend", count=len(outcome.kept))
        _note_urgent(plan, writer, outcome)
        opened = decide_safety(held, frozenset(outcome.undated), by, now, writer.today)
    later = _keep_rest(run, plan, outcome, by, now)
    result = _result(run, plan, outcome, opened, later)
    db.session.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == import_id)
        .values(state="applied", applied_at=now, grid=None, choices=None, counts=result)
    )
    audit(
        "confirm_import", by=by, now=now, entity="import", entity_id=import_id, op=op, kind=run.kind.value,
        counts=result["counts"], acts=dict(acts), episodes=list(opened.episodes), reviews=len(opened.reviews),
    )  # fmt: skip
    return result


def _result(run: Run, plan: Plan, outcome: Outcome, opened: Opened, later: str | None) -> dict[str, Any]:
    """Give what the result page shows: counts of rows by what became of them; no names."""
    written = set(outcome.written)
    counts = {
        "new": sum(row.key in written and row.state is RowState.NEW for row in plan.rows),
        "update": sum(row.key in written and row.state is RowState.UPDATE for row in plan.rows),
        "unchanged": sum(row.state is RowState.UNCHANGED for row in plan.rows),
        "skip": sum(row.state is RowState.SKIP for row in plan.rows),
        "kept": len(plan.waiting) + len(outcome.kept),
    }
    return {
        "import": run.import_id,
        "counts": counts,
        "kept": {key: said[:300] for key, said in list(outcome.kept.items())[:SENTENCES_KEPT]},
        "later": later,
        "episodes": len(opened.episodes),
        "reviews": len(opened.reviews),
    }


def _keep_rest(run: Run, plan: Plan, outcome: Outcome, by: Actor, now: datetime) -> str | None:
    """Keep the rows that need somebody in a run of their own, with the choices made; gives its id."""
    waiting = {(row.result.sheet, row.result.row) for row in plan.waiting}
    waiting |= {(row.result.sheet, row.result.row) for row in plan.rows if row.key in outcome.kept}
    if not waiting or run.grid is None:
        return None
    done: dict[int, set[int]] = {}
    for row in plan.rows:
        place = (row.result.sheet, row.result.row)
        if place not in waiting:
            done.setdefault(place[0], set()).add(place[1])
    later = new_id()
    rest = without_rows(run.grid, {sheet: frozenset(rows) for sheet, rows in done.items()})
    packed = pack_grid(rest)
    db.session.add(
        ImportRun(
            id=later, kind=run.kind.value, site_id=run.site_id, state="previewed", content_hash=digest(packed),
            grid=packed, choices=pack_choices(run.choices), counts={"after": run.import_id}, by_id=by.staff_id,
            created_at=now,
        )
    )  # fmt: skip
    db.session.flush()
    return later


def _note_urgent(plan: Plan, writer: Writer, outcome: Outcome) -> None:
    """Store the safety answers of rows that cannot go in, where the person is known already (decision 7)."""
    refused = [row for row in plan.rows if row.urgent and row.key in outcome.kept]
    for row in (*plan.urgent, *refused):
        if not row.target:
            continue
        for target, entry in _urgent_entries(row, writer):
            texts = as_texts(dict(entry.answers))
            record_assessment(target=target, form=Form(texts), by=writer.by, now=writer.now)


def _urgent_entries(row: PlannedRow, writer: Writer) -> list[tuple[Target, MeasureEntry]]:
    record, facts = row.result.record, row.facts
    if isinstance(record, PersonRow):
        return [
            (
                Target(
                    member_id=row.target, measure=entry.measure, point="screening", mode="sheet",
                    on_date=entry.taken_on or writer.today,
                ),
                entry,
            )
            for entry in record.measures
            if is_urgent(entry, writer.today)
        ]  # fmt: skip
    if not isinstance(facts, RegisterFacts):
        return []
    return [
        (
            Target(
                member_id=facts.member_id, measure=one.entry.measure, point=one.entry.point, mode="sheet",
                on_date=one.on_date, enrolment_id=facts.enrolment_id, session_id=one.session_id, label=one.label,
                cycle_id=facts.cycle_id,
            ),
            one.entry,
        )
        for one in facts.entries
        if one.entry.safety_positive
    ]  # fmt: skip

"""Runs of imports: one run for its own person, the list of recent ones, and the plan of what one would do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.problems import NotFound, NotReady
from gipt.intake.fields import Kind
from gipt.intake.grid import Grid
from gipt.intake.preview import Preview
from gipt.intake.recognise import Recognition
from gipt.models import ImportRun, Programme
from gipt.queries.import_people import plan_people
from gipt.queries.import_places import headings_of, import_sites
from gipt.queries.import_plans import (
    Choices,
    Place,
    Plan,
    read_rows,
    recognised,
    unpack_choices,
    unpack_grid,
)
from gipt.queries.import_programme import plan_programme
from gipt.queries.import_registers import plan_registers

UNDO_DAYS = 7
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One import as its person sees it; `grid` is None once it was confirmed or dropped."""

    import_id: str
    kind: Kind
    state: str
    site_id: str | None
    counts: dict[str, Any]
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    grid: Grid | None = None
    choices: Choices = field(default_factory=Choices)

    def may_undo(self, now: datetime) -> bool:
        """Say whether the seven days for taking it back are not over."""
        return (
            self.state == "applied"
            and self.applied_at is not None
            and now - self.applied_at <= timedelta(days=UNDO_DAYS)
        )


def mine(by: Actor) -> sa.ColumnElement[bool]:
    """Limit ImportRun to the actor's own; who may import everywhere sees all."""
    if sites_for(by, Permission.IMPORT) is None:
        return sa.true()
    return ImportRun.by_id == by.staff_id


def find_run(by: Actor, import_id: str, *, whole: bool = True) -> Run:
    """Give a run of the actor; raise NotFound for every other."""
    row = db.session.execute(
        sa.select(ImportRun).where(ImportRun.id == import_id, mine(by))
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="import")
    return _run(row, whole=whole)


def _run(row: ImportRun, *, whole: bool) -> Run:
    return Run(
        import_id=row.id, kind=Kind(row.kind), state=row.state, site_id=row.site_id, counts=row.counts,
        created_at=row.created_at, applied_at=row.applied_at, undone_at=row.undone_at,
        grid=unpack_grid(row.grid) if whole and row.grid else None,
        choices=unpack_choices(row.choices) if whole else Choices(),
    )  # fmt: skip


def recent_runs(by: Actor) -> tuple[Run, ...]:
    """Give the newest runs of the actor that hold, or held, something."""
    columns = (
        ImportRun.id, ImportRun.kind, ImportRun.state, ImportRun.site_id, ImportRun.counts, ImportRun.created_at,
        ImportRun.applied_at, ImportRun.undone_at,
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(*columns)
        .where(
            mine(by),
            ImportRun.state != "dropped",
            sa.or_(ImportRun.grid.is_not(None), ImportRun.state.in_(("applied", "undone"))),
        )
        .order_by(ImportRun.created_at.desc())
        .limit(SHOWN)
    )
    return tuple(Run(row[0], Kind(row[1]), *row[2:]) for row in rows)


def reading_place(now: datetime) -> Place:
    """Give the country and the civil day of the programme; raise NotReady before it was set up."""
    row = db.session.execute(sa.select(Programme.country, Programme.time_zone)).first()
    if row is None:
        raise NotReady(missing=["programme"])
    return Place(now.astimezone(ZoneInfo(row.time_zone)).date(), row.country)


def columns_of(run: Run) -> Recognition:
    """Give what the sheets of a run are taken for; raise Invalid where nothing is known."""
    if run.grid is None:
        raise NotFound(kind="import")
    return recognised(run.grid, run.kind, run.choices)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows of a run say, before they are laid against what is known; seconds of work for a long file."""

    columns: Recognition
    preview: Preview


def read_run(run: Run, now: datetime) -> Reading:
    """Read the rows of a run; raises Invalid where the columns do not make rows."""
    columns = columns_of(run)
    assert run.grid is not None
    return Reading(columns, read_rows(run.grid, columns, run.choices, reading_place(now)))


def make_plan(run: Run, by: Actor, now: datetime, reading: Reading | None = None) -> Plan:
    """Work out what confirming a run would do now; `reading` is what `read_run` gave, when that was done before."""
    place = reading_place(now)
    read = reading if reading is not None else read_run(run, now)
    found = read.preview
    sites = import_sites(by, run.site_id)
    headings = headings_of(read.columns.tables)
    if run.kind is Kind.PEOPLE:
        rows = plan_people(found.rows, run.choices, sites, headings, place.today)
    elif run.kind is Kind.REGISTER:
        rows = plan_registers(found.rows, run.choices, sites, headings, place.today)
    else:
        rows = plan_programme(found.rows, sites, headings, by)
    return Plan(run.kind, rows, found.questions)


def site_choices(by: Actor) -> tuple[tuple[str, str], ...]:
    """Give (id, name) of the sites at which the actor may import."""
    return tuple((one.site_id, one.name) for one in import_sites(by).sites)


def template_lists(by: Actor) -> dict[str, Sequence[str]]:
    """Give the lists of the programme for templates: the codes of the sites."""
    return {"site": [one.code for one in import_sites(by).sites]}

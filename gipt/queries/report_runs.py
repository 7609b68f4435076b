"""The history of reports as its page shows it: runs of sites that the person may report on, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.problems import NotFound
from gipt.models import ReportRun, Site, Staff
from gipt.queries.report_templates import template_names

SHOWN = timedelta(days=366)
MOST = 100
KEPT = timedelta(days=30)
PERMISSIONS = {
    "external": Permission.REPORT_EXTERNAL,
    "internal": Permission.REPORT_INTERNAL,
    "research": Permission.REPORT_RESEARCH,
}
WORKBOOKS = ("external", "internal")
"""What the page of reports lists; research packages have a page of their own."""

Figure = int | str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One indicator that reads otherwise than in an earlier run: numerator and denominator as printed."""

    code: str
    before: tuple[Figure, ...]
    after: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a report says otherwise than the last one about the same days and places; none = the same figures."""

    earlier: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run as a line of the history; `can_fetch` while its file lies here, until `goes_on`."""

    run_id: str
    code: str
    report: str
    title: str | None
    """The name of a funder's template; the words of other reports go by their name."""
    kind: str
    from_on: date
    to_on: date
    sites: tuple[str, ...]
    language: str
    by: str | None
    state: str
    stage: str | None
    progress: int
    problem: str | None
    created_at: datetime
    finished_at: datetime | None
    rows: int
    sheets: int
    hidden_cells: int
    left: int
    size: int | None
    data_hash: str | None
    file_hash: str | None
    can_fetch: bool
    goes_on: date | None
    compared: Comparison | None

    @property
    def is_sending(self) -> bool:
        """Say whether this is a set that was sent to another system; it has no file and is not made again."""
        return self.report.startswith("dhis2:")

    @property
    def is_under_way(self) -> bool:
        """Say whether the run waits or is being made."""
        return self.state in ("queued", "running")


def find_runs(by: Actor, now: datetime, kinds: Sequence[str] = WORKBOOKS) -> list[RunLine]:
    """List the runs of the last twelve months that the person may see. Two statements, three with templates."""
    sites: Iterable[Any] = db.session.execute(sa.select(Site.id, Site.code))
    codes: dict[str, str] = {row[0]: row[1] for row in sites}
    rows = db.session.execute(
        sa.select(ReportRun.__table__, Staff.name.label("staff_name"), Staff.sign_in_name)
        .outerjoin(Staff, Staff.id == ReportRun.by_id)
        .where(ReportRun.created_at > now - SHOWN, ReportRun.kind.in_(kinds))
        .order_by(ReportRun.created_at.desc(), ReportRun.code.desc())
        .limit(MOST)
    ).all()
    seen = [row for row in rows if _may_see(by, row)]
    titles = template_names([row.report for row in seen])
    return [run_line(row, seen[place + 1 :], codes, titles) for place, row in enumerate(seen)]


@dataclass(frozen=True, slots=True)
class LeftCells:
    """The cells of a filled template that stayed empty, as (sheet, address, figure, state)."""

    run_id: str
    code: str
    title: str
    from_on: date
    to_on: date
    filled: int
    cells: tuple[tuple[str, str, str, str], ...]


def find_left(by: Actor, run_id: str) -> LeftCells:
    """Give the cells that a filled template left empty; raise NotFound for a run that is foreign or is no template."""
    row = db.session.execute(sa.select(ReportRun.__table__).where(ReportRun.id == run_id)).one_or_none()
    if row is None or row.kind not in WORKBOOKS or not _may_see(by, row):
        raise NotFound(kind="report_run")
    titles = template_names([row.report])
    if not titles or row.state != "done":
        raise NotFound(kind="report_run")
    counts = row.row_counts or {}
    cells = tuple((str(one[0]), str(one[1]), str(one[2]), str(one[3])) for one in counts.get("left", ()))
    filled = sum(counts.get("sheets", {}).values())
    return LeftCells(row.id, row.code, titles[row.report], row.from_on, row.to_on, filled, cells)


def _may_see(by: Actor, row: Any) -> bool:
    allowed = sites_for(by, PERMISSIONS[row.kind])
    return allowed is None or (bool(row.site_ids) and set(row.site_ids) <= allowed)


def run_line(
    row: Any, earlier: Sequence[Any], codes: dict[str, str], titles: dict[str, str] | None = None
) -> RunLine:
    """Give a row as a line; `earlier` are the runs before it, the newest first."""
    counts = row.row_counts or {}
    sheets = counts.get("sheets", {})
    can_fetch = row.state == "done" and row.deleted_at is None
    return RunLine(
        run_id=row.id,
        code=row.code,
        report=row.report,
        title=(titles or {}).get(row.report),
        kind=row.kind,
        from_on=row.from_on,
        to_on=row.to_on,
        sites=tuple(sorted(codes.get(one, "") for one in row.site_ids)),
        language=row.language,
        by=row.staff_name or row.sign_in_name,
        state=row.state,
        stage=row.stage,
        progress=row.progress,
        problem=row.problem,
        created_at=row.created_at,
        finished_at=row.finished_at,
        rows=sum(sheets.values()),
        sheets=len(sheets),
        hidden_cells=counts.get("hidden_cells", 0),
        left=len(counts.get("left", ())),
        size=row.file_bytes,
        data_hash=row.data_hash,
        file_hash=row.file_hash,
        can_fetch=can_fetch,
        goes_on=(row.finished_at + KEPT).date() if can_fetch and row.finished_at else None,
        compared=compare(row, earlier) if row.state == "done" else None,
    )


def compare(row: Any, earlier: Iterable[Any]) -> Comparison | None:
    """Compare a finished run with the one before it about the same days and places (decision 13)."""
    for other in earlier:
        same = all(
            getattr(row, name) == getattr(other, name) for name in ("report", "from_on", "to_on", "site_ids")
        )
        if same and other.state == "done":
            return Comparison(other.code, differences(other.row_counts, row.row_counts))
    return None


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[Difference, ...]:
    """Give the indicators whose printed figures differ, in the order of the report."""
    old, new = before.get("figures", {}), after.get("figures", {})
    return tuple(
        Difference(code, tuple(old.get(code, ())), tuple(new.get(code, ())))
        for code in dict.fromkeys((*new, *old))
        if old.get(code) != new.get(code)
    )

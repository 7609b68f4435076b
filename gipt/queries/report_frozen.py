"""Reports as they were made: the register of all of them, one with its figures, two side by side (decision 13)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.db import db
from gipt.domain.access import Actor, sites_for
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict, NotFound
from gipt.models import AuditEvent, ReportFrozen, ReportRun, Site
from gipt.queries.report_runs import PERMISSIONS
from gipt.reports.changes import FigureChange, RuleChange, figure_changes, rule_changes
from gipt.reports.context import Previous
from gipt.reports.frozen import Frozen, unpack

PAGE = 50
TRIED = 100
"""Runs of the same definition and days that are looked through for the same places."""


def find_previous(
    connection: Connection, report: str, period: Period, site_ids: Collection[str]
) -> Previous | None:
    """Give the last finished report about the same days and places, in whatever language."""
    rows = connection.execute(
        sa.select(ReportRun.id, ReportRun.code, ReportRun.cut_off_at, ReportRun.site_ids)
        .join(ReportFrozen, ReportFrozen.run_id == ReportRun.id)
        .where(
            ReportRun.report == report,
            ReportRun.from_on == period.first,
            ReportRun.to_on == period.last,
            ReportRun.state == "done",
        )
        .order_by(ReportRun.finished_at.desc(), ReportRun.code.desc())
        .limit(TRIED)
    ).all()
    same = next((row for row in rows if set(row.site_ids) == set(site_ids)), None)
    if same is None:
        return None
    content = connection.scalar(sa.select(ReportFrozen.content).where(ReportFrozen.run_id == same.id))
    return Previous(same.code, same.cut_off_at, unpack(content or b""))


@dataclass(frozen=True, slots=True)
class Registered:
    """One finished report as a line of the register; `downloads` counts how often its file was fetched."""

    run_id: str
    code: str
    report: str
    version: str
    kind: str
    from_on: date
    to_on: date
    sites: tuple[str, ...]
    language: str
    state: str
    role: str | None
    cut_off_at: datetime | None
    finished_at: datetime | None
    data_hash: str | None
    file_hash: str | None
    hidden_cells: int
    downloads: int


@dataclass(frozen=True, slots=True)
class Downloaded:
    """One time that the file was fetched: when, and in which capacity."""

    at: datetime
    by: str | None


def _may_see(by: Actor, kind: str, site_ids: Collection[str]) -> bool:
    if kind not in PERMISSIONS:
        return False
    allowed = sites_for(by, PERMISSIONS[kind])
    return allowed is None or (bool(site_ids) and set(site_ids) <= allowed)


def find_register(by: Actor, page: int) -> tuple[list[Registered], int]:
    """Give one page of all finished reports that the person may see, newest first, and how many there are."""
    rows = db.session.execute(
        sa.select(ReportRun.id, ReportRun.kind, ReportRun.site_ids)
        .where(ReportRun.state == "done")
        .order_by(ReportRun.finished_at.desc(), ReportRun.code.desc())
    ).all()
    seen = [row.id for row in rows if _may_see(by, row.kind, row.site_ids)]
    return _lines(seen[(page - 1) * PAGE : page * PAGE]), len(seen)


def _lines(run_ids: list[str]) -> list[Registered]:
    """Give runs as lines, in the order of their ids. Three statements."""
    codes = {row.id: row.code for row in db.session.execute(sa.select(Site.id, Site.code))}
    counted = {
        str(row[0]): int(row[1])
        for row in db.session.execute(
            sa.select(AuditEvent.entity_id, sa.func.count())
            .where(AuditEvent.entity_id.in_(run_ids), AuditEvent.action == "download_report")
            .group_by(AuditEvent.entity_id)
        )
    }
    rows = db.session.execute(
        sa.select(ReportRun.__table__, ReportFrozen.role)
        .outerjoin(ReportFrozen, ReportFrozen.run_id == ReportRun.id)
        .where(ReportRun.id.in_(run_ids))
    ).all()
    lines = {row.id: _line(row, codes, counted.get(row.id, 0)) for row in rows}
    return [lines[one] for one in run_ids]


def _line(row: Any, codes: dict[str, str], downloads: int) -> Registered:
    return Registered(
        run_id=row.id,
        code=row.code,
        report=row.report,
        version=row.definition_version,
        kind=row.kind,
        from_on=row.from_on,
        to_on=row.to_on,
        sites=tuple(sorted(codes.get(one, "") for one in row.site_ids)),
        language=row.language,
        state=row.state,
        role=row.role,
        cut_off_at=row.cut_off_at,
        finished_at=row.finished_at,
        data_hash=row.data_hash,
        file_hash=row.file_hash,
        hidden_cells=(row.row_counts or {}).get("hidden_cells", 0),
        downloads=downloads,
    )


def find_report(by: Actor, run_id: str) -> tuple[Registered, Frozen]:
    """Give one report and what is kept of it (empty for one that is not finished); raises NotFound."""
    row = db.session.execute(
        sa.select(ReportRun.kind, ReportRun.site_ids, ReportFrozen.content)
        .outerjoin(ReportFrozen, ReportFrozen.run_id == ReportRun.id)
        .where(ReportRun.id == run_id)
    ).one_or_none()
    if row is None or not _may_see(by, row.kind, row.site_ids):
        raise NotFound(kind="report_run")
    (line,) = _lines([run_id])
    return line, unpack(row.content) if row.content else Frozen()


def find_comparable(by: Actor, line: Registered) -> list[Registered]:
    """Give the other finished reports of the same definition that the person may see, newest first."""
    rows = db.session.execute(
        sa.select(ReportRun.id, ReportRun.kind, ReportRun.site_ids)
        .join(ReportFrozen, ReportFrozen.run_id == ReportRun.id)
        .where(ReportRun.report == line.report, ReportRun.state == "done", ReportRun.id != line.run_id)
        .order_by(ReportRun.finished_at.desc(), ReportRun.code.desc())
        .limit(TRIED)
    ).all()
    return _lines([row.id for row in rows if _may_see(by, row.kind, row.site_ids)])


@dataclass(frozen=True, slots=True)
class Sides:
    """Two reports of one definition, the earlier one first, and what differs between them as printed."""

    before: Registered
    after: Registered
    rules: tuple[RuleChange, ...]
    figures: tuple[FigureChange, ...]
    titles: dict[str, str]


def compare_reports(by: Actor, run_id: str, other_id: str) -> Sides:
    """Set two reports side by side; raises NotFound, or Conflict `report_other_definition`.

    Both are as printed: what one of them hides stays hidden, and nothing is worked out from the two.
    """
    found = [find_report(by, one) for one in (run_id, other_id)]
    (before, old), (after, new) = sorted(found, key=lambda one: moment_of(one[0]))
    if before.report != after.report:
        raise Conflict(reason="report_other_definition")
    titles = {column.code: column.title for sheet in new.sheets for column in sheet.columns}
    titles |= {f"sheet {sheet.code}": sheet.title for sheet in new.sheets}
    return Sides(
        before,
        after,
        tuple(rule_changes(old.rules, new.rules)),
        tuple(figure_changes(old.sheets, new.sheets)),
        titles,
    )


def moment_of(line: Registered) -> tuple[float, str]:
    """Give when a report was finished, for sorting; one that is not stands last."""
    return (line.finished_at.timestamp() if line.finished_at else float("inf"), line.code)


def find_downloads(run_id: str) -> list[Downloaded]:
    """Give when the file of a report was fetched, newest first; who did is in the audit."""
    rows = db.session.execute(
        sa.select(AuditEvent.at, AuditEvent.actor)
        .where(AuditEvent.entity_id == run_id, AuditEvent.action == "download_report")
        .order_by(AuditEvent.n.desc())
        .limit(PAGE)
    )
    return [Downloaded(row.at, row.actor) for row in rows]

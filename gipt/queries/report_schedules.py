"""Reports that are made by themselves, as their page shows them: of sites that the person may report on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, sites_for
from gipt.domain.report_rhythm import Rhythm, next_due
from gipt.models import ReportDue, ReportRun, ReportSchedule, Site, Staff
from gipt.queries.report_runs import PERMISSIONS


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One schedule; `next_on` is the next day on which it asks, about the months from `from_on` to `to_on`."""

    schedule_id: str
    report: str
    rhythm: str
    days: int
    sites: tuple[str, ...]
    language: str
    by: str | None
    state: str
    problem: str | None
    next_on: date | None
    from_on: date | None
    to_on: date | None
    made: int
    last_run_id: str | None
    last_code: str | None

    @property
    def is_over(self) -> bool:
        """Say whether nothing can be done with it any more."""
        return self.state == "ended"


def find_schedules(by: Actor, today: date) -> list[ScheduleLine]:
    """List the schedules that the person may see, those that run first. Three statements."""
    codes = {row.id: row.code for row in db.session.execute(sa.select(Site.id, Site.code))}
    runs: dict[str, list[Any]] = {}
    for row in db.session.execute(
        sa.select(ReportDue.schedule_id, ReportRun.id, ReportRun.code)
        .join(ReportRun, ReportRun.id == ReportDue.run_id)
        .order_by(ReportDue.from_on)
    ):
        runs.setdefault(row.schedule_id, []).append(row)
    rows: Iterable[Any] = db.session.execute(
        sa.select(ReportSchedule.__table__, Staff.name.label("staff_name"), Staff.sign_in_name)
        .join(Staff, Staff.id == ReportSchedule.by_id)
        .order_by(ReportSchedule.state == "ended", ReportSchedule.created_at.desc())
    )
    return [_line(row, codes, runs.get(row.id, []), today) for row in rows if _may_see(by, row)]


def _may_see(by: Actor, row: Any) -> bool:
    allowed = sites_for(by, PERMISSIONS[row.kind])
    return allowed is None or (bool(row.site_ids) and set(row.site_ids) <= allowed)


def _line(row: Any, codes: dict[str, str], runs: list[Any], today: date) -> ScheduleLine:
    period, next_on = next_due(Rhythm(row.rhythm), row.days, max(today, row.since_on))
    runs_on = row.state == "active"
    return ScheduleLine(
        schedule_id=row.id,
        report=row.report,
        rhythm=row.rhythm,
        days=row.days,
        sites=tuple(sorted(codes.get(one, "") for one in row.site_ids)),
        language=row.language,
        by=row.staff_name or row.sign_in_name,
        state=row.state,
        problem=row.problem,
        next_on=next_on if runs_on else None,
        from_on=period.first if runs_on else None,
        to_on=period.last if runs_on else None,
        made=len(runs),
        last_run_id=runs[-1].id if runs else None,
        last_code=runs[-1].code if runs else None,
    )

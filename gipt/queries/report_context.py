"""What a report is made with beside its rows: the programme's settings, criteria, places and clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.calendars import CalendarKind
from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.indicators import Basis, Choices
from gipt.domain.measures import Direction, get_measure_by_key
from gipt.domain.outcomes import EndlineWindow, thresholds_for
from gipt.domain.problems import NotReady
from gipt.domain.risk import Clocks
from gipt.models import (
    Complaint,
    CostLine,
    Criteria,
    Cycle,
    Enrolment,
    Group,
    Incident,
    Programme,
    Screening,
    Session,
    Site,
)
from gipt.queries.report_enrolments import Rules
from gipt.reports.context import Place

PERIOD_BY = {"enrolment": Basis.ENROLLED, "start": Basis.STARTED, "completion": Basis.ENDED}
"""What the programme's setting means for indicators."""
DATED: tuple[tuple[Any, Any], ...] = (
    (Screening, Screening.on_date),
    (Incident, Incident.happened_on),
    (Complaint, Complaint.received_on),
    (CostLine, CostLine.spent_on),
)
"""Records of sites that reports count, with the day of each."""


@dataclass(frozen=True, slots=True)
class Programming:
    """The programme as a report speaks of it: a printable name, its rules, the least count that it shows."""

    name: str
    country: str
    time_zone: str
    threshold: int
    rules: Rules
    calendar: CalendarKind = CalendarKind.GREGORIAN


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """A site that somebody may report on."""

    site_id: str
    code: str
    name: str


def read_programming(connection: Connection, now: datetime) -> Programming:
    """Read the settings in force; raises NotReady before a programme was set up. Two statements."""
    row = connection.execute(sa.select(Programme.__table__)).mappings().first()
    if row is None:
        raise NotReady(missing=["programme"])
    criteria = (
        connection.execute(sa.select(Criteria.__table__).order_by(Criteria.version.desc()).limit(1))
        .mappings()
        .first()
    )
    rules = Rules(
        choices=choices_of(
            row["entry_measure"],
            row["entry_cutoff"],
            row["entry_citation"],
            criteria["function_measure"] if criteria else None,
            PERIOD_BY[row["period_by"]],
        ),
        now=now,
        makeups_count=row["makeups_count"],
        endline=EndlineWindow(0, row["endline_days"]),
        clocks=Clocks(
            now=timedelta(minutes=row["level_3_minutes"]),
            today=timedelta(minutes=row["level_2_minutes"]),
            talk_and_plan=timedelta(minutes=row["level_1_minutes"]),
        ),
    )
    return Programming(
        row["name"], row["country"], row["time_zone"], row["threshold"], rules, CalendarKind(row["calendar"])
    )


def choices_of(
    measure: str, cut_off: int, citation: str, function_measure: str | None, basis: Basis
) -> Choices:
    """Give the choices that figures print; published numbers where the measure has them."""
    published = thresholds_for(get_measure_by_key(measure).code)
    direction = Direction.HIGHER_IS_WORSE
    if function_measure is not None:
        direction = get_measure_by_key(function_measure).direction
    plain = Choices()
    return Choices(
        measure=measure,
        cut_off=cut_off,
        cut_off_citation=citation,
        remission_below=published.remission_below if published else plain.remission_below,
        reliable_step=published.reliable_step if published else plain.reliable_step,
        function_measure=function_measure,
        function_direction=direction,
        basis=basis,
    )


def sites_to_report(by: Actor, permission: Permission) -> list[SiteChoice]:
    """List the sites of which the actor may make such a report, by code."""
    allowed = sites_for(by, permission)
    statement = sa.select(Site.id, Site.code, Site.name).order_by(Site.code)
    if allowed is not None:
        statement = statement.where(Site.id.in_(sorted(allowed)))
    return [SiteChoice(*row) for row in db.session.execute(statement)]


def places_of(connection: Connection, site_ids: Iterable[str]) -> tuple[Place, ...]:
    """Give code and name of the sites of a report, by code."""
    rows = connection.execute(
        sa.select(Site.code, Site.name).where(Site.id.in_(sorted(site_ids))).order_by(Site.code)
    )
    return tuple(Place(code, name) for code, name in rows)


def first_day(connection: Connection, site_ids: Iterable[str]) -> date | None:
    """Give the first day of which the sites recorded anything that reports count; None where there is nothing yet."""
    wanted = sorted(site_ids)
    here = sa.select(sa.func.min(Enrolment.enrolled_on)).join(Cycle).join(Group, Group.id == Cycle.group_id)
    held = sa.select(sa.func.min(Session.on_date)).join(Cycle).join(Group, Group.id == Cycle.group_id)
    days = [
        connection.scalar(here.where(Group.site_id.in_(wanted))),
        connection.scalar(held.where(Group.site_id.in_(wanted), Session.held_on.is_not(None))),
        *(
            connection.scalar(sa.select(sa.func.min(column)).where(table.site_id.in_(wanted)))
            for table, column in DATED
        ),
    ]
    return min((day for day in days if day is not None), default=None)

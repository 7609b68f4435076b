"""What planning looks at: closed days, meetings of other groups, leave, travel, the sessions of a cycle."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.guides import Curriculum
from gipt.domain.problems import NotFound
from gipt.domain.scheduling import (
    BusySlot,
    CancelReason,
    ClosedDay,
    ClosedKind,
    ClosedRule,
    CycleRequest,
    Gap,
    Leave,
    ScheduledSession,
    SessionStatus,
    Severity,
)
from gipt.models import (
    Assignment,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Group,
    Membership,
    Programme,
    Session,
    Site,
    StaffLeave,
    VenueTravel,
)
from gipt.models import (
    ClosedDay as ClosedDayRow,
)
from gipt.queries.curricula import published

TAKEN = ("planned", "confirmed", "held", "postponed", "not_held_no_report")


@dataclass(frozen=True, slots=True)
class PlanningPlace:
    """What the programme and site say about planning."""

    site_id: str
    country: str
    time_zone: str
    language: str
    travel_minutes: int
    facilitator_groups: int
    travel: dict[tuple[str, str], int]

    def minutes_between(self, first: str, second: str) -> int:
        """Give the travel minutes between two venues; the programme's value where nobody measured."""
        if first == second or not first or not second:
            return 0
        return self.travel.get((min(first, second), max(first, second)), self.travel_minutes)


def planning_place(site_id: str) -> PlanningPlace:
    """Give what planning must know of a site; raise NotFound when there is none."""
    row = db.session.execute(
        sa.select(
            Site.country,
            Site.time_zone,
            Programme.language,
            Programme.travel_minutes,
            Programme.facilitator_groups,
        )
        .join(Programme, Programme.id == Site.programme_id)
        .where(Site.id == site_id)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="site")
    travel = {
        (one.venue_a, one.venue_b): one.minutes
        for one in db.session.execute(
            sa.select(VenueTravel.venue_a, VenueTravel.venue_b, VenueTravel.minutes)
        )
    }
    return PlanningPlace(
        site_id,
        row.country,
        row.time_zone,
        row.language,
        row.travel_minutes,
        row.facilitator_groups,
        travel,
    )


def closed_days(site_id: str) -> list[ClosedDay]:
    """List the closed days of a site and of the whole programme."""
    rows = db.session.scalars(
        sa.select(ClosedDayRow).where(sa.or_(ClosedDayRow.site_id == site_id, ClosedDayRow.site_id.is_(None)))
    )
    return [
        ClosedDay(
            rule=ClosedRule(row.kind),
            severity=Severity.HARD if row.hard else Severity.SOFT,
            label=row.name,
            kind=ClosedKind(row.reason),
            first=row.first_on,
            last=row.last_on,
            weekday=row.weekday,
            every_days=row.every_days,
            from_time=row.from_time,
            to_time=row.to_time,
            key=row.id,
        )
        for row in rows
    ]


def busy_slots(first: date, *, but_cycle: str | None = None) -> list[BusySlot]:
    """List the meetings of all groups from a week before `first` on, with who leads, where, and who is in them."""
    rows = db.session.execute(
        sa.select(
            Session.id,
            Session.cycle_id,
            Session.on_date,
            Session.at_time,
            Session.minutes,
            Session.venue_id,
            Cycle.time_zone,
            Cycle.group_id,
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .where(
            Session.on_date >= first - timedelta(days=7),
            Session.status.in_(TAKEN),
            Cycle.status != "cancelled",
            Cycle.id != but_cycle if but_cycle else sa.true(),
        )
    ).all()
    cycles = {row.cycle_id for row in rows}
    leaders = leaders_of(cycles)
    members = members_of(cycles)
    return [
        BusySlot(
            row.on_date,
            row.at_time,
            row.minutes,
            row.time_zone,
            row.group_id,
            frozenset(leaders[row.cycle_id].on(row.on_date, row.id)),
            row.venue_id or "",
            members.get(row.cycle_id, frozenset()),
        )
        for row in rows
    ]


class Leaders:
    """Say who leads the meetings of one cycle on which day.

    A substitute for the session comes first, then a substitute for these days, then lead and co-facilitators.
    """

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self.rows: list[Any] = list(rows)

    def on(self, day: date, session_id: str | None = None) -> tuple[str, ...]:
        """Give the staff ids that lead on a day, lead first."""
        covering = [
            row for row in self.rows if row.from_on <= day and (row.to_on is None or row.to_on >= day)
        ]
        whole = [row for row in covering if row.session_id is None]
        ways = (
            [row for row in covering if row.session_id == session_id is not None],
            [row for row in whole if row.role == "substitute"],
            whole,
        )
        chosen = next((rows for rows in ways if rows), [])
        ordered = sorted(chosen, key=lambda row: (row.role != "lead", row.from_on))
        return tuple(dict.fromkeys(row.staff_id for row in ordered))


def leaders_of(cycle_ids: Iterable[str]) -> defaultdict[str, Leaders]:
    """Give who leads each cycle."""
    found: defaultdict[str, Leaders] = defaultdict(Leaders)
    rows = db.session.execute(
        sa.select(
            Assignment.cycle_id,
            Assignment.staff_id,
            Assignment.session_id,
            Assignment.role,
            Assignment.from_on,
            Assignment.to_on,
        ).where(Assignment.cycle_id.in_(sorted(cycle_ids)))
    )
    for row in rows:
        found[row.cycle_id].rows.append(row)
    return found


def members_of(cycle_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Give the member ids of each cycle's open memberships."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = db.session.execute(
        sa.select(Membership.cycle_id, Enrolment.member_id)
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .where(Membership.cycle_id.in_(sorted(cycle_ids)), Membership.left_on.is_(None))
    )
    for row in rows:
        found[row.cycle_id].add(row.member_id)
    return {cycle_id: frozenset(ids) for cycle_id, ids in found.items()}


def leave_from(first: date) -> list[Leave]:
    """List leave that ends on or after a day."""
    rows = db.session.execute(
        sa.select(StaffLeave.staff_id, StaffLeave.first_on, StaffLeave.last_on).where(
            StaffLeave.last_on >= first
        )
    )
    return [Leave(row.staff_id, row.first_on, row.last_on) for row in rows]


@dataclass(frozen=True, slots=True)
class StoredCycle:
    """A cycle as planning needs it: the request that it was made from, and its core sessions in order."""

    cycle_id: str
    site_id: str
    group_id: str
    status: str
    request: CycleRequest
    curriculum: Curriculum
    sessions: tuple[ScheduledSession, ...]


def stored_cycle(cycle_id: str) -> StoredCycle:
    """Give a stored cycle; raise NotFound when there is none (the caller checks whose it is)."""
    row = db.session.execute(
        sa.select(
            Cycle.id,
            Cycle.group_id,
            Cycle.status,
            Cycle.first_on,
            Cycle.at_time,
            Cycle.time_zone,
            Cycle.weekday,
            Cycle.rhythm_days,
            Cycle.minutes,
            Cycle.venue_id,
            Group.site_id,
            CurriculumVersion.content_hash,
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Cycle.id == cycle_id)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="cycle")
    curriculum = published(row.content_hash)
    leaders = leaders_of([cycle_id])[cycle_id]
    sessions = db.session.execute(
        sa.select(
            Session.id,
            Session.number,
            Session.on_date,
            Session.held_on,
            Session.at_time,
            Session.minutes,
            Session.venue_id,
            Session.status,
            Session.cancel_reason,
            Session.gap,
        )
        .where(Session.cycle_id == cycle_id, Session.kind == "core")
        .order_by(Session.number, Session.on_date)
    )
    request = CycleRequest(
        group=row.group_id,
        start=row.first_on,
        starts=row.at_time,
        zone=row.time_zone,
        weekday=row.weekday,
        rhythm_days=row.rhythm_days,
        minutes=row.minutes,
        venue=row.venue_id or "",
        facilitators=leaders.on(row.first_on),
        members=members_of([cycle_id]).get(cycle_id, frozenset()),
    )
    scheduled = tuple(
        ScheduledSession(
            one.number,
            curriculum.phase_of(one.number),
            one.held_on or one.on_date,
            one.at_time,
            one.minutes,
            row.time_zone,
            one.venue_id or "",
            leaders.on(one.held_on or one.on_date, one.id),
            SessionStatus(one.status),
            CancelReason(one.cancel_reason) if one.cancel_reason else None,
            Gap(one.gap),
            one.id,
        )
        for one in sessions
    )
    return StoredCycle(row.id, row.site_id, row.group_id, row.status, request, curriculum, scheduled)

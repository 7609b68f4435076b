"""What the office sees of cycles: the list, one cycle with its meetings, and what waits for a decision.

Every page asks a fixed number of questions, whatever the number of meetings or members.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.adaptation_life import may_start
from gipt.domain.guides import Curriculum, GuideStatus
from gipt.domain.problems import NotFound
from gipt.models import (
    Assignment,
    Attendance,
    CurriculumVersion,
    Cycle,
    CycleGuide,
    Group,
    GuideTranslation,
    Membership,
    Session,
    Site,
    Staff,
    Venue,
)
from gipt.queries.curricula import published
from gipt.queries.cycle_ends import CAME, count_of, members_now, protocols, still_missing
from gipt.queries.groups import seen_groups
from gipt.queries.plans import Leaders
from gipt.queries.rows import record
from gipt.queries.scope import seen_cycles

LIVE = ("planned", "running", "closing")
NOT_YET = ("planned", "confirmed", "postponed", "not_held_no_report")
PAGE = 50
WAITING = 40
"""At most so many things to decide are shown at once; the rest follows when these are done."""


@dataclass(frozen=True, slots=True)
class CycleLine:
    """One line of the list; a group without dates has no cycle yet."""

    group_id: str
    code: str
    name: str
    site: str
    site_id: str
    cycle_id: str | None
    number: int | None
    status: str | None
    sessions: int | None
    weekday: int | None
    at_time: time | None
    held: int
    members: int
    next_on: date | None
    leader: str | None


@dataclass(frozen=True, slots=True)
class CycleList:
    """One page of the list; `total` counts all lines that fit."""

    lines: tuple[CycleLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A meeting that waits for somebody: `why` is gap (its number stands empty) or no_record."""

    why: str
    session_id: str
    cycle_id: str
    group_name: str
    site_id: str
    kind: str
    number: int
    on_date: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class CycleSession:
    """One meeting of a cycle; `leaders` are the names of who leads it."""

    session_id: str
    kind: str
    number: int
    label: str | None
    on_date: date
    held_on: date | None
    first_confirmed_on: date | None
    at_time: time
    minutes: int
    venue: str | None
    status: str
    cancel_reason: str | None
    gap: str
    marked: int
    came: int
    closed: bool
    leaders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reads:
    """The published words that a cycle is pinned to, and whether it is a pilot that tries them out."""

    tag: str
    published_at: datetime
    untranslated: int
    status: GuideStatus
    pilot: bool

    @property
    def starts(self) -> bool:
        """Say whether a cycle can start with them."""
        return may_start(self.status, pilot=self.pilot)


@dataclass(frozen=True, slots=True)
class CyclePage:
    """One cycle as the office sees it; `missing` is what a start still needs.

    `reads` None: the guide in the curriculum's own words.
    """

    cycle_id: str
    group_id: str
    site_id: str
    code: str
    name: str
    site: str
    number: int
    status: str
    mode: str
    of: int
    accepted: int | None
    completion: int
    weekday: int
    at_time: time
    time_zone: str
    minutes: int
    rhythm_days: int
    venue: str | None
    language: str | None
    first_on: date
    started_on: date | None
    closed_on: date | None
    members: int
    curriculum_status: str
    curriculum: Curriculum
    reads: Reads | None
    missing: tuple[str, ...]
    sessions: tuple[CycleSession, ...]

    @property
    def core(self) -> tuple[CycleSession, ...]:
        """Give the numbered sessions in order of number and date."""
        return tuple(one for one in self.sessions if one.kind == "core")

    @property
    def others(self) -> tuple[CycleSession, ...]:
        """Give the follow-up and other meetings by date."""
        return tuple(one for one in self.sessions if one.kind != "core")

    @property
    def held(self) -> int:
        """Give how many numbered sessions were held."""
        return sum(1 for one in self.core if one.status == "held")

    @property
    def leaders(self) -> tuple[str, ...]:
        """Give who leads the next meeting that may still take place, or led the last one."""
        to_come = [one for one in self.core if one.status in NOT_YET]
        chosen = (to_come or list(self.core))[: 1 if to_come else None]
        return chosen[-1].leaders if chosen else ()


def list_cycles(
    by: Actor, on: date, *, status: str | None = None, site_id: str | None = None, page: int = 1
) -> CycleList:
    """Give one page of cycles and of groups that have none yet, in one query; those that need work come first.

    `status` is a state, `forming` (no dates yet), `all`, or None: everything that is not over.
    """
    where = [seen_groups(by, on)]
    if site_id:
        where.append(Group.site_id == site_id)
    if status == "forming":
        where.append(Cycle.id.is_(None))
    elif status and status != "all":
        where.append(Cycle.status == status)
    elif status is None:
        where.append(sa.or_(Cycle.id.is_(None), Cycle.status.in_(LIVE)))
    following = (
        sa.select(sa.func.min(Session.on_date))
        .where(Session.cycle_id == Cycle.id, Session.status.in_(NOT_YET), Session.on_date >= on)
        .correlate(Cycle.__table__)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Group.id,
            Group.code,
            Group.name,
            Site.name.label("site"),
            Group.site_id,
            Cycle.id.label("cycle_id"),
            Cycle.number,
            Cycle.status,
            Cycle.sessions,
            Cycle.weekday,
            Cycle.at_time,
            count_of(Session, Session.cycle_id == Cycle.id, Session.kind == "core", Session.status == "held"),
            count_of(Membership, Membership.cycle_id == Cycle.id, Membership.left_on.is_(None)),
            following.label("next_on"),
            _lead_of(Staff.name, on).label("lead_name"),
            _lead_of(Staff.sign_in_name, on).label("lead_sign_in"),
            sa.func.count().over().label("total"),
        )
        .join(Site, Site.id == Group.site_id)
        .outerjoin(Cycle, Cycle.group_id == Group.id)
        .where(*where)
        .order_by(sa.nulls_last(following.asc()), Group.code, Cycle.number)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    lines = tuple(record(CycleLine, row[:14], leader=row.lead_name or row.lead_sign_in) for row in rows)
    return CycleList(lines, rows[0].total if rows else 0)


def _lead_of(column: Any, on: date) -> Any:
    return (
        sa.select(column)
        .join(Assignment, Assignment.staff_id == Staff.id)
        .where(
            Assignment.cycle_id == Cycle.id,
            Assignment.session_id.is_(None),
            Assignment.role == "lead",
            sa.or_(Assignment.to_on.is_(None), Assignment.to_on >= on),
        )
        .order_by(Assignment.from_on, Assignment.id)
        .limit(1)
        .correlate(Cycle.__table__)
        .scalar_subquery()
    )


def live_cycle_of(by: Actor, group_id: str, on: date) -> str | None:
    """Find the cycle of a group that is not over; None when there is none that the actor sees."""
    found: str | None = db.session.scalar(
        sa.select(Cycle.id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Group.id == group_id, seen_cycles(by, on), Cycle.status.in_(LIVE))
        .order_by(Cycle.number.desc())
        .limit(1)
    )
    return found


def find_to_decide(by: Actor, on: date) -> list[ToDecide]:
    """List the cancelled numbers without a decision and the past meetings without a record, oldest first."""
    gap = sa.and_(Session.status == "cancelled", Session.gap == "open", Session.kind == "core")
    overdue = sa.and_(Session.status.in_(NOT_YET), Session.on_date < on, Cycle.status != "planned")
    rows = db.session.execute(
        sa.select(
            sa.case((gap, "gap"), else_="no_record"),
            Session.id,
            Session.cycle_id,
            Group.name,
            Group.site_id,
            Session.kind,
            Session.number,
            Session.on_date,
            Session.cancel_reason,
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(seen_cycles(by, on), Cycle.status.in_(LIVE), sa.or_(gap, overdue))
        .order_by(Session.on_date, Group.code)
        .limit(WAITING)
    )
    return [record(ToDecide, row) for row in rows]


def get_cycle(by: Actor, cycle_id: str, on: date) -> CyclePage:
    """Give one cycle in three statements; raise NotFound when it is not the actor's."""
    row = db.session.execute(
        sa.select(
            Cycle.id,
            Cycle.group_id,
            Group.site_id,
            Group.code,
            Group.name,
            Site.name.label("site"),
            Cycle.number,
            Cycle.status,
            Cycle.mode,
            Cycle.sessions,
            Cycle.accepted_sessions,
            Cycle.completion_sessions,
            Cycle.weekday,
            Cycle.at_time,
            Cycle.time_zone,
            Cycle.minutes,
            Cycle.rhythm_days,
            Venue.name.label("venue"),
            Cycle.language,
            Cycle.first_on,
            Cycle.started_on,
            Cycle.closed_on,
            members_now().label("members"),
            CurriculumVersion.status.label("curriculum_status"),
            CurriculumVersion.content_hash,
            GuideTranslation.status.label("guide_status"),
            CycleGuide.pilot,
            GuideTranslation.tag,
            GuideTranslation.published_at.label("words_at"),
            GuideTranslation.untranslated,
            protocols().label("protocols"),
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(Site, Site.id == Group.site_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
        .outerjoin(GuideTranslation, GuideTranslation.id == CycleGuide.translation_id)
        .outerjoin(Venue, Venue.id == Cycle.venue_id)
        .where(Cycle.id == cycle_id, seen_cycles(by, on))
    ).one_or_none()
    if row is None:
        raise NotFound(kind="cycle")
    return record(
        CyclePage,
        row[:24],
        curriculum=published(row.content_hash),
        reads=Reads(row.tag, row.words_at, row.untranslated, GuideStatus(row.guide_status), bool(row.pilot))
        if row.tag
        else None,
        missing=tuple(
            still_missing(row.protocols, row.curriculum_status, row.members, row.guide_status, row.pilot)
        ),
        sessions=_sessions(cycle_id),
    )


def _sessions(cycle_id: str) -> tuple[CycleSession, ...]:
    rows = db.session.execute(
        sa.select(
            Session.id,
            Session.kind,
            Session.number,
            Session.label,
            Session.on_date,
            Session.held_on,
            Session.first_confirmed_on,
            Session.at_time,
            Session.minutes,
            Venue.name.label("venue"),
            Session.status,
            Session.cancel_reason,
            Session.gap,
            count_of(Attendance, Attendance.session_id == Session.id).label("marked"),
            count_of(Attendance, Attendance.session_id == Session.id, Attendance.status.in_(CAME)).label(
                "came"
            ),
            Session.closed_at,
        )
        .outerjoin(Venue, Venue.id == Session.venue_id)
        .where(Session.cycle_id == cycle_id)
        .order_by(Session.kind, Session.number, Session.on_date)
    ).all()
    leading = db.session.execute(
        sa.select(
            Assignment.staff_id,
            Assignment.session_id,
            Assignment.role,
            Assignment.from_on,
            Assignment.to_on,
            Staff.name,
            Staff.sign_in_name,
        )
        .join(Staff, Staff.id == Assignment.staff_id)
        .where(Assignment.cycle_id == cycle_id)
    ).all()
    leaders = Leaders(leading)
    names = {one.staff_id: one.name or one.sign_in_name for one in leading}
    return tuple(
        record(
            CycleSession,
            row[:15],
            closed=row.closed_at is not None,
            leaders=tuple(names[one] for one in leaders.on(row.held_on or row.on_date, row.id)),
        )
        for row in rows
    )

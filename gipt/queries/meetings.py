"""What a facilitator's pages show: today, groups, one meeting, its register and its check-ins.

Every page asks a fixed number of questions, whatever the number of members.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.guides import Curriculum
from gipt.domain.measures import AssessmentPoint
from gipt.domain.problems import NotFound
from gipt.models import (
    AbsenceFollowUp,
    Answer,
    Assessment,
    Attendance,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    PreGroupMeeting,
    SafetyEpisode,
    Session,
    Venue,
)
from gipt.queries.curricula import published
from gipt.queries.rows import record
from gipt.queries.scope import seen_sessions

CAME = ("present", "late", "left_early", "makeup_done")
BACK_DAYS = 21
"""Nothing older stands on Today (ux.md F3)."""


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """One meeting as Today and lists show it; `came` and `marked` count members."""

    session_id: str
    cycle_id: str
    group_name: str
    sign: int
    kind: str
    number: int
    of: int
    on_date: date
    at_time: time
    venue: str | None
    status: str
    closed: bool
    members: int
    marked: int
    came: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody to ask after."""

    session_id: str
    enrolment_id: str
    cycle_id: str
    group_name: str
    member_name: str | None
    sign: int
    number: int
    due_on: date
    done: bool


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One member of a meeting: mark so far and where the check-in stands.

    `check_in` is none, started, done or declined; `new` says that no first talk was recorded.
    """

    enrolment_id: str
    member_id: str
    sign: int
    name: str | None
    joined_on: date
    left_on: date | None
    mark: str | None
    reason: str | None
    minutes_late: int | None
    left_after_half: bool | None
    with_child: bool
    check_in: str | None
    answered: int
    new: bool
    open_safety: bool


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting with its roster, in the order of the signs."""

    session_id: str
    cycle_id: str
    cycle_status: str
    group_name: str
    group_code: str
    sign: int
    site_id: str
    kind: str
    number: int
    of: int
    label: str | None
    on_date: date
    at_time: time
    minutes: int
    venue: str | None
    mode: str
    status: str
    held_on: date | None
    closed_at: datetime | None
    feel: str | None
    steps_done: tuple[str, ...]
    minutes_held: int | None
    children_present: int | None
    note: str | None
    language: str | None
    curriculum: Curriculum
    roster: tuple[RosterRow, ...]

    @property
    def came(self) -> tuple[RosterRow, ...]:
        """Give the members who came."""
        return tuple(row for row in self.roster if row.mark in CAME)

    @property
    def marked(self) -> int:
        """Give how many members are marked at all."""
        return sum(1 for row in self.roster if row.mark is not None)

    def row(self, enrolment_id: str) -> RosterRow:
        """Give one member's row; raise NotFound when the member is not of this meeting."""
        for row in self.roster:
            if row.enrolment_id == enrolment_id:
                return row
        raise NotFound(kind="enrolment")

    @property
    def measures(self) -> tuple[str, ...]:
        """Give the measures due in this meeting."""
        if self.kind != "core":
            return ()
        due = self.curriculum.due(AssessmentPoint.SESSION, session=self.number)
        return tuple(one.measure for one in due)


def _member_count() -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(Membership)
        .where(
            Membership.cycle_id == Session.cycle_id,
            Membership.joined_on <= Session.on_date,
            sa.or_(Membership.left_on.is_(None), Membership.left_on > Session.on_date),
        )
        .correlate(Session)
        .scalar_subquery()
    )


def _mark_count(statuses: tuple[str, ...] | None = None) -> Any:
    counted = sa.select(sa.func.count()).select_from(Attendance).where(Attendance.session_id == Session.id)
    if statuses is not None:
        counted = counted.where(Attendance.status.in_(statuses))
    return counted.correlate(Session).scalar_subquery()


def find_meetings(by: Actor, today: date, days: int = 7) -> list[MeetingCard]:
    """List the meetings from `BACK_DAYS` ago (unfinished ones) to `days` ahead, by date and time."""
    rows = db.session.execute(
        sa.select(
            Session.id,
            Session.cycle_id,
            Group.name,
            Group.sign,
            Session.kind,
            Session.number,
            Cycle.sessions,
            Session.on_date,
            Session.at_time,
            Venue.name.label("venue"),
            Session.status,
            Session.closed_at,
            _member_count().label("members"),
            _mark_count().label("marked"),
            _mark_count(CAME).label("came"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(Venue, Venue.id == Session.venue_id)
        .where(
            seen_sessions(by, today),
            Cycle.status.in_(("planned", "running", "closing")),
            Session.on_date.between(today - timedelta(days=BACK_DAYS), today + timedelta(days=days)),
        )
        .order_by(Session.on_date, Session.at_time)
    )
    return [
        record(
            MeetingCard,
            row[:11],
            closed=row.closed_at is not None,
            members=row.members,
            marked=row.marked,
            came=row.came,
        )
        for row in rows
    ]


def find_absences(by: Actor, today: date, *, done: bool = False) -> list[Absence]:
    """List who is to be asked after, the most urgent first."""
    rows = db.session.execute(
        sa.select(
            AbsenceFollowUp.session_id,
            AbsenceFollowUp.enrolment_id,
            Session.cycle_id,
            Group.name,
            Member.name.label("member_name"),
            Membership.sign,
            Session.number,
            AbsenceFollowUp.due_on,
            AbsenceFollowUp.done_at,
        )
        .join(Session, Session.id == AbsenceFollowUp.session_id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(Enrolment, Enrolment.id == AbsenceFollowUp.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(
            Membership,
            sa.and_(Membership.enrolment_id == Enrolment.id, Membership.cycle_id == Session.cycle_id),
        )
        .where(
            seen_sessions(by, today),
            Enrolment.exit_type.is_(None),
            AbsenceFollowUp.done_at.is_not(None) if done else AbsenceFollowUp.done_at.is_(None),
            AbsenceFollowUp.due_on >= today - timedelta(days=BACK_DAYS),
        )
        .order_by(AbsenceFollowUp.due_on, Membership.sign)
        .limit(50)
    )
    return [record(Absence, row[:8], done=row.done_at is not None) for row in rows]


def get_meeting(by: Actor, session_id: str, today: date) -> MeetingPage:
    """Give one meeting with its roster on its own date; raise NotFound when it is not the actor's."""
    row = db.session.execute(
        sa.select(
            Session.id,
            Session.cycle_id,
            Cycle.status.label("cycle_status"),
            Group.name,
            Group.code,
            Group.sign,
            Group.site_id,
            Session.kind,
            Session.number,
            Cycle.sessions,
            Session.label,
            Session.on_date,
            Session.at_time,
            Session.minutes,
            Venue.name.label("venue"),
            sa.func.coalesce(Session.mode, Cycle.mode).label("mode"),
            Session.status,
            Session.held_on,
            Session.closed_at,
            Session.feel,
            Session.steps_done,
            Session.minutes_held,
            Session.children_present,
            Session.note,
            Cycle.language,
            CurriculumVersion.content_hash,
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(Venue, Venue.id == Session.venue_id)
        .where(Session.id == session_id, seen_sessions(by, today))
    ).one_or_none()
    if row is None:
        raise NotFound(kind="session")
    roster = _roster(row.cycle_id, session_id, row.held_on or row.on_date)
    return record(
        MeetingPage,
        row[:20],
        steps_done=tuple(row.steps_done or ()),
        minutes_held=row.minutes_held,
        children_present=row.children_present,
        note=row.note,
        language=row.language,
        curriculum=published(row.content_hash),
        roster=roster,
    )


def _roster(cycle_id: str, session_id: str, on: date) -> tuple[RosterRow, ...]:
    """Give the members on the day, and whoever has a mark although they left or joined on another day."""
    open_safety = (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .exists()
    )
    talked = (
        sa.select(PreGroupMeeting.id)
        .where(PreGroupMeeting.enrolment_id == Enrolment.id, PreGroupMeeting.held_on.is_not(None))
        .correlate(Enrolment)
        .exists()
    )
    rows = db.session.execute(
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.sign,
            Member.name,
            Membership.joined_on,
            Membership.left_on,
            Attendance.status,
            Attendance.reason,
            Attendance.minutes_late,
            Attendance.left_after_half,
            sa.func.coalesce(Attendance.with_child, sa.false()).label("with_child"),
            Assessment.status.label("check_in"),
            sa.func.coalesce(Assessment.answered, 0).label("answered"),
            sa.not_(talked).label("new"),
            open_safety.label("open_safety"),
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.enrolment_id == Membership.enrolment_id, Attendance.session_id == session_id),
        )
        .outerjoin(
            Assessment,
            sa.and_(Assessment.enrolment_id == Membership.enrolment_id, Assessment.session_id == session_id),
        )
        .where(
            Membership.cycle_id == cycle_id,
            sa.or_(
                Attendance.id.is_not(None),
                sa.and_(
                    Membership.joined_on <= on, sa.or_(Membership.left_on.is_(None), Membership.left_on > on)
                ),
            ),
        )
        .order_by(Membership.sign, Assessment.created_at)
    )
    seen: dict[str, RosterRow] = {}
    for row in rows:
        seen.setdefault(row.enrolment_id, record(RosterRow, row))
    return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """The answers so far of one assessment: item id to value, or to None with the reason in `missing`."""

    assessment_id: str | None
    status: str | None
    total: int | None
    values: dict[str, int | None]
    missing: dict[str, str]
    changed_at: datetime | None


NO_ANSWERS = GivenAnswers(None, None, None, {}, {}, None)


def find_answers(
    enrolment_id: str, measure: str, *, session_id: str | None, point: str, label: str | None = None
) -> GivenAnswers:
    """Give what was answered so far; the caller has checked that the enrolment is the actor's to see."""
    where = [Assessment.enrolment_id == enrolment_id, Assessment.measure == measure]
    if session_id is not None:
        where.append(Assessment.session_id == session_id)
    else:
        where += [
            Assessment.session_id.is_(None),
            Assessment.point == point,
            Assessment.label.is_not_distinct_from(label),
        ]
    rows = db.session.execute(
        sa.select(
            Assessment.id,
            Assessment.status,
            Assessment.total,
            Assessment.changed_at,
            Answer.item,
            Answer.value,
            Answer.missing,
        )
        .outerjoin(Answer, Answer.assessment_id == Assessment.id)
        .where(*where)
        .order_by(Assessment.created_at)
    ).all()
    if not rows:
        return NO_ANSWERS
    first = rows[0]
    given = [row for row in rows if row.id == first.id and row.item is not None]
    return GivenAnswers(
        first.id,
        first.status,
        first.total,
        {row.item: row.value for row in given},
        {row.item: row.missing for row in given if row.missing is not None},
        first.changed_at,
    )

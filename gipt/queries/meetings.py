"""What a facilitator's pages show: today, groups, one meeting, its register and its check-ins.

Every page asks a fixed number of questions, whatever the number of members.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from gipt.content.spoken_guides import Words
from gipt.domain.access import Actor
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.guides import Curriculum
from gipt.domain.measures import AssessmentPoint
from gipt.domain.problems import NotFound
from gipt.i18n.variants import gender_of
from gipt.models import (
    Assessment,
    Attendance,
    CurriculumVersion,
    Cycle,
    CycleGuide,
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
from gipt.queries.prepared import fetch, prepared
from gipt.queries.rows import record
from gipt.queries.scope import seen_sessions
from gipt.queries.translations import published_words

CAME = ("present", "late", "left_early", "makeup_done")
BACK_DAYS = 21
"""Nothing older stands on Today (ux.md F3)."""


class MeetingCard(NamedTuple):
    """One meeting as Today and lists show it; `marked`, `came` and `asked` (check-in over) count members."""

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
    asked: int
    cycle_status: str


@dataclass(frozen=True, slots=True)
class CheckState:
    """Where one check-in of one member stands: started, done or declined."""

    status: str
    answered: int
    safety: str


class MarkSoFar(NamedTuple):
    """What is stored of one member in the register of a meeting, without the person."""

    enrolment_id: str
    mark: str | None
    reason: str | None
    minutes_late: int | None


class RegisterSoFar(NamedTuple):
    """What is needed to read a posted register: the meeting's days and every member's mark so far."""

    session_id: str
    on_date: date
    held_on: date | None
    roster: tuple[MarkSoFar, ...]


class RosterRow(NamedTuple):
    """One member of a meeting: mark so far and where each check-in stands, by measure.

    `new` says that no first talk was recorded.
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
    new: bool
    episode_id: str | None
    checks: dict[str, CheckState]


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
    words: Words | None
    gender: str
    next_on: date | None
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
        if self.kind == "follow_up":
            due = self.curriculum.due(AssessmentPoint.FOLLOW_UP, follow_up=self.label)
        elif self.kind == "core":
            due = self.curriculum.due(AssessmentPoint.SESSION, session=self.number)
        else:
            due = ()
        return tuple(one.measure for one in due)

    def point_of(self, measure: str) -> AssessmentPoint:
        """Give the point of a check-in in this meeting.

        In the last meeting it is the endline too, where one is due from that day on: nobody is asked the same
        questions twice on one day (domain.md 5.4.1 takes the first endline inside the window).
        """
        if self.kind == "follow_up":
            return AssessmentPoint.FOLLOW_UP
        last = self.kind == "core" and self.number == self.curriculum.sessions
        if last and self.curriculum.endline.first_day <= 0:
            ends = {one.measure for one in self.curriculum.due(AssessmentPoint.ENDLINE)}
            return AssessmentPoint.ENDLINE if measure in ends else AssessmentPoint.SESSION
        return AssessmentPoint.SESSION

    def check_state(self, row: RosterRow) -> str:
        """Give where a member's check-ins stand together: none, started, done or declined."""
        states = [row.checks[one].status for one in self.measures if one in row.checks]
        if not states:
            return "none"
        if len(states) < len(self.measures) or "started" in states:
            return "started"
        return "done" if "done" in states else "declined"

    @property
    def to_ask(self) -> tuple[RosterRow, ...]:
        """Give who came, beginning each meeting with another member, so that nobody is always the last."""
        rows = self.came
        start = int(self.session_id[:8], 16) % len(rows) if rows else 0
        return rows[start:] + rows[:start]

    @property
    def asked(self) -> int:
        """Give how many of those who came were asked, or did not want to be."""
        return sum(1 for row in self.came if self.check_state(row) in ("done", "declined"))

    @property
    def guide(self) -> SessionGuide | None:
        """Give the guide of a core meeting or of a follow-up; other meetings have none."""
        if self.kind == "follow_up":
            return self.curriculum.meetings.get(self.label or "")
        return self.curriculum.guide_of(self.number) if self.kind == "core" else None


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


def _asked_count() -> Any:
    return (
        sa.select(sa.func.count(sa.distinct(Assessment.enrolment_id)))
        .where(Assessment.session_id == Session.id, Assessment.status.in_(("done", "declined")))
        .correlate(Session)
        .scalar_subquery()
    )


@prepared
def _cards(by: Actor, today: date, first: date, last: date) -> sa.Executable:
    return (
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
            _asked_count().label("asked"),
            Cycle.status.label("cycle_status"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(Venue, Venue.id == Session.venue_id)
        .where(
            seen_sessions(by, today),
            Cycle.status.in_(("planned", "running", "closing")),
            Session.on_date.between(first, last),
        )
        .order_by(Session.on_date, Session.at_time)
    )


def find_meetings(by: Actor, today: date, days: int = 7) -> list[MeetingCard]:
    """List the meetings from `BACK_DAYS` ago (unfinished ones) to `days` ahead, by date and time."""
    first, last = today - timedelta(days=BACK_DAYS), today + timedelta(days=days)
    rows = fetch(_cards(by, today, first, last)).all()
    return [
        record(
            MeetingCard,
            row[:11],
            closed=row.closed_at is not None,
            members=row.members,
            marked=row.marked,
            came=row.came,
            asked=row.asked,
            cycle_status=row.cycle_status,
        )
        for row in rows
    ]


@prepared
def _meeting(by: Actor, session_id: str, today: date) -> sa.Executable:
    return (
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
            CycleGuide.translation_id,
            Group.sex,
            _next_on().label("next_on"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
        .outerjoin(Venue, Venue.id == Session.venue_id)
        .where(Session.id == session_id, seen_sessions(by, today))
    )


def get_meeting(by: Actor, session_id: str, today: date) -> MeetingPage:
    """Give one meeting with its roster on its own date; raise NotFound when it is not the actor's."""
    row = fetch(_meeting(by, session_id, today)).one_or_none()
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
        words=published_words(row.translation_id),
        gender=gender_of(row.sex),
        next_on=row.next_on,
        roster=roster,
    )


def there_on(on: Any, closed_on: Any) -> Any:
    """Hold for memberships of a day, and for whoever has a mark although they left or joined on another day.

    `closed_on`: the end of the cycle, for a meeting after it; those who were there then belong to it.
    """
    stays = sa.or_(Membership.left_on.is_(None), Membership.left_on > on, Membership.left_on >= closed_on)
    return sa.or_(Attendance.id.is_not(None), sa.and_(Membership.joined_on <= on, stays))


@prepared
def _register(by: Actor, session_id: str, today: date) -> sa.Executable:
    on = sa.func.coalesce(Session.held_on, Session.on_date)
    closed_on = sa.case((Session.kind == "follow_up", Cycle.closed_on))
    return (
        sa.select(
            Session.id,
            Session.on_date,
            Session.held_on,
            Membership.enrolment_id,
            Attendance.status,
            Attendance.reason,
            Attendance.minutes_late,
            there_on(on, closed_on).label("there"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(Membership, Membership.cycle_id == Cycle.id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.enrolment_id == Membership.enrolment_id, Attendance.session_id == Session.id),
        )
        .where(Session.id == session_id, seen_sessions(by, today))
        .order_by(Membership.sign)
    )


def get_register(by: Actor, session_id: str, today: date) -> RegisterSoFar:
    """Give the register of one meeting: those whom `get_meeting` gives, in one statement and without names.

    Raises NotFound when the meeting is not the actor's.
    """
    rows = fetch(_register(by, session_id, today)).all()
    if not rows:
        raise NotFound(kind="session")
    marks = {row.enrolment_id: MarkSoFar(*tuple(row)[3:7]) for row in rows if row.there}
    first = rows[0]
    return RegisterSoFar(first.id, first.on_date, first.held_on, tuple(marks.values()))


def _next_on() -> Any:
    """Give the day of the next meeting that is still to come after this one."""
    following = sa.orm.aliased(Session)
    return (
        sa.select(sa.func.min(following.on_date))
        .where(
            following.cycle_id == Session.cycle_id,
            following.kind == "core",
            following.number > Session.number,
            following.status.in_(("planned", "confirmed", "postponed")),
        )
        .correlate(Session)
        .scalar_subquery()
    )


@prepared
def _members_of(cycle_id: str, session_id: str, on: date) -> sa.Executable:
    closed_on = (
        sa.select(Cycle.closed_on)
        .join(Session, Session.cycle_id == Cycle.id)
        .where(Session.id == session_id, Session.kind == "follow_up")
        .scalar_subquery()
    )
    open_episode = (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .scalar_subquery()
    )
    talked = (
        sa.select(PreGroupMeeting.id)
        .where(
            PreGroupMeeting.enrolment_id == Enrolment.id,
            PreGroupMeeting.kind == "pre_group",
            PreGroupMeeting.held_on.is_not(None),
        )
        .correlate(Enrolment)
        .exists()
    )
    return (
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
            sa.not_(talked).label("new"),
            open_episode.label("episode_id"),
            Assessment.measure,
            Assessment.status.label("check_in"),
            Assessment.answered,
            Assessment.safety,
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
            there_on(on, closed_on),
        )
        .order_by(Membership.sign, Assessment.created_at)
    )


def _roster(cycle_id: str, session_id: str, on: date) -> tuple[RosterRow, ...]:
    """Give the members on the day, and whoever has a mark although they left or joined on another day.

    A follow-up meeting after the cycle was closed is for those who were there when it was closed.
    """
    rows = fetch(_members_of(cycle_id, session_id, on)).all()
    seen: dict[str, RosterRow] = {}
    for row in rows:
        member = seen.get(row.enrolment_id)
        if member is None:
            member = seen[row.enrolment_id] = record(RosterRow, row[:13], checks={})
        if row.measure is not None:
            member.checks[row.measure] = CheckState(row.check_in, row.answered, row.safety)
    return tuple(seen.values())

"""What a facilitator sees of the own groups: the list, one group with its meetings and members."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.guides import Curriculum
from gipt.domain.membership import joins_too_late
from gipt.domain.problems import NotFound
from gipt.models import (
    Assessment,
    Attendance,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Goal,
    Group,
    Member,
    Membership,
    PreGroupMeeting,
    Programme,
    SafetyEpisode,
    Session,
)
from gipt.queries.curricula import published
from gipt.queries.member_notes import leads_whole, present_cycle
from gipt.queries.prepared import fetch, prepared
from gipt.queries.rows import record
from gipt.queries.scope import seen_cycles

# As a text of the statement: SQLAlchemy would put a value in anew for each question.
COMMA: Any = sa.literal_column("','")


class StripItem(NamedTuple):
    """One meeting in the strip of a group."""

    session_id: str
    kind: str
    number: int
    label: str | None
    on_date: date
    status: str
    closed: bool


class GroupMember(NamedTuple):
    """One member of a group: marks by session number, and what is still open."""

    enrolment_id: str
    member_id: str
    sign: int
    name: str | None
    marks: dict[int, str]
    pre_group_held: bool
    exit_type: str | None
    episode_id: str | None


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A cycle as its facilitator sees it."""

    cycle_id: str
    status: str
    name: str
    sign: int
    of: int
    first_on: date
    strip: tuple[StripItem, ...]
    members: tuple[GroupMember, ...]
    curriculum: Curriculum
    joining_closes: int

    @property
    def takes_somebody(self) -> bool:
        """Say whether the group may still take a new member (domain.md 1.7)."""
        held = sum(1 for one in self.strip if one.kind == "core" and one.status == "held")
        return self.status in ("planned", "running") and not joins_too_late(held, self.joining_closes)


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A cycle in the list of own groups."""

    cycle_id: str
    name: str
    sign: int
    status: str
    members: int
    held: int
    of: int
    next_on: date | None
    next_session_id: str | None


@prepared
def _groups(by: Actor, today: date) -> sa.Executable:
    members = (
        sa.select(sa.func.count())
        .select_from(Membership)
        .where(Membership.cycle_id == Cycle.id, Membership.left_on.is_(None))
        .correlate(Cycle)
        .scalar_subquery()
    )
    held = (
        sa.select(sa.func.count())
        .select_from(Session)
        .where(Session.cycle_id == Cycle.id, Session.kind == "core", Session.status == "held")
        .correlate(Cycle)
        .scalar_subquery()
    )
    coming = (
        sa.select(Session.id)
        .where(
            Session.cycle_id == Cycle.id,
            Session.status.in_(("planned", "confirmed", "postponed")),
            Session.on_date >= today,
        )
        .order_by(Session.on_date)
        .limit(1)
        .correlate(Cycle)
        .scalar_subquery()
    )
    following = sa.orm.aliased(Session)
    return (
        sa.select(
            Cycle.id,
            Group.name,
            Group.sign,
            Cycle.status,
            members.label("members"),
            held.label("held"),
            Cycle.sessions,
            following.on_date,
            following.id.label("next_id"),
        )
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(following, following.id == coming)
        .where(seen_cycles(by, today), Cycle.status.in_(("planned", "running", "closing")))
        .order_by(sa.nulls_last(following.on_date), Group.name)
    )


def find_groups(by: Actor, today: date) -> list[GroupCard]:
    """List the own groups that are planned or running, the next meeting first."""
    rows = fetch(_groups(by, today))
    return [record(GroupCard, row) for row in rows]


class EndedGroup(NamedTuple):
    """A closed cycle in the list of own groups."""

    cycle_id: str
    name: str
    sign: int
    closed_on: date


def _ended(by: Actor, today: date) -> Any:
    return (
        sa.select(Cycle.id, Group.name, Group.sign, Cycle.closed_on)
        .join(Group, Group.id == Cycle.group_id)
        .where(seen_cycles(by, today), Cycle.status == "closed")
    )


def find_ended_groups(by: Actor, today: date, most: int = 20) -> list[EndedGroup]:
    """List the own groups that have ended, the last one first; at most `most`."""
    rows = db.session.execute(_ended(by, today).order_by(Cycle.closed_on.desc(), Group.name).limit(most))
    return [record(EndedGroup, row) for row in rows]


def has_ended_groups(by: Actor, today: date) -> bool:
    """Say whether somebody led a group that has ended."""
    return bool(db.session.scalar(sa.select(_ended(by, today).exists())))


@prepared
def _group(by: Actor, cycle_id: str, today: date) -> sa.Executable:
    """Select the cycle with each of its meetings; a cycle without any comes alone."""
    return (
        sa.select(
            Cycle.id,
            Cycle.status,
            Group.name,
            Group.sign,
            Cycle.sessions,
            Cycle.first_on,
            CurriculumVersion.content_hash,
            sa.select(Programme.joining_closes).scalar_subquery().label("joining_closes"),
            Session.id.label("session_id"),
            Session.kind,
            Session.number,
            Session.label,
            Session.on_date,
            Session.status.label("session_status"),
            Session.closed_at,
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(Session, Session.cycle_id == Cycle.id)
        .where(Cycle.id == cycle_id, seen_cycles(by, today))
        .order_by(Session.kind, Session.number)
    )


def get_group(by: Actor, cycle_id: str, today: date) -> GroupPage:
    """Give a cycle with its meetings and members; raise NotFound when it is not the actor's."""
    rows = fetch(_group(by, cycle_id, today)).all()
    if not rows:
        raise NotFound(kind="cycle")
    head, meetings = rows[0], [tuple(row)[8:] for row in rows if row.session_id is not None]
    return record(
        GroupPage,
        head[:6],
        strip=tuple(record(StripItem, row[:6], closed=row[6] is not None) for row in meetings),
        members=_group_members(cycle_id),
        curriculum=published(head.content_hash),
        joining_closes=head.joining_closes,
    )


@prepared
def _members_with_marks(cycle_id: str) -> sa.Executable:
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
    open_episode = (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .scalar_subquery()
    )
    # One row for each member, whose name is decrypted once: the marks come as one text, "1 present,2 excused".
    marks = (
        sa.select(
            sa.func.aggregate_strings(sa.cast(Session.number, sa.Text) + " " + Attendance.status, COMMA)
        )
        .join(Session, Session.id == Attendance.session_id)
        .where(Attendance.enrolment_id == Enrolment.id, Session.kind == "core", Session.cycle_id == cycle_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return (
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.sign,
            Member.name,
            marks.label("marks"),
            talked.label("talked"),
            Enrolment.exit_type,
            open_episode.label("episode_id"),
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Membership.cycle_id == cycle_id)
        .order_by(Membership.sign, Membership.joined_on)
    )


def _group_members(cycle_id: str) -> tuple[GroupMember, ...]:
    rows = fetch(_members_with_marks(cycle_id)).all()
    members: dict[str, GroupMember] = {}
    for row in rows:
        enrolment_id, member_id, sign, name, marks, talked, exit_type, episode_id = tuple(row)
        if enrolment_id not in members:
            members[enrolment_id] = GroupMember(
                enrolment_id, member_id, sign, name, marks_of(marks), bool(talked), exit_type, episode_id
            )
    return tuple(members.values())


def marks_of(text: str | None) -> dict[int, str]:
    """Take a member's marks apart: "1 present,2 excused" is {1: "present", 2: "excused"}."""
    marks = (one.partition(" ") for one in text.split(",")) if text else ()
    return {int(number): mark for number, _, mark in marks}


@dataclass(frozen=True, slots=True)
class MeetingMark:
    """One meeting of a member's row: mark and totals of the check-ins, by measure (never shown as numbers)."""

    number: int
    on_date: date
    status: str
    mark: str | None
    totals: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One member as the own facilitator sees them."""

    enrolment_id: str
    member_id: str
    cycle_id: str
    sign: int
    name: str | None
    called_name: str | None
    phone: str | None
    may_call: str | None
    may_text: str | None
    contact_note: str | None
    problem_area: str | None
    exit_type: str | None
    left_on: date | None
    pre_group_held: bool
    episode_id: str | None
    may_note: bool
    meetings: tuple[MeetingMark, ...]
    goals: tuple[str, ...]


def get_member(by: Actor, cycle_id: str, enrolment_id: str, today: date) -> MemberPage:
    """Give one member of an own group in three queries; raise NotFound when it is not the actor's."""
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
    open_episode = (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.cycle_id,
            Membership.sign,
            Member.name,
            Member.called_name,
            Member.phone,
            Member.may_call,
            Member.may_text,
            Member.contact_note,
            Enrolment.problem_area,
            Enrolment.exit_type,
            Membership.left_on,
            talked.label("pre_group_held"),
            open_episode.label("episode_id"),
            sa.and_(leads_whole(by, today), Cycle.id == present_cycle()).label("may_note"),
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(
            Membership.cycle_id == cycle_id, Membership.enrolment_id == enrolment_id, seen_cycles(by, today)
        )
        .order_by(Membership.joined_on.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="enrolment")
    goals = db.session.scalars(
        sa.select(Goal.text)
        .where(Goal.enrolment_id == enrolment_id, Goal.status != "dropped")
        .order_by(Goal.created_at)
    )
    return record(
        MemberPage,
        row,
        meetings=_member_meetings(cycle_id, enrolment_id),
        goals=tuple(goal for goal in goals if goal),
    )


def _member_meetings(cycle_id: str, enrolment_id: str) -> tuple[MeetingMark, ...]:
    rows = db.session.execute(
        sa.select(
            Session.id,
            Session.number,
            sa.func.coalesce(Session.held_on, Session.on_date).label("on_date"),
            Session.status,
            Attendance.status.label("mark"),
            Assessment.measure,
            Assessment.total,
        )
        .outerjoin(
            Attendance,
            sa.and_(Attendance.session_id == Session.id, Attendance.enrolment_id == enrolment_id),
        )
        .outerjoin(
            Assessment,
            sa.and_(Assessment.session_id == Session.id, Assessment.enrolment_id == enrolment_id),
        )
        .where(Session.cycle_id == cycle_id, Session.kind == "core", Session.status != "cancelled")
        .order_by(Session.number)
    )
    found: dict[str, MeetingMark] = {}
    for row in rows:
        meeting = found.setdefault(row.id, record(MeetingMark, row[1:5]))
        if row.total is not None:
            meeting.totals[row.measure] = row.total
    return tuple(found.values())

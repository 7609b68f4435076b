"""What a facilitator sees of the own groups: the list, one group with its meetings and members."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.guides import Curriculum
from gipt.domain.problems import NotFound
from gipt.models import (
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
)
from gipt.queries.curricula import published
from gipt.queries.rows import record
from gipt.queries.scope import seen_cycles


@dataclass(frozen=True, slots=True)
class StripItem:
    """One meeting in the strip of a group."""

    session_id: str
    kind: str
    number: int
    label: str | None
    on_date: date
    status: str
    closed: bool


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One member of a group: marks by session number, and what is still open."""

    enrolment_id: str
    member_id: str
    sign: int
    name: str | None
    marks: dict[int, str]
    pre_group_held: bool
    exit_type: str | None
    open_safety: bool


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


def find_groups(by: Actor, today: date) -> list[GroupCard]:
    """List the own groups that are planned or running, the next meeting first."""
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
    rows = db.session.execute(
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
    return [record(GroupCard, row) for row in rows]


def get_group(by: Actor, cycle_id: str, today: date) -> GroupPage:
    """Give a cycle with its meetings and members; raise NotFound when it is not the actor's."""
    head = db.session.execute(
        sa.select(
            Cycle.id,
            Cycle.status,
            Group.name,
            Group.sign,
            Cycle.sessions,
            Cycle.first_on,
            CurriculumVersion.content_hash,
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Cycle.id == cycle_id, seen_cycles(by, today))
    ).one_or_none()
    if head is None:
        raise NotFound(kind="cycle")
    strip = db.session.execute(
        sa.select(
            Session.id,
            Session.kind,
            Session.number,
            Session.label,
            Session.on_date,
            Session.status,
            Session.closed_at,
        )
        .where(Session.cycle_id == cycle_id)
        .order_by(Session.kind, Session.number)
    ).all()
    return record(
        GroupPage,
        head[:6],
        strip=tuple(record(StripItem, row[:6], closed=row.closed_at is not None) for row in strip),
        members=_group_members(cycle_id),
        curriculum=published(head.content_hash),
    )


def _group_members(cycle_id: str) -> tuple[GroupMember, ...]:
    talked = (
        sa.select(PreGroupMeeting.id)
        .where(PreGroupMeeting.enrolment_id == Enrolment.id, PreGroupMeeting.held_on.is_not(None))
        .correlate(Enrolment)
        .exists()
    )
    open_safety = (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .exists()
    )
    rows = db.session.execute(
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.sign,
            Member.name,
            Enrolment.exit_type,
            talked.label("talked"),
            open_safety.label("open_safety"),
            Session.number,
            Attendance.status,
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(Attendance, Attendance.enrolment_id == Enrolment.id)
        .outerjoin(
            Session,
            sa.and_(
                Session.id == Attendance.session_id, Session.kind == "core", Session.cycle_id == cycle_id
            ),
        )
        .where(Membership.cycle_id == cycle_id)
        .order_by(Membership.sign)
    )
    members: dict[str, GroupMember] = {}
    for row in rows:
        member = members.setdefault(
            row.enrolment_id,
            GroupMember(
                row.enrolment_id,
                row.member_id,
                row.sign,
                row.name,
                {},
                bool(row.talked),
                row.exit_type,
                bool(row.open_safety),
            ),
        )
        if row.number is not None:
            member.marks[row.number] = row.status
    return tuple(members.values())

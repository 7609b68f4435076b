"""What is still open around the meetings of a cycle: first talks before it, last check-ins after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.guides import Curriculum
from gipt.domain.measures import AssessmentPoint
from gipt.domain.problems import NotFound
from gipt.models import (
    Assessment,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    PreGroupMeeting,
    Programme,
    SafetyEpisode,
    Session,
)
from gipt.queries.curricula import published
from gipt.queries.prepared import fetch, prepared
from gipt.queries.rows import record
from gipt.queries.scope import seen_cycles

GONE = ("cancelled", "merged")


class OpenWork(NamedTuple):
    """What one own group still needs: `talks` members without a first talk, `ends` without a last check-in."""

    cycle_id: str
    group_name: str
    sign: int
    status: str
    last_on: date | None
    talks: int
    ends: int


@dataclass(frozen=True, slots=True)
class EndRow:
    """One member and the last check-in so far; `session_id` when it was begun in a meeting."""

    enrolment_id: str
    member_id: str
    sign: int
    name: str | None
    episode_id: str | None
    no_endline_reason: str | None
    checks: dict[str, tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class AfterMeeting:
    """One meeting after the cycle."""

    session_id: str
    number: int
    label: str | None
    on_date: date
    status: str
    closed: bool


@dataclass(frozen=True, slots=True)
class AfterPage:
    """The time after the last meeting: who is still to be asked, until when, and what is planned."""

    cycle_id: str
    group_name: str
    sign: int
    status: str
    last_on: date
    endline_days: int
    curriculum: Curriculum
    members: tuple[EndRow, ...]
    meetings: tuple[AfterMeeting, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """Give the measures that are due at the end."""
        return tuple(one.measure for one in self.curriculum.due(AssessmentPoint.ENDLINE))

    @property
    def opens_on(self) -> date:
        """Give the first day on which a last check-in counts."""
        return self.last_on + timedelta(days=self.curriculum.endline.first_day)

    @property
    def closes_on(self) -> date:
        """Give the last day on which it counts, by the programme's setting; later ones are kept and marked as late."""
        return self.last_on + timedelta(days=self.endline_days)

    def state(self, row: EndRow) -> str:
        """Give where a member's last check-ins stand together: none, started, done or declined."""
        states = [row.checks[one][0] for one in self.measures if one in row.checks]
        if not states:
            return "none"
        if len(states) < len(self.measures) or "started" in states:
            return "started"
        return "done" if "done" in states else "declined"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One member of a cycle, as much as a check-in outside a meeting needs."""

    enrolment_id: str
    member_id: str
    cycle_id: str
    sign: int
    name: str | None
    language: str | None
    episode_id: str | None
    curriculum: Curriculum


def _last_on() -> Any:
    """Give the day of the last core meeting, held or planned."""
    return (
        sa.select(sa.func.max(sa.func.coalesce(Session.held_on, Session.on_date)))
        .where(Session.cycle_id == Cycle.id, Session.kind == "core", Session.status.not_in(GONE))
        .correlate(Cycle)
        .scalar_subquery()
    )


def _without(found: Any, *more: Any) -> Any:
    """Count the present members of a cycle for whom `found` does not exist."""
    return (
        sa.select(sa.func.count())
        .select_from(Membership)
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .where(Membership.cycle_id == Cycle.id, Membership.left_on.is_(None), ~found, *more)
        .correlate(Cycle)
        .scalar_subquery()
    )


@prepared
def _open_work(by: Actor, today: date) -> sa.Executable:
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
    ended = (
        sa.select(Assessment.id)
        .where(
            Assessment.enrolment_id == Enrolment.id,
            Assessment.point == "endline",
            Assessment.status.in_(("done", "declined")),
        )
        .correlate(Enrolment)
        .exists()
    )
    return (
        sa.select(
            Cycle.id,
            Group.name,
            Group.sign,
            Cycle.status,
            _last_on().label("last_on"),
            _without(talked).label("talks"),
            _without(ended, Enrolment.no_endline_reason.is_(None)).label("ends"),
        )
        .join(Group, Group.id == Cycle.group_id)
        .where(seen_cycles(by, today), Cycle.status.in_(("planned", "running", "closing")))
        .order_by(Cycle.first_on, Group.name)
    )


def find_open_work(by: Actor, today: date) -> list[OpenWork]:
    """List the own groups in which a first talk or a last check-in is missing, in one query."""
    rows = fetch(_open_work(by, today))
    return [record(OpenWork, row) for row in rows]


def get_after(by: Actor, cycle_id: str, today: date) -> AfterPage:
    """Give the time after the last meeting; raise NotFound when the cycle is not the actor's."""
    head = db.session.execute(
        sa.select(
            Cycle.id,
            Group.name,
            Group.sign,
            Cycle.status,
            _last_on().label("last_on"),
            sa.select(Programme.endline_days).scalar_subquery().label("endline_days"),
            CurriculumVersion.content_hash,
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Cycle.id == cycle_id, seen_cycles(by, today))
    ).one_or_none()
    if head is None or head.last_on is None:
        raise NotFound(kind="cycle")
    meetings = db.session.execute(
        sa.select(
            Session.id, Session.number, Session.label, Session.on_date, Session.status, Session.closed_at
        )
        .where(Session.cycle_id == cycle_id, Session.kind == "follow_up")
        .order_by(Session.on_date)
    )
    return record(
        AfterPage,
        head[:6],
        curriculum=published(head.content_hash),
        members=_end_rows(cycle_id),
        meetings=tuple(record(AfterMeeting, row[:5], closed=row.closed_at is not None) for row in meetings),
    )


def _open_episode() -> Any:
    return (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _end_rows(cycle_id: str) -> tuple[EndRow, ...]:
    rows = db.session.execute(
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.sign,
            Member.name,
            _open_episode().label("episode_id"),
            Enrolment.no_endline_reason,
            Assessment.measure,
            Assessment.status,
            Assessment.session_id,
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(
            Assessment,
            sa.and_(Assessment.enrolment_id == Enrolment.id, Assessment.point == "endline"),
        )
        .where(
            Membership.cycle_id == cycle_id,
            sa.or_(Enrolment.exit_type.is_(None), Enrolment.exit_type == "completed"),
        )
        .order_by(Membership.sign, Assessment.created_at)
    )
    members: dict[str, EndRow] = {}
    for row in rows:
        member = members.setdefault(row.enrolment_id, record(EndRow, row[:6], checks={}))
        if row.measure is not None and member.checks.get(row.measure, ("", None))[0] != "done":
            member.checks[row.measure] = (row.status, row.session_id)
    return tuple(members.values())


def get_enrolled(by: Actor, cycle_id: str, enrolment_id: str, today: date) -> Enrolled:
    """Give one member of a cycle; raise NotFound when it is not the actor's."""
    row = db.session.execute(
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.cycle_id,
            Membership.sign,
            Member.name,
            Cycle.language,
            _open_episode().label("episode_id"),
            CurriculumVersion.content_hash,
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(
            Membership.cycle_id == cycle_id, Membership.enrolment_id == enrolment_id, seen_cycles(by, today)
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="enrolment")
    return record(Enrolled, row[:7], curriculum=published(row.content_hash))

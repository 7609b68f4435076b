"""Reads about groups for the office: the list, one group, and what speaks against a set of people."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.group_formation import (
    Finding,
    GroupCandidate,
    GroupFacilitator,
    GroupSettings,
    Link,
    LinkKind,
    group_findings,
)
from gipt.domain.people import Sex, age_on
from gipt.domain.problems import NotFound
from gipt.domain.risk import Level
from gipt.models import (
    Assignment,
    AuditEvent,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    NotTogether,
    SafetyEpisode,
    Session,
    Site,
    Staff,
    Venue,
)
from gipt.models import GroupCandidate as CandidateRow
from gipt.queries.consents import NOTHING_SAID, consent_states
from gipt.queries.scope import Condition, at_sites, seen_cycles

LIVE = ("planned", "running", "closing")
PAGE = 50
POPULATIONS = (
    "adult_women",
    "adult_men",
    "adolescent_girls",
    "adolescent_boys",
    "perinatal",
    "hiv",
    "displaced",
    "caregivers",
    "other",
)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of the list; `cycle_id` is that of the newest cycle, None before one was planned."""

    group_id: str
    code: str
    name: str
    sign: int
    site: str
    members: int
    cycle_id: str | None
    number: int | None
    status: str | None
    sessions: int | None
    held: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class GroupList:
    """One page of groups; `total` counts all that fit."""

    rows: tuple[GroupRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class GroupHead:
    """What stands above every tab of a group: itself and its newest cycle."""

    group_id: str
    code: str
    name: str
    sign: int
    site_id: str
    site: str
    language: str | None
    population: str | None
    sex: str | None
    minors: bool
    venue: str | None
    note: str | None
    cycle_id: str | None
    number: int | None
    status: str | None
    sessions: int | None
    first_on: date | None
    weekday: int | None
    at_time: time | None
    facilitators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One person of a group: enrolled in the newest cycle, or chosen for the next (`enrolment_id` None)."""

    member_id: str
    code: str
    name: str
    sex: str | None
    age: int | None
    sign: int
    enrolment_id: str | None
    joined_on: date | None
    left_on: date | None
    exit_type: str | None
    in_other_group: bool = False


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One session of the newest cycle."""

    session_id: str
    kind: str
    number: int
    on_date: date
    at_time: time
    status: str
    cancel_reason: str | None
    held_on: date | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act: when, who (code of the staff or the operator), what."""

    at: datetime
    actor: str
    action: str


@dataclass(frozen=True, slots=True)
class CycleChoice:
    """One cycle to which a member can be moved or added."""

    cycle_id: str
    label: str


def newest_cycle() -> sa.ScalarSelect[str]:
    """Select the id of the group's newest cycle."""
    other = sa.alias(Cycle.__table__, "newest")
    return (
        sa.select(other.c.id)
        .where(other.c.group_id == Group.id)
        .order_by(other.c.number.desc())
        .limit(1)
        .correlate(Group.__table__)
        .scalar_subquery()
    )


def seen_groups(by: Actor, on: date) -> Condition:
    """Limit Group (outer joined with its newest Cycle): sites for a coordinator, seen cycles for a supervisor.

    A group without a cycle has no facilitator yet; whoever may see groups at its site sees it.
    """
    sites = sites_for(by, Permission.GROUPS_SEE)
    waiting = sa.and_(Cycle.id.is_(None), at_sites(Group.site_id, sites))
    return sa.or_(sa.and_(Cycle.id.is_not(None), seen_cycles(by, on)), waiting)


def list_groups(
    by: Actor, on: date, *, site_id: str | None = None, status: str | None = None, page: int = 1
) -> GroupList:
    """Give one page of the groups that the actor sees, newest code last; two queries."""
    where = [seen_groups(by, on)]
    if site_id:
        where.append(Group.site_id == site_id)
    if status == "forming":
        where.append(Cycle.id.is_(None))
    elif status:
        where.append(Cycle.status == status)
    base = sa.select(Group.id).outerjoin(Cycle, Cycle.id == newest_cycle()).where(*where)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(base.subquery())) or 0
    members = _count(Membership, Membership.cycle_id == Cycle.id, Membership.left_on.is_(None))
    chosen = _count(CandidateRow, CandidateRow.group_id == Group.id)
    held = _count(Session, Session.cycle_id == Cycle.id, Session.kind == "core", Session.status == "held")
    following = (
        sa.select(sa.func.min(Session.on_date))
        .where(
            Session.cycle_id == Cycle.id, Session.status.in_(("planned", "confirmed")), Session.on_date >= on
        )
        .correlate(Cycle.__table__)
        .scalar_subquery()
    )
    rows: Iterable[Any] = db.session.execute(
        sa.select(
            Group.id,
            Group.code,
            Group.name,
            Group.sign,
            Site.name,
            members + chosen,
            Cycle.id,
            Cycle.number,
            Cycle.status,
            Cycle.sessions,
            held,
            following,
        )
        .join(Site, Site.id == Group.site_id)
        .outerjoin(Cycle, Cycle.id == newest_cycle())
        .where(*where)
        .order_by(Group.code)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return GroupList(tuple(GroupRow(*row) for row in rows), total, page)


def _count(table: type, *where: Condition) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(table)
        .where(*where)
        .correlate(Cycle.__table__, Group.__table__)
        .scalar_subquery()
    )


def find_group(by: Actor, group_id: str, on: date) -> GroupHead:
    """Give the group with its newest cycle and who leads it; raise NotFound for a foreign one. One query."""
    rows: Sequence[Any] = db.session.execute(
        sa.select(
            Group.id,
            Group.code,
            Group.name,
            Group.sign,
            Group.site_id,
            Site.name,
            Group.language,
            Group.population,
            Group.sex,
            Group.minors,
            Venue.name,
            Group.note,
            Cycle.id,
            Cycle.number,
            Cycle.status,
            Cycle.sessions,
            Cycle.first_on,
            Cycle.weekday,
            Cycle.at_time,
            Staff.name,
            Staff.sign_in_name,
        )
        .join(Site, Site.id == Group.site_id)
        .outerjoin(Cycle, Cycle.id == newest_cycle())
        .outerjoin(Venue, Venue.id == sa.func.coalesce(Cycle.venue_id, Group.venue_id))
        .outerjoin(
            Assignment,
            sa.and_(
                Assignment.cycle_id == Cycle.id,
                Assignment.session_id.is_(None),
                sa.or_(Assignment.to_on.is_(None), Assignment.to_on >= on),
            ),
        )
        .outerjoin(Staff, Staff.id == Assignment.staff_id)
        .where(Group.id == group_id, seen_groups(by, on))
        .order_by(Assignment.role.desc(), Assignment.id)
    ).all()
    if not rows:
        raise NotFound(kind="group")
    leaders = tuple(dict.fromkeys(str(row[-2] or row[-1]) for row in rows if row[-1] is not None))
    head: Any = tuple(rows[0])[:-2]
    return replace(GroupHead(*head), facilitators=leaders)


def members_of(group: GroupHead, on: date) -> tuple[GroupMember, ...]:
    """Give who is or was in the newest cycle and who is chosen for the next one, by sign; two queries at most.

    A person who was moved away stands with the day of leaving and no exit.
    """
    chosen: Sequence[Any] = db.session.execute(
        sa.select(Member.id, Member.code, Member.name, Member.sex, Member.birth_year, CandidateRow.sign)
        .join(CandidateRow, CandidateRow.member_id == Member.id)
        .where(CandidateRow.group_id == group.group_id)
        .order_by(CandidateRow.sign)
    ).all()
    enrolled: Sequence[Any] = (
        []
        if group.cycle_id is None
        else db.session.execute(
            sa.select(
                Member.id,
                Member.code,
                Member.name,
                Member.sex,
                Member.birth_year,
                Membership.sign,
                Enrolment.id,
                Membership.joined_on,
                Membership.left_on,
                Enrolment.exit_type,
            )
            .join(Enrolment, Enrolment.member_id == Member.id)
            .join(Membership, Membership.enrolment_id == Enrolment.id)
            .where(Membership.cycle_id == group.cycle_id)
            .order_by(Membership.sign)
        ).all()
    )
    return tuple(
        GroupMember(
            row[0],
            row[1],
            row[2] or row[1],
            row[3],
            age_on(on, birth_year=row[4]),
            row[5],
            *(row[6:] if len(row) > 6 else (None, None, None, None)),
        )
        for row in [*enrolled, *chosen]
    )


def meetings_of(cycle_id: str | None) -> tuple[MeetingRow, ...]:
    """Give the sessions of a cycle by date."""
    if cycle_id is None:
        return ()
    rows = db.session.execute(
        sa.select(
            Session.id,
            Session.kind,
            Session.number,
            Session.on_date,
            Session.at_time,
            Session.status,
            Session.cancel_reason,
            Session.held_on,
        )
        .where(Session.cycle_id == cycle_id)
        .order_by(Session.on_date, Session.at_time, Session.number)
    )
    return tuple(MeetingRow(*row) for row in rows)


def history_of(entity_ids: Collection[str], limit: int = 100) -> tuple[HistoryRow, ...]:
    """Give the latest acts about the given things, newest first."""
    rows = db.session.execute(
        sa.select(AuditEvent.at, Staff.name, Staff.sign_in_name, AuditEvent.actor, AuditEvent.action)
        .outerjoin(Staff, Staff.id == AuditEvent.actor_id)
        .where(AuditEvent.entity_id.in_(sorted(entity_ids)))
        .order_by(AuditEvent.n.desc())
        .limit(limit)
    )
    return tuple(HistoryRow(row[0], row[1] or row[2] or row[3], row[4]) for row in rows)


def live_cycles(by: Actor, on: date, site_id: str, without: str | None = None) -> tuple[CycleChoice, ...]:
    """Give the planned and running cycles of a site to which people can be moved or added."""
    rows = db.session.execute(
        sa.select(Cycle.id, Group.code, Group.name, Cycle.number)
        .join(Group, Group.id == Cycle.group_id)
        .where(Group.site_id == site_id, Cycle.status.in_(LIVE), seen_cycles(by, on))
        .order_by(Group.code)
    )
    return tuple(CycleChoice(row[0], f"{row[1]} · {row[2]}") for row in rows if row[0] != without)


# --- what speaks against a set of people --------------------------------------------------------------------------


def check_people(
    member_ids: Sequence[str],
    settings: GroupSettings,
    on: date,
    *,
    group_id: str | None = None,
    cycle_id: str | None = None,
    facilitator_ids: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """Give everything that speaks against these people as one group, in at most four queries.

    Somebody enrolled in `cycle_id` or chosen for `group_id` is not "elsewhere". A language or sex that nobody
    wrote down speaks against nothing.
    """
    wanted = list(dict.fromkeys(member_ids))
    people = candidates(wanted, settings.language, on, group_id=group_id, cycle_id=cycle_id)
    leaders = facilitators(facilitator_ids)
    return group_findings(people, leaders, settings, links_among(wanted))


def candidates(
    member_ids: Sequence[str],
    language: str,
    on: date,
    *,
    group_id: str | None = None,
    cycle_id: str | None = None,
) -> list[GroupCandidate]:
    """Give the people as the rules see them, in the order asked for; two queries."""
    if not member_ids:
        return []
    open_level = (
        sa.select(sa.func.max(SafetyEpisode.level))
        .where(SafetyEpisode.member_id == Member.id, SafetyEpisode.status != "closed")
        .correlate(Member.__table__)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Member.id,
            Member.sex,
            Member.birth_year,
            Member.language,
            open_level,
            active_elsewhere(cycle_id),
            chosen_elsewhere(group_id),
        ).where(Member.id.in_(member_ids), Member.merged_into_id.is_(None), Member.died_on.is_(None))
    ).all()
    if len(rows) != len(set(member_ids)):
        raise NotFound(kind="member")
    consents = consent_states(member_ids)
    found = {}
    for member_id, sex, birth_year, spoken, level, active, chosen in rows:
        said = consents.get(member_id, NOTHING_SAID)
        found[member_id] = GroupCandidate(
            id=member_id,
            sex=Sex(sex) if sex else Sex.MISSING,
            age=age_on(on, birth_year=birth_year),
            languages=frozenset({spoken or language}),
            consented=said.agreed("service"),
            caregiver_consented=said.agreed("service", "caregiver"),
            active_elsewhere=bool(active or chosen),
            open_level=Level(level) if level else None,
        )
    return [found[member_id] for member_id in member_ids]


def active_elsewhere(cycle_id: str | None = None) -> sa.Exists:
    """Hold for members who belong to a planned or running cycle other than the given one."""
    where = [
        Enrolment.member_id == Member.id,
        Membership.left_on.is_(None),
        Enrolment.exit_on.is_(None),
        Cycle.status.in_(("planned", "running")),
    ]
    if cycle_id is not None:
        where.append(Cycle.id != cycle_id)
    return (
        sa.select(Membership.id)
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .where(*where)
        .correlate(Member.__table__)
        .exists()
    )


def chosen_elsewhere(group_id: str | None = None) -> sa.Exists:
    """Hold for members who are chosen for a formed group other than the given one."""
    where = [CandidateRow.member_id == Member.id]
    if group_id is not None:
        where.append(CandidateRow.group_id != group_id)
    return sa.select(CandidateRow.member_id).where(*where).correlate(Member.__table__).exists()


def facilitators(staff_ids: Iterable[str]) -> list[GroupFacilitator]:
    """Give the people who lead, as the rules see them."""
    wanted = sorted(set(staff_ids))
    if not wanted:
        return []
    rows = db.session.execute(sa.select(Staff.id, Staff.sex).where(Staff.id.in_(wanted)).order_by(Staff.id))
    return [GroupFacilitator(staff_id, Sex(sex) if sex else Sex.MISSING) for staff_id, sex in rows]


def links_among(member_ids: Collection[str]) -> tuple[Link, ...]:
    """Give the pairs among these people who must not sit together; never why."""
    if len(member_ids) < 2:
        return ()
    rows = db.session.execute(
        sa.select(NotTogether.member_a, NotTogether.member_b, NotTogether.kind).where(
            NotTogether.member_a.in_(member_ids), NotTogether.member_b.in_(member_ids)
        )
    )
    return tuple(Link(first, second, LinkKind(kind)) for first, second, kind in rows)


@dataclass(frozen=True, slots=True)
class EnrolmentHead:
    """Whose enrolment it is and where the person is or was last."""

    enrolment_id: str
    member_id: str
    code: str
    name: str
    site_id: str
    group: str
    cycle_id: str
    exit_type: str | None


def find_enrolment(by: Actor, enrolment_id: str) -> EnrolmentHead:
    """Give the enrolment whose present group the actor may edit; raise NotFound otherwise."""
    row: Any = db.session.execute(
        sa.select(
            Enrolment.id,
            Member.id,
            Member.code,
            Member.name,
            Group.site_id,
            Group.name,
            Cycle.id,
            Enrolment.exit_type,
        )
        .join(Member, Member.id == Enrolment.member_id)
        .join(Membership, Membership.enrolment_id == Enrolment.id)
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Enrolment.id == enrolment_id, at_sites(Group.site_id, sites_for(by, Permission.GROUPS_EDIT)))
        .order_by(Membership.joined_on.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound(kind="enrolment")
    return EnrolmentHead(*tuple(row))

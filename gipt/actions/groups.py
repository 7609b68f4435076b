"""Writes about groups: forming them of people who wait, changing them, enrolling who was chosen.

A group is formed before its dates are known. Until a cycle is planned the chosen people are candidates (table
`group_candidate`); `enrol_candidates` makes them enrolments with a membership when the cycle exists.
Who joins, moves or leaves later: `gipt.actions.enrolments`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require, require_at
from gipt.actions.programme import filled, the_programme
from gipt.actions.staff import next_code
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, Role
from gipt.domain.group_formation import Audience, Finding, GroupSettings
from gipt.domain.people import Sex
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import (
    Cycle,
    Enrolment,
    Group,
    GroupCandidate,
    Member,
    Membership,
    Screening,
    Site,
    Venue,
)
from gipt.queries.groups import POPULATIONS, check_people
from gipt.queries.scope import role_sites

SIGNS = 16
"""Pictures that a group can have; the sixteen-and-first group begins again."""
OPEN_STATES = ("planned", "running", "closing")


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """Describe a group; `note` is the reason when it was formed against a warning."""

    site_id: str
    name: str
    language: str | None = None
    sex: str | None = None
    minors: bool = False
    population: str | None = None
    age_band: str | None = None
    venue_id: str | None = None
    note: str | None = None


@action("form_group")
def form_group(
    *,
    record: GroupRecord,
    member_ids: Sequence[str] = (),
    facilitator_ids: Sequence[str] = (),
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Make a group (code G-0001) of people who wait; gives its id. Without people it is an empty group.

    Raises Conflict `group_blocked` with the codes of what forbids it, and Invalid `note` when only warnings
    stand against it and no reason is given.
    """
    require_at(by, Permission.GROUPS_EDIT, record.site_id)
    _check_group(record)
    if member_ids:
        found = check_people(member_ids, settings_of(record), now.date(), facilitator_ids=facilitator_ids)
        check_findings(found, record.note)
    number = db.session.scalar(sa.select(sa.func.count()).select_from(Group)) or 0
    group = Group(
        id=new_id(),
        site_id=record.site_id,
        code=next_code("G", Group.code),
        name=filled("name", record.name),
        sign=number % SIGNS,
        sex=record.sex,
        age_band=record.age_band,
        minors=record.minors,
        population=record.population,
        language=record.language,
        venue_id=record.venue_id,
        note=record.note,
        created_at=now,
    )
    db.session.add(group)
    db.session.flush()
    _choose(group, member_ids, by, now)
    audit(
        "form_group",
        by=by,
        now=now,
        entity="group",
        entity_id=group.id,
        op=op,
        members=len(member_ids),
        against_warnings=bool(member_ids and record.note),
    )
    return group.id


@action("change_group")
def change_group(
    *, group_id: str, record: GroupRecord, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Change how a group is described; its site stays."""
    group = group_row(group_id, by)
    if record.site_id != group.site_id:
        raise Invalid(field="site", reason="stays")
    _check_group(record)
    group.name, group.language, group.sex = filled("name", record.name), record.language, record.sex
    group.minors, group.population, group.age_band = record.minors, record.population, record.age_band
    group.venue_id = record.venue_id
    audit("change_group", by=by, now=now, entity="group", entity_id=group_id, op=op)
    return group_id


@action("choose_members")
def choose_members(
    *,
    group_id: str,
    member_ids: Sequence[str],
    reason: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Add people to the list for the group's next cycle; the same checks as when forming it."""
    group = group_row(group_id, by)
    already = db.session.scalars(
        sa.select(GroupCandidate.member_id).where(GroupCandidate.group_id == group_id)
    ).all()
    everybody = [*already, *(member_id for member_id in member_ids if member_id not in already)]
    running = _open_cycle(group_id)
    found = check_people(
        everybody, settings_of(record_of(group)), now.date(), group_id=group_id, cycle_id=running
    )
    check_findings(found, reason)
    if reason:
        group.note = reason
    _choose(group, everybody[len(already) :], by, now)
    audit(
        "choose_members", by=by, now=now, entity="group", entity_id=group_id, op=op, members=list(member_ids)
    )
    return group_id


@action("drop_candidate")
def drop_candidate(*, group_id: str, member_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take a person off the list for the next cycle; the person waits again, as accepted."""
    group_row(group_id, by)
    row = db.session.get(GroupCandidate, member_id)
    if row is None or row.group_id != group_id:
        raise NotFound(kind="member")
    db.session.delete(row)
    _set_waiting(member_id, "accepted", ("placed",))
    audit("drop_candidate", by=by, now=now, entity="group", entity_id=group_id, op=op, member=member_id)
    return member_id


@action("enrol_candidates")
def enrol_candidates(
    *, cycle_id: str, on_date: date | None = None, by: Actor, now: datetime, op: str | None = None
) -> list[str]:
    """Enrol everybody chosen for the group of a cycle that was just planned; gives the enrolment ids by sign.

    `on_date` is the day of enrolment, today by default and never after the first session. They belong to the
    cycle from that day. Who is blocked by now (enrolled elsewhere, consent withdrawn) raises Conflict.
    """
    cycle, group = cycle_rows(cycle_id, by)
    day = min(on_date or now.date(), cycle.first_on)
    chosen = db.session.scalars(
        sa.select(GroupCandidate).where(GroupCandidate.group_id == group.id).order_by(GroupCandidate.sign)
    ).all()
    if chosen:
        settings = settings_of(record_of(group))
        found = check_people(
            [row.member_id for row in chosen], settings, now.date(), group_id=group.id, cycle_id=cycle_id
        )
        refuse_hard(found)
    made = []
    for sign, row in enumerate(chosen, start=next_sign(cycle_id)):
        db.session.delete(row)
        made.append(enrol(row.member_id, cycle_id, day, sign, now))
    audit("enrol_candidates", by=by, now=now, entity="cycle", entity_id=cycle_id, op=op, enrolments=made)
    return made


# --- what the actions share ---------------------------------------------------------------------------------------


def group_row(group_id: str, by: Actor) -> Group:
    """Give the group that the actor may change; raise NotFound for a foreign one."""
    require(by, Permission.GROUPS_EDIT)
    group = db.session.get(Group, group_id)
    if group is None:
        raise NotFound(kind="group")
    require_at(by, Permission.GROUPS_EDIT, group.site_id)
    return group


def cycle_rows(cycle_id: str, by: Actor, also: Role | None = None) -> tuple[Cycle, Group]:
    """Give a cycle and its group that the actor may change: by permission, or by holding `also` at the site."""
    cycle = db.session.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFound(kind="cycle")
    group = db.session.get_one(Group, cycle.group_id)
    sites = role_sites(by, also) if also is not None else frozenset()
    if sites is None or group.site_id in sites:
        return cycle, group
    require_at(by, Permission.GROUPS_EDIT, group.site_id)
    return cycle, group


def settings_of(record: GroupRecord) -> GroupSettings:
    """Give the limits of a group before its curriculum is known: WHO-style sizes (domain.md 1.5)."""
    audience = Audience.MINORS if record.minors else Audience.ADULTS
    return GroupSettings(language=record.language or the_programme().language, audience=audience)


def check_findings(found: Sequence[Finding], reason: str | None) -> None:
    """Refuse what is forbidden, and warnings that nobody gave a reason for."""
    refuse_hard(found)
    if found and not (reason or "").strip():
        raise Invalid(
            field="note",
            reason="missing_for_warnings",
            findings=sorted({finding.code.value for finding in found}),
        )


def refuse_hard(found: Sequence[Finding]) -> None:
    hard = sorted({finding.code.value for finding in found if finding.is_hard})
    if hard:
        raise Conflict(reason="group_blocked", findings=hard)


def record_of(group: Group) -> GroupRecord:
    return GroupRecord(
        site_id=group.site_id,
        name=group.name,
        language=group.language,
        sex=group.sex,
        minors=group.minors,
        population=group.population,
        age_band=group.age_band,
        venue_id=group.venue_id,
        note=group.note,
    )


def _check_group(record: GroupRecord) -> None:
    if db.session.get(Site, record.site_id) is None:
        raise NotFound(kind="site")
    if record.sex is not None and record.sex not in tuple(Sex):
        raise Invalid(field="sex", reason="unknown_choice")
    if record.population is not None and record.population not in POPULATIONS:
        raise Invalid(field="population", reason="unknown_choice")
    if record.venue_id is not None:
        venue = db.session.get(Venue, record.venue_id)
        if venue is None or venue.site_id != record.site_id:
            raise NotFound(kind="venue")


def _choose(group: Group, member_ids: Sequence[str], by: Actor, now: datetime) -> None:
    """Write the chosen people down with signs from the next free one on."""
    highest = (
        db.session.scalar(
            sa.select(sa.func.max(GroupCandidate.sign)).where(GroupCandidate.group_id == group.id)
        )
        or 0
    )
    for sign, member_id in enumerate(dict.fromkeys(member_ids), start=highest + 1):
        member = db.session.get_one(Member, member_id)
        require_at(by, Permission.PEOPLE_EDIT, member.site_id)
        db.session.add(GroupCandidate(member_id=member_id, group_id=group.id, sign=sign, created_at=now))
        _set_waiting(member_id, "placed", ("waiting", "offered", "accepted", "not_now"))


def _set_waiting(member_id: str, state: str, before: tuple[str, ...]) -> None:
    db.session.execute(
        sa.update(Screening)
        .where(Screening.member_id == member_id, Screening.waiting.in_(before))
        .values(waiting=state)
    )


def enrol(
    member_id: str, cycle_id: str, day: date, sign: int, now: datetime, *, late_reason: str | None = None
) -> str:
    screening = db.session.scalar(
        sa.select(Screening.id)
        .where(Screening.member_id == member_id)
        .order_by(Screening.on_date.desc(), Screening.created_at.desc())
        .limit(1)
    )
    enrolment_id = new_id()
    db.session.add(
        Enrolment(
            id=enrolment_id,
            member_id=member_id,
            cycle_id=cycle_id,
            enrolled_on=day,
            screening_id=screening,
            late_reason=late_reason,
            created_at=now,
        )
    )
    db.session.flush()
    db.session.add(
        Membership(
            id=new_id(),
            enrolment_id=enrolment_id,
            cycle_id=cycle_id,
            sign=sign,
            joined_on=day,
            created_at=now,
        )
    )
    _set_waiting(member_id, "placed", ("waiting", "offered", "accepted", "not_now"))
    db.session.flush()
    return enrolment_id


def next_sign(cycle_id: str) -> int:
    return (
        db.session.scalar(sa.select(sa.func.max(Membership.sign)).where(Membership.cycle_id == cycle_id)) or 0
    ) + 1


def _open_cycle(group_id: str) -> str | None:
    found: str | None = db.session.scalar(
        sa.select(Cycle.id)
        .where(Cycle.group_id == group_id, Cycle.status.in_(OPEN_STATES))
        .order_by(Cycle.number.desc())
        .limit(1)
    )
    return found

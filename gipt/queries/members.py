"""Reads about people for the office: the list, the search, one person, who may be the same.

Names are sealed, so lists sort by code or date in SQL and by name only within 2,000 people; a search goes through
blind indexes of the name, of the sound of each word and of the phone.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, Role, sites_for
from gipt.domain.names import normalise_name, phone_tail, sound_keys
from gipt.domain.people import age_on
from gipt.domain.problems import NotFound
from gipt.i18n import digits_to_ascii
from gipt.models import (
    Assessment,
    Criteria,
    Cycle,
    Enrolment,
    Group,
    GroupCandidate,
    Member,
    Membership,
    MemberSound,
    NotTogether,
    SafetyEpisode,
    Satisfaction,
    Screening,
    Site,
)
from gipt.queries.consents import ConsentState, consent_states
from gipt.queries.prepared import fetch, prepared
from gipt.queries.rows import record
from gipt.queries.scope import Condition, at_sites, role_sites, seen_members
from gipt.secrecy import blind_index

PAGE = 50
NAMES_SORTED = 2_000
"""So many people can be sorted by their unsealed names in one request (decision 28)."""
LEAST_PHONE_DIGITS = 5
SORTS = ("code", "newest", "name")
STATES = ("waiting", "group", "neither")
CODE = re.compile(r"[mM]-?\s*(\d{1,7})")


class MemberRow(NamedTuple):
    """One line of the list; `group` is the code of the present group, `waiting` the place on the waiting list."""

    member_id: str
    code: str
    name: str
    sex: str | None
    birth_year: int | None
    estimated: bool
    place: str | None
    site: str
    group: str | None
    waiting: str | None

    def age(self, on: date) -> int | None:
        """Give the age on a day, None when not known."""
        return age_on(on, birth_year=self.birth_year)


@dataclass(frozen=True, slots=True)
class MemberList:
    """One page of people; `by_name` says whether sorting by name is possible at this size."""

    rows: tuple[MemberRow, ...]
    total: int
    page: int
    by_name: bool


@dataclass(frozen=True, slots=True)
class MemberCard:
    """Everything about one person that stands in the record itself."""

    member_id: str
    code: str
    site_id: str
    site: str
    name: str
    called_name: str | None
    phone: str | None
    place: str | None
    sex: str | None
    birth_year: int | None
    birth_estimated: bool
    age_band: str | None
    language: str | None
    disability: str | None
    displacement: str | None
    population: str | None
    may_call: str | None
    may_text: str | None
    contact_note: str | None
    caregiver_name: str | None
    caregiver_relation: str | None
    note: str | None
    died_on: date | None
    merged_into: str | None
    open_safety: int
    latest_screening: str | None


@dataclass(frozen=True, slots=True)
class ScreeningRow:
    """One screening of one person."""

    screening_id: str
    on_date: date
    outcome: str | None
    reasons: tuple[str, ...]
    waiting: str | None
    version: int
    measure: str
    cut_off: int
    total: int | None
    overridden: bool


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """One enrolment with its present or last membership, and what was answered about satisfaction."""

    enrolment_id: str
    group_id: str
    group: str
    name: str
    cycle_id: str
    number: int
    cycle_status: str
    sign: int
    joined_on: date
    left_on: date | None
    exit_type: str | None
    exit_on: date | None
    exit_reason: str | None
    late: bool
    is_current: bool
    satisfaction: str | None = None
    satisfaction_counts: bool | None = None


@dataclass(frozen=True, slots=True)
class Apart:
    """One person with whom somebody must not sit together."""

    member_id: str
    code: str
    name: str
    kind: str
    note: str | None


def seen_people(by: Actor, on: date) -> Condition:
    """Limit Member: as `seen_members`, and for a supervisor everybody at own sites who is in no group yet."""
    seen = seen_members(by, on, Member.site_id, Member.id)
    if Role.SUPERVISOR not in by.roles:
        return seen
    unplaced = ~sa.exists().where(Enrolment.member_id == Member.id)
    return sa.or_(seen, sa.and_(at_sites(Member.site_id, role_sites(by, Role.SUPERVISOR)), unplaced))


def own_sites(by: Actor, permission: Permission) -> tuple[tuple[str, str], ...]:
    """Give (id, name) of the active sites at which the actor holds a permission."""
    return tuple((row.id, row.name) for row in fetch(_own_sites(by, permission=permission)))


@prepared
def _own_sites(by: Actor, *, permission: Permission) -> sa.Executable:
    return (
        sa.select(Site.id, Site.name)
        .where(Site.active.is_(True), at_sites(Site.id, sites_for(by, permission)))
        .order_by(Site.name)
    )


# --- the list -----------------------------------------------------------------------------------------------------


def present_group(column: Any = Group.code) -> sa.ScalarSelect[Any]:
    """Select something of the group in which a member is now: enrolled, or chosen for the next cycle."""
    enrolled = (
        sa.select(column)
        .join(Cycle, Cycle.group_id == Group.id)
        .join(Membership, Membership.cycle_id == Cycle.id)
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .where(
            Enrolment.member_id == Member.id,
            Membership.left_on.is_(None),
            Enrolment.exit_on.is_(None),
            Cycle.status.in_(("planned", "running", "closing")),
        )
        .order_by(Membership.joined_on.desc())
        .limit(1)
        .correlate(Member.__table__)
        .scalar_subquery()
    )
    chosen = (
        sa.select(column)
        .join(GroupCandidate, GroupCandidate.group_id == Group.id)
        .where(GroupCandidate.member_id == Member.id)
        .limit(1)
        .correlate(Member.__table__)
        .scalar_subquery()
    )
    return sa.func.coalesce(enrolled, chosen)  # type: ignore[return-value]


def waits() -> sa.ScalarSelect[Any]:
    """Select where a member stands on the waiting list, by the latest screening."""
    return (
        sa.select(Screening.waiting)
        .where(Screening.member_id == Member.id)
        .order_by(Screening.on_date.desc(), Screening.created_at.desc())
        .limit(1)
        .correlate(Member.__table__)
        .scalar_subquery()
    )


def member_rows() -> sa.Select[Any]:
    return sa.select(
        Member.id,
        Member.code,
        Member.name,
        Member.sex,
        Member.birth_year,
        Member.birth_estimated,
        Member.place,
        Site.name,
        present_group(),
        waits(),
    ).join(Site, Site.id == Member.site_id)


def as_member(row: Any) -> MemberRow:
    return MemberRow(row[0], row[1], row[2] or row[1], *row[3:])


def in_list(by: Actor, on: date, site_id: str | None, state: str | None) -> list[Condition]:
    """Give what the people of the list have in common."""
    where = [seen_people(by, on), Member.merged_into_id.is_(None)]
    if site_id:
        where.append(Member.site_id == site_id)
    if state == "waiting":
        where.append(waits().in_(("waiting", "offered", "accepted", "not_now")))
    elif state == "group":
        where.append(present_group(Group.id).is_not(None))
    elif state == "neither":
        where += [
            present_group(Group.id).is_(None),
            sa.or_(waits().is_(None), waits().in_(("closed", "referred", "placed"))),
        ]
    return where


@prepared
def _counted(by: Actor, on: date, site_id: str | None, *, state: str | None) -> sa.Executable:
    return sa.select(sa.func.count()).select_from(Member).where(*in_list(by, on, site_id, state))


@prepared
def _everybody(by: Actor, on: date, site_id: str | None, *, state: str | None) -> sa.Executable:
    return member_rows().where(*in_list(by, on, site_id, state))


@prepared
def _page(
    by: Actor, on: date, site_id: str | None, first: int, *, state: str | None, newest: bool
) -> sa.Executable:
    order: tuple[Any, ...] = (sa.func.length(Member.code), Member.code)
    if newest:
        order = (Member.created_at.desc(), Member.code.desc())
    return member_rows().where(*in_list(by, on, site_id, state)).order_by(*order).limit(PAGE).offset(first)


def list_members(
    by: Actor,
    on: date,
    *,
    site_id: str | None = None,
    state: str | None = None,
    sort: str = "code",
    page: int = 1,
) -> MemberList:
    """Give one page of the people whom the actor sees; two statements whatever their number."""
    total = fetch(_counted(by, on, site_id, state=state)).scalar() or 0
    by_name = total <= NAMES_SORTED
    first = (page - 1) * PAGE
    if sort == "name" and by_name:
        everybody = sorted(
            (as_member(row) for row in fetch(_everybody(by, on, site_id, state=state))),
            key=lambda one: (normalise_name(one.name), one.code),
        )
        return MemberList(tuple(everybody[first : first + PAGE]), total, page, by_name)
    rows = fetch(_page(by, on, site_id, first, state=state, newest=sort == "newest")).all()
    return MemberList(tuple(as_member(row) for row in rows), total, page, by_name)


def find_people(by: Actor, on: date, text: str) -> MemberList:
    """Find people by code, name (also spelled differently) or phone; at most one page, by code.

    Of several words each must sound like a word of the name, so "Fatma Ali" finds Fatuma Aly of Hill. The old code
    of a merged record finds the record it became.
    """
    ways = _ways(text)
    if not ways:
        return MemberList((), 0, 1, True)
    found = sa.select(sa.func.coalesce(Member.merged_into_id, Member.id)).where(sa.or_(*ways))
    rows = db.session.execute(
        member_rows()
        .where(seen_people(by, on), Member.merged_into_id.is_(None), Member.id.in_(found))
        .order_by(sa.func.length(Member.code), Member.code)
        .limit(PAGE + 1)
    ).all()
    return MemberList(tuple(as_member(row) for row in rows[:PAGE]), len(rows), 1, True)


def _ways(text: str) -> list[Condition]:
    ways: list[Condition] = []
    plain = digits_to_ascii(text).strip()
    code = CODE.fullmatch(plain) or re.fullmatch(r"(\d{1,4})", plain)
    if code:
        ways.append(Member.code == f"M-{int(code.group(1)):04d}")
    digits = phone_tail(text)
    if len(digits) >= LEAST_PHONE_DIGITS:
        ways.append(Member.phone_index == blind_index(digits, "phone"))
    sounds = [blind_index(key, "sound") for key in sound_keys(text)]
    if sounds:
        ways.append(Member.name_index == blind_index(normalise_name(text), "name"))
        ways.append(
            Member.id.in_(
                sa.select(MemberSound.member_id)
                .where(MemberSound.sound.in_(sounds))
                .group_by(MemberSound.member_id)
                .having(sa.func.count() == len(sounds))
            )
        )
    return ways


# --- one person ---------------------------------------------------------------------------------------------------


def find_member(by: Actor, member_id: str, on: date) -> MemberCard:
    """Give one person whom the actor sees; raise NotFound otherwise. One statement."""
    unsafe = (
        sa.select(sa.func.count())
        .select_from(SafetyEpisode)
        .where(SafetyEpisode.member_id == Member.id, SafetyEpisode.status != "closed")
        .correlate(Member.__table__)
        .scalar_subquery()
    )
    latest = (
        sa.select(Screening.id)
        .where(Screening.member_id == Member.id)
        .order_by(Screening.on_date.desc(), Screening.created_at.desc())
        .limit(1)
        .correlate(Member.__table__)
        .scalar_subquery()
    )
    row: Any = db.session.execute(
        sa.select(
            Member.id,
            Member.code,
            Member.site_id,
            Site.name,
            Member.name,
            Member.called_name,
            Member.phone,
            Member.place,
            Member.sex,
            Member.birth_year,
            Member.birth_estimated,
            Member.age_band,
            Member.language,
            Member.disability,
            Member.displacement,
            Member.population,
            Member.may_call,
            Member.may_text,
            Member.contact_note,
            Member.caregiver_name,
            Member.caregiver_relation,
            Member.note,
            Member.died_on,
            Member.merged_into_id,
            unsafe,
            latest,
        )
        .join(Site, Site.id == Member.site_id)
        .where(Member.id == member_id, seen_people(by, on))
    ).first()
    if row is None:
        raise NotFound(kind="member")
    return MemberCard(row[0], row[1], row[2], row[3], row[4] or row[1], *tuple(row)[5:])


def consents_of(member_id: str) -> ConsentState:
    """Give what one person agreed to."""
    return consent_states([member_id]).get(member_id, ConsentState())


def screenings_of(member_id: str) -> tuple[ScreeningRow, ...]:
    """Give every screening of one person, newest first."""
    rows = db.session.execute(
        sa.select(
            Screening.id,
            Screening.on_date,
            Screening.outcome,
            Screening.reasons,
            Screening.waiting,
            Criteria.version,
            Criteria.measure,
            Criteria.cutoff,
            Assessment.total,
            Screening.override_by_id,
        )
        .join(Criteria, Criteria.id == Screening.criteria_id)
        .outerjoin(
            Assessment,
            sa.and_(Assessment.screening_id == Screening.id, Assessment.measure == Criteria.measure),
        )
        .where(Screening.member_id == member_id)
        .order_by(Screening.on_date.desc(), Screening.created_at.desc())
    )
    return tuple(
        record(ScreeningRow, [*row[:3], tuple(row[3]), *row[4:9], row[9] is not None]) for row in rows
    )


def enrolments_of(member_id: str) -> tuple[EnrolmentRow, ...]:
    """Give every membership of one person, newest first; a person who was moved has two lines."""
    rows = db.session.execute(
        sa.select(
            Enrolment.id,
            Group.id,
            Group.code,
            Group.name,
            Cycle.id,
            Cycle.number,
            Cycle.status,
            Membership.sign,
            Membership.joined_on,
            Membership.left_on,
            Enrolment.exit_type,
            Enrolment.exit_on,
            Enrolment.exit_reason,
            Enrolment.late_reason,
            Satisfaction.answer,
            Satisfaction.independent,
        )
        .join(Membership, Membership.enrolment_id == Enrolment.id)
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(Satisfaction, Satisfaction.enrolment_id == Enrolment.id)
        .where(Enrolment.member_id == member_id)
        .order_by(Membership.joined_on.desc(), Membership.created_at.desc())
    ).all()
    seen: set[str] = set()
    made = []
    for row in rows:
        values = tuple(row)
        made.append(
            record(EnrolmentRow, [*values[:13], values[13] is not None, values[0] not in seen, *values[14:]])
        )
        seen.add(values[0])
    return tuple(made)


def apart_from(member_id: str) -> tuple[Apart, ...]:
    """Give with whom a person must not sit together, with the private note."""
    other = sa.case((NotTogether.member_a == member_id, NotTogether.member_b), else_=NotTogether.member_a)
    rows = db.session.execute(
        sa.select(Member.id, Member.code, Member.name, NotTogether.kind, NotTogether.note)
        .join(NotTogether, Member.id == other)
        .where(
            sa.or_(NotTogether.member_a == member_id, NotTogether.member_b == member_id),
            Member.merged_into_id.is_(None),
        )
        .order_by(Member.code)
    )
    return tuple(Apart(row[0], row[1], row[2] or row[1], row[3], row[4]) for row in rows)

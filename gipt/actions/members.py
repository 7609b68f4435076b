"""Writes about people: add, change, merge and take apart again, who must not sit together."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit, require, require_at
from gipt.actions.programme import filled
from gipt.actions.staff import next_code
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows, allows_at
from gipt.domain.group_formation import LinkKind
from gipt.domain.names import normalise_name, phone_tail, sound_keys
from gipt.domain.people import OLDEST, Disability, Displacement, Sex
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import DifferentPeople, Member, MemberSound, NotTogether, Site
from gipt.queries.scope import seen_members
from gipt.secrecy import blind_index

MAY_CALL = ("yes", "no")
MAY_TEXT = ("yes", "neutral", "no")
LEAST_PHONE_DIGITS = 5
"""A shorter run of digits would find half the programme."""


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """Describe a person; only site and name are needed. `birth_estimated` marks a year that came from "about"."""

    site_id: str
    name: str
    called_name: str | None = None
    phone: str | None = None
    place: str | None = None
    sex: str | None = None
    birth_year: int | None = None
    birth_estimated: bool = True
    age_band: str | None = None
    language: str | None = None
    disability: str | None = None
    displacement: str | None = None
    population: str | None = None
    may_call: str | None = None
    may_text: str | None = None
    contact_note: str | None = None
    caregiver_name: str | None = None
    caregiver_relation: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SafeContact:
    """Say how a person may be reached without danger: phones are often shared (domain.md 3.6)."""

    phone: str | None = None
    may_call: str | None = None
    may_text: str | None = None
    note: str | None = None


def name_index(name: str) -> str:
    """Give the blind index under which a whole name is found, however its case and diacritics are written."""
    return blind_index(normalise_name(name), "name")


def sound_indexes(name: str) -> list[str]:
    """Give one blind index for the sound of each word of a name."""
    return [blind_index(key, "sound") for key in sound_keys(name)]


def phone_index(phone: str | None) -> str | None:
    """Give the blind index of a phone's last eight digits; None when there are too few to find anybody by."""
    digits = phone_tail(phone or "")
    return blind_index(digits, "phone") if len(digits) >= LEAST_PHONE_DIGITS else None


@action("add_member")
def add_member(*, record: MemberRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add a person; gives the member id. The code (M-0001) is the name of the person in reports."""
    require_at(by, Permission.PEOPLE_EDIT, record.site_id)
    if db.session.get(Site, record.site_id) is None:
        raise NotFound(kind="site")
    values = checked_values(record, now)
    member = Member(id=new_id(), code=next_code("M", Member.code), created_at=now, changed_at=now, **values)
    db.session.add(member)
    db.session.flush()
    _index_name(member.id, record.name)
    audit("add_member", by=by, now=now, entity="member", entity_id=member.id, op=op, site=record.site_id)
    return member.id


@action("change_member")
def change_member(
    *, member_id: str, record: MemberRecord, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Change what is known of a person; the audit event names the fields, never their values."""
    member = member_for(by, member_id, now)
    require_at(by, Permission.PEOPLE_EDIT, member.site_id)
    require_at(by, Permission.PEOPLE_EDIT, record.site_id)
    changed = []
    for field, value in checked_values(record, now).items():
        if getattr(member, field) != value:
            setattr(member, field, value)
            changed.append(field)
    member.changed_at = now
    if "name" in changed:
        db.session.execute(sa.delete(MemberSound).where(MemberSound.member_id == member_id))
        _index_name(member_id, record.name)
    fields = [field for field in changed if not field.endswith("_index")]
    audit("change_member", by=by, now=now, entity="member", entity_id=member_id, op=op, fields=fields)
    return member_id


@action("set_safe_contact")
def set_safe_contact(
    *, member_id: str, contact: SafeContact, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Set how a person may be reached; a facilitator may, for own members (pre-group meeting)."""
    member = member_for(by, member_id, now)
    _check_choice("may_call", contact.may_call, MAY_CALL)
    _check_choice("may_text", contact.may_text, MAY_TEXT)
    member.phone, member.phone_index = contact.phone, phone_index(contact.phone)
    member.may_call, member.may_text, member.contact_note = contact.may_call, contact.may_text, contact.note
    member.changed_at = now
    audit("set_safe_contact", by=by, now=now, entity="member", entity_id=member_id, op=op)
    return member_id


@action("set_not_together")
def set_not_together(
    *,
    member_ids: tuple[str, str],
    kind: str,
    note: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> None:
    """Note that two people must not sit in one group; why is sealed and shown only where it is kept."""
    first, second = _pair(member_ids, by, now)
    _check_choice("kind", kind, tuple(LinkKind))
    stored = db.session.get(NotTogether, (first, second))
    if stored is None:
        db.session.add(NotTogether(member_a=first, member_b=second, kind=kind, note=note, created_at=now))
    else:
        stored.kind, stored.note = kind, note
    audit(
        "set_not_together", by=by, now=now, entity="member", entity_id=first, op=op, other=second, kind=kind
    )


@action("clear_not_together")
def clear_not_together(
    *, member_ids: tuple[str, str], by: Actor, now: datetime, op: str | None = None
) -> None:
    """Take back that two people must not sit in one group."""
    first, second = _pair(member_ids, by, now)
    stored = db.session.get(NotTogether, (first, second))
    if stored is None:
        raise NotFound(kind="not_together")
    db.session.delete(stored)
    audit("clear_not_together", by=by, now=now, entity="member", entity_id=first, op=op, other=second)


@action("set_different_people")
def set_different_people(
    *, member_ids: tuple[str, str], by: Actor, now: datetime, op: str | None = None
) -> None:
    """Decide that two who look alike are two people; they are not suggested again."""
    first, second = _pair(member_ids, by, now)
    if db.session.get(DifferentPeople, (first, second)) is None:
        db.session.add(DifferentPeople(member_a=first, member_b=second, by_id=by.staff_id, created_at=now))
    audit("set_different_people", by=by, now=now, entity="member", entity_id=first, op=op, other=second)


def member_for(by: Actor, member_id: str, now: datetime) -> Member:
    """Give the member whom the actor may write about: at an own site, or in an own group.

    A member that was merged into another gives that other, so that an old page still writes to the right
    person. Raises NotFound for everybody else: missing and foreign look the same.
    """
    member = living_member(member_id)
    if allows_at(by, Permission.PEOPLE_EDIT, member.site_id):
        return member
    if allows(by, Permission.MEETING_RUN):
        seen = seen_members(by, now.date(), Member.site_id, Member.id)
        if db.session.scalar(sa.select(sa.exists().where(Member.id == member.id, seen))):
            return member
    raise NotFound(kind="member")


def living_member(member_id: str) -> Member:
    """Give the member, or the one it was merged into; raise NotFound when there is none."""
    member = db.session.get(Member, member_id)
    while member is not None and member.merged_into_id is not None:
        member = db.session.get(Member, member.merged_into_id)
    if member is None:
        raise NotFound(kind="member")
    return member


def checked_values(record: MemberRecord, now: datetime) -> dict[str, Any]:
    """Give the columns of a record; raise Invalid naming the field that does not fit."""
    _check_choice("sex", record.sex, tuple(Sex))
    _check_choice("disability", record.disability, tuple(Disability))
    _check_choice("displacement", record.displacement, tuple(Displacement))
    _check_choice("may_call", record.may_call, MAY_CALL)
    _check_choice("may_text", record.may_text, MAY_TEXT)
    name = filled("name", record.name)
    check_birth_year(record.birth_year, now.date())
    return {
        "site_id": record.site_id,
        "name": name,
        "called_name": record.called_name,
        "name_index": name_index(name),
        "phone": record.phone,
        "phone_index": phone_index(record.phone),
        "place": record.place,
        "sex": record.sex,
        "birth_year": record.birth_year,
        "birth_estimated": record.birth_estimated,
        "age_band": record.age_band,
        "language": record.language,
        "disability": record.disability,
        "displacement": record.displacement,
        "population": record.population,
        "may_call": record.may_call,
        "may_text": record.may_text,
        "contact_note": record.contact_note,
        "caregiver_name": record.caregiver_name,
        "caregiver_relation": record.caregiver_relation,
        "note": record.note,
    }


def check_birth_year(year: int | None, today: date) -> None:
    """Raise Invalid when nobody alive was born in the year."""
    if year is not None and not today.year - OLDEST <= year <= today.year:
        raise Invalid(field="birth_year", reason="out_of_range", low=today.year - OLDEST, high=today.year)


def _index_name(member_id: str, name: str) -> None:
    for sound in sound_indexes(name):
        db.session.add(MemberSound(member_id=member_id, sound=sound))


def _check_choice(field: str, value: str | None, codes: tuple[str, ...]) -> None:
    if value is not None and value not in codes:
        raise Invalid(field=field, reason="unknown_choice")


def _pair(member_ids: tuple[str, str], by: Actor, now: datetime) -> tuple[str, str]:
    """Give two members whom the actor may edit, in the order in which pairs are stored."""
    require(by, Permission.PEOPLE_EDIT)
    first, second = sorted(member_for(by, member_id, now).id for member_id in member_ids)
    if first == second:
        raise Conflict(reason="same_person")
    return first, second

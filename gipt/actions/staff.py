"""Writes about the people who work in the programme: accounts, roles, leave, farewell."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require, require_at, take_turns
from gipt.actions.sign_ins import end_all_sign_ins, make_link
from gipt.db import db, new_id
from gipt.domain.access import Actor, Granted, Permission, Role, allows, allows_at
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Grant, Site, Staff, StaffLeave

SIGN_IN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
# An office role sets a password, a role that works on a phone a PIN.
PHONE_ROLES = frozenset({Role.FACILITATOR})


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """Say who works where; `grants` at least one, `phone` and `email` as people write them."""

    sign_in_name: str
    grants: tuple[Granted, ...]
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    sex: str | None = None
    language: str | None = None
    supervisor_id: str | None = None


def check_sign_in_name(text: str) -> str:
    """Give the sign-in name in small letters; raise Invalid when it is not 2-40 of a-z, 0-9, dot, dash, underscore."""
    name = text.strip().casefold()
    if not SIGN_IN_NAME.fullmatch(name):
        raise Invalid(field="sign_in_name", reason="sign_in_name_letters")
    return name


def _may_grant(by: Actor, grant: Granted) -> None:
    """Administrators grant every role; a coordinator adds facilitators at own sites."""
    if allows(by, Permission.STAFF_EDIT):
        return
    require_at(by, Permission.STAFF_LINK, grant.site_id)
    if grant.role is not Role.FACILITATOR:
        require(by, Permission.STAFF_EDIT)


@action("add_staff")
def add_staff(*, record: StaffRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add a person who works in the programme; gives the staff id. No password: a one-time link sets it."""
    name = check_sign_in_name(record.sign_in_name)
    if not record.grants:
        raise Invalid(field="role", reason="missing")
    for grant in record.grants:
        _may_grant(by, grant)
        _check_site(grant.site_id)
    if db.session.scalar(sa.select(sa.exists().where(Staff.sign_in_name == name))):
        raise Conflict(reason="sign_in_name_taken", field="sign_in_name")
    staff_id = new_id()
    db.session.add(
        Staff(
            id=staff_id,
            code=next_code("S", Staff.code),
            sign_in_name=name,
            name=record.name or None,
            phone=record.phone,
            email=record.email,
            sex=record.sex,
            language=record.language,
            supervisor_id=record.supervisor_id,
            created_at=now,
        )
    )
    db.session.flush()
    for grant in dict.fromkeys(record.grants):
        db.session.add(Grant(staff_id=staff_id, role=grant.role.value, site_id=grant.site_id, created_at=now))
    audit(
        "add_staff",
        by=by,
        now=now,
        entity="staff",
        entity_id=staff_id,
        op=op,
        roles=[grant.role.value for grant in record.grants],
    )
    return staff_id


def _check_site(site_id: str | None) -> None:
    if site_id is not None and db.session.get(Site, site_id) is None:
        raise NotFound(kind="site")


def next_code(letter: str, column: sa.orm.InstrumentedAttribute[str]) -> str:
    """Give the next code of a series: the letter and four digits or more, one above the highest used."""
    take_turns()
    number = sa.cast(sa.func.substr(column, len(letter) + 2), sa.Integer)
    highest = db.session.scalar(sa.select(sa.func.max(number)).where(column.like(f"{letter}-%")))
    return f"{letter}-{(highest or 0) + 1:04d}"


@action("change_staff")
def change_staff(
    *, staff_id: str, record: StaffRecord, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Change details and roles of a person; a changed role signs the person out everywhere."""
    require(by, Permission.STAFF_EDIT)
    staff = db.session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="staff")
    staff.name, staff.phone, staff.email = record.name or None, record.phone, record.email
    staff.sex, staff.language, staff.supervisor_id = record.sex, record.language, record.supervisor_id
    held = {
        (grant.role, grant.site_id)
        for grant in db.session.scalars(sa.select(Grant).where(Grant.staff_id == staff_id))
    }
    wanted = {(grant.role.value, grant.site_id) for grant in record.grants}
    if held != wanted:
        for grant in record.grants:
            _check_site(grant.site_id)
        db.session.execute(sa.delete(Grant).where(Grant.staff_id == staff_id))
        for role, site_id in sorted(wanted, key=str):
            db.session.add(Grant(staff_id=staff_id, role=role, site_id=site_id, created_at=now))
        end_all_sign_ins(staff_id=staff_id, by=by, now=now)
    audit(
        "change_staff",
        by=by,
        now=now,
        entity="staff",
        entity_id=staff_id,
        op=op,
        roles=sorted(role for role, _ in wanted),
    )
    return staff_id


@action("give_link")
def give_link(*, staff_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Make the one-time link of a person whom the actor may give one; gives the token.

    Facilitators set a PIN for their phone with it, everybody else a password. No operation id is stored with the
    token: a second submit makes a second link, and the first stops working.
    """
    held = [
        Granted(Role(role), site)
        for role, site in db.session.execute(
            sa.select(Grant.role, Grant.site_id).where(Grant.staff_id == staff_id)
        )
    ]
    roles = {one.role for one in held}
    if not roles:
        raise NotFound(kind="staff")
    if not allows(by, Permission.STAFF_EDIT):
        # A coordinator's link must never open an account that may do more than the coordinator.
        if roles != {Role.FACILITATOR}:
            raise NotFound(kind="staff")
        for one in held:
            require_at(by, Permission.STAFF_LINK, one.site_id)
    purpose = "phone" if roles <= PHONE_ROLES else "password"
    return make_link(staff_id=staff_id, purpose=purpose, by=by, now=now)


@action("say_farewell")
def say_farewell(*, staff_id: str, on_date: date, by: Actor, now: datetime, op: str | None = None) -> str:
    """Close the account of a person who leaves; what they recorded stays."""
    require(by, Permission.STAFF_EDIT)
    staff = db.session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="staff")
    if staff.id == by.staff_id:
        raise Conflict(reason="own_account")
    staff.active, staff.left_on = False, on_date
    end_all_sign_ins(staff_id=staff_id, by=by, now=now)
    audit("say_farewell", by=by, now=now, entity="staff", entity_id=staff_id, op=op)
    return staff_id


@action("add_leave")
def add_leave(
    *, staff_id: str, first_on: date, last_on: date, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Note days on which a person is away; planning sees them as taken."""
    require(by, Permission.STAFF_LINK)
    if last_on < first_on:
        raise Invalid(field="last_on", reason="before_start")
    held = db.session.execute(sa.select(Grant.site_id).where(Grant.staff_id == staff_id)).scalars().all()
    if not any(allows_at(by, Permission.STAFF_LINK, site_id) for site_id in held):
        raise NotFound(kind="staff")
    leave_id = new_id()
    db.session.add(
        StaffLeave(id=leave_id, staff_id=staff_id, first_on=first_on, last_on=last_on, created_at=now)
    )
    audit("add_leave", by=by, now=now, entity="staff", entity_id=staff_id, op=op)
    return leave_id

"""Reads of the people who work in the programme: who they are, what they may do where, when they are away."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Granted, Permission, Role, sites_for
from gipt.domain.problems import NotFound
from gipt.models import Grant, Staff, StaffLeave
from gipt.queries.rows import record
from gipt.queries.scope import Condition


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person as lists show it; `has_secret` says whether a password or PIN was set."""

    staff_id: str
    code: str
    sign_in_name: str
    name: str | None
    active: bool
    has_secret: bool
    grants: frozenset[Granted]

    @property
    def shown(self) -> str:
        """Give the name, or the sign-in name where none was written."""
        return self.name or self.sign_in_name


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days on which a person is away."""

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One person with everything that forms show."""

    row: StaffRow
    phone: str | None
    email: str | None
    sex: str | None
    language: str | None
    supervisor_id: str | None
    left_on: date | None
    leave: tuple[LeaveRow, ...]


def seen_staff(by: Actor) -> Condition:
    """Limit staff to those with a role at the actor's sites; people with a role everywhere are seen by all."""
    sites = sites_for(by, Permission.STAFF_SEE)
    if sites is None:
        return sa.true()
    there = sa.or_(Grant.site_id.is_(None), Grant.site_id.in_(sorted(sites)))
    return sa.exists().where(Grant.staff_id == Staff.id, there) if sites else sa.false()


def find_actor(sign_in_name: str) -> Actor | None:
    """Give who acts under a sign-in name, with the roles held now; None for nobody who still works here."""
    rows = db.session.execute(
        sa.select(Staff.id, Grant.role, Grant.site_id)
        .join(Grant, Grant.staff_id == Staff.id)
        .where(Staff.sign_in_name == sign_in_name.casefold(), Staff.active)
    ).all()
    if not rows:
        return None
    return Actor(rows[0].id, frozenset(Granted(Role(row.role), row.site_id) for row in rows))


def find_staff(by: Actor, *, active: bool | None = None) -> tuple[StaffRow, ...]:
    """Find the people whom the actor sees, by code; two queries."""
    wanted = (
        sa.select(
            Staff.id,
            Staff.code,
            Staff.sign_in_name,
            Staff.name,
            Staff.active,
            sa.or_(Staff.password_hash.is_not(None), Staff.pin_hash.is_not(None)),
        )
        .where(seen_staff(by))
        .order_by(Staff.code)
    )
    if active is not None:
        wanted = wanted.where(Staff.active.is_(active))
    rows = db.session.execute(wanted).all()
    grants = _grants([row.id for row in rows])
    return tuple(record(StaffRow, row, grants=grants.get(row.id, frozenset())) for row in rows)


def _grants(staff_ids: list[str]) -> dict[str, frozenset[Granted]]:
    held: dict[str, set[Granted]] = {}
    rows = db.session.execute(
        sa.select(Grant.staff_id, Grant.role, Grant.site_id).where(Grant.staff_id.in_(staff_ids))
    )
    for row in rows:
        held.setdefault(row.staff_id, set()).add(Granted(Role(row.role), row.site_id))
    return {staff_id: frozenset(found) for staff_id, found in held.items()}


def get_staff(by: Actor, staff_id: str) -> StaffPage:
    """Give one person; raise NotFound for somebody whom the actor does not see."""
    row = db.session.execute(
        sa.select(
            Staff.id,
            Staff.code,
            Staff.sign_in_name,
            Staff.name,
            Staff.active,
            sa.or_(Staff.password_hash.is_not(None), Staff.pin_hash.is_not(None)),
            Staff.phone,
            Staff.email,
            Staff.sex,
            Staff.language,
            Staff.supervisor_id,
            Staff.left_on,
        ).where(Staff.id == staff_id, seen_staff(by))
    ).first()
    if row is None:
        raise NotFound(kind="staff")
    leave = db.session.execute(
        sa.select(StaffLeave.first_on, StaffLeave.last_on)
        .where(StaffLeave.staff_id == staff_id)
        .order_by(StaffLeave.first_on.desc())
    )
    grants = _grants([staff_id]).get(staff_id, frozenset())
    away = tuple(record(LeaveRow, one) for one in leave)
    return record(StaffPage, (record(StaffRow, row[:6], grants=grants), *row[6:], away))


def find_with_role(role: Role) -> tuple[StaffRow, ...]:
    """Find the active people who hold a role anywhere, by code: to choose a supervisor or facilitator from."""
    rows = db.session.execute(
        sa.select(
            Staff.id,
            Staff.code,
            Staff.sign_in_name,
            Staff.name,
            Staff.active,
            sa.or_(Staff.password_hash.is_not(None), Staff.pin_hash.is_not(None)),
        )
        .where(
            Staff.active.is_(True), sa.exists().where(Grant.staff_id == Staff.id, Grant.role == role.value)
        )
        .order_by(Staff.code)
    ).all()
    grants = _grants([row.id for row in rows])
    return tuple(record(StaffRow, row, grants=grants.get(row.id, frozenset())) for row in rows)

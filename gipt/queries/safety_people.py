"""Who is told of a safety episode: the supervisors, clinicians and coordinators of its site, on a ladder."""

from dataclasses import dataclass

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Role
from gipt.domain.escalation import Colleague, Rung, ladder
from gipt.models import Assignment, Grant, Staff

TOLD_ROLES = (Role.SUPERVISOR, Role.CLINICAL_LEAD, Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class Person:
    """Hold how to reach one colleague."""

    staff_id: str
    name: str
    phone: str | None
    email: str | None
    language: str | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Hold the people of each rung."""

    first: tuple[Person, ...]
    next: tuple[Person, ...]
    coordinators: tuple[Person, ...]


def find_ladder(site_id: str, cycle_id: str | None, raised_by: str | None) -> Ladder:
    """Find who is told first of an episode at a site, who next, and which coordinators; two queries."""
    people = colleagues_at(site_id)
    rungs = ladder(
        (Colleague(one.staff_id, one.roles) for one in people.values()), _responsible(cycle_id, raised_by)
    )
    return Ladder(
        *(tuple(people[one] for one in rungs[rung]) for rung in (Rung.FIRST, Rung.NEXT, Rung.COORDINATORS))
    )


def colleagues_at(site_id: str) -> dict[str, Person]:
    """Find the active people with a role that is told of safety, at the site or everywhere."""
    rows = db.session.execute(
        sa.select(
            Staff.id, Staff.name, Staff.sign_in_name, Staff.phone, Staff.email, Staff.language, Grant.role
        )
        .join(Grant, Grant.staff_id == Staff.id)
        .where(
            Staff.active.is_(True),
            Grant.role.in_([role.value for role in TOLD_ROLES]),
            sa.or_(Grant.site_id.is_(None), Grant.site_id == site_id),
        )
        .order_by(Staff.code, Grant.role)
    ).all()
    roles: dict[str, set[Role]] = {}
    for row in rows:
        roles.setdefault(row.id, set()).add(Role(row.role))
    return {
        row.id: Person(
            row.id,
            row.name or row.sign_in_name,
            row.phone,
            row.email,
            row.language,
            frozenset(roles[row.id]),
        )
        for row in rows
    }


def _responsible(cycle_id: str | None, raised_by: str | None) -> frozenset[str]:
    """Find the supervisors of whoever leads the cycle, and of whoever raised it."""
    leads = sa.select(Assignment.staff_id).where(
        Assignment.cycle_id == cycle_id, Assignment.session_id.is_(None), Assignment.to_on.is_(None)
    )
    mine = Staff.id == raised_by if raised_by is not None else sa.false()
    led = Staff.id.in_(leads) if cycle_id is not None else sa.false()
    found = db.session.scalars(
        sa.select(Staff.supervisor_id).where(Staff.supervisor_id.is_not(None), sa.or_(mine, led))
    )
    return frozenset(one for one in found if one is not None)

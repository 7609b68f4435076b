"""What a person may see: one condition for each noun, added to every query about it.

A facilitator sees the cycles and single sessions given to them, while they are; a supervisor those of own
facilitators (and of facilitators who have no supervisor, at the supervisor's sites, so that nobody falls between);
a coordinator the sites of the grant. Missing and forbidden look the same.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Granted, Permission, Role, sites_for
from gipt.domain.problems import NotFound
from gipt.models import Assignment, Cycle, Enrolment, Group, Membership, SafetyEpisode, Session, Staff

Condition = sa.ColumnElement[bool]
NOTHING: Condition = sa.false()


def at_sites(column: sa.orm.InstrumentedAttribute[str], sites: frozenset[str] | None) -> Condition:
    """Limit a site column to the sites; None is every site."""
    if sites is None:
        return sa.true()
    return column.in_(sorted(sites)) if sites else NOTHING


def role_sites(by: Actor, role: Role) -> frozenset[str] | None:
    """Give the sites at which the actor holds the role; None is every site, empty is nowhere."""
    held = [grant for grant in by.grants if grant.role is role]
    if Granted(role, None) in held:
        return None
    return frozenset(grant.site_id for grant in held if grant.site_id is not None)


def assigned(by: Actor, on: date) -> sa.Select[Any]:
    """Select the cycles that are given to the person on a day, wholly or for one session.

    Stands alone (`correlate(None)`): the query around it may read assignments too.
    """
    given = sa.select(Assignment.cycle_id).where(
        Assignment.staff_id == by.staff_id,
        Assignment.from_on <= on,
        sa.or_(Assignment.to_on.is_(None), Assignment.to_on >= on),
    )
    return given.correlate(None)


def supervised(by: Actor) -> sa.Select[Any]:
    """Select the cycles led by the supervisor's own facilitators or by nobody's."""
    return (
        sa.select(Assignment.cycle_id)
        .join(Staff, Staff.id == Assignment.staff_id)
        .where(
            Assignment.session_id.is_(None),
            sa.or_(Staff.supervisor_id == by.staff_id, Staff.supervisor_id.is_(None)),
        )
        .correlate(None)
    )


def unled() -> Condition:
    """Hold for cycles that nobody leads: every supervisor of the site sees them."""
    led = sa.orm.aliased(Assignment)
    return ~sa.exists().where(led.cycle_id == Cycle.id, led.session_id.is_(None))


def seen_cycles(by: Actor, on: date) -> Condition:
    """Limit Cycle joined with Group to what the actor sees by any role."""
    if by.is_operator:
        return sa.true()
    ways: list[Condition] = []
    roles = by.roles
    if Role.FACILITATOR in roles:
        ways.append(Cycle.id.in_(assigned(by, on)))
    if Role.SUPERVISOR in roles:
        mine = sa.or_(Cycle.id.in_(supervised(by)), unled())
        ways.append(sa.and_(at_sites(Group.site_id, role_sites(by, Role.SUPERVISOR)), mine))
    if Role.COORDINATOR in roles:
        ways.append(at_sites(Group.site_id, role_sites(by, Role.COORDINATOR)))
    return sa.or_(*ways) if ways else NOTHING


def cycle_for(by: Actor, cycle_id: str, on: date) -> str:
    """Give the cycle's id when the actor sees it; raise NotFound otherwise."""
    found = db.session.scalar(
        sa.select(Cycle.id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Cycle.id == cycle_id, seen_cycles(by, on))
    )
    if found is None:
        raise NotFound(kind="cycle")
    return found


def seen_sessions(by: Actor, on: date) -> Condition:
    """Limit Session joined with Cycle and Group; a substitute for one session sees that session only."""
    if by.is_operator:
        return sa.true()
    only = (
        sa.select(Assignment.session_id)
        .where(
            Assignment.staff_id == by.staff_id,
            Assignment.session_id.is_not(None),
            Assignment.from_on <= on,
            sa.or_(Assignment.to_on.is_(None), Assignment.to_on >= on),
        )
        .correlate(None)
    )
    whole = assigned(by, on).where(Assignment.session_id.is_(None))
    office = Actor(
        by.staff_id, frozenset(one for one in by.grants if one.role is not Role.FACILITATOR), by.label
    )
    ways = [seen_cycles(office, on)]
    if Role.FACILITATOR in by.roles:
        ways.append(sa.or_(Session.cycle_id.in_(whole), Session.id.in_(only)))
    return sa.or_(*ways)


def session_for(by: Actor, session_id: str, on: date) -> str:
    """Give the session's id when the actor sees it; raise NotFound otherwise."""
    found = db.session.scalar(
        sa.select(Session.id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Session.id == session_id, seen_sessions(by, on))
    )
    if found is None:
        raise NotFound(kind="session")
    return found


def seen_members(
    by: Actor, on: date, site: sa.orm.InstrumentedAttribute[str], member: sa.orm.InstrumentedAttribute[str]
) -> Condition:
    """Limit members: by site for the office, by current membership in a seen cycle for the field.

    A supervisor also sees the people of open safety episodes at own sites, named or only screened.
    """
    if by.is_operator:
        return sa.true()
    ways: list[Condition] = []
    if Role.COORDINATOR in by.roles:
        ways.append(at_sites(site, role_sites(by, Role.COORDINATOR)))
    if by.roles & {Role.FACILITATOR, Role.SUPERVISOR}:
        field = Actor(
            by.staff_id, frozenset(one for one in by.grants if one.role is not Role.COORDINATOR), by.label
        )
        ways.append(
            member.in_(
                sa.select(Enrolment.member_id)
                .join(Membership, Membership.enrolment_id == Enrolment.id)
                .join(Cycle, Cycle.id == Membership.cycle_id)
                .join(Group, Group.id == Cycle.group_id)
                .where(seen_cycles(field, on))
            )
        )
    handled = sites_for(by, Permission.SAFETY_HANDLE)
    if handled is None or handled:
        ways.append(
            member.in_(
                sa.select(SafetyEpisode.member_id).where(
                    at_sites(SafetyEpisode.site_id, handled), SafetyEpisode.member_id.is_not(None)
                )
            )
        )
    return sa.or_(*ways) if ways else NOTHING

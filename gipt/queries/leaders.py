"""Who can lead groups at a site, and the names that sentences about dates need."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, Role, sites_for
from gipt.models import Enrolment, Grant, Group, Member, Staff, Venue
from gipt.queries.scope import at_sites

Condition = sa.ColumnElement[bool]


def _leads_at(site_id: str) -> Condition:
    return sa.and_(
        Staff.active.is_(True),
        sa.exists().where(
            Grant.staff_id == Staff.id,
            Grant.role == Role.FACILITATOR.value,
            sa.or_(Grant.site_id == site_id, Grant.site_id.is_(None)),
        ),
    )


def can_lead(staff_ids: Collection[str], site_id: str) -> bool:
    """Say whether all of these people are active facilitators at the site."""
    wanted = set(staff_ids)
    found = db.session.scalar(
        sa.select(sa.func.count()).select_from(Staff).where(Staff.id.in_(sorted(wanted)), _leads_at(site_id))
    )
    return found == len(wanted)


def leaders_at(site_id: str) -> list[tuple[str, str]]:
    """List (staff id, name) of the facilitators of a site by name; the sign-in name where no name is known."""
    rows = db.session.execute(sa.select(Staff.id, Staff.name, Staff.sign_in_name).where(_leads_at(site_id)))
    return sorted(((row.id, row.name or row.sign_in_name) for row in rows), key=lambda one: one[1].casefold())


def venues_at(site_id: str) -> list[tuple[str, str]]:
    """List (venue id, name) of the meeting places of a site."""
    rows = db.session.execute(
        sa.select(Venue.id, Venue.name)
        .where(Venue.site_id == site_id, Venue.active.is_(True))
        .order_by(Venue.name)
    )
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind ids, as far as the person may know them; an unknown id has none."""

    people: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    venues: Mapping[str, str] = field(default_factory=dict)

    def known(self, ids: Collection[str]) -> list[str]:
        """Give the names of people in the order of the ids."""
        return [self.people[one] for one in ids if one in self.people]


def names_of(
    by: Actor,
    *,
    staff: Collection[str] = (),
    members: Collection[str] = (),
    groups: Collection[str] = (),
    venues: Collection[str] = (),
) -> Names:
    """Give names for ids in at most four statements; groups and members of other sites stay nameless."""
    sites = sites_for(by, Permission.GROUPS_SEE)
    people: dict[str, str] = {}
    if staff:
        rows = db.session.execute(
            sa.select(Staff.id, Staff.name, Staff.sign_in_name).where(Staff.id.in_(sorted(set(staff))))
        )
        people |= {row.id: row.name or row.sign_in_name for row in rows}
    if members:
        found = db.session.execute(
            sa.select(Member.id, Member.name, Member.code).where(
                Member.id.in_(sorted(set(members))), at_sites(Member.site_id, sites)
            )
        )
        people |= {row.id: row.name or row.code for row in found}
    return Names(people, _group_names(groups, sites), _venue_names(venues))


def _group_names(ids: Collection[str], sites: frozenset[str] | None) -> dict[str, str]:
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(Group.id, Group.name).where(Group.id.in_(sorted(set(ids))), at_sites(Group.site_id, sites))
    )
    return {row.id: row.name for row in rows}


def _venue_names(ids: Collection[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = db.session.execute(sa.select(Venue.id, Venue.name).where(Venue.id.in_(sorted(set(ids)))))
    return {row.id: row.name for row in rows}


def member_names(enrolment_ids: Collection[str]) -> list[tuple[str, str]]:
    """List (enrolment id, member's name) by name; the caller has checked that the enrolments are the actor's."""
    if not enrolment_ids:
        return []
    rows = db.session.execute(
        sa.select(Enrolment.id, Member.name, Member.code)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Enrolment.id.in_(sorted(set(enrolment_ids))))
    )
    return sorted(((row.id, row.name or row.code) for row in rows), key=lambda one: one[1].casefold())

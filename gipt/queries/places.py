"""Reads of places: sites with their venues, minutes between venues, closed days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.problems import NotFound
from gipt.models import ClosedDay, Site, Venue, VenueTravel
from gipt.queries.rows import record
from gipt.queries.scope import at_sites


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site as lists and forms show it."""

    site_id: str
    code: str
    name: str
    district: str | None
    country: str
    time_zone: str
    focal_person: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class VenueRow:
    """One venue of a site."""

    venue_id: str
    site_id: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class TravelRow:
    """Minutes between two venues, the same both ways."""

    first: str
    second: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """Closed days as they were written: `kind` single, weekly, every or range; `site_id` None = everywhere."""

    closed_id: str
    site_id: str | None
    kind: str
    name: str
    first_on: date | None
    last_on: date | None
    weekday: int | None
    every_days: int | None
    hard: bool


@dataclass(frozen=True, slots=True)
class SitePage:
    """A site with everything that belongs to it."""

    site: SiteRow
    venues: tuple[VenueRow, ...]
    travel: tuple[TravelRow, ...]
    closed: tuple[ClosedRow, ...]


def _sites() -> Any:
    return sa.select(
        Site.id,
        Site.code,
        Site.name,
        Site.district,
        Site.country,
        Site.time_zone,
        Site.focal_person,
        Site.active,
    )


def find_sites(by: Actor, permission: Permission, *, all_of_them: bool = True) -> tuple[SiteRow, ...]:
    """Find the sites at which the actor holds the permission, by code; only active ones unless `all_of_them`."""
    wanted = _sites().where(at_sites(Site.id, sites_for(by, permission))).order_by(Site.code)
    if not all_of_them:
        wanted = wanted.where(Site.active.is_(True))
    return tuple(record(SiteRow, row) for row in db.session.execute(wanted))


def find_venues(by: Actor, permission: Permission) -> tuple[VenueRow, ...]:
    """Find the venues of the sites at which the actor holds the permission, by name."""
    rows = db.session.execute(
        sa.select(Venue.id, Venue.site_id, Venue.name, Venue.active)
        .where(at_sites(Venue.site_id, sites_for(by, permission)))
        .order_by(Venue.name)
    )
    return tuple(record(VenueRow, row) for row in rows)


def find_closed_days(site_id: str | None) -> tuple[ClosedRow, ...]:
    """Find the closed days of a site, or those of the whole programme."""
    here = ClosedDay.site_id.is_(None) if site_id is None else ClosedDay.site_id == site_id
    rows = db.session.execute(
        sa.select(
            ClosedDay.id,
            ClosedDay.site_id,
            ClosedDay.kind,
            ClosedDay.name,
            ClosedDay.first_on,
            ClosedDay.last_on,
            ClosedDay.weekday,
            ClosedDay.every_days,
            ClosedDay.hard,
        )
        .where(here)
        .order_by(ClosedDay.kind, ClosedDay.first_on, ClosedDay.name)
    )
    return tuple(record(ClosedRow, row) for row in rows)


def get_site(by: Actor, site_id: str) -> SitePage:
    """Give a site with venues, travel and closed days; raise NotFound for a foreign one."""
    row = db.session.execute(
        _sites().where(Site.id == site_id, at_sites(Site.id, sites_for(by, Permission.PLACES_EDIT)))
    ).first()
    if row is None:
        raise NotFound(kind="site")
    venues = db.session.execute(
        sa.select(Venue.id, Venue.site_id, Venue.name, Venue.active)
        .where(Venue.site_id == site_id)
        .order_by(Venue.active.desc(), Venue.name)
    )
    return SitePage(
        site=record(SiteRow, row),
        venues=tuple(record(VenueRow, one) for one in venues),
        travel=_travel(site_id),
        closed=find_closed_days(site_id),
    )


def _travel(site_id: str) -> tuple[TravelRow, ...]:
    first, second = sa.orm.aliased(Venue), sa.orm.aliased(Venue)
    rows = db.session.execute(
        sa.select(first.name, second.name, VenueTravel.minutes)
        .join(first, first.id == VenueTravel.venue_a)
        .join(second, second.id == VenueTravel.venue_b)
        .where(sa.or_(first.site_id == site_id, second.site_id == site_id))
        .order_by(first.name, second.name)
    )
    return tuple(record(TravelRow, row) for row in rows)

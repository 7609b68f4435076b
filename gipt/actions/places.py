"""Changes to places that exist: site details, venues renamed or no longer used."""

from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require_at
from gipt.actions.programme import CODE, SiteRecord, check_country, check_time_zone, filled
from gipt.db import db
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Site, Venue


@action("change_site")
def change_site(
    *, site_id: str, record: SiteRecord, active: bool = True, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Change a site; gives its id. A site that is not active is offered no longer, and nothing of it is lost."""
    require_at(by, Permission.PLACES_EDIT, site_id)
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound(kind="site")
    code = filled("code", record.code).upper()
    if not CODE.fullmatch(code):
        raise Invalid(field="code", reason="code_letters")
    if db.session.scalar(sa.select(sa.exists().where(Site.code == code, Site.id != site_id))):
        raise Conflict(reason="code_taken", field="code", code=code)
    site.code, site.name, site.district = code, filled("name", record.name), record.district
    site.country = check_country(record.country or site.country)
    site.time_zone = check_time_zone(record.time_zone or site.time_zone)
    site.focal_person, site.active = record.focal_person, active
    audit("change_site", by=by, now=now, entity="site", entity_id=site_id, op=op, active=active)
    return site_id


@action("change_venue")
def change_venue(
    *, venue_id: str, name: str, active: bool = True, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Rename a venue or take it out of use; gives its id."""
    venue = db.session.get(Venue, venue_id)
    if venue is None:
        raise NotFound(kind="venue")
    require_at(by, Permission.PLACES_EDIT, venue.site_id)
    kept = filled("name", name)
    taken = sa.exists().where(Venue.site_id == venue.site_id, Venue.name == kept, Venue.id != venue_id)
    if db.session.scalar(sa.select(taken)):
        raise Conflict(reason="name_taken", field="name")
    venue.name, venue.active = kept, active
    audit("change_venue", by=by, now=now, entity="venue", entity_id=venue_id, op=op, active=active)
    return venue_id

"""Reads about records: since when each kind is kept, choices for their forms."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.records import RecordKind
from gipt.models import Grant, RecordSince, Site, Staff
from gipt.queries.scope import at_sites


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose in a form: its id and how it is shown."""

    key: str
    shown: str


def recorded_since() -> dict[RecordKind, date]:
    """Give the first day of each kind that is recorded."""
    rows = db.session.execute(sa.select(RecordSince.kind, RecordSince.first_on))
    return {RecordKind(kind): first_on for kind, first_on in rows}


def find_places(by: Actor, permission: Permission) -> tuple[Choice, ...]:
    """Find the active sites at which the actor holds a permission, by code."""
    rows = db.session.execute(
        sa.select(Site.id, Site.code, Site.name)
        .where(Site.active.is_(True), at_sites(Site.id, sites_for(by, permission)))
        .order_by(Site.code)
    )
    return tuple(Choice(site_id, f"{code} · {name}") for site_id, code, name in rows)


def find_colleagues(by: Actor, permission: Permission) -> tuple[Choice, ...]:
    """Find the active people with a role at the sites where the actor holds a permission, by code."""
    sites = sites_for(by, permission)
    there = sa.true() if sites is None else sa.or_(Grant.site_id.is_(None), Grant.site_id.in_(sorted(sites)))
    rows = db.session.execute(
        sa.select(Staff.id, Staff.name, Staff.sign_in_name)
        .where(Staff.active.is_(True), sa.exists().where(Grant.staff_id == Staff.id, there))
        .order_by(Staff.code)
    )
    return tuple(Choice(staff_id, name or sign_in_name) for staff_id, name, sign_in_name in rows)

"""Giving a person more roles; nobody is signed out by it unless that is asked for."""

from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.sign_ins import end_all_sign_ins
from gipt.db import db
from gipt.domain.access import Actor, Granted, Permission
from gipt.domain.problems import NotFound
from gipt.models import Grant, Site, Staff


@action("add_grants")
def add_grants(
    *,
    staff_id: str,
    grants: tuple[Granted, ...],
    afresh: bool = False,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> int:
    """Add roles to a person; gives how many were new. Roles that are held already stay as they are.

    The first administrator of a small programme may take the clinical lead's and coordinator's roles by it: a
    recorded act, not a default. With `afresh` a person who may do more signs in again, by the link that follows: what
    a PIN opened must not become an office.
    """
    require(by, Permission.STAFF_EDIT)
    staff = db.session.get(Staff, staff_id)
    if staff is None or not staff.active:
        raise NotFound(kind="staff")
    rows = db.session.execute(sa.select(Grant.role, Grant.site_id).where(Grant.staff_id == staff_id))
    held = {(row.role, row.site_id) for row in rows}
    wanted = [one for one in dict.fromkeys(grants) if (one.role.value, one.site_id) not in held]
    for grant in wanted:
        if grant.site_id is not None and db.session.get(Site, grant.site_id) is None:
            raise NotFound(kind="site")
        db.session.add(Grant(staff_id=staff_id, role=grant.role.value, site_id=grant.site_id, created_at=now))
    if afresh and wanted:
        end_all_sign_ins(staff_id=staff_id, by=by, now=now)
    audit(
        "add_grants",
        by=by,
        now=now,
        entity="staff",
        entity_id=staff_id,
        op=op,
        roles=[one.role.value for one in wanted],
    )
    return len(wanted)

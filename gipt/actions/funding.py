"""Writes about who pays: funders, and their shares of each cycle."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.programme import CODE, filled
from gipt.actions.safety import civil_day
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.funding import check_shares
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Cycle, Funder, FundingShare, Group


@action("add_funder")
def add_funder(*, code: str, name: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add a funder; gives its id. The code is unique and stands in reports."""
    require(by, Permission.RECORDS_EDIT)
    kept = _free_code(code)
    funder = Funder(id=new_id(), code=kept, name=filled("name", name), created_at=now)
    db.session.add(funder)
    audit("add_funder", by=by, now=now, entity="funder", entity_id=funder.id, op=op)
    return funder.id


@action("change_funder")
def change_funder(
    *, funder_id: str, name: str, active: bool, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Rename a funder, or offer it no longer; gives its id. The code stays, since reports were made with it."""
    require(by, Permission.RECORDS_EDIT)
    funder = db.session.get(Funder, funder_id)
    if funder is None:
        raise NotFound(kind="funder")
    funder.name, funder.active = filled("name", name), active
    audit("change_funder", by=by, now=now, entity="funder", entity_id=funder_id, op=op, active=active)
    return funder_id


def _free_code(code: str) -> str:
    kept = filled("code", code).upper()
    if not CODE.fullmatch(kept):
        raise Invalid(field="code", reason="code_letters")
    if db.session.scalar(sa.select(sa.exists().where(Funder.code == kept))):
        raise Conflict(reason="code_taken", field="code", code=kept)
    return kept


@action("set_funding")
def set_funding(
    *,
    cycle_id: str,
    shares: Mapping[str, int],
    agreed_on: date,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Set who pays which part of a cycle, in whole per cent by funder's id; gives the cycle's id.

    What is not given to a funder is counted for none. The earlier shares stand in the audit event.
    """
    require(by, Permission.RECORDS_EDIT)
    site_id = db.session.scalar(
        sa.select(Group.site_id).join(Cycle, Cycle.group_id == Group.id).where(Cycle.id == cycle_id)
    )
    if site_id is None or not allows_at(by, Permission.RECORDS_EDIT, site_id):
        raise NotFound(kind="cycle")
    check_shares(shares)
    if agreed_on > civil_day(now):
        raise Invalid(field="agreed_on", reason="in_future")
    known = set(db.session.scalars(sa.select(Funder.id).where(Funder.id.in_(sorted(shares)))))
    if known != set(shares):
        raise NotFound(kind="funder")
    # Two writers of one cycle wait for each other here, not at the trigger.
    db.session.execute(sa.select(Cycle.id).where(Cycle.id == cycle_id).with_for_update())
    before = _shares(cycle_id)
    db.session.execute(sa.delete(FundingShare).where(FundingShare.cycle_id == cycle_id))
    for funder_id, percent in sorted(shares.items()):
        db.session.add(
            FundingShare(
                id=new_id(),
                cycle_id=cycle_id,
                funder_id=funder_id,
                percent=percent,
                agreed_on=agreed_on,
                by_id=by.staff_id,
                created_at=now,
            )
        )
    audit(
        "set_funding",
        by=by,
        now=now,
        entity="cycle",
        entity_id=cycle_id,
        op=op,
        changes=[before, dict(sorted(shares.items()))],
    )
    return cycle_id


def _shares(cycle_id: str) -> dict[str, int]:
    rows = db.session.scalars(
        sa.select(FundingShare).where(FundingShare.cycle_id == cycle_id).order_by(FundingShare.funder_id)
    )
    return {row.funder_id: row.percent for row in rows}

"""Reads of money: lines of spending, hours of volunteers, funders, shares of a cycle, targets."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.costs import major_units
from gipt.domain.problems import NotFound
from gipt.models import CostLine, Cycle, Funder, FundingShare, Group, Programme, Site, Target, VolunteerTime
from gipt.queries.rows import record
from gipt.queries.scope import at_sites

LONGEST_LIST = 300


@dataclass(frozen=True, slots=True)
class CostRow:
    """One line of spending; `original` what it was in another currency."""

    line_id: str
    spent_on: date
    whole_month: bool
    scope: str
    site: str | None
    funder: str | None
    currency: str
    minor: int
    original_currency: str | None
    original_minor: int | None
    rate: str | None
    rate_on: date | None
    note: str | None

    @property
    def amount(self) -> Decimal:
        """Give the amount in whole units of the ledger's currency."""
        return major_units(self.minor, self.currency)

    @property
    def original(self) -> Decimal | None:
        """Give the amount in whole units of the currency it was paid in."""
        if self.original_minor is None or self.original_currency is None:
            return None
        return major_units(self.original_minor, self.original_currency)


@dataclass(frozen=True, slots=True)
class TimeRow:
    """Time that volunteers gave."""

    time_id: str
    given_on: date
    whole_month: bool
    scope: str
    site: str | None
    minutes: int


@dataclass(frozen=True, slots=True)
class FunderRow:
    """One funder."""

    funder_id: str
    code: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class FundedCycle:
    """A cycle with who pays for it, in whole per cent by funder's id."""

    cycle_id: str
    group: str
    number: int
    shares: dict[str, int]
    agreed_on: date | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target, in the unit of its indicator."""

    target_id: str
    indicator: str
    site: str | None
    from_on: date | None
    to_on: date | None
    value: Decimal
    baseline: Decimal | None


def ledger_currency() -> str | None:
    """Give the ledger's currency; None before one was chosen."""
    return db.session.scalar(sa.select(Programme.ledger_currency))


def _here(by: Actor, column: Any) -> sa.ColumnElement[bool]:
    """Limit rows to the actor's sites; those of no site are for whoever has them all."""
    sites = sites_for(by, Permission.RECORDS_EDIT)
    return sa.true() if sites is None else at_sites(column, sites)


def find_costs(by: Actor) -> tuple[CostRow, ...]:
    """Find the lines of the actor's sites that were not taken out, the latest first."""
    rows = db.session.execute(
        sa.select(
            CostLine.id,
            CostLine.spent_on,
            CostLine.whole_month,
            CostLine.scope,
            Site.code,
            Funder.code,
            CostLine.currency,
            CostLine.minor,
            CostLine.original_currency,
            CostLine.original_minor,
            CostLine.rate,
            CostLine.rate_on,
            CostLine.note,
        )
        .outerjoin(Site, Site.id == CostLine.site_id)
        .outerjoin(Funder, Funder.id == CostLine.funder_id)
        .where(CostLine.removed_at.is_(None), _here(by, CostLine.site_id))
        .order_by(CostLine.spent_on.desc(), CostLine.created_at.desc(), CostLine.id)
        .limit(LONGEST_LIST)
    )
    return tuple(record(CostRow, row) for row in rows)


def find_volunteer_time(by: Actor) -> tuple[TimeRow, ...]:
    """Find the volunteers' time at the actor's sites, the latest first."""
    rows = db.session.execute(
        sa.select(
            VolunteerTime.id,
            VolunteerTime.given_on,
            VolunteerTime.whole_month,
            VolunteerTime.scope,
            Site.code,
            VolunteerTime.minutes,
        )
        .outerjoin(Site, Site.id == VolunteerTime.site_id)
        .where(VolunteerTime.removed_at.is_(None), _here(by, VolunteerTime.site_id))
        .order_by(VolunteerTime.given_on.desc(), VolunteerTime.created_at.desc(), VolunteerTime.id)
        .limit(LONGEST_LIST)
    )
    return tuple(TimeRow(*row) for row in rows)


def find_funders(*, active: bool | None = None) -> tuple[FunderRow, ...]:
    """Find the funders, by code."""
    wanted = sa.select(Funder.id, Funder.code, Funder.name, Funder.active).order_by(Funder.code)
    if active is not None:
        wanted = wanted.where(Funder.active.is_(active))
    return tuple(FunderRow(*row) for row in db.session.execute(wanted))


def find_funded_cycles(by: Actor) -> tuple[FundedCycle, ...]:
    """Find the cycles of the actor's sites with their shares, the latest first; two statements."""
    here = at_sites(Group.site_id, sites_for(by, Permission.RECORDS_EDIT))
    rows = db.session.execute(
        sa.select(Cycle.id, Group.code, Cycle.number)
        .join(Group, Group.id == Cycle.group_id)
        .where(here, Cycle.status != "cancelled")
        .order_by(Cycle.first_on.desc(), Group.code)
        .limit(LONGEST_LIST)
    ).all()
    shares: dict[str, dict[str, int]] = {}
    dates: dict[str, date] = {}
    found = db.session.execute(
        sa.select(
            FundingShare.cycle_id, FundingShare.funder_id, FundingShare.percent, FundingShare.agreed_on
        ).where(FundingShare.cycle_id.in_([row.id for row in rows]))
    )
    for cycle_id, funder_id, percent, agreed_on in found:
        shares.setdefault(cycle_id, {})[funder_id] = percent
        dates[cycle_id] = agreed_on
    return tuple(
        FundedCycle(cycle_id, group, number, shares.get(cycle_id, {}), dates.get(cycle_id))
        for cycle_id, group, number in rows
    )


def get_funded_cycle(by: Actor, cycle_id: str) -> FundedCycle:
    """Give one cycle with its shares; raise NotFound for a foreign one."""
    found = db.session.execute(
        sa.select(Cycle.id, Group.code, Cycle.number)
        .join(Group, Group.id == Cycle.group_id)
        .where(Cycle.id == cycle_id, at_sites(Group.site_id, sites_for(by, Permission.RECORDS_EDIT)))
    ).first()
    if found is None:
        raise NotFound(kind="cycle")
    rows = db.session.execute(
        sa.select(FundingShare.funder_id, FundingShare.percent, FundingShare.agreed_on).where(
            FundingShare.cycle_id == cycle_id
        )
    ).all()
    agreed_on = max((row.agreed_on for row in rows), default=None)
    return FundedCycle(*found, {row.funder_id: row.percent for row in rows}, agreed_on)


def find_targets(by: Actor) -> tuple[TargetRow, ...]:
    """Find the targets that the actor may change, by indicator and period, those of the whole life last."""
    rows = db.session.execute(
        sa.select(
            Target.id,
            Target.indicator,
            Site.code,
            Target.from_on,
            Target.to_on,
            Target.value,
            Target.baseline,
        )
        .outerjoin(Site, Site.id == Target.site_id)
        .where(_here(by, Target.site_id))
        .order_by(Target.indicator, Target.period, Site.code)
    )
    return tuple(
        TargetRow(
            *row[:5], Decimal(row.value) / 100, None if row.baseline is None else Decimal(row.baseline) / 100
        )
        for row in rows
    )

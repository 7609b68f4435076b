"""Lines of spending of a spreadsheet laid against what is written down already."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.costs import (
    Conversion,
    check_amount,
    check_currency,
    convert,
    minor_digits,
    parse_amount,
    parse_rate,
)
from gipt.domain.names import normalise_name
from gipt.domain.problems import Invalid
from gipt.intake.records import CostRow
from gipt.intake.results import RowResult, RowState
from gipt.models import CostLine, Funder, Programme
from gipt.queries.import_places import Headings, ImportSites
from gipt.queries.import_plans import PlannedRow

FUNDERS_NAMED = 4


@dataclass(frozen=True, slots=True)
class CostFacts:
    """What was resolved: the amount in minor units of the ledger, what it was in another currency, whose it is."""

    minor: int
    original: Conversion | None = None
    site_id: str | None = None
    funder_id: str | None = None


@dataclass(slots=True)
class CostPlanner:
    """Lay rows of costs against the ledger; a line that stands there as often as in the sheet is known."""

    sites: ImportSites
    headings: Headings
    everywhere: bool
    ledger: str | None
    funders: dict[str, str]
    codes: tuple[str, ...]
    known: Counter[tuple[Any, ...]] = field(default_factory=Counter)

    def plan(self, row: RowResult, record: CostRow) -> PlannedRow:
        """Lay one row against what is stored; every fault names its cell."""
        if self.ledger is None:
            return PlannedRow(self.headings.fault(row, "amount", "no_ledger"))
        found = self._place(row, record)
        if isinstance(found, RowResult):
            return PlannedRow(found)
        funder = self.funders.get(normalise_name(record.funder)) if record.funder else None
        if record.funder and funder is None:
            known = ", ".join(self.codes[:FUNDERS_NAMED]) or "–"
            fault = self.headings.fault(row, "funder", "unknown_funder", value=record.funder, known=known)
            return PlannedRow(fault)
        try:
            minor, original = self._amount(record)
        except Invalid as problem:
            return PlannedRow(self._fault(row, record, problem))
        facts = CostFacts(minor, original, found or None, funder)
        key = line_key(
            record.spent_on, record.whole_month, record.scope, facts.site_id, funder, minor, original
        )
        if self.known[key] > 0:
            self.known[key] -= 1
            return PlannedRow(replace(row, state=RowState.UNCHANGED), facts=facts)
        return PlannedRow(row, facts=facts)

    def _place(self, row: RowResult, record: CostRow) -> RowResult | str:
        """Give the site's id, "" for the whole programme, or the row with its fault."""
        if record.site:
            site = self.sites.find(record.site)
            if site is None:
                known = self.sites.known
                return self.headings.fault(row, "site", "unknown_site", value=record.site, known=known)
            return site.site_id
        if self.sites.fallback or not self.everywhere:
            default = self.sites.default
            if default is None:
                return self.headings.fault(row, "site", "site_missing", known=self.sites.known)
            return default.site_id
        return ""

    def _amount(self, record: CostRow) -> tuple[int, Conversion | None]:
        """Give minor units of the ledger, and the original where it was paid in another currency."""
        assert self.ledger is not None
        paid_in = check_currency(record.currency, "currency") if record.currency else self.ledger
        if record.is_number:
            scaled = Decimal(record.amount).scaleb(minor_digits(paid_in))
            if scaled != scaled.to_integral_value():
                raise Invalid(field="amount", reason="too_fine", decimals=minor_digits(paid_in))
            minor = check_amount(int(scaled))
        else:
            minor = parse_amount(record.amount, paid_in)
        if paid_in == self.ledger:
            return minor, None
        rate = parse_rate(record.rate)
        original = Conversion(minor, paid_in, rate, record.rate_on or record.spent_on)
        return convert(original, self.ledger), original

    def _fault(self, row: RowResult, record: CostRow, problem: Invalid) -> RowResult:
        details = {key: value for key, value in problem.details.items() if key not in ("field", "reason")}
        name = str(problem.details["field"])
        if name == "rate" and not record.rate:
            paid_in = record.currency
            return self.headings.fault(row, name, "cost_rate_missing", currency=paid_in, ledger=self.ledger)
        text = {"amount": record.amount, "currency": record.currency, "rate": record.rate}.get(name, "")
        return self.headings.fault(
            row, name, f"cost_{problem.details['reason']}", **{**details, "value": text}
        )


def line_key(*parts: Any) -> tuple[Any, ...]:
    """Give what makes two lines the same: day, purpose, whose, how much."""
    *own, original = parts
    paid = (None, None) if original is None else (original.currency, original.minor)
    return (*own, *paid)


def cost_planner(
    sites: ImportSites, headings: Headings, by: Actor
) -> Callable[[RowResult, CostRow], PlannedRow]:
    """Give the function that plans rows of costs: three statements, whatever the number of rows."""
    rows = db.session.execute(sa.select(Funder.id, Funder.code, Funder.name).order_by(Funder.code)).all()
    funders = {normalise_name(text): row.id for row in reversed(rows) for text in (row.name, row.code)}
    lines = db.session.execute(
        sa.select(
            CostLine.spent_on, CostLine.whole_month, CostLine.scope, CostLine.site_id, CostLine.funder_id,
            CostLine.minor, CostLine.original_currency, CostLine.original_minor,
        ).where(CostLine.removed_at.is_(None))
    )  # fmt: skip
    planner = CostPlanner(
        sites,
        headings,
        everywhere=sites_for(by, Permission.RECORDS_EDIT) is None,
        ledger=db.session.scalar(sa.select(Programme.ledger_currency)),
        funders=funders,
        codes=tuple(row.code for row in rows),
        known=Counter(tuple(line) for line in lines),
    )
    return planner.plan

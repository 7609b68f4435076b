"""Indicator I-25: what a person cost at each stage, with scope and currency; hours of volunteers beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gipt.domain.costs import DIRECT, CostScope, major_units
from gipt.domain.indicators.facts import CostFact, VolunteerFact
from gipt.domain.periods import Period


class CostStage(StrEnum):
    """Of whom the cost is the cost (domain.md 5.5)."""

    SCREENED_POSITIVE = "screened_positive"
    ENROLLED = "enrolled"
    STARTED = "started"
    COMPLETED = "completed"
    RESPONDER = "responder"


class CostBasis(StrEnum):
    """Which spending is in it: direct delivery alone, or everything that was recorded."""

    DIRECT = "direct"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class CostPerPerson:
    """What was spent in a period and one currency, and what that is for each person at a stage.

    `scopes`: the kinds of spending that are in the sum and were recorded, in the order of `CostScope`. `people`: how
    many there are at the stage, whoever paid.
    """

    basis: CostBasis
    currency: str
    scopes: tuple[CostScope, ...]
    minor: int
    stage: CostStage
    people: int

    @property
    def total(self) -> Decimal:
        """Give the sum in whole units of the currency."""
        return major_units(self.minor, self.currency)

    @property
    def per_person(self) -> Decimal | None:
        """Give the cost of each person, exact; None when there is nobody."""
        return self.total / self.people if self.people else None


def costs_in(costs: Iterable[CostFact], period: Period, basis: CostBasis) -> tuple[CostFact, ...]:
    """Give the lines of the period that belong to a basis."""
    return tuple(
        one for one in costs if period.holds(one.on) and (basis is CostBasis.FULL or one.scope in DIRECT)
    )


def costs_per_person(
    costs: Sequence[CostFact], period: Period, people: Mapping[CostStage, int]
) -> tuple[CostPerPerson, ...]:
    """Give I-25: each basis, currency and stage by itself; currencies are never added up.

    Spending of a period over people of the same period: a rough figure where groups run across its ends, which the
    report says.
    """
    rows = []
    for basis in CostBasis:
        inside = costs_in(costs, period, basis)
        for currency in sorted({one.currency for one in inside}):
            own = [one for one in inside if one.currency == currency]
            scopes = tuple(scope for scope in CostScope if any(one.scope is scope for one in own))
            total = sum(one.minor for one in own)
            rows += [
                CostPerPerson(basis, currency, scopes, total, stage, people.get(stage, 0))
                for stage in CostStage
            ]
    return tuple(rows)


def spent_by_funder(costs: Iterable[CostFact], period: Period) -> dict[tuple[str | None, str], int]:
    """Give minor units spent in the period by funder (None = not said) and currency: shares are kept apart."""
    sums: dict[tuple[str | None, str], int] = {}
    for one in costs_in(costs, period, CostBasis.FULL):
        key = (one.funder, one.currency)
        sums[key] = sums.get(key, 0) + one.minor
    return sums


def volunteer_hours(given: Iterable[VolunteerFact], period: Period) -> Decimal:
    """Give the hours that volunteers gave in the period: hours, never money (domain.md 5.5)."""
    return Decimal(sum(one.minutes for one in given if period.holds(one.on))) / 60

"""Targets: what was promised of an indicator, for a period or for the life of the project.

Values are decimals in the unit of the indicator: people or events as they are counted, shares in per cent, changes
in points. A target without a place is that of the whole programme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gipt.domain.periods import Period


@dataclass(frozen=True, slots=True)
class Target:
    """One promise: `site` None = whole programme, `period` None = life of the project, `baseline` None = unknown."""

    indicator: str
    value: Decimal
    site: str | None = None
    period: Period | None = None
    baseline: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """What stands beside an indicator in a report: None where nothing was promised."""

    baseline: Decimal | None = None
    period: Decimal | None = None
    life: Decimal | None = None


def fitting(targets: Iterable[Target], sites: Sequence[str], whole_programme: bool) -> tuple[Target, ...]:
    """Give the targets that a report about these sites can be held against: those of the whole or of its one site.

    A report about some of several sites has none: targets of places do not add up to those of the programme.
    """
    listed = tuple(targets)
    own = tuple(one for one in listed if len(sites) == 1 and one.site == sites[0])
    if not whole_programme:
        return own
    whole = tuple(one for one in listed if one.site is None)
    known = {(one.indicator, one.period) for one in whole}
    return whole + tuple(one for one in own if (one.indicator, one.period) not in known)


def promised(targets: Iterable[Target], indicator: str, period: Period) -> Promised:
    """Give baseline and targets of an indicator for exactly this period.

    A target of a quarter is none of a year: only the same days fit. The baseline is that of the period's target,
    else that of the life of the project.
    """
    own = [one for one in targets if one.indicator == indicator]
    now = next((one for one in own if one.period == period), None)
    life = next((one for one in own if one.period is None), None)
    baseline = next((one.baseline for one in (now, life) if one and one.baseline is not None), None)
    return Promised(baseline, now.value if now else None, life.value if life else None)

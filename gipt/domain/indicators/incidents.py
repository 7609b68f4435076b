"""Indicator I-23: adverse events by category, and their rate per 100 people who started (domain.md 5.2)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gipt.domain.incidents import IncidentCategory, is_serious
from gipt.domain.indicators.facts import IncidentFact
from gipt.domain.indicators.people import Person
from gipt.domain.indicators.tally import Entry, Tally, Unit
from gipt.domain.periods import Period
from gipt.domain.statistics import Interval

CATEGORIES = tuple(category.value for category in IncidentCategory)
"""Every value of the breakdown, in the order of a table."""
_Z = 1.959963984540054
"""97.5th percentile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class EventRate:
    """Events in relation to people who started; several events of one person count each.

    Not a share: more events than people are possible, so that its interval is not Wilson's.
    """

    events: int
    started: int

    @property
    def per_100(self) -> float | None:
        """Give events per 100 people who started; None when nobody did."""
        return 100 * self.events / self.started if self.started else None

    @property
    def interval(self) -> Interval | None:
        """Give Byar's 95 % interval of the rate; None when nobody started.

        Approximates the exact Poisson interval: Breslow and Day, Statistical Methods in Cancer Research II (1987),
        page 69.
        """
        if not self.started:
            return None
        low, high = poisson_interval(self.events)
        return Interval(100 * low / self.started, 100 * high / self.started)


def poisson_interval(events: int) -> tuple[float, float]:
    """Give Byar's 95 % limits of a count of rare events; 0 events begin at 0."""
    above = events + 1
    low = events * (1 - 1 / (9 * events) - _Z / (3 * math.sqrt(events))) ** 3 if events else 0.0
    return max(0.0, low), above * (1 - 1 / (9 * above) + _Z / (3 * math.sqrt(above))) ** 3


def incidents(found: Iterable[IncidentFact], period: Period, recorded: bool) -> Tally:
    """Count I-23: adverse events of the period, serious ones among them, by category."""
    return _tally("I-23", "incidents", found, period, recorded)


def serious_incidents(found: Iterable[IncidentFact], period: Period, recorded: bool) -> Tally:
    """Count I-23S: the serious adverse events of the period, by category."""
    serious = [one for one in found if is_serious(one.category)]
    return _tally("I-23S", "serious_incidents", serious, period, recorded)


def _tally(code: str, name: str, found: Iterable[IncidentFact], period: Period, recorded: bool) -> Tally:
    entries = tuple(
        Entry(one.site, None, 1, 0, group=one.category.value) for one in found if period.holds(one.on)
    )
    return Tally(code, Unit.INCIDENTS, name, entries, rules=("incidents",), recorded=recorded)


def reported_in_time(found: Iterable[IncidentFact], period: Period, recorded: bool) -> Tally:
    """Count the serious events reported in time, of those reported or overdue."""
    inside = [one for one in found if period.holds(one.on) and is_serious(one.category)]
    entries = tuple(
        Entry(one.site, None, int(one.in_time), 1, group=one.category.value)
        for one in inside
        if one.in_time is not None
    )
    return Tally(
        "I-23T", Unit.INCIDENTS, "incidents_in_time", entries, "clocked_incidents", "incidents_late",
        missing_set="incidents_waiting", missing=len(inside) - len(entries), rules=("incidents_in_time",),
        sensitive=True, recorded=recorded,
    )  # fmt: skip


def event_rate(tally: Tally, people: Sequence[Person]) -> EventRate:
    """Give the rate of a tally of events per 100 people of the period who started."""
    return EventRate(tally.numerator, sum(one.started for one in people))

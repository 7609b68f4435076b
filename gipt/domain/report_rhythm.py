"""Reports that are made by themselves: whole months, quarters, half-years or years, some days after they end."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from gipt.domain.periods import Period


class Rhythm(StrEnum):
    """How often a report is made; periods begin in January."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.HALF_YEARLY: 6, Rhythm.YEARLY: 12}
LEAST_DAYS, MOST_DAYS = 1, 60
"""Days after the end of a period; late records need a few, and the next period must not be long under way."""
MOST_AT_ONCE = 12
"""Periods that are made up for at most, when nothing ran for long."""


def period_around(rhythm: Rhythm, day: date) -> Period:
    """Give the whole period that a day lies in."""
    months = MONTHS[rhythm]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return Period(first, _months_later(first, months) - timedelta(days=1))


def period_before(rhythm: Rhythm, day: date) -> Period:
    """Give the last whole period that ended before a day."""
    return period_around(rhythm, period_around(rhythm, day).first - timedelta(days=1))


def due_on(period: Period, days: int) -> date:
    """Give the day on which the report about a period is made: `days` after its last one."""
    return period.last + timedelta(days=days)


def due_periods(rhythm: Rhythm, days: int, since: date, today: date) -> list[Period]:
    """Give the periods whose day came after `since` and not after `today`, the oldest first.

    `since`: the day on which it was set up or went on after a pause; what fell due before is not made up for.
    """
    return sorted(
        (one for one in _backwards(rhythm, today) if since < due_on(one, days) <= today),
        key=lambda one: one.first,
    )


def next_due(rhythm: Rhythm, days: int, today: date) -> tuple[Period, date]:
    """Give the next period that falls due after today, and the day on which it does."""
    period = period_before(rhythm, today)
    while due_on(period, days) <= today:
        period = period_around(rhythm, period.last + timedelta(days=1))
    for earlier in _backwards(rhythm, today):
        if due_on(earlier, days) > today:
            period = earlier
    return period, due_on(period, days)


def _backwards(rhythm: Rhythm, today: date) -> Iterator[Period]:
    period = period_before(rhythm, today)
    for _ in range(MOST_AT_ONCE):
        yield period
        period = period_before(rhythm, period.first)


def _months_later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)

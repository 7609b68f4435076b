"""Periods of a report: two dates, both included."""

from dataclasses import dataclass
from datetime import date, timedelta

from gipt.domain.problems import Invalid

FIRST_YEAR, LAST_YEAR = 1900, 2150
"""Years of every date that a person may write: outside them it is a slip, and arithmetic with it would fail."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; raises Invalid when `last` is before `first`."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid(field="to", reason="before_from", value=self.last.isoformat())

    def holds(self, day: date | None) -> bool:
        """Say whether a day lies in the period; None does not."""
        return day is not None and self.first <= day <= self.last


def is_whole_months(period: Period) -> bool:
    """Say whether a period starts on the first and ends on the last day of a month."""
    return period.first.day == 1 and (period.last + timedelta(days=1)).day == 1


def check_whole_months(period: Period) -> Period:
    """Give the period back; raise Invalid when it cuts a month.

    Two reports that differ by a few days would let one person be worked out (decision 11).
    """
    if not is_whole_months(period):
        raise Invalid(
            field="period",
            reason="whole_months",
            value=f"{period.first.isoformat()}/{period.last.isoformat()}",
        )
    return period

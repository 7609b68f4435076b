"""Closed days: rules that say on which dates (and hours) nobody meets, and a calendar that looks them up.

A rule is single, weekly, every k days from an anchor (market cycles of 4, 5, 6 or 8 days drift against the
week) or a span. Public holidays are single rules with an `estimated` mark where the moon decides: their
neighbours carry a soft warning, one day either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from gipt.domain.problems import Invalid
from gipt.domain.scheduling.busy import BusySlot, minute_of
from gipt.domain.scheduling.values import Clash, ClashCode, Severity

ESTIMATED_BAND = 1
"""Days either way of an estimated holiday: sighting moves it by one (ux 2.9, domain 7.2)."""

LONGEST_CYCLE = 366


class ClosedRule(StrEnum):
    """Name how a closed day comes back."""

    SINGLE = "single"
    WEEKLY = "weekly"
    EVERY_DAYS = "every"
    SPAN = "range"


class ClosedKind(StrEnum):
    """Name what keeps people away."""

    PUBLIC_HOLIDAY = "public_holiday"
    WORSHIP = "worship"
    MARKET = "market"
    HARVEST = "harvest"
    RAINS = "rains"
    SCHOOL = "school"
    CLINIC = "clinic"
    DISTRIBUTION = "distribution"
    INSECURITY = "insecurity"
    FUNERAL = "funeral"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """Hold one rule.

    `first` is the date (single), the anchor (every_days), the beginning (span) or an optional beginning
    (weekly); `last` bounds all but single. With `from_time` and `to_time` only meetings that touch
    those hours are concerned (Friday noon, afternoons of Ramadan).
    """

    rule: ClosedRule
    severity: Severity
    label: str = ""
    kind: ClosedKind = ClosedKind.OTHER
    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    every_days: int | None = None
    estimated: bool = False
    from_time: time | None = None
    to_time: time | None = None
    key: str = ""

    def __post_init__(self) -> None:
        """Refuse a rule that says no date with `Invalid`."""
        if self.first is None and self.rule is not ClosedRule.WEEKLY:
            raise Invalid(field="first", reason="missing")
        if self.rule is ClosedRule.WEEKLY and (self.weekday is None or not 0 <= self.weekday <= 6):
            raise Invalid(field="weekday", reason="out_of_range", value=self.weekday, low=0, high=6)
        if self.rule is ClosedRule.EVERY_DAYS and not 2 <= (self.every_days or 0) <= LONGEST_CYCLE:
            raise Invalid(field="every_days", reason="out_of_range", value=self.every_days, low=2, high=366)
        if self.rule is ClosedRule.SPAN and self.last is None:
            raise Invalid(field="last", reason="missing")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise Invalid(field="last", reason="before_first", value=self.last)
        if self.from_time and self.to_time and self.to_time <= self.from_time:
            raise Invalid(field="to_time", reason="before_first", value=self.to_time)

    def falls_on(self, day: date) -> bool:
        """Tell whether the rule closes this date."""
        if self.rule is ClosedRule.SINGLE:
            return day == self.first
        if (self.first and day < self.first) or (self.last and day > self.last):
            return False
        if self.rule is ClosedRule.WEEKLY:
            return day.weekday() == self.weekday
        if self.rule is ClosedRule.EVERY_DAYS:
            return (day - (self.first or day)).days % (self.every_days or 1) == 0
        return True

    def touches(self, starts: int, ends: int) -> bool:
        """Tell whether minutes of the day from `starts` to `ends` meet the closed hours."""
        opens = minute_of(self.from_time) if self.from_time else 0
        closes = minute_of(self.to_time) if self.to_time else 24 * 60
        return starts < closes and ends > opens


class ClosedCalendar:
    """Look up closed days by date: single dates by key, the few repeating rules one by one."""

    def __init__(self, closed_days: Iterable[ClosedDay] = ()) -> None:
        self._single: dict[date, list[ClosedDay]] = {}
        self._others: list[ClosedDay] = []
        self._found: dict[date, tuple[ClosedDay, ...]] = {}
        for closed in closed_days:
            if closed.rule is ClosedRule.SINGLE and closed.first is not None:
                self._single.setdefault(closed.first, []).append(closed)
            else:
                self._others.append(closed)

    def on(self, day: date) -> tuple[ClosedDay, ...]:
        """Give the rules that close this date, single dates first."""
        found = self._found.get(day)
        if found is None:
            repeating = (closed for closed in self._others if closed.falls_on(day))
            found = self._found[day] = (*self._single.get(day, ()), *repeating)
        return found

    def is_shut(self, day: date) -> bool:
        """Tell whether the whole day is closed hard."""
        return any(
            closed.severity is Severity.HARD and closed.from_time is None and closed.to_time is None
            for closed in self.on(day)
        )

    def clashes(self, slot: BusySlot) -> list[Clash]:
        """Give the clashes of a meeting with closed days, and with estimated ones a day away."""
        found = [
            _clash(ClashCode.CLOSED_DAY, closed, slot.on, slot.on, closed.severity)
            for closed in self.on(slot.on)
            if closed.touches(slot.first_minute, slot.last_minute)
        ]
        if slot.last_minute > 24 * 60:
            tomorrow = slot.on + timedelta(days=1)
            found += [
                _clash(ClashCode.CLOSED_DAY, closed, slot.on, tomorrow, closed.severity)
                for closed in self.on(tomorrow)
                if closed.touches(0, slot.last_minute - 24 * 60)
            ]
        return found + self._near(slot.on)

    def _near(self, day: date) -> list[Clash]:
        today = self.on(day)
        return [
            _clash(ClashCode.NEAR_ESTIMATED, closed, day, day + timedelta(days=away), Severity.SOFT)
            for away in (-ESTIMATED_BAND, ESTIMATED_BAND)
            for closed in self.on(day + timedelta(days=away))
            if closed.estimated and closed not in today
        ]


def _clash(code: ClashCode, closed: ClosedDay, on: date, closed_on: date, severity: Severity) -> Clash:
    return Clash(
        code,
        severity,
        on,
        source=closed.key,
        label=closed.label,
        kind=closed.kind.value,
        estimated=closed.estimated,
        other_on=closed_on,
        starts=closed.from_time,
    )

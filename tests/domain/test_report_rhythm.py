"""Periods begin in January, end with a month, and fall due once each."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.periods import Period, is_whole_months
from gipt.domain.report_rhythm import (
    MONTHS,
    Rhythm,
    due_on,
    due_periods,
    next_due,
    period_around,
    period_before,
)

TABLE = [
    (Rhythm.MONTHLY, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
    (Rhythm.MONTHLY, date(2028, 3, 31), date(2028, 2, 1), date(2028, 2, 29)),
    (Rhythm.QUARTERLY, date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31)),
    (Rhythm.QUARTERLY, date(2026, 6, 30), date(2026, 1, 1), date(2026, 3, 31)),
    (Rhythm.HALF_YEARLY, date(2026, 7, 1), date(2026, 1, 1), date(2026, 6, 30)),
    (Rhythm.YEARLY, date(2026, 12, 31), date(2025, 1, 1), date(2025, 12, 31)),
]
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(("rhythm", "day", "first", "last"), TABLE)
def test_the_last_whole_period_before_a_day(rhythm: Rhythm, day: date, first: date, last: date) -> None:
    assert period_before(rhythm, day) == Period(first, last)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(Rhythm), days)
def test_a_period_is_whole_months_and_holds_its_days(rhythm: Rhythm, day: date) -> None:
    period = period_around(rhythm, day)
    assert period.holds(day)
    assert is_whole_months(period)
    assert (period.first.month - 1) % MONTHS[rhythm] == 0
    assert period_around(rhythm, period.last) == period
    assert period_before(rhythm, day).last == period.first - timedelta(days=1)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(Rhythm), days, st.integers(1, 60), st.lists(st.integers(0, 40), min_size=1, max_size=8)
)
def test_whenever_somebody_looks_each_period_falls_due_once(
    rhythm: Rhythm, since: date, after: int, steps: list[int]
) -> None:
    today, seen, last = since, [], since
    for step in steps:
        today += timedelta(days=step)
        seen += due_periods(rhythm, after, last, today)
        last = today
    assert seen == due_periods(rhythm, after, since, today)[-len(seen) :] if seen else True
    assert len({one.first for one in seen}) == len(seen)
    coming, on = next_due(rhythm, after, today)
    assert on == due_on(coming, after) > today
    assert due_periods(rhythm, after, today, on - timedelta(days=1)) == []
    assert coming in due_periods(rhythm, after, today, on)

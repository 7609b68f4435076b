"""Incidents, satisfaction, targets, and what is recorded at all."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from gipt.domain.incidents import (
    SERIOUS,
    IncidentCategory,
    IncidentOutcome,
    check_outcome,
    is_serious,
    report_by,
    reported_in_time,
)
from gipt.domain.periods import Period
from gipt.domain.problems import Invalid
from gipt.domain.records import RecordKind, is_recorded, recorded_part
from gipt.domain.satisfaction import Collector, is_independent
from gipt.domain.targets import Promised, Target, fitting, promised

RAISED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def test_the_six_serious_kinds_of_the_trial_are_serious() -> None:
    named = [
        "death",
        "suicide_attempt",
        "victimisation",
        "serious_violence",
        "emergency_stay",
        "lack_of_food",
    ]
    assert {one.value for one in SERIOUS} == {*named, "other_serious"}
    assert not is_serious(IncidentCategory.CONCRETE_PLAN)


@pytest.mark.parametrize(
    ("hours_until_told", "hours_until_now", "expected"),
    [(None, 23, None), (None, 25, False), (24, 90, True), (25, 90, False)],
    ids=["the clock runs", "nobody told", "told on the hour", "told too late"],
)
def test_a_serious_event_is_reported_within_its_hours(
    hours_until_told: int | None, hours_until_now: int, expected: bool | None
) -> None:
    due = report_by(IncidentCategory.DEATH, RAISED, 24)
    told = None if hours_until_told is None else RAISED + timedelta(hours=hours_until_told)
    assert reported_in_time(due, told, RAISED + timedelta(hours=hours_until_now)) is expected


def test_an_event_that_is_not_serious_has_no_clock() -> None:
    assert report_by(IncidentCategory.INJURY, RAISED, 24) is None
    assert reported_in_time(None, None, RAISED) is None


def test_a_death_ends_in_nothing_else() -> None:
    check_outcome(IncidentCategory.DEATH, IncidentOutcome.DIED)
    with pytest.raises(Invalid):
        check_outcome(IncidentCategory.DEATH, IncidentOutcome.RECOVERED)


@pytest.mark.parametrize(
    ("collector", "asked_by", "expected"),
    [
        (Collector.STAFF, "amina", False),
        (Collector.STAFF, "ruth", True),
        (Collector.STAFF, None, False),
        (Collector.OUTSIDE, None, True),
        (Collector.ALONE, None, True),
    ],
)
def test_an_answer_to_the_own_facilitator_is_not_independent(
    collector: Collector, asked_by: str | None, expected: bool
) -> None:
    assert is_independent(collector, asked_by, ["amina", "substitute"]) is expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, None),
        (date(2026, 4, 1), None),
        (date(2026, 3, 31), Period(date(2026, 3, 31), date(2026, 3, 31))),
        (date(2025, 6, 1), QUARTER),
    ],
    ids=["never", "only after the period", "since its last day", "since long ago"],
)
def test_what_was_not_recorded_in_a_period_is_not_zero(since: date | None, expected: Period | None) -> None:
    kept = {} if since is None else {RecordKind.INCIDENTS: since}
    assert is_recorded(RecordKind.INCIDENTS, kept, QUARTER) is (expected is not None)
    assert recorded_part(RecordKind.INCIDENTS, kept, QUARTER) == expected


def target(
    value: int, site: str | None = None, period: Period | None = None, base: int | None = None
) -> Target:
    return Target("F5", Decimal(value), site, period, None if base is None else Decimal(base))


def test_a_target_fits_its_own_days_only() -> None:
    given = [
        target(40, None, QUARTER),
        target(400, base=7),
        target(90, None, Period(date(2026, 1, 1), date(2026, 6, 30))),
    ]
    assert promised(given, "F5", QUARTER) == Promised(Decimal(7), Decimal(40), Decimal(400))
    assert promised(given, "I-05", QUARTER) == Promised()


def test_targets_of_places_do_not_stand_for_the_programme() -> None:
    given = [target(40), target(10, "HILL"), target(30, "LAKE")]
    assert [one.value for one in fitting(given, ["HILL", "LAKE"], True)] == [40]
    assert [one.value for one in fitting(given, ["HILL"], False)] == [10]
    assert fitting(given, ["HILL", "LAKE"], False) == ()
    assert [one.value for one in fitting(given, ["HILL"], True)] == [40]

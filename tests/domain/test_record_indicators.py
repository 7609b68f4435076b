"""Indicators I-23, I-25, I-26, I-27 and funding, counted by hand; and what must hold whatever the figures are."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.costs import CostScope
from gipt.domain.incidents import IncidentCategory
from gipt.domain.indicators import (
    ComplaintFact,
    CostFact,
    Dimension,
    EnrolmentFact,
    FundingShare,
    IncidentFact,
    Person,
    SatisfactionFact,
    Traits,
    VolunteerFact,
    complaints,
    costs,
    funding,
    incidents,
    people_of,
    satisfaction,
    slices,
)
from gipt.domain.indicators.costs import CostBasis, CostStage
from gipt.domain.indicators.funding import NOBODY
from gipt.domain.periods import Period
from gipt.domain.satisfaction import SatisfactionAnswer

PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31))
DAY = date(2026, 2, 1)
BEFORE = date(2025, 12, 31)


def person(number: int, *, started: bool = True, cycle: str = "c1") -> Person:
    row = EnrolmentFact(
        f"p{number}", f"e{number}", "HILL", cycle, DAY, Traits(), 8, 6, 6 if started else 0, 8, started, True
    )
    return people_of([row])[0]


def test_events_are_counted_by_category_and_per_100_who_started() -> None:
    found = [
        IncidentFact("HILL", DAY, IncidentCategory.DEATH, True),
        IncidentFact("HILL", DAY, IncidentCategory.INJURY),
        IncidentFact("LAKE", DAY, IncidentCategory.INJURY),
        IncidentFact("HILL", BEFORE, IncidentCategory.DEATH, False),
    ]
    tally = incidents.incidents(found, PERIOD, True)
    assert (tally.numerator, tally.denominator, tally.recorded) == (3, None, True)
    parts = {one.value: one.numerator for one in slices(tally, Dimension.INCIDENT_CATEGORY)}
    assert parts == {"death": 1, "injury": 2}
    assert incidents.serious_incidents(found, PERIOD, True).numerator == 1
    told = incidents.reported_in_time(found, PERIOD, True)
    assert (told.numerator, told.denominator, told.missing) == (1, 1, 0)
    rate = incidents.event_rate(tally, [person(one, started=one < 40) for one in range(50)])
    assert (rate.events, rate.started, rate.per_100) == (3, 40, 7.5)


def test_nothing_recorded_is_not_zero() -> None:
    assert incidents.incidents([], PERIOD, False).recorded is False
    assert incidents.incidents([], PERIOD, True).recorded is True


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.69), (1, 0.03, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39), (100, 81.36, 121.63)],
)
def test_byars_limits_are_close_to_the_exact_poisson_ones(events: int, low: float, high: float) -> None:
    # Exact limits from tables of the Poisson distribution; Byar's are known to be within a few hundredths.
    found = incidents.poisson_interval(events)
    assert found[0] == pytest.approx(low, abs=0.03)
    assert found[1] == pytest.approx(high, abs=0.05)


def test_events_of_one_person_may_be_more_than_people() -> None:
    rate = incidents.EventRate(5, 2)
    assert rate.per_100 == 250
    assert rate.interval is not None
    assert rate.interval.low < 250 < rate.interval.high
    assert incidents.EventRate(0, 0).per_100 is None


def said(number: int, answer: str, independent: bool = True) -> SatisfactionFact:
    return SatisfactionFact(f"e{number}", DAY, SatisfactionAnswer(answer), independent)


def test_only_answers_given_to_somebody_else_count() -> None:
    people = [person(one) for one in range(6)]
    answers = [
        said(0, "very_satisfied"),
        said(1, "satisfied"),
        said(2, "neither"),
        said(3, "declined"),
        said(4, "very_satisfied", independent=False),
        said(9, "satisfied"),
    ]
    tally = satisfaction.satisfaction(people, answers, True)
    assert (tally.numerator, tally.denominator, tally.excluded) == (2, 4, 1)
    counts = satisfaction.answer_counts(people, answers)
    assert sum(counts.values()) == tally.denominator
    assert counts["very_satisfied"] == 1


def test_complaints_whose_time_still_runs_are_neither_in_time_nor_late() -> None:
    found = [
        ComplaintFact("HILL", DAY, True),
        ComplaintFact(None, DAY, False),
        ComplaintFact("HILL", DAY, None),
        ComplaintFact("HILL", BEFORE, False),
    ]
    tally = complaints.closed_in_time(found, PERIOD, True)
    assert (tally.numerator, tally.denominator, tally.missing) == (1, 2, 1)
    assert complaints.received(found, PERIOD, True).numerator == 3


def spent(minor: int, scope: str = "delivery", currency: str = "USD", on: date = DAY) -> CostFact:
    return CostFact(on, CostScope(scope), currency, minor)


def test_cost_per_person_at_each_stage_with_scope_and_currency() -> None:
    found = [
        spent(90_000),
        spent(30_000, "training"),
        spent(2_000_000, "management", "UGX"),
        spent(1, on=BEFORE),
    ]
    people = {CostStage.ENROLLED: 60, CostStage.STARTED: 50, CostStage.COMPLETED: 40, CostStage.RESPONDER: 0}
    rows = costs.costs_per_person(found, PERIOD, people)
    by_key = {(one.basis, one.currency, one.stage): one for one in rows}
    assert {(one.basis.value, one.currency) for one in rows} == {
        ("direct", "USD"),
        ("full", "USD"),
        ("full", "UGX"),
    }
    assert by_key[CostBasis.DIRECT, "USD", CostStage.STARTED].per_person == Decimal(18)
    full = by_key[CostBasis.FULL, "USD", CostStage.ENROLLED]
    assert (full.total, full.per_person) == (Decimal("1200.00"), Decimal(20))
    assert full.scopes == (CostScope.DELIVERY, CostScope.TRAINING)
    assert by_key[CostBasis.FULL, "UGX", CostStage.COMPLETED].per_person == Decimal(50_000)
    assert by_key[CostBasis.FULL, "USD", CostStage.RESPONDER].per_person is None


def test_spending_is_kept_apart_by_funder_and_hours_are_no_money() -> None:
    found = [
        CostFact(DAY, CostScope.DELIVERY, "USD", 500, None, "A"),
        CostFact(DAY, CostScope.DELIVERY, "USD", 700),
        CostFact(DAY, CostScope.TRAINING, "UGX", 900, None, "A"),
    ]
    assert costs.spent_by_funder(found, PERIOD) == {("A", "USD"): 500, (None, "USD"): 700, ("A", "UGX"): 900}
    hours = costs.volunteer_hours(
        [VolunteerFact(DAY, CostScope.DELIVERY, 90), VolunteerFact(BEFORE, CostScope.DELIVERY, 60)], PERIOD
    )
    assert hours == Decimal("1.5")


def shares(*rows: tuple[str, str, int]) -> list[FundingShare]:
    return [FundingShare(*row) for row in rows]


@pytest.mark.parametrize(
    ("people", "given", "expected"),
    [
        ({"c1": 9}, shares(("c1", "A", 50), ("c1", "B", 50)), {"A": 5, "B": 4, NOBODY: 0}),
        (
            {"c1": 9, "c2": 9},
            shares(("c1", "A", 50), ("c2", "A", 50), ("c1", "B", 50), ("c2", "B", 50)),
            {"A": 9, "B": 9, NOBODY: 0},
        ),
        ({"c1": 10}, shares(("c1", "A", 33), ("c1", "B", 33)), {"A": 3, "B": 3, NOBODY: 4}),
        ({"c1": 8, "c2": 5}, shares(("c1", "A", 100)), {"A": 8, NOBODY: 5}),
        ({"c1": 1}, shares(("c1", "A", 34), ("c1", "B", 33), ("c1", "C", 33)), {"A": 1, "B": 0, "C": 0, NOBODY: 0}),
        ({}, shares(("c1", "A", 100)), {"A": 0, NOBODY: 0}),
        ({"c1": 7}, [], {NOBODY: 7}),
    ],
    ids=["halves of an odd number", "halves meet over cycles", "thirds", "unpaid", "one person", "nobody", "no funder"],
)  # fmt: skip
def test_people_by_funder(
    people: dict[str, int], given: list[FundingShare], expected: dict[str, int]
) -> None:
    assert {one.funder: one.people for one in funding.attribute(people, given)} == expected


@st.composite
def funded(draw: st.DrawFn) -> tuple[dict[str, int], list[FundingShare]]:
    people = draw(st.dictionaries(st.sampled_from("uvwxyz"), st.integers(0, 40), max_size=6))
    rows = []
    for cycle in draw(st.lists(st.sampled_from("uvwxyz"), unique=True)):
        left = 100
        for funder in draw(st.lists(st.sampled_from("ABCD"), unique=True)):
            percent = draw(st.integers(0, left))
            left -= percent
            if percent:
                rows.append(FundingShare(cycle, funder, percent))
    return people, rows


@settings(max_examples=60)
@given(funded(), st.randoms())
def test_funders_never_count_more_people_than_there_are(
    case: tuple[dict[str, int], list[FundingShare]], order: object
) -> None:
    people, rows = case
    found = funding.attribute(people, rows)
    total = sum(people.values())
    assert sum(one.people for one in found) == total
    assert all(one.people >= 0 for one in found)
    assert all(abs(100 * one.people - one.hundredths) < 100 for one in found)
    order.shuffle(rows)  # type: ignore[attr-defined]
    assert funding.attribute(people, rows) == found
    for one in found:  # a funder of nothing counts nobody
        if one.hundredths == 0:
            assert one.people == 0


def test_shares_over_the_whole_are_a_broken_promise_of_the_database() -> None:
    with pytest.raises(ValueError, match="more than 100"):
        funding.attribute({"c1": 2}, shares(("c1", "A", 60), ("c1", "B", 50)))

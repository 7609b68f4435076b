"""Incidents, satisfaction, complaints, costs and funders in a workbook; what is not recorded says so."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gipt.domain.costs import CostScope
from gipt.domain.disclosure import Mark
from gipt.domain.incidents import IncidentCategory
from gipt.domain.indicators import (
    ComplaintFact,
    CostFact,
    FundingShare,
    IncidentFact,
    ReportFacts,
    SatisfactionFact,
    people_of,
)
from gipt.domain.indicators.people import enrolments_in
from gipt.domain.periods import Period
from gipt.domain.records import RecordKind
from gipt.domain.satisfaction import SatisfactionAnswer
from gipt.domain.targets import Target
from gipt.reports import build, load_definition
from gipt.reports.figures import count_facts
from gipt.reports.indicator_labels import RULES
from gipt.reports.record_figures import NO_FUNDER
from gipt.reports.set_labels import SETS
from tests.domain.test_disclosure import narrowed
from tests.reports.programme import FIRST, PERIOD, context, invented
from tests.reports.test_build import tables

FUNDER = load_definition("funder-standard")
INSIDE = replace(FUNDER, threshold=None)
Rows = list[dict[str, Any]]


def recorded(people: int = 400) -> ReportFacts:
    """Give the invented programme with records of every kind."""
    facts = invented(people)
    answers = list(SatisfactionAnswer)
    return replace(
        facts,
        incidents=tuple(
            IncidentFact("S1", FIRST, category, number % 4 != 0)
            for number, category in enumerate(list(IncidentCategory) * 2)
        ),
        satisfaction=tuple(
            SatisfactionFact(row.enrolment, FIRST, answers[number % 6], number % 5 != 0)
            for number, row in enumerate(facts.enrolments)
        ),
        complaints=tuple(ComplaintFact("S1", FIRST, number % 3 != 0) for number in range(33)),
        costs=(
            CostFact(FIRST, CostScope.DELIVERY, "USD", 1_200_000),
            CostFact(FIRST, CostScope.TRAINING, "USD", 300_000),
            CostFact(FIRST, CostScope.MANAGEMENT, "UGX", 9_000_000),
        ),
        funding=(
            FundingShare("C-S1", "SUN", 60),
            FundingShare("C-S1", "MOON", 40),
            FundingShare("C-S2", "SUN", 50),
        ),
        recorded_since=tuple((kind, date(2025, 1, 1)) for kind in RecordKind),
    )


def rows_of(facts: ReportFacts, code: str, definition: Any = INSIDE, sheet: str = "indicators") -> Rows:
    return [row for row in tables(build(definition, facts, context()))[sheet] if row["code"] == code]


@pytest.mark.parametrize("code", ["I-23", "I-25", "I-26", "I-27"])
def test_what_is_not_recorded_says_so_and_is_never_zero(code: str) -> None:
    (row,) = rows_of(invented(70), code)
    assert row["value"] == "not recorded"
    assert row["numerator"] is row["denominator"] is None
    later = replace(recorded(70), recorded_since=tuple((kind, date(2026, 7, 1)) for kind in RecordKind))
    assert rows_of(later, code)[0]["value"] == "not recorded"  # only after the period


def test_recorded_and_nothing_happened_is_zero() -> None:
    facts = replace(invented(70), recorded_since=((RecordKind.INCIDENTS, date(2025, 1, 1)),))
    assert rows_of(facts, "I-23")[0]["value"] == 0
    assert rows_of(facts, "I-23R")[0]["value"] == 0


def test_incidents_by_kind_and_for_100_who_started() -> None:
    facts = recorded()
    started = sum(one.started for one in people_of(enrolments_in(facts.enrolments, PERIOD)))
    assert [row["value"] for code in ("I-23", "I-23S") for row in rows_of(facts, code)] == [30, 14]
    (rate,) = rows_of(facts, "I-23R")
    assert rate["value"] == pytest.approx(3000 / started, abs=0.05)
    assert rate["low"] < rate["value"] < rate["high"]
    (told,) = rows_of(facts, "I-23T")
    assert (told["denominator"], told["numerator"] + told["rest"]) == (14, 14)
    kinds = rows_of(facts, "I-23", sheet="disaggregation")
    assert sum(row["numerator"] for row in kinds) == 30
    assert len(kinds) == len(IncidentCategory)


def test_who_was_asked_by_their_own_facilitator_is_left_out_and_counted() -> None:
    facts = recorded()
    (row,) = rows_of(facts, "I-26")
    own = sum(not one.independent for one in facts.satisfaction)
    assert row["excluded"] == pytest.approx(own, abs=2)  # two enrolments of the same people count once
    assert row["denominator"] + row["excluded"] == len({one.person for one in facts.enrolments})


def test_costs_stand_by_basis_currency_and_stage_and_are_never_added_up() -> None:
    facts = recorded()
    found = {row["set"]: row for row in rows_of(facts, "I-25")}
    assert {key.rpartition("/")[0] for key in found} == {"direct/USD", "full/USD", "full/UGX"}
    started = found["full/USD/started"]
    assert started["value"] == pytest.approx(15_000 / started["denominator"], abs=0.005)
    assert started["unit"] == "USD"
    assert "15,000.00 USD: Direct delivery, Training." in started["note"]
    assert found["full/UGX/enrolled"]["value"] == pytest.approx(
        9_000_000 / found["full/UGX/enrolled"]["denominator"], abs=0.5
    )


def test_where_the_people_are_hidden_the_cost_of_each_is_too() -> None:
    for people in (40, 70):
        for row in rows_of(recorded(people), "I-25", FUNDER):
            assert (row["value"] is None) == (not isinstance(row["denominator"], int)), row


def test_what_was_promised_for_the_project_stands_beside_what_it_came_to_since_it_began() -> None:
    facts = invented(400)
    given = (Target("F5", Decimal(500)), Target("I-05", Decimal(90)), Target("I-25", Decimal(90)))
    sheet = tables(build(INSIDE, replace(facts, targets=given), context()))["indicators"]
    found = {row["code"]: row for row in sheet}
    for code, target in (("F5", 500), ("I-05", 0.9)):
        # The report is about the whole project, so both are one figure.
        assert found[code]["life_value"] == found[code]["value"]
        assert found[code]["life_share"] == pytest.approx(found[code]["value"] / target, abs=0.005)
    assert found["I-25"]["life_value"] == "not recorded"
    assert found["I-04"]["life_value"] is None
    only_now = (Target("F5", Decimal(500), None, PERIOD),)
    assert (
        "life_value"
        not in tables(build(INSIDE, replace(facts, targets=only_now), context()))["indicators"][0]
    )


def test_the_enrolled_by_funder_add_up_to_all_of_them() -> None:
    facts = recorded()
    parts = [row for row in rows_of(facts, "F5", sheet="disaggregation") if row["dimension"] == "funder"]
    (whole,) = rows_of(facts, "F5")
    assert sum(row["numerator"] for row in parts) == whole["value"]
    assert {row["part"]: row["part_label"] for row in parts} == {
        "MOON": "MOON",
        "SUN": "SUN",
        NO_FUNDER: "No funder named",
    }


def test_targets_stand_beside_the_figures_and_only_where_something_was_promised() -> None:
    facts = invented(400)
    assert "target_period" not in rows_of(facts, "F5")[0]
    given = (
        Target("F5", Decimal(500), None, PERIOD, Decimal(20)),
        Target("I-05", Decimal(80), None, PERIOD),
        Target("I-05", Decimal(90)),
        Target("I-23", Decimal(0), None, PERIOD),
        Target("I-04", Decimal(70), None, Period(date(2026, 1, 1), date(2026, 1, 31))),
    )
    found = {
        row["code"]: row
        for row in tables(build(INSIDE, replace(facts, targets=given), context()))["indicators"]
    }
    enrolled, completed = found["F5"], found["I-05"]
    assert (enrolled["target_baseline"], enrolled["target_period"], enrolled["target_life"]) == (
        20,
        500,
        None,
    )
    assert enrolled["target_share"] == pytest.approx(enrolled["value"] / 500, abs=0.005)
    assert (completed["target_period"], completed["target_life"]) == (80, 90)
    assert completed["target_share"] == pytest.approx(completed["value"] / 0.8, abs=0.005)
    assert enrolled["target_difference"] == f"{500 - enrolled['value']} below the target."
    assert completed["target_difference"].endswith("percentage points below the target.")
    assert found["I-23"]["target_difference"] == "There is no figure to compare."
    assert found["I-23"]["target_share"] is None  # not recorded, and nothing was promised to divide by
    assert found["I-04"]["target_period"] is None  # a target of one month is none of six


def test_a_hidden_figure_has_no_share_of_its_target() -> None:
    targets = tuple(Target(code, Decimal(50), None, PERIOD) for code in ("F5", "I-05", "I-11", "I-12"))
    rows = tables(build(FUNDER, replace(invented(70), targets=targets), context()))["indicators"]
    hidden = [row for row in rows if not isinstance(row["value"], (int, float))]
    assert all(row["target_share"] is None for row in hidden)
    assert {row["target_difference"] for row in hidden} <= {None, "There is no figure to compare."}
    assert any(row["target_period"] == 50 for row in hidden)


def test_every_rule_and_every_set_has_its_words() -> None:
    counted = count_facts(FUNDER, recorded(), PERIOD, context().choices)
    named = {
        name
        for tally in counted.tallies.values()
        for name in (tally.numerator_set, tally.denominator_set, tally.missing_set, tally.excluded_set)
    }
    assert named - {None} <= SETS.keys()
    assert {rule for tally in counted.tallies.values() for rule in tally.rules} <= RULES.keys()


def test_no_count_from_one_to_nine_leaves_the_house() -> None:
    for people in (70, 400):
        for rows in tables(build(FUNDER, recorded(people), context())).values():
            for row in rows:
                for column in ("numerator", "rest", "denominator", "n", "missing", "excluded"):
                    assert not (isinstance(row.get(column), int) and 0 < row[column] < 10), row


def test_fewer_is_better_where_something_should_not_happen() -> None:
    facts = replace(invented(400), targets=(Target("I-06", Decimal(20), None, PERIOD),))
    (row,) = rows_of(facts, "I-06")
    assert row["target_difference"] == "7 percentage points above the target."  # 27 of 100


@pytest.mark.parametrize("people", [25, 70, 150, 400])
def test_an_attacker_learns_no_small_count_from_records(people: int) -> None:
    """Interval propagation over all printed and subtractable counts, with every kind of record in the report."""
    facts = recorded(people)
    few = replace(
        facts, incidents=facts.incidents[: people // 10], complaints=facts.complaints[: people // 12]
    )
    ledger = count_facts(FUNDER, few, PERIOD, context().choices).ledger
    box = {
        key: {Mark.SHOWN: (one.value, one.value), Mark.SMALL: (1, 9), Mark.HIDDEN: (0, 10_000)}[
            ledger.marks[key]
        ]
        for key, one in ledger.counts.items()
    }
    assert narrowed(box, [[(-1, one.total), *one.parts] for one in ledger.relations])
    for key, one in ledger.counts.items():
        if ledger.marks[key] is not Mark.SHOWN and one.value and (one.printed or one.value < 10):
            low, high = box[key]
            assert high - low + 1 >= 9, (key, one.value, low, high)


def test_serious_incidents_are_the_sum_of_their_kinds_to_every_reader() -> None:
    ledger = count_facts(FUNDER, recorded(), PERIOD, context().choices).ledger
    (parts,) = [
        one.parts for one in ledger.relations if one.total == "serious_incidents" and len(one.parts) == 7
    ]
    assert sum(ledger.counts[key].value for _, key in parts) == ledger.value("serious_incidents") == 14


def test_no_incident_at_all_among_few_is_not_said_as_a_rate() -> None:
    facts = replace(invented(20), recorded_since=((RecordKind.INCIDENTS, date(2025, 1, 1)),))
    started = sum(one.started for one in people_of(enrolments_in(facts.enrolments, PERIOD)))
    assert 0 < started < 20
    assert rows_of(facts, "I-23R", FUNDER)[0]["value"] is None
    assert rows_of(facts, "I-23R")[0]["value"] == 0

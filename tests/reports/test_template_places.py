"""What is typed between the braces: the friendly grammar, and periods that move with the report."""

from datetime import date

import pytest

from gipt.domain.outcomes import AnalysisSet
from gipt.domain.periods import Period
from gipt.domain.problems import Invalid
from gipt.reports.template_places import Wanted, parse_wanted, period_of
from gipt.words import PROBLEM_SENTENCES

REPORT = Period(date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I-05", Wanted("I-05")),
        ("i-05 , 2026-q3; Sex = Female", Wanted("I-05", period="2026-Q3", cuts=(("sex", "female"),))),
        ("I-05, numerator, sex: male", Wanted("I-05", "numerator", cuts=(("sex", "male"),))),
        ("I-05، women، 18–24", Wanted("I-05", cuts=(("age_band", "18-24"), ("sex", "female")))),
        ("I-٠٥, ٢٠٢٦-Q٣", Wanted("I-05", period="2026-Q3")),
        ("F7, 2026", Wanted("I-05", "numerator", "2026")),
        ("F5-E", Wanted("F5-E")),
        ("I-04, site=S1, lower", Wanted("I-04", "low", cuts=(("site", "S1"),))),
        ("I-08, sessions attended=3", Wanted("I-08", cuts=(("sessions_attended", "03"),))),
        ("I-07, session=2, came", Wanted("I-07", "came", cuts=(("session", "02"),))),
        ("I-11, conservative, percent", Wanted("I-11", "percent", which=AnalysisSet.CONSERVATIVE)),
        ("I-10, sd_change, year to date", Wanted("I-10", period="ytd", statistic="sd_change")),
        ("I-21, level=3", Wanted("I-21", cuts=(("level", "3"),))),
        ("I-01, 2026-07..2026-08", Wanted("I-01", period="2026-07..2026-08")),
        ("I-25, stage=completed", Wanted("I-25", cuts=(("stage", "completed"),))),
        ("I-01, of target", Wanted("I-01", "target_share")),
        ("programme", Wanted(frame="programme")),
    ],
    ids=str,
)
def test_what_is_typed_is_read_and_written_again_in_one_way(text: str, expected: Wanted) -> None:
    assert parse_wanted(text) == expected
    assert parse_wanted(expected.text()) == expected


@pytest.mark.parametrize(
    ("text", "reason", "word"),
    [
        ("", "place_empty", None),
        ("I-99", "place_indicator", "I-99"),
        ("I-05, femal", "place_unknown", "femal"),
        ("I-05, sex=x", "place_value", "sex=x"),
        ("I-05, colour=red", "place_unknown", "colour=red"),
        ("I-05, female, male", "place_twice", "male"),
        ("I-05, n, numerator", "place_twice", "numerator"),
        ("I-17, female", "place_not_divided", "female"),
        ("I-05, session=2", "place_not_divided", "session=2"),
        ("I-05, female, 18-24, site=S1", "place_too_many", "18-24, female, S1"),
        ("I-11, female, locf", "place_set_divided", "locf"),
        ("I-05, 2026-Q7", "place_period", "2026-Q7"),
        ("I-05, 2026-13", "place_period", "2026-13"),
        ("programme, female", "place_unknown", "female"),
        ("I-25", "place_stage", None),
        ("I-05, " + "x" * 300, "too_long", None),
    ],
)
def test_what_stands_for_nothing_is_refused_by_name(text: str, reason: str, word: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        parse_wanted(text)
    assert caught.value.details["reason"] == reason
    assert caught.value.details.get("word") == word
    assert f"invalid.{reason}" in PROBLEM_SENTENCES


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("this", date(2026, 7, 1), date(2026, 9, 30)),
        ("previous", date(2026, 4, 1), date(2026, 6, 30)),
        ("ytd", date(2026, 1, 1), date(2026, 9, 30)),
        ("Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-11..2026-01", date(2025, 11, 1), date(2026, 1, 31)),
    ],
)
def test_periods_are_whole_months_and_move_with_the_report(word: str, first: date, last: date) -> None:
    assert period_of(word, REPORT) == Period(first, last)


def test_the_period_before_a_first_quarter_is_in_the_year_before() -> None:
    report = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period_of("previous", report) == Period(date(2025, 10, 1), date(2025, 12, 31))

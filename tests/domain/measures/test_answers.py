"""Answers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.measures import (
    EPDS,
    GAD7,
    PHQ9,
    WHO5,
    MissingReason,
    TotalScale,
    get_measure,
    parse_answer,
    parse_answer_line,
    parse_answers,
    parse_total,
)
from gipt.domain.problems import Invalid

ITEM = PHQ9.items[0]
SCRIPTS = {
    "latin": "0123",
    "arabic_indic": "٠١٢٣",
    "persian": "۰۱۲۳",
    "devanagari": "०१२३",
    "bengali": "০১২৩",
    "full_width": "０１２３",
    "myanmar": "၀၁၂၃",
}


@pytest.mark.parametrize("digits", SCRIPTS.values(), ids=SCRIPTS)
def test_digits_of_any_script_are_stored_as_integers(digits: str) -> None:
    assert [parse_answer(sign, ITEM) for sign in digits] == [0, 1, 2, 3]


def test_ethiopic_numerals_count_one_at_a_time_because_they_have_no_zero() -> None:
    assert [parse_answer(sign, ITEM) for sign in "፩፪፫"] == [1, 2, 3]
    with pytest.raises(Invalid) as fault:
        parse_answer("፩፪", ITEM)
    assert fault.value.details["reason"] == "not_a_number"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 ", 2),
        ("\u00a02\t", 2),
        ("\u200f2\u200e", 2),
        ("\ufeff0", 0),
        ("", MissingReason.BLANK),
        ("  ", MissingReason.BLANK),
        (None, MissingReason.BLANK),
        ("-", MissingReason.BLANK),
        ("–", MissingReason.BLANK),
        ("refused", MissingReason.REFUSED),
        ("does_not_know", MissingReason.DOES_NOT_KNOW),
        ("not_asked", MissingReason.NOT_ASKED),
        ("blank", MissingReason.BLANK),
    ],
)
def test_what_is_accepted(text: str | None, expected: int | MissingReason) -> None:
    assert parse_answer(text, ITEM) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4", "out_of_range"),
        ("-1", "out_of_range"),
        ("\u22121", "out_of_range"),
        ("٤", "out_of_range"),
        ("10", "out_of_range"),
        ("1.5", "not_a_number"),
        ("1-2", "not_a_number"),
        ("²", "not_a_number"),
        ("①", "not_a_number"),
        ("two", "not_a_number"),
        ("9" * 5000, "not_a_number"),
    ],
    ids=lambda value: str(value)[:8],
)
def test_what_is_rejected_says_the_item_and_its_bounds(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as fault:
        parse_answer(text, PHQ9.items[3])
    assert fault.value.details == {"field": "q4", "number": 4, "reason": reason, "low": 0, "high": 3}


def test_a_rejected_answer_is_not_repeated_in_the_fault_because_faults_reach_logs() -> None:
    with pytest.raises(Invalid) as fault:
        parse_answer("8", PHQ9.items[8])
    assert "8" not in [str(value) for value in fault.value.details.values()]


def test_one_is_the_lowest_answer_of_the_whodas_that_counts_from_one() -> None:
    with pytest.raises(Invalid):
        parse_answer("0", get_measure("whodas12", "1-5").items[0])
    assert parse_answer("5", get_measure("whodas12", "1-5").items[0]) == 5
    assert parse_answer("0", get_measure("whodas12", "0-4").items[0]) == 0


def test_a_wrong_answer_does_not_take_the_others_with_it() -> None:
    parsed = parse_answers({"q1": "7", "q2": "2", "q9": "1"}, PHQ9)
    assert parsed.answers["q9"] == 1
    assert parsed.answers["q2"] == 2
    assert "q1" not in parsed.answers
    assert [fault.details["field"] for fault in parsed.faults] == ["q1"]
    assert parsed.answers["q3"] is MissingReason.NOT_ASKED


def test_the_nine_digits_from_paper_fill_the_nine_scored_items() -> None:
    answers = parse_answer_line("1203011-0", PHQ9)
    assert list(answers.values()) == [1, 2, 0, 3, 0, 1, 1, MissingReason.BLANK, 0]
    assert list(answers) == [f"q{number}" for number in range(1, 10)]


@pytest.mark.parametrize("text", ["120 301 100", "１２０３０１１００", "١٢٠٣٠١١٠٠", " 120301100\u200f"])
def test_the_line_may_hold_blanks_and_digits_of_any_script(text: str) -> None:
    assert list(parse_answer_line(text, PHQ9).values()) == [1, 2, 0, 3, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(("text", "given"), [("12030110", 8), ("1203011000", 10), ("", 0)])
def test_a_line_of_another_length_is_refused_and_never_shifted(text: str, given: int) -> None:
    with pytest.raises(Invalid) as fault:
        parse_answer_line(text, PHQ9)
    assert fault.value.details == {
        "field": "answers",
        "reason": "wrong_length",
        "expected": 9,
        "given": given,
    }


def test_a_wrong_sign_in_the_line_names_its_item() -> None:
    with pytest.raises(Invalid) as fault:
        parse_answer_line("120401100", PHQ9)
    assert (fault.value.details["number"], fault.value.details["reason"]) == (4, "out_of_range")


@given(st.lists(st.sampled_from([0, 1, 2, 3, None]), min_size=9, max_size=9))
def test_every_line_reads_back_as_it_was_written(values: list[int | None]) -> None:
    line = "".join("-" if value is None else str(value) for value in values)
    expected = [MissingReason.BLANK if value is None else value for value in values]
    assert list(parse_answer_line(line, PHQ9).values()) == expected


@given(st.text())
def test_whatever_is_typed_is_an_allowed_value_a_missing_reason_or_a_fault(text: str) -> None:
    for item in (PHQ9.items[8], EPDS.items[9], GAD7.items[0]):
        try:
            answer = parse_answer(text, item)
        except Invalid:
            continue
        assert isinstance(answer, MissingReason) or answer in item.values


@pytest.mark.parametrize(
    ("text", "scale", "expected"),
    [("13", TotalScale.RAW, 52), ("52", TotalScale.REPORTED, 52), ("25", TotalScale.RAW, 100)],
)
def test_a_who5_total_is_stored_on_the_reported_scale(text: str, scale: TotalScale, expected: int) -> None:
    assert parse_total(text, WHO5, scale=scale) == expected


@pytest.mark.parametrize(
    ("text", "scale", "reason"),
    [
        ("16", None, "scale_not_chosen"),
        ("26", TotalScale.RAW, "out_of_range"),
        ("50", TotalScale.REPORTED, "not_on_scale"),
        ("101", TotalScale.REPORTED, "out_of_range"),
        ("much", TotalScale.RAW, "not_a_number"),
    ],
)
def test_a_who5_total_is_never_guessed(text: str, scale: TotalScale | None, reason: str) -> None:
    with pytest.raises(Invalid) as fault:
        parse_total(text, WHO5, scale=scale)
    assert fault.value.details["reason"] == reason


@pytest.mark.parametrize(("text", "accepted"), [("0", True), ("27", True), ("٢٧", True), ("28", False)])
def test_a_phq9_total_lies_between_0_and_27(text: str, accepted: bool) -> None:
    if accepted:
        assert parse_total(text, PHQ9) in (0, 27)
        return
    with pytest.raises(Invalid):
        parse_total(text, PHQ9)

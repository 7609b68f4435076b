"""Totals and bands; the boundary cases that every programme gets wrong once."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.measures import (
    EPDS,
    GAD7,
    PHQ2,
    PHQ9,
    WHO5,
    Answer,
    Measure,
    MissingReason,
    band_of,
    get_measure,
    prorated_sum,
    score,
    score_of_total,
)
from gipt.domain.problems import Invalid

BLANK = MissingReason.BLANK


def answers(measure: Measure, *values: Answer) -> dict[str, Answer]:
    return {item.id: value for item, value in zip(measure.items, values, strict=False)}


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
        (15, "mod_severe"), (19, "mod_severe"), (20, "severe"), (27, "severe"),
    ],
)  # fmt: skip
def test_phq9_bands_at_their_edges(total: int, band: str) -> None:
    values = [3] * (total // 3) + ([total % 3] if total % 3 else [])
    values += [0] * (9 - len(values))
    assert score(PHQ9, answers(PHQ9, *values)).total == total
    assert score(PHQ9, answers(PHQ9, *values)).band == band


@pytest.mark.parametrize(
    ("measure", "total", "band"),
    [
        (GAD7, 4, "minimal"), (GAD7, 5, "mild"), (GAD7, 9, "mild"), (GAD7, 10, "moderate"),
        (GAD7, 14, "moderate"), (GAD7, 15, "severe"), (WHO5, 28, "very_low"), (WHO5, 32, "low"),
        (WHO5, 48, "low"), (WHO5, 52, "adequate"), (EPDS, 9, "lower"), (EPDS, 10, "possible"),
        (EPDS, 12, "possible"), (EPDS, 13, "probable"), (PHQ2, 3, None),
    ],
    ids=lambda value: value.key if isinstance(value, Measure) else str(value),
)  # fmt: skip
def test_bands_of_the_other_measures_at_their_edges(measure: Measure, total: int, band: str | None) -> None:
    assert band_of(measure, total) == band


def test_a_total_of_one_from_the_last_item_is_minimal() -> None:
    result = score(PHQ9, answers(PHQ9, 0, 0, 0, 0, 0, 0, 0, 0, 1))
    assert (result.total, result.band, result.complete) == (1, "minimal", True)


def test_the_question_about_difficulty_is_never_added() -> None:
    with_it = score(PHQ9, answers(PHQ9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3))
    assert (with_it.total, with_it.of) == (9, 9)
    assert score(PHQ9, answers(PHQ9, 1, 1, 1, 1, 1, 1, 1, 1, 1)).complete


@pytest.mark.parametrize("reason", list(MissingReason), ids=str)
def test_an_incomplete_set_has_no_total_and_no_band(reason: MissingReason) -> None:
    result = score(PHQ9, answers(PHQ9, 3, 3, 3, 3, 3, 3, 3, 3, reason))
    assert (result.total, result.raw, result.band, result.complete) == (None, None, None, False)
    assert (result.answered, result.of) == (8, 9)
    assert not result.may_decide


def test_an_answer_that_is_simply_absent_is_missing_too() -> None:
    assert score(PHQ9, {"q1": 3}).answered == 1
    assert score(PHQ9, {}).total is None


def test_well_being_is_reported_times_four() -> None:
    result = score(WHO5, answers(WHO5, 5, 5, 5, 5, 5))
    assert (result.raw, result.total, result.band) == (25, 100, "adequate")
    assert score(WHO5, answers(WHO5, 1, 1, 1, 2, 2)).total == 28


def test_epds_scores_are_added_as_printed_and_nothing_is_turned_round() -> None:
    assert score(EPDS, answers(EPDS, *[3] * 10)).total == 30
    assert score(EPDS, answers(EPDS, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0)).total == 3


@pytest.mark.parametrize(
    ("convention", "value", "total"), [("0-4", 0, 0), ("0-4", 4, 48), ("1-5", 1, 12), ("1-5", 5, 60)]
)
def test_the_whodas_sum_follows_the_chosen_convention(convention: str, value: int, total: int) -> None:
    measure = get_measure("whodas12", convention)
    assert score(measure, answers(measure, *[value] * 12)).total == total


def test_proration_is_off_unless_it_is_asked_for() -> None:
    given = answers(PHQ9, 1, 1, 1, 1, 0, 0, 0, BLANK, 0)
    assert score(PHQ9, given).total is None
    assert score(PHQ9, given, proration=True).total == 5


@pytest.mark.parametrize(
    ("points", "answered", "expected"),
    [(4, 8, 5), (20, 8, 23), (0, 7, 0), (7, 7, 9), (10, 7, 13), (11, 7, 14)],
)
def test_proration_rounds_half_up(points: int, answered: int, expected: int) -> None:
    assert prorated_sum(points, answered, 9) == expected


@given(st.integers(0, 60), st.integers(1, 12), st.integers(1, 12))
def test_proration_agrees_with_decimal_half_up(points: int, answered: int, of: int) -> None:
    exact = Decimal(of * points) / Decimal(answered)
    assert prorated_sum(points, answered, of) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_prorated_total_is_marked_and_decides_about_nobody() -> None:
    result = score(PHQ9, answers(PHQ9, 2, 2, 2, 2, BLANK, BLANK, 2, 2, 2), proration=True)
    assert (result.total, result.prorated, result.complete, result.answered) == (18, True, False, 7)
    assert not result.may_decide


def test_six_of_nine_answers_make_no_total_even_with_proration() -> None:
    given = answers(PHQ9, 2, 2, 2, 2, BLANK, BLANK, BLANK, 2, 2)
    assert score(PHQ9, given, proration=True).total is None


@pytest.mark.parametrize("reason", list(MissingReason), ids=str)
def test_proration_never_fills_the_self_harm_item(reason: MissingReason) -> None:
    given = answers(PHQ9, 3, 3, 3, 3, 3, 3, 3, 3, reason)
    assert score(PHQ9, given, proration=True).total is None


@pytest.mark.parametrize("measure", [PHQ2, WHO5, EPDS], ids=lambda measure: measure.key)
def test_measures_without_a_rule_for_missing_items_are_never_prorated(measure: Measure) -> None:
    given = answers(measure, BLANK, *[1] * (len(measure.items) - 1))
    assert score(measure, given, proration=True).total is None


@pytest.mark.parametrize("value", [-1, 4, 99])
def test_an_impossible_answer_never_reaches_a_total(value: int) -> None:
    with pytest.raises(Invalid) as fault:
        score(PHQ9, {"q2": value})
    assert fault.value.details["field"] == "q2"


def test_an_answer_to_a_question_that_is_not_asked_is_refused() -> None:
    with pytest.raises(Invalid) as fault:
        score(PHQ9, {"q99": 1})
    assert fault.value.details["reason"] == "unknown_item"


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_a_complete_total_is_the_sum_and_lies_in_its_band(values: list[int]) -> None:
    result = score(PHQ9, answers(PHQ9, *values), proration=True)
    assert (result.total, result.prorated) == (sum(values), False)
    band = next(band for band in PHQ9.bands if band.code == result.band)
    assert band.low <= sum(values) <= band.high


@given(st.lists(st.sampled_from([0, 1, 2, 3, BLANK]), min_size=9, max_size=9))
def test_a_prorated_total_stays_on_the_scale(values: list[Answer]) -> None:
    result = score(PHQ9, answers(PHQ9, *values), proration=True)
    assert result.total is None or 0 <= result.total <= 27
    assert (result.total is not None) == (result.answered >= 7 and values[8] is not BLANK)


def test_a_total_without_answers_has_a_band_but_is_not_complete() -> None:
    result = score_of_total(PHQ9, 15)
    assert (result.total, result.band, result.complete, result.answered) == (15, "mod_severe", False, 0)
    assert result.total_only


def test_a_total_off_the_scale_is_refused() -> None:
    with pytest.raises(Invalid) as fault:
        score_of_total(PHQ9, 28)
    assert (fault.value.details["low"], fault.value.details["high"]) == (0, 27)

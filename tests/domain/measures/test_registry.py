"""The shape of every measure, whichever is added."""

import pytest

from gipt.domain.measures import (
    EPDS,
    GAD7,
    PHQ2,
    PHQ9,
    WHO5,
    Direction,
    EntryConvention,
    Measure,
    all_measures,
    conventions_of,
    get_measure,
    get_measure_by_key,
    measure_codes,
)
from gipt.domain.problems import Invalid, Unknown

EVERY = pytest.mark.parametrize("measure", all_measures(), ids=lambda measure: measure.key)


def test_the_registry_holds_exactly_the_six_instruments() -> None:
    assert measure_codes() == ("phq9", "phq2", "gad7", "who5", "epds", "whodas12")


@EVERY
def test_the_range_of_totals_is_what_the_items_allow(measure: Measure) -> None:
    lowest = sum(item.minimum for item in measure.scored_items) * measure.multiplier
    highest = sum(item.maximum for item in measure.scored_items) * measure.multiplier
    assert (measure.total_min, measure.total_max) == (lowest, highest)


@pytest.mark.parametrize("measure", [PHQ9, GAD7, WHO5, EPDS], ids=lambda measure: measure.key)
def test_published_bands_cover_every_total_exactly_once(measure: Measure) -> None:
    covered = [total for band in measure.bands for total in range(band.low, band.high + 1)]
    assert covered == list(range(measure.total_min, measure.total_max + 1))


@EVERY
def test_item_ids_and_numbers_are_unique_and_in_printed_order(measure: Measure) -> None:
    assert len({item.id for item in measure.items}) == len(measure.items)
    assert [item.number for item in measure.items] == list(range(1, len(measure.items) + 1))


@EVERY
def test_a_measure_names_its_source_and_rights(measure: Measure) -> None:
    assert measure.citation
    assert measure.licence


@EVERY
def test_only_wordings_that_are_free_ship_and_always_with_credit_line_and_source(measure: Measure) -> None:
    ships_text = any(item.text for item in measure.items) or measure.stem is not None
    assert ships_text == (measure.code in {"phq9", "phq2", "gad7"})
    assert ships_text == measure.has_wording
    if ships_text:
        assert "No permission required" in (measure.credit or "")
        assert measure.source


@EVERY
def test_a_measure_that_may_show_no_text_is_entered_as_the_score_printed_beside_the_answer(
    measure: Measure,
) -> None:
    forbidden = measure.code in {"epds", "whodas12"}
    assert measure.number_only is forbidden
    assert measure.text_allowed is not forbidden
    assert (measure.entry is EntryConvention.PRINTED_SCORE) is forbidden


@EVERY
def test_a_key_leads_back_to_its_measure(measure: Measure) -> None:
    assert get_measure_by_key(measure.key) is measure


@pytest.mark.parametrize(
    ("measure", "items", "low", "high", "direction"),
    [
        (PHQ9, 9, 0, 27, Direction.HIGHER_IS_WORSE),
        (PHQ2, 2, 0, 6, Direction.HIGHER_IS_WORSE),
        (GAD7, 7, 0, 21, Direction.HIGHER_IS_WORSE),
        (WHO5, 5, 0, 100, Direction.HIGHER_IS_BETTER),
        (EPDS, 10, 0, 30, Direction.HIGHER_IS_WORSE),
        (get_measure("whodas12", "0-4"), 12, 0, 48, Direction.HIGHER_IS_WORSE),
        (get_measure("whodas12", "1-5"), 12, 12, 60, Direction.HIGHER_IS_WORSE),
    ],
    ids=lambda value: value.key if isinstance(value, Measure) else None,
)
def test_published_size_range_and_direction(
    measure: Measure, items: int, low: int, high: int, direction: Direction
) -> None:
    assert len(measure.scored_items) == items
    assert (measure.total_min, measure.total_max) == (low, high)
    assert measure.direction is direction


def test_the_self_harm_items_and_no_others_are_safety_items() -> None:
    found = {
        measure.key: [(one.item_id, one.at_least) for one in measure.safety_items]
        for measure in all_measures()
    }
    assert {key: items for key, items in found.items() if items} == {
        "phq9": [("q9", 1)],
        "epds": [("q10", 1)],
    }


def test_the_phq9_question_about_difficulty_comes_last_and_is_not_scored() -> None:
    assert [item.id for item in PHQ9.items if not item.scored] == ["function"]
    assert PHQ9.items[-1].id == "function"
    assert PHQ9.items[-1].values == (0, 1, 2, 3)


LOINC = {
    "q1": "44250-9", "q2": "44255-8", "q3": "44259-0", "q4": "44254-1", "q5": "44251-7", "q6": "44258-2",
    "q7": "44252-5", "q8": "44253-3", "q9": "44260-8", "function": "69722-7",
}  # fmt: skip


def test_the_phq9_carries_the_published_codes() -> None:
    assert {item.id: item.loinc for item in PHQ9.items} == LOINC
    assert (PHQ9.loinc_panel, PHQ9.loinc_total) == ("44249-1", "44261-6")
    assert [option.loinc for option in PHQ9.items[0].options] == [
        "LA6568-5",
        "LA6569-3",
        "LA6570-1",
        "LA6571-9",
    ]


def test_the_answer_codes_about_difficulty_follow_the_meaning_and_not_the_code_number() -> None:
    found = {option.label: option.loinc for option in PHQ9.items[-1].options}
    assert found["very_difficult"] == "LA6575-0"
    assert found["extremely_difficult"] == "LA6574-3"


def test_measures_without_a_known_code_have_none() -> None:
    for measure in (WHO5, get_measure("whodas12", "0-4")):
        assert measure.loinc_panel is None
        assert measure.loinc_total is None


def test_the_convention_of_the_whodas_is_never_guessed() -> None:
    with pytest.raises(Invalid) as fault:
        get_measure("whodas12")
    assert fault.value.details["reason"] == "convention_not_chosen"
    assert fault.value.details["choices"] == ["0-4", "1-5"]
    assert conventions_of("whodas12") == ("0-4", "1-5")


@pytest.mark.parametrize(("code", "convention"), [("whodas12", "0-5"), ("phq9", "0-4")])
def test_a_convention_that_a_measure_lacks_is_refused(code: str, convention: str) -> None:
    with pytest.raises(Invalid) as fault:
        get_measure(code, convention)
    assert fault.value.details["reason"] == "unknown_convention"


def test_an_unknown_measure_is_named_with_those_that_are_known() -> None:
    with pytest.raises(Unknown) as fault:
        get_measure("phq15")
    assert fault.value.details["name"] == "phq15"
    assert "phq9" in fault.value.details["known"]

"""Codes about people."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.people import (
    DEFAULT_AGE_BANDS,
    AgeBand,
    Difficulty,
    Disability,
    FunctionDomain,
    age_band,
    age_band_codes,
    age_on,
    check_age_bands,
    disability,
    is_minor,
)
from gipt.domain.problems import Invalid

DAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (0, "under_10"), (9, "under_10"), (10, "10-14"), (14, "10-14"), (15, "15-17"), (17, "15-17"),
        (18, "18-24"), (24, "18-24"), (25, "25-49"), (49, "25-49"), (50, "50-59"), (59, "50-59"),
        (60, "60+"), (99, "60+"),
        (None, "unknown"),
    ],
)  # fmt: skip
def test_age_bands_at_their_edges(age: int | None, code: str) -> None:
    assert age_band(age) == code


@given(st.none() | st.integers(0, 120))
def test_everybody_has_a_place_in_the_table(age: int | None) -> None:
    assert age_band(age) in age_band_codes()


@pytest.mark.parametrize(
    "bands",
    [
        [],
        [AgeBand(10, 14), AgeBand(14, None)],
        [AgeBand(10, 14), AgeBand(16, None)],
        [AgeBand(10, None), AgeBand(20, None)],
        [AgeBand(10, 14), AgeBand(15, 17)],
    ],
    ids=["none", "overlap", "gap", "open_in_the_middle", "no_open_end"],
)
def test_bands_that_lose_or_double_somebody_are_refused(bands: list[AgeBand]) -> None:
    with pytest.raises(Invalid) as fault:
        check_age_bands(bands)
    assert fault.value.details["field"] == "age_bands"


def test_the_bands_that_ship_pass() -> None:
    check_age_bands(DEFAULT_AGE_BANDS)


@pytest.mark.parametrize(
    ("born_on", "age"),
    [
        (date(2008, 6, 15), 18),
        (date(2008, 6, 16), 17),
        (date(2026, 6, 15), 0),
        (date(2008, 2, 29), 18),
    ],
    ids=["birthday", "day_before_birthday", "newborn", "leap_day"],
)
def test_age_is_counted_in_completed_years(born_on: date, age: int) -> None:
    assert age_on(DAY, born_on=born_on) == age


def test_a_birth_year_alone_counts_as_if_the_birthday_had_been() -> None:
    assert age_on(DAY, birth_year=2008) == 18


def test_an_unknown_birth_is_an_unknown_age_and_an_unknown_majority() -> None:
    assert age_on(DAY) is None
    assert is_minor(None) is None


@pytest.mark.parametrize(
    ("birth_year", "reason"),
    [(2027, "in_future"), (1905, "too_old")],
)
def test_a_birth_that_cannot_be_is_refused(birth_year: int, reason: str) -> None:
    with pytest.raises(Invalid) as fault:
        age_on(DAY, birth_year=birth_year)
    assert fault.value.details["reason"] == reason


def test_majority_is_a_setting() -> None:
    assert [is_minor(17), is_minor(18), is_minor(18, adult_from=19)] == [True, False, True]


def answered(*answers: Difficulty | None) -> dict[FunctionDomain, Difficulty | None]:
    return dict(zip(FunctionDomain, answers, strict=False))


NONE, SOME, A_LOT, CANNOT = Difficulty


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (answered(NONE, NONE, NONE, NONE, NONE, NONE), Disability.WITHOUT),
        (answered(SOME, SOME, SOME, SOME, SOME, SOME), Disability.WITHOUT),
        (answered(NONE, A_LOT, NONE, NONE, NONE, NONE), Disability.WITH),
        (answered(NONE, NONE, NONE, NONE, NONE, CANNOT), Disability.WITH),
        (answered(NONE, NONE, NONE, NONE, NONE, None), Disability.UNKNOWN),
        (answered(A_LOT), Disability.WITH),
        ({}, Disability.UNKNOWN),
    ],
    ids=[
        "none",
        "some_everywhere",
        "a_lot_once",
        "cannot_once",
        "one_missing",
        "a_lot_and_rest_missing",
        "empty",
    ],
)
def test_disability_by_the_short_set(
    answers: dict[FunctionDomain, Difficulty | None], expected: Disability
) -> None:
    assert disability(answers) is expected

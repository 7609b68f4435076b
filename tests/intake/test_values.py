"""What cells say: numbers, ages, sex, phones, days, marks and answers, in the languages of the field."""

from collections.abc import Callable
from typing import Any

import pytest

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.measures import PHQ9, MissingReason
from gipt.domain.problems import Invalid
from gipt.intake import values
from gipt.intake.grid import CellValue


def reason_of(parse: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(Invalid) as refused:
        parse(*arguments)
    return str(refused.value.details["reason"])


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (30, 30),
        (30.0, 30),
        ("30", 30),
        (" 30 ", 30),
        ("30.0", 30),
        ("٣٠", 30),
        ("३०", 30),
        ("၃၀", 30),
        ("30,0", 30),
    ],
)
def test_a_whole_number_is_read(cell: CellValue, number: int) -> None:
    assert values.number(cell, 0, 100) == number


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("thirty", "number_word"),
        (30.5, "not_whole"),
        ("30,5", "not_whole"),
        ("25-30", "a_range"),
        ("25 to 30", "a_range"),
        ("many", "not_a_number"),
        (True, "not_a_number"),
        (101, "out_of_range"),
        (-1, "out_of_range"),
        ("²", "not_a_number"),
    ],
)
def test_another_number_is_refused_with_its_reason(cell: CellValue, reason: str) -> None:
    assert reason_of(values.number, cell, 0, 100) == reason


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("thirty", 30),
        ("Thirty-two", 32),
        ("forty five", 45),
        ("nineteen", 19),
        ("thirty years old", 30),
        ("trente", 30),
        ("vingt et un", 21),
        ("thelathini na tano", 35),
        ("old", None),
        ("one two", None),
        ("", None),
    ],
)
def test_number_words_only_give_a_proposal(words: str, number: int | None) -> None:
    assert values.number_in_words(words) == number


@pytest.mark.parametrize(
    ("cell", "age"),
    [
        (30, ("age", 30)),
        ("30 years", ("age", 30)),
        ("30y", ("age", 30)),
        ("30 ans", ("age", 30)),
        ("٣٠ سنة", ("age", 30)),
        ("about 30", ("age", 30)),
        ("~30", ("age", 30)),
        (1994, ("birth_year", 1994)),
        ("1994", ("birth_year", 1994)),
        (0, ("age", 0)),
        (120, ("age", 120)),
    ],
)
def test_the_age_column_holds_ages_or_birth_years(cell: CellValue, age: tuple[str, int]) -> None:
    assert values.age(cell, 2026) == age


@pytest.mark.parametrize("cell", [121, 1905, 2027, -3, 300])
def test_an_impossible_age_is_refused(cell: int) -> None:
    assert reason_of(values.age, cell, 2026) == "out_of_range"


def test_an_age_in_words_is_shown_as_it_was_written() -> None:
    with pytest.raises(Invalid) as refused:
        values.age("Thirty", 2026)
    assert (refused.value.details["value"], refused.value.details["suggestion"]) == ("Thirty", 30)


@pytest.mark.parametrize(
    ("cell", "sex"),
    [
        ("F", "female"),
        ("female", "female"),
        ("Femme", "female"),
        ("féminin", "female"),
        ("أنثى", "female"),
        ("Mke", "female"),
        ("ሴት", "female"),
        ("महिला", "female"),
        ("M", "male"),
        ("Homme", "male"),
        ("ذكر", "male"),
        ("mwanaume", "male"),
        ("ወንድ", "male"),
        ("पुरुष", "male"),
        ("other", "other"),
        ("prefer not to say", "prefer_not_to_say"),
    ],
)
def test_sex_is_read_in_several_languages(cell: str, sex: str) -> None:
    assert values.sex(cell) == sex


def test_m_beside_h_could_be_mujer() -> None:
    assert reason_of(values.sex, "M", ["H", "M", "H"]) == "sex_m_or_h"
    assert values.sex("M", ["F", "M"]) == "male"


@pytest.mark.parametrize("cell", ["1", 2, "?", "Amina"])
def test_a_code_that_could_be_either_sex_is_refused(cell: CellValue) -> None:
    assert reason_of(values.sex, cell) == "unknown_sex"


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0700 111 222", "0700111222"),
        ("+256 (700) 111-222", "+256700111222"),
        ("00256700111222", "+256700111222"),
        (700111222, "700111222"),
        (256700111222.0, "256700111222"),
        ("٠٧٠٠١١١٢٢٢", "0700111222"),
        ("0700111222 / 0711222333", "0700111222"),
        ("-", ""),
        ("no phone", ""),
        ("لا يوجد", ""),
        ("የለም", ""),
    ],
)
def test_a_phone_number_is_its_digits(cell: CellValue, phone: str) -> None:
    assert values.phone(cell) == phone


@pytest.mark.parametrize("cell", ["123", "ask her sister 0700111222", "1234567890123456"])
def test_another_text_is_no_phone_number(cell: str) -> None:
    assert reason_of(values.phone, cell) == "not_a_phone"


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("Mon, Wed", (0, 2)),
        ("lundi et jeudi", (0, 3)),
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("Sat to Mon", (0, 5, 6)),
        ("any", tuple(range(7))),
        ("Jumatano", (2,)),
        ("الاثنين والخميس", (0, 3)),
        ("ሰኞ እና ረቡዕ", (0, 2)),
        ("सोमबार", (0,)),
    ],
)
def test_days_are_read(cell: str, days: tuple[int, ...]) -> None:
    assert values.days(cell) == days


def test_a_word_that_is_no_day_is_refused() -> None:
    assert reason_of(values.days, "Mon, Xday") == "unknown_day"


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        (1, "present"),
        (1.0, "present"),
        ("1", "present"),
        ("P", "present"),
        ("✓", "present"),
        (True, "present"),
        ("présent", "present"),
        ("حاضر", "present"),
        (0, "absent_unknown"),
        ("0", "absent_unknown"),
        ("✗", "absent_unknown"),
        ("absent", "absent_unknown"),
        ("غائب", "absent_unknown"),
        ("L", "late"),
        ("late", "late"),
        ("en retard", "late"),
        ("left early", "left_early"),
        ("told", "absent_told"),
        ("excused", "excused"),
        ("make-up", "makeup_done"),
        ("n/a", "not_expected"),
    ],
)
def test_marks_are_read(cell: CellValue, status: str) -> None:
    assert values.mark(cell) is AttendanceStatus(status)


@pytest.mark.parametrize("cell", ["?", 2, 0.5, "maybe"])
def test_another_mark_is_refused(cell: CellValue) -> None:
    assert reason_of(values.mark, cell) == "unknown_mark"


@pytest.mark.parametrize(
    ("cells", "means"),
    [
        (["x", None, "x"], "present"),
        (["x", "0"], "present"),
        (["x", "✓"], "absent_unknown"),
        (["x", 1, 0], ""),
    ],
)
def test_a_cross_means_what_its_neighbours_leave(cells: list[CellValue], means: str) -> None:
    assert values.mark_meaning_of_x(cells) == means


def test_a_cross_that_could_be_both_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        values.mark("X", x_means="")
    assert refused.value.details["reason"] == "mark_x"


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        (2, 2),
        ("2 ", 2),
        ("٢", 2),
        ("३", 3),
        ("several days", 1),
        ("Presque tous les jours", 3),
        ("DK", MissingReason.DOES_NOT_KNOW),
        ("refused", MissingReason.REFUSED),
        ("-", MissingReason.BLANK),
    ],
)
def test_an_answer_is_its_number_or_why_there_is_none(cell: CellValue, answer: object) -> None:
    assert values.answer(cell, PHQ9.items[0]) == answer


@pytest.mark.parametrize("cell", [4, -1, "7"])
def test_an_answer_outside_its_options_is_refused(cell: CellValue) -> None:
    assert reason_of(values.answer, cell, PHQ9.items[0]) == "answer_out_of_range"


@pytest.mark.parametrize(
    ("cell", "code"), [("UG", "UG"), ("ug", "UG"), ("Ethiopia", "ET"), ("Éthiopie", "ET"), ("नेपाल", "NP")]
)
def test_a_country_is_its_code(cell: str, code: str) -> None:
    assert values.country(cell) == code


def test_an_error_of_excel_is_no_text() -> None:
    assert reason_of(values.text, "#N/A") == "excel_error"


def test_a_paste_into_the_wrong_cell_is_refused() -> None:
    assert values.text("A" * 400) == "A" * 400
    assert reason_of(values.text, "A" * 401) == "too_long"
    assert values.note("A" * 4_000)
    assert reason_of(values.note, "A" * 4_001) == "too_long"


def test_text_keeps_what_looks_like_a_formula() -> None:
    assert values.text("=1+1") == "=1+1"

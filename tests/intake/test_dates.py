"""Dates in columns: many forms, two orders, four calendars, and never a silent guess."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.calendars import CalendarKind, to_local
from gipt.domain.problems import Invalid
from gipt.intake.dates import (
    DateChoice,
    DateQuestion,
    Window,
    gregorian,
    is_confirmed,
    raw_date,
    read_date,
    study_column,
)
from gipt.intake.grid import CellValue

TODAY = dt.date(2026, 11, 1)
WINDOW = Window(dt.date(1996, 1, 1), TODAY)
ETHIOPIAN, NEPALI = CalendarKind.ETHIOPIAN, CalendarKind.BIKRAM_SAMBAT


def study(*cells: CellValue, country: str = "UG") -> tuple[DateChoice, DateQuestion | None]:
    placed = [(f"C{row}", cell) for row, cell in enumerate(cells, start=2)]
    return study_column(3, placed, country=country, window=WINDOW, today=TODAY)


@pytest.mark.parametrize(
    "cell",
    [
        dt.date(2026, 3, 14),
        dt.datetime(2026, 3, 14, 9, 0),  # noqa: DTZ001  Excel knows no zone
        "2026-03-14",
        "2026/3/14",
        "14/03/2026",
        "14.3.2026",
        "14-03-26",
        "14 March 2026",
        "14 mars 2026",
        "March 14, 2026",
        "14th of March 2026",
        "Saturday 14 March 2026",
        "14-Mar-26",
        "14 مارس 2026",
        "١٤/٠٣/٢٠٢٦",
        "१४/०३/२०२६",
        "14 machi 2026",
        "14 de marzo 2026",
        "2026-03-14 08:30:00",
        "2026-03-14T08:30",
        20260314,
        46095,
        46095.4,
        "14/03/2026 AD",
    ],
    ids=str,
)
def test_a_date_is_read_in_many_forms(cell: CellValue) -> None:
    assert read_date(cell, DateChoice(), WINDOW, TODAY) == dt.date(2026, 3, 14)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("yesterday", "not_a_date"),
        ("14/03", "not_a_date"),
        ("March 2026", "not_a_date"),
        (5, "not_a_date"),
        (True, "not_a_date"),
        ("31/02/2026", "no_such_date"),
        ("14/13/2026", "no_such_date"),
        ("0/1/2026", "no_such_date"),
        ("14/03/2027", "date_in_future"),
        ("14/03/1926", "date_long_ago"),
        ("4 Tikimt 2019", "month_of_other_calendar"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(cell: CellValue, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_date(cell, DateChoice(), WINDOW, TODAY)
    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [("05/04/2026", "dmy", dt.date(2026, 4, 5)), ("05/04/2026", "mdy", dt.date(2026, 5, 4))],
)
def test_the_order_of_the_column_decides(text: str, order: str, day: dt.date) -> None:
    assert read_date(text, DateChoice(order=order), WINDOW, TODAY) == day


@pytest.mark.parametrize(
    ("cells", "order"),
    [(["05/04/2026", "13/04/2026"], "dmy"), (["05/04/2026", "04/25/2026"], "mdy"), (["04/04/2026"], "dmy")],
    ids=["a 13th day", "a 25th day", "day and month alike"],
)
def test_evidence_in_the_column_settles_the_order(cells: list[CellValue], order: str) -> None:
    choice, question = study(*cells)
    assert (choice.order, question) == (order, None)


@pytest.mark.parametrize(
    "cells",
    [["05/04/2026", "06/07/2026"], ["13/04/2026", "04/25/2026", "01/02/2026"]],
    ids=["no evidence", "evidence for both"],
)
def test_an_ambiguous_column_asks(cells: list[CellValue]) -> None:
    _, question = study(*cells)
    assert question is not None
    assert question.reason == "order"


def test_the_example_of_a_question_tells_the_readings_apart() -> None:
    _, question = study("04/04/2026", "05/06/2026")
    assert question is not None
    assert (question.example, question.text) == ("C3", "05/06/2026")
    assert {option.reads_as for option in question.options} == {dt.date(2026, 6, 5), dt.date(2026, 5, 6)}


@pytest.mark.parametrize("country", ["ET", "NP", "AF"])
@pytest.mark.parametrize("cell", ["13/04/2018", dt.date(2018, 4, 13), "2018-04-13"], ids=str)
def test_a_country_with_its_own_calendar_always_asks(country: str, cell: CellValue) -> None:
    _, question = study(cell, country=country)
    assert question is not None
    assert question.reason == "calendar"


def test_a_column_of_foreign_years_asks_in_any_country() -> None:
    choice, question = study("13/04/2082", "14/05/2082")
    assert question is not None
    assert question.options[0].calendar is NEPALI
    assert choice.calendar is NEPALI


def test_an_empty_column_asks_nothing() -> None:
    assert study("", "soon", country="ET") == (DateChoice(), None)


@pytest.mark.parametrize(
    ("text", "calendar", "day"),
    [
        ("01/01/2019", ETHIOPIAN, dt.date(2026, 9, 11)),
        ("4 Tikimt 2019", ETHIOPIAN, dt.date(2026, 10, 14)),
        ("4 ጥቅምት 2019", ETHIOPIAN, dt.date(2026, 10, 14)),
        ("5/13/2018", ETHIOPIAN, dt.date(2026, 9, 10)),
        ("2083-05-26", NEPALI, dt.date(2026, 9, 11)),
        ("२६ भदौ २०८३", NEPALI, dt.date(2026, 9, 11)),
        ("26 Bhadra 2083", NEPALI, dt.date(2026, 9, 11)),
        ("1405-06-20", CalendarKind.SOLAR_HIJRI, dt.date(2026, 9, 11)),
        ("1448-03-29", CalendarKind.HIJRI, dt.date(2026, 9, 11)),
    ],
)
def test_dates_of_other_calendars_are_converted(text: str, calendar: CalendarKind, day: dt.date) -> None:
    assert read_date(text, DateChoice(calendar), WINDOW, TODAY) == day


def test_a_year_of_two_digits_is_refused_outside_the_gregorian_calendar() -> None:
    with pytest.raises(Invalid) as refused:
        read_date("13/04/18", DateChoice(ETHIOPIAN), WINDOW, TODAY)
    assert refused.value.details["reason"] == "year_two_digits"


@given(st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)), st.sampled_from(list(CalendarKind)))
def test_a_date_written_in_a_calendar_comes_back(day: dt.date, calendar: CalendarKind) -> None:
    local = to_local(day, calendar)
    raw = raw_date(f"{local.year}-{local.month:02}-{local.day:02}")
    assert raw is not None
    assert gregorian(raw, calendar, "dmy", TODAY) == day


def asked(country: str = "ET") -> DateQuestion:
    _, question = study("13/04/2018", country=country)
    assert question is not None
    return question


def test_a_choice_with_the_example_and_its_date_is_believed() -> None:
    choice = DateChoice(ETHIOPIAN, "dmy", "C2", dt.date(2025, 12, 22))
    assert is_confirmed(choice, "13/04/2018", asked(), TODAY)


@pytest.mark.parametrize(
    "change",
    [
        {"reads_as": None},
        {"reads_as": dt.date(2018, 4, 13)},
        {"reads_as": dt.date(2025, 12, 23)},
        {"example": "C9"},
        {"example": ""},
        {"calendar": CalendarKind.GREGORIAN},
        {"calendar": NEPALI},
        {"order": "ymd"},
    ],
    ids=str,
)
def test_a_choice_that_does_not_repeat_what_was_shown_is_not_believed(change: dict[str, object]) -> None:
    choice = replace(DateChoice(ETHIOPIAN, "dmy", "C2", dt.date(2025, 12, 22)), **change)  # type: ignore[arg-type]
    assert not is_confirmed(choice, "13/04/2018", asked(), TODAY)

"""Dates stay dates, and stand as text in the programme's calendar beside them; nowhere where that is the Gregorian."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from gipt.calendars import CalendarKind
from gipt.reports import Workbook, build, load_definition, write_xlsx
from gipt.reports.workbook import Kind
from tests.reports.ooxml import problems
from tests.reports.programme import context
from tests.reports.test_build import full_rows, tables
from tests.reports.test_definitions_built import facts, made


def in_calendar(name: str, calendar: CalendarKind, language: str = "en") -> Workbook:
    frame = replace(context(language, language == "ar"), calendar=calendar)
    return build(load_definition(name), facts(), frame, full_rows())


@pytest.mark.parametrize(
    ("calendar", "first"),
    [
        (CalendarKind.ETHIOPIAN, "23 Tahsas 2018"),
        (CalendarKind.BIKRAM_SAMBAT, "17 Poush 2082"),
        (CalendarKind.SOLAR_HIJRI, "11 Dey 1404"),
    ],
)
def test_a_date_is_followed_by_its_words_in_the_calendar_of_the_programme(
    calendar: CalendarKind, first: str
) -> None:
    found = tables(in_calendar("iasc-mhpss", calendar))
    row = found["who_what_where"][0]
    assert row["first_on"] == date(2026, 1, 1)
    assert row["first_on_local"].replace("Pus ", "Poush ").replace("Dei ", "Dey ") == first
    cover = {one["field"]: one["content"] for one in found["cover"]}
    assert cover["Period in the calendar of the programme"].startswith(row["first_on_local"])


def test_the_column_names_its_calendar_and_streamed_rows_have_it_too() -> None:
    target = io.BytesIO()
    write_xlsx(in_calendar("full-data", CalendarKind.ETHIOPIAN), target)
    sheet = openpyxl.load_workbook(target)["Members"]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("Enrolled on (Ethiopian calendar)")
    assert heads[place - 1] == "Enrolled on"
    assert sheet.cell(2, place).is_date
    assert (sheet.cell(2, place + 1).value, sheet.cell(2, place + 1).data_type) == ("26 Tir 2018", "s")
    assert problems(target.getvalue()) == []


def test_nothing_is_added_where_dates_are_gregorian() -> None:
    for name in ("iasc-mhpss", "full-data"):
        workbook = made(name)
        assert not [
            column for sheet in workbook.sheets for column in sheet.columns if column.code.endswith("_local")
        ]


def test_every_date_of_every_sheet_has_its_words() -> None:
    for name in ("full-data", "supervision", "iasc-mhpss"):
        for sheet in in_calendar(name, CalendarKind.HIJRI, "ar").sheets:
            codes = [column.code for column in sheet.columns]
            for place, column in enumerate(sheet.columns):
                assert column.kind is not Kind.DATE or codes[place + 1] == f"{column.code}_local"

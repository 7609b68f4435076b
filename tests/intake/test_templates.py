"""Templates that the app gives out are read back by it, in every language; remarks stand where the faults are."""

import datetime as dt
import io

import openpyxl
import pytest

from gipt.i18n import use_language
from gipt.intake.fields import TABLES, Kind, tables_of
from gipt.intake.preview import make_preview
from gipt.intake.reader import read_upload
from gipt.intake.recognise import recognise
from gipt.intake.records import PersonRow
from gipt.intake.rows import PreviewOptions
from gipt.intake.templates import annotate, make_template

OPTIONS = PreviewOptions(today=dt.date(2026, 11, 1), country="UG")


def opened(raw: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(raw))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_template_is_recognised_whole(kind: Kind, language: str) -> None:
    with use_language(language):
        raw = make_template(kind)
    with use_language("en"):
        found = recognise(read_upload(raw, "template.xlsx"), kind)
    assert [guess.table for guess in found.tables] == [table.key for table in tables_of(kind)]
    for guess in found.tables:
        assert [column.header for column in guess.columns if not column.field] == []
        assert guess.fields[: len(TABLES[guess.table].fields)] == tuple(
            f.key for f in TABLES[guess.table].fields
        )


def test_a_template_opens_on_its_list_and_hides_its_choices() -> None:
    book = opened(make_template(Kind.PEOPLE))
    assert book.worksheets[0].title == "People"
    assert book.active is book.worksheets[0]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "hidden"] == ["Lists"]


def test_columns_with_choices_have_lists_with_the_programme_s_own_words() -> None:
    book = opened(make_template(Kind.PEOPLE, lists={"site": ["Hill", "=Lake"]}))
    sheet = book["People"]
    rules = {str(rule.sqref)[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    site = next(cell.column_letter for cell in sheet[1] if cell.value == "Site")
    assert site in rules
    words = {cell.value for row in book["Lists"].iter_rows() for cell in row}
    assert {"female", "male", "other", "yes", "no", "Hill", "=Lake"} <= words


def test_an_arabic_template_reads_from_right_to_left() -> None:
    with use_language("ar"):
        book = opened(make_template(Kind.PEOPLE))
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)


def test_what_is_written_into_a_template_comes_back() -> None:
    book = opened(make_template(Kind.PEOPLE))
    sheet = book["People"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in {
        "Name": "Amina Auma",
        "Sex": "female",
        "Age": 30,
        "PHQ-9 Q9": 1,
        "Phone": "0700111222",
    }.items():
        sheet.cell(2, at[heading]).value = value
    out = io.BytesIO()
    book.save(out)
    grid = read_upload(out.getvalue(), "filled.xlsx")
    (row,) = make_preview(grid, recognise(grid, Kind.PEOPLE), OPTIONS).rows
    assert isinstance(row.record, PersonRow)
    assert (row.record.name, row.record.sex.value, row.record.phone) == ("Amina Auma", "female", "0700111222")
    assert row.record.measures[0].safety_positive


def test_remarks_stand_in_a_last_column_and_on_their_cells() -> None:
    raw = b"Name,Sex,Age\n=cmd(),F,thirty\nGrace Otim,M,30\n"
    grid = read_upload(raw, "list.csv")
    page = opened(annotate(grid, make_preview(grid, recognise(grid, Kind.PEOPLE), OPTIONS))).worksheets[0]
    assert page["D2"].value == "Row 2, Age: “thirty” is not a number. Write 30."
    assert page["C2"].comment is not None
    assert page["D3"].value is None
    assert (page["A2"].value, page["A2"].data_type) == ("=cmd()", "s")

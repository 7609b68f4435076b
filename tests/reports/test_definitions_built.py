"""Every shipped definition built and written: each property of a workbook that a reader relies on, on every sheet."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from gipt.domain.data_quality import Check, Finding, Quality
from gipt.domain.indicators import ReportFacts
from gipt.domain.targets import Target
from gipt.reports import Workbook, build, leaks, load_definition, write_xlsx
from gipt.reports.definition import ReportKind, definition_names
from gipt.reports.layout import LINE, WIDEST_OF_FEW, lines_of
from gipt.reports.row_stream import column_letters
from gipt.reports.workbook import plain
from tests.reports.programme import PERIOD, context, invented
from tests.reports.test_build import full_rows, tables

NAMES = [name for name in definition_names() if load_definition(name).kind in tuple(ReportKind)[:2]]
CYCLE = (
    "G-01", "S1", "G-01.1", "who-8 1", "closed", date(2026, 1, 20), date(2026, 3, 10), 8, 7, 1, "weather", 8, 8, 6.5, 6,
    1, 7, 5, 38, 52,
)  # fmt: skip
QUALITY = Quality(
    (Finding(Check.NO_REGISTER, "G-01.1/3"), Finding(Check.NO_CHECK_IN, "G-01.1/2", 14)),
    frozenset(Check) - {Check.CONFLICTS, Check.SILENT_PHONES},
)
TARGET = Target("F5", Decimal(300), period=PERIOD)


def facts() -> ReportFacts:
    return replace(invented(300), quality=QUALITY)


def made(name: str, found: ReportFacts | None = None, language: str = "en") -> Workbook:
    rows = replace(full_rows(), cycles=lambda: [CYCLE])
    frame = context(language, right_to_left=language == "ar")
    return build(load_definition(name), found or facts(), frame, rows)


def written(name: str, language: str = "en") -> bytes:
    target = io.BytesIO()
    write_xlsx(made(name, language=language), target)
    return target.getvalue()


@pytest.fixture(scope="module", params=NAMES)
def book(request: pytest.FixtureRequest) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(request.param)))


def test_every_sheet_is_one_table_with_a_header_that_stays_and_a_page_to_print(book: Any) -> None:
    names = [name for sheet in book for name in sheet.tables]
    assert len(set(names)) == len(names) == len(book.worksheets)
    for sheet in book:
        (table,) = sheet.tables.values()
        first, last = table.ref.split(":")
        header = int(re.sub(r"\D", "", first))
        shown = [cell.value for cell in sheet[header]]
        assert shown == [column.name for column in table.tableColumns], sheet.title
        assert all(isinstance(one, str) and one for one in shown)
        assert len({one.casefold() for one in shown}) == len(shown)
        assert sheet.max_row <= int(re.sub(r"\D", "", last))
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is not None
        assert int(re.sub(r"\D", "", sheet.freeze_panes)) == header + 1
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        # No page may end in the middle of a chart.
        pages = 1 if sheet._charts else 0
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, pages)
        assert sheet.print_title_rows == f"${header}:${header}"
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.sheet_state == "visible"
        assert not sheet.conditional_formatting


def test_every_text_has_room_in_its_row_and_the_next_column_begins_beside_it(book: Any) -> None:
    for sheet in book:
        (table,) = sheet.tables.values()
        header = int(re.sub(r"\D", "", table.ref.split(":")[0]))
        assert sheet.row_dimensions[header].height >= LINE
        widths = [sheet.column_dimensions[column_letters(n)].width for n in range(1, sheet.max_column + 1)]
        assert max(widths) <= WIDEST_OF_FEW
        for row in sheet.iter_rows(min_row=header + 1):
            height = sheet.row_dimensions[row[0].row].height or LINE
            for cell, width in zip(row, widths, strict=False):
                if isinstance(cell.value, str) and cell.alignment.wrap_text:
                    assert lines_of(cell.value, width) * LINE <= height, (sheet.title, cell.coordinate)
                    assert cell.alignment.vertical == "top"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("one two", 10, 1),
        ("one two three", 8, 2),
        ("x" * 30, 10, 3),
        ("a\nb", 10, 2),
        ("ስንት ሰዎች መጡ", 9, 2),
        ("कति मानिस आए", 20, 1),
    ],
)
def test_lines_are_counted_as_a_reader_sees_them(text: str, width: float, lines: int) -> None:
    assert lines_of(text, width) == lines


def test_every_cell_is_a_text_a_number_or_a_date_and_never_a_formula(book: Any) -> None:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate)


def test_every_chart_has_a_title_axes_and_words_for_those_who_cannot_see_it(book: Any) -> None:
    for sheet in book:
        for chart in sheet._charts:
            assert chart.title is not None
            assert chart.x_axis.title is not None
            assert chart.y_axis.title is not None
            assert chart.x_axis.delete is False
            words = [sheet.cell(row, 1).value for row in range(1, 12)]
            assert (
                any(str(line).startswith("Bar chart") for line in words)
                or sheet.title == "What we did together"
            )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_hidden_in_the_file_and_every_chart_is_described(name: str) -> None:
    content = written(name)
    keys = {one.enrolment for one in facts().enrolments}
    assert leaks(io.BytesIO(content), keys) == []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in package.namelist():
            if part.startswith("xl/drawings/drawing"):
                told = re.findall(r"<(?:\w+:)?cNvPr [^>]*>", package.read(part).decode())
                assert told
                assert all(" descr=" in one and " title=" in one for one in told)


@pytest.mark.parametrize("name", NAMES)
def test_a_language_from_right_to_left_turns_every_sheet_and_leaves_the_codes(name: str) -> None:
    sheets = openpyxl.load_workbook(io.BytesIO(written(name, "ar"))).worksheets
    assert all(sheet.sheet_view.rightToLeft for sheet in sheets)
    for sheet in sheets:
        (table,) = sheet.tables.values()
        texts = [
            cell
            for row in sheet.iter_rows(min_row=int(re.sub(r"\D", "", table.ref.split(":")[0])) + 1)
            for cell in row
            if isinstance(cell.value, str) and cell.alignment.wrap_text
        ]
        # A date or full stop of an Arabic text falls to the wrong end where the cell runs from the left.
        for cell in texts:
            arabic = "\u0600" <= cell.value[0] <= "\u06ff"
            assert cell.alignment.horizontal == "right"
            assert not arabic or cell.alignment.readingOrder == 2, cell.coordinate
    here, there = made(name), made(name, language="ar")
    assert [one.code for one in here.sheets] == [one.code for one in there.sheets]
    for one, other in zip(here.sheets, there.sheets, strict=True):
        assert [column.code for column in one.columns] == [column.code for column in other.columns]


def test_the_charts_draw_what_other_sheets_print() -> None:
    found = tables(made("funder-standard", replace(facts(), targets=(TARGET,))))
    indicators = {row["code"]: row for row in found["indicators"]}
    by_part = {row["part"]: row for row in found["charts"]}
    assert by_part["F5"]["people"] == indicators["F5"]["numerator"]
    assert by_part["F5"]["target_period"] == 300
    assert by_part["started"]["people"] == indicators["I-04"]["numerator"]
    assert by_part["endline"]["people"] == indicators["I-09"]["numerator"]
    change = by_part["mean_before"]["mean_score"] - by_part["mean_after"]["mean_score"]
    assert change == pytest.approx(indicators["I-10"]["value"], abs=0.011)
    charts = next(sheet for sheet in made("funder-standard").sheets if sheet.code == "charts").charts
    assert [chart.rows for chart in charts] == [(0, 7), (7, 9)]


def test_a_mean_that_may_not_be_printed_is_not_drawn() -> None:
    few = tables(made("funder-standard", invented(14)))
    assert next(row for row in few["indicators"] if row["code"] == "I-10")["value"] is None
    assert {row["part"] for row in few["charts"]} & {"mean_before", "mean_after"} == set()


@pytest.mark.parametrize("name", ["iasc-mhpss", "bha-indicators"])
def test_a_funders_list_has_the_figures_of_the_other_sheets_and_asks_for_its_codes(name: str) -> None:
    found = tables(made(name))
    definition = load_definition(name)
    whole = [row for row in found["framework"] if row["dimension"] is None]
    assert [row["funder_label"] for row in whole] == [row.label for row in definition.framework]
    assert {row["to_do"] for row in found["framework"]} == {
        "Please ask the funder for the code and the exact wording."
    }
    parts = {
        (row["code"], row["dimension"], row["part"]): row["numerator"] for row in found["disaggregation"]
    }
    shown = {
        (row["code"], row["dimension"], row["part"]): row["numerator"]
        for row in found["framework"]
        if row["dimension"]
    }
    assert shown
    assert shown.items() <= parts.items()
    assert "not recorded" in [row["value"] for row in whole]


def test_who_does_what_where_has_a_row_for_each_activity_and_site() -> None:
    found = tables(made("iasc-mhpss"))
    assert [(row["code"], row["site"]) for row in found["who_what_where"]] == [
        (code, site) for code in ("F5", "I-01") for site in ("S1", "S2", "S3")
    ]
    first = found["who_what_where"][0]
    assert (first["who"], first["where"]) == ("Hope & Light", "North")
    assert (first["first_on"], first["last_on"]) == (date(2026, 1, 1), date(2026, 6, 30))


def test_the_page_for_the_community_has_no_score_no_illness_and_no_count_under_its_threshold() -> None:
    ended = tuple(replace(one, ended_on=date(2026, 3, 31)) for one in facts().enrolments)
    workbook = made("cycle-summary", replace(facts(), enrolments=ended))
    (sheet,) = workbook.sheets
    text = " ".join([*sheet.lead, *(str(plain(cell)) for row in sheet.rows for cell in row[:2])])
    assert not re.search(r"(?i)depress|score|symptom|PHQ|therap|suicid|patient|remission", text)
    counts = {row[2]: row[1] for row in sheet.rows}
    assert counts["started"] >= counts["completed"] >= 5
    assert all(not isinstance(one, int) or one == 0 or one >= 5 for one in counts.values())
    assert len(sheet.charts) == 1


def test_data_quality_counts_outside_and_names_places_inside() -> None:
    outside = {row["check"]: row for row in tables(made("funder-standard"))["data_quality"]}
    assert list(outside) == [check.value for check in Check]
    assert (outside["no_register"]["found"], outside["no_check_in"]["found"]) == ("<10", 14)
    assert outside["no_register"]["state"] == "▲ Please look"
    assert (outside["alike"]["found"], outside["alike"]["state"]) == (0, "✓ Nothing found")
    assert (outside["conflicts"]["found"], outside["conflicts"]["state"]) == (None, "not recorded")
    assert "found_at" not in outside["alike"]
    inside = {row["check"]: row for row in tables(made("supervision"))["data_quality"]}
    assert (inside["no_register"]["found"], inside["no_register"]["found_at"]) == (1, "G-01.1/3")
    assert inside["no_check_in"]["found_at"] == "G-01.1/2 (14)"


def test_an_internal_workbook_says_that_it_stays_inside_and_explains_its_columns() -> None:
    found = tables(made("supervision"))
    cover = {row["field"]: row["content"] for row in found["cover"]}
    assert cover["Names"] == "Codes stand for people. This workbook stays in the organisation."
    assert "Small numbers" not in cover
    explained = {row["code"] for row in found["dictionary"]}
    assert {"median_came", "found_at", "I-05"} <= explained
    assert "no names" not in made("supervision").footer

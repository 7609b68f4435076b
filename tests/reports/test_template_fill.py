"""A funder's workbook is filled without damage: only the touched cells and the order to calculate differ."""

import re
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.problems import BadFile
from gipt.reports.template_fill import TextSheet, fill_package
from gipt.reports.template_formulas import dependent, read_formula
from gipt.reports.template_package import Package
from gipt.reports.template_sheet import scan_sheet, written
from tests.reports.rich_template import CHAIN, SHEET, parts, rich_template

# openpyxl, which only looks at the result here, says aloud what it would lose.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

VALUES: dict[tuple[str, str], float | int | str | None] = {
    ("Indicators", "B2"): "from 1 July to 30 September",
    ("Indicators", "B5"): 41,
    ("Indicators", "C5"): None,
    ("Indicators", "D5"): 0.47,
    ("Indicators", "B7"): 12,
    ("Indicators", "B6"): "=HYPERLINK(1) & <x>",
}
TEMPLATE = rich_template(
    {"B5": "{{F5, sex=female}}", "C5": "{{F5, sex=male}}", "D5": "{{I-05}}", "B6": "{{sites}}"}
)


def filled(raw: bytes = TEMPLATE) -> bytes:
    return fill_package(raw, VALUES)


def test_every_part_without_a_touched_cell_is_the_same_byte_for_byte() -> None:
    before, after = parts(TEMPLATE), parts(filled())
    assert {
        "xl/media/image1.png",
        "xl/drawings/vmlDrawing1.vml",
        "xl/charts/chart1.xml",
        "xl/comments1.xml",
    } <= set(before)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {
        SHEET,
        "xl/worksheets/sheet2.xml",
        "xl/workbook.xml",
        CHAIN,
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
    }
    assert set(after) == set(before) - {CHAIN}


def test_within_a_sheet_only_the_cells_differ() -> None:
    cells = re.compile(rb'<c r="(?:B2|B5|C5|D5|B6|B7|B9)"[^>]*?(?:/>|>.*?</c>)')
    before, after = (cells.sub(b"<cell/>", parts(raw)[SHEET]) for raw in (TEMPLATE, filled()))
    assert before == after
    for kept in (
        b"x14:sparkline",
        b"dataValidation ",
        b"mergeCell ",
        b"sheetProtection",
        b"legacyDrawingHF",
        b"kept >",
    ):
        assert kept in after


def test_the_values_are_numbers_and_texts_in_the_look_of_the_cell() -> None:
    before, after = openpyxl.load_workbook(BytesIO(TEMPLATE)), openpyxl.load_workbook(BytesIO(filled()))
    sheet = after["Indicators"]
    assert (sheet["B5"].value, sheet["B5"].data_type) == (41, "n")
    assert sheet["D5"].value == 0.47
    assert sheet["C5"].value is None
    assert (sheet["B7"].value, sheet["C7"].value) == (12, None)
    assert (sheet["B6"].value, sheet["B6"].data_type) == ("=HYPERLINK(1) & <x>", "s")
    assert sheet["B2"].value == "from 1 July to 30 September"
    for address in ("B5", "C5", "D5", "B6", "B2"):
        assert sheet[address].number_format == before["Indicators"][address].number_format
        assert sheet[address].fill.fgColor.rgb == before["Indicators"][address].fill.fgColor.rgb
    assert sheet["B9"].value == "=SUM(B5:B8)"


def test_results_that_no_longer_fit_are_taken_out_and_others_stay() -> None:
    after = openpyxl.load_workbook(BytesIO(filled()), data_only=True)
    assert after["Indicators"]["B9"].value is None  # reads B5
    assert after["Indicators"]["C9"].value == 6
    totals = after["Totals"]
    assert [totals[one].value for one in ("B1", "B2", "B3", "B4")] == [None, 2, None, None]
    assert openpyxl.load_workbook(BytesIO(filled()))["Totals"]["B3"].value == "=B1*2"


def test_the_workbook_is_told_to_calculate_and_the_old_order_is_gone() -> None:
    after = parts(filled())
    assert after["xl/workbook.xml"].count(b'fullCalcOnLoad="1"') == 1
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


@pytest.mark.parametrize(
    ("workbook", "expected"),
    [
        (b"<sheets/><calcPr calcId='1' fullCalcOnLoad='0'/>", b"<calcPr fullCalcOnLoad=\"1\" calcId='1'/>"),
        (b"<sheets/><definedNames/><oleSize/>", b'<definedNames/><calcPr fullCalcOnLoad="1"/><oleSize/>'),
        (b"<sheets></sheets>", b'<sheets></sheets><calcPr fullCalcOnLoad="1"/>'),
    ],
    ids=["there already", "after the names", "after the sheets"],
)
def test_the_order_to_calculate_stands_where_the_schema_wants_it(workbook: bytes, expected: bytes) -> None:
    from gipt.reports.template_fill import calculating

    space = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    assert expected in calculating(space + workbook + b"</workbook>")


def test_a_sheet_of_text_can_be_added_behind_the_others() -> None:
    sheet = TextSheet(
        "Indicators", [["Cell", "Meaning"], ["B5", "=1+1 & more"]], (12, 60), right_to_left=True
    )
    raw = fill_package(TEMPLATE, VALUES, sheet)
    book = openpyxl.load_workbook(BytesIO(raw))
    assert book.sheetnames == ["Indicators", "Totals", "Indicators 2"]
    added = book["Indicators 2"]
    assert [[cell.value for cell in row] for row in added] == sheet.rows
    assert added["B2"].data_type == "s"
    assert added.sheet_view.rightToLeft
    assert added.freeze_panes == "A2"


def test_other_prefixes_missing_addresses_and_odd_signs_in_tags_are_read() -> None:
    content = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:n="urn:new" '
        b'n:hint="a > b"><x:sheetData><x:row r="3"><x:c s="4" n:note="5 > 4"/><x:c t="inlineStr"><x:is><x:t>'
        b"{{I-05}}</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )
    scan = scan_sheet(content)
    assert list(scan.cells) == ["A3", "B3"]
    assert scan.cells["B3"].text == "{{I-05}}"
    assert written(content, scan.cells["A3"], 7) == b'<x:c s="4" n:note="5 > 4"><x:v>7</x:v></x:c>'
    assert written(content, scan.cells["B3"], None) == b"<x:c/>"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>',
        b'<?xml version="1.0" encoding="UTF-16"?><worksheet/>',
        b"\xff\xfe<\x00",
        b"<worksheet><sheetData>",
        b"",
    ],
    ids=["a document type", "another encoding", "two bytes a sign", "cut off", "nothing"],
)
def test_a_part_that_cannot_be_trusted_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        scan_sheet(content)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 not a zip", TEMPLATE[: len(TEMPLATE) // 2]])
def test_a_file_that_is_no_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(BadFile):
        Package(raw)


@pytest.mark.parametrize(
    ("text", "is_hit"),
    [
        ("B5", True),
        ("$B$5*2", True),
        ("SUM(A1:C9)", True),
        ("SUM(B:B)", True),
        ("SUM(5:5)", True),
        ("Totals!B5", False),
        ("'Other one'!B5", False),
        ("Main!B5", True),
        ("'main'!b5", True),
        ('"B5"&"x"', False),
        ("B50+AB5", False),
        ("LOG10(3)", False),
        ("INDIRECT(A1)", True),
        ("Table1[Women]", True),
        ("Reached", True),
        ("Main:Totals!A1", True),
        ("", True),
    ],
)
def test_what_a_formula_reads(text: str, is_hit: bool) -> None:
    formula = read_formula(("main", 9, 9), text, {"reached"})
    assert (dependent([formula], [("main", 2, 5)]) == {("main", 9, 9)}) is is_hit


def test_nothing_is_stale_when_nothing_is_filled() -> None:
    assert dependent([read_formula(("main", 9, 9), "INDIRECT(A1)", ())], []) == set()


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=12), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_what_depends_by_way_of_others_is_found(links: list[tuple[int, int]], start: int) -> None:
    formulas = [read_formula(("s", 1, target), f"A{source}+1", ()) for target, source in links]
    expected: set[int] = set()
    grown = {start}
    while grown:
        grown = {
            target for target, source in links if source in grown | expected or source == start
        } - expected
        expected |= grown
    assert {row for _, _, row in dependent(formulas, [("s", 1, start)])} == expected

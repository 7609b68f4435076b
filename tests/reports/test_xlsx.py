"""What is written is what was meant: text is text, dates are dates, and nothing is hidden."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from gipt.domain.problems import Invalid
from gipt.reports import Workbook, canonical_sha256, leaks, write_xlsx
from gipt.reports.row_stream import CHUNK, column_letters
from gipt.reports.workbook import Chart, Column, Kind, Sheet, Typed, Value
from gipt.reports.xlsx import sheet_name

COLUMNS = (
    Column("name", "Name", Kind.TEXT),
    Column("count", "Count", Kind.INTEGER),
    Column("share", "Share", Kind.PERCENT),
    Column("day", "Day", Kind.DATE),
    Column("mean", "Mean", Kind.DECIMAL),
)
ROWS: tuple[tuple[Value, ...], ...] = (
    ("plain", 12, 0.5, date(2026, 3, 4), 1.25),
    ("=1+1", "<10", None, None, None),
    ("@cmd", "*", 1.0, date(1999, 12, 31), -2.5),
    ("-5", 0, 0.0, date(2026, 1, 1), 0.0),
    ("  spaced\nline", None, None, None, None),
    ("አማርኛ नेपाली العربية", 1, 0.01, date(2026, 2, 28), 3.0),
)


def book(sheet: Sheet, right_to_left: bool = False) -> Workbook:
    made = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
    return Workbook(
        "Title & more", "Hope & Light", made, "en", right_to_left, "Hope & Light · no names", (sheet,)
    )


def small(**changes: Any) -> Sheet:
    return Sheet(
        **{"code": "data", "title": "Data", "columns": COLUMNS, "rows": ROWS, "lead": ("Data", "About")}
        | changes
    )


def streamed(rows: Sequence[Sequence[Value]] = ROWS) -> Sheet:
    return Sheet("data", "Data", COLUMNS, stream=lambda: iter(rows))


def written(workbook: Workbook) -> bytes:
    target = io.BytesIO()
    write_xlsx(workbook, target)
    return target.getvalue()


def read(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(params=["small", "streamed"])
def page(request: pytest.FixtureRequest) -> tuple[Any, int]:
    """The same rows by openpyxl and by the row writer: first data row."""
    if request.param == "small":
        return read(written(book(small())))["Data"], 4
    return read(written(book(streamed())))["Data"], 2


def test_text_stays_text_whatever_it_begins_with(page: tuple[Any, int]) -> None:
    sheet, first = page
    for offset, row in enumerate(ROWS):
        cell = sheet.cell(first + offset, 1)
        assert (cell.data_type, cell.value) == ("s", row[0])
    assert sheet.cell(first + 1, 1).quotePrefix
    assert sheet.cell(first + 2, 1).quotePrefix
    assert not sheet.cell(first, 1).quotePrefix


def test_numbers_are_numbers_and_dates_are_dates(page: tuple[Any, int]) -> None:
    sheet, first = page
    for offset, row in enumerate(ROWS):
        for index, value in enumerate(row[1:], start=2):
            cell = sheet.cell(first + offset, index)
            if isinstance(value, date):
                assert cell.is_date
                assert cell.value.date() == value
            else:
                assert cell.value == value
                assert cell.data_type == ("s" if isinstance(value, str) else "n")
    assert sheet.cell(first, 3).number_format == "0%"
    assert sheet.cell(first, 4).number_format == "yyyy-mm-dd"


def test_every_sheet_is_a_table_with_a_frozen_header_and_a_page_to_print(page: tuple[Any, int]) -> None:
    sheet, first = page
    table = sheet.tables["t_data"]
    assert table.ref == f"A{first - 1}:E{first + len(ROWS) - 1}"
    assert table.autoFilter is not None
    assert [column.name for column in table.tableColumns] == ["Name", "Count", "Share", "Day", "Mean"]
    assert sheet.freeze_panes == f"A{first}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == f"${first - 1}:${first - 1}"
    # In the file an ampersand of the footer's text is doubled; a single one begins a code.
    assert sheet.oddFooter.left.text == "Hope && Light · no names"
    assert not sheet.merged_cells.ranges


def test_a_sheet_of_a_language_from_right_to_left_runs_that_way() -> None:
    assert read(written(book(small(), right_to_left=True)))["Data"].sheet_view.rightToLeft


def test_the_properties_name_the_programme_and_no_person() -> None:
    properties = read(written(book(small()))).properties
    assert properties.creator == properties.lastModifiedBy == "Hope & Light"
    assert (
        properties.created
        == properties.modified
        == datetime(2026, 5, 1, 8, 0, tzinfo=UTC).replace(tzinfo=None)
    )


@pytest.mark.parametrize("sheet", [small(), streamed()], ids=["small", "streamed"])
def test_the_same_workbook_gives_the_same_bytes(sheet: Sheet) -> None:
    assert written(book(sheet)) == written(book(sheet))


def test_the_checksum_is_of_the_data_and_not_of_its_dress() -> None:
    first, other = book(small()), book(small(lead=("Else",), title="Else"))
    changed = book(small(rows=(*ROWS[:-1], ("x", 1, 1, None, None))))
    assert canonical_sha256(first) == canonical_sha256(other) != canonical_sha256(changed)
    assert write_xlsx(first, io.BytesIO()).data_sha256 == canonical_sha256(first)


@pytest.mark.parametrize(
    "make",
    [lambda text: small(rows=((text, 1, 1, None, 1),)), lambda text: streamed(((text, 1, 1, None, 1),))],
)
def test_characters_that_no_workbook_may_hold_are_replaced(make: Any) -> None:
    sheet = read(written(book(make("a\x00b\x0bc\ud800d\ufffee"))))["Data"]
    assert sheet.cell(sheet.max_row, 1).value == "a\ufffdb\ufffdc\ufffdd\ufffde"


@pytest.mark.parametrize(
    "make",
    [lambda text: small(rows=((text, 1, 1, None, 1),)), lambda text: streamed(((text, 1, 1, None, 1),))],
)
def test_a_text_longer_than_a_cell_is_refused_and_never_cut(make: Any) -> None:
    written(book(make("x" * 32_767)))
    with pytest.raises(Invalid) as caught:
        written(book(make("x" * 32_768)))
    assert caught.value.details["reason"] == "too_long"


def test_an_empty_table_is_still_a_table() -> None:
    for sheet in (small(rows=()), streamed(())):
        page = read(written(book(sheet)))["Data"]
        header = page.tables["t_data"].ref
        assert re.fullmatch(r"A(\d+):E(\d+)", header)
        assert page.max_row <= int(header.rpartition("E")[2])


def test_headers_of_one_text_are_told_apart() -> None:
    columns = (Column("a", "Same"), Column("b", "same"))
    page = read(written(book(small(columns=columns, rows=(("1", "2"),)))))["Data"]
    assert [cell.value for cell in page[3]] == ["Same", "same (2)"]


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("A/B: [x]?", [], "A B x"),
        ("x" * 40, [], "x" * 31),
        ("Data", ["data"], "Data 2"),
        ("???", [], "Sheet"),
    ],
)
def test_sheet_names_are_those_that_excel_takes(title: str, taken: list[str], name: str) -> None:
    assert sheet_name(title, taken) == name


def test_charts_have_titles_and_are_described_for_people_who_cannot_see_them() -> None:
    first = Chart("Came & stayed", 'Bars of "came"', "name", ("count",), "Who", "How many", rows=(0, 2))
    other = Chart("Shares", "Bars of shares", "name", ("count", "share"), "Who", "Share", rows=(2, 4))
    content = written(book(small(charts=(first, other))))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        shown = [package.read(f"xl/charts/chart{number}.xml").decode() for number in (1, 2)]
    assert "descr='Bars of \"came\"'" in drawing or 'descr="Bars of &quot;came&quot;"' in drawing
    assert 'title="Came &amp; stayed"' in drawing
    assert drawing.index("Came &amp; stayed") < drawing.index('descr="Bars of shares"')
    assert "Came &amp; stayed" in shown[0]
    assert re.findall(r"<f>([^<]*)</f>", shown[0].replace("c:f>", "f>")) == [
        "'Data'!$B$3", "'Data'!$A$4:$A$5", "'Data'!$B$4:$B$5",
    ]  # fmt: skip
    assert "'Data'!$C$6:$C$7" in shown[1]
    assert [one.anchor._from.row for one in read(content)["Data"]._charts] == [2, 26]


def test_large_sheets_are_written_in_chunks_with_addresses_and_progress() -> None:
    rows = [(f"M-{n}", n, None, date(2026, 1, 1), n / 7) for n in range(2 * CHUNK + 100)]
    seen: list[int] = []
    target = io.BytesIO()
    result = write_xlsx(book(streamed(rows)), target, seen.append)
    assert (result.rows, seen) == ({"data": len(rows)}, [CHUNK, CHUNK, 100])
    sheet = read(target.getvalue())["Data"]
    last = len(rows) - 1
    assert [sheet.cell(len(rows) + 1, c).value for c in (1, 2, 5)] == [f"M-{last}", last, last / 7]
    with zipfile.ZipFile(target) as package:
        assert f'<c r="E{len(rows) + 1}"'.encode() in package.read("xl/worksheets/sheet1.xml")


def test_the_rows_of_a_stream_are_asked_for_only_when_they_are_written() -> None:
    asked: list[int] = []

    def rows() -> Iterator[tuple[Value, ...]]:
        asked.append(1)
        yield from ROWS

    workbook = book(Sheet("data", "Data", COLUMNS, stream=rows))
    assert asked == []
    written(workbook)
    assert asked == [1]


def test_a_mark_in_a_streamed_column_of_numbers_is_text_and_true_is_one() -> None:
    rows = [("a", "<10", None, None, None), ("b", True, float("nan"), None, float("inf"))]
    sheet = read(written(book(streamed(rows))))["Data"]
    assert [cell.value for cell in sheet[2]][:2] == ["a", "<10"]
    assert [cell.value for cell in sheet[3]] == ["b", 1, None, None, None]


def test_a_cell_can_have_another_format_than_its_column() -> None:
    sheet = read(written(book(small(rows=(("a", Typed(0.25, Kind.PERCENT), None, None, None),)))))["Data"]
    assert (sheet["B4"].value, sheet["B4"].number_format) == (0.25, "0%")


def test_column_letters_go_on_after_z() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_clean_file_has_no_leaks_and_a_stored_name_is_found_wherever_it_stands() -> None:
    content = written(book(small(rows=(("Zoë Ākello", 1, 1, None, 1),))))
    assert leaks(io.BytesIO(content), ["Nobody Else", "+256 700 000001"]) == []
    found = leaks(io.BytesIO(content), ["zoe\u0308 a\u0304kello"])
    assert found
    assert all(line.endswith(": canary") for line in found)


@pytest.mark.parametrize(
    ("part", "content", "reason"),
    [
        ("xl/comments1.xml", "<x/>", "forbidden_part"),
        ("xl/workbook.xml", '<sheet name="a" state="hidden"/>', "hidden_sheet"),
        ("xl/workbook.xml", '<definedName name="secret">A1</definedName>', "defined_name"),
        ("xl/worksheets/sheet1.xml", '<col min="1" hidden="1"/>', "hidden_row_or_column"),
        ("xl/worksheets/sheet1.xml", "<f>SUM(A1)</f>", "formula"),
        ("docProps/core.xml", "<dc:creator>Akello</dc:creator>", "canary"),
    ],
)
def test_what_must_not_leave_is_found(part: str, content: str, reason: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(part, content)
    assert leaks(target, ["akello"]) == [f"{part}: {reason}"]

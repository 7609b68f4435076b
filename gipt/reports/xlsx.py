"""Workbook value to .xlsx bytes: the only module that writes with openpyxl (decision 12).

Every workbook: one table per sheet, real header row, frozen, with filters; A4 landscape, one page wide,
header row repeated; text is text, dates are dates, numbers are numbers; no hidden sheets, comments, links
or macros.
"""

import hashlib
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from openpyxl import Workbook as Book
from openpyxl.cell import Cell as BookCell
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from gipt.domain.problems import Invalid
from gipt.reports.cell_text import clean_text, is_risky
from gipt.reports.layout import column_width, header_height, row_height
from gipt.reports.package import Described, Progress, Streamed, rewrite
from gipt.reports.row_stream import column_letters, finite
from gipt.reports.workbook import (
    Cell,
    Chart,
    Kind,
    Sheet,
    Typed,
    Value,
    Workbook,
    canonical_head,
    canonical_row,
    plain,
)

FONT = "Calibri"
FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "#,##0",
    Kind.DECIMAL: "0.0##",
    Kind.PERCENT: "0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
CHART_COLOURS = ("A9BAC6", "1F6F8B", "B3541E")
"""Light, dark and warm: told apart in grey print and by people who see colours differently."""
ROWS_OF_CHART = 24
"""Rows that one chart is high, with a little air below it."""
A4 = 9
"""Number of the paper size in the file format."""
FROM_RIGHT, FROM_RIGHT_ENDS = "\u202b", "\u202c"
"""Around a footer that runs from the right: it has no setting for that, and dates would fall apart in it."""
SMALL_PRINT = 8
"""Points of the line below a printed page."""
_SHEET_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_SHEET_NAME = 31


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: data rows by sheet, and the SHA-256 of the data (decision 13)."""

    rows: dict[str, int]
    data_sha256: str


def write_xlsx(
    workbook: Workbook, target: Path | str | IO[bytes], on_progress: Progress | None = None
) -> Written:
    """Write a workbook to a path or an open binary file; `on_progress` gets the rows of each written chunk.

    Raises Invalid for a text longer than a cell may hold and for more rows than a sheet may.
    """
    if isinstance(target, str | Path):
        with Path(target).open("wb") as stream:
            return write_xlsx(workbook, stream, on_progress)
    check_codes(workbook)
    digest = hashlib.sha256()
    draft = BytesIO()
    streams, drawings = draw_book(workbook, draft, digest)
    with zipfile.ZipFile(draft) as source:
        streamed = rewrite(source, target, streams, drawings, workbook.made_at, digest, on_progress)
    rows = {sheet.code: streamed.get(sheet.code, len(sheet.rows)) for sheet in workbook.sheets}
    return Written(rows, digest.hexdigest())


def draw_book(
    workbook: Workbook, draft: IO[bytes], digest: "hashlib._Hash"
) -> tuple[dict[str, Streamed], dict[str, Described]]:
    """Write everything but streamed rows; give what is still to be put into which part of the package."""
    book = Book()
    for empty in list(book.worksheets):
        book.remove(empty)
    set_properties(book, workbook)
    streams: dict[str, Streamed] = {}
    drawings: dict[str, Described] = {}
    for number, sheet in enumerate(workbook.sheets, start=1):
        page = book.create_sheet(sheet_name(sheet.title, [one.title for one in book.worksheets]))
        header = draw_sheet(page, sheet, workbook)
        part = f"xl/worksheets/sheet{number}.xml"
        if sheet.stream is not None:
            streams[part] = Streamed(sheet, part, f"xl/tables/table{number}.xml", header)
        if sheet.charts:
            drawing = f"xl/drawings/drawing{len(drawings) + 1}.xml"
            words = tuple((clean_text(one.title), clean_text(one.description)) for one in sheet.charts)
            drawings[drawing] = Described(drawing, words)
        if not sheet.about:
            digest.update(canonical_head(sheet))
            for row in sheet.rows:
                digest.update(canonical_row(row))
    book.save(draft)
    return streams, drawings


def set_properties(book: Book, workbook: Workbook) -> None:
    """Fill the file's properties with the programme's name, never a person's."""
    book.properties.creator = clean_text(workbook.creator)
    book.properties.lastModifiedBy = clean_text(workbook.creator)
    book.properties.title = clean_text(workbook.title)
    book.properties.language = workbook.language


def sheet_name(title: str, taken: list[str]) -> str:
    """Give a name that a sheet may have: 31 characters, none of []:*?/\\', and no other sheet's."""
    name = " ".join(clean_text(title).translate(_SHEET_SIGNS).split())[:LONGEST_SHEET_NAME].strip() or "Sheet"
    used = {one.casefold() for one in taken}
    if name.casefold() not in used:
        return name
    return next(
        tried
        for number in range(2, len(taken) + 3)
        if (tried := f"{name[: LONGEST_SHEET_NAME - 3]} {number}").casefold() not in used
    )


def draw_sheet(page: Worksheet, sheet: Sheet, workbook: Workbook) -> int:
    """Write lead lines, header, rows, table and page set-up; give the row number of the header."""
    page.sheet_view.rightToLeft = workbook.right_to_left
    for number, line in enumerate(sheet.lead, start=1):
        put(at(page, number, 1), line, Kind.TEXT)
        at(page, number, 1).font = Font(name=FONT, bold=number == 1, size=14 if number == 1 else 11)
        if workbook.right_to_left:
            at(page, number, 1).alignment = Alignment(horizontal="right", readingOrder=reading_order(line))
    header, titles = len(sheet.lead) + 1, tuple(unique_titles(sheet))
    widths = [column_width(one, titles[index], sheet, index) for index, one in enumerate(sheet.columns)]
    for index, (width, title) in enumerate(zip(widths, titles, strict=True), start=1):
        draw_header(at(page, header, index), title)
        page.column_dimensions[column_letters(index)].width = width
    page.row_dimensions[header].height = header_height(titles, widths)
    if sheet.stream is not None:
        draw_samples(page, sheet, header)
    else:
        draw_rows(page, sheet, header, widths)
    last = header + max(1, len(sheet.rows))
    add_table(page, sheet, f"A{header}:{column_letters(len(sheet.columns))}{last}")
    page.freeze_panes = at(page, header + 1, sheet.frozen_columns + 1)
    set_page(page, header, workbook, whole=bool(sheet.charts))
    for place, chart in enumerate(sheet.charts):
        add_chart(page, sheet, chart, header, header + place * ROWS_OF_CHART)
    return header


def unique_titles(sheet: Sheet) -> Iterator[str]:
    """Give the header texts, a second one of the same text with its number.

    Excel repairs tables otherwise.
    """
    used: set[str] = set()
    for column in sheet.columns:
        title, number = clean_text(column.title) or column.code, 1
        while title.casefold() in used:
            number += 1
            title = f"{column.title} ({number})"
        used.add(title.casefold())
        yield title


def at(page: Worksheet, row: int, column: int) -> BookCell:
    """Give a cell; there are no merged ones."""
    return cast(BookCell, page.cell(row, column))


def draw_header(cell: BookCell, title: str) -> None:
    """Write one header cell."""
    put(cell, title, Kind.TEXT)
    cell.font = Font(name=FONT, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="1F3A4D")
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def draw_rows(page: Worksheet, sheet: Sheet, header: int, widths: Sequence[float]) -> None:
    """Write the rows of a small sheet, each as high as its texts need."""
    side = "right" if page.sheet_view.rightToLeft else "left"
    for number, row in enumerate(sheet.rows, start=header + 1):
        for index, (column, cell) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            place = at(page, number, index)
            put(place, cell, column.kind)
            text = column.kind is Kind.TEXT
            place.alignment = Alignment(
                horizontal=side if text else place.alignment.horizontal,
                vertical="top",
                wrap_text=text or None,
                # A number at its right edge would touch the text behind it.
                indent=1 if text and index > 1 and side == "left" else 0,
                readingOrder=reading_order(place.value) if side == "right" and text else 0,
            )
        page.row_dimensions[number].height = row_height(row, widths)


def reading_order(value: object) -> int:
    """Give the direction of a text by its first strong sign: 1 from the left, 2 from the right, 0 for neither."""
    kinds = (unicodedata.bidirectional(sign) for sign in str(value or ""))
    return next((1 if kind == "L" else 2 for kind in kinds if kind in ("L", "R", "AL")), 0)


def draw_samples(page: Worksheet, sheet: Sheet, header: int) -> None:
    """Write two rows that only carry the styles of streamed cells.

    Plain ones, and text that looks like a formula.
    """
    for index, column in enumerate(sheet.columns, start=1):
        for number, text in ((header + 1, "x"), (header + 2, "=x")):
            cell = at(page, number, index)
            put(cell, text, Kind.TEXT)
            cell.number_format = FORMATS[column.kind]


def put(cell: BookCell, content: Cell, kind: Kind) -> None:
    """Put a value into a cell, with the format of its kind; a text is a text whatever it begins with."""
    value = plain(content)
    kind = content.kind if isinstance(content, Typed) else kind
    if isinstance(value, str):
        text = clean_text(value)
        cell.value = text
        cell.data_type = "s"
        if is_risky(text):
            cell.quotePrefix = True
        if kind is not Kind.TEXT:
            cell.alignment = Alignment(horizontal="right")
        return
    cell.value = plain_value(value)
    cell.number_format = FORMATS[kind] if kind is not Kind.TEXT else "General"


def plain_value(value: Value) -> Value:
    """Give a value that a cell can hold: moments without their zone, no infinity, 1 for True."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, date) else finite(value)


def add_table(page: Worksheet, sheet: Sheet, area: str) -> None:
    """Mark the rows as a table, which has its own filters."""
    table = Table(displayName=f"t_{sheet.code}", name=f"t_{sheet.code}", ref=area)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    page.add_table(table)


def set_page(page: Worksheet, header: int, workbook: Workbook, *, whole: bool = False) -> None:
    """Set the page: A4 landscape, one page wide, header repeated, footer with page numbers.

    `whole`: all of it on one page, since no page may end in the middle of a chart.
    """
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 1 if whole else 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    page.print_title_rows = f"{header}:{header}"
    footer = cast(HeaderFooterItem, page.oddFooter)
    # Two parts: a long name of the programme would run into one in the middle.
    words = clean_text(workbook.footer).replace("&", "&&")
    footer.left.text = f"{FROM_RIGHT}{words}{FROM_RIGHT_ENDS}" if workbook.right_to_left else words
    footer.right.text = "&A · &P / &N"
    footer.left.size = footer.right.size = SMALL_PRINT


def add_chart(page: Worksheet, sheet: Sheet, chart: Chart, header: int, row: int) -> None:
    """Add a native bar chart to the right of the table, its upper edge at `row`."""
    codes = [column.code for column in sheet.columns]
    start, end = chart.rows or (0, max(1, len(sheet.rows)))
    first, last = header + 1 + start, header + end
    drawn = BarChart()
    sideways = sheet.columns[codes.index(chart.labels)].kind is Kind.TEXT
    drawn.type = "bar" if sideways else "col"
    drawn.gapWidth = 60
    drawn.title = clean_text(chart.title)
    drawn.x_axis.title, drawn.y_axis.title = clean_text(chart.x_title), clean_text(chart.y_title)
    # openpyxl leaves the axes out of sight unless told otherwise.
    drawn.x_axis.delete = drawn.y_axis.delete = False
    if sideways:
        # Words are read beside their bar, the first on top; numbers stand below the bars.
        drawn.x_axis.scaling.orientation = "maxMin"
        drawn.y_axis.crosses = "max"
    for code, colour in zip(chart.series, CHART_COLOURS, strict=False):
        column = codes.index(code) + 1
        series = Series(
            Reference(page, min_col=column, min_row=first, max_row=last),
            title_from_data=False,
        )
        # The header cell names the series, wherever the rows that are drawn begin.
        series.tx = SeriesLabel(
            strRef=StrRef(f"{quote_sheetname(page.title)}!${column_letters(column)}${header}")
        )
        series.graphicalProperties.solidFill = colour
        drawn.append(series)
    labels = codes.index(chart.labels) + 1
    drawn.set_categories(Reference(page, min_col=labels, min_row=first, max_row=last))
    if len(chart.series) == 1:
        drawn.legend = None
    drawn.width, drawn.height = 22, 11
    page.add_chart(drawn, f"{column_letters(len(codes) + 2)}{row}")


def check_codes(workbook: Workbook) -> None:
    """Raise Invalid when two sheets share a code: their tables would have one name."""
    codes = [sheet.code for sheet in workbook.sheets]
    if len(set(codes)) != len(codes):
        raise Invalid(field="sheets", reason="same_code")

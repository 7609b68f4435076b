"""A funder's empty workbook with everything that is lost when such a file is loaded and saved again; all invented.

XlsxWriter makes picture, chart, sparklines, validations, conditional formats, protection, a text box, a header
picture, a merged title and formulas with stored results; an order of calculation and a foreign extension are put in by
hand.
"""

import zipfile
from io import BytesIO
from struct import pack
from typing import Any
from zlib import compress, crc32

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
CHAIN = "xl/calcChain.xml"


def png() -> bytes:
    """Give a picture of one red dot."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))

    head = pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


def rich_template(texts: dict[str, str]) -> bytes:
    """Give the workbook; `texts` go into cells of the sheet Indicators that are otherwise empty but framed."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet, other = book.add_worksheet("Indicators"), book.add_worksheet("Totals")
    draw_indicators(book, sheet, texts)
    other.write("A1", "Sum of both")
    other.write_formula("B1", "=Indicators!B5+Indicators!C5", None, 77)
    other.write_formula("B2", "=1+1", None, 2)
    other.write_formula("B3", "=B1*2", None, 154)
    other.insert_chart("D2", chart_of(book))
    book.define_name("Reached", "=Indicators!$B$5")
    other.write_formula("B4", "=Reached", None, 5)
    book.close()
    return with_chain(target.getvalue())


def draw_indicators(book: Any, sheet: Any, texts: dict[str, str]) -> None:
    """Draw the sheet with the cells to fill."""
    frame = book.add_format({"border": 1, "num_format": "#,##0", "bg_color": "#EEF3F7", "locked": False})
    percent = book.add_format({"border": 1, "num_format": "0%"})
    sheet.merge_range("A1:D1", "Quarterly form", book.add_format({"bold": True, "align": "center"}))
    for row, name in enumerate(("Reporting period", "", "People enrolled", "People who completed"), start=2):
        sheet.write(row - 1, 0, name)
    sheet.write_row("B4", ["Women", "Men", "Share"])
    for row in range(4, 8):
        for column in range(1, 4):
            sheet.write_blank(row, column, None, percent if column == 3 else frame)
    sheet.write_formula("B9", "=SUM(B5:B8)", frame, 99)
    sheet.write_formula("C9", "=2*3", frame, 6)
    sheet.write_rich_string("B2", book.add_format({"bold": True}), "from ", "{{from}} to {{to}}", frame)
    for address, text in texts.items():
        look = percent if address.startswith("D") else frame
        sheet.write_string(address, text, look)
    sheet.data_validation("B5:C8", {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.conditional_format("D5:D8", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("E5", {"range": "Indicators!B5:D5"})
    sheet.insert_image("G2", "dot.png", {"image_data": BytesIO(png())})
    sheet.insert_textbox("G8", "Ask your desk officer")
    sheet.set_header("&L&G", {"image_left": "head.png", "image_data_left": BytesIO(png())})
    sheet.write_comment("A5", "All who were allocated")
    sheet.protect("", {"select_locked_cells": True})
    sheet.freeze_panes(4, 1)
    sheet.insert_button("G14", {"caption": "Print"})


def chart_of(book: Any) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Indicators!$B$5:$C$5"})
    return chart


def with_chain(raw: bytes) -> bytes:
    """Put in an order of calculation, and something in a sheet that nobody here knows of."""
    target = BytesIO()
    chain = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B9" i="1"/></calcChain>'
    )
    with zipfile.ZipFile(BytesIO(raw)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = source.read(name).decode("utf-8") if name.endswith((".xml", ".rels")) else None
            if name == "[Content_Types].xml" and content:
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
                content = content.replace(
                    "</Types>", f'<Override PartName="/{CHAIN}" ContentType="{kind}"/></Types>'
                )
            if name == "xl/_rels/workbook.xml.rels" and content:
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
                one = f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/>'
                content = content.replace("</Relationships>", f"{one}</Relationships>")
            if name == SHEET and content:
                content = content.replace("<sheetData>", "<!-- kept > as it is --><sheetData>")
            out.writestr(name, source.read(name) if content is None else content)
        out.writestr(CHAIN, chain)
    return target.getvalue()


def parts(raw: bytes) -> dict[str, bytes]:
    """Give every part of a package."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

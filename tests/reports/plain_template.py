"""A funder's plain workbook: texts in cells of its one sheet, framed; invented."""

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.styles import Border, Side


def plain_template(texts: dict[str, str | None], title: str = "Form") -> bytes:
    """Give the workbook; None makes a cell that has a frame and nothing in it."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    line = Side(style="thin")
    for address, text in texts.items():
        sheet[address].value = text
        sheet[address].number_format = "0.00"
        sheet[address].border = Border(line, line, line, line)
    target = BytesIO()
    book.save(target)
    return target.getvalue()

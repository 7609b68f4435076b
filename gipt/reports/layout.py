"""How wide columns and how high rows have to be for their texts: in Excel, in LibreOffice and on paper.

No program measures rows again when it opens a file that another wrote, so a text of several lines would run into the
row below. Widths are in characters of the usual font, heights in points.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence

from gipt.reports.workbook import Cell, Column, Sheet, plain

WIDEST, WIDEST_OF_FEW, NARROWEST = 44.0, 80.0, 9.0
"""Bounds in characters; the second where there are three columns or fewer."""
LINE = 15.0
"""Height of one line of the usual font."""
HIGHEST = 405.0
"""Most that a row may be high; the file format allows 409."""
BOLD = 1.1
LATIN = 0.93
"""Mean width of a Latin sign in widths of a digit, with a little air: fonts differ from machine to machine."""
BUTTON = 3.0
"""Room for the button of the filter in a heading."""
SCRIPTS = ((0x0600, 0x06FF, 0.8), (0x1200, 0x139F, 1.45), (0x1000, 0x109F, 1.3), (0x0900, 0x0DFF, 1.15))
"""Scripts whose signs are not as wide as Latin ones: Arabic, Ethiopic, Burmese, those of South Asia."""


def text_width(text: str) -> float:
    """Give the width of a text in characters; signs that stand above or below others have none."""
    return sum(map(sign_width, text))


def sign_width(sign: str) -> float:
    """Give the width of one sign."""
    if sign < "\u0300":
        return 0.6 if sign == " " else LATIN
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Cf"):
        return 0.0
    code = ord(sign)
    return next((width for first, last, width in SCRIPTS if first <= code <= last), 1.05)


def column_width(column: Column, title: str, sheet: Sheet, index: int) -> float:
    """Give a width: the column's own, else what its longest cell and the longest word of its heading need.

    Texts wrap, headings too; a number never does.
    """
    if column.width is not None:
        return column.width
    cells = max((text_width(str(plain(row[index]) or "")) for row in sheet.rows), default=0.0) + 2
    heading = max(map(text_width, title.split()), default=0.0) * BOLD + BUTTON
    most = WIDEST_OF_FEW if len(sheet.columns) <= 3 else WIDEST
    return round(min(most, max(NARROWEST, heading, cells)), 1)


def lines_of(text: str, width: float) -> int:
    """Give the number of lines that a text takes in a column, broken between words and within long ones."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, left = lines + 1, width
        for word in paragraph.split():
            need = text_width(word)
            if need <= left:
                left -= need + 0.6
                continue
            if left < width:
                lines += 1
            lines += max(0, math.ceil(need / width) - 1)
            left = width - (need % width or width) - 1
    return lines


def row_height(cells: Iterable[Cell], widths: Sequence[float]) -> float | None:
    """Give the height of a row in which texts wrap; None where every text takes one line."""
    texts = [
        (value, width)
        for cell, width in zip(cells, widths, strict=True)
        if isinstance(value := plain(cell), str)
    ]
    lines = max((lines_of(text, width - 2) for text, width in texts), default=1)
    return None if lines <= 1 else min(HIGHEST, LINE * lines)


def header_height(titles: Iterable[str], widths: Sequence[float]) -> float:
    """Give the height of the row of headings, which are bold."""
    lines = [lines_of(title, (width - 1) / BOLD) for title, width in zip(titles, widths, strict=True)]
    return LINE * max(lines, default=1) + 1

"""Whether a workbook says what it said when it was made: its cells as canonical text, and where two differ.

What counts is the data, not the bytes: a file that another program saved again keeps its sheets and cells while
every byte of it changes (decision 13). Colours, formats, widths and charts are no data and are not compared.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from gipt.reports.row_stream import column_letters

CellText = str | None
Pages = tuple[tuple[str, tuple[tuple[CellText, ...], ...]], ...]
"""Name and rows of each sheet, in the order of the file; the first row is row 1."""

DIGITS = 12
"""Significant digits of a number; programs differ in the fifteenth when they save one again."""
CHECKSUM = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
CODE = re.compile(r"\bR-\d{4,9}\b")


class Change(StrEnum):
    """What is otherwise at a place."""

    CELL = "cell"
    SHEET_GONE = "sheet_gone"
    SHEET_NEW = "sheet_new"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file differs: sheet by its name there, and cell as in `C12`; None for a whole sheet."""

    change: Change
    sheet: str
    cell: str | None = None


def cell_text(value: object) -> CellText:
    """Give one cell as text that is the same for the same content; a number and the same digits as text differ."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return f"b:{value:d}"
    if isinstance(value, int | float):
        return f"n:{value + 0:.{DIGITS}g}"
    if isinstance(value, datetime):
        # Days are stored as a number with a fraction, so seconds may come back a little early.
        moment = (value + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None)
        return f"d:{moment.date()}" if moment.time() == time() else f"m:{moment.isoformat()}"
    if isinstance(value, date):
        return f"d:{value.isoformat()}"
    return f"t:{str(value).replace(chr(13) + chr(10), chr(10)).strip()}"


def pages_of(sheets: Iterable[tuple[str, Sequence[Sequence[object]]]]) -> Pages:
    """Give sheets as canonical text, without empty cells and rows at the end of anything."""
    return tuple((name, trimmed(tuple(map(cell_text, row)) for row in rows)) for name, rows in sheets)


def trimmed(rows: Iterable[tuple[CellText, ...]]) -> tuple[tuple[CellText, ...], ...]:
    """Give rows without the empty cells at their end and the empty rows at the end."""
    found = []
    for row in rows:
        last = max((place for place, text in enumerate(row, start=1) if text is not None), default=0)
        found.append(row[:last])
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def marks_of(pages: Pages) -> tuple[frozenset[str], frozenset[str]]:
    """Give the report numbers and the checksums that stand anywhere in a workbook."""
    texts = [text for _name, rows in pages for row in rows for text in row if text and text[:2] == "t:"]
    codes = {found for text in texts for found in CODE.findall(text)}
    return frozenset(codes), frozenset(found for text in texts for found in CHECKSUM.findall(text))


def differences(made: Pages, given: Pages) -> list[Place]:
    """Give every place in which the given workbook is otherwise than the one that was made, in reading order.

    Sheets are found by name: their order is no data. Only places of the given file are named, never what stood
    there when the report was made.
    """
    then, now = dict(made), dict(given)
    found = [Place(Change.SHEET_GONE, name) for name, _rows in made if name not in now]
    for name, rows in given:
        if name not in then:
            found.append(Place(Change.SHEET_NEW, name))
            continue
        found += sheet_differences(name, then[name], rows)
    return found


def sheet_differences(
    name: str, then: tuple[tuple[CellText, ...], ...], now: tuple[tuple[CellText, ...], ...]
) -> list[Place]:
    """Give the cells of one sheet that differ."""
    found = []
    for number in range(max(len(then), len(now))):
        before = then[number] if number < len(then) else ()
        after = now[number] if number < len(now) else ()
        if before == after:
            continue
        for column in range(max(len(before), len(after))):
            old = before[column] if column < len(before) else None
            if old != (after[column] if column < len(after) else None):
                found.append(Place(Change.CELL, name, f"{column_letters(column + 1)}{number + 1}"))
    return found

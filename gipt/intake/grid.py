"""What a foreign sheet is to us: a plain grid of typed cells with addresses.

No spreadsheet library here: the child process (`child.py`) makes the grid, `reader.py` checks and carries it.
Rows and columns count from 1, as in Excel; an empty cell is None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

CellValue = str | int | float | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold one sheet; `rows[0]` is row 1, trailing empty cells and rows are left out."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
    hidden: bool = False

    def cell(self, row: int, column: int) -> CellValue:
        """Give the value at a 1-based row and column, None outside the grid."""
        if not 1 <= row <= len(self.rows):
            return None
        cells = self.rows[row - 1]
        return cells[column - 1] if 1 <= column <= len(cells) else None

    @property
    def width(self) -> int:
        """Give the number of the last column that holds anything."""
        return max((len(row) for row in self.rows), default=0)

    def filled_rows(self) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
        """Yield number and cells of each row that is not empty."""
        for number, cells in enumerate(self.rows, start=1):
            if any(value is not None for value in cells):
                yield number, cells


@dataclass(frozen=True, slots=True)
class Grid:
    """Hold everything that was read from one file or one paste; `source` is xlsx, csv or paste.

    `formulas`: some cell is worked out when the file is opened, so it may come to show something else.
    """

    sheets: tuple[Sheet, ...]
    source: str
    formulas: bool = False

    @property
    def visible(self) -> tuple[Sheet, ...]:
        """Give the sheets that a person sees and that are not empty."""
        return tuple(sheet for sheet in self.sheets if not sheet.hidden and sheet.rows)


def column_letters(column: int) -> str:
    """Give Excel's letters of a 1-based column: 1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Give a cell address such as C12."""
    return f"{column_letters(column)}{row}"


def pack_value(value: CellValue) -> Any:
    """Give the JSON form of a cell: dates, moments and times become tagged ISO texts."""
    if isinstance(value, datetime):
        return {"m": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    return value


def unpack_value(packed: Any) -> CellValue:
    """Give back a cell from its JSON form; ValueError for anything else."""
    if packed is None or isinstance(packed, str | int | float | bool):
        return packed
    if isinstance(packed, dict) and len(packed) == 1:
        ((tag, text),) = packed.items()
        if isinstance(text, str) and tag == "d":
            return date.fromisoformat(text)
        if isinstance(text, str) and tag == "m":
            return datetime.fromisoformat(text)
        if isinstance(text, str) and tag == "t":
            return time.fromisoformat(text)
    raise ValueError("not a cell")


def as_text(value: CellValue) -> str:
    """Give a cell as a person would type it: 30.0 is "30", a date is ISO, empty is ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()

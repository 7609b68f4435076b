"""A workbook as a value: sheets, typed columns, cells; no bytes and no library.

Small sheets hold their rows; a sheet of many rows holds a function that gives them, walked once when it is
written. A cell is a number, a date, a text or None (nothing to say); `Typed` gives one cell another format
than its column.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """What a column holds; a text in a column of numbers is a mark (`<10`, `*`) and stays a text."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    DATE = "date"
    MOMENT = "moment"


Value: TypeAlias = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Typed:
    """One cell with a format of its own."""

    value: Value
    kind: Kind


Cell: TypeAlias = Value | Typed
Row: TypeAlias = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `code` stays English and stable, `title` is in the report's language.

    `width` in characters.
    """

    code: str
    title: str
    kind: Kind = Kind.TEXT
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of columns of its own sheet; `description` is what somebody hears who cannot see it.

    `rows`: the first row that is drawn and the one after the last, from 0; None draws all.
    """

    title: str
    description: str
    labels: str
    series: tuple[str, ...]
    x_title: str
    y_title: str
    rows: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table on one sheet, with lines of text above it.

    `code`: stable name, also of the table. `rows` for small sheets; `stream` instead for large ones, with
    plain values only. `about`: the sheet tells of the report itself and is no part of its data. `runs`: how many
    columns of a stream come again together, from the left (`row_stream`); it changes nothing but the time.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    lead: tuple[str, ...] = ()
    stream: Callable[[], Iterable[Sequence[Value]]] | None = None
    about: bool = False
    charts: tuple[Chart, ...] = ()
    frozen_columns: int = 0
    runs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole report; `creator` stands in the file's properties and is never a person's name."""

    title: str
    creator: str
    made_at: datetime
    language: str
    right_to_left: bool
    footer: str
    sheets: tuple[Sheet, ...] = field(default=())


def canonical_sha256(workbook: Workbook) -> str:
    """Give the SHA-256 of the data of a workbook without streams.

    Sheets, columns and cells, not their dress.
    """
    digest = hashlib.sha256()
    for sheet in workbook.sheets:
        if not sheet.about:
            digest.update(canonical_head(sheet))
            for row in sheet.rows:
                digest.update(canonical_row(row))
    return digest.hexdigest()


def canonical_head(sheet: Sheet) -> bytes:
    """Give what a sheet without rows adds to the data: its code and those of its columns."""
    return json.dumps([sheet.code, [column.code for column in sheet.columns]]).encode() + b"\n"


def canonical_row(row: Row) -> bytes:
    """Give a row as one line of JSON; dates as ISO text."""
    values = map(plain, row)
    texts = [value.isoformat() if isinstance(value, date) else value for value in values]
    return json.dumps(texts).encode() + b"\n"


def plain(cell: Cell) -> Value:
    """Give the value of a cell without its format."""
    return cell.value if isinstance(cell, Typed) else cell

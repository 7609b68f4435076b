"""Rows of a large sheet as XML text, in chunks: addresses kept, numbers numbers, text text.

Measured against openpyxl's write-only mode in `make bench` (decision 33). Neighbouring cells that come again
together (those of one person, of one meeting) are written once, with a gap for the number of the row. Strings stand
in their cell (inline): a shared table of strings would have to be kept in memory.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from operator import itemgetter
from typing import Any
from xml.sax.saxutils import escape

from gipt.reports.cell_text import clean_text, is_risky
from gipt.reports.workbook import Kind, Value

CHUNK = 500
"""Rows made at a time: enough that Python's loop disappears, few enough that their text stays near the processor."""
MOST_REMEMBERED = 4_000
"""Texts, dates and runs of cells that each column remembers."""
RUN = 4
"""Columns in a run where the sheet does not say which come together."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:+-]{0,200}")
# Excel counts days from 30 December 1899; 1 January 1970 is day 25,569.
_DAY_ZERO = date(1899, 12, 30).toordinal()

Cells = Callable[[Value], str]
"""Gives what stands behind the address of a cell; nothing for an empty cell, which is not written at all."""


@dataclass(frozen=True, slots=True)
class Styles:
    """Style numbers of one column in the workbook's own table of styles.

    `risky` is text with a quote prefix.
    """

    plain: str
    risky: str


def encoded_rows(
    rows: Iterable[Sequence[Value]],
    kinds: Sequence[Kind],
    styles: Sequence[Styles],
    first: int,
    runs: Sequence[int] = (),
) -> Iterator[tuple[str, int]]:
    """Give chunks of `<row>` elements with the number of rows in each; `first` is the number of the first row.

    `runs`: how many columns come together, from the left; they only make it faster. Raises ValueError when a row has
    another number of cells than there are kinds.
    """
    cells = [cell_writer(kind, style) for kind, style in zip(kinds, styles, strict=True)]
    pairs = [(itemgetter(slice(one.start, one.stop)), one) for one in runs_of(cells, runs)]
    source = map(tuple, rows)
    while chunk := list(islice(source, CHUNK)):
        if set(map(len, chunk)) != {len(cells)}:
            raise ValueError("a row has another number of cells than there are columns")
        numbers = list(map(str, range(first, first + len(chunk))))
        # No loop of Python's own: what is known is looked up, and the number of the row joins its pieces.
        columns = [map(str.join, numbers, map(run.__getitem__, map(cut, chunk))) for cut, run in pairs]
        yield "".join(chain.from_iterable(zip(*columns, strict=True))), len(chunk)
        first += len(chunk)


class Run(dict[tuple[Value, ...], list[str]]):
    """Cells of neighbouring columns by their values: the pieces between the numbers of the row.

    The first run opens the row, and the last one closes it.
    """

    def __init__(self, start: int, cells: Sequence[Cells], last: bool) -> None:
        super().__init__()
        self.start, self.stop, self.last = start, start + len(cells), last
        self.cells = [(column_letters(number), one) for number, one in enumerate(cells, start + 1)]

    def __missing__(self, values: tuple[Value, ...]) -> list[str]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        pieces = ['<row r="', '">'] if self.start == 0 else [""]
        for (letters, write), value in zip(self.cells, values, strict=True):
            if text := write(value):
                pieces[-1] += f'<c r="{letters}'
                pieces.append(text)
        if self.last:
            pieces[-1] += "</row>"
        self[values] = pieces
        return pieces


def runs_of(cells: Sequence[Cells], widths: Sequence[int]) -> Iterator[Run]:
    """Cut the columns into runs of these widths; what is left over, into runs of a few."""
    start = 0
    wanted = iter(widths)
    while start < len(cells):
        stop = start + max(1, next(wanted, RUN))
        yield Run(start, cells[start:stop], stop >= len(cells))
        start = stop


def cell_writer(kind: Kind, style: Styles) -> Cells:
    """Give the function that writes the cells of a column."""
    if kind is Kind.TEXT:
        return remembered(text_writer(style))
    if kind in (Kind.DATE, Kind.MOMENT):
        return remembered(date_writer(style))
    return number_writer(style)


def remembered(write: Cells) -> Cells:
    """Keep what was written: texts that come again are escaped once."""
    known: dict[Any, str] = {}

    def cell(value: Value) -> str:
        found = known.get(value)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[value] = write(value)
        return found

    return cell


def number_writer(style: Styles) -> Cells:
    """Give cells of numbers; a text among them is a mark and stays a text, True and False are 1 and 0."""
    text = text_writer(style)

    def cell(value: Value) -> str:
        if isinstance(value, str):
            return text(value)
        if not isinstance(value, int | float) or finite(value) is None:
            return ""
        return f'" s="{style.plain}"><v>{value + 0}</v></c>'

    return cell


def finite(value: Value) -> Value:
    """Give a number that a cell can hold; infinity and not-a-number are nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def date_writer(style: Styles) -> Cells:
    """Give cells of real dates, and of moments as days with a fraction."""

    def cell(value: Value) -> str:
        if value is None:
            return ""
        if not isinstance(value, date):
            raise TypeError(f"not a date: {type(value).__name__}")
        return f'" s="{style.plain}"><v>{serial(value)}</v></c>'

    return cell


def serial(value: date) -> int | float:
    """Give a date as Excel's number of days; an aware moment as its own wall clock."""
    days = value.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return days
    return days + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def text_writer(style: Styles) -> Cells:
    """Give cells of text, never a formula."""

    def cell(value: Value) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, str) and _CODE.fullmatch(value):
            # Most texts are codes: nothing in them needs a second look.
            return f'" s="{style.plain}" t="inlineStr"><is><t>{value}</t></is></c>'
        text = clean_text(str(value))
        shown = style.risky if is_risky(text) else style.plain
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        # A bare carriage return would come back as a line feed.
        body = escape(text, {"\r": "&#13;"})
        return f'" s="{shown}" t="inlineStr"><is><t{keep}>{body}</t></is></c>'

    return cell


def column_letters(index: int) -> str:
    """Give the letters of a column, 1 = A."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

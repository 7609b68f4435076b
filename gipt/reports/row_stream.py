"""Rows of a large sheet as XML text, column by column in chunks: addresses kept, numbers numbers, text text.

Measured against openpyxl's write-only mode in `make bench` (decision 33). Strings stand in their cell
(inline): a shared table of strings would have to be kept in memory.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from xml.sax.saxutils import escape

from gipt.reports.cell_text import clean_text, is_risky
from gipt.reports.workbook import Kind, Value

CHUNK = 2_000
"""Rows made at a time: enough that Python's loop disappears, small enough that memory stays flat."""
MOST_REMEMBERED = 20_000
# Excel counts days from 30 December 1899; 1 January 1970 is day 25,569.
_DAY_ZERO = date(1899, 12, 30).toordinal()
_NUMBERS = frozenset({int, float, type(None)})

Encode = Callable[[Sequence[Value], Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Styles:
    """Style numbers of one column in the workbook's own table of styles.

    `risky` is text with a quote prefix.
    """

    plain: str
    risky: str


def encoded_rows(
    rows: Iterable[Sequence[Value]], kinds: Sequence[Kind], styles: Sequence[Styles], first: int
) -> Iterator[tuple[str, int]]:
    """Give chunks of `<row>` elements with the number of rows in each; `first` is the number of the first row.

    Raises ValueError when a row has another number of cells than there are kinds.
    """
    encoders = [
        encoder(kind, style, column_letters(index))
        for index, (kind, style) in enumerate(zip(kinds, styles, strict=True), start=1)
    ]
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        numbers = [str(number) for number in range(first, first + len(chunk))]
        columns = list(zip(*chunk, strict=True))
        cells = [encode(column, numbers) for encode, column in zip(encoders, columns, strict=True)]
        opened = [f'<row r="{number}">' for number in numbers]
        lines = map("".join, zip(opened, *cells, strict=True))
        yield "</row>".join(lines) + "</row>", len(chunk)
        first += len(chunk)


def encoder(kind: Kind, style: Styles, letters: str) -> Encode:
    """Give the function that turns a column of values into cells."""
    if kind is Kind.TEXT:
        return text_encoder(style, letters)
    if kind in (Kind.DATE, Kind.MOMENT):
        return date_encoder(style, letters)
    return number_encoder(style, letters)


def number_encoder(style: Styles, letters: str) -> Encode:
    """Give cells of numbers; a text among them is a mark and stays a text, True and False are 1 and 0."""
    texts = text_encoder(style, letters)

    def encode(values: Sequence[Value], numbers: Sequence[str]) -> list[str]:
        kinds = set(map(type, values))
        if kinds <= _NUMBERS:
            if float in kinds:
                values = [finite(value) for value in values]
            return [
                "" if value is None else f'<c r="{letters}{number}" s="{style.plain}"><v>{value}</v></c>'
                for value, number in zip(values, numbers, strict=True)
            ]
        return [
            texts([value], [number])[0]
            if isinstance(value, str)
            else encode([value + 0 if isinstance(value, int | float) else None], [number])[0]
            for value, number in zip(values, numbers, strict=True)
        ]

    return encode


def finite(value: Value) -> Value:
    """Give a number that a cell can hold; infinity and not-a-number are nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def date_encoder(style: Styles, letters: str) -> Encode:
    """Give cells of real dates, and of moments as days with a fraction."""
    serials: dict[Value, str] = {None: ""}

    def cell_end(value: Value) -> str:
        if len(serials) > MOST_REMEMBERED:
            serials.clear()
        if isinstance(value, date):
            serials[value] = f'" s="{style.plain}"><v>{serial(value)}</v></c>'
        elif value is None:
            serials[None] = ""
        else:
            raise TypeError(f"not a date: {type(value).__name__}")
        return serials[value]

    def encode(values: Sequence[Value], numbers: Sequence[str]) -> list[str]:
        known = serials.get
        return [
            f'<c r="{letters}{number}{end}'
            if (end := known(value) if value in serials else cell_end(value))
            else ""
            for value, number in zip(values, numbers, strict=True)
        ]

    return encode


def serial(value: date) -> int | float:
    """Give a date as Excel's number of days; an aware moment as its own wall clock."""
    days = value.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return days
    return days + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def text_encoder(style: Styles, letters: str) -> Encode:
    """Give cells of text, never a formula; texts that come again are escaped once."""
    ends: dict[Value, str] = {None: "", "": ""}

    def cell_end(value: Value) -> str:
        if len(ends) > MOST_REMEMBERED:
            ends.clear()
        if value is None or value == "":
            ends[value] = ""
            return ""
        text = clean_text(str(value))
        shown = style.risky if is_risky(text) else style.plain
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        # A bare carriage return would come back as a line feed.
        body = escape(text, {"\r": "&#13;"})
        end = f'" s="{shown}" t="inlineStr"><is><t{keep}>{body}</t></is></c>'
        ends[value] = end
        return end

    def encode(values: Sequence[Value], numbers: Sequence[str]) -> list[str]:
        known = ends.get
        return [
            f'<c r="{letters}{number}{end}'
            if (end := known(value) if value in ends else cell_end(value))
            else ""
            for value, number in zip(values, numbers, strict=True)
        ]

    return encode


def column_letters(index: int) -> str:
    """Give the letters of a column, 1 = A."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

"""Dates as people there write them: beside each column of real dates one of text in the programme's own calendar.

Added to the finished workbook, so that no builder has to know. Where the calendar is the Gregorian one nothing is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from gipt.calendars import CalendarKind, month_name, to_local
from gipt.domain.problems import Invalid
from gipt.i18n import gettext, local_digits, pgettext
from gipt.reports.workbook import Cell, Column, Kind, Sheet, Value, plain
from gipt.words.imports import CALENDARS, word

Words = Callable[[Value], str | None]
CODE_END = "_local"
"""What the code of such a column ends with."""


def with_local_dates(sheet: Sheet, calendar: CalendarKind, language: str) -> Sheet:
    """Give a sheet with a text column beside each column of dates; language is the one in use when it is called."""
    places = [place for place, column in enumerate(sheet.columns) if column.kind is Kind.DATE]
    if calendar is CalendarKind.GREGORIAN or not places:
        return sheet
    words = words_of(calendar, language)
    stream = sheet.stream
    return replace(
        sheet,
        columns=tuple(with_columns(sheet.columns, calendar)),
        rows=tuple(tuple(widened(row, places, words)) for row in sheet.rows),
        stream=None if stream is None else lambda: widened_rows(stream(), places, words),
        runs=(),
    )


def with_columns(columns: Iterable[Column], calendar: CalendarKind) -> Iterator[Column]:
    """Give the columns, each of dates followed by its own of text."""
    for column in columns:
        yield column
        if column.kind is Kind.DATE:
            title = gettext(
                "%(column)s (%(calendar)s)", column=column.title, calendar=word(CALENDARS, calendar.value)
            )
            yield Column(f"{column.code}{CODE_END}", title, Kind.TEXT, width=20)


def widened_rows(
    rows: Iterable[Sequence[Value]], places: Sequence[int], words: Words
) -> Iterator[Sequence[Value]]:
    """Give streamed rows with the texts put in; a date that comes again is written once."""
    for row in rows:
        yield [plain(cell) for cell in widened(row, places, words)]


def widened(row: Sequence[Cell], places: Sequence[int], words: Words) -> Iterator[Cell]:
    """Give the cells of a row, each date followed by its text."""
    for place, cell in enumerate(row):
        yield cell
        if place in places:
            yield words(plain(cell))


def words_of(calendar: CalendarKind, language: str) -> Words:
    """Give the function that writes a date in a calendar; it keeps what it wrote, since few days come often."""
    # The pattern is looked up now: a stream is walked when the language in use may be another one.
    pattern = pgettext(
        "date_of_another_calendar", "%(day)s %(month)s %(year)s", day="{0}", month="{1}", year="{2}"
    )
    digits = {str(number): local_digits(str(number)) for number in range(10)}
    known: dict[date, str | None] = {}

    def written(day: date) -> str | None:
        try:
            found = to_local(day, calendar)
        except Invalid:
            return None
        numbers = ("".join(digits[sign] for sign in str(number)) for number in (found.day, found.year))
        in_month, year = numbers
        return pattern.format(in_month, month_name(calendar, found.month, language), year)

    def words(value: Value) -> str | None:
        if not isinstance(value, date):
            return None
        day = value.date() if isinstance(value, datetime) else value
        if day not in known:
            known[day] = written(day)
        return known[day]

    return words

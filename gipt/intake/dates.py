"""Dates as people write them: real dates, many text forms, four calendars, any digits.

A column is read with one calendar and one order of day and month. Where the country uses another calendar
beside the Gregorian one, where day and month could be exchanged, or where the years speak against the
Gregorian calendar, nothing is guessed: `study_column` gives a question with an example, and only a
`DateChoice` that repeats the example *and* the date it stands for is believed (`is_confirmed`). Excel
stores "12/01/2018" typed by an Ethiopian hand as a real date, so real dates are asked about too.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from gipt.calendars import CalendarKind, calendar_of, from_local
from gipt.domain.problems import Invalid
from gipt.intake.grid import CellValue, as_text
from gipt.intake.months import MONTHS

ORDERS = ("dmy", "mdy")
EXCEL_EPOCH = date(1899, 12, 30)
GREGORIAN = CalendarKind.GREGORIAN
OTHERS = (CalendarKind.ETHIOPIAN, CalendarKind.BIKRAM_SAMBAT, CalendarKind.SOLAR_HIJRI, CalendarKind.HIJRI)
# E.C., G.C., A.D., B.S. and their like behind a date.
ERA = re.compile(r"\s*(?:[eg]\.? ?c\.?|a\.? ?[dh]\.?|b\.? ?s\.?|ዓ\.? ?ም\.?|वि\.? ?सं\.?)$|^(?:वि\.? ?सं\.?)\s*")


@dataclass(frozen=True, slots=True)
class RawDate:
    """Hold three numbers of a date before calendar and order are known.

    `fixed` says that `first` is the month and `second` the day; `named` holds the calendar of a month's name.
    """

    year: int
    first: int
    second: int
    fixed: bool
    named: CalendarKind | None = None


@dataclass(frozen=True, slots=True)
class DateChoice:
    """Hold what the user chose for one date column, with the example that was confirmed.

    `example` is a cell address, `reads_as` the Gregorian date that the user saw beside it and agreed to.
    """

    calendar: CalendarKind = GREGORIAN
    order: str = "dmy"
    example: str = ""
    reads_as: date | None = None


@dataclass(frozen=True, slots=True)
class DateOption:
    """Offer one way to read the example; `plausible` says that the date can be true for this column."""

    calendar: CalendarKind
    order: str
    reads_as: date
    plausible: bool


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """Ask how a column is to be read: why (calendar, order), and the example with its possible readings."""

    column: int
    reason: str
    example: str
    text: str
    options: tuple[DateOption, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Bound the dates that can be true for a column."""

    earliest: date
    latest: date

    def holds(self, day: date) -> bool:
        """Say whether a date can be true."""
        return self.earliest <= day <= self.latest


def latin_digits(text: str) -> str:
    """Give a text with the digits of every script as 0–9."""
    return "".join(
        str(unicodedata.digit(mark)) if not mark.isascii() and mark.isdecimal() else mark for mark in text
    )


def raw_date(value: CellValue) -> RawDate | None:
    """Give the numbers of a date cell, None when it is none that we know how to read."""
    if isinstance(value, datetime | date):
        return RawDate(value.year, value.month, value.day, fixed=True)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    text = latin_digits(as_text(value)).casefold().strip().rstrip(".")
    text = ERA.sub("", text).strip()
    text = re.sub(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?$", "", text)
    return _from_digits(text) or _from_words(text)


def _from_number(value: int | float) -> RawDate | None:
    """Read a bare number: 20260314 or Excel's count of days (20,000–80,000 are the years 1954–2119)."""
    if value != int(value):
        value = int(value) if 20_000 <= value <= 80_000 else 0
    number = int(value)
    if 20_000 <= number <= 80_000:
        day = EXCEL_EPOCH + timedelta(days=number)
        return RawDate(day.year, day.month, day.day, fixed=True)
    if 13_000_101 <= number <= 21_001_231:
        return RawDate(number // 10_000, number // 100 % 100, number % 100, fixed=True)
    return None


def _from_digits(text: str) -> RawDate | None:
    whole = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    parts = list(map(int, whole.groups())) if whole else []
    if not whole:
        found = re.fullmatch(r"(\d{1,4})\s*([./\-–،\s])\s*(\d{1,2})\s*[./\-–،\s]\s*(\d{1,4})", text)
        if not found:
            return None
        parts = [int(found.group(1)), int(found.group(3)), int(found.group(4))]
        if len(found.group(1)) <= 2:
            return _year_last(parts, len(found.group(4)))
        if len(found.group(1)) == 3 or len(found.group(4)) > 2:
            return None
    return RawDate(parts[0], parts[1], parts[2], fixed=True)


def _year_last(parts: list[int], year_digits: int) -> RawDate | None:
    if year_digits not in (2, 4):
        return None
    return RawDate(parts[2], parts[0], parts[1], fixed=False)


def _from_words(text: str) -> RawDate | None:
    """Read "4 Tikimt 2019", "March 5, 2026", "5th of March 2026", "lundi 5 mars 2026"."""
    words = re.findall(r"\d+|[^\W\d_]+(?:[\u0300-\u036f\u0900-\u097f'’]*[^\W\d_]*)*", text)
    numbers = [word for word in words if word.isdigit()]
    months = [MONTHS[_plain(word)] for word in words if _plain(word) in MONTHS]
    pairs = (" ".join(pair) for pair in pairwise(words))
    months += [MONTHS[_plain(pair)] for pair in pairs if _plain(pair) in MONTHS]
    if len(numbers) != 2 or not months:
        return None
    calendar, month = months[-1]
    year, day = sorted(numbers, key=len, reverse=True)
    if len(year) == len(day):
        day, year = numbers
    if len(year) not in (2, 4):
        return None
    return RawDate(int(year), month, int(day), fixed=True, named=calendar)


def _plain(word: str) -> str:
    """Give a month's word in the form of the table: no accents on Latin letters, no Arabic signs."""
    kept = (
        letter
        for letter in unicodedata.normalize("NFD", word.casefold())
        if not "\u0300" <= letter <= "\u036f" and not "\u064b" <= letter <= "\u0655"
    )
    return "".join(kept).replace("’", "'")


def in_order(raw: RawDate, order: str) -> tuple[int, int, int]:
    """Give year, month and day of a raw date under an order of day and month."""
    if raw.fixed or order == "mdy":
        return raw.year, raw.first, raw.second
    return raw.year, raw.second, raw.first


def gregorian(raw: RawDate, calendar: CalendarKind, order: str, today: date) -> date:
    """Give the Gregorian date of a raw date; raise Invalid(reason=…) where it is none.

    Years of two digits are completed in the Gregorian calendar only: to the latest year that is not after the
    present one.
    """
    if raw.named and raw.named != calendar:
        raise Invalid(field="date", reason="month_of_other_calendar", calendar=raw.named)
    year, month, day = in_order(raw, order)
    if year < 100:
        if calendar != GREGORIAN:
            raise Invalid(field="date", reason="year_two_digits")
        year += 2000 if year <= today.year % 100 else 1900
    return from_local(calendar, year, month, day)


def read_date(value: CellValue, choice: DateChoice, window: Window, today: date) -> date:
    """Give the Gregorian date of a cell under a column's choice; raise Invalid with the reason it is none."""
    raw = raw_date(value)
    if raw is None:
        raise Invalid(field="date", reason="not_a_date", value=as_text(value))
    day = gregorian(raw, choice.calendar, choice.order, today)
    if day > window.latest:
        reason = "date_in_future" if window.latest == today else "date_too_late"
        raise Invalid(field="date", reason=reason, value=as_text(value), day=day)
    if day < window.earliest:
        raise Invalid(field="date", reason="date_long_ago", value=as_text(value), day=day)
    return day


def orders_of(raws: Iterable[RawDate], months: int = 12) -> tuple[str, ...]:
    """Give the orders of day and month under which every date of a column exists; () when none fits all."""
    open_ones = [raw for raw in raws if not raw.fixed]
    if all(raw.first == raw.second for raw in open_ones):
        return ("dmy",)
    fits = {
        "dmy": all(raw.second <= months for raw in open_ones),
        "mdy": all(raw.first <= months for raw in open_ones),
    }
    return tuple(order for order in ORDERS if fits[order])


def study_column(
    column: int, cells: Sequence[tuple[str, CellValue]], *, country: str, window: Window, today: date
) -> tuple[DateChoice, DateQuestion | None]:
    """Give how a date column can be read, and the question where that must be asked.

    `cells` are address and value. Without a question the choice is safe to use; with one it is only the
    likeliest answer, to be shown first.
    """
    raws = [(place, value, raw) for place, value in cells if (raw := raw_date(value)) is not None]
    if not raws:
        return DateChoice(), None
    calendars = _calendars(country, [raw for _, _, raw in raws], window, today)
    months = 13 if CalendarKind.ETHIOPIAN in calendars else 12
    orders = orders_of((raw for _, _, raw in raws), months) or ORDERS
    reason = "calendar" if len(calendars) > 1 else "order" if len(orders) > 1 else ""
    if not reason:
        return DateChoice(calendars[0], orders[0]), None
    ways = [(calendar, order) for calendar in calendars for order in orders]
    best = max(raws, key=lambda item: _telling(item[2], ways, window, today))
    options = _options(best[2], ways, window, today)
    if not options:
        return DateChoice(calendars[0], orders[0]), None
    question = DateQuestion(column, reason, best[0], as_text(best[1]), tuple(options))
    return DateChoice(options[0].calendar, options[0].order), question


def _calendars(country: str, raws: list[RawDate], window: Window, today: date) -> list[CalendarKind]:
    """Give the calendars a column may be written in, the Gregorian first."""
    named = [raw.named for raw in raws if raw.named]
    found = list(dict.fromkeys([GREGORIAN, calendar_of(country), *named]))
    if len(found) == 1 and raws:
        years = range(window.earliest.year, window.latest.year + 1)
        outside = [raw for raw in raws if raw.year >= 100 and raw.year not in years]
        if 2 * len(outside) > len(raws):
            ways = [(raw, order) for raw in outside for order in ORDERS]
            found += [
                one for one in OTHERS if any(_fits(raw, one, order, window, today) for raw, order in ways)
            ]
    return found


def _fits(raw: RawDate, calendar: CalendarKind, order: str, window: Window, today: date) -> bool:
    try:
        return window.holds(gregorian(raw, calendar, order, today))
    except Invalid:
        return False


def _options(
    raw: RawDate, ways: list[tuple[CalendarKind, str]], window: Window, today: date
) -> list[DateOption]:
    """Give the different readings of one raw date, plausible ones first."""
    options: dict[tuple[CalendarKind, date], DateOption] = {}
    for calendar, order in ways:
        try:
            day = gregorian(raw, calendar, order, today)
        except Invalid:
            continue
        options.setdefault((calendar, day), DateOption(calendar, order, day, window.holds(day)))
    return sorted(options.values(), key=lambda option: not option.plausible)


def _telling(
    raw: RawDate, ways: list[tuple[CalendarKind, str]], window: Window, today: date
) -> tuple[int, int]:
    """Rank examples: the one that tells most readings apart, then one whose readings could all be true."""
    options = _options(raw, ways, window, today)
    return len(options), sum(option.plausible for option in options)


def is_confirmed(choice: DateChoice, value: CellValue, question: DateQuestion, today: date) -> bool:
    """Say whether a choice repeats the question's example with the date that it really reads as."""
    raw = raw_date(value)
    if raw is None or choice.example != question.example or choice.reads_as is None:
        return False
    ways = {(option.calendar, option.reads_as) for option in question.options}
    if (choice.calendar, choice.reads_as) not in ways or choice.order not in ORDERS:
        return False
    try:
        return gregorian(raw, choice.calendar, choice.order, today) == choice.reads_as
    except Invalid:
        return False

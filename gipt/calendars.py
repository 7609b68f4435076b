"""Public holidays of a country and the calendars people live by, behind one interface.

Stored dates are Gregorian (ISO). Ethiopian dates are reckoned by ethiocalendar, Solar Hijri by jdatetime; Bikram
Sambat (nepali-datetime) and Hijri (Umm al-Qura, hijridate) come from published tables (docs/adr/0015). Hijri dates
are computed and may differ by a day from what is sighted, so they carry `about`. Nothing here writes a sentence:
names of months are data, the order of day and month is the caller's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import lru_cache

import ethiocalendar
import holidays
import jdatetime
import nepali_datetime
from babel import Locale, UnknownLocaleError
from hijridate import Gregorian, Hijri

from gipt.domain.months import MONTHS, NATIVE_MONTHS, OTHER_SPELLINGS
from gipt.domain.problems import Invalid, Unknown
from gipt.domain.scheduling import ClosedDay, ClosedKind, ClosedRule, Severity


class CalendarKind(StrEnum):
    """Name the calendars of decision 19."""

    GREGORIAN = "gregorian"
    ETHIOPIAN = "ethiopian"
    BIKRAM_SAMBAT = "bikram_sambat"
    HIJRI = "hijri"
    SOLAR_HIJRI = "solar_hijri"


COUNTRY_CALENDARS = {
    "ET": CalendarKind.ETHIOPIAN,
    "NP": CalendarKind.BIKRAM_SAMBAT,
    "AF": CalendarKind.SOLAR_HIJRI,
    "IR": CalendarKind.SOLAR_HIJRI,
    "SA": CalendarKind.HIJRI,
}
"""Countries where forms are commonly dated in another calendar than the Gregorian one."""


@dataclass(frozen=True, slots=True)
class LocalDate:
    """Hold a date in a named calendar; `month_key` (such as ethiopian-2) names the month for translation."""

    calendar: CalendarKind
    year: int
    month: int
    day: int
    about: bool = False

    @property
    def month_key(self) -> str:
        """Give the key of the month's name."""
        return f"{self.calendar.value}-{self.month}"


@dataclass(frozen=True, slots=True)
class Holiday:
    """Hold one public holiday; `estimated` means that the moon decides, one day either way."""

    on: date
    name: str
    country: str
    estimated: bool


def known_countries() -> tuple[str, ...]:
    """Give the two-letter codes of all countries whose holidays are known."""
    return tuple(sorted(holidays.list_supported_countries(include_aliases=False)))


def public_holidays(country: str, years: Iterable[int], language: str = "en") -> tuple[Holiday, ...]:
    """Give the public holidays of whole years in order of date; names in the nearest language there is.

    Raise `Unknown` (kind country). A country without published days, such as Ukraine in 2026, gives none.
    """
    wanted = sorted(set(years))
    return tuple(holiday for year in wanted for holiday in _holidays_of(country.upper(), year, language))


def closed_holidays(
    country: str, first: date, last: date, language: str = "en", severity: Severity = Severity.HARD
) -> tuple[ClosedDay, ...]:
    """Give the public holidays between two dates as closed days for planning."""
    found = public_holidays(country, range(first.year, last.year + 1), language)
    return tuple(
        ClosedDay(
            rule=ClosedRule.SINGLE,
            severity=severity,
            label=holiday.name,
            kind=ClosedKind.PUBLIC_HOLIDAY,
            first=holiday.on,
            estimated=holiday.estimated,
            key=f"{holiday.country}-{holiday.on.isoformat()}",
        )
        for holiday in found
        if first <= holiday.on <= last
    )


def weekend_of(country: str) -> frozenset[int]:
    """Give the weekend's weekdays (Monday 0) of a country."""
    return frozenset(holidays.country_holidays(_known(country), language="en_US").weekend)


@lru_cache(maxsize=512)
def _holidays_of(country: str, year: int, language: str) -> tuple[Holiday, ...]:
    """Look up one year; a language is always passed, else the library takes the server's LANG."""
    known = _known(country)
    supported = getattr(holidays, known).supported_languages
    found = holidays.country_holidays(known, years=year, language=_nearest(language, supported))
    labels = _estimated_labels(found)
    single = ((on, name) for on in sorted(found) for name in found[on].split("; "))
    return tuple(Holiday(on, *_without_mark(name, labels, known)) for on, name in single)


def _known(country: str) -> str:
    code = country.upper()
    if code not in known_countries():
        raise Unknown(kind="country", name=country, known=list(known_countries()))
    return code


def _nearest(language: str, supported: tuple[str, ...]) -> str:
    """Choose the library's language for a tag: the same, the same language elsewhere, else English."""
    tag = language.replace("-", "_").split("@")[0]
    if tag in supported:
        return tag
    base = tag.split("_")[0]
    fits = [name for name in supported if name.split("_")[0] == base and base != "en"]
    return fits[0] if fits else "en_US"


def _estimated_labels(found: holidays.HolidayBase) -> list[tuple[str, str]]:
    """Give what the library writes around the name of an estimated day, as (before, after), longest first."""
    labels = [getattr(found, name, None) for name in ("observed_estimated_label", "estimated_label")]
    written = [found.tr(label) for label in labels if label]
    return [(before, after) for before, _, after in (label.partition("%s") for label in written)]


def _without_mark(name: str, labels: list[tuple[str, str]], country: str) -> tuple[str, str, bool]:
    for before, after in labels:
        if name.startswith(before) and name.endswith(after) and before + after:
            return name[len(before) : len(name) - len(after)].strip(), country, True
    return name, country, False


def calendar_of(country: str) -> CalendarKind:
    """Give the calendar in which a country's forms are commonly dated."""
    return COUNTRY_CALENDARS.get(country.upper(), CalendarKind.GREGORIAN)


def to_local(on: date, calendar: CalendarKind) -> LocalDate:
    """Give a Gregorian date in another calendar, or raise `Invalid` outside the calendar's table."""
    try:
        return _to_local(on, calendar)
    except (ValueError, OverflowError, IndexError, KeyError) as fault:
        raise Invalid(field="date", reason="outside_calendar", value=on, calendar=calendar.value) from fault


def from_local(calendar: CalendarKind, year: int, month: int, day: int) -> date:
    """Give the Gregorian date of a local one, or raise `Invalid` (no_such_date)."""
    try:
        return _from_local(calendar, year, month, day)
    except (ValueError, OverflowError, IndexError, KeyError) as fault:
        text = f"{year}-{month}-{day}"
        raise Invalid(field="date", reason="no_such_date", value=text, calendar=calendar.value) from fault


def _to_local(on: date, calendar: CalendarKind) -> LocalDate:
    if calendar is CalendarKind.ETHIOPIAN:
        return LocalDate(calendar, *ethiocalendar.from_gregorian(on.year, on.month, on.day))
    if calendar is CalendarKind.BIKRAM_SAMBAT:
        found = nepali_datetime.date.from_datetime_date(on)
        return LocalDate(calendar, found.year, found.month, found.day)
    if calendar is CalendarKind.SOLAR_HIJRI:
        solar = jdatetime.date.fromgregorian(date=on)
        return LocalDate(calendar, solar.year, solar.month, solar.day)
    if calendar is CalendarKind.HIJRI:
        return LocalDate(calendar, *Gregorian.fromdate(on).to_hijri().datetuple(), about=True)
    return LocalDate(calendar, on.year, on.month, on.day)


def _from_local(calendar: CalendarKind, year: int, month: int, day: int) -> date:
    if calendar is CalendarKind.ETHIOPIAN:
        return date(*ethiocalendar.to_gregorian(year, month, day))
    if calendar is CalendarKind.BIKRAM_SAMBAT:
        found: date = nepali_datetime.date(year, month, day).to_datetime_date()
        return found
    if calendar is CalendarKind.SOLAR_HIJRI:
        solar: date = jdatetime.date(year, month, day).togregorian()
        return solar
    if calendar is CalendarKind.HIJRI:
        return date(*Hijri(year, month, day).to_gregorian().datetuple())
    return date(year, month, day)


def month_name(calendar: CalendarKind, month: int, language: str = "en") -> str:
    """Give a month's name: in the calendar's own script for its languages, else in Latin letters."""
    base = language.replace("-", "_").split("_")[0]
    return NATIVE_MONTHS.get((calendar.value, base), MONTHS[calendar.value])[month - 1]


def month_names(calendar: CalendarKind, language: str = "en") -> tuple[str, ...]:
    """Give the names of a calendar's months in their order, as `month_name` does."""
    return tuple(month_name(calendar, month, language) for month in range(1, months_in(calendar) + 1))


def months_in(calendar: CalendarKind) -> int:
    """Give how many months a year of the calendar has."""
    return len(MONTHS[calendar.value])


def days_in(calendar: CalendarKind, year: int, month: int) -> int:
    """Give how many days a month has; 0 where the calendar has no such month or its table does not reach it."""
    for day in range(32, 0, -1):
        try:
            from_local(calendar, year, month, day)
        except Invalid:
            continue
        return day
    return 0


def month_number(text: str, calendar: CalendarKind, locale: str = "en") -> int | None:
    """Read a month as people write it: its number in any digits, or its name; None for anything else.

    `locale` is a name Babel knows: its Gregorian names are read beside the spellings known for the calendar.
    """
    plain = _ascii_digits(text).strip().strip(".").casefold()
    if plain.isascii() and plain.isdigit():
        number = int(plain) if len(plain) < 4 else 0
        return number if 1 <= number <= months_in(calendar) else None
    names = dict(_month_numbers(calendar))
    if calendar is CalendarKind.GREGORIAN:
        names |= {name: number for name, number in _names_of_locale(locale).items() if name not in names}
    return names.get(plain)


@lru_cache(maxsize=32)
def _names_of_locale(locale: str) -> dict[str, int]:
    """Give the Gregorian months of a locale, whole and shortened, in small letters."""
    kinds = Locale.parse(locale).months
    return {
        name.strip(".").casefold(): number
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in kinds[form][width].items()
    }


@lru_cache(maxsize=300)
def first_weekday(country: str) -> int:
    """Give the day (Monday 0) with which a week begins in a country, as CLDR has it; Monday where it knows none."""
    try:
        return Locale.parse(f"und_{country.upper()}").first_week_day
    except (UnknownLocaleError, ValueError):
        return 0


def ethiopian_clock(moment: time) -> tuple[int, int, bool]:
    """Give hour 1-12, minute and whether it is day, counted from 06:00 (15:30 is 9:30 day); display only."""
    hour = (moment.hour - 6) % 12
    return (hour or 12, moment.minute, 6 <= moment.hour < 18)


NUMBERS = re.compile(r"(\d{1,4})\D+(\d{1,2})\D+(\d{1,4})")
ERAS = re.compile(r"(?i)(?:\b[ebah]\.? ?[csh]\.?(?=\s|$)|ዓ\.? ?ም\.?|वि\.? ?सं\.?|हि\.? ?सं\.?)")


def parse_local(text: str, calendar: CalendarKind, *, day_first: bool = True) -> date:
    """Read a written date of a calendar: 2018-07-11, 11/7/2018, 11 Megabit 2018, digits of any script.

    A date that begins with the year is year, month, day; else the order is day, month, year unless
    `day_first` is false. Two-digit years are refused. Raise `Invalid` (not_a_date, no_such_date).
    """
    plain = ERAS.sub(" ", _ascii_digits(text)).strip()
    numbers = NUMBERS.fullmatch(_with_month_number(plain, calendar))
    if not numbers:
        raise Invalid(field="date", reason="not_a_date", value=text, calendar=calendar.value)
    first, middle, last = numbers.groups()
    named = not NUMBERS.fullmatch(plain)
    if len(first) == 4:
        return from_local(calendar, int(first), int(middle), int(last))
    if len(last) != 4:
        raise Invalid(field="date", reason="not_a_date", value=text, calendar=calendar.value)
    day, month = (int(first), int(middle)) if day_first or named else (int(middle), int(first))
    return from_local(calendar, int(last), month, day)


def _ascii_digits(text: str) -> str:
    """Turn digits of any script into 0-9."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", text))


def _with_month_number(text: str, calendar: CalendarKind) -> str:
    """Replace a month's name by its number and put it between day and year."""
    folded = text.casefold()
    for name, month in _month_numbers(calendar):
        if name in folded:
            before, _, after = folded.partition(name)
            outer = re.findall(r"\d+", before + " " + after)
            return f"{outer[0]} {month} {outer[1]}" if len(outer) == 2 else text
    return text


@lru_cache(maxsize=8)
def _month_numbers(calendar: CalendarKind) -> tuple[tuple[str, int], ...]:
    """Give (name, number) of all known spellings, longest first, so that no name hides in another."""
    lists = [MONTHS[calendar.value], *(n for (kind, _), n in NATIVE_MONTHS.items() if kind == calendar.value)]
    pairs = {(name.casefold(), number) for names in lists for number, name in enumerate(names, start=1)}
    pairs |= {(name, number) for number, names in OTHER_SPELLINGS[calendar.value].items() for name in names}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))

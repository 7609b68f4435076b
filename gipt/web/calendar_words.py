"""Dates in the reader's calendars: both written beside each other, and boxes to type a date in either (decision 19).

Stored is the Gregorian date. The main calendar stands first and the second one beside it; a date may be typed in
either, and which one is asked beside the boxes, never guessed. `Form.date` reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from markupsafe import Markup

from gipt.calendars import CalendarKind, to_local
from gipt.domain.problems import Invalid
from gipt.i18n import current_style, format_date, format_time, weekday_name, write_date
from gipt.i18n import gettext as _
from gipt.web.guard import now


def calendar_name(kind: CalendarKind) -> str:
    """Give the name of a calendar in the language in use."""
    return {
        CalendarKind.GREGORIAN: _("Gregorian"),
        CalendarKind.ETHIOPIAN: _("Ethiopian"),
        CalendarKind.BIKRAM_SAMBAT: _("Bikram Sambat"),
        CalendarKind.HIJRI: _("Hijri"),
        CalendarKind.SOLAR_HIJRI: _("Solar Hijri"),
    }[kind]


def calendar_choices() -> list[tuple[str, str]]:
    """Give every calendar with its name."""
    return [(kind.value, calendar_name(kind)) for kind in CalendarKind]


def clock_choices() -> list[tuple[str, str, str]]:
    """Give the two clocks with a hint."""
    return [
        ("usual", _("The usual one"), ""),
        (
            "ethiopian",
            _("Ethiopian"),
            _("Counted from six: 09:00 is shown as 3:00 day. Forms ask for the usual one."),
        ),
    ]


# --- writing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayWords:
    """One date in words: `main` in the first calendar, `second` in the other one, empty where there is none."""

    weekday: str
    main: str
    second: str

    @property
    def line(self) -> str:
        """Give everything on one line: "Wed 4 Tikimt 2019 · 14 Oct 2026"."""
        return " · ".join(part for part in (f"{self.weekday} {self.main}", self.second) if part)


def day_words(on: date) -> DayWords:
    """Write a date in the reader's calendar and, where there is a second one, in that too."""
    main = awaited(on, current_style().calendar, format_date(on))
    return DayWords(weekday_name(on.weekday(), "abbreviated"), main, second_day(on))


def awaited(on: date, kind: CalendarKind, words: str) -> str:
    """Say "about" before a Hijri date to come: months begin when the moon is seen, and the table may be a day off."""
    if kind is not CalendarKind.HIJRI or on <= now().date():
        return words
    return _("about %(day)s", day=words)


def second_day(on: date) -> str:
    """Write a date in the reader's second calendar; empty without one and outside the calendar's table."""
    kind = current_style().second
    if kind is None:
        return ""
    try:
        to_local(on, kind)
    except Invalid:
        return ""
    return awaited(on, kind, write_date(on, kind))


def day_line(on: date) -> str:
    """Write a date with weekday and both calendars on one line."""
    return day_words(on).line


def local_day(on: date, plain: bool = False) -> str:
    """Give " (14 Oct 2026)", a date in the second calendar, small unless `plain`; empty without one."""
    second = second_day(on)
    if not second:
        return ""
    return f" ({second})" if plain else Markup(" <small>({})</small>").format(second)


def example() -> str:
    """Give a date and an hour as they are written now, for the pages where that is chosen."""
    return f"{day_line(date(2026, 10, 14))} · {format_time(time(9, 0))}"


# --- typing -----------------------------------------------------------------------------------------------------------


def entry_calendars() -> list[tuple[str, str]]:
    """Give the calendars in which a date may be typed, the reader's own first; one that is Gregorian asks nothing."""
    kinds = current_style().kinds
    if kinds == (CalendarKind.GREGORIAN,):
        return []
    both = dict.fromkeys((*kinds, CalendarKind.GREGORIAN))
    return [(kind.value, calendar_name(kind)) for kind in both]


def day_parts(on: date) -> dict[str, Any]:
    """Give the three boxes of a date in the reader's calendar, and which one that is."""
    kind = current_style().calendar
    try:
        found = to_local(on, kind)
    except Invalid:
        found = to_local(on, CalendarKind.GREGORIAN)
    return {"day": found.day, "month": found.month, "year": found.year, "calendar": found.calendar.value}


def day_of(
    values: Mapping[str, Any], name: str, default: date | None = None, year: date | str | None = None
) -> dict[str, Any]:
    """Give what the three boxes of a date show: as typed, else `default`, else only the `year` of a day."""
    typed = {part: values.get(f"{name}-{part}", "") for part in ("day", "month", "year", "calendar")}
    if any(typed[part] for part in ("day", "month", "year")):
        return typed
    if default is not None:
        return day_parts(default)
    if year:
        own = day_parts(date.fromisoformat(year) if isinstance(year, str) else year)
        return {**typed, "year": own["year"], "calendar": own["calendar"]}
    return typed


def date_fields(name: str, day: date) -> dict[str, str]:
    """Give the posted fields of a date, for a form that opens with it."""
    return {f"{name}-{part}": str(value) for part, value in day_parts(day).items()}


TEMPLATE_GLOBALS = {
    "day_words": day_words,
    "day_line": day_line,
    "local_day": local_day,
    "entry_calendars": entry_calendars,
    "day_of": day_of,
}
"""What templates call by the same names."""

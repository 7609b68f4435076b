"""Dates in the programme's calendar: written beside the Gregorian date, and read from either (decision 19).

Stored is the Gregorian date. Where the programme lives by another calendar, its date stands first and the Gregorian
one second, and a date may be typed in either; which one is asked, never guessed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g

from gipt.calendars import CalendarKind, from_local, month_name, to_local
from gipt.domain.problems import Invalid
from gipt.i18n import digits_to_ascii, format_date, local_digits, pgettext, weekday_name
from gipt.i18n import gettext as _
from gipt.web.forms.reader import Form
from gipt.web.frame import frame


def programme_calendar() -> CalendarKind:
    """Give the calendar that the programme lives by."""
    found = frame()
    return CalendarKind(found.calendar) if found else CalendarKind.GREGORIAN


def calendar_name(kind: CalendarKind) -> str:
    """Give the name of a calendar in the language in use."""
    return {
        CalendarKind.GREGORIAN: _("Gregorian"),
        CalendarKind.ETHIOPIAN: _("Ethiopian"),
        CalendarKind.BIKRAM_SAMBAT: _("Bikram Sambat"),
        CalendarKind.HIJRI: _("Hijri"),
        CalendarKind.SOLAR_HIJRI: _("Solar Hijri"),
    }[kind]


@dataclass(frozen=True, slots=True)
class DayWords:
    """One date in words: `main` in the programme's calendar, `second` in the other one, empty where they agree."""

    weekday: str
    main: str
    second: str

    @property
    def line(self) -> str:
        """Give everything on one line: "Wed 4 Tikimt 2019 · 14 Oct 2026"."""
        return " · ".join(part for part in (f"{self.weekday} {self.main}", self.second) if part)


def day_words(on: date) -> DayWords:
    """Write a date in the programme's calendar and, where that is another one, in the Gregorian too."""
    weekday, gregorian = weekday_name(on.weekday(), "abbreviated"), format_date(on)
    local = local_text(on, programme_calendar())
    return DayWords(weekday, local, gregorian) if local else DayWords(weekday, gregorian, "")


def local_text(on: date, kind: CalendarKind) -> str:
    """Write a date in a calendar of its own; empty for the Gregorian one and outside the calendar's table."""
    if kind is CalendarKind.GREGORIAN:
        return ""
    try:
        found = to_local(on, kind)
    except Invalid:
        return ""
    month = month_name(kind, found.month, str(g.get("language", "en")))
    return pgettext(
        "date_of_another_calendar",
        "%(day)s %(month)s %(year)s",
        day=local_digits(str(found.day)),
        month=month,
        year=local_digits(str(found.year)),
    )


def day_line(on: date) -> str:
    """Write a date with weekday and both calendars on one line."""
    return day_words(on).line


# --- reading ----------------------------------------------------------------------------------------------------------


def calendar_choices() -> list[tuple[str, str]]:
    """Give the calendars in which a date may be typed; a single one needs no question."""
    own = programme_calendar()
    kinds = [own] if own is CalendarKind.GREGORIAN else [own, CalendarKind.GREGORIAN]
    return [(kind.value, calendar_name(kind)) for kind in kinds]


def read_day(form: Form, name: str, *, required: bool = False) -> date | None:
    """Read the three boxes of a date in the calendar that `name-calendar` says; a fault goes beside the field."""
    kind = CalendarKind(form.choice(f"{name}-calendar", [one.value for one in CalendarKind]) or "gregorian")
    if kind is CalendarKind.GREGORIAN:
        return form.date(name, required=required)
    parts = [digits_to_ascii(form.raw(f"{name}-{part}")) for part in ("year", "month", "day")]
    if not any(parts):
        return form.date(name, required=required)
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        form.refuse(name, "not_a_date")
        return None
    try:
        return from_local(kind, *(int(part) for part in parts))
    except Invalid:
        form.refuse(name, "no_such_date", value=local_digits("-".join(reversed(parts))))
        return None


def day_values(form: Form, name: str, default: date | None = None) -> dict[str, Any]:
    """Give what the three boxes show: as typed, else `default` in the programme's calendar."""
    typed = {part: form.raw(f"{name}-{part}") for part in ("day", "month", "year", "calendar")}
    if any(typed.values()) or default is None or form.posted:
        return typed
    found = to_local(default, programme_calendar())
    return {
        "day": found.day,
        "month": found.month,
        "year": found.year,
        "calendar": programme_calendar().value,
    }

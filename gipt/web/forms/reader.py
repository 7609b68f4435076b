"""Reading posted forms: one reader for every page, so that a fault never loses what was typed.

A value that does not fit is noted beside its field and the reading goes on; `Form.page` shows the same page again
with everything as it was typed and one sentence for each fault. Digits of every script are read.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from gipt.calendars import CalendarKind, days_in, from_local, month_number, months_in
from gipt.domain.periods import FIRST_YEAR, LAST_YEAR
from gipt.domain.problems import (
    Conflict,
    Invalid,
    NotReady,
    OperationReused,
    Problem,
    RemoteFault,
    TooManyTries,
)
from gipt.i18n import current_language, digits_to_ascii
from gipt.words import sentence

LONGEST = 400
"""Characters of a one-line answer; longer text is a paste into the wrong field."""
LONGEST_NOTE = 4_000
OTHER_DAY = "other"
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Signs that nobody sees and that change how a line is read, in a log or on the screen (reliability.md 3.7, X6, X7)."""


NOTHING: "ImmutableMultiDict[str, str]" = ImmutableMultiDict()
"""What a form holds before it was posted."""


class Wrong(Exception):
    """Some fields were refused; `Form.errors` says which."""


def new_op() -> str:
    """Give a fresh operation id for a form that is about to be shown."""
    return secrets.token_hex(16)


class Form:
    """Read the posted fields of one request; on GET everything is empty and nothing is wrong."""

    def __init__(self, fields: "MultiDict[str, str] | None" = None) -> None:
        self.posted = request.method == "POST"
        self.fields: MultiDict[str, str] = (
            fields if fields is not None else request.form if self.posted else NOTHING
        )
        self.errors: dict[str, str] = {}
        self.op = self.fields.get("op") or new_op()

    def refuse(self, field: str, reason: str, **details: Any) -> None:
        """Note a fault beside a field."""
        self.note(Invalid(field=field, reason=reason, **details))

    def note(self, problem: Problem) -> None:
        """Note a named fault beside its field, or above the form when it has none."""
        field = str(problem.details.get("field") or "")
        self.errors.setdefault(field, str(sentence(problem)))

    def raw(self, name: str) -> str:
        """Give the field as typed, without outer blanks; empty when absent."""
        return self.fields.get(name, "").strip()

    def text(self, name: str, *, required: bool = False, longest: int = LONGEST) -> str | None:
        """Give the text, or None when empty."""
        value = UNSEEN.sub("", self.raw(name)).strip()
        if not value:
            if required:
                self.refuse(name, "missing")
            return None
        if len(value) > longest:
            self.refuse(name, "too_long", high=longest)
            return None
        return value.encode("utf-8", "replace").decode("utf-8")

    def note_text(self, name: str) -> str | None:
        """Give a longer text, or None when empty."""
        return self.text(name, longest=LONGEST_NOTE)

    def whole(self, name: str, *, low: int, high: int, required: bool = False) -> int | None:
        """Give a whole number between `low` and `high`, in digits of any script."""
        value = digits_to_ascii(self.raw(name))
        if not value:
            if required:
                self.refuse(name, "missing")
            return None
        if not value.isascii() or not value.removeprefix("-").isdigit():
            self.refuse(name, "not_a_number", value=self.raw(name)[:20])
            return None
        number = int(value) if len(value) < 12 else high + 1
        if not low <= number <= high:
            self.refuse(name, "out_of_range", low=low, high=high)
            return None
        return number

    def date(self, name: str, *, required: bool = False) -> date | None:
        """Give a date from one ISO field or from the three fields name-day, name-month, name-year.

        The three are read in the calendar that name-calendar says, Gregorian where the page does not ask; the month
        may be a number or a name. A list of likely days has "other" for "Another day".
        """
        chosen = self.raw(name)
        value = "" if chosen == OTHER_DAY else digits_to_ascii(chosen)
        parts = [self.raw(f"{name}-{part}") for part in ("year", "month", "day")]
        if not value and not any(parts):
            if required or chosen:
                self.refuse(name, "date_incomplete" if chosen else "missing")
            return None
        kind = self.calendar(name)
        try:
            if not value:
                found = date_of_parts(parts, kind, current_language().formatting_locale)
            else:
                year, month, day = (int(part) for part in value.split("-"))
                found = date(year, month, day)
        except Invalid as fault:
            self.refuse(name, fault.details["reason"], **_but(fault.details, "field", "reason"))
            return None
        except (ValueError, OverflowError):
            self.refuse(name, "not_a_date")
            return None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.refuse(name, "far_year")
            return None
        return found

    def calendar(self, name: str) -> CalendarKind:
        """Give the calendar in which the date `name` was written: asked beside it, never guessed."""
        code = self.choice(f"{name}-calendar", [kind.value for kind in CalendarKind])
        return CalendarKind(code) if code else CalendarKind.GREGORIAN

    def time(self, name: str, *, required: bool = False) -> time | None:
        """Give a time of day written as HH:MM in 24 hours."""
        value = digits_to_ascii(self.raw(name)).replace(".", ":")
        if not value:
            if required:
                self.refuse(name, "missing")
            return None
        try:
            hour, minute = (int(part) for part in value.split(":")[:2])
            return time(hour, minute)
        except ValueError:
            self.refuse(name, "not_a_time")
            return None

    def choice(self, name: str, codes: Iterable[str], *, required: bool = False) -> str | None:
        """Give the chosen code; a code that was not offered is refused."""
        value = self.raw(name)
        if not value:
            if required:
                self.refuse(name, "choose_one")
            return None
        if value not in {str(code) for code in codes}:
            self.refuse(name, "unknown_choice")
            return None
        return value

    def choices(self, name: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Give the chosen codes of a list of tick boxes, in the order offered."""
        chosen = set(self.fields.getlist(name))
        return tuple(str(code) for code in codes if str(code) in chosen)

    def flag(self, name: str) -> bool:
        """Say whether a tick box is ticked or a yes/no question answered yes."""
        return self.raw(name) in {"1", "yes", "on", "true"}

    def check(self) -> None:
        """Raise Wrong when any field was refused."""
        if self.errors:
            raise Wrong

    def catching(self) -> "Catching":
        """Run the reading and the action in a `with` block; a fault that the person can mend goes beside its field."""
        return Catching(self)

    def page(self, template: str, **context: Any) -> tuple[str, int] | str:
        """Show the page with the values as typed; status 422 when something was refused."""
        html = render_template(
            template, form=self, values=self.fields, errors=self.errors, op=self.op, **context
        )
        return (html, 422) if self.errors else html


def date_of_parts(parts: Sequence[str], kind: CalendarKind, locale: str) -> date:
    """Give the Gregorian date of year, month and day as typed in a calendar.

    Digits of any script; the month is a number or a name. Raise `Invalid` with the reason that says what to mend:
    date_incomplete, year_two_digits, unknown_month, month_days (with `high`), no_such_date.
    """
    if not all(parts):
        raise Invalid(field="date", reason="date_incomplete")
    year, day = digits_to_ascii(parts[0]), digits_to_ascii(parts[2])
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Invalid(field="date", reason="year_two_digits")
    month = month_number(parts[1], kind, locale)
    if month is None:
        raise Invalid(field="date", reason="unknown_month", value=parts[1][:20], high=months_in(kind))
    longest = days_in(kind, int(year), month)
    number = int(day) if day.isascii() and day.isdigit() and len(day) < 4 else 0
    if longest and not 1 <= number <= longest:
        raise Invalid(field="date", reason="month_days", high=longest)
    return from_local(kind, int(year), month, number)


def _but(details: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in details.items() if name not in names}


MENDABLE = (Invalid, Conflict, NotReady, OperationReused, RemoteFault, TooManyTries)
"""Faults that the same form can be mended for; everything else becomes a page of its own."""


class Catching:
    """Keep the faults of one `with` block beside the fields of a form; the code after the block shows the page."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, MENDABLE):
            self.form.note(error)
            return True
        return isinstance(error, Wrong)


def options(codes: Iterable[str] | type[StrEnum], words: Any) -> list[tuple[str, str]]:
    """Give (code, words) pairs for a list of choices; `words` is called with each code."""
    return [(str(code), str(words(str(code)))) for code in codes]

"""Which language and which way of writing dates is in use: set by hand (reports, command line), by the request, or
the source.

A context variable carries `use_language`, so threads and nested uses do not mix.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from flask import current_app, g, has_request_context, request

from gipt.calendars import CalendarKind
from gipt.i18n.catalogs import shelf
from gipt.i18n.registry import SOURCE, Language
from gipt.i18n.registry import negotiate as negotiate_tags

LATIN, LOCAL = "latin", "local"
USUAL_CLOCK, ETHIOPIAN_CLOCK = "usual", "ethiopian"


@dataclass(frozen=True, slots=True)
class DateStyle:
    """Say how dates, times and digits are written for a person.

    `calendar` comes first on every page and `second` (None for none) small beside it; `clock` is `usual` or
    `ethiopian` (twelve hours counted from six), `first_weekday` the day a week begins with, Monday 0.
    """

    calendar: CalendarKind = CalendarKind.GREGORIAN
    second: CalendarKind | None = None
    digits: str = LATIN
    clock: str = USUAL_CLOCK
    first_weekday: int = 0

    @property
    def kinds(self) -> tuple[CalendarKind, ...]:
        """Give the calendars that the person reads, the main one first."""
        return (self.calendar, self.second) if self.second else (self.calendar,)


PLAIN = DateStyle()
STYLE_FINDER = "gipt.date_style"
"""Name of the extension that gives the style of a request; the web layer sets it."""

# A page asks for these three some hundred times, so what they need of Flask is looked up once for each question.
_here = g._get_current_object

_language: ContextVar[Language | None] = ContextVar("gipt_language", default=None)
_digits: ContextVar[str | None] = ContextVar("gipt_digits", default=None)
_style: ContextVar[DateStyle | None] = ContextVar("gipt_style", default=None)


def languages(*, shipped_only: bool = True) -> tuple[Language, ...]:
    """List the languages offered to people (or all that are known), in the order of `languages.toml`."""
    listed = shelf().registry.listed.values()
    return tuple(language for language in listed if language.shipped or not shipped_only)


def language(tag: str) -> Language:
    """Give the language of a tag, adaptations too; raise Unknown (kind `language`)."""
    return shelf().registry.get(tag)


def find_language(tag: object) -> Language | None:
    """Give the language of a tag, or None."""
    return shelf().registry.find(tag)


def negotiate(accept_header: str | None, choices: Sequence[str] | None = None) -> Language:
    """Give the best language for an Accept-Language header among tags (the shipped languages when None)."""
    return language(negotiate_tags(accept_header, choices or [offered.tag for offered in languages()]))


def current_language() -> Language:
    """Give the language in use: `use_language`, else `flask.g.language`, else the browser's, else English."""
    chosen = _language.get()
    if chosen is not None:
        return chosen
    try:
        here = _here()
    except RuntimeError:  # outside any application
        return language(SOURCE)
    named = here.get("language")
    if isinstance(named, Language):
        return named
    # The tag is looked up once for as long as it stays the same.
    known = here.get("gipt_found")
    if known is not None and known[0] == named:
        return known[1]  # type: ignore[no-any-return]
    found = find_language(named) if named else None
    if found is not None:
        here.gipt_found = (named, found)
        return found
    if has_request_context():
        if "gipt_negotiated" not in g:
            g.gipt_negotiated = negotiate(request.headers.get("Accept-Language"))
        negotiated: Language = g.gipt_negotiated
        return negotiated
    return language(SOURCE)


def current_style() -> DateStyle:
    """Give how dates are written: set by `use_language`, else `flask.g.date_style`, else the request's, else plain."""
    chosen = _style.get()
    if chosen is not None:
        return chosen
    try:
        here = _here()
    except RuntimeError:
        return PLAIN
    found: DateStyle | None = here.get("date_style")
    if found is None:
        find = current_app.extensions.get(STYLE_FINDER) if has_request_context() else None
        # While the finder itself looks (an error sentence may hold a date), dates are plain.
        here.date_style = PLAIN
        found = here.date_style = find() if find else PLAIN
    return found


def current_digits() -> str:
    """Give `latin` or `local`: set by `use_language`, else `flask.g.digits`, else the style of the request."""
    chosen = _digits.get()
    if chosen is None:
        try:
            chosen = _here().get("digits")
        except RuntimeError:
            return LATIN
        if not chosen and _language.get() is None:
            chosen = current_style().digits
    return LOCAL if chosen == LOCAL else LATIN


@contextmanager
def use_language(
    tag: str | Language, *, digits: str | None = None, style: DateStyle = PLAIN
) -> Iterator[Language]:
    """Speak one language inside the block; raise Unknown for a tag that is not listed.

    Dates inside are Gregorian unless a style is given: what leaves the programme is read by others.
    """
    chosen = tag if isinstance(tag, Language) else language(tag)
    tokens = _language.set(chosen), _digits.set(digits if digits is not None else _digits.get())
    styled = _style.set(style)
    try:
        yield chosen
    finally:
        _language.reset(tokens[0])
        _digits.reset(tokens[1])
        _style.reset(styled)

"""What stands around every page: navigation by permission, names, language, status line, Help now."""

import hashlib
import re
import time
from collections import ChainMap
from collections.abc import Callable, Hashable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, current_app, flash, g, get_flashed_messages, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect, generate_csrf
from jinja2.environment import create_cache
from werkzeug.wrappers import Response

from gipt.calendars import CalendarKind, first_weekday
from gipt.domain.access import Permission, Role, allows
from gipt.i18n import (
    PLAIN,
    STYLE_FINDER,
    DateStyle,
    current_language,
    find_language,
    format_time,
    languages,
    negotiate,
    shelf,
)
from gipt.i18n import gettext as _
from gipt.queries.frame import Frame, find_frame
from gipt.web.application import Page
from gipt.web.calendar_words import TEMPLATE_GLOBALS
from gipt.web.forms.reader import new_op
from gipt.web.guard import cached_per_request, idle_seconds, now, who
from gipt.web.patterns import SIGN, Patterns
from gipt.words import label, sentence
from gipt.words.signs import sign_word

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class NavItem:
    """Name one entry of the office navigation; entries stand in the order of `order`."""

    order: int
    endpoint: str
    label: Any
    needs: Permission
    blueprint: str


class NavLink(NamedTuple):
    """One entry as the layouts draw it; `number` waits for the person, `icon` is for the facilitator's bar."""

    href: str
    label: str
    current: bool
    number: int | None = None
    icon: str | None = None


class LanguageLink(NamedTuple):
    """One language of the switch."""

    href: str
    label: str
    code: str
    current: bool


class Contact(NamedTuple):
    """One telephone number of the protocol."""

    name: str | None
    number: str | None
    role: str | None
    hours: str | None


PART_OF = {
    **dict.fromkeys(("report_register", "report_schedules", "report_templates", "interop"), "reports"),
    **dict.fromkeys(
        ("guide_previews", "language_guides", "language_remarks", "language_sign_offs", "translation_files"),
        "languages",
    ),
    "cycle_guides": "planner",
    **dict.fromkeys(("incidents", "complaints", "costs", "funding", "satisfaction", "targets"), "records"),
}
"""Pages without an entry of their own, and the entry that they are reached by."""


def collect_nav(modules: list[ModuleType]) -> tuple[NavItem, ...]:
    """Collect the entries that the page modules declare as `NAV`."""
    found = [item for module in modules for item in getattr(module, "NAV", ())]
    return tuple(sorted(found, key=lambda item: item.order))


T = TypeVar("T")
LOOK_AGAIN_SECONDS = 2.0


class Remembered(Generic[T]):
    """Keep for a moment what is the same for many requests; the key names all that it depends on."""

    def __init__(self) -> None:
        self.known: dict[Hashable, T] = {}
        self.forget_at = 0.0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what is kept under a key, made when there is nothing."""
        if (moment := time.monotonic()) > self.forget_at:
            self.known, self.forget_at = {}, moment + LOOK_AGAIN_SECONDS
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = make()
        return found


def frame() -> Frame | None:
    """Give the programme's names and protocol; they came with who is signed in, else they are read once."""
    signed = who()
    return signed.frame if signed is not None else asked_frame()


@cached_per_request
def asked_frame() -> Frame | None:
    """Give the frame where nobody is signed in."""
    return find_frame()


def zone() -> ZoneInfo:
    """Give the programme's time zone; UTC before it was set up."""
    found = frame()
    return ZoneInfo(found.time_zone if found else "UTC")


def local_now() -> datetime:
    """Give the current time in the programme's zone."""
    return now().astimezone(zone())


def find_style() -> DateStyle:
    """Give how dates, hours and digits are written for who is signed in: the person's choice, else the programme's."""
    signed = who()
    found = signed.frame if signed is not None else None
    if signed is None or found is None:
        return PLAIN
    own = signed.dates
    return style_of(
        own.calendar,
        own.second_calendar,
        found.calendar,
        found.second_calendar,
        own.digits or found.digits,
        own.clock or found.clock,
        first_weekday(found.country) if found.first_weekday is None else found.first_weekday,
    )


@lru_cache(maxsize=256)
def style_of(
    own: str | None, own_second: str | None, calendar: str, second_calendar: str | None,
    digits: str, clock: str, weekday: int,
) -> DateStyle:  # fmt: skip
    """Give the style for a person's calendars and the programme's; the same choices give the same object."""
    second = own_second or second_calendar
    main = CalendarKind(own or calendar)
    # A person who chose the programme's second calendar as the first keeps the programme's first beside it.
    if second == main and own_second is None:
        second = calendar
    return DateStyle(
        main, None if second in (None, "none", main) else CalendarKind(second), digits, clock, weekday
    )


def today() -> date:
    """Give today's civil date in the programme's zone."""
    return local_now().date()


def done(message: Any, endpoint: str, **values: Any) -> Response:
    """Say that something was saved, and go to the page that shows it (303, so that reloading repeats nothing)."""
    flash(str(message), "done")
    return saved(endpoint, **values)


def saved(endpoint: str, **values: Any) -> Response:
    """Note when the last thing was saved for the status line, and go on without more words."""
    session["saved"] = int(now().timestamp())
    return redirect(url_for(endpoint, **values), 303)


def status_line() -> str:
    """Give the words of the status line: when the last thing was saved."""
    stamp = session.get("saved")
    if not stamp:
        return ""
    at = datetime.fromtimestamp(stamp, zone())
    return _("Saved %(time)s", time=format_time(at.time()))


def help_block() -> dict[str, Any] | None:
    """Give the first steps and numbers of the protocol for the section inside every page.

    Before a protocol was adopted there are none, and the worry can be written down all the same.
    """
    found = frame()
    if found is None:
        return None
    steps, phones = steps_and_phones(found)
    return {
        "steps": steps,
        "phones": phones,
        "start": link("help_now.begin") if "help_now.begin" in current_app.view_functions else None,
        "op": new_op(),
    }


@lru_cache(maxsize=64)
def steps_and_phones(found: Frame) -> tuple[tuple[str, ...], tuple[Contact, ...]]:
    """Give the first steps and the numbers of a frame's protocol."""
    body = found.protocol or {}
    return tuple(body.get("steps", ())), tuple(
        Contact(one.get("name"), one.get("phone"), one.get("role"), one.get("hours"))
        for one in body.get("contacts", ())
    )


def office_nav() -> tuple[NavLink, ...]:
    """Give the navigation entries that the person may use."""
    signed = who()
    if signed is None:
        return ()
    items: tuple[NavItem, ...] = current_app.extensions["gipt.nav"]
    here = request.blueprint or ""
    key = (request.script_root, current_language().tag, signed.actor.roles, signed.actor.is_operator, here)
    # Who may use an entry is decided by the roles alone, so people with the same ones share the words and addresses.
    entries: Remembered[tuple[tuple[str, NavLink], ...]] = current_app.extensions["gipt.nav_entries"]
    known = entries.get(
        key,
        lambda: tuple(
            (
                item.blueprint,
                NavLink(link(item.endpoint), str(item.label), PART_OF.get(here, here) == item.blueprint),
            )
            for item in items
            if allows(signed.actor, item.needs)
        ),
    )
    counts = g.get("nav_counts", {})
    return tuple(one._replace(number=counts[name]) if counts.get(name) else one for name, one in known)


@cached_per_request
def facilitator_nav() -> tuple[NavLink, ...]:
    """Give the bottom bar of the facilitator's pages; Help is added by the layout."""
    entries = (
        ("today.page", _("Today"), "today"),
        ("groups.page", _("Groups"), "groups"),
        ("me.page", _("Me"), "me"),
    )
    here, known = request.blueprint, current_app.view_functions
    return tuple(
        NavLink(link(endpoint), label, here == endpoint.split(".")[0], icon=picture)
        for endpoint, label, picture in entries
        if endpoint in known
    )


def works_on_phone() -> bool:
    """Say whether the person is a facilitator and nothing else: those pages are their whole gipt."""
    signed = who()
    return signed is not None and signed.actor.roles == frozenset({Role.FACILITATOR})


def way_back() -> str:
    """Give what is put behind the address of a language, so that the page asked for comes again in it."""
    return "?" + urlencode(
        {"next": request.full_path.rstrip("?")}, safe="!$'()*,/:;?@"
    )  # as `url_for` writes it


def language_switch() -> tuple[LanguageLink, ...]:
    """Give the languages for the switch, with the one in use marked and no way back yet."""
    here = str(g.get("language", "en"))
    known: Remembered[tuple[LanguageLink, ...]] = current_app.extensions["gipt.switches"]
    return known.get(
        (request.script_root, here, shelf()),
        lambda: tuple(
            LanguageLink(link("front.choose_language", tag=one.tag), one.name, one.html_tag, one.tag == here)
            for one in languages(shipped_only=False)
            if one.is_offered
        ),
    )


def offered_languages() -> Iterator[LanguageLink]:
    """Give the languages for the switch with their whole addresses."""
    back = way_back()
    return (one._replace(href=one.href + back) for one in language_switch())


class Later:
    """A list that is made when a template goes through it: most pages do not show it."""

    def __init__(self, make: Callable[[], Iterable[Any]]) -> None:
        self.make = make

    def __iter__(self) -> Iterator[Any]:
        return iter(self.make())


def choose_language() -> None:
    """Decide the language of the request: explicit choice, the person's, the browser's, the programme's.

    A browser alone never leads to a language that is only begun: most of the page would be in English.
    """
    wish = session.get("language") or g.get("language_wish")
    known = find_language(wish) if wish else None
    if known is not None and (known.is_offered or known.status == "pseudo"):
        g.language = known.tag
    else:
        g.language = negotiate(request.headers.get("Accept-Language", "")).tag


FONTS = {
    "Ethi": "ethiopic",
    "Deva": "devanagari",
    "Beng": "bengali",
    "Mymr": "myanmar",
    "Arab": "arabic",
    "Aran": "nastaliq",
}


def font_sheet(script: str) -> str | None:
    """Give the stylesheet with the font and line heights of a script; Latin letters need none.

    Nastaliq takes 120 KB: where the browser asks to save data, Urdu is written in the Arabic style.
    """
    if script == "Aran" and request.headers.get("Save-Data", "").strip().lower() == "on":
        script = "Arab"
    return f"fonts/{FONTS[script]}.css" if script in FONTS else None


SEARCHES = frozenset({"people.find"})
"""Endpoints that answer a POST with a page although there was nothing to store: no name may stand in an address."""


def page_unsent() -> bool:
    """Say whether the page holds what a person typed or chose and the server did not store.

    What was stored is answered by a redirect (`done`, `saved`): a page drawn by the POST itself is a refused form or
    a preview.
    """
    return request.method == "POST" and request.endpoint not in SEARCHES


def context() -> dict[str, Any]:
    """Give templates what the layouts show."""
    signed = who()
    known = find_language(g.get("language", "en"))
    phone = works_on_phone()
    found = signed.frame if signed is not None else None
    return {
        "lang": known.html_tag if known else "en",
        "dir": known.direction if known else "ltr",
        "font_sheet": font_sheet(known.script) if known else None,
        "begun_language": known.name if known and known.begun else None,
        "nav": facilitator_nav() if phone else office_nav(),
        "programme_label": found.cover_name if found else "gipt",
        "home_href": link("front.home"),
        "user_label": signed.name if signed else None,
        "account_href": link("sign_in.account") if signed else None,
        "sign_out_url": link("sign_in.sign_out") if signed else None,
        "hide_url": link("front.hide") if signed else None,
        "cover_url": link("front.cover"),
        "idle_seconds": idle_seconds(signed) if signed else 0,
        "page_unsent": page_unsent(),
        "help_href": link("help_now.start")
        if signed and "help_now.start" in current_app.view_functions
        else None,
        "help_block": help_block() if signed else None,
        "status_line": status_line() if signed else "",
        "flashes": get_flashed_messages(with_categories=True),
        "languages": Later(offered_languages),
        "language_switch": language_switch(),
        "way_back": way_back(),
        "big": bool(session.get("big")),
        "new_op": new_op,
        "today": today if found else None,
    }


@lru_cache(maxsize=64)
def _file_hash(path: Path, changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def hashed_static(endpoint: str, values: dict[str, Any]) -> None:
    """Add the content's hash to the address of a static file, so that it can be kept for ever."""
    if endpoint == "static" and "filename" in values and current_app.static_folder:
        path = Path(current_app.static_folder) / values["filename"]
        if path.is_file():
            values["v"] = _file_hash(path, path.stat().st_mtime)


SAME_EVERYWHERE = frozenset({"static", "front.choose_language"})
"""Endpoints with few values, so that their addresses can be remembered as those without values are."""


MOST_KEYS = 5_000
"""Signed form keys remembered."""


class FormKeys:
    """Give the form key of a browser; signing one anew for each page would take longer than drawing its forms.

    The signature has no time limit (`WTF_CSRF_TIME_LIMIT`), so a signed key stays good as long as the session's own.
    """

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self) -> str:
        """Give the signed key, the same for all forms of a page."""
        if "csrf_token" not in session:
            g.pop("csrf_token", None)  # of an earlier request in the same application context
        if "csrf_token" not in g and (known := self.known.get(session.get("csrf_token", ""))):
            g.csrf_token = known
        signed = str(generate_csrf())
        if len(self.known) >= MOST_KEYS:
            self.known.clear()
        self.known[session["csrf_token"]] = signed
        return signed


def is_id(value: object) -> bool:
    """Say whether a value is one of our ids: letters and digits, the same in an address as anywhere."""
    return type(value) is str and len(value) == 32 and value.isascii() and value.isalnum()


class Links:
    """Give addresses to templates; those that are the same on every page are remembered for a moment.

    Of an address with ids (one member's page) what stands round them is remembered.
    """

    def __init__(self) -> None:
        self.known: Remembered[str] = Remembered()
        self.forms: Remembered[list[str]] = Remembered()

    def __call__(self, endpoint: str, **values: Any) -> str:
        """Give the address of a page or static file, as Flask does."""
        if endpoint.startswith("."):
            return url_for(endpoint, **values)
        root = request.script_root
        if not values:
            return self.known.get((endpoint, root), lambda: url_for(endpoint))
        if endpoint in SAME_EVERYWHERE:
            key = (endpoint, root, *values.items())
            return self.known.get(key, lambda: url_for(endpoint, **values))
        if not all(map(is_id, values.values())):
            return url_for(endpoint, **values)
        parts = self.forms.get((endpoint, root, *values), lambda: form_of_address(endpoint, tuple(values)))
        return "".join([values[part] if n % 2 else part for n, part in enumerate(parts)])


def form_of_address(endpoint: str, names: tuple[str, ...]) -> list[str]:
    """Give an address cut at its ids: text, name of a value, text, name, … text."""
    stand_ins = {f"{number}{SIGN}": name for number, name in enumerate(names)}
    values: dict[str, Any] = {name: stand_in for stand_in, name in stand_ins.items()}
    address = url_for(endpoint, **values)
    parts = re.split(f"({'|'.join(stand_ins)})", address)
    return [stand_ins.get(part, part) if n % 2 else part for n, part in enumerate(parts)]


link = Links()


def init_app(app: Flask, modules: list[ModuleType]) -> None:
    """Attach the frame to the application."""
    app.extensions["gipt.nav"] = collect_nav(modules)
    app.extensions["gipt.nav_entries"] = Remembered()
    app.extensions["gipt.switches"] = Remembered()
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_NAME"] = "gipt_page"
    csrf.init_app(app)
    form_key = FormKeys()
    app.context_processor(lambda: {**context(), "csrf_token": form_key})
    app.extensions[STYLE_FINDER] = find_style
    app.jinja_env.globals.update(TEMPLATE_GLOBALS)
    app.jinja_env.globals.update(label=label, sentence=sentence, sign_word=sign_word, pattern=Patterns())
    app.url_defaults(hashed_static)
    app.jinja_env.globals["url_for"] = link
    app.jinja_env.context_class = Page
    # Jinja's own shelf looks through all of its templates for each one that it gives.
    app.jinja_env.cache = create_cache(-1)
    # Each import of macros compares the names of what is known everywhere: quick with one dictionary, slow with
    # Jinja's chain of them, and no template of ours has globals of its own.
    known = app.jinja_env.globals

    def make_globals(own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return ChainMap(own, known) if own else known

    app.jinja_env.make_globals = make_globals  # type: ignore[method-assign,assignment]

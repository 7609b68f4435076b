"""Render the gallery, serve it on a free local port, and take screenshots.

Run `python -m tests.web.gallery.build FOLDER` to write pages and, with Chromium, pictures into FOLDER.
"""

import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from gipt.content.safety_words import HELP_NOW
from gipt.web.frame import Contact, LanguageLink, NavLink
from gipt.web.patterns import Patterns
from tests.web.gallery import samples

WEB = Path(__file__).resolve().parents[3] / "gipt" / "web"
PICTURES = [
    "sun",
    "pot",
    "goat",
    "bicycle",
    "tree",
    "boat",
    "drum",
    "basket",
    "fish",
    "moon",
    "key",
    "cup",
    "house",
    "star",
    "leaf",
    "bird",
]
LANGUAGES = {"en": ("ltr", {}), "ar": ("rtl", samples.ARABIC), "am": ("ltr", samples.AMHARIC)}
TITLES = {
    "today": "Today",
    "group": "Women's meeting – Hill",
    "meeting": "Meeting 4",
    "register": "Register",
    "question": "Check-ins",
    "followup": "Follow up",
    "people": "People",
    "plan": "Cycle dates",
    "signin": "Sign in",
    "signs": "Signs",
}
OFFICE_NAV = ["Overview", "Groups", "People", "Calendar", "Data", "Reports", "Guide", "Settings"]
PEOPLE = [
    {
        "name": "Halima Begum",
        "code": "M-0041",
        "place": "Mosque hill",
        "age": 34,
        "days": 19,
        "state": "part",
        "words": "waiting",
    },
    {
        "name": "Fatuma Ali",
        "code": "M-0044",
        "place": "Market",
        "age": 27,
        "days": 17,
        "state": "attention",
        "words": "2 things to fix",
    },
    {
        "name": "ወይዘሮ እመቤት ገብረ ማርያም",
        "code": "M-0051",
        "place": "Mosque hill",
        "age": 45,
        "days": 12,
        "state": "done",
        "words": "in a group",
    },
    {
        "name": "زينب عبد الرحمن",
        "code": "M-0060",
        "place": "Market",
        "age": 19,
        "days": 3,
        "state": "safety",
        "words": "",
    },
    {
        "name": "Adjoa Mensah-Owusu Nyarko",
        "code": "M-0061",
        "place": "Market",
        "age": 61,
        "days": 1,
        "state": "maybe",
        "words": "maybe the same",
    },
]
PLAN = [
    {"n": 1, "date": "Wed 4 Mar · 25 Yekatit", "clash": None},
    {"n": 2, "date": "Wed 11 Mar · 2 Megabit", "clash": None},
    {
        "n": 3,
        "date": "Wed 18 Mar · 9 Megabit",
        "clash": "end of Ramadan (about 20 Mar ±1)",
        "mark": "attention",
    },
    {"n": 4, "date": "Wed 25 Mar · 16 Megabit", "clash": "Amina: Youth room 09:30", "mark": "attention"},
]


def environment(words: dict[str, str]) -> Environment:
    """Make a Jinja environment like the application's, whose gettext looks into `words`."""
    env = Environment(
        loader=FileSystemLoader([WEB / "templates", Path(__file__).parent / "templates"]),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
    )

    def gettext(message: str) -> str:
        return words.get(message, message)

    def ngettext(one: str, many: str, n: int) -> str:
        return gettext(one if n == 1 else many)

    def pgettext(_context: str, message: str) -> str:
        return gettext(message)

    env.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
    env.globals.update(
        csrf_token=lambda: "token",
        url_for=lambda _endpoint, filename="", **_values: f"static/{filename}" if filename else "#",
        pattern=Patterns(),
        sign_word=gettext,
        # Readers of another calendar see one box more: the followup page shows it, on every page not in English.
        entry_calendars=lambda: [("ethiopian", "Ethiopian"), ("gregorian", "Gregorian")] if words else [],
        safety_lines=lambda group: {
            name: SimpleNamespace(english=False, __html__=functools.partial(gettext, text))
            for name, text in HELP_NOW[group].items()
        },
        current_language=lambda: SimpleNamespace(name="English"),
    )
    return env


def context(page: str, language: str) -> dict[str, Any]:
    """Return the values that a view would give to `page`."""
    direction, words = LANGUAGES[language]

    def say(text: str) -> str:
        return words.get(text, text)

    office = page in ("people", "plan", "signs")
    facilitator = [("Today", "today"), ("Groups", "groups"), ("Me", "me")]
    offered = (("en", "English"), ("fr", "Français"), ("ar", "العربية"))
    switch = tuple(LanguageLink("#", name, code, code == language) for code, name in offered)
    return {
        "lang": language,
        "dir": direction,
        "title": say(TITLES[page]),
        "op": "0" * 32,
        "back_href": "today.html",
        "hide_url": "/hide",
        "cover_url": "signin.html",
        "idle_seconds": 180,
        "status_line": say("Saved 10:04"),
        "flashes": [("done", say("Meeting 3 is closed. Two members to follow up."))]
        if page in ("today", "people")
        else [],
        "nav": tuple(
            NavLink("people.html", say(n), n == "People", number=2 if n == "Groups" else None)
            for n in OFFICE_NAV
        )
        if office
        else tuple(
            NavLink(f"{n}.html" if n == "today" else "group.html", say(w), n == page, icon=n)
            for w, n in facilitator
        ),
        "help_block": {
            "steps": (
                say("Stay. Do not leave the person alone."),
                say("Find a quiet place."),
                say("Ask what happened. Listen."),
            ),
            "phones": (
                Contact("Grace", "+256 711 222 333", say("Supervisor"), None),
                Contact("Hill clinic", "0800 111", None, say("24 hours")),
            ),
            "href": "followup.html",
        },
        "user_label": "Amina O.",
        "account_href": "#",
        "sign_out_url": "/out",
        "home_href": "people.html",
        "search_href": "/find",
        "programme_label": "Hill programme",
        "help_href": "#" if office else None,
        "languages": switch,
        "language_switch": switch,
        "way_back": "",
        "names": samples.NAMES[language],
        "pictures": PICTURES,
        "people": PEOPLE,
        "plan": PLAN,
    }


def render(folder: Path) -> list[str]:
    """Write every page in every language, and the static files; return the paths below `folder`."""
    paths = []
    for language, (_direction, words) in LANGUAGES.items():
        env = environment(words)
        target = folder / language
        shutil.copytree(WEB / "static", target / "static", dirs_exist_ok=True)
        for page in TITLES:
            text = env.get_template(f"{page}.html").render(context(page, language))
            (target / f"{page}.html").write_text(text, encoding="utf-8")
            paths.append(f"{language}/{page}.html")
    return paths


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files with the policy of the real application, without a line for each request."""

    def end_headers(self) -> None:
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        )
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` while the block runs; give the address."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a headless Chromium of the machine (GIPT_CHROMIUM, or found on the path)."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("GIPT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-dev-shm-usage",
    ]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def shoot(folder: Path, wanted: Callable[[str], bool] = lambda _path: True) -> None:
    """Take a picture of every wanted page at 320, 360 and 1280 px."""
    paths = [path for path in render(folder) if wanted(path)]
    with served(folder) as address, chromium() as browser:
        for width, height in ((320, 640), (360, 740), (1280, 800)):
            page = browser.new_page(viewport={"width": width, "height": height})
            for path in paths:
                page.goto(f"{address}/{path}")
                page.screenshot(path=folder / f"{path.replace('/', '-')[:-5]}-{width}.png", full_page=True)
            page.close()


if __name__ == "__main__":
    shoot(Path(sys.argv[1]), lambda path: len(sys.argv) < 3 or any(word in path for word in sys.argv[2:]))

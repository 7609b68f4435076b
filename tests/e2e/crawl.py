"""Play the demonstration into one database, and find every page that links reach for each role."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from gipt.actions.sign_ins import open_sign_in
from gipt.demo import run
from gipt.domain.access import Actor
from gipt.queries.sign_ins import find_account

PEOPLE = {
    "facilitator": "sita",
    "supervisor": "grace",
    "coordinator": "paul",
    "me": "ingrid",
    "clinical_lead": "noor",
    "admin": "admin",
    "nobody": "",
}
"""One person of the demonstration for every role; nobody is signed out."""
START = ("/", "/sign-in", "/cover", "/h", "/account")
NOT_PAGES = frozenset({"static", "front.choose_language"})
MOST = 400
"""Requests of one crawl, so that a page that links to ever new pages ends the test."""


@dataclass(slots=True)
class Parsed:
    """What a page says about itself."""

    links: list[str]
    forms: list[tuple[str, dict[str, str]]]
    """(method, hidden fields) of every form."""
    title: str
    lang: str
    direction: str
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.html: dict[str, str | None] = {}
        self.title = ""
        self.words: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside.append(tag)
        if tag == "html":
            self.html = given
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "form":
            self.forms.append(((given.get("method") or "get").lower(), {}))
        elif tag in ("input", "button") and self.forms and given.get("name"):
            self.forms[-1][1][given["name"] or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if "title" in self.inside:
            self.title += data
        elif not {"script", "style", "svg"} & set(self.inside):
            self.words.append(data)


BLOCKS = frozenset(
    "p li h1 h2 h3 h4 td th label button a summary legend dt dd div span small b option title figcaption".split()
)


def parse(html: str) -> Parsed:
    """Read links, forms, title and words of a page."""
    reader = _Reader()
    reader.feed(html)
    return Parsed(
        reader.links,
        reader.forms,
        reader.title.strip(),
        reader.html.get("lang") or "",
        reader.html.get("dir") or "",
        re.sub(r"[ \t]+", " ", "".join(reader.words)),
    )


@contextmanager
def demonstration(app: Flask, seed: int = 7) -> Iterator[run.Demonstration]:
    """Play the demonstration as of now into an empty, migrated application."""
    with tempfile.TemporaryDirectory() as folder:
        yield run.make(Path(folder), now=datetime.now(UTC), seed=seed, tell=lambda _words: None)


def session_cookies(app: Flask, role: str, **session: object) -> dict[str, str]:
    """Give the cookies of the demonstration's person of a role, signed in and unlocked now."""
    now = datetime.now(UTC)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = PEOPLE[role]
    if not name:
        return {app.config["SESSION_COOKIE_NAME"]: signer.dumps(session)}
    account = find_account(name)
    assert account is not None
    kind = "phone" if role == "facilitator" else "office"
    token = open_sign_in(staff_id=account.staff_id, kind=kind, by=Actor(account.staff_id), now=now)
    page = signer.dumps({"seen": int(now.timestamp()), "unlocked": True, **session})
    return {"gipt": token, app.config["SESSION_COOKIE_NAME"]: page}


def client_of(app: Flask, role: str, **session: object) -> FlaskClient:
    """Give a client that is signed in as the person of a role."""
    client = app.test_client()
    for name, value in session_cookies(app, role, **session).items():
        client.set_cookie(name, value)
    return client


def kind_of(app: Flask, path: str) -> tuple[str, tuple[str, ...]] | None:
    """Give the endpoint of a path and the names of its parameters; None when it is no page of ours."""
    parts = urlsplit(path)
    try:
        endpoint, _values = app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return None
    if endpoint in NOT_PAGES:
        return None
    return str(endpoint), tuple(sorted({name for name, _value in parse_qsl(parts.query)}))


@dataclass(frozen=True, slots=True)
class Found:
    """One page that a role reaches by links."""

    path: str
    endpoint: str
    response: TestResponse
    html: str


def crawl(app: Flask, client: FlaskClient, *, examples: int = 1, more: tuple[str, ...] = ()) -> list[Found]:
    """Follow links breadth first, `examples` pages of each kind; redirects are followed and not counted.

    Raises AssertionError for a link that leads to a page that does not exist or breaks.
    """
    queue = [(path, "start") for path in (*START, *more)]
    seen: set[str] = set()
    counts: dict[tuple[str, tuple[str, ...]], int] = {}
    found: list[Found] = []
    while queue:
        path, source = queue.pop(0)
        kind = kind_of(app, path)
        if path in seen or kind is None or counts.get(kind, 0) >= examples:
            continue
        seen.add(path)
        assert len(seen) < MOST, "the crawl does not end"
        response = client.get(path)
        if response.status_code in (302, 303):
            queue.insert(0, (local(path, response.location), path))
            continue
        if source == "start" and response.status_code == 404:
            continue
        assert response.status_code == 200, f"{source} links to {path}: {response.status_code}"
        counts[kind] = counts.get(kind, 0) + 1
        if response.mimetype != "text/html":
            continue
        html = response.get_data(as_text=True)
        found.append(Found(path, kind[0], response, html))
        queue += [(local(path, link), path) for link in parse(html).links if is_local(link)]
    return found


def is_local(link: str) -> bool:
    """Say whether a link stays in gipt."""
    parts = urlsplit(link)
    return not link.startswith("#") and parts.scheme in ("", "http") and parts.netloc in ("", "localhost")


def local(path: str, link: str) -> str:
    """Give where a link leads, as a path."""
    parts = urlsplit(urldefrag(urljoin(path, link)).url)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"

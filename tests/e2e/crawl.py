"""Play the demonstration into one database, and find every page that links reach for each role."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from gipt.actions.imports import start_import
from gipt.actions.report_requests import ReportRequest, request_report
from gipt.actions.safety import raise_worry
from gipt.actions.schedules import ChangeRecord, change_schedule
from gipt.actions.sign_ins import open_sign_in
from gipt.demo import run
from gipt.domain.access import Actor
from gipt.intake.fields import Kind
from gipt.intake.reader import read_paste
from gipt.queries.groups import list_groups
from gipt.queries.sign_ins import find_account, find_signed_in

PEOPLE = {
    "facilitator": "sita",
    "supervisor": "bina",
    "coordinator": "prakash",
    "me": "ingrid",
    "clinical_lead": "noor",
    "translator": "hana",
    "reviewer": "deepa",
    "admin": "admin",
    "nobody": "",
}
"""One person of the demonstration for every role; nobody is signed out."""
START = ("/", "/sign-in", "/cover", "/h", "/account")
NOT_PAGES = frozenset({"static", "front.choose_language"})
MOST = 400
"""Requests of one crawl, so that a page that links to ever new pages ends the test."""


@dataclass(slots=True)
class Sent:
    """One form: where it goes, what stands in its fields, and in which of them a person can write."""

    method: str
    action: str
    fields: dict[str, str]
    written: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Parsed:
    """What a page says about itself."""

    links: list[str]
    forms: list[Sent]
    title: str
    lang: str
    direction: str
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[Sent] = []
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
            self.forms.append(Sent((given.get("method") or "get").lower(), given.get("action") or "", {}))
        elif tag in ("input", "button", "textarea") and self.forms and given.get("name"):
            name = given["name"] or ""
            self.forms[-1].fields[name] = given.get("value") or ""
            if tag == "textarea" or (tag == "input" and (given.get("type") or "text") not in CHOSEN):
                self.forms[-1].written.add(name)

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


CHOSEN = {"hidden", "radio", "checkbox", "file"}
BLOCKS = {
    *(
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "td",
        "th",
        "label",
        "button",
        "a",
        "summary",
        "legend",
        "dt",
        "dd",
        "div",
    ),
    *("span", "small", "b", "option", "title", "figcaption"),
}


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


PASTED = "Name\tSex\tAge\tPhone\nAsha Devi Rai\tF\t31\t9801000001\nKamala Thapa\tF\tabout fifty\t9801000002\n"


@contextmanager
def demonstration(app: Flask, seed: int = 7) -> Iterator[run.Demonstration]:
    """Play the demonstration as of now into an empty, migrated application, and leave some work undone.

    Undone: a worry that nobody has seen, a list that waits to be confirmed, a report that waits to be made, a
    cancelled meeting without a decision.
    """
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        made = run.make(Path(folder), now=now, seed=seed, tell=lambda _words: None)
        coordinator = actor_of("coordinator")
        start_import(kind=Kind.PEOPLE, read=lambda: read_paste(PASTED), by=coordinator, now=now)
        record = ReportRequest("funder-standard", date(2026, 1, 1), date(2026, 6, 30), "en")
        request_report(record=record, by=coordinator, now=now)
        cycle_id = next(
            row.cycle_id for row in list_groups(coordinator, now.date()).rows if row.status == "running"
        )
        assert cycle_id is not None
        change = ChangeRecord(cycle_id, "cancel", number=6, reason="venue")
        change_schedule(record=change, by=coordinator, now=now)
        raise_worry(by=actor_of("facilitator"), now=now)
        yield made


def actor_of(role: str) -> Actor:
    """Give the demonstration's person of a role as an actor."""
    signed = find_signed_in(sign_in_token(role), datetime.now(UTC))
    assert signed is not None
    return signed.actor


def sign_in_token(role: str) -> str:
    """Open a sign-in of the demonstration's person of a role; gives its token."""
    account = find_account(PEOPLE[role])
    assert account is not None
    kind = "phone" if role == "facilitator" else "office"
    by = Actor(account.staff_id)
    return open_sign_in(staff_id=account.staff_id, kind=kind, by=by, now=datetime.now(UTC))


def session_cookies(app: Flask, role: str, **session: object) -> dict[str, str]:
    """Give the cookies of the demonstration's person of a role, signed in and unlocked now."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = app.config["SESSION_COOKIE_NAME"]
    if not PEOPLE[role]:
        return {name: signer.dumps(session)}
    page = signer.dumps({"seen": int(datetime.now(UTC).timestamp()), "unlocked": True, **session})
    return {"gipt": sign_in_token(role), name: page}


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

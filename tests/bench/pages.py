"""Decision 34, second half: main pages against bare pages with the same sign-in, statements and bytes."""

from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask

from gipt.db import Sealed, db
from tests.bench import bare
from tests.bench.load import CONNECTIONS, Browser, Job, rate, served
from tests.bench.scene import Scene, browser

ROUNDS = 5
REQUESTS = 60
"""Requests of each connection in a round."""


@dataclass(frozen=True)
class Page:
    """One page: its name for the table, its address, and whose."""

    name: str
    path: str
    token: str


@dataclass(frozen=True)
class Measured:
    """What came out for one page: requests per second, statements, bytes."""

    page: Page
    ours: float
    bare: float
    statements: int
    bytes: int


def main_pages(scene: Scene) -> list[Page]:
    """Give the pages that decision 34 names."""
    leader = scene.leaders[0]
    return [
        Page("Today", "/today", leader.token),
        Page("group", f"/g/{leader.cycles[0]}", leader.token),
        Page("register", f"/s/{leader.sessions[0][0]}/r", leader.token),
        Page("people", "/o/people", scene.office),
    ]


def measure(scene: Scene) -> list[Measured]:
    """Measure each page and its bare twin in turns."""
    app = scene.app()
    pages = main_pages(scene)
    twins = {page.path: recorded(app, page) for page in pages}
    found = []
    with served(scene.served) as port, served(lambda: bare.reading_app(scene.file, twins)) as bare_port:
        for page in pages:
            ours = [jobs(browser(app, port, page.token), page) for _ in range(CONNECTIONS)]
            theirs = [jobs(browser(app, bare_port, page.token), page) for _ in range(CONNECTIONS)]
            rate(ours)
            rate(theirs)
            rounds = [(rate(ours), rate(theirs)) for _ in range(ROUNDS)]
            statements, content = twins[page.path]
            found.append(
                Measured(
                    page,
                    median(one for one, _ in rounds),
                    median(other for _, other in rounds),
                    len(statements),
                    len(content),
                )
            )
    return found


def jobs(one: Browser, page: Page) -> list[Job]:
    """Give the requests of one connection in a round."""
    return [(one, "GET", page.path, b"", 200)] * REQUESTS


def recorded(app: Flask, page: Page) -> tuple[list[bare.Statement], bytes]:
    """Open the page once and write down what reached the driver and what left for the browser."""
    seen: list[bare.Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, context: Any, *_rest: Any) -> None:
        columns = context.compiled._result_columns if context.compiled is not None else ()
        sealed = [(n, one.type.where) for n, one in enumerate(columns) if isinstance(one.type, Sealed)]
        seen.append((statement, values, sealed))

    client = app.test_client()
    for name, value in browser(app, 0, page.token).cookies.items():
        client.set_cookie(name.decode(), value.decode())
    client.get(page.path)
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    answer = client.get(page.path)
    sa.event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, page.path
    engine.dispose()  # no open connection may be inherited by the servers
    return seen, answer.data

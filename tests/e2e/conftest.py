"""A served application and a real browser for end-to-end tests.

Without Chromium the tests are skipped with a line that says how to install it; GIPT_REQUIRE_BROWSER=1 turns the
skip into a failure.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from gipt.actions.sign_ins import open_sign_in
from gipt.domain.access import Role
from tests.cast import Person
from tests.web.gallery.build import chromium

HOW = "No Chromium: install Debian's package chromium, or set GIPT_CHROMIUM."


class Quiet(WSGIRequestHandler):
    """Serve without a line for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free local port while the block runs; give the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """Serve the application of the test; give the address."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a headless Chromium to one module; two of them cannot run in one process at the same time."""
    found = os.environ.get("GIPT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        if os.environ.get("GIPT_REQUIRE_BROWSER") == "1":
            pytest.fail(HOW)
        pytest.skip(HOW)
    pytest.importorskip("playwright")
    with chromium() as running:
        yield running


OpenPage = Callable[..., Any]


@pytest.fixture
def open_page(app: Flask, live_server: str, browser: Any) -> Iterator[OpenPage]:
    """Give a function that opens a signed-in window: `open_page(person, scripts=False, width=320)`."""
    contexts = []

    def open_it(
        person: Person | None = None,
        *,
        scripts: bool = True,
        width: int = 360,
        height: int = 740,
        **page: Any,
    ) -> Any:
        context = browser.new_context(
            base_url=live_server,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            **page,
        )
        contexts.append(context)
        context.set_default_timeout(8_000)
        if person is not None:
            context.add_cookies(signed_in_cookies(app, person, live_server))
        return context.new_page()

    yield open_it
    for context in contexts:
        context.close()


def signed_in_cookies(app: Flask, person: Person, address: str, **session: Any) -> list[dict[str, str]]:
    """Give the cookies of a person who is signed in and unlocked; `session` adds to the page's signed cookie."""
    now = datetime.now(UTC)
    kind = "phone" if person.role is Role.FACILITATOR else "office"
    token = open_sign_in(staff_id=person.staff_id, kind=kind, by=person.actor, now=now)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    page = signer.dumps({"seen": int(now.timestamp()), "unlocked": True, **session})
    return [
        {"name": "gipt", "value": token, "url": address},
        {"name": app.config["SESSION_COOKIE_NAME"], "value": page, "url": address},
    ]


def follow(page: Any, locator: Any) -> None:
    """Click a link or a button that leads to a page, and wait until that page is whole.

    A click alone returns when the next page begins to arrive: a test that looks then may find nothing of it yet.
    """
    with page.expect_navigation():
        locator.click()

"""Every answer carries the headers of decision 26: pages, faults, redirects, files, and what breaks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipt.web.headers import HEADERS
from tests.cast import Cast, signed_in_client


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    """Give a client that answers for a fault of ours as a server does."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/s/broken", "cover.broken", lambda: 1 // 0)
    return signed_in_client(app, cast.people[("coordinator", "own")])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/o/people", 200),
        ("GET", "/", 303),
        ("GET", "/nowhere", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/style.css", 200),
        ("POST", "/o/people", 405),
        ("POST", "/o/people/new", 422),
        ("POST", "/o/people/new?large", 413),
        ("GET", "/s/broken", 500),
    ],
)
def test_every_kind_of_answer_carries_every_header(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    body = {"data": b"x" * (17 * 1024 * 1024), "content_type": "text/plain"} if path.endswith("large") else {}
    answer = client.open(path, method=method, **body)
    answer.close()
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    kept = answer.headers["Cache-Control"]
    assert kept.startswith("public") if path == "/static/style.css" else kept == "no-store"
    assert "Strict-Transport-Security" not in answer.headers, "only where there is https"


def test_every_page_without_an_id_carries_every_header_and_the_same_policy(app: Flask, cast: Cast) -> None:
    asked = 0
    for role in ("coordinator", "facilitator", "admin"):
        client = signed_in_client(app, cast.people[(role, "own")])
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.arguments:
                answer = client.get(rule.rule)
                answer.close()
                asked += 1
                assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, rule.rule
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert asked > 100

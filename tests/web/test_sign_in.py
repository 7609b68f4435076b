"""Signing in, unlocking and one-time links, as a person meets them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from gipt.actions.sign_ins import make_link
from gipt.domain.access import OPERATOR
from tests.cast import Cast, signed_in_client

GOOD = "a short sentence of mine"


@pytest.fixture
def office_link(cast: Cast) -> str:
    return make_link(
        staff_id=cast.staff_id("coordinator"), purpose="password", by=OPERATOR, now=datetime.now(UTC)
    )


def test_a_link_sets_a_password_once_and_signs_in(app: Flask, cast: Cast, office_link: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post(f"/link/{office_link}", data={"password": GOOD, "again": GOOD})
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    assert app.test_client().get(f"/link/{office_link}").status_code == 404


def test_a_link_dies_after_a_day(app: Flask, cast: Cast, office_link: str) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)):
        assert app.test_client().get(f"/link/{office_link}").status_code == 404


@pytest.mark.parametrize(
    ("password", "again"),
    [("too short", "too short"), ("a" * 20, "a" * 20), (GOOD, GOOD + "x")],
    ids=["short", "one letter", "not the same"],
)
def test_a_weak_or_mistyped_password_is_refused_in_words(
    app: Flask, cast: Cast, office_link: str, password: str, again: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post(f"/link/{office_link}", data={"password": password, "again": again})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_wrong_name_and_wrong_password_get_the_same_words(app: Flask, cast: Cast, office_link: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client().post(f"/link/{office_link}", data={"password": GOOD, "again": GOOD})
    texts = []
    for name in ("coordinator.own", "nobody.here"):
        answer = app.test_client().post("/sign-in", data={"sign_in_name": name, "password": "x" * 16})
        assert answer.status_code == 422
        texts.append(answer.text.split('class="error"')[1][:200])
    assert texts[0] == texts[1]


def test_five_wrong_tries_make_the_sixth_wait(app: Flask, cast: Cast, office_link: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post(f"/link/{office_link}", data={"password": GOOD, "again": GOOD})
    stranger = app.test_client()
    for _ in range(5):
        stranger.post(
            "/sign-in", data={"sign_in_name": "coordinator.own", "password": "wrong and long enough"}
        )
    answer = stranger.post("/sign-in", data={"sign_in_name": "coordinator.own", "password": GOOD})
    assert answer.status_code == 422
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=90)):
        assert (
            stranger.post("/sign-in", data={"sign_in_name": "coordinator.own", "password": GOOD}).status_code
            == 303
        )


def test_a_phone_locks_after_idle_minutes_and_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    token = make_link(
        staff_id=cast.staff_id("facilitator"), purpose="phone", by=OPERATOR, now=datetime.now(UTC)
    )
    client = app.test_client()
    assert client.post(f"/link/{token}", data={"pin": "274951", "again": "274951"}).status_code == 303
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        locked = client.post("/account/letters", data={"typed": "a long story"})
        assert locked.status_code == 401
        kept = locked.text.split('name="kept" value="')[1].split('"')[0]
        assert "a long story" not in locked.text
        wrong = client.post("/unlock", data={"pin": "111222", "kept": kept})
        assert wrong.status_code == 422
        assert kept in wrong.text
        right = client.post("/unlock", data={"pin": "٢٧٤٩٥١", "kept": kept})
        assert 'value="a long story"' in right.text
        assert 'action="/account/letters"' in right.text


def test_signing_out_ends_the_sign_in_on_the_server(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    cookie = client.get_cookie("gipt")
    assert cookie is not None
    assert client.get("/account").status_code == 200
    client.post("/sign-out")
    client.set_cookie("gipt", cookie.value)
    assert client.get("/account").status_code == 303


def test_a_stale_form_key_gives_everything_back(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/account/letters", data={"note": "written with care", "csrf_token": "stale"})
    assert answer.status_code == 400
    assert 'name="note" value="written with care"' in answer.text


def test_every_answer_carries_the_headers(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for path in ("/sign-in", "/nowhere", "/static/style.css", "/account", "/cover"):
        answer = client.get(path)
        answer.close()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        if not path.startswith("/static"):
            assert answer.headers["Cache-Control"] == "no-store"

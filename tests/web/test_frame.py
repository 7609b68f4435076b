"""What pages remember of their frame: never another person's, never longer than it is true."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask, g, url_for

from gipt.db import db, end_reading, reading_connection, write_transaction
from gipt.models import Programme, SafetyProtocol, Site
from gipt.queries.frame import find_frame
from gipt.queries.prepared import connection
from gipt.web.frame import link, steps_and_phones
from tests.cast import Cast, signed_in_client
from tests.world import make_running_group


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("today.page", {}),
        ("groups.member", {"cycle_id": "a1" * 16, "enrolment_id": "0" * 32}),
        ("groups.member", {"enrolment_id": "0" * 32, "cycle_id": "a1" * 16}),
        ("groups.member", {"cycle_id": "0" * 32, "enrolment_id": "0" * 32}),
        ("people.page", {"site": "b2" * 16, "sort": "newest", "page": 2}),
        ("people.page", {"site": "b2" * 16, "state": None}),
        ("people.page", {"site": "b2" * 16}),
        ("people.page", {"site": "é/?&" * 8}),
        ("meeting.guide", {"session_id": "c3" * 16, "number": 3}),
        ("static", {"filename": "style.css"}),
        ("front.choose_language", {"tag": "ar"}),
    ],
)
@pytest.mark.parametrize("root", ["", "/gipt"])
def test_remembered_addresses_are_those_that_flask_gives(
    app: Flask, endpoint: str, values: dict[str, object], root: str
) -> None:
    with app.test_request_context("/today", environ_overrides={"SCRIPT_NAME": root}):
        first, again, wanted = (make(endpoint, **values) for make in (link, link, url_for))  # type: ignore[operator]
        assert first == again == wanted
        assert wanted.startswith(root)


def form_keys(page: str) -> set[str]:
    return set(re.findall(r'name="csrf_token" value="([^"]+)"', page))


def test_a_browser_keeps_its_form_key_and_gets_nobody_elses(app: Flask, cast: Cast) -> None:
    one, other = (
        signed_in_client(app, cast.people[(role, "own")]) for role in ("facilitator", "coordinator")
    )
    app.config["WTF_CSRF_ENABLED"] = True
    keys = []
    for client, path in ((one, "/today"), (other, "/o/people"), (one, "/g"), (other, "/o/people")):
        g.pop("csrf_token", None)  # the fixture's context outlives requests, a real one does not
        keys.append(form_keys(client.get(path).text))
    assert [len(found) for found in keys] == [1, 1, 1, 1]
    assert keys[0] == keys[2]
    assert keys[1] == keys[3]
    assert keys[0] != keys[1]
    g.pop("csrf_token", None)
    assert one.post("/me/names", data={"csrf_token": keys[2].pop()}).status_code == 303
    assert one.post("/me/names", data={"csrf_token": keys[1].pop()}).status_code == 400


def test_the_frame_is_the_same_object_until_a_setting_or_the_protocol_changes(app: Flask, cast: Cast) -> None:
    first = find_frame()
    assert first is not None
    assert find_frame() is first
    db.session.execute(sa.update(Programme).values(cover_name="Garden club"))
    db.session.commit()
    second = find_frame()
    assert second is not None
    assert (second is first, second.cover_name) == (False, "Garden club")
    assert steps_and_phones(second) == ((), ())
    body = {
        "steps": ["Stay."],
        "contacts": [{"name": "Grace", "phone": "0700", "role": None, "hours": "day"}],
    }
    now = datetime.now(UTC)
    db.session.add(
        SafetyProtocol(
            version=1, language="en", body=body,
            approver="Dr Okello", approved_on=now.date(), adopted_at=now,
        )
    )  # fmt: skip
    db.session.commit()
    third = find_frame()
    assert third is not None
    assert third.protocol == body
    assert steps_and_phones(third) == (("Stay.",), (("Grace", "0700", None, "day"),))


def test_a_request_that_only_reads_has_a_connection_of_its_own(app: Flask, cast: Cast) -> None:
    assert reading_connection() is None  # no request
    with app.test_request_context("/today"):
        held = connection()
        assert held is reading_connection() is connection()
        assert not db.session.registry.has() or not db.session().in_transaction()
        db.session.scalar(sa.select(Site.id))
        assert reading_connection() is None  # the session works: its transaction is the one to be in
        db.session.rollback()
        assert connection() is held
        end_reading()
        assert held.closed
        assert connection() is not held
    assert "gipt_reading" not in g


def test_a_write_ends_the_reading_and_what_is_asked_afterwards_sees_it(app: Flask, cast: Cast) -> None:
    def name() -> str:
        return str(connection().execute(sa.select(Programme.name)).scalar_one())

    with app.test_request_context("/today"):
        before, held = name(), connection()
        with write_transaction():
            assert held.closed
            assert reading_connection() is None
            connection().execute(sa.update(Programme).values(name=f"{before} II"))
            assert name() == f"{before} II"
        assert name() == f"{before} II"


def test_no_connection_is_kept_after_a_page(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, 6)
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    db.session.remove()
    for path in ("/today", f"/g/{world.cycle_id}", "/me", "/nowhere", f"/s/{world.session_ids[0]}/guide/1"):
        client.get(path)
        db.session.remove()
        assert db.engine.pool.checkedout() == 0, path  # type: ignore[attr-defined]


def test_words_are_looked_up_again_for_each_request(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    for tag, words in (("fr", "Aujourd"), ("en", "Today"), ("ar", "اليوم"), ("fr", "Aujourd")):
        client.get(f"/language/{tag}", query_string={"next": "/today"})
        assert words in client.get("/today").text


@pytest.mark.parametrize(
    ("role", "path", "seconds"),
    [
        pytest.param("facilitator", "/today", 7 * 60, id="phone"),
        pytest.param("coordinator", "/o/people", 30 * 60, id="office"),
    ],
)
def test_pages_say_after_how_long_the_server_asks_again(
    app: Flask, cast: Cast, role: str, path: str, seconds: int
) -> None:
    db.session.execute(sa.update(Programme).values(lock_minutes=7))
    db.session.commit()
    client = signed_in_client(app, cast.people[(role, "own")])
    assert f'data-idle="{seconds}"' in client.get(path).text
    for passed, status in ((seconds - 5, 200), (seconds + 5, 303)):
        with client.session_transaction() as session:
            session["seen"] = int(datetime.now(UTC).timestamp()) - passed
        assert client.get(path).status_code == status


def test_a_page_says_whether_it_holds_what_was_not_stored(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    assert "data-unsent" not in client.get("/o/people/new").text
    refused = client.post("/o/people/new", data={"op": "a" * 32, "note": "Lives near the mill."})
    assert refused.status_code == 422
    assert "data-unsent" in refused.text
    assert "data-unsent" not in client.post("/o/people/find", data={"q": "Halima"}).text

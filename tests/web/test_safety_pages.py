"""The supervisor's inbox and the help path, through the browser's eyes."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.safety import raise_worry
from gipt.db import db
from gipt.models import SafetyEpisode
from tests.cast import Cast, signed_in_client


def now() -> datetime:
    return datetime.now(UTC)


def test_two_taps_from_the_inbox_see_and_acknowledge(app: Flask, cast: Cast) -> None:
    episode_id = raise_worry(by=cast.actor("facilitator"), now=now())
    code = db.session.get(SafetyEpisode, episode_id).code
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    page = client.get("/o/safety")
    assert page.status_code == 200
    assert code in page.text
    answer = client.post(f"/o/safety/{episode_id}/seen", data={"op": "a" * 32, "back": "inbox"})
    assert answer.status_code == 303
    assert "1 open" in client.get("/o/safety").text
    assert client.get(f"/o/safety/{episode_id}").status_code == 200


def test_a_foreign_episode_answers_as_a_missing_one(app: Flask, cast: Cast) -> None:
    episode_id = raise_worry(by=cast.actor("facilitator", "foreign"), now=now())
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    foreign, missing = client.get(f"/o/safety/{episode_id}"), client.get("/o/safety/" + "0" * 32)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text.replace(episode_id, "0" * 32) == missing.text
    assert client.post(f"/o/safety/{episode_id}/seen").status_code == 404
    assert "Nothing open" in client.get("/o/safety").text


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "coordinator", "me", "clinical_lead", "admin"])
def test_one_tap_writes_the_worry_down_for_every_role(app: Flask, cast: Cast, role: str) -> None:
    client = signed_in_client(app, cast.people[(role, "own")])
    assert client.get("/h").status_code == 200
    answer = client.post("/h", data={"op": "b" * 32})
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 1
    assert client.get(answer.location).status_code == 200

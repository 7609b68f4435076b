"""The pages of sending: choose, see the difference, send; what goes wrong is a sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.report_files import settings
from gipt.config import OtherSystem
from gipt.db import db
from gipt.models import AuditEvent, ReportRun
from tests.actions.test_interop import MAP
from tests.cast import Cast, signed_in_client
from tests.interop.fake_dhis2 import TOKEN, FakeDhis2, fake_dhis2
from tests.world import hold_meeting, make_running_group

FORM = {"code_map": "hmis", "from": "2026-01"}


@pytest.fixture(autouse=True)
def _quiet_clock() -> object:
    with time_machine.travel(datetime(2026, 4, 15, 9, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def client(app: Flask, cast: Cast, tmp_path: Path) -> FlaskClient:
    folder = tmp_path / "own" / "dhis2"
    folder.mkdir(parents=True)
    (folder / "hmis.toml").write_text(MAP, "utf-8")
    app.extensions["gipt.settings"] = replace(settings(), exports=tmp_path / "own")
    hold_meeting(cast, make_running_group(cast, members=12, first=date(2026, 2, 9)), 1)
    return signed_in_client(app, cast.people[("me", "own")])


@pytest.fixture
def dhis2(app: Flask, client: FlaskClient) -> Iterator[FakeDhis2]:
    with fake_dhis2() as server:
        app.extensions["gipt.settings"] = replace(settings(), dhis2=OtherSystem(server.url, TOKEN))
        yield server


def test_the_difference_comes_before_anything_is_sent(client: FlaskClient, dhis2: FakeDhis2) -> None:
    dhis2.values = [
        {"dataElement": "element0001", "orgUnit": "orgUnit0001", "period": "2026Q1", "value": "9"}
    ]
    shown = client.post("/o/reports/send", data=FORM)
    assert shown.status_code == 200
    for words in (
        "I-07, numerator",
        "Replaces another number",
        "Hidden: it speaks of few people",
        "127.0.0.1",
    ):
        assert words in shown.text
    assert dhis2.values[0]["value"] == "9"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportRun)) == 0
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    assert seen
    answer = client.post("/o/reports/send/now", data={**FORM, "seen": seen[1]})
    assert (answer.status_code, answer.location) == (303, "/o/reports")
    assert [one["value"] for one in dhis2.values] == ["12"]
    page = client.get("/o/reports").text
    assert "Sent to another system" in page
    assert "Make again" not in page
    assert TOKEN not in page + shown.text


def test_maps_of_other_sites_are_not_offered_and_broken_ones_are_named(
    client: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "own" / "dhis2" / "broken.toml").write_text(MAP.replace('"F5"', '"F99"'), "utf-8")
    (tmp_path / "own" / "dhis2" / "lake.toml").write_text(
        MAP.replace("hmis", "lake").replace("HILL", "LAKE"), "utf-8"
    )
    shown = client.get("/o/reports/send").text
    assert 'value="hmis"' in shown
    assert 'value="lake"' not in shown
    assert 'value="example"' not in shown
    assert "broken.toml" in shown


def test_numbers_that_were_not_looked_at_are_not_sent(client: FlaskClient, dhis2: FakeDhis2) -> None:
    answer = client.post("/o/reports/send/now", data={**FORM, "seen": "0" * 64})
    assert answer.status_code == 422
    assert "have changed since you looked" in answer.text
    assert dhis2.values == []


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "does not accept the token"), (500, "has a fault of its own"), (302, "has moved")],
)
def test_what_the_server_says_no_to_is_one_sentence(
    client: FlaskClient, dhis2: FakeDhis2, status: int, words: str
) -> None:
    dhis2.status = status
    answer = client.post("/o/reports/send", data=FORM)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("change", [{"code_map": "nope"}, {"from": "2026-02"}, {"from": ""}])
def test_what_does_not_fit_is_said_and_nothing_breaks(
    client: FlaskClient, dhis2: FakeDhis2, change: dict[str, str]
) -> None:
    for url in ("/o/reports/send", "/o/reports/send/now", "/o/reports/send/adx"):
        assert client.post(url, data={**FORM, **change}).status_code == 422
    assert dhis2.asked == []


def test_an_adx_file_is_handed_out_without_a_server_and_the_taking_is_kept(client: FlaskClient) -> None:
    assert "No other system is set up" in client.get("/o/reports/send").text
    answer = client.post("/o/reports/send/adx", data=FORM)
    assert answer.status_code == 200
    assert "adx-2026-01-2026-03.xml" in answer.headers["Content-Disposition"]
    assert b'value="12"' in answer.data
    last = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc())).first()
    assert last is not None
    assert (last.action, last.details["values"], last.details["hidden"]) == ("write_adx", 1, 2)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_stand_in_every_language_of_the_interface(
    client: FlaskClient, dhis2: FakeDhis2, language: str
) -> None:
    client.get(f"/language/{language}")
    for answer in (client.get("/o/reports/send"), client.post("/o/reports/send", data=FORM)):
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text

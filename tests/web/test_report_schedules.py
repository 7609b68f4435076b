"""The pages of reports made by themselves: set up, pause, go on, end; and the line that says why one stopped."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from gipt.actions.report_schedules import ask_all_due
from gipt.db import db
from gipt.models import Grant, ReportRun, ReportSchedule
from tests.cast import Cast, signed_in_client

TODAY = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
FORM = {"report": "funder-standard", "how_often": "quarterly", "days": "١٠", "language": "en"}


@pytest.fixture(autouse=True)
def _quiet_clock() -> object:
    with time_machine.travel(TODAY, tick=True):
        yield


def only() -> ReportSchedule:
    db.session.rollback()
    return db.session.scalars(sa.select(ReportSchedule)).one()


def test_from_setting_up_to_the_end(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    answer = client.post("/o/report-schedules/new", data=FORM)
    assert (answer.status_code, answer.location) == (303, "/o/report-schedules")
    assert (only().days, only().site_ids, only().by_id) == (10, [cast.own], cast.staff_id("me"))
    shown = client.get("/o/report-schedules").text
    assert "Every quarter" in shown
    assert "10 Apr 2026" in shown
    for act, state in (("pause", "paused"), ("resume", "active"), ("end", "ended")):
        assert f"/{act}" in client.get("/o/report-schedules").text
        client.post(f"/o/report-schedules/{only().id}/{act}")
        assert only().state == state
    assert "/pause" not in client.get("/o/report-schedules").text


def test_what_it_made_is_one_link_away(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    client.post("/o/report-schedules/new", data=FORM)
    ask_all_due(TODAY + timedelta(days=8))
    run_id = db.session.scalars(sa.select(ReportRun.id)).one()
    assert f'href="/o/register/{run_id}"' in client.get("/o/report-schedules").text


def test_one_that_stopped_says_why_and_can_be_taken_over(app: Flask, cast: Cast) -> None:
    signed_in_client(app, cast.people[("me", "own")]).post("/o/report-schedules/new", data=FORM)
    db.session.execute(sa.delete(Grant).where(Grant.staff_id == cast.staff_id("me")))
    db.session.commit()
    ask_all_due(TODAY + timedelta(days=8))
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    assert "Whoever set it up may no longer have this report." in client.get("/o/report-schedules").text
    client.post(f"/o/report-schedules/{only().id}/resume")
    assert (only().state, only().by_id) == ("active", cast.staff_id("coordinator"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": "90"}, "days"),
        ({"how_often": "weekly"}, "how_often"),
        ({"report": "full-data"}, "purpose"),
        ({"report": ""}, "report"),
    ],
    ids=["too late", "no such rhythm", "no purpose", "no report"],
)
def test_what_does_not_fit_is_said_beside_its_field(
    app: Flask, cast: Cast, change: dict[str, str], field: str
) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    answer = client.post("/o/report-schedules/new", data={**FORM, **change})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"', answer.text)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportSchedule)) == 0

"""The page about research packages: asking under an agreement, refusing without one, fetching by a POST."""

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from gipt.actions.report_runs import run_waiting_reports
from gipt.db import db
from gipt.models import ReportRun, ReportTerms
from tests.actions.test_report_research import agree
from tests.cast import Cast, signed_in_client
from tests.world import make_running_group

TODAY = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
FORM = {
    "from": "2025-12", "to": "2026-03", "language": "en", "agreement": "MoU 2026/04", "purpose": "Who comes",
    "recipient": "Invented University", "licence": "agreement", "k": "5", "form": "csv",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet_clock() -> object:
    with time_machine.travel(TODAY, tick=True):
        yield


def runs() -> list[ReportRun]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ReportRun).order_by(ReportRun.code)))


@pytest.mark.parametrize("role", ["me", "clinical_lead"])
def test_a_package_is_asked_for_made_and_fetched_by_a_post(app: Flask, cast: Cast, role: str) -> None:
    for number in range(3):
        world = make_running_group(
            cast, members=10, first=date(2026, 1, 12), name=f"Group {number}", offset=10 * number
        )
        agree(cast, world.member_ids)
    client = signed_in_client(app, cast.people[(role, "own")])
    assert client.get("/o/research/new").status_code == 200
    answer = client.post("/o/research/new", data=FORM)
    assert (answer.status_code, answer.location) == (303, "/o/research")
    assert "meta http-equiv" in client.get("/o/research").text
    run_waiting_reports(datetime.now(UTC))
    (run,) = runs()
    assert (run.state, run.kind, run.from_on, run.to_on) == (
        "done", "research", date(2025, 12, 1), date(2026, 3, 31),
    )  # fmt: skip
    shown = client.get("/o/research").text
    for words in ("Download", "MoU 2026/04", "Invented University", "k ≥ 5"):
        assert words in shown
    assert client.get(f"/o/research/{run.id}/file").status_code == 405
    got = client.post(f"/o/research/{run.id}/file")
    assert got.mimetype == "application/zip"
    assert "research-2025-12-2026-03-R-0001.zip" in got.headers["Content-Disposition"]
    got.close()
    client.post("/o/research/new", data={**FORM, "agreement": "MoU 2026/05"})
    assert "Overlaps R‑0001" in client.get("/o/research").text
    assert "MoU 2026/04" in client.get("/o/research/new").text
    client.post(f"/o/research/{run.id}/delete")
    assert client.post(f"/o/research/{run.id}/file").status_code == 409


@pytest.mark.parametrize("field", ["agreement", "recipient", "purpose", "k"])
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    app: Flask, cast: Cast, field: str
) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    answer = client.post("/o/research/new", data={**FORM, field: ""})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"', answer.text)
    for name in {"agreement", "recipient", "purpose"} - {field}:
        assert FORM[name] in answer.text
    assert runs() == []


def test_a_licence_for_everybody_needs_a_larger_k(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    answer = client.post("/o/research/new", data={**FORM, "licence": "cc_by_nc"})
    assert "please choose 11 or more" in answer.text
    assert client.post("/o/research/new", data={**FORM, "licence": "cc_by_nc", "k": "11"}).status_code == 303
    assert db.session.scalars(sa.select(ReportTerms.k)).one() == 11


def test_too_few_people_are_said_on_the_page(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    client.post("/o/research/new", data=FORM)
    run_waiting_reports(datetime.now(UTC))
    assert "Too few people of these months and places agreed to research." in client.get("/o/research").text


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "translator", "admin"])
def test_other_roles_have_no_such_page(app: Flask, cast: Cast, role: str) -> None:
    client = signed_in_client(app, cast.people[(role, "own")])
    assert client.get("/o/research").status_code == 404
    assert client.post("/o/research/new", data=FORM).status_code == 404


def test_it_is_not_among_the_other_reports(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("me", "own")])
    client.post("/o/research/new", data=FORM)
    assert "R-0001" not in client.get("/o/reports").text
    assert 'value="research"' not in client.get("/o/reports/new").text

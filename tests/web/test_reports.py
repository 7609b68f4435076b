"""The page about reports: asking, watching, fetching; and whose reports one sees."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.report_runs import ReportRequest, claim, file_of, request_report, run_waiting_reports
from gipt.db import db
from gipt.models import AuditEvent, ReportRun
from tests.cast import Cast, signed_in_client
from tests.world import hold_meeting, make_running_group

TODAY = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
FORM = {"report": "funder-standard", "from": "2026-01", "to": "2026-03", "language": "en"}


@pytest.fixture(autouse=True)
def _quiet_clock() -> object:
    with time_machine.travel(TODAY, tick=True):
        yield


def client_of(app: Flask, cast: Cast, role: str = "me", site: str = "own") -> FlaskClient:
    return signed_in_client(app, cast.people[(role, site)])


def ask(cast: Cast, role: str = "me", report: str = "funder-standard") -> str:
    record = ReportRequest(report, date(2026, 1, 1), date(2026, 3, 31), "en", purpose="Quarter")
    return request_report(record=record, by=cast.actor(role), now=datetime.now(UTC))


def runs() -> list[ReportRun]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ReportRun).order_by(ReportRun.code)))


def test_the_last_full_quarter_is_offered_and_two_presses_ask_for_it(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast)
    shown = client.get("/o/reports/new")
    assert re.search(r'<option value="2026-01" selected>', shown.text)
    assert re.search(r'<option value="2026-03" selected>', shown.text)
    answer = client.post("/o/reports/new", data=FORM)
    assert (answer.status_code, answer.location) == (303, "/o/reports")
    (run,) = runs()
    assert (run.from_on, run.to_on) == (date(2026, 1, 1), date(2026, 3, 31))
    assert run.site_ids == [cast.own]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"report": "nope"}, "report"),
        ({"from": "2026-04", "to": "2026-03"}, "to"),
        ({"to": "2031-01"}, "to"),
        ({"language": "tlh"}, "language"),
        ({"report": "full-data", "purpose": ""}, "purpose"),
    ],
    ids=["no such report", "backwards", "a month to come", "no such language", "internal without a purpose"],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(
    app: Flask, cast: Cast, change: dict[str, str], field: str
) -> None:
    answer = client_of(app, cast).post("/o/reports/new", data={**FORM, "purpose": "Our board", **change})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"', answer.text)
    assert change.get("purpose", "Our board") in answer.text
    assert runs() == []


def test_sites_of_others_are_not_offered_and_not_taken(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast)
    assert "Lake office" not in client.get("/o/reports/new").text
    client.post("/o/reports/new", data={**FORM, "site": cast.foreign})
    assert [run.site_ids for run in runs()] == [[cast.own]]  # the one site of this person is not a question


def test_while_a_report_is_made_the_page_looks_again_without_a_script(app: Flask, cast: Cast) -> None:
    run_id = ask(cast)
    client = client_of(app, cast)
    refresh = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    assert refresh in client.get("/o/reports").text
    claim(run_id=run_id, now=datetime.now(UTC))
    shown = client.get("/o/reports").text
    assert refresh in shown
    assert "<progress" in shown
    assert "Stop" in shown
    assert "Download" not in shown
    client.post(f"/o/reports/{run_id}/stop")
    assert refresh not in client.get("/o/reports").text


def test_a_finished_report_is_fetched_by_a_post_and_the_fetching_is_kept(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, members=3, first=date(2026, 1, 19))
    hold_meeting(cast, world, 1)
    run_id = ask(cast)
    run_waiting_reports(datetime.now(UTC))
    client = client_of(app, cast)
    assert "Download" in client.get("/o/reports").text
    assert client.get(f"/o/reports/{run_id}/file").status_code == 405
    answer = client.post(f"/o/reports/{run_id}/file")
    content = answer.data
    answer.close()
    assert answer.status_code == 200
    assert "funder-standard-2026-01-2026-03-R-0001.xlsx" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert openpyxl.load_workbook(BytesIO(content)).sheetnames[0] == "Cover"
    last = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc())).first()
    assert last is not None
    assert (last.action, last.entity_id, last.actor_id) == ("download_report", run_id, cast.staff_id("me"))


def test_a_foreign_report_answers_exactly_as_a_missing_one(app: Flask, cast: Cast) -> None:
    run_id = ask(cast)
    run_waiting_reports(datetime.now(UTC))
    other = client_of(app, cast, "coordinator", "foreign")
    assert "R-0001" not in other.get("/o/reports").text
    for act in ("file", "stop", "again", "delete"):
        foreign, missing = (other.post(f"/o/reports/{one}/{act}") for one in (run_id, "0" * 32))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert plain(foreign.text) == plain(missing.text)
    assert len(runs()) == 1
    assert file_of("R-0001").exists()


def plain(text: str) -> str:
    """Give a page without form keys and the ids that were asked for."""
    return re.sub(r"[0-9a-f]{32}", "ID", re.sub(r'name="csrf_token"[^>]*', "", text))


@pytest.mark.parametrize("role", ["supervisor", "clinical_lead", "translator", "reviewer", "admin"])
def test_other_roles_have_no_such_page(app: Flask, cast: Cast, role: str) -> None:
    client = client_of(app, cast, role)
    assert client.get("/o/reports").status_code == 404
    assert client.post("/o/reports/new", data=FORM).status_code == 404


def test_the_file_goes_and_the_line_stays(app: Flask, cast: Cast) -> None:
    run_id = ask(cast)
    run_waiting_reports(datetime.now(UTC))
    client = client_of(app, cast)
    client.post(f"/o/reports/{run_id}/delete")
    shown = client.get("/o/reports").text
    assert "R-0001" in shown
    assert "Download" not in shown
    assert client.post(f"/o/reports/{run_id}/file").status_code == 409


def test_made_again_it_says_whether_the_figures_are_the_same(app: Flask, cast: Cast) -> None:
    run_id = ask(cast)
    run_waiting_reports(datetime.now(UTC))
    client = client_of(app, cast)
    client.post(f"/o/reports/{run_id}/again")
    run_waiting_reports(datetime.now(UTC) + timedelta(seconds=1))
    assert "The same figures as R-0001." in client.get("/o/reports").text


def test_a_report_that_could_not_be_made_says_why(app: Flask, cast: Cast) -> None:
    run_id = ask(cast)
    db.session.execute(sa.update(ReportRun).values(state="failed", problem="conflict.report_leaks"))
    db.session.commit()
    shown = client_of(app, cast).get("/o/reports").text
    assert "would have named somebody" in shown
    assert run_id in shown  # it can be asked for again


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_stand_in_every_language_of_the_interface(app: Flask, cast: Cast, language: str) -> None:
    ask(cast)
    run_waiting_reports(datetime.now(UTC))
    client = client_of(app, cast)
    client.get(f"/language/{language}")
    for url in ("/o/reports", "/o/reports/new"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text


def test_a_report_of_ones_own_is_offered_with_its_words_and_a_wrong_one_says_what_is_wrong(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (Path("exports") / "cycle-summary.toml").read_text("utf-8")
    own = text.replace('"cycle-summary"', '"ours"').replace("What we did together", "For our valley")
    (tmp_path / "ours.toml").write_text(own, "utf-8")
    (tmp_path / "wrong.toml").write_text(text, "utf-8")
    settings = replace(app.extensions["gipt.settings"], exports=tmp_path)
    monkeypatch.setitem(app.extensions, "gipt.settings", settings)
    page = client_of(app, cast).get("/o/reports/new").get_data(as_text=True)
    assert "For our valley" in page
    assert "For a meeting with the community: one page of counts in plain words" in page
    assert "wrong.toml: “id” must be the name of the file, not “cycle-summary”." in page
    assert 'value="wrong"' not in page
    assert (
        page.index('value="funder-standard"') < page.index('value="ours"') < page.index('value="full-data"')
    )

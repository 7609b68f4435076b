"""The pages of a funder's own workbook: send, look, choose cells, make, see what stayed empty."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipt.actions.report_runs import file_of, run_waiting_reports
from gipt.db import db
from gipt.models import ReportTemplate
from gipt.queries.report_templates import read_template
from tests.cast import Cast, signed_in_client
from tests.reports.plain_template import plain_template
from tests.reports.rich_template import rich_template
from tests.world import hold_meeting, make_running_group

TODAY = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
FORM = plain_template(
    {"A1": "Attendances", "B1": "{{I-07, count}}", "A2": "Women", "B2": None, "A3": "Men", "B3": None}
)


@pytest.fixture(autouse=True)
def _quiet_clock() -> object:
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("me", "own")])


def send(
    client: FlaskClient, raw: bytes = FORM, name: str = "Form of the fund", file: str = "f.xlsx"
) -> TestResponse:
    data: dict[str, Any] = {"name": name, "definitions": "1", "file": (BytesIO(raw), file)}
    return client.post("/o/reports/templates/new", data=data, content_type="multipart/form-data")


def test_a_workbook_is_sent_looked_at_and_filled(client: FlaskClient, cast: Cast) -> None:
    hold_meeting(cast, make_running_group(cast, members=12, first=date(2026, 1, 12)), 1)
    answer = send(client)
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert "1 cell is filled" in shown
    assert "I-07, numerator" in shown
    assert "Everything else in the workbook stays exactly as it is." in shown
    assert "Women" in shown  # what stands before the empty cell
    client.post(answer.location, data={"B2!Form": "F5, sex=female", "B3!Form": ""})
    template_id = db.session.scalar(sa.select(ReportTemplate.id))
    assert template_id is not None
    assert read_template(template_id).chosen == {"B2!Form": "F5, sex=female"}
    asked = client.get(f"/o/reports/new?report=template:{template_id}").text
    assert re.search(r'value="template:[0-9a-f]{32}" checked', asked)
    form = {"report": f"template:{template_id}", "from": "2025-12", "to": "2026-03", "language": "en"}
    assert client.post("/o/reports/new", data=form).status_code == 303
    assert run_waiting_reports(datetime.now(UTC)) == 1
    page = client.get("/o/reports").text
    assert "Form of the fund" in page
    link = re.search(r'href="(/o/reports/[0-9a-f]{32}/cells)"', page)
    assert link
    left = client.get(link[1]).text
    assert "F5, sex=female" in left
    assert "1 cell filled" in page
    assert "it would tell something about few people" in left
    kept = client.get(link[1].replace("/o/reports/", "/o/register/").removesuffix("/cells")).text
    assert "Template of a funder" in kept
    assert "Form!B1" in kept
    assert "I-07, numerator" in kept
    book = openpyxl.load_workbook(file_of("R-0001"))
    assert book.sheetnames == ["Form", "Dictionary"]
    assert [cell.value for cell in book["Form"]["B"]] == [12, None, None]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "not answered yet"),
        ({"raw": b""}, "file", "empty"),
        ({"raw": b"PK\x03\x04"}, "file", "damaged"),
        ({"file": "form.xlsm"}, "file", "can run programs"),
        ({"file": ""}, "file", "not answered yet"),
    ],
    ids=["no name", "an empty file", "half a file", "macros", "no file"],
)
def test_what_is_not_taken_is_said_in_a_sentence_and_the_name_stays(
    client: FlaskClient, change: dict[str, Any], field: str, words: str
) -> None:
    answer = send(client, **change)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"[^>]*>.*{words}', answer.text)
    assert change.get("name", "Form of the fund") in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportTemplate)) == 0


def test_what_cannot_be_kept_and_what_is_wrong_is_said_before(client: FlaskClient) -> None:
    answer = send(client, rich_template({"B5": "{{I-99}}"}))
    shown = client.get(answer.location).text
    assert "There are charts." in shown
    assert "There are protected sheets." in shown
    assert "“I-99” is no indicator." in shown
    assert "Make a report" not in shown


def test_a_cell_can_be_chosen_from_lists_and_emptied_again(client: FlaskClient) -> None:
    page = send(client).location
    url = f"{page}/cell?cell=B3!Form"
    shown = client.get(url).text
    assert "Men" in shown
    choice = {
        "indicator": "I-05",
        "breakdown": "sex=male",
        "second": "age_band=18-24",
        "period": "ytd",
        "part": "numerator",
    }
    assert client.post(url, data=choice).status_code == 303
    assert "I-05, age_band=18-24, sex=male, ytd, numerator" in client.get(page).text
    again = client.get(url).text
    for chosen in ("I-05", "age_band=18-24", "sex=male", "ytd", "numerator"):
        assert f'value="{chosen}" selected' in again
    client.post(url, data={"do": "empty"})
    assert "1 cell is filled" in client.get(page).text
    for wrong in ({**choice, "indicator": "I-17"}, {**choice, "second": "sex=female"}, {}):
        assert client.post(url, data=wrong).status_code == 422
    assert client.get(f"{page}/cell?cell=Z9!Form").status_code == 404


def test_a_wrong_word_typed_for_a_cell_is_said_and_kept(client: FlaskClient) -> None:
    page = send(client).location
    answer = client.post(page, data={"B2!Form": "F5, femal", "B3!Form": "F5, male"})
    assert answer.status_code == 422
    assert "“femal” is not known." in answer.text
    assert 'value="F5, femal"' in answer.text
    assert 'value="F5, male"' in answer.text


def test_settings_change_name_and_file_and_put_it_away(client: FlaskClient) -> None:
    page = send(client).location
    newer = {"name": "Form B", "file": (BytesIO(plain_template({"A1": "{{F5}}"})), "g.xlsx")}
    client.post(f"{page}/settings", data=newer, content_type="multipart/form-data")
    shown = client.get(page).text
    assert "Form B" in shown
    assert "F5" in shown
    client.post(f"{page}/retire")
    assert "Take it back" in client.get("/o/reports/templates").text
    client.post(f"{page}/restore")
    assert "Take it back" not in client.get("/o/reports/templates").text


def test_a_template_can_be_filled_by_itself_every_quarter(client: FlaskClient) -> None:
    send(client)
    template_id = db.session.scalar(sa.select(ReportTemplate.id))
    assert "Form of the fund" in client.get("/o/report-schedules/new").text
    form = {"report": f"template:{template_id}", "how_often": "quarterly", "days": "5", "language": "en"}
    assert client.post("/o/report-schedules/new", data=form).status_code == 303
    assert "Template of a funder" in client.get("/o/report-schedules").text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_stand_in_every_language_of_the_interface(client: FlaskClient, language: str) -> None:
    page = send(client).location
    client.get(f"/language/{language}")
    for url in (
        "/o/reports/templates",
        "/o/reports/templates/new",
        page,
        f"{page}/settings",
        f"{page}/cell?cell=B2!Form",
    ):
        answer = client.get(url)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text

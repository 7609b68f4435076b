"""The pages of measures in languages: load, compare, approve, withdraw; picture scales and what they change."""

import gzip
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipt.actions.measure_wordings import record_picture_test
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.adaptation_life import PictureTest
from gipt.domain.measures import EPDS, PHQ2, PHQ9
from gipt.domain.picture_scales import Scale
from gipt.models import MeasureWording, PictureScaleTest
from tests import wordings as made
from tests.cast import NOW, Cast, signed_in_client
from tests.world import make_running_group

As = Callable[[str], FlaskClient]
GOOD = {
    "citation": "Invented and others 2020", "population": "Adults of an invented district", "cut_off": "9",
    "licence": "Invented, free", "permission": "None needed",
}  # fmt: skip


@pytest.fixture
def as_(app: Flask, cast: Cast) -> As:
    return lambda role: signed_in_client(app, cast.people[(role, "own")])


def words(answer: TestResponse) -> str:
    plain = re.sub(r"</?(?:bdi)\b[^>]*>", "", answer.get_data(as_text=True))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def send(client: FlaskClient, raw: bytes, name: str = "q.xlsx", **more: str) -> TestResponse:
    data = {"measure": "phq9", "language": "sw", "file": (BytesIO(raw), name), **more}
    return client.post("/measures/load", data=data, content_type="multipart/form-data")


def loaded(client: FlaskClient) -> None:
    page = send(client, made.plain(PHQ9)).location
    assert client.post(page, data=GOOD).status_code == 303


def test_a_wording_is_compared_loaded_approved_by_two_and_taken_out_again(as_: As) -> None:
    translator, reviewer, lead = as_("translator"), as_("reviewer"), as_("clinical_lead")
    answer = send(translator, made.as_json(made.fhir(PHQ9)), "q.json")
    shown = words(translator.get(answer.location))
    assert "Little interest or pleasure in doing things q1 maneno q1" in shown
    assert "Invented 2020, a validation" in shown
    done = translator.post(answer.location, data=GOOD, follow_redirects=True)
    assert "Loaded. It is read out once two people approved exactly these words." in words(done)
    page = "/measures/phq9/sw"
    assert "Waits for approval by two people" in words(translator.get(page))
    assert "I read these words" not in words(translator.get(page))
    for client in (reviewer, lead):
        digest = re.search(r'name="words" value="([0-9a-f]{64})"', client.get(page).text)
        assert digest
        assert client.post(f"{page}/approve", data={"words": digest[1]}).status_code == 303
    shown = words(lead.get(page))
    assert "In use" in shown
    assert "You approved these words." in shown
    assert "Cut-off 9" in shown
    assert "Use this cut-off for screening" in shown
    link = re.search(r'href="(/o/criteria\?wording=[0-9a-f]{32})"', lead.get(page).text)
    assert link
    criteria = lead.get(link[1]).text
    assert re.search(r'name="cut_off" value="9"', criteria)
    assert "Invented and others 2020" in criteria
    db.session.rollback()
    wording_id = db.session.scalar(sa.select(MeasureWording.id))
    assert translator.post(f"/measures/wordings/{wording_id}/withdraw").status_code == 404
    assert reviewer.post(f"/measures/wordings/{wording_id}/withdraw").status_code == 303
    assert "Not offered in this language" in words(reviewer.get(page))


def test_a_wording_for_one_place_is_loaded_in_its_own_tag(as_: As) -> None:
    client = as_("translator")
    assert '<option value="sw_KE@kibera"' in client.get("/measures/load").text
    page = send(client, made.plain(PHQ9), language="sw_KE@kibera").location
    assert client.post(page, data=GOOD).status_code == 303
    assert "Waits for approval" in words(client.get("/measures/phq9/sw_KE@kibera"))
    assert "Not offered in this language" in words(client.get("/measures/phq9/sw"))


def test_who_loaded_a_wording_is_not_offered_to_sign_it(as_: As) -> None:
    lead, reviewer = as_("clinical_lead"), as_("reviewer")
    loaded(lead)
    page = lead.get("/measures/phq9/sw")
    assert "You loaded this wording. Two other people have to sign it." in words(page)
    assert "I read these words" not in words(page)
    assert "You loaded this wording." in words(lead.get("/languages/sw/measures/sign-off"))
    digest = re.search(r'name="words" value="([0-9a-f]{64})"', reviewer.get("/measures/phq9/sw").text)
    assert digest
    refused = lead.post("/measures/phq9/sw/approve", data={"words": digest[1]})
    assert "Another person has to take this step." in words(refused)


def test_words_that_changed_meanwhile_are_not_approved(as_: As) -> None:
    loaded(as_("translator"))
    answer = as_("reviewer").post("/measures/phq9/sw/approve", data={"words": "0" * 64})
    assert answer.status_code == 422
    assert "These words changed meanwhile." in words(answer)


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (made.plain(PHQ9, items=PHQ9.items[:9]), "q.xlsx", "Question 10 (function) is missing in this file."),
        (made.xlsform(PHQ2), "q.xlsx", "“phq2_1” is not a question of this measure."),
        (b"{}", "q.json", "no FHIR Questionnaire"),
        (b"x", "q.pdf", ".json, .xlsx or .po"),
        (b"", "", "File: not answered yet."),
    ],
)
def test_a_file_that_is_refused_names_what_to_mend_and_keeps_the_choices(
    as_: As, raw: bytes, name: str, said: str
) -> None:
    answer = send(as_("translator"), raw, name, stem="Katika siku hizi")
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="phq9" selected' in answer.text
    assert "Katika siku hizi" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MeasureWording)) == 0


@pytest.mark.parametrize("field", ["citation", "population", "cut_off", "licence", "permission"])
def test_evidence_is_asked_for_beside_each_field_and_nothing_typed_is_lost(as_: As, field: str) -> None:
    client = as_("translator")
    page = send(client, made.plain(PHQ9)).location
    answer = client.post(page, data={**GOOD, field: ""})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    other = "population" if field != "population" else "citation"
    assert GOOD[other] in answer.text


def test_the_list_says_where_nothing_is_offered_and_gives_empty_sheets(as_: As) -> None:
    client = as_("translator")
    shown = words(client.get("/measures"))
    assert "Not offered in this language" in shown
    assert "Published English words" in shown
    assert EPDS.name not in shown
    sheet = client.get("/measures/phq9/sheet")
    rows = list(openpyxl.load_workbook(BytesIO(sheet.data)).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("item", "text", "0", "1")
    assert [row[0] for row in rows[1:]] == ["stem", *(item.id for item in PHQ9.items)]
    for url in (
        "/measures/epds/sheet",
        "/measures/phq9/xx",
        "/measures/epds/sw",
        "/measures/wordings/" + "0" * 32,
    ):
        assert client.get(url).status_code == 404


def test_english_that_ships_is_shown_with_its_credit(as_: As) -> None:
    shown = words(as_("translator").get("/measures/phq9/en"))
    assert "Published English words" in shown
    assert "Pfizer" in shown
    assert "Load a wording" not in shown


# --- picture scales -----------------------------------------------------------------------------------------------


def test_a_test_of_pictures_is_recorded_with_numbers_only(as_: As, cast: Cast) -> None:
    client = as_("translator")
    shown = words(client.get("/measures/pictures"))
    assert "Which is more often?" in shown
    assert len(set(re.findall(r"\d+: ([A-D]{4})", shown))) > 1
    form = {
        "scale": "glasses", "language": "sw", "site": cast.own, "population": "Women of the hill",
        "asked": "10", "ordered_right": "8", "named_a_mood": "0",
        "tested_on-day": "1", "tested_on-month": "2", "tested_on-year": "2026",
    }  # fmt: skip
    assert client.post("/measures/pictures", data=form).status_code == 303
    shown = words(client.get("/measures/pictures"))
    assert "Understood 8 of 10 in order, 0 named a mood" in shown
    for field, value in (
        ("asked", "0"),
        ("ordered_right", "11"),
        ("named_a_mood", ""),
        ("site", cast.foreign),
    ):
        answer = client.post("/measures/pictures", data={**form, field: value})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert "Women of the hill" in answer.text
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PictureScaleTest)) == 1


@pytest.mark.parametrize("scale", list(Scale))
def test_pictures_stand_beside_the_answers_only_where_they_were_understood(
    app: Flask, cast: Cast, scale: Scale
) -> None:
    world = make_running_group(cast, members=2, first=date(2026, 1, 12))
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    url = f"/s/{world.session_ids[0]}/c/{world.enrolment_ids[0]}"
    asked = client.get(url)
    assert 'class="ans' in asked.text
    assert '<svg class="often"' not in asked.text

    def record(moods: int, days: int) -> None:
        record_picture_test(
            scale=scale, tag="en", site_id=cast.own, population="Invented", test=PictureTest(10, 9, moods),
            tested_on=date(2026, 2, 1) + timedelta(days), by=OPERATOR, now=NOW,
        )  # fmt: skip

    record(0, 0)
    pictured = client.get(url)
    assert pictured.text.count('<svg class="often"') == 4
    assert "Several days" in pictured.text
    assert len(gzip.compress(pictured.data)) <= 6 * 1024
    assert '<svg class="often"' not in client.get(f"{url}?i=function").text
    record(1, 1)
    assert '<svg class="often"' not in client.get(url).text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_stand_in_every_language_of_the_interface(as_: As, language: str) -> None:
    client = as_("translator")
    page = send(client, made.plain(PHQ9)).location
    client.get(f"/language/{language}")
    for url in ("/measures", "/measures/load", page, "/measures/phq9/sw", "/measures/pictures"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text

"""The three steps of an import as a coordinator goes through them, with no script."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from gipt.actions.members import MemberRecord, add_member
from gipt.actions.programme import ProgrammeRecord, set_programme
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import ImportRun, Member, Screening
from tests.cast import NOW, Cast, signed_in_client

HEADS = "Name\tSex\tAge\tVillage\tScreening date\t" + "\t".join(f"PHQ-9 Q{n}" for n in range(1, 10))
GOOD = "Amina Nakato\tF\t30\tHill\t2026-02-20\t2\t2\t2\t2\t2\t1\t1\t0\t0"
BAD = "Halima Begum\tF\tthirty\tHill\t2026-02-20\t2\t2\t2\t2\t2\t1\t1\t0\t0"


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("coordinator", "own")])


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def paste(client: FlaskClient, *lines: str, kind: str = "people") -> str:
    """Paste cells and give the address of the preview."""
    answer = client.post("/o/import", data={"kind": kind, "cells": "\n".join(lines)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def fields(html: str) -> dict[str, str]:
    """Give what the form of the preview would send as it stands: hidden fields, texts and ticked boxes."""
    form = html.split('<form method="post" action="/o/import/', 1)[1].split("</form>", 1)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        got = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if got.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        found[got["name"]] = got.get("value", "")
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen.group(1) if chosen else ""
    return found


def test_a_list_goes_from_paste_to_result_and_back(client: FlaskClient) -> None:
    place = paste(client, HEADS, GOOD, BAD)
    page = client.get(place).text
    assert "Row 3, Age: “thirty” is not a number. Write 30." in page
    assert "Import 1 good rows, keep 1 for later" in page
    assert "<bdi>Amina Nakato</bdi>" not in page
    assert "<bdi>Amina Nakato</bdi>" in client.get(place + "?show=all").text
    assert count(Member) == 0
    sent = {**fields(page), "e:0!C3": "30", "do": "good"}
    answer = client.post(place, data=sent)
    assert answer.status_code == 303
    assert count(Member) == 2
    shown = client.get(place).text
    assert "Step 3 of 3" in shown
    assert "Take it back" in shown
    client.post(place + "/undo", data={"op": "undo-once"})
    assert count(Member) == 0
    assert "This list was taken back" in client.get(place).text


def test_forty_six_rows_with_three_to_mend_take_few_steps(client: FlaskClient) -> None:
    """Paste, send, three cells, confirm: each mended cell is one field, and one button saves all."""
    firsts = ("Grace", "Mercy", "Salome", "Betty", "Fatuma", "Zeinab", "Lucy")
    lasts = ("Akello", "Odhiambo", "Bekele", "Mensah", "Namuli", "Deng", "Tamang")
    names = [f"{first} {last}" for first in firsts for last in lasts]
    rows = [GOOD.replace("Amina Nakato", name) for name in names[:43]]
    bad = [BAD.replace("Halima Begum", name) for name in names[43:46]]
    place = paste(client, HEADS, *rows, *bad)
    page = client.get(place).text
    mended = {name: "30" for name in fields(page) if re.fullmatch(r"e:0!C\d+", name)}
    assert len(mended) == 3
    actions = 2 + 1 + 2 * 3 + 1
    assert actions <= 12
    client.post(place, data={**fields(page), **mended, "do": "good"})
    assert count(Member) == 46


def test_rows_that_are_left_wait_with_what_was_chosen(client: FlaskClient) -> None:
    place = paste(client, HEADS, GOOD, BAD)
    client.post(place, data={**fields(client.get(place).text), "do": "good"})
    assert count(Member) == 1
    later = re.search(r'href="(/o/import/\w{32})">Mend the rows', client.get(place).text)
    assert later is not None
    page = client.get(later.group(1)).text
    assert "Row 3, Age" in page
    client.post(later.group(1), data={**fields(page), "e:0!C3": "٣٠", "do": "good"})
    assert count(Member) == 2


def test_a_row_can_be_left_out_and_taken_in_again(client: FlaskClient) -> None:
    place = paste(client, HEADS, GOOD, BAD)
    client.post(place, data={**fields(client.get(place).text), "skip:0!3": "1", "do": "check"})
    page = client.get(place + "?show=all").text
    assert "1 Left out" in page
    sent = fields(page)
    assert sent.pop("skip:0!3") == "1"
    client.post(place + "?show=all", data={**sent, "do": "check"})
    assert "1 To mend" in client.get(place).text


def test_a_column_that_was_guessed_wrong_is_set_right(client: FlaskClient) -> None:
    place = paste(client, "Name\tHow they like it\tAge", "Amina Nakato\tHill\t30")
    page = client.get(place).text
    client.post(place, data={**fields(page), "m:0:2": "place", "do": "good"})
    assert db.session.scalars(sa.select(Member.place)).all() == ["Hill"]


def test_a_missing_column_is_asked_for_and_can_be_one_value_for_all(client: FlaskClient) -> None:
    place = paste(client, "Member code\tS1\tS2", "M-0001\t1\t1", kind="register")
    page = client.get(place)
    assert page.status_code == 422
    assert "These columns are missing: Group." in page.text
    client.post(place, data={**fields(page.text), "d:group": "G-0001", "do": "check"})
    assert "there is no group “G-0001” at your sites." in client.get(place).text


def test_somebody_alike_is_chosen_on_the_page(client: FlaskClient, cast: Cast) -> None:
    known = MemberRecord(cast.own, "Fatuma Ali", birth_year=1999, place="Hill")
    member = add_member(record=known, by=OPERATOR, now=NOW)
    place = paste(client, "Name\tAge\tVillage\tNotes", "Fatma Aly\t27\tHill\ttall")
    page = client.get(place).text
    assert "The same as Fatuma Ali (M-0001, born 1999, Hill)" in page
    client.post(place, data={**fields(page), "who:0!2": f"same:{member}", "do": "good"})
    assert db.session.scalars(sa.select(Member.note)).all() == ["tall"]


@pytest.mark.parametrize(
    ("country", "text", "calendar", "meant"),
    [
        ("ET", "05/06/2018", "ethiopian", date(2026, 2, 12)),
        ("NP", "05/11/2082", "bikram_sambat", date(2026, 2, 17)),
    ],
    ids=["Ethiopia", "Nepal"],
)
def test_a_date_of_another_calendar_is_confirmed_by_an_example(
    client: FlaskClient, country: str, text: str, calendar: str, meant: date
) -> None:
    record = ProgrammeRecord("Hope Circles", "Community meeting", country, "Africa/Kampala")
    set_programme(record=record, by=OPERATOR, now=NOW)
    place = paste(client, HEADS, GOOD.replace("2026-02-20", text))
    page = client.get(place).text
    assert "How are the dates written?" in page
    assert 'value="good"' not in page
    choices = dict(re.findall(rf'name="(q:0:5)" value="({calendar}\|dmy\|{meant.isoformat()}\|E2)"', page))
    assert choices
    client.post(place, data={**fields(page), **choices, "do": "check"})
    page = client.get(place).text
    assert "How are the dates written?" not in page
    client.post(place, data={**fields(page), "do": "good"})
    assert db.session.scalars(sa.select(Screening.on_date)).all() == [meant]


def test_dropping_a_list_saves_nothing_and_forgets_it(client: FlaskClient) -> None:
    place = paste(client, HEADS, GOOD)
    assert client.post(place, data={"do": "drop"}).headers["Location"] == "/o/import"
    assert db.session.scalars(sa.select(ImportRun.grid)).all() == [None]
    assert client.get(place).status_code == 404


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in ([*["Name", "Age"]], ["=cmd|' /C calc'!A0", "thirty"]):
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_the_workbook_comes_back_with_remarks(client: FlaskClient) -> None:
    sent = {"kind": "people", "file": (io.BytesIO(workbook()), "list.xlsx")}
    place = client.post("/o/import", data=sent, content_type="multipart/form-data").headers["Location"]
    answer = client.post(place + "/remarks")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet["C2"].value == "Row 2, Age: “thirty” is not a number. Write 30."
    assert sheet["B2"].comment is not None
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("kind", ["people", "register", "programme"])
def test_templates_open_and_name_the_sites(client: FlaskClient, kind: str) -> None:
    answer = client.get(f"/o/import/template/{kind}")
    assert answer.headers["Content-Disposition"].endswith(f"gipt-{kind}.xlsx")
    values = [cell.value for sheet in load_workbook(io.BytesIO(answer.data)) for row in sheet for cell in row]
    assert ("HILL" in values) is (kind != "register")
    assert "LAKE" not in values
    assert client.get("/o/import/template/money").status_code == 404


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", b"\0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xls", ("old Excel file",)),
        (bomb, "bomb.xlsx", ("unpacks to too much",)),
        (lambda: workbook()[:800], "cut.xlsx", ("damaged or not complete",)),
        (lambda: b"%PDF-1.7 nothing", "list.pdf", ("end in .pdf are not read",)),
        (lambda: b"x", "list.xlsm", ("can run programs",)),
        (lambda: b"", "empty.xlsx", ("This file is empty",)),
    ],
    ids=["old", "bomb", "truncated", "pdf", "macro", "empty"],
)
def test_a_hostile_file_gets_one_sentence_and_leaves_nothing(
    client: FlaskClient, content: Callable[[], bytes], name: str, said: tuple[str, ...]
) -> None:
    sent = {"kind": "people", "file": (io.BytesIO(content()), name)}
    answer = client.post("/o/import", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert any(one in answer.text for one in said)
    assert db.session.scalars(sa.select(ImportRun.state)).all() == ["dropped"]


def test_nothing_sent_is_said_beside_the_field(client: FlaskClient) -> None:
    answer = client.post("/o/import", data={"kind": "people"})
    assert answer.status_code == 422
    assert count(ImportRun) == 0


def test_a_list_without_known_columns_is_said_and_can_be_dropped(client: FlaskClient) -> None:
    place = paste(client, "one\ttwo", "three\tfour")
    answer = client.get(place)
    assert answer.status_code == 422
    assert "No column of this file is known." in answer.text
    assert "Drop this list" in answer.text


@pytest.mark.parametrize("way", ["get", "post", "remarks", "undo"])
def test_another_person_s_list_does_not_exist(app: Flask, cast: Cast, client: FlaskClient, way: str) -> None:
    place = paste(client, HEADS, GOOD)
    other = signed_in_client(app, cast.people[("coordinator", "foreign")])
    calls: dict[str, Callable[[str], Any]] = {
        "get": lambda address: other.get(address),
        "post": lambda address: other.post(address, data={"do": "good"}),
        "remarks": lambda address: other.post(address + "/remarks"),
        "undo": lambda address: other.post(address + "/undo"),
    }
    missing = calls[way]("/o/import/" + "0" * 32)
    assert calls[way](place).status_code == missing.status_code == 404
    assert calls[way](place).text.replace(place.split("/")[3], "0" * 32) == missing.text


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "me", "translator", "admin"])
def test_only_who_may_import_sees_the_page(app: Flask, cast: Cast, role: str) -> None:
    other = signed_in_client(app, cast.people[(role, "own")])
    assert other.get("/o/import").status_code == 404


def test_a_second_press_brings_the_rows_in_once(client: FlaskClient) -> None:
    place = paste(client, HEADS, GOOD)
    sent = {**fields(client.get(place).text), "do": "good"}
    assert [client.post(place, data=sent).status_code for _ in range(2)] == [303, 303]
    assert count(Member) == 1


def test_names_and_reasons_are_shown_as_text(client: FlaskClient) -> None:
    place = paste(client, "Name\tAge", "<script>alert(1)</script>\tthirty")
    page = client.get(place).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_seven_days_are_shown_only_while_they_last(app: Flask, client: FlaskClient) -> None:
    place = paste(client, HEADS, GOOD)
    client.post(place, data={**fields(client.get(place).text), "do": "good"})
    run = db.session.scalars(sa.select(ImportRun).where(ImportRun.state == "applied")).one()
    run.applied_at = run.applied_at - timedelta(days=8)
    db.session.commit()
    assert "Take it back" not in client.get(place).text
    assert client.post(place + "/undo").status_code == 409

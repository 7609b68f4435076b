"""The pages of files for translators: out as three kinds, back after a look, result with its reasons."""

import re
from html import unescape
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipt.db import db
from gipt.i18n.exchange import FileKind
from gipt.models import TranslationEdit, TranslationFile
from tests.cast import Cast, signed_in_client

FILES = "/languages/sw/curriculum-who-8/files"


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("translator", "own")])


def words(answer: TestResponse) -> str:
    plain = re.sub(r"</?(?:bdi)\b[^>]*>", "", answer.get_data(as_text=True))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def send(client: FlaskClient, raw: bytes, name: str = "sw.po", url: str = FILES) -> TestResponse:
    return client.post(url, data={"file": (BytesIO(raw), name)}, content_type="multipart/form-data")


def exported(client: FlaskClient, kind: str = "po", url: str = FILES) -> bytes:
    answer = client.get(f"{url}/{kind}")
    assert answer.status_code == 200
    return answer.data


def with_title(raw: bytes, text: str) -> bytes:
    """Give an exported PO file with another title of the first session."""
    before = b'msgctxt "who-8/session-1/title"\n'
    head, _mark, tail = raw.partition(before)
    english, _mark, rest = tail.partition(b"\nmsgstr ")
    return head + before + english + b'\nmsgstr "' + text.encode() + b'"\n\n' + rest.partition(b"\n\n")[2]


@pytest.mark.parametrize(("kind", "suffix"), [("po", "po"), ("xliff", "xlf"), ("xlsx", "xlsx")])
def test_every_kind_goes_out_under_a_plain_name_and_comes_back(
    client: FlaskClient, kind: str, suffix: str
) -> None:
    # A short guide: the test's own browser leaves a temporary file open for what is larger.
    url = "/languages/sw/curriculum-preset-16/files"
    answer = client.get(f"{url}/{kind}")
    name = f"curriculum-preset-16.sw.{suffix}"
    assert f"filename={name}" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    back = send(client, answer.data, name, url)
    assert back.status_code == 303
    shown = words(client.get(back.location))
    assert "0 Changed" in shown
    assert "Drop the file" in shown
    assert "Take 0" not in shown


def test_a_file_is_looked_at_then_taken_and_its_result_stays(client: FlaskClient) -> None:
    raw = with_title(exported(client), "Karibu tena")
    raw += b'\nmsgctxt "who-8/no/such"\nmsgid "What?"\nmsgstr "Nini?"\n'
    page = send(client, raw).location
    shown = words(client.get(page))
    assert "1 Changed" in shown
    assert "Karibu tena" in shown
    assert "1 entry is not taken" in shown
    assert "who-8/no/such: there is no such text here." in shown
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TranslationEdit)) == 0
    assert client.post(page, data={"do": "apply"}).status_code == 303
    after = words(client.get(page))
    assert "Taken. Another person reviews the words now." in after
    assert "1 Changed" in after
    assert "there is no such text here" in after
    db.session.rollback()
    assert db.session.scalars(sa.select(TranslationEdit.texts)).all() == [["Karibu tena"]]
    assert "Files that came back" in words(client.get(FILES))
    again = client.post(page, data={"do": "apply"})
    assert "taken or dropped already" in words(again)


def test_a_dropped_file_is_gone(client: FlaskClient) -> None:
    page = send(client, with_title(exported(client), "Moja")).location
    answer = client.post(page, data={"do": "drop"})
    assert answer.location.endswith(FILES)
    assert client.get(page).status_code == 404
    db.session.rollback()
    assert db.session.scalar(sa.select(TranslationFile.state)) == "dropped"


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"", "", "File: not answered yet."),
        (b"hello", "sw.txt", "ends in .po"),
        (b"hello", "sw.po", "Line 1 of this PO file cannot be read."),
        (b"<xliff", "sw.xlf", "not whole XML"),
        (b"PK", "sw.xlsx", "damaged"),
    ],
)
def test_what_is_not_taken_is_said_beside_the_field(
    client: FlaskClient, raw: bytes, name: str, said: str
) -> None:
    answer = send(client, raw, name)
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_file_of_another_language_is_refused(client: FlaskClient) -> None:
    answer = send(client, exported(client), url="/languages/fr/curriculum-who-8/files")
    assert answer.status_code == 422
    assert "This file is for the language “sw”, not for “fr”." in words(answer)


def test_measures_go_out_and_say_why_they_do_not_come_in(client: FlaskClient) -> None:
    url = "/languages/sw/measures/files"
    shown = words(client.get(url))
    assert "A wording comes in whole" in shown
    assert "Send it back" not in shown
    answer = send(client, exported(client, url=url), "measures.po", url)
    assert answer.status_code == 422
    assert "locked" in words(answer)


def test_safety_text_says_what_it_still_needs(client: FlaskClient) -> None:
    url = "/languages/fr/safety/files"
    raw = exported(client, url=url)
    key = b'msgctxt "protocol/step/stay"\n'
    head, _mark, tail = raw.partition(key)
    english = tail.partition(b"\nmsgstr ")[0]
    sent = head.partition(b"\n\n")[0] + b"\n\n" + key + english + b'\nmsgstr "Restez."\n'
    shown = words(client.get(send(client, sent, "fr.po", url).location))
    assert "until two people approved the new words" in shown
    assert "1 New" in shown


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_stand_in_every_language_of_the_interface(client: FlaskClient, language: str) -> None:
    page = send(client, with_title(exported(client), "Moja")).location
    client.get(f"/language/{language}")
    for url in (FILES, page, "/languages/sw_KE@kibera/curriculum-who-8/files"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    for url in (
        "/languages/xx/safety/files", "/languages/sw/no-such/files", f"{FILES}/doc", "/languages/files/" + "0" * 32,
    ):  # fmt: skip
        assert client.get(url).status_code == 404
    assert [kind.value for kind in FileKind] == ["po", "xliff", "xlsx"]

"""The fixed words of Help now and of consent: English with a mark until two people approved them in a language."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.base import Actor
from gipt.actions.translations import approve_words, edit_translation
from gipt.content.locked_words import locked_words
from gipt.content.safety_words import CONSENT, HELP_NOW, texts
from gipt.i18n import language
from gipt.queries.translations import edits_for
from tests.cast import Cast, signed_in_client
from tests.world import local_today, make_protocol, make_running_group

CALL = "help-now/today/call"
FRENCH = "Appelez qui vous encadre avant que la personne parte."


def now() -> datetime:
    return datetime.now(UTC)


def approve(cast: Cast, by: list[Actor], key: str, words: str) -> None:
    """Have a translator write words in French as a draft, and let each of these other people approve them."""
    edit_translation(domain="safety", tag="fr", key=key, text=words, by=cast.actor("translator"), now=now())
    standing = locked_words("safety", language("fr"), edits_for(["safety"], ["fr"]))[key]
    for one in by:
        approve_words(domain="safety", tag="fr", key=key, words_hash=standing.words_hash, by=one, now=now())


@pytest.fixture
def page(app: Flask, cast: Cast) -> tuple[FlaskClient, str]:
    """Give a browser in French and the address of a worry that was written down."""
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    client.get("/language/fr")
    return client, client.post("/h", data={"op": "a" * 32}).location.removesuffix("/who")


def test_what_to_do_is_english_with_a_mark_until_two_people_approved_the_words(
    page: tuple[FlaskClient, str], cast: Cast
) -> None:
    client, address = page
    html = client.get(address).text
    assert '<span lang="en" dir="ltr">Call your supervisor before the person leaves.</span>' in html
    approve(cast, [cast.actor("reviewer")], CALL, FRENCH)
    assert FRENCH not in client.get(address).text
    approve(cast, [cast.actor("reviewer"), cast.actor("clinical_lead")], CALL, FRENCH)
    html = client.get(address).text
    assert f"<li>{FRENCH}</li>" in html
    assert '<span lang="en" dir="ltr">Take dangerous things away.</span>' in html


def test_a_page_in_english_carries_no_mark(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    where = client.post("/h", data={"op": "a" * 32}).location.removesuffix("/who")
    html = client.get(where).text
    assert "<li>Call your supervisor before the person leaves.</li>" in html
    assert "Not yet approved" not in html


@pytest.mark.parametrize(("level", "group"), [(3, "now"), (2, "today"), (None, "today")])
def test_every_level_says_its_own_steps(app: Flask, cast: Cast, level: int | None, group: str) -> None:
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    where = client.post("/h", data={"op": "a" * 32}).location.removesuffix("/who")
    if level:
        client.post(f"{where}/level", data={"op": "b" * 32, "level": str(level)})
    html = client.get(where).text
    assert all(f"<li>{text}</li>" in html for text in HELP_NOW[group].values())


def test_consent_is_asked_in_words_to_read_aloud(app: Flask, cast: Cast) -> None:
    world = make_running_group(
        cast, members=6, first=local_today() + timedelta(days=5), talked=False, started=False
    )
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    html = client.get(f"/g/{world.cycle_id}/t/{world.enrolment_ids[0]}/consent").text
    assert CONSENT["ask"]["research"] in html
    assert CONSENT["say"]["limits"] in html


def test_every_sentence_is_short_and_has_its_own_key() -> None:
    found = dict(texts())
    assert len(found) == len(list(texts()))
    for group in (*HELP_NOW.values(), *CONSENT.values()):
        for text in group.values():
            assert all(len(sentence.split()) <= 12 for sentence in text.split(". "))


def test_the_numbers_of_the_programmes_protocol_stand_on_the_page(app: Flask, cast: Cast) -> None:
    make_protocol(cast, now=now())
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    answer = client.get(client.post("/h", data={"op": "a" * 32}).location.removesuffix("/who"))
    assert answer.status_code == 200
    assert "tel:" in answer.text

"""A language that is only begun: chosen by hand, never by the browser, and every page says that it is not whole."""

import pytest
from flask import Flask

from gipt.i18n import gettext, languages, use_language
from tests.cast import Cast, signed_in_client

BEGUN = [one.tag for one in languages(shipped_only=False) if one.begun]
SHOWN = "Shown in English."


def test_a_begun_language_is_not_shipped() -> None:
    assert {"lg", "ach"} <= set(BEGUN)
    assert not set(BEGUN) & {one.tag for one in languages()}


@pytest.mark.parametrize("tag", BEGUN)
def test_the_switch_offers_it_and_the_page_says_that_the_rest_is_english(app: Flask, tag: str) -> None:
    client = app.test_client()
    assert f"/language/{tag}?" in client.get("/sign-in").text
    client.get(f"/language/{tag}")
    page = client.get("/sign-in").text
    assert f'<html lang="{tag}"' in page
    assert SHOWN in page


@pytest.mark.parametrize("who", ["facilitator", "coordinator"])
def test_pages_behind_the_sign_in_say_it_too(app: Flask, cast: Cast, who: str) -> None:
    client = signed_in_client(app, cast.people[(who, "own")])
    assert SHOWN not in client.get("/", follow_redirects=True).text
    client.get("/language/lg")
    page = client.get("/", follow_redirects=True).text
    with use_language("lg"):
        said = gettext("Some lines are not yet in %(language)s.", language="Luganda")
    assert "Some lines" not in said
    assert f"{said} {SHOWN}" in page


@pytest.mark.parametrize("tag", BEGUN)
def test_a_browser_alone_never_leads_to_it(app: Flask, tag: str) -> None:
    page = app.test_client().get("/sign-in", headers={"Accept-Language": f"{tag},en;q=0.1"}).text
    assert '<html lang="en"' in page
    assert SHOWN not in page


def test_a_language_that_is_neither_shipped_nor_begun_is_not_taken(app: Flask) -> None:
    listed = [one.tag for one in languages(shipped_only=False) if not one.is_offered]
    client = app.test_client()
    client.get(f"/language/{listed[0]}")
    assert '<html lang="en"' in client.get("/sign-in").text


def test_the_page_of_languages_carries_no_note_in_a_whole_language(app: Flask, cast: Cast) -> None:
    page = signed_in_client(app, cast.people[("clinical_lead", "own")]).get("/languages")
    assert page.status_code == 200
    assert "Some lines are not yet in" not in page.text

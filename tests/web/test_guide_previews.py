"""The preview of a guide: the real page in a frame of this site only, in drafts, made-up words and published ones."""

import gzip
import re
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.translations import edit_translation
from gipt.content.curricula import load_curriculum
from gipt.content.guide_texts import texts_of_step
from gipt.content.spoken_guides import Words
from gipt.web.guides import spoken
from tests.cast import NOW, Cast, signed_in_client

STEP = load_curriculum("who-8").guide_of(1).steps[2]
FRAME = "/languages/fr/preview/page?guide=who-8&meeting=session-1&number=3"
PAGE = "/languages/fr/preview?guide=who-8&meeting=session-1&number=3"


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("translator", "own")])


def test_only_the_frame_may_be_framed_and_only_by_this_site(client: FlaskClient) -> None:
    frame, page = client.get(FRAME), client.get(PAGE)
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    other = client.get("/languages")
    assert "frame-src" not in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"


def test_the_frame_is_the_page_of_a_facilitator_without_anybody(client: FlaskClient) -> None:
    html = client.get(FRAME).get_data(as_text=True)
    assert '<html lang="fr"' in html
    assert 'class="fac"' in html
    assert "<script" not in html
    assert "/s/" not in html
    assert "tel:" not in html


def test_the_page_lists_every_text_of_the_step_with_a_link_to_change_it(client: FlaskClient) -> None:
    html = unquote(client.get(PAGE).get_data(as_text=True))
    assert all(f"/entry?key={text.key}" in html for text in texts_of_step(STEP))
    assert 'sandbox="allow-same-origin"' in html
    assert "Draft, not published" in html


@pytest.mark.parametrize(
    ("switch", "shown"),
    [("as=qps", 'dir="ltr"'), ("as=qps-rtl", 'dir="rtl"'), ("big=1", 'class="big"')],
)
def test_switches_are_links_and_change_the_frame(client: FlaskClient, switch: str, shown: str) -> None:
    html = client.get(f"{FRAME}&{switch}").get_data(as_text=True)
    assert shown in html[: html.index("<head>")]
    assert ("⟦" in html) == switch.startswith("as=")
    assert switch.split("=")[0] in client.get(PAGE).get_data(as_text=True)


def test_without_fonts_none_is_loaded(client: FlaskClient) -> None:
    address = FRAME.replace("/fr/", "/am/")
    assert "fonts/ethiopic" in client.get(address).get_data(as_text=True)
    bare = client.get(f"{address}&fonts=0")
    assert "fonts/" not in bare.get_data(as_text=True)
    assert "font-src 'none'" in bare.headers["Content-Security-Policy"]


def test_what_was_only_begun_in_the_app_is_seen_here_and_marked_a_draft(
    client: FlaskClient, cast: Cast
) -> None:
    edit_translation(
        domain="curriculum-who-8",
        tag="fr",
        key=f"{STEP.key}/title",
        text="Nos règles à nous",
        finished=False,
        by=cast.actor("translator"),
        now=NOW,
    )
    assert "Nos règles à nous" in client.get(FRAME).get_data(as_text=True)
    assert "Draft, not published" in client.get(PAGE).get_data(as_text=True)


def test_a_key_leads_to_its_step_and_odd_wishes_to_a_page(client: FlaskClient) -> None:
    html = client.get(f"/languages/fr/preview?guide=who-8&key={STEP.key}/title").get_data(as_text=True)
    assert re.search(r"<h1>\s*" + re.escape(STEP.title), html)
    assert (
        client.get("/languages/fr/preview?guide=who-8&meeting=x&number=999&as=x&words=x").status_code == 200
    )
    assert client.get("/languages/fr/preview?guide=nothing").status_code == 404
    assert client.get("/languages/xx-none/preview?guide=who-8").status_code == 404


@pytest.mark.parametrize(
    ("tag", "marked"), [("en@perinatal", False), ("en_UG", False), ("sw_KE@kibera", True)]
)
def test_only_lines_in_another_language_are_marked(app: Flask, tag: str, marked: bool) -> None:
    curriculum = load_curriculum("who-8")
    outline = spoken(curriculum, curriculum.guides[0], None, Words(tag, {}))
    assert bool(outline.untranslated) == marked


def test_an_adaptation_is_seen_with_its_own_steps_and_words(client: FlaskClient) -> None:
    tea = "/languages/sw_KE@kibera/preview{}?guide=who-8&key=who-8/kibera/session-1/tea/title"
    page = client.get(tea.format("")).get_data(as_text=True)
    assert "who-8/kibera/session-1/tea" in unquote(page)
    name = load_curriculum("who-8").guide_of(1).steps[4]
    frame = f"/languages/sw_KE@kibera/preview/page?guide=who-8&key={name.key}/title"
    assert "mawazo mengi" in client.get(frame).get_data(as_text=True)


@pytest.mark.parametrize("tag", ["fr", "ar", "sw", "am", "ne"])
def test_the_longest_steps_stay_within_six_kilobytes_in_every_script(client: FlaskClient, tag: str) -> None:
    for meeting, number in (("session-2", 3), ("session-7", 5)):
        page = f"/languages/{tag}/preview/page?guide=who-8&meeting={meeting}&number={number}"
        assert len(gzip.compress(client.get(page).data, 9)) <= 6 * 1024


BRANCH = next(
    (number, step, branch)
    for number, step in enumerate(load_curriculum("who-8").guide_of(1).steps, 1)
    for branch in step.branches
)


def test_the_heading_of_a_branch_that_fell_back_says_in_which_language_it_is(
    client: FlaskClient, cast: Cast
) -> None:
    number, step, branch = BRANCH
    edit_translation(
        domain="curriculum-who-8",
        tag="lg",
        key=f"{step.key}/title",
        text="Olukiiko",
        finished=True,
        by=cast.actor("translator"),
        now=NOW,
    )
    frame = f"/languages/lg/preview/page?guide=who-8&meeting=session-1&number={number}"
    html = client.get(frame).get_data(as_text=True)
    assert '<p class="ask">Olukiiko' in html.replace(' lang="lg" dir="ltr"', "")
    title = re.escape(branch.title)
    assert re.search(
        rf'<summary><span lang="en"[^>]*>{title}</span> <small class="tag">English</small>', html
    )

"""Translator, reviewer and clinical lead with a keyboard, in a window of 320 pixels, without scripts."""

from typing import Any

import pytest

from gipt.queries.translations import approved_words
from tests.cast import Cast
from tests.e2e.conftest import OpenPage
from tests.e2e.keyboard import Keyboard

GUIDE = "/languages/lg/curriculum-who-8"
SIGN = "/languages/lg/safety/sign-off"
MAIN = "main form[method=post] .btn.primary"

pytestmark = pytest.mark.browser


def sit(open_page: OpenPage, cast: Cast, role: str) -> Keyboard:
    page: Any = open_page(cast.people[(role, "own")], scripts=False, width=320)
    return Keyboard(page)


def test_a_sentence_is_written_by_one_person_and_reviewed_by_another(cast: Cast, open_page: OpenPage) -> None:
    translator = sit(open_page, cast, "translator")
    translator.go("/")
    assert translator.page.url.endswith("/languages")
    translator.press("main a[href='/languages/lg']")
    translator.press(f"main a[href='{GUIDE}']")
    translator.press(f"main a[href^='{GUIDE}/entry']")
    translator.write("translation", "%(x)s")
    translator.press(MAIN)
    assert "is not in the English text" in translator.refused()
    assert translator.page.locator("#translation").input_value() == "%(x)s"
    translator.write("translation", "Olukiiko")
    translator.write("back_translation", "Meeting")
    translator.press(MAIN)
    assert "Waits for review" in translator.text()
    reviewer = sit(open_page, cast, "reviewer")
    reviewer.go("/languages")
    reviewer.press("main a[href='/languages/waiting']")
    assert "Olukiiko" in reviewer.text()
    reviewer.press("main form[action$='/review'] button")
    assert "No text waits for review" in reviewer.text()


def test_a_safety_sentence_is_signed_by_two_people(cast: Cast, open_page: OpenPage) -> None:
    translator = sit(open_page, cast, "translator")
    translator.go("/languages/lg/safety/entry?key=protocol/step/stay")
    translator.write("translation", "Sigala awo.")
    translator.press(MAIN)
    for role in ("reviewer", "clinical_lead"):
        person = sit(open_page, cast, role)
        person.go(SIGN)
        person.tick("[name='words']")
        person.press(MAIN)
        assert "You signed 1 text." in person.text()
    assert [key for key, _hash in approved_words("safety", "lg")] == ["protocol/step/stay"]


@pytest.mark.parametrize("tag", ["ar", "my"])
def test_the_page_of_one_text_fits_a_phone_in_every_script(cast: Cast, open_page: OpenPage, tag: str) -> None:
    translator = sit(open_page, cast, "translator")
    translator.go(f"/languages/{tag}/curriculum-who-8/entry?key=who-8/session-1/title&beside=am")
    translator.go(f"/languages/{tag}/messages?show=missing")
    translator.go("/languages/adaptations/who-8/kibera")

"""The guide in a real browser at 320 px: nothing is clipped in any language, letters grow, a remark is two taps.

The detector is that of ux.md A4 and A5: nothing wider than the window, no element that hides a part of its text.
"""

import gzip
from typing import Any

import pytest
from flask import Flask

from gipt.content.curricula import load_curriculum
from gipt.i18n import languages
from tests.cast import Cast, signed_in_client
from tests.e2e.conftest import OpenPage, follow, signed_in_cookies
from tests.world import World, hold_meeting, make_running_group

MEETINGS = load_curriculum("who-8").meetings
STEPS = [
    (meeting, number, step.key)
    for meeting, guide in MEETINGS.items()
    for number, step in enumerate(guide.steps, 1)
]
# Each step of the curriculum once: those of the frame are the same in every meeting.
ONCE = list({key: (meeting, number) for meeting, number, key in reversed(STEPS)}.values())
LOOKS = {
    "qps": "/languages/fr/preview/page?as=qps",
    "qps-rtl": "/languages/fr/preview/page?as=qps-rtl",
    "ar": "/languages/ar/preview/page?",
    "am": "/languages/am/preview/page?",
    "ne": "/languages/ne/preview/page?",
}
DETECT = """() => {
  document.querySelectorAll('details').forEach(box => { box.open = true; });
  const wide = document.documentElement.scrollWidth - window.innerWidth, found = [];
  if (wide > 0) { found.push('page wider by ' + wide); }
  document.querySelectorAll('header *, main *, nav.bar *').forEach(one => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (box.width <= 1 || one.closest('svg') || one.closest('.vh')) { return; }
    const hidden = ['hidden', 'clip'];
    if ((hidden.includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1) ||
        (hidden.includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1) ||
        box.right > window.innerWidth + 1 || box.left < -1) {
      found.push(one.tagName + '.' + one.className + ' ' + one.textContent.trim().slice(0, 40));
    }
    if (/^(BUTTON|A|LABEL|SUMMARY)$/.test(one.tagName) && one.scrollHeight > one.clientHeight + 2 &&
        style.display !== 'inline') {
      found.push('taller than its box: ' + one.textContent.trim().slice(0, 40));
    }
  });
  return found;
}"""


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=4)
    hold_meeting(cast, made, 1, ["present"] * 4)
    return made


@pytest.mark.parametrize("look", LOOKS)
def test_no_step_of_the_guide_is_wider_than_a_small_phone_or_hides_text(
    open_page: OpenPage, cast: Cast, look: str
) -> None:
    page = open_page(cast.people[("translator", "own")], scripts=False, width=320)
    wrong = {}
    for meeting, number in ONCE:
        answer = page.goto(f"{LOOKS[look]}&guide=who-8&meeting={meeting}&number={number}&big={number % 2}")
        assert answer.status == 200
        found = page.evaluate(DETECT)
        if found:
            wrong[meeting, number] = found[:3]
    assert wrong == {}


MAIN = (
    "/today",
    "/g",
    "/g/{c}",
    "/s/{s}",
    "/s/{s}/r",
    "/s/{s}/guide/3",
    "/s/{s}/guide/3/remark",
    "/s/{s}/close",
    "/me",
)


@pytest.mark.parametrize("language", ["qps", "qps-rtl"])
def test_no_main_page_is_too_wide_or_clipped_in_a_made_up_language(
    app: Flask, open_page: OpenPage, live_server: str, cast: Cast, world: World, language: str
) -> None:
    page = open_page(width=320)
    cookies = signed_in_cookies(app, cast.people[("facilitator", "own")], live_server, language=language)
    page.context.add_cookies(cookies)
    wrong = {}
    for path in MAIN:
        assert page.goto(path.format(s=world.session_ids[0], c=world.cycle_id)).status == 200
        found = page.evaluate(DETECT)
        if found:
            wrong[path] = found[:3]
    assert wrong == {}


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_step_is_gone_through_remarked_and_found_again(
    open_page: OpenPage, cast: Cast, world: World, scripts: bool
) -> None:
    page = open_page(cast.people[("facilitator", "own")], scripts=scripts, width=320)
    page.goto(f"/s/{world.session_ids[0]}/guide/3")
    assert page.get_by_role("img").count() == 1
    page.locator(".sdots summary").click()
    here = page.locator(".sdots [aria-current=step]")
    here.wait_for()
    assert "you are here" in here.inner_text()
    follow(page, page.locator(".sdots a").nth(4))
    assert page.url.endswith("/guide/5")
    before = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.said li')).fontSize)")
    follow(page, page.get_by_role("button", name="Big letters"))
    assert page.url.endswith("/guide/5")
    after = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.said li')).fontSize)")
    assert after > before
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 19
    assert page.get_by_role("button", name="Big letters").get_attribute("aria-pressed") == "true"
    follow(page, page.get_by_role("link", name="This did not work here"))
    follow(page, page.get_by_role("button", name="Too long"))
    assert page.url.endswith("/guide/5")
    assert page.get_by_text("Noted. Thank you.").is_visible()
    page.goto(f"/s/{world.session_ids[0]}")
    assert page.get_by_role("link", name="Go on with step 5").is_visible()


def test_a_step_and_a_remark_are_done_by_keyboard_alone(
    open_page: OpenPage, cast: Cast, world: World
) -> None:
    page = open_page(cast.people[("facilitator", "own")], scripts=False, width=320)
    page.goto(f"/s/{world.session_ids[0]}/guide/1")

    def tab_to(words: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if words in page.evaluate("document.activeElement.textContent"):
                return
        pytest.fail(f"{words} is not reached")

    tab_to("All steps")
    page.keyboard.press("Enter")
    page.locator(".sdots[open]").wait_for()
    tab_to("This did not work here")
    with page.expect_navigation(url="**/remark"):
        page.keyboard.press("Enter")
    tab_to("Felt wrong here")
    with page.expect_navigation(url="**/guide/1"):
        page.keyboard.press("Enter")
    assert page.get_by_text("Noted. Thank you.").is_visible()


def test_the_preview_frames_the_step_and_says_whether_it_fits(open_page: OpenPage, cast: Cast) -> None:
    page = open_page(cast.people[("translator", "own")], width=1280)
    page.goto("/languages/fr/preview?guide=who-8&meeting=session-1&number=3")
    frame = page.frame_locator("iframe.mobile")
    assert frame.locator("main .ask").is_visible()
    page.get_by_text("Everything fits.").wait_for()
    page.get_by_role("link", name="Right to left").click()
    # The click waits for the page, not for what is framed in it.
    page.frame_locator("iframe.mobile").locator("html[dir=rtl] main .ask").wait_for()
    small = open_page(cast.people[("translator", "own")], scripts=False, width=320)
    small.goto("/languages/fr/preview?guide=who-8&meeting=session-1&number=3")
    assert small.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture
def sizes(app: Flask, cast: Cast) -> dict[tuple[str, str, int], int]:
    """Give the compressed bytes of every step in every language that is offered."""
    client = signed_in_client(app, cast.people[("translator", "own")])
    found = {}
    for tongue in languages():
        if tongue.tag == "en":
            continue
        for meeting, number in ONCE:
            path = f"/languages/{tongue.tag}/preview/page?guide=who-8&meeting={meeting}&number={number}"
            answer: Any = client.get(path)
            found[tongue.tag, meeting, number] = len(gzip.compress(answer.get_data(), 9))
    return found


def test_every_step_in_every_language_stays_within_six_kilobytes(
    sizes: dict[tuple[str, str, int], int],
) -> None:
    largest = max(sizes, key=lambda key: sizes[key])
    assert sizes[largest] <= 6 * 1024, largest
    print(len(sizes), largest, sizes[largest])

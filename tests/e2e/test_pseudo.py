"""The pages of every role in the two made-up languages: longer, in brackets, and once from right to left (ux 8, A5).

The pages are those that links reach in the demonstration, as in test_pages.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from tests.conftest import copied, opened
from tests.e2e import crawl, unmarked
from tests.e2e.conftest import serving
from tests.web.test_scripts import TOO_WIDE, grow

ROLES = tuple(crawl.PEOPLE)
SOURCES = (
    "languages.",
    "language_",
    "guide_previews.",
    "guide_remarks.",
    "measure_wordings.",
    "safety_words.",
    "translation_files.",
)
"""Pages that show texts of guides, measures and safety as they are in English, for those who translate them."""
TYPED = frozenset({*re.split(r"[\t\n]", crawl.PASTED), "supervisor", "clinic"})
"""What the demonstration typed besides: the cells of a list that waits, and who is called by the protocol."""


@dataclass(slots=True)
class Seen:
    """The demonstration with the pages of every role in the first made-up language."""

    app: Flask
    pages: dict[str, list[crawl.Found]]
    typed: frozenset[str]


@pytest.fixture(scope="module")
def seen(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("seen")
    with copied(template, folder) as url, opened(folder, url) as app, crawl.demonstration(app):
        pages = {
            role: crawl.crawl(app, crawl.client_of(app, role, language="qps"), examples=2) for role in ROLES
        }
        yield Seen(app, pages, unmarked.stored() | TYPED)


@pytest.mark.parametrize("role", ROLES)
def test_every_text_is_marked_for_translation(seen: Seen, role: str) -> None:
    assert len({page.endpoint for pages in seen.pages.values() for page in pages}) >= 100
    data = seen.typed | unmarked.known_everywhere()
    faults = set()
    for page in seen.pages[role]:
        known = data | unmarked.sources() if page.endpoint.startswith(SOURCES) else data
        faults |= {
            f"{page.endpoint}: {piece}" for piece in unmarked.unmarked(unmarked.outside(page.html), known)
        }
    assert "\n".join(sorted(faults)) == ""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>⟦Ĥéļļö ~⟧</p>", set()),
        ("<p>Hello there</p>", {"Hello there"}),
        ("<p>⟦Ĥéļļö <b>Anna</b> ~⟧</p>", set()),
        ("<p><bdi>Hello there</bdi></p>", set()),
        ("<p><span lang='fr'>Bonjour</span></p>", set()),
        ("<button aria-label='Close it'>⟦x⟧</button>", {"Close it"}),
        ("<p>⟦Ĥéļļö ~⟧ · Tuesday 3 March, G-0001</p>", set()),
        ("<input type='submit' value='Send it'>", {"Send it"}),
    ],
)
def test_text_that_is_not_marked_is_found(html: str, expected: set[str]) -> None:
    assert unmarked.unmarked(unmarked.outside(html), unmarked.known_everywhere()) == expected


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(seen: Seen) -> Iterator[str]:
    with serving(seen.app) as where:
        yield where


def window(seen: Seen, browser: Any, address: str, role: str, language: str) -> Any:
    """Open a window of 320 pixels, signed in, in a language; letters are made bigger from outside."""
    context = browser.new_context(base_url=address, viewport={"width": 320, "height": 640}, bypass_csp=True)
    cookies = crawl.session_cookies(seen.app, role, language=language)
    context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
    context.set_default_timeout(10_000)
    return context.new_page()


def one_of_each(seen: Seen, role: str) -> list[str]:
    """Give one page of each kind that no role before this one shows."""
    before = {page.endpoint for one in ROLES[: ROLES.index(role)] for page in seen.pages[one]}
    if role in ("nobody", "facilitator"):
        before = set()
    kinds: dict[str, str] = {}
    for page in seen.pages[role]:
        if page.endpoint not in before:
            kinds.setdefault(page.endpoint, page.path)
    return list(kinds.values())


# Arrows are no letters that turn round by themselves; what points must be turned, or be another sign.
ARROWS = """() => {
  const faults = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, e = node.parentElement, text = node.data.replace('Ƥšéûðö ←', '');
    if (!e.getClientRects().length || e.closest('[dir=ltr]')) continue;
    if (/[→←▶◀↗↘↖↙➔]/.test(text) && !e.closest('.turn')) faults.push('points: ' + e.outerHTML.slice(0, 80));
    if (/\\+\\d{3}|\\d{2,} \\d{2,}/.test(text) && getComputedStyle(e).direction !== 'ltr')
      faults.push('a number runs backwards: ' + e.outerHTML.slice(0, 80));
  }
  for (const e of document.querySelectorAll('svg.turn, .turn svg'))
    if (e.getClientRects().length && !getComputedStyle(e.closest('.turn')).transform.startsWith('matrix(-1'))
      faults.push('not turned: ' + e.outerHTML.slice(0, 60));
  for (const e of document.querySelectorAll('input[type=tel]'))
    if (getComputedStyle(e).direction !== 'ltr') faults.push('field runs backwards: ' + e.outerHTML.slice(0, 80));
  return faults;
}"""


LOOKS = [
    *(pytest.param(role, "qps", 100, id=f"{role}, long words") for role in ROLES),
    *(pytest.param(role, "qps-rtl", 100, id=f"{role}, long words from right to left") for role in ROLES),
    *(pytest.param(role, "en", 200, id=f"{role}, letters of 200 %") for role in ROLES),
    # The office's parts are the same from right to left; those of the phone are few and used the most.
    pytest.param("facilitator", "ar", 200, id="facilitator, letters of 200 % from right to left"),
]


@pytest.mark.browser
@pytest.mark.parametrize(("role", "language", "percent"), LOOKS)
def test_every_page_fits_a_small_phone(
    seen: Seen, browser: Any, address: str, role: str, language: str, percent: int
) -> None:
    """320 pixels, which is also a window of 1280 at 400 % (WCAG 1.4.10), and letters of 200 % in it (WCAG 1.4.4)."""
    page = window(seen, browser, address, role, language)
    faults = []
    for path in one_of_each(seen, role):
        assert page.goto(path).status == 200, path
        grow(page, percent)
        too_wide, cut = page.evaluate(TOO_WIDE)
        if too_wide > 0 or cut:
            faults.append(f"{path}: {too_wide} px, {cut}")
        if page.evaluate("document.documentElement.dir") == "rtl":
            faults += [f"{path} {fault}" for fault in page.evaluate(ARROWS)]
    page.context.close()
    assert "\n".join(faults) == ""

"""Every page that links reach, as every role: words, bytes, forms, and in a real browser width, axe and focus.

The pages are those of the demonstration, one or two of each kind; ids differ from run to run, kinds do not.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from gipt.i18n import languages
from gipt.queries import lists
from gipt.web.frame import FONTS
from gipt.words.fields import FIELDS
from tests.conftest import copied, opened
from tests.e2e import crawl
from tests.e2e.conftest import serving

FACILITATOR = "facilitator"
ROLES = tuple(crawl.PEOPLE)
WEB = Path(__file__).parents[2] / "gipt" / "web"
TEMPLATES, STATIC = WEB / "templates", WEB / "static"


@dataclass(slots=True)
class Played:
    """The demonstration, with the pages of every role."""

    app: Flask
    pages: dict[str, list[crawl.Found]]
    workbook: bytes


@pytest.fixture(scope="module")
def played(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("played")
    with copied(template, folder) as url, opened(folder, url) as app, crawl.demonstration(app) as made:
        pages = {role: crawl.crawl(app, crawl.client_of(app, role), examples=3) for role in ROLES}
        yield Played(app, pages, made.workbook.read_bytes())


EXPECTED = {
    "facilitator": {"today.page", "groups.group", "meeting.register", "meeting.check_in", "first_talk.talk", "me.page",
                    "meeting.close", "meeting.guide", "help_now.page", "after.page"},
    "supervisor": {"safety.inbox", "safety.episode", "safety.closed", "group_list.group", "people.member"},
    "coordinator": {"people.page", "people.member", "waiting.page", "waiting.screening", "group_list.add",
                    "planner.cycle", "planner.plan", "planner.decide", "imports.page", "imports.run", "reports.page",
                    "reports.add", "staff_list.person", "places.site", "office_meetings.page"},
    "me": {"reports.page", "reports.add"},
    "clinical_lead": {"safety.inbox", "protocol.page", "curricula.page", "waiting.criteria"},
    "translator": {"languages.page", "languages.language", "languages.entries", "languages.entry", "languages.waiting",
                   "language_guides.page", "language_guides.words", "language_sign_offs.page"},
    "reviewer": {"languages.page", "language_sign_offs.page"},
    "admin": {"set_up.page", "set_up.programme", "set_up.rules", "staff_list.page", "places.page"},
    "nobody": {"sign_in.page", "front.cover"},
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_links_lead_to_pages_that_answer_and_to_every_part_of_the_job(played: Played, role: str) -> None:
    assert {page.endpoint for page in played.pages[role]} >= EXPECTED[role]


def all_pages(played: Played) -> Iterator[tuple[str, crawl.Found, crawl.Parsed]]:
    for role, pages in played.pages.items():
        for page in pages:
            yield role, page, crawl.parse(page.html)


TAG = r"[a-z]{2,3}(?:_[A-Za-z]{2,4})*(?:@[a-z0-9-]{1,40})?"
# Languages, parts of their words, guides and measures are named by their code: nobody's data is in one.
NAMED = (
    rf"/languages/{TAG}(?:/curriculum-[a-z0-9-]{{1,40}})?"
    rf"|/languages/adaptations/[a-z0-9-]{{1,40}}|/measures/[a-z]{{3,7}}\d{{0,2}}/(?:sheet|{TAG})"
)
PART = r"[a-z_-]{1,20}|[0-9a-f]{32}|\d{1,2}"
OPAQUE = re.compile(rf"^(?:{NAMED}|/(?:{PART}|))(?:/(?:{PART}))*$")


def test_addresses_hold_words_of_the_program_and_opaque_ids_only(played: Played) -> None:
    links = {
        re.split("[?#]", link)[0]
        for _r, page, parsed in all_pages(played)
        for link in [page.path, *parsed.links]
    }
    ours = {link for link in links if link.startswith("/") and not link.startswith("/static/")}
    assert [link for link in sorted(ours) if not OPAQUE.match(link)] == []


def test_titles_are_the_names_of_screens(played: Played) -> None:
    """The same kind of page has the same title for everybody, whoever it is about."""
    titles: dict[str, set[str]] = {}
    for _role, page, parsed in all_pages(played):
        titles.setdefault(page.endpoint, set()).add(parsed.title)
    odd = {
        endpoint: found for endpoint, found in titles.items() if any(not 2 <= len(one) <= 40 for one in found)
    }
    assert odd == {}
    del titles["front.cover"]  # the month is all that the neutral page says
    codes = [one for found in titles.values() for one in found if re.search(r"[MGSE]-\d|\d{3}", one)]
    assert codes == []
    people = "people.member people.course people.history groups.member meeting.check_in safety.episode group_list.group"
    assert {endpoint: titles[endpoint] for endpoint in people.split() if len(titles[endpoint]) > 1} == {}


NO_OPERATION = re.compile(
    r"sign_in\..*|front\.hide|me\.(names|letters)|people\.find|reports\.file|imports\.remarks|verify\.page"
)
"""Forms that store nothing about the programme, or that may well be sent twice."""


def test_every_form_carries_its_protection_and_its_operation(played: Played) -> None:
    faults = set()
    for role, page, parsed in all_pages(played):
        for form in parsed.forms:
            if form.method != "post":
                continue
            endpoint = posted_to(
                played.app, crawl.local(page.path, form.action) if form.action else page.path
            )
            if not form.fields.get("csrf_token"):
                faults.add(f"{role} {page.endpoint}: form to {endpoint} has no csrf_token")
            if not re.fullmatch("[0-9a-f]{32}", form.fields.get("op", "")) and not NO_OPERATION.fullmatch(
                endpoint
            ):
                faults.add(f"{role} {page.endpoint}: form to {endpoint} has no op")
    assert sorted(faults) == []


def posted_to(app: Flask, path: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(path.split("?")[0], method="POST")[0])
    except HTTPException:
        return f"nothing ({path})"


# --- facilitator pages: bytes and words -----------------------------------------------------------------------------


def phone_pages(played: Played) -> list[tuple[crawl.Found, crawl.Parsed]]:
    return [(page, crawl.parse(page.html)) for page in played.pages[FACILITATOR]]


def test_pages_of_the_phone_stay_within_six_kilobytes(played: Played) -> None:
    sizes = {page.path: len(gzip.compress(page.html.encode(), 9)) for page, _parsed in phone_pages(played)}
    assert {path: size for path, size in sizes.items() if size > 6 * 1024} == {}


def test_stylesheet_script_and_picture_stay_within_their_budgets() -> None:
    budgets = {"style.css": 9, "app.js": 24, "icon.svg": 6}
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) / 1024 for name in budgets}
    assert {name: size for name, size in sizes.items() if size > budgets[name]} == {}


DENIED = re.compile(
    r"depress|suicid|phq|\bscor|patient|therap|\bcase\b|client|beneficiar|default|drop-?out|\bfailed|invalid|illegal"
    r"|\berror|\bsync|upload|server|cache|expired|offline",
    re.IGNORECASE,
)
MEASURE_AND_PROTOCOL = ("meeting.check_in", "first_talk.check_in", "help_now.")
"""Kinds of pages that show a published questionnaire or the programme's own protocol (decision 8)."""


def words_of(page: crawl.Found) -> str:
    """Give the words of a page of the phone without the protocol inside Help now."""
    return crawl.parse(re.sub(r'<section class="help".*?</section>', "", page.html, flags=re.DOTALL)).text


def test_pages_of_the_phone_name_no_illness_and_no_figure_of_one(played: Played) -> None:
    faults = {}
    for page, parsed in phone_pages(played):
        if not page.endpoint.startswith(MEASURE_AND_PROTOCOL):
            found = DENIED.findall(words_of(page)) + DENIED.findall(parsed.title)
            faults.update({page.endpoint: found} if found else {})
    assert faults == {}


def test_sentences_on_the_phone_have_at_most_twelve_words(played: Played) -> None:
    long = set()
    for page, _parsed in phone_pages(played):
        if page.endpoint.startswith((*MEASURE_AND_PROTOCOL, "sign_in.", "meeting.guide", "first_talk.guide")):
            continue
        for sentence in re.split(r"[.?!:;\n।።]|(?<=\w) · ", words_of(page)):
            # Between blanks: the vowel signs of many scripts are no letters to a pattern.
            if sum(1 for word in sentence.split() if re.search(r"\w", word)) > 12:
                long.add(f"{page.endpoint}: {sentence.strip()}")
    assert sorted(long) == []


def test_nothing_on_the_phone_shouts(played: Played) -> None:
    assert [page.endpoint for page, _parsed in phone_pages(played) if "!" in words_of(page)] == []


def test_the_first_steps_and_numbers_stand_inside_every_page_of_the_phone(played: Played) -> None:
    for page, _parsed in phone_pages(played):
        # For people who are not signed in.
        if page.endpoint in ("sign_in.page", "front.cover", "tell_us.page"):
            continue
        section = re.search(r'<section class="help"[^>]*id="help-now".*?</section>', page.html, re.DOTALL)
        assert section is not None, page.path
        assert section[0].count("<li>") >= 3, page.path
        assert section[0].count('href="tel:') >= 2, page.path
        assert re.search(r'<a[^>]*href="#help-now"', page.html), page.path


# --- languages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("role", ["facilitator", "coordinator", "admin", "supervisor"])
def test_every_page_says_its_language_and_direction(
    played: Played, role: str, language: str, direction: str
) -> None:
    client = crawl.client_of(played.app, role, language=language)
    for page in played.pages[role]:
        response = client.get(page.path)
        parsed = crawl.parse(response.get_data(as_text=True))
        assert (response.status_code, parsed.lang, parsed.direction) == (200, language, direction), page.path


def test_a_group_reads_the_guide_in_its_own_language(played: Played) -> None:
    """The facilitator of the demonstration leads groups in Nepal, whose words were published and field tested."""
    steps = [page.html for page in played.pages[FACILITATOR] if page.endpoint == "meeting.guide"]
    assert steps
    assert any(re.search(r'lang="ne"[^>]*>[^<]*(<[^>]+>)*[^<]*[\u0900-\u097f]', html) for html in steps)


# --- in a browser ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Window:
    """A browser on the served demonstration."""

    played: Played
    browser: Any
    address: str

    def context(self, role: str, language: str = "en", **more: Any) -> Any:
        """Open a fresh browser profile, signed in as the person of a role."""
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": 320, "height": 640}, **more
        )
        cookies = crawl.session_cookies(self.played.app, role, language=language)
        context.add_cookies([{"name": k, "value": v, "url": self.address} for k, v in cookies.items()])
        context.set_default_timeout(10_000)
        return context

    def samples(self, role: str) -> list[str]:
        """Give the pages of a role to look at: up to two of each kind that look different.

        A kind that another role of the office shows in the same looks is looked at there only.
        """
        kept: dict[str, list[frozenset[str]]] = {}
        paths: list[str] = []
        for other in (role,) if role in (FACILITATOR, "nobody") else OFFICE[: OFFICE.index(role) + 1]:
            paths = []
            for page in self.played.pages[other]:
                looks = frozenset(re.findall(r'class="([^"]+)"', page.html))
                seen = kept.setdefault(page.endpoint, [])
                if len(seen) < 2 and not any(looks <= one for one in seen):
                    seen.append(looks)
                    paths.append(page.path)
        return paths


OFFICE = ("coordinator", "supervisor", "clinical_lead", "translator", "reviewer", "admin", "me")


@pytest.fixture(scope="module")
def window(played: Played, browser: Any) -> Iterator[Window]:
    with serving(played.app) as address:
        yield Window(played, browser, address)


LANGUAGES = ("en", "fr", "ar")
SEEN_BY = (FACILITATOR, *OFFICE, "nobody")
OVERFLOW = """width => {
  if (document.documentElement.scrollWidth <= width) return '';
  const wide = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1);
  });
  return `wider than ${width}: ` + wide.slice(0, 3).map(e => e.outerHTML.slice(0, 100)).join(' | ');
}"""


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", SEEN_BY)
def test_pages_fit_320_and_1280_and_break_no_rule_of_the_browser(
    window: Window, role: str, language: str
) -> None:
    context = window.context(role, language)
    page = context.new_page()
    faults: list[str] = []
    page.on(
        "console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    for path in window.samples(role):
        answer = page.goto(path)
        assert answer.status == 200, path
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            fault = page.evaluate(OVERFLOW, width)
            faults += [f"{path}: {fault}"] if fault else []
    context.close()
    assert faults == []


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}


@pytest.mark.browser
@pytest.mark.parametrize(("language", "widths"), [("en", (320, 1280)), ("ar", (320,))])
@pytest.mark.parametrize("role", SEEN_BY)
def test_axe_finds_nothing(window: Window, role: str, language: str, widths: tuple[int, ...]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # axe is put into the page as a script, which the policy of the page rightly refuses.
    context = window.context(role, language, bypass_csp=True)
    page = context.new_page()
    faults = []
    for path in window.samples(role):
        page.goto(path)
        for width in widths:
            # Axe takes what the sticky bar covers for too small; in a window of the page's height it covers none.
            page.set_viewport_size({"width": width, "height": 640})
            page.set_viewport_size(
                {"width": width, "height": page.evaluate("document.body.scrollHeight") + 200}
            )
            for fault in Axe().run(page, options=OPTIONS).response["violations"]:
                faults += [f"{path} {fault['id']}: {node['html'][:140]}" for node in fault["nodes"]]
    context.close()
    assert faults == []


FOCUS = """() => {
  const kinds = 'a[href],button,input:not([type=hidden]),select,textarea,summary';
  const faults = [];
  for (const e of document.querySelectorAll(kinds)) {
    if (e.disabled || !e.getClientRects().length || getComputedStyle(e).visibility === 'hidden') continue;
    e.focus();
    if (document.activeElement !== e) continue;
    const ring = [e, e.nextElementSibling, e.closest('label'), e.parentElement].filter(Boolean).some(one => {
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    });
    const name = e.outerHTML.slice(0, 110);
    if (!ring) faults.push(`no ring: ${name}`);
    const shown = e.labels && e.labels.length && /radio|checkbox/.test(e.type) ? e.labels[0] : e;
    const box = shown.getBoundingClientRect();
    const x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 24);
    if (y < 0 || y > innerHeight) { faults.push(`out of sight: ${name}`); continue; }
    const top = document.elementFromPoint(x, y);
    const free = !top || top === e || shown.contains(top) || top.contains(shown);
    if (!free) faults.push(`covered by ${top.outerHTML.slice(0, 60)}: ${name}`);
  }
  return faults;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("role", SEEN_BY)
def test_focus_is_seen_and_never_covered(window: Window, role: str) -> None:
    context = window.context(role)
    page = context.new_page()
    faults = []
    for path in window.samples(role):
        page.goto(path)
        page.keyboard.press("Tab")
        faults += [f"{path}: {fault}" for fault in page.evaluate(FOCUS)]
    context.close()
    assert faults == []


# The verdict on what fits is measured by the browser, so without scripts its line is empty.
MAIN = """() => {
  const main = document.querySelector('main');
  for (const verdict of main.querySelectorAll('[role=status][data-fine][data-over]')) verdict.hidden = true;
  return [main.innerText.replace(/\\s+/g, ' ').trim(), main.querySelectorAll('input,button,select,textarea').length];
}"""


@pytest.mark.browser
@pytest.mark.parametrize("role", SEEN_BY)
def test_pages_say_the_same_without_scripts(window: Window, role: str) -> None:
    with_scripts, without = window.context(role), window.context(role, java_script_enabled=False)
    one, other = with_scripts.new_page(), without.new_page()
    faults = []
    for path in window.samples(role):
        one.goto(path)
        answer = other.goto(path)
        if answer.status != 200 or one.evaluate(MAIN) != other.evaluate(MAIN):
            faults.append((path, one.evaluate(MAIN), other.evaluate(MAIN)))
    with_scripts.close()
    without.close()
    assert faults == []


def test_no_page_of_the_phone_loads_anything_of_its_own(played: Played) -> None:
    """Beside what all pages share, only the font of a language that the page says it is written in."""
    shared = {f"/static/{name}" for name in ("style.css", "app.js", "icon.svg", "icons.svg")}
    scripts = {one.html_tag: one.script for one in languages()}
    faults = []
    for page, _parsed in phone_pages(played):
        tongues = set(re.findall(r'\blang="([^"]+)"', page.html))
        fonts = {f"/static/fonts/{FONTS[scripts[one]]}.css" for one in tongues if scripts.get(one) in FONTS}
        own = set(re.findall(r'(?:src|href)="(/static/[^"?]+)', page.html)) - shared
        if own - fonts or len(own) > 1:
            faults.append((page.path, own))
    assert faults == []


@pytest.mark.browser
def test_the_first_view_on_a_phone_takes_three_requests_and_a_picture(window: Window) -> None:
    for path in window.samples(FACILITATOR)[:4]:
        context = window.context(FACILITATOR)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        context.close()
        assert len([url for url in asked if not re.search(r"/icons?\.svg", url)]) <= 3, asked
        assert all(url.startswith(window.address) for url in asked), asked


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_every_field_with_a_fault_of_its_own_has_a_label(template: Path) -> None:
    """A sentence names the field; without a label it would name it by its code, in every language."""
    named = set(re.findall(r"errors\.([a-z_]+)", template.read_text("utf-8"))) - {"items", "get"}
    assert named - set(FIELDS) == set()


def test_lists_of_the_demonstration_are_not_empty(played: Played) -> None:
    """A crawl over an empty programme would prove nothing."""
    with played.app.test_request_context():
        assert len(lists.member_ids()) >= 60

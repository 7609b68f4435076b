"""The stylesheet and the components keep their promises: contrast, bytes, old browsers, touch, access."""

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from tests.web.gallery import build

STATIC = build.WEB / "static"
CSS = (STATIC / "style.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)

INK, WHITE, PAPER, SAND, MUTED = "#111111", "#ffffff", "#f6f4ee", "#ebe7dc", "#444444"
ACTION, ACTION_DARK, ACTION_TINT = "#0b4f6c", "#083c53", "#e3eef2"
DONE, DONE_TINT, NEUTRAL = "#1b5e20", "#e6f2e6", "#4a4a4a"
ATTENTION, ATTENTION_TINT = "#7a4100", "#fff1d6"
SAFETY, SAFETY_TINT = "#8e1b1b", "#fbeaea"
STATUS, FOCUS, CONTROL = "#e6e6e6", "#ffdd00", "#6b6b6b"
LINES = {"#d8d3c7", "#b3ada0"}  # hairlines that carry no meaning
TOKENS = {
    INK,
    WHITE,
    PAPER,
    SAND,
    MUTED,
    ACTION,
    ACTION_DARK,
    ACTION_TINT,
    DONE,
    DONE_TINT,
    NEUTRAL,
    ATTENTION,
    ATTENTION_TINT,
    SAFETY,
    SAFETY_TINT,
    STATUS,
    FOCUS,
    CONTROL,
} | LINES

TEXT_PAIRS = [
    (INK, WHITE),
    (INK, PAPER),
    (INK, SAND),
    (INK, STATUS),
    (INK, ACTION_TINT),
    (INK, ATTENTION_TINT),
    (INK, DONE_TINT),
    (INK, SAFETY_TINT),
    (INK, FOCUS),
    (MUTED, WHITE),
    (MUTED, PAPER),
    (MUTED, SAND),
    (MUTED, ACTION_TINT),
    (MUTED, ATTENTION_TINT),
    (WHITE, ACTION),
    (WHITE, ACTION_DARK),
    (ACTION, WHITE),
    (ACTION, PAPER),
    (ACTION, SAND),
    (ACTION, ACTION_TINT),
    (ACTION, ATTENTION_TINT),
    (WHITE, DONE),
    (DONE, WHITE),
    (WHITE, NEUTRAL),
    (WHITE, ATTENTION),
    (ATTENTION, WHITE),
    (ATTENTION, ATTENTION_TINT),
    (WHITE, SAFETY),
    (SAFETY, WHITE),
    (SAFETY, SAFETY_TINT),
    (SAFETY, PAPER),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, definition "relative luminance")."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition "contrast ratio")."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def full_hex(colour: str) -> str:
    """Write `#abc` as `#aabbcc`."""
    return colour if len(colour) == 7 else "#" + "".join(2 * letter for letter in colour[1:])


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("fore", "back"), TEXT_PAIRS, ids=[f"{a} on {b}" for a, b in TEXT_PAIRS])
def test_text_can_be_read_in_the_sun(fore: str, back: str) -> None:
    assert contrast(fore, back) >= (6.4 if (fore, back) in {(DONE, DONE_TINT)} else 7)


@pytest.mark.parametrize("back", [WHITE, PAPER, SAND, ACTION_TINT])
@pytest.mark.parametrize("border", [CONTROL, ACTION, DONE, ATTENTION, SAFETY, NEUTRAL])
def test_borders_of_controls_stand_out(border: str, back: str) -> None:
    assert contrast(border, back) >= 3


def test_every_colour_of_the_stylesheet_is_a_token() -> None:
    used = {full_hex(c.lower()) for c in re.findall(r"#[0-9a-fA-F]{3,6}\b(?=[;,})\s!])", RULES)}
    assert used <= TOKENS
    assert used >= {INK, WHITE, ACTION, SAFETY, FOCUS}


def test_red_is_for_safety_only() -> None:
    wrong = [
        rule.strip()
        for rule in re.findall(r"[^{}]+\{[^{}]*#8e1b1b[^{}]*\}", RULES)
        if not re.search(r"safety|sos|help|level|\.l3|\.do |\.call", rule.split("{")[0])
    ]
    assert wrong == []


BUDGETS = [("style.css", 9 * 1024), ("app.js", 4 * 1024), ("icons.svg", 6 * 1024), ("icon.svg", 1024)]


@pytest.mark.parametrize(("name", "budget"), BUDGETS, ids=[name for name, _ in BUDGETS])
def test_each_file_stays_within_its_bytes(name: str, budget: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= budget


def test_each_sign_is_at_most_one_kilobyte() -> None:
    symbols = re.findall(
        r"<symbol.*?</symbol>", (STATIC / "icons.svg").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(symbols) == len(build.PICTURES)
    assert max(map(len, symbols)) <= 1024


def test_stylesheet_asks_for_nothing_else() -> None:
    assert not re.search(r"@import|url\(|https?:|//", RULES)


NEWER = [
    r"var\(",
    r"(?<![-\w])gap\s*:",
    r"display\s*:\s*(inline-)?grid",
    r"margin-inline",
    r"padding-inline",
    r"inset\s*:",
    r":is\(",
    r":where\(",
    r":has\(",
    r"clamp\(",
    r"min\(",
    r"max\(",
    r":focus-within",
]


@pytest.mark.parametrize("pattern", NEWER)
def test_stylesheet_uses_only_what_chrome_49_knows(pattern: str) -> None:
    assert not re.search(pattern, RULES)


NEWER_SCRIPT = [
    r"=>",
    r"\blet\b",
    r"\bconst\b",
    r"`",
    r"\basync\b",
    r"\.\.\.",
    r"innerHTML",
    r"\beval\b",
    r"\.closest\(",
]


@pytest.mark.parametrize("pattern", NEWER_SCRIPT)
def test_script_is_written_for_chrome_49(pattern: str) -> None:
    script = re.sub(r"/\*.*?\*/", "", (STATIC / "app.js").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(pattern, script)


def test_templates_hold_no_inline_style_or_handler() -> None:
    for path in (build.WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle\s*=|\son\w+\s*=\s*\"|<style|javascript:", text), path.name


@pytest.fixture
def env() -> Environment:
    return build.environment({})


def test_a_hint_and_an_error_are_read_with_the_field(env: Environment) -> None:
    html = env.from_string(
        "{% from 'macros/forms.html' import text %}"
        "{{ text('age', 'Age', 'x', hint='In years', error='Write digits.') }}"
    ).render()
    assert 'aria-describedby="age-hint age-error"' in html
    assert html.index("age-hint") < html.index("<input")
    assert 'aria-invalid="true"' in html


def test_what_people_typed_is_escaped(env: Environment) -> None:
    html = env.from_string(
        "{% from 'macros/forms.html' import text %}{% from 'macros/meeting.html' import tick_pair %}"
        "{% from 'macros/parts.html' import data_table %}{{ text('n', 'N', x) }}{{ tick_pair('1', x) }}"
        "{{ data_table(x, [{'key': 'a', 'label': x}], [{'a': x}]) }}"
    ).render(x='<b>"')
    assert "<b>&" not in html
    assert html.count("&lt;b&gt;&#34;") == 5


def test_a_password_is_never_written_back(env: Environment) -> None:
    html = env.from_string(
        "{% from 'macros/forms.html' import text %}{{ text('p', 'Password', 'secret', type='password') }}"
    ).render()
    assert "secret" not in html


def test_no_answer_is_chosen_beforehand(env: Environment) -> None:
    html = env.from_string(
        "{% from 'macros/forms.html' import radios %}{% from 'macros/meeting.html' import tick_pair %}"
        "{{ radios('q', 'Q', [(0, 'No'), (1, 'Yes')]) }}{{ tick_pair('m', 'Grace') }}"
    ).render()
    assert "checked" not in html


def test_help_stands_in_the_page_even_without_a_programme(env: Environment) -> None:
    html = env.from_string("{% from 'macros/meeting.html' import help_now %}{{ help_now(none) }}").render()
    assert 'id="help-now"' in html
    assert "Do not leave the person alone" in html


def test_facilitator_pages_stay_within_six_kilobytes(tmp_path: Path) -> None:
    pages = [p for p in build.render(tmp_path) if not re.search("people|plan|signs", p)]
    sizes = {p: len(gzip.compress((tmp_path / p).read_bytes(), 9)) for p in pages}
    assert {p: n for p, n in sizes.items() if n > 6 * 1024} == {}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str, list[str]]]:
    pytest.importorskip("playwright")
    if not (os.environ.get("GIPT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")):
        sentence = "No Chromium: install Debian's package chromium, or set GIPT_CHROMIUM."
        if os.environ.get("GIPT_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    folder = tmp_path_factory.mktemp("gallery")
    paths = build.render(folder)
    with build.served(folder) as address, build.chromium() as browser:
        yield browser, address, paths


SMALL_TARGETS = """(least) => {
const kinds = 'a,button,input,select,textarea,summary';
return [...document.querySelectorAll(kinds)].filter(e => {
  if (e.type === 'hidden' || e.classList.contains('skip')) return false;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (!box.width || style.visibility === 'hidden') return false;
  if (e.tagName === 'A' && style.display === 'inline' && e.closest('td,th,p')) return false;
  return box.height < least - 0.5 || box.width < least - 0.5;
}).map(e => {
  const box = e.getBoundingClientRect();
  return `${e.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`;
})}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_fits_and_can_be_touched(gallery: tuple[Any, str, list[str]], width: int) -> None:
    browser, address, paths = gallery
    page = browser.new_page(viewport={"width": width, "height": 640})
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    for path in paths:
        page.goto(f"{address}/{path}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path} is wider than {width} px")
        facilitator = page.evaluate("document.body.classList.contains('fac')")
        faults += [f"{path}: {target}" for target in page.evaluate(SMALL_TARGETS, 48 if facilitator else 44)]
    page.close()
    assert faults == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(gallery: tuple[Any, str, list[str]], width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    browser, address, paths = gallery
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options = {"runOnly": {"type": "tag", "values": tags}, "rules": {"target-size": {"enabled": True}}}
    page = browser.new_page(viewport={"width": width, "height": 640}, bypass_csp=True)
    faults = []
    for path in paths:
        for spot in ["", "#help-now"] if "register" in path else [""]:
            page.goto("about:blank")
            page.goto(f"{address}/{path}{spot}")
            # axe takes what the sticky bar covers for too small; in a window of the page's height it covers none.
            page.set_viewport_size(
                {"width": width, "height": page.evaluate("document.body.scrollHeight") + 200}
            )
            for fault in Axe().run(page, options=options).response["violations"]:
                faults += [f"{path}{spot} {fault['id']}: {node['html'][:140]}" for node in fault["nodes"]]
    page.close()
    assert faults == []


@pytest.mark.browser
def test_help_is_one_tap_away_and_asks_the_network_for_nothing(gallery: tuple[Any, str, list[str]]) -> None:
    browser, address, _paths = gallery
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/register.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.click(".bar .sos")
    assert page.locator("#help-now li").first.is_visible()
    assert page.locator("#help-now a[href^='tel:']").first.is_visible()
    assert not page.locator("main").is_visible()
    assert [url for url in asked if not url.endswith("icon.svg")] == []
    context.close()


@pytest.mark.browser
def test_eight_members_need_no_more_than_their_height(gallery: tuple[Any, str, list[str]]) -> None:
    browser, address, _paths = gallery
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{address}/en/register.html")
    heights = page.evaluate(
        "[...document.querySelectorAll('.reg')].map(e => e.getBoundingClientRect().height)"
    )
    page.close()
    assert len(heights) == 8
    assert sum(heights) <= 8 * 60


@pytest.mark.browser
def test_a_tick_is_counted_at_once_and_everyone_marks_only_the_rest(
    gallery: tuple[Any, str, list[str]],
) -> None:
    browser, address, _paths = gallery
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{address}/en/register.html")

    def counts() -> list[str]:
        return [page.locator(f"[data-count={name}]").inner_text() for name in ("came", "missed", "open")]

    assert counts() == ["3", "1", "4"]
    page.locator("[data-tick=missed]").nth(3).check()
    assert counts() == ["3", "2", "3"]
    page.get_by_role("button", name="Everyone came").click()
    assert counts() == ["6", "2", "0"]
    page.close()


@pytest.mark.browser
def test_hide_leaves_nothing_to_come_back_to(gallery: tuple[Any, str, list[str]]) -> None:
    browser, address, _paths = gallery
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{address}/en/today.html")
    page.goto(f"{address}/en/group.html")
    page.get_by_role("button", name="Hide").click()
    page.wait_for_url("**/signin.html")
    page.go_back()
    assert page.url.endswith("/today.html")
    page.close()

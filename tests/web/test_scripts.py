"""Every script stands whole in the components: nothing cut off, nothing too wide, mirrored where it must be."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.gallery import build

SCRIPTS = {
    # language, direction, sheet, words with the deepest and highest signs of the script
    "burmese": ("my", "ltr", "myanmar", "ကျွန်ုပ်တို့ ဣန္ဒြေ ဩဂုတ် ဥက္ကဋ္ဌ သတ္တုဗေဒ ကြွေးကြော်"),
    "nastaliq": ("ur", "rtl", "nastaliq", "پچھلے ہفتے کیسی گزری؟ چھُٹّی مجھے چاہیے"),
    "ethiopic": ("am", "ltr", "ethiopic", "ኅዳር ጷጷሳት ቋንቋዎቻችንን ዟሪ ጧት ቷል"),
    "devanagari": ("ne", "ltr", "devanagari", "र्त्स्न्यैः क्ष्म्यूँ हृद्रूपँ ट्ठ्यौं श्रीमतीको र्‍याँ"),
    "arabic": ("ar", "rtl", "arabic", "مُحَمَّدٌ يَلْتَقِي بِجَمَاعَتِهِ إِلَىٰ ٱللَّهِ لِّلشَّجِّ"),
    "bengali": ("bn", "ltr", "bengali", "ক্ষ্ম্যূঁ র্দ্র্যৌ স্ত্রী হৃৎপিণ্ডের ক্ল্যূ"),
}
PAGES = ("today", "register", "plan")
# Where every sign stays inside the box of its text. On the other pages the highest stacks reach a few pixels out of it,
# into the space between texts; nothing there cuts them, which the test of small screens holds.
INSIDE = {
    "arabic": ("today", "register"),
    "bengali": ("register",),
    "burmese": ("plan",),
    "devanagari": PAGES,
    "ethiopic": PAGES,
    "nastaliq": ("register",),
}
CLIP = """() => {
  const kinds = 'p,h1,h2,h3,li,td,th,label,legend,button,a,dt,dd,summary,span,small,caption,b,bdi,div';
  document.querySelectorAll(kinds).forEach(e => {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (own && !e.closest('.vh,.skip,.c')) {
      e.style.overflowY = 'clip';
    }
  });
}"""
TOO_WIDE = """() => [document.documentElement.scrollWidth - innerWidth,
  [...document.querySelectorAll('main *')].filter(e => {
    const s = getComputedStyle(e);
    return (s.overflowX === 'hidden' || s.overflowY === 'hidden') && !e.closest('.vh,thead') && e.tagName !== 'PROGRESS'
      && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && e.clientWidth > 2;
  }).map(e => e.outerHTML.slice(0, 80))]"""


class Stress(dict[str, str]):
    """Answer every message with the words of one script, about as long as the English."""

    def __init__(self, words: str) -> None:
        super().__init__({"x": words})
        self.words = words.split()

    def get(self, key: str, default: Any = None) -> str:
        size = max(1, round(len(key) / 7))
        return " ".join(self.words[number % len(self.words)] for number in range(size))


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    pytest.importorskip("playwright")
    if not (os.environ.get("GIPT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")):
        sentence = "No Chromium: install Debian's package chromium, or set GIPT_CHROMIUM."
        if os.environ.get("GIPT_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    folder = tmp_path_factory.mktemp("scripts")
    for name, (language, direction, sheet, words) in SCRIPTS.items():
        write(folder / name, language, direction, sheet, words)
    with build.served(folder) as address, build.chromium() as browser:
        yield browser, address


def write(folder: Path, language: str, direction: str, sheet: str, words: str) -> None:
    """Write the pages of one script, every text of them in it."""
    shutil.copytree(build.WEB / "static", folder / "static")
    stress = Stress(words)
    build.LANGUAGES[language], known = (direction, stress), build.LANGUAGES.get(language)
    names, build.samples.NAMES[language] = build.samples.NAMES.get(language), [stress.get("x" * 24)] * 16
    try:
        env = build.environment(stress)
        for page in PAGES:
            values = build.context(page, language) | {"font_sheet": f"fonts/{sheet}.css"}
            values["people"] = [{**one, "name": stress.get(one["name"])} for one in values["people"]]
            (folder / f"{page}.html").write_text(env.get_template(f"{page}.html").render(values), "utf-8")
    finally:
        restore(build.LANGUAGES, language, known)
        restore(build.samples.NAMES, language, names)


def restore(mapping: dict[str, Any], key: str, value: Any) -> None:
    """Put back what stood under a key, or nothing."""
    if value is None:
        del mapping[key]
    else:
        mapping[key] = value


def opened(browser: Any, url: str, *, width: int = 320) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 640}, bypass_csp=True)
    page.goto(url)
    page.evaluate("document.fonts.ready.then(() => 1)")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("script", sorted(SCRIPTS))
def test_no_sign_is_cut_off(gallery: tuple[Any, str], script: str) -> None:
    browser, address = gallery
    faults = []
    for name in INSIDE[script]:
        page = opened(browser, f"{address}/{script}/{name}.html")
        family = f"g-{SCRIPTS[script][2]}"
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        if family not in " ".join(loaded):
            faults.append(f"{name}: {family} was not used")
        whole = page.screenshot(full_page=True)
        page.evaluate(CLIP)
        if page.screenshot(full_page=True) != whole:
            faults.append(f"{name}: clipped")
        page.close()
    assert faults == []


@pytest.mark.browser
@pytest.mark.parametrize("script", sorted(SCRIPTS))
def test_nothing_is_too_wide_with_small_screens_and_big_letters(
    gallery: tuple[Any, str], script: str
) -> None:
    browser, address = gallery
    faults = []
    for name in PAGES:
        page = opened(browser, f"{address}/{script}/{name}.html")
        # Big letters matter on phones; the planner is a page of the office.
        for percent in (100,) if name == "plan" else (100, 200):
            page.add_style_tag(content=f"html{{font-size:{106.25 * percent / 100}%!important}}")
            too_wide, cut = page.evaluate(TOO_WIDE)
            if too_wide > 0 or cut:
                faults.append(f"{name} at {percent} %: {too_wide} px, {cut}")
        page.close()
    assert faults == []


@pytest.mark.browser
def test_pages_from_right_to_left_are_mirrored(gallery: tuple[Any, str]) -> None:
    browser, address = gallery
    page = opened(browser, f"{address}/arabic/register.html")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    # What is not drawn has no transform; "Help now" is drawn when it is asked for.
    for place, seen in (("", ".turn:not(.help *)"), ("help-now", ".help .turn")):
        turned = page.evaluate(
            "([place, seen]) => { location.hash = place; return [...document.querySelectorAll(seen)]"
            ".map(e => getComputedStyle(e).transform) }",
            [place, seen],
        )
        assert turned, seen
        assert set(turned) == {"matrix(-1, 0, 0, 1, 0, 0)"}, seen
    page.evaluate("location.hash = ''")
    names = page.evaluate("[...document.querySelectorAll('.reg .nm')].map(e => !!e.querySelector('bdi'))")
    assert names
    assert all(names)
    back = page.evaluate("document.querySelector('.top .back').getBoundingClientRect().right")
    assert back > 250
    page.close()

"""Fonts: small, complete, free, kept for ever under a name that changes with them, and asked for only where needed."""

import gzip
import hashlib
import re

import pytest
from flask import Flask

from gipt.i18n import find_language, languages
from gipt.web.frame import FONTS, font_sheet
from tests.web.gallery import build

FOLDER = build.WEB / "static" / "fonts"
# ux 2.6, kilobytes of 1,000; Nastaliq is optional.
BUDGETS = {"ethiopic": 45, "devanagari": 50, "bengali": 44, "myanmar": 36, "arabic": 27, "nastaliq": 160}
LETTERS = {
    "ethiopic": "ሀለሐመሠረሰሸቀበተቸኅነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ፡።፣፩፪፲",
    "devanagari": "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौंःँ्।०१२३४५६७८९",
    "bengali": "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ০১২৩৪৫৬৭৮৯",
    "myanmar": "ကခဂဃငစဆဇဈညတထဒဓနပဖဗဘမယရလဝသဟဠအ္်ျြွှဿ၀၁၂၃၄၅၆၇၈၉၊။",
    # Pashto, Dari, Persian and Urdu need more than Arabic does.
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىپچژگکیټډړږښڅځڼېۍئںٹڈڑےھہ٠١٢٣۴۵۶،؛؟ًٌٍَُِّْ",
    "nastaliq": "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآؤئۓ۰۱۲۳۴۵۶۷۸۹،؛؟۔",
}


def sheet(name: str) -> str:
    return (FOLDER / f"{name}.css").read_text("utf-8")


def test_every_script_has_its_two_files_and_no_other_lies_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.css")} == set(FONTS.values()) == set(BUDGETS)
    assert {path.stem for path in FOLDER.glob("*.woff2")} == set(BUDGETS)
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_font_stays_within_its_bytes(name: str) -> None:
    assert (FOLDER / f"{name}.woff2").stat().st_size <= BUDGETS[name] * 1000
    assert len(sheet(name).encode()) <= 1000


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_the_address_of_a_font_changes_with_its_bytes(name: str) -> None:
    digest = hashlib.sha256((FOLDER / f"{name}.woff2").read_bytes()).hexdigest()[:10]
    assert re.findall(r"url\(([^)]*)\)", sheet(name)) == [f"{name}.woff2?v={digest}"]
    assert "font-display:swap" in sheet(name)


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_the_sheet_promises_the_letters_that_the_language_needs(name: str) -> None:
    ranges = [
        [int(end, 16) for end in one.split("-")]
        for one in re.findall(r"U\+([0-9A-F]+(?:-[0-9A-F]+)?)", sheet(name))
    ]
    assert [sign for sign in LETTERS[name] if not any(r[0] <= ord(sign) <= r[-1] for r in ranges)] == []
    assert not any(ranges[0][0] <= ord(sign) <= ranges[0][-1] for sign in "Az09")


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_the_font_has_the_letters_that_the_sheet_promises(name: str) -> None:
    reader = pytest.importorskip("fontTools.ttLib")
    pytest.importorskip("brotli")
    font = reader.TTFont(FOLDER / f"{name}.woff2")
    assert [sign for sign in LETTERS[name] if ord(sign) not in font.getBestCmap()] == []
    assert "GSUB" in font


def test_burmese_never_takes_the_phones_own_font() -> None:
    assert "local(" not in sheet("myanmar")
    assert all("local(" in sheet(name) for name in BUDGETS if name != "myanmar")


@pytest.mark.parametrize(
    ("tag", "saving", "expected"),
    [
        ("en", "", None),
        ("sw", "on", None),
        ("am", "", "fonts/ethiopic.css"),
        ("am", "on", "fonts/ethiopic.css"),
        ("ti", "", "fonts/ethiopic.css"),
        ("ne", "", "fonts/devanagari.css"),
        ("my", "on", "fonts/myanmar.css"),
        ("ar", "", "fonts/arabic.css"),
        ("prs", "", "fonts/arabic.css"),
        ("ur", "", "fonts/nastaliq.css"),
        ("ur", "on", "fonts/arabic.css"),
        ("am_ET@youth", "", "fonts/ethiopic.css"),
    ],
)
def test_a_page_asks_for_the_font_of_its_own_language_only(
    app: Flask, tag: str, saving: str, expected: str | None
) -> None:
    known = find_language(tag)
    assert known is not None
    with app.test_request_context(headers={"Save-Data": saving} if saving else {}):
        assert font_sheet(known.script) == expected


def test_pages_link_their_sheet_with_a_name_that_can_be_kept_for_ever(app: Flask) -> None:
    client = app.test_client()
    for one in languages():
        text = client.get("/sign-in", headers={"Accept-Language": one.html_tag}).get_data(as_text=True)
        links = re.findall(r'href="(/static/fonts/[^"]*)"', text)
        name = FONTS.get(one.script)
        assert [link.split("?")[0] for link in links] == ([f"/static/fonts/{name}.css"] if name else [])
        for link in links:
            assert "?v=" in link
            answer = client.get(link, buffered=True)
            answer.close()
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            font = client.get(f"/static/fonts/{name}.woff2", buffered=True)
            font.close()
            assert font.headers["Content-Type"] == "font/woff2"
            assert "immutable" in font.headers["Cache-Control"]
            assert "font-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_first_view_of_every_language_stays_small(app: Flask) -> None:
    """Page, sheets and script, gzipped: 14 KB for Latin letters, the font beside it for the others (ux 6)."""
    client = app.test_client()
    for one in languages():
        page = client.get("/sign-in", headers={"Accept-Language": one.html_tag}).get_data()
        parts = [page, *((build.WEB / "static" / name).read_bytes() for name in ("style.css", "app.js"))]
        name = FONTS.get(one.script)
        parts += [sheet(name).encode()] if name else []
        size = sum(len(gzip.compress(part, 9)) for part in parts)
        assert size <= 14 * 1024
        assert size + ((FOLDER / f"{name}.woff2").stat().st_size if name else 0) <= 100 * 1000

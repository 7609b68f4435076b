"""A catalog goes out as PO, XLIFF and Excel and comes back the same, entry by entry, for every shipped language."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from gipt.content.catalog_entries import standing
from gipt.content.catalogs import catalog_path, languages_with_catalogs, root_folder
from gipt.content.domains import domains
from gipt.content.po_exchange import as_po, from_po
from gipt.i18n import find_language, language
from gipt.i18n.exchange import CatalogFile, Entry, State
from gipt.intake.catalog_sheet import as_sheet, from_sheet
from gipt.intake.reader import read_exact, read_xml
from gipt.intake.xliff import as_xliff, from_xliff

ROOT = root_folder()
SHIPPED = [(one.tag, domain) for domain in domains(ROOT) for one in languages_with_catalogs(ROOT, domain)]
MSGFMT = shutil.which("msgfmt")
ARABIC = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"


def rounds(file: CatalogFile) -> list[CatalogFile]:
    """Give a catalog after one way through each kind of file, each from the one before."""
    tongue = language(file.tag)
    po = from_po(as_po(file, tongue))
    xliff = from_xliff(read_xml(as_xliff(po, tongue.html_tag)))
    sheet = from_sheet(read_exact(as_sheet(xliff, tongue)))
    return [po, xliff, sheet, from_po(as_po(sheet, tongue))]


@pytest.mark.parametrize(("tag", "domain"), SHIPPED)
def test_every_shipped_catalog_comes_back_the_same(app: Flask, tag: str, domain: str) -> None:
    file = standing(domain, language(tag))
    assert any(one.texts for one in file.entries)
    for back in rounds(file):
        assert (back.domain, back.tag) == (domain, tag)
        assert list(back.entries) == list(file.entries)


HARD = (
    Entry("a/plain", ("Plain",), ("Wazi",), State.TRANSLATED, ("Read aloud.",)),
    Entry("a/missing", ("Nothing yet",)),
    Entry("a/draft", ("Perhaps",), ("Labda",), State.DRAFT, (), "Not sure about this word"),
    Entry("a/reviewed", ("Reviewed",), ("Imehakikiwa",), State.REVIEWED),
    Entry("a/stale", ("New words",), ("Maneno ya zamani",), State.STALE, (), "", ("Old words",)),
    Entry("a/formula", ("=1+1 & <b> \"quoted\" 'so'",), ("=2+2 & <b> \"x\" 'y' ]]>",), State.TRANSLATED),
    Entry("a/blanks", ("Two  blanks",), ("\u00a0Espace\u202f: «\u00a0oui\u00a0» \u200f",), State.TRANSLATED),
    Entry("a/lines", ("One\nTwo",), ("Moja\nMbili\n",), State.TRANSLATED),
    Entry("a/backslash", ("A \\n b",), ("A \\n \\t b \\",), State.TRANSLATED),
    Entry("a/plain|f", ("Plain",), ("Wazi (f)",), State.TRANSLATED),
    Entry("a/number", ("12",), ("0012",), State.TRANSLATED),
)


def test_what_is_hard_to_carry_comes_back_too(app: Flask) -> None:
    file = CatalogFile("curriculum-x", "sw", language("sw").plural, HARD, {"X-Source-x": "Invented, 2020"})
    for back in rounds(file):
        assert list(back.entries) == list(HARD)
        assert back.headers == {"X-Source-x": "Invented, 2020"}


@pytest.mark.parametrize(
    ("tag", "texts"),
    [("ar", tuple(f"form {n} %(num)d" for n in range(6))), ("sw", ("kimoja %(num)d", "vingi %(num)d"))],
)
def test_every_plural_form_comes_back_in_its_place(app: Flask, tag: str, texts: tuple[str, ...]) -> None:
    tongue = language(tag)
    entries = (
        Entry("", ("%(num)d goat", "%(num)d goats"), texts, State.TRANSLATED),
        Entry("menu", ("Goat",), ("Mbuzi",), State.TRANSLATED),
        Entry("", ("%(num)d hen", "%(num)d hens")),
        Entry("", ("Goat",), ("Mbuzi mmoja",), State.TRANSLATED),
    )
    for back in rounds(CatalogFile("messages", tag, tongue.plural, entries)):
        assert list(back.entries) == list(entries)


def test_a_language_with_one_form_keeps_its_one_text(app: Flask) -> None:
    one = "nplurals=1; plural=0"
    entries = (Entry("", ("%(num)d goat", "%(num)d goats"), ("mbuzi %(num)d",), State.TRANSLATED),)
    file = CatalogFile("messages", "sw", one, entries)
    assert from_xliff(read_xml(as_xliff(file, "sw"))).entries == entries
    assert from_sheet(read_exact(as_sheet(file, language("sw")))).entries == entries


# --- what other programs say --------------------------------------------------------------------------------------


def needs(found: bool, demanded: str, words: str) -> None:
    """Skip with a reason where a tool is missing, unless this machine demands it."""
    if not found:
        assert not os.environ.get(demanded), words
        pytest.skip(words)


@pytest.mark.parametrize(("tag", "domain"), SHIPPED)
def test_gettext_itself_finds_nothing_wrong(tag: str, domain: str) -> None:
    needs(MSGFMT is not None, "GIPT_REQUIRE_GETTEXT", "msgfmt is missing: apt install gettext")
    said = run_msgfmt(catalog_path(ROOT, tag, domain).read_bytes())
    assert said == ""


def run_msgfmt(raw: bytes) -> str:
    """Give what msgfmt -c has against a catalog, headers too."""
    assert MSGFMT
    done = subprocess.run([MSGFMT, "-c", "-o", os.devnull, "-"], input=raw, capture_output=True, check=False)
    return done.stderr.decode() + (f"exit {done.returncode}" if done.returncode else "")


@pytest.mark.parametrize("tag", ["sw", "ar"])
def test_gettext_takes_what_the_app_exports(app: Flask, tag: str) -> None:
    needs(MSGFMT is not None, "GIPT_REQUIRE_GETTEXT", "msgfmt is missing: apt install gettext")
    raw = as_po(standing("messages", language(tag)), language(tag))
    assert run_msgfmt(raw) == ""
    head = raw.decode().partition("\n\n")[0]
    for name in (
        f"Language: {tag}",
        "Plural-Forms: nplurals=",
        "Content-Transfer-Encoding: 8bit",
        "MIME-Version",
    ):
        assert f'"{name}' in head
    assert re.search(r'"Content-Type: text/plain; charset=utf-8\\n"', head)


@pytest.mark.parametrize("tag", ["sw", "ar"])
@pytest.mark.parametrize("domain", ["messages", "curriculum-who-8"])
def test_translate_toolkit_reads_the_same_from_both_files(
    app: Flask, tmp_path: Path, tag: str, domain: str
) -> None:
    there = importlib.util.find_spec("translate") is not None
    needs(there, "GIPT_REQUIRE_CHECK", "translate-toolkit is missing: pip install gipt[check]")
    from translate.storage.po import pofile
    from translate.storage.poxliff import PoXliffFile

    tongue = find_language(tag)
    assert tongue
    file = standing(domain, tongue)
    po = pofile.parsestring(as_po(file, tongue))
    xliff = PoXliffFile.parsestring(as_xliff(file, tongue.html_tag))
    by_po = {
        (unit.getcontext(), tuple(map(str, plain(unit.source)))): tuple(map(str, plain(unit.target)))
        for unit in po.units
        if unit.source
    }
    assert len(by_po) == len(file.entries)
    assert len(xliff.units) == len(file.entries)
    for entry, unit in zip(file.entries, xliff.units, strict=True):
        sources = tuple(dict.fromkeys(map(str, plain(unit.source))))
        assert sources == tuple(dict.fromkeys(entry.source))
        texts = tuple(map(str, plain(unit.target)))
        assert texts[: max(len(entry.texts), 1)] == (entry.texts or ("",))
        assert by_po[entry.key, tuple(entry.source)][: len(entry.texts) or 1] == (entry.texts or ("",))


def plain(value: object) -> list[str]:
    """Give the texts of a unit, of one form or several."""
    strings = getattr(value, "strings", None)
    return list(strings) if strings else [str(value or "")]

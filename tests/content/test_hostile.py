"""Hostile catalogs: every entry of the golden file is refused by its line, and nothing of it is ever shown."""

import logging
import re
from pathlib import Path

import pytest
from markupsafe import escape

from gipt.content import catalogs
from gipt.content.catalog_checks import entry_findings, keys
from gipt.content.domains import FOLDER
from gipt.content.po_files import read
from gipt.i18n import Shelf, catalog_folders, language
from gipt.i18n.catalogs import MESSAGES, read_catalog
from gipt.i18n.lint import Plural
from gipt.i18n.placeholders import fill, placeholders
from gipt.i18n.pseudo import pseudo
from gipt.i18n.templates import safe

GOLDEN = Path(__file__).resolve().parents[1] / "goldens" / "hostile.po"
FRENCH = Plural("nplurals=2; plural=(n > 1)")
EXPECT = "# expect: "


def expected() -> list[tuple[str, int]]:
    """Give (fault, line of its msgid) of every entry of the golden file."""
    lines = GOLDEN.read_text("utf-8").split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        if line.startswith(EXPECT):
            later = (n for n, one in enumerate(lines[number:], number + 1) if one.startswith("msgid"))
            found.append((line.removeprefix(EXPECT), next(later)))
    return found


def found_by_the_check() -> set[tuple[str, int]]:
    catalog = read(GOLDEN, language("fr"), strict=False)
    entries = {(one.fault, one.line) for one in entry_findings("hostile.po", catalog, FRENCH)}
    return entries | {(what, line) for line, what in catalog.wrong}


ENTRIES = expected()
FOUND = found_by_the_check()


def test_the_golden_file_holds_many_kinds() -> None:
    assert len(ENTRIES) >= 40
    assert len({fault for fault, _line in ENTRIES}) >= 14


@pytest.mark.parametrize(("fault", "line"), ENTRIES, ids=[f"{fault}-{line}" for fault, line in ENTRIES])
def test_each_hostile_entry_is_refused_with_its_line(fault: str, line: int) -> None:
    lines = {where for what, where in FOUND if what == fault}
    # A broken line is noticed where it ends, at most at the end of its entry.
    assert any(line <= where <= line + 4 for where in lines) if fault == "unreadable" else line in lines


def test_a_finding_prints_file_and_line() -> None:
    catalog = read(GOLDEN, language("fr"), strict=False)
    first = next(iter(entry_findings("translations/fr/LC_MESSAGES/hostile.po", catalog, FRENCH)))
    assert re.match(r"translations/fr/LC_MESSAGES/hostile\.po:\d+: \w+: '", str(first))


def test_the_running_program_uses_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert dict(read_catalog(GOLDEN, FRENCH).entries) == {}
    assert "entries left out" in caplog.text
    assert "alert" not in caplog.text


HOSTILE = "<script>%(n)s%s{{ 7*7 }}\u202e"


def every_catalog() -> list[tuple[str, str]]:
    root = catalogs.root_folder() / FOLDER
    files = sorted(root.glob("*/LC_MESSAGES/*.po"))
    return [(path.parent.parent.name, path.stem) for path in files]


@pytest.mark.parametrize(("tag", "domain"), every_catalog(), ids=["/".join(one) for one in every_catalog()])
def test_every_message_of_every_catalog_is_shown_with_hostile_arguments(tag: str, domain: str) -> None:
    shelf, tongue = Shelf(catalog_folders()), language(tag)
    sources = keys(read(catalogs.template_path(catalogs.root_folder(), domain)))
    shown = 0
    for context, *source in sources:
        arguments = dict.fromkeys({name for text in source for name in placeholders(text)}, HOSTILE)
        for number in (0, 1, 2, 5, 11, 100) if len(source) > 1 else (1,):
            said = shelf.find(tongue, domain, source, context=context or None, number=number)
            page = fill(str(escape(said.text)), arguments, safe)
            assert page is not None, source
            assert "<" not in page
            assert len(page) < 64_000
            shown += 1
    assert shown >= len(sources) > 0


@pytest.mark.parametrize(
    "domain", [path.stem for path in sorted((catalogs.root_folder() / FOLDER).glob("*.pot"))]
)
def test_every_english_text_is_shown_with_hostile_arguments_also_in_the_pseudo_language(domain: str) -> None:
    for _context, *source in keys(read(catalogs.template_path(catalogs.root_folder(), domain))):
        for text in (*source, *map(pseudo, source)):
            page = fill(str(escape(text)), dict.fromkeys(placeholders(text), HOSTILE), safe)
            assert page is not None
            assert "<" not in page


def test_the_interface_is_a_domain_like_the_others() -> None:
    assert ("fr", MESSAGES) in every_catalog()

"""The quick reader of catalogs gives what the careful one gives, or nothing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.content.po_files import parsed
from gipt.i18n.catalogs import as_texts, careful, catalog_folders, header_plural, read_catalog
from gipt.i18n.lint import Plural
from gipt.i18n.po_scan import Scanned, scan

SHIPPED = sorted(catalog_folders()[-1].glob("*/LC_MESSAGES/*.po"))
TWO = "nplurals=2; plural=(n != 1)"
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def key(one: Scanned) -> tuple[object, ...]:
    """Give what both readers know of an entry."""
    return (one.context or "", one.source, one.texts, one.fuzzy)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "-".join((path.parts[-3], path.stem)))
def test_shipped_catalogs_are_read_quickly_and_as_the_careful_reader_reads_them(path: Path) -> None:
    text = path.read_text("utf-8")
    plural = header_plural(text)
    assert plural is not None
    quick = scan(text, plural.count)
    slow, broken = careful(text, plural)
    assert quick is not None
    assert not broken
    assert sorted(map(key, quick)) == sorted(map(key, slow))


def test_a_stale_entry_names_the_english_it_was_made_for() -> None:
    text = (
        HEAD + "\n#. Note.\n#: curricula/x.toml\n#, fuzzy, python-format\n"
        '#| msgid ""\n#| "Say \\"yes\\", "\n#| "or no."\n'
        'msgctxt "a/say"\nmsgid "Say yes."\nmsgstr ""\n"Sema "\n"ndiyo.\\n"\n\n#~ msgid "Old"\n#~ msgstr "Zamani"\n'
    )
    [one] = scan(text, 2) or []
    assert one[:5] == ("a/say", ("Say yes.",), ("Sema ndiyo.\n",), True, 'Say "yes", or no.')
    [babel] = [each for each in parsed(text) if each.id]
    assert babel.previous_id == [one.previous]
    assert babel.string == one.texts[0]
    assert babel.fuzzy


@pytest.mark.parametrize(
    "body",
    [
        'msgid "a"\nmsgstr "b" rest\n',
        'msgid "a"\nmsgstr "b\n',
        'msgid "a"\n# inside\nmsgstr "b"\n',
        'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n',
        'msgid "a"\nmsgstr[0] "b"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr "b"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[2] "c"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] "c"\nmsgstr[2] "d"\n',
        'msgid  "a"\nmsgstr "b"\n',
        'msgid "a"\r\nmsgstr "b"\r\n',
        'msgid "a"\nmsgstr "b\u2028c"\n',
        'msgctxt "k"\nmsgid ""\nmsgstr "b"\n',
        "words\n",
    ],
)
def test_anything_unusual_is_left_to_the_careful_reader(body: str) -> None:
    assert scan(f"{HEAD}\n{body}", 2) is None


def test_a_file_of_a_hand_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "hand.po"
    path.write_text(HEAD + '\nmsgid  "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n', "utf-8")
    assert read_catalog(path, Plural(TWO)).entries == {(None, "a"): ("b",), (None, "c"): ("d",)}


LINES = st.sampled_from(
    [
        "", "# note", "#. for", "#: a.py", "#, fuzzy", '#| msgid "old"', '#~ msgid "gone"', '#~ msgstr "gone"',
        'msgctxt "k"', 'msgid "a"', 'msgid "b"', 'msgid ""', '"more\\n"', '"say \\"x\\" \\\\"', 'msgid_plural "as"',
        'msgstr "b"', 'msgstr ""', 'msgstr[0] "b"', 'msgstr[1] "c"', "\u2028", '"',
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=14))
@settings(deadline=None, max_examples=300)
def test_where_it_reads_at_all_both_readers_agree(lines: list[str]) -> None:
    text = "\n".join([HEAD, *lines]) + "\n"
    quick = scan(text, 2)
    if quick is None:
        return
    slow = [
        Scanned(one.context, as_texts(one.id), as_texts(one.string), one.fuzzy, "")
        for one in parsed(text)
        if one.id
    ]
    assert sorted(map(key, quick)) == sorted(map(key, slow))

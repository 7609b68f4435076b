"""The entries of a domain in a language as translators work on them, from the programme's own files first."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gipt.content import entries as content
from gipt.content.catalog_checks import coverage
from gipt.content.entries import EntryState, all_domains, entries_in, find_source, message_key, source_texts
from gipt.i18n import Shelf, catalog_folders, language, use_shelf
from gipt.i18n.variants import base_of

GUIDE = "curriculum-who-8"
TITLE = "who-8/session-1/title"
HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
Put = Callable[[str, str], None]


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Put]:
    """Give a function that writes entries of the guide: put(tag, text)."""
    old = use_shelf(Shelf(catalog_folders(tmp_path), recheck=0))

    def write(tag: str, entries: str) -> None:
        path = tmp_path / tag / "LC_MESSAGES" / f"{GUIDE}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + entries, "utf-8")

    yield write
    use_shelf(old or Shelf(catalog_folders()))


def title() -> str:
    found = find_source(GUIDE, TITLE)
    assert found
    return found.texts[0]


def line(text: str, english: str | None = None, key: str = TITLE, before: str = "") -> str:
    return f'{before}msgctxt "{key}"\nmsgid "{english or title()}"\nmsgstr "{text}"\n\n'


def test_what_is_locked_comes_first_and_every_guide_with_texts_is_there() -> None:
    found = all_domains()
    assert found[:3] == ["safety", "measures", "messages"]
    assert GUIDE in found
    assert source_texts("curriculum-no-such") == {}
    assert find_source(GUIDE, f"{TITLE}|f") == find_source(GUIDE, TITLE)


def test_it_counts_what_the_check_of_the_catalogs_counts() -> None:
    for one in coverage():
        if one.domain in ("messages", GUIDE) and one.tag in ("fr", "am"):
            entries = entries_in(one.domain, language(one.tag))
            states = Counter(entry.state for key, entry in entries.items() if base_of(key) == key)
            assert (states[EntryState.TRANSLATED], len(source_texts(one.domain))) == (
                one.translated,
                one.total,
            )


def test_an_adaptation_says_what_is_its_own_and_what_it_inherits(put: Put) -> None:
    put("sw_KE@kibera", line("Karibu"))
    entries = entries_in(GUIDE, language("sw_KE@kibera"))
    own, other = entries[TITLE], entries["who-8/session-1/aim"]
    assert (own.state, own.tag, own.words) == (EntryState.TRANSLATED, "sw_KE@kibera", ("Karibu",))
    assert (other.state, other.tag) == (EntryState.INHERITED, "sw")


def test_an_adaptation_within_english_misses_nothing() -> None:
    states = {one.state for one in entries_in(GUIDE, language("en@adolescent")).values()}
    assert states == {EntryState.TRANSLATED, EntryState.INHERITED}


def test_a_stale_text_keeps_the_english_that_it_was_made_for(put: Put) -> None:
    put("lg", line("Tandika", before='#, fuzzy\n#| msgid "Older English"\n'))
    found = entries_in(GUIDE, language("lg"))[TITLE]
    assert (found.state, found.made_for, found.words) == (EntryState.STALE, ("Older English",), ("Tandika",))
    put("lg", line("Tandika mangu", english="English of another day"))
    found = entries_in(GUIDE, language("lg"))[TITLE]
    assert (found.state, found.made_for) == (EntryState.STALE, ("English of another day",))


def test_a_refused_text_names_what_is_wrong(put: Put) -> None:
    put("lg", line("Tandika %(name)s"))
    found = entries_in(GUIDE, language("lg"))[TITLE]
    assert (found.state, found.fault) == (EntryState.REFUSED, "unknown_placeholder")


def test_a_form_for_a_woman_stands_beside_its_text(put: Put) -> None:
    put("lg", line("Mwebale") + line("Mwebale nnyabo", key=f"{TITLE}|f"))
    entries = entries_in(GUIDE, language("lg"))
    assert entries[f"{TITLE}|f"].words == ("Mwebale nnyabo",)
    assert f"{TITLE}|m" not in entries


def test_a_broken_file_is_as_if_it_were_not_there(put: Put) -> None:
    put("lg", 'msgid "unfinished')
    assert entries_in(GUIDE, language("lg"))[TITLE].state is EntryState.MISSING


def test_texts_of_pages_are_known_by_their_english() -> None:
    sessions = ("%(num)d session", "%(num)d sessions")
    found = source_texts("messages")[message_key(None, sessions)]
    assert found.texts == sessions
    assert found.places
    assert message_key("field", sessions) != found.key


def test_counts_read_ahead_are_those_that_the_pages_show_and_follow_an_edit(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "BREATH_SECONDS", 0)
    content.read_ahead()
    before = content.states_in(GUIDE, language("lg"))
    assert before == {EntryState.MISSING: len(source_texts(GUIDE))}
    put("lg", line("Tusisinkane"))
    assert content.states_in(GUIDE, language("lg"))[EntryState.TRANSLATED] == 1
    french = Counter(one.state for one in entries_in(GUIDE, language("fr")).values())
    assert content.states_in(GUIDE, language("fr")) == french

"""Glossaries: one word for each idea, where it stands in print, and that the catalog of the language keeps to it."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gipt.content.catalogs import catalog_path, registry_of, root_folder, template_path
from gipt.content.entries import entries_in
from gipt.content.glossaries import holds as holds_words
from gipt.content.glossaries import terms_for
from gipt.content.po_files import read
from gipt.i18n import find_language, language, languages

ROOT = root_folder()
FILES = sorted((ROOT / "translations" / "glossary").glob("*.toml"))
BEGUN = [one.tag for one in languages(shipped_only=False) if one.begun]
FIELDS = {
    "term": {"concept": str, "term": str, "avoid": list, "note": str, "source": str, "status": str},
    "idiom": {"concept": str, "term": str, "note": str, "source": str, "status": str},
}
# No text of a page of Help now is begun here, not even a word that other pages share, and none that stands only on the
# pages of the others.
HELP_NOW = re.compile(r"help_now")
LOCKED = re.compile(r"safety|consent|protocol|measure|incidents|caregiver|first_talk/contact")


@cache
def glossary(tag: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((ROOT / "translations" / "glossary" / f"{tag}.toml").read_text("utf-8"))


@cache
def spoken(tag: str) -> dict[tuple[str | None, str], list[str]]:
    """Give the texts of a language's interface that are there, by context and English."""
    found = {}
    for message in read(catalog_path(ROOT, tag), registry_of(ROOT).get(tag)):
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        if message.id and any(texts):
            one = message.id if isinstance(message.id, str) else message.id[0]
            found[message.context, one] = texts
    return found


def holds(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", text.casefold()) is not None


def whole(tag: str) -> str:
    return "\n".join(text for texts in spoken(tag).values() for text in texts)


def test_every_language_that_is_begun_has_a_glossary() -> None:
    assert BEGUN
    assert set(BEGUN) <= {path.stem for path in FILES}


@pytest.mark.parametrize("tag", BEGUN)
def test_a_glossary_is_well_formed_and_each_idea_has_one_word(tag: str) -> None:
    assert find_language(tag) is not None
    tables = glossary(tag)
    assert set(tables) <= set(FIELDS)
    for kind, entries in tables.items():
        for entry in entries:
            assert {name: type(value) for name, value in entry.items()} == FIELDS[kind], entry
            assert entry["concept"], entry
            assert entry["term"], entry
            assert entry["status"] == "draft", entry
    ideas = [entry["concept"] for entry in tables["term"]]
    assert sorted(ideas) == sorted(set(ideas))


@pytest.mark.parametrize("tag", BEGUN)
def test_each_term_says_where_it_stands_in_print(tag: str) -> None:
    assert [one for entries in glossary(tag).values() for one in entries if not one["source"].strip()] == []


@pytest.mark.parametrize("tag", BEGUN)
def test_each_approved_term_is_used_and_no_word_to_avoid(tag: str) -> None:
    texts, terms = whole(tag), glossary(tag)["term"]
    assert [one["term"] for one in terms if not holds(texts, one["term"])] == []
    assert [word for one in terms for word in one["avoid"] if holds(texts, word)] == []


@pytest.mark.parametrize("tag", BEGUN)
def test_no_page_holds_a_name_of_distress(tag: str) -> None:
    assert [one["term"] for one in glossary(tag).get("idiom", []) if holds(whole(tag), one["term"])] == []


@pytest.mark.parametrize("tag", BEGUN)
def test_no_words_of_help_now_safety_consent_or_measures_are_made_up(tag: str) -> None:
    places = {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): {
            place for place, _line in message.locations
        }
        for message in read(template_path(ROOT))
        if message.id
    }
    wrong = [
        key
        for key in spoken(tag)
        if (found := places.get(key))
        and (any(map(HELP_NOW.search, found)) or all(LOCKED.search(place) for place in found))
    ]
    assert wrong == []
    for domain in ("safety", "measures"):
        assert not Path(catalog_path(ROOT, tag, domain)).exists()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_glossary_is_well_formed_and_a_draft(path: Path) -> None:
    tables = tomllib.loads(path.read_text("utf-8"))
    for entry in tables["term"]:
        assert {name: type(value) for name, value in entry.items()} == FIELDS["term"], entry
        assert entry["status"] == "draft", entry
    assert terms_for(language(path.stem))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_guide_holds_a_word_to_avoid(path: Path) -> None:
    tongue = language(path.stem)
    entries = entries_in("curriculum-who-8", tongue).values()
    said = [one for entry in entries for one in (entry.words or ()) if entry.tag == tongue.tag]
    found = [
        (word, text)
        for term in terms_for(tongue)
        for word in term.avoid
        for text in said
        if holds_words(text, word)
    ]
    assert found == []


def test_an_adaptation_has_the_glossary_of_its_language() -> None:
    assert terms_for(language("sw_KE@kibera")) == terms_for(language("sw"))

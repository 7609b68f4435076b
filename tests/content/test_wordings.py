"""A measure is read out in its whole wording or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from gipt.content.locked_words import safety_texts
from gipt.content.wordings import find_wording, parts, whole_wordings
from gipt.domain.measures import all_measures, get_measure_by_key
from gipt.i18n import Shelf, language, use_shelf
from gipt.i18n.catalogs import catalog_folders


@pytest.mark.parametrize("key", [measure.key for measure in all_measures()])
def test_english_is_offered_where_the_published_names_ship(app: Flask, key: str) -> None:
    measure = get_measure_by_key(key)
    wording = find_wording(measure, "en", nothing)
    assert (wording is not None) == (key in ("phq9", "phq2", "gad7"))
    if wording is not None:
        assert list(wording.items.values()) == [item.text for item in measure.items]


@pytest.mark.parametrize("tag", ["en_UG", "en@perinatal", "en_KE@kibera"])
def test_an_adaptation_within_english_reads_the_published_names(app: Flask, tag: str) -> None:
    assert find_wording(get_measure_by_key("phq9"), tag, nothing) is not None
    assert find_wording(get_measure_by_key("who5"), tag, nothing) is None
    assert safety_texts(language(tag), ())[1] == frozenset()


@pytest.mark.parametrize("tag", ["sw", "fr", "not-a-language", None])
def test_no_language_falls_silently_to_english(app: Flask, tag: str | None) -> None:
    assert find_wording(get_measure_by_key("phq9"), tag, nothing) is None


def entries(key: str, skip: str = "") -> str:
    measure = get_measure_by_key(key)
    texts = {f"{measure.code}/stem": measure.stem} if measure.stem else {}
    for item in measure.items:
        texts[f"{measure.code}/{item.id}"] = item.text or item.label
        for option in item.options:
            texts[f"{measure.code}/option/{option.label}"] = option.text or option.label
    return "".join(
        f'msgctxt "{context}"\nmsgid "{text}"\nmsgstr "sw {context}"\n\n'
        for context, text in texts.items()
        if context != skip
    )


HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Language: sw\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
)
SOURCES = "".join(
    f'"X-Source-{code}: Invented 2020, a validation.\\n"\n"X-Licence-{code}: Invented, free.\\n"\n'
    for code in ("phq2", "who5", "epds")
)


def nothing(domain: str, tag: str) -> set[tuple[str, str]]:
    return set()


def everything_there(domain: str, tag: str) -> set[tuple[str, str]]:
    """Approve whatever stands in the catalogs now."""
    return {(one.code, one.words_hash) for one in whole_wordings(language(tag))}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """Give the file of the programme's own Swahili wordings."""
    before = use_shelf(Shelf(catalog_folders(tmp_path / "own"), recheck=0))
    path = tmp_path / "own" / "sw" / "LC_MESSAGES" / "measures.po"
    path.parent.mkdir(parents=True)
    yield path
    use_shelf(before or Shelf(catalog_folders()))


@pytest.mark.parametrize(
    ("key", "skip", "offered"),
    [("phq2", "", True), ("phq2", "phq2/q2", False), ("who5", "", True), ("epds", "", False)],
    ids=["whole", "one question missing", "loaded without English", "numbers only by licence"],
)
def test_a_loaded_wording_counts_when_it_is_whole(
    app: Flask, own: Path, key: str, skip: str, offered: bool
) -> None:
    own.write_text(HEADER + SOURCES + "\n" + entries(key, skip), encoding="utf-8")
    wording = find_wording(get_measure_by_key(key), "sw", everything_there)
    assert (wording is not None) == offered
    if wording is not None:
        assert wording.items["q1"] == f"sw {key}/q1"
        assert wording.source == "Invented 2020, a validation."


@pytest.mark.parametrize("lost", ["X-Source-phq2", "X-Licence-phq2"])
def test_a_wording_that_names_no_source_or_licence_is_not_offered(app: Flask, own: Path, lost: str) -> None:
    own.write_text(HEADER + SOURCES.replace(lost, "X-Other") + "\n" + entries("phq2"), encoding="utf-8")
    assert find_wording(get_measure_by_key("phq2"), "sw", everything_there) is None


def test_any_change_of_the_words_or_their_source_takes_the_approval_away(app: Flask, own: Path) -> None:
    whole = HEADER + SOURCES + "\n" + entries("phq2")
    own.write_text(whole, encoding="utf-8")
    approved = everything_there("measures", "sw")
    measure = get_measure_by_key("phq2")
    places = ["2020", *(f'msgstr "sw {key}"' for key, _source, _ships in parts(measure))]
    for place in places:
        own.write_text(whole.replace(place, place[:-1] + 'x"' if place.endswith('"') else "2021"), "utf-8")
        assert find_wording(measure, "sw", lambda domain, tag: approved) is None
    own.write_text(whole, encoding="utf-8")
    assert find_wording(measure, "sw", lambda domain, tag: approved) is not None


def test_a_wording_waits_for_its_approval(app: Flask, own: Path) -> None:
    own.write_text(HEADER + SOURCES + "\n" + entries("phq2"), encoding="utf-8")
    assert find_wording(get_measure_by_key("phq2"), "sw", nothing) is None

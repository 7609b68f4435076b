"""A measure is read out in its whole wording or not at all."""

from pathlib import Path

import pytest
from flask import Flask

from gipt.content.wordings import find_wording
from gipt.domain.measures import all_measures, get_measure_by_key
from gipt.i18n import Shelf, use_shelf
from gipt.i18n.catalogs import catalog_folders


@pytest.mark.parametrize("key", [measure.key for measure in all_measures()])
def test_english_is_offered_where_the_published_names_ship(app: Flask, key: str) -> None:
    measure = get_measure_by_key(key)
    wording = find_wording(measure, "en")
    assert (wording is not None) == (key in ("phq9", "phq2", "gad7"))
    if wording is not None:
        assert list(wording.items.values()) == [item.text for item in measure.items]


@pytest.mark.parametrize("tag", ["sw", "fr", "not-a-language", None])
def test_no_language_falls_silently_to_english(app: Flask, tag: str | None) -> None:
    assert find_wording(get_measure_by_key("phq9"), tag) is None


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
    '"Language: sw\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.mark.parametrize(
    ("key", "skip", "offered"),
    [("phq2", "", True), ("phq2", "phq2/q2", False), ("who5", "", True), ("epds", "", False)],
    ids=["whole", "one question missing", "loaded without English", "numbers only by licence"],
)
def test_a_loaded_wording_counts_when_it_is_whole(
    app: Flask, tmp_path: Path, key: str, skip: str, offered: bool
) -> None:
    folder = tmp_path / "own" / "sw" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "measures.po").write_text(HEADER + entries(key, skip), encoding="utf-8")
    before = use_shelf(Shelf(catalog_folders(tmp_path / "own")))
    try:
        wording = find_wording(get_measure_by_key(key), "sw")
    finally:
        use_shelf(before or Shelf(catalog_folders()))
    assert (wording is not None) == offered
    if wording is not None:
        assert wording.items["q1"] == f"sw {key}/q1"

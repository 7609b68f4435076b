"""The figures of plain words: counted by hand for small texts, bounded for what ships."""

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gipt.cli import main
from gipt.content.readability import (
    LONG_SENTENCE,
    Readability,
    readability_of,
    readability_of_curriculum,
    sentences_in,
    syllables_in,
    words_in,
)

SHIPPED = ["preset-10", "preset-12", "preset-16", "preset-6", "who-8"]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("a", 1),
        ("come", 1),
        ("the", 1),
        ("we", 1),
        ("little", 2),
        ("people", 2),
        ("agree", 2),
        ("member", 2),
        ("facilitator", 5),
        ("Mmm", 1),
        ("rhythm", 1),
        ("12", 1),
    ],
)
def test_syllables_are_groups_of_vowels(word: str, count: int) -> None:
    assert syllables_in(word) == count


def test_sentences_end_at_their_marks_and_words_keep_their_hyphens() -> None:
    assert sentences_in("Go on. Who is there? Say it: now; then.") == [
        "Go on.",
        "Who is there?",
        "Say it:",
        "now;",
        "then.",
    ]
    assert words_in("Nobody’s check-in took 12 minutes.") == ["Nobody’s", "check-in", "took", "12", "minutes"]
    assert sentences_in("…") == []


def test_figures_are_those_counted_by_hand() -> None:
    # 3 sentences of 3, 2 and 13 words, 18 words; syllables 3 + 2 + 14 = 19 by the rule.
    found = readability_of(["We go now. Sit down.", "We go to the well and sit on the mat until it rains."])
    assert (found.sentences, found.words, found.median, found.longest) == (3, 18, 3.0, 13)
    assert found.long == pytest.approx(1 / 3)
    assert found.grade == round(0.39 * 18 / 3 + 11.8 * 19 / 18 - 15.59, 1)


def test_no_grade_where_the_language_is_not_english_or_nothing_is_said() -> None:
    assert readability_of(["Karibu. Keti hapa."], "sw").grade is None
    assert readability_of(["Karibu. Keti hapa."], "sw").median == 1.5
    assert readability_of([]) == Readability(0, 0, 0.0, 0, 0.0, None)


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_can_be_measured(texts: list[str]) -> None:
    found = readability_of(texts)
    assert 0 <= found.median <= found.longest <= found.words
    assert 0 <= found.long <= 1


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_what_ships_can_be_read_aloud_after_secondary_school(curriculum_id: str) -> None:
    found = readability_of_curriculum(curriculum_id)
    assert found.sentences > 500
    assert found.median <= LONG_SENTENCE
    assert found.longest <= LONG_SENTENCE
    assert found.grade is not None
    assert found.grade <= 6


def test_the_command_prints_a_line_for_each_curriculum() -> None:
    done = CliRunner().invoke(main, ["catalogs", "readability"])
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert [line.split(":")[0] for line in lines] == SHIPPED
    assert "median" in lines[-1]
    assert "grade" in lines[-1]

"""What changed between two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.text_changes import text_changes


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("Come in.", "Come in.", [("same", "Come in.")]),
        ("Come in.", "Come in!", [("same", "Come in"), ("gone", "."), ("new", "!")]),
        ("We begin", "We all begin", [("same", "We "), ("new", "all "), ("same", "begin")]),
        ("Say it twice", "Say it", [("same", "Say it"), ("gone", " twice")]),
    ],
)
def test_words_that_stayed_went_or_came_are_told_apart(
    before: str, after: str, found: list[tuple[str, str]]
) -> None:
    assert text_changes(before, after) == found


WORDS = st.lists(st.sampled_from(["one", "two", "don't", ".", " ", "ሰላም", "नमस्ते"]), max_size=12).map("".join)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_it(before: str, after: str) -> None:
    parts = text_changes(before, after)
    assert "".join(words for kind, words in parts if kind != "new") == before
    assert "".join(words for kind, words in parts if kind != "gone") == after

"""How hard the words of a guide are: length of sentences, and for English the Flesch-Kincaid grade.

A guide is read aloud by people with secondary schooling, so sentences are short; the figures say how short.
SOURCE of the grade: Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas for
Navy enlisted personnel. Research Branch Report 8-75, 1975: 0.39 x words per sentence + 11.8 x syllables per word
- 15.59, in years of schooling in the United States. It is made for whole paragraphs: over short lines it is low,
and below 0 for the shortest words; it compares versions of one guide and judges no reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from gipt.content.curricula import load_curriculum
from gipt.content.domains import all_that_is_said

LONG_SENTENCE = 12
"""Words of the longest sentence that a facilitator's page should hold (ux 2.2)."""

ENGLISH = "en"
_END = re.compile(r"(?<=[.?!:;])\s+")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Readability:
    """Hold the figures of a set of texts; `grade` is None where the language is not English.

    `median` and `longest` are words in a sentence, `long` is the share of sentences of more than 12 words, 0 to 1.
    """

    sentences: int
    words: int
    median: float
    longest: int
    long: float
    grade: float | None


def sentences_in(text: str) -> list[str]:
    """Split a text after full stops, question and exclamation marks, colons and semicolons."""
    return [sentence for line in text.splitlines() for sentence in _END.split(line) if _WORD.search(sentence)]


def words_in(sentence: str) -> list[str]:
    """Give the words; "check-in" and "nobody's" are one each, a number is one."""
    return _WORD.findall(sentence)


def syllables_in(word: str) -> int:
    """Count the syllables of an English word: groups of vowels, without a silent e at the end; at least 1.

    A rule of thumb without a dictionary: "little" 2, "agree" 2, "come" 1, "people" 2; "area" counts 2.
    """
    small = word.lower()
    groups = len(_VOWELS.findall(small))
    silent = small.endswith("e") and not small.endswith(("le", "ee", "ye")) and groups > 1
    return max(1, groups - silent)


def readability_of(texts: Iterable[str], language: str = ENGLISH) -> Readability:
    """Measure texts; nothing to read gives zeros and no grade."""
    sentences = [words_in(sentence) for text in texts for sentence in sentences_in(text)]
    lengths = [len(words) for words in sentences]
    if not lengths:
        return Readability(0, 0, 0.0, 0, 0.0, None)
    total = sum(lengths)
    grade = None
    if language.split("_")[0] == ENGLISH:
        syllables = sum(syllables_in(word) for words in sentences for word in words)
        grade = round(0.39 * total / len(lengths) + 11.8 * syllables / total - 15.59, 1)
    return Readability(
        sentences=len(lengths),
        words=total,
        median=float(median(lengths)),
        longest=max(lengths),
        long=sum(length > LONG_SENTENCE for length in lengths) / len(lengths),
        grade=grade,
    )


def readability_of_curriculum(curriculum_id: str) -> Readability:
    """Measure everything of a curriculum that people read, the steps of its adaptations included."""
    texts = {one.key: one.text for one in all_that_is_said(curriculum_id)}
    return readability_of(texts.values(), load_curriculum(curriculum_id).language)

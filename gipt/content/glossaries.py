"""Glossaries: one word for each idea and words to avoid, by language (`translations/glossary/<tag>.toml`).

An adaptation has the glossary of its language, and its own before it. A glossary helps whoever writes; it never keeps
words from being saved, so a file that cannot be read is logged and empty.
"""

import logging
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gipt.content.readability import LONG_SENTENCE, sentences_in
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import is_guide, stamp_of
from gipt.i18n.placeholders import TOKEN

logger = logging.getLogger(__name__)
FOLDER = "glossary"
FAR_LONGER, SLACK = 1.5, 20
"""A text half as long again as the English, and 20 signs beyond that, does not fit a button or a line any more."""


@dataclass(frozen=True, slots=True)
class Term:
    """Hold the word for one idea: the English concept, the word to use, words to avoid, and a note."""

    concept: str
    term: str
    avoid: tuple[str, ...] = ()
    note: str = ""
    status: str = "draft"


@dataclass(frozen=True, slots=True)
class Remark:
    """Hold what a translator should look at; it never blocks. `word` is what was found, `count` how much."""

    code: str
    word: str = ""
    count: int = 0


def terms_for(language: Language) -> list[Term]:
    """Give the glossary of a language, the nearest of its chain first, each concept once."""
    found: dict[str, Term] = {}
    for tag in language.chain:
        for folder in shelf().folders:
            path = folder / FOLDER / f"{tag}.toml"
            for one in _read(path, stamp_of(path)):
                found.setdefault(one.concept.casefold(), one)
    return list(found.values())


@lru_cache(maxsize=64)
def _read(path: Path, stamp: tuple[int, int] | None) -> tuple[Term, ...]:
    if stamp is None:
        return ()
    try:
        tables = tomllib.loads(path.read_text("utf-8"))["term"]
        return tuple(
            Term(
                str(one["concept"]),
                str(one["term"]),
                tuple(str(word) for word in one.get("avoid", [])),
                str(one.get("note", "")),
                str(one.get("status", "draft")),
            )
            for one in tables
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        logger.error("glossary %s cannot be read: %s", path.name, type(error).__name__)
        return ()


def terms_in(source: Iterable[str], language: Language) -> list[Term]:
    """Give the terms whose concept the English holds, also with an s at its end."""
    english = " ".join(source)
    return [one for one in terms_for(language) if holds(english, one.concept, ending="s?")]


def holds(text: str, words: str, ending: str = "") -> bool:
    """Say whether a text holds words as whole words, in any case."""
    pattern = rf"(?<!\w){re.escape(words.casefold())}{ending}(?!\w)"
    return re.search(pattern, text.casefold()) is not None


def warnings_about(
    domain: str, source: Iterable[str], texts: Iterable[str], language: Language
) -> list[Remark]:
    """Give what somebody should look at in words that pass every check: length, long sentences, words to avoid."""
    english, said = list(source), [one for one in texts if one.strip()]
    found = []
    longest = max((len(one) for one in said), default=0)
    if longest > FAR_LONGER * max(map(len, english)) + SLACK:
        found.append(Remark("longer", count=longest))
    if is_guide(domain):
        most = max(
            (len(one.split()) for text in said for one in sentences_in(TOKEN.sub("0", text))), default=0
        )
        if most > LONG_SENTENCE:
            found.append(Remark("long_sentence", count=most))
    if any("!" in one for one in said) and not any("!" in one for one in english):
        found.append(Remark("shouts"))
    for term in terms_for(language):
        for word in term.avoid:
            if any(holds(text, word) for text in said):
                found.append(Remark("avoid", f"{word} → {term.term}"))
    return found

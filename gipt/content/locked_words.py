"""Locked words: wordings of measures and sentences of the safety text, shown only as two people approved them.

An approval is of exact words, by their hash: whatever changes one sign of them, in a file or in the app, they are
unapproved by that. A measure is then not offered; of the safety text the source stands there, with a mark
(decision 14).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gipt.content import protocol_skeleton
from gipt.content.domains import all_that_is_said
from gipt.content.spoken_guides import Edit, source_hash
from gipt.content.wordings import whole_wordings
from gipt.domain.safety_protocol import SafetyProtocol
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import MEASURES, SAFETY, is_guide, owner_of
from gipt.i18n.registry import PSEUDO, SOURCE

Approved = Collection[tuple[str, str]]
"""(key, hash) of every words that were approved in a language."""


@dataclass(frozen=True, slots=True)
class LockedWords:
    """Hold words that wait for approval or have it: their key, the English, the words, and their hash."""

    key: str
    source: tuple[str, ...]
    words: tuple[str, ...]
    words_hash: str


def locked_words(domain: str, language: Language, edits: Iterable[Edit] = ()) -> dict[str, LockedWords]:
    """Give what stands in a locked domain in a language, by key: whole measures, or sentences of the safety text."""
    if domain == MEASURES:
        return {
            one.code: LockedWords(one.code, one.source, one.texts, one.words_hash)
            for one in whole_wordings(language)
        }
    return _safety(language, edits) if domain == SAFETY else {}


def _safety(language: Language, edits: Iterable[Edit]) -> dict[str, LockedWords]:
    edited = {(one.key, one.source_hash): one.text for one in edits if one.tag == language.tag}
    found = {}
    for key, english in protocol_skeleton.texts():
        own = edited.get((key, source_hash((english,))))
        text = shelf().find(language, SAFETY, (english,), context=key)
        words = own or (text.text if text.tag not in (SOURCE, *PSEUDO) else None)
        if words is not None:
            found[key] = LockedWords(key, (english,), (words,), source_hash((key, english, words)))
    return found


def skeleton_in(
    language: Language, approved: Approved, edits: Iterable[Edit] = ()
) -> tuple[SafetyProtocol, frozenset[str]]:
    """Give the skeleton of a safety protocol in a language and the keys that stayed in English.

    A sentence that is not approved in exactly these words is shown in English, and its key is named for the mark.
    """
    if language.tag.split("_")[0] == SOURCE:
        return protocol_skeleton.SKELETON, frozenset()
    there = locked_words(SAFETY, language, edits)
    said: dict[str, str] = {
        key: one.words[0] for key, one in there.items() if (key, one.words_hash) in approved
    }
    source: Mapping[str, str] = dict(protocol_skeleton.texts())
    texts = {**source, **said}
    skeleton = replace(
        protocol_skeleton.SKELETON,
        steps=tuple(texts[protocol_skeleton.step_key(one)] for one in protocol_skeleton.STEPS),
        questions=tuple(
            replace(one, text=texts[protocol_skeleton.question_key(one.key)])
            for one in protocol_skeleton.SKELETON.questions
        ),
    )
    return skeleton, frozenset(source.keys() - said.keys())


def english_of(domain: str, key: str, own: Path | None = None) -> str | None:
    """Give the English of a key of a guide or of the safety text; None when there is no such key."""
    if is_guide(domain):
        return next((one.text for one in all_that_is_said(owner_of(domain), own) if one.key == key), None)
    return dict(protocol_skeleton.texts()).get(key) if domain == SAFETY else None

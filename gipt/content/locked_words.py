"""Locked words: wordings of measures and sentences of the safety text, shown only as two people approved them.

An approval is of exact words, by their hash: whatever changes one sign of them, in a file or in the app, they are
unapproved by that. A measure is then not offered; of the safety text the source stands there, with a mark
(decision 14).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gipt.content import protocol_skeleton, safety_words
from gipt.content.spoken_guides import Edit, source_hash
from gipt.content.wordings import LoadedWording, whole_wordings
from gipt.domain.safety_protocol import SafetyProtocol
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import MEASURES, SAFETY
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


def locked_words(
    domain: str, language: Language, edits: Iterable[Edit] = (), loaded: Sequence[LoadedWording] = ()
) -> dict[str, LockedWords]:
    """Give what stands in a locked domain in a language, by key: whole measures, or sentences of the safety text.

    `edits` are those of the safety text, `loaded` the wordings of measures that were loaded for the language's chain.
    """
    if domain == MEASURES:
        return {
            one.code: LockedWords(one.code, one.source, one.texts, one.words_hash)
            for one in whole_wordings(language, loaded)
        }
    return _safety(language, edits) if domain == SAFETY else {}


def _safety(language: Language, edits: Iterable[Edit]) -> dict[str, LockedWords]:
    edited = {(one.key, one.source_hash): one.text for one in edits if one.tag == language.tag}
    found = {}
    for key, english in safety_words.texts():
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
    if is_source(language):
        return protocol_skeleton.SKELETON, frozenset()
    texts, english = safety_texts(language, approved, edits)
    skeleton = replace(
        protocol_skeleton.SKELETON,
        steps=tuple(texts[protocol_skeleton.step_key(one)] for one in protocol_skeleton.STEPS),
        questions=tuple(
            replace(one, text=texts[protocol_skeleton.question_key(one.key)])
            for one in protocol_skeleton.SKELETON.questions
        ),
    )
    return skeleton, english & dict(protocol_skeleton.texts()).keys()


def is_source(language: Language) -> bool:
    """Say whether a language is that of the safety text itself, of any country or adaptation."""
    return SOURCE in language.chain


def safety_texts(
    language: Language, approved: Approved, edits: Iterable[Edit] = ()
) -> tuple[dict[str, str], frozenset[str]]:
    """Give every sentence of the safety text by key, as a language may show it, and the keys that stayed in English."""
    source: Mapping[str, str] = dict(safety_words.texts())
    if is_source(language):
        return dict(source), frozenset()
    there = locked_words(SAFETY, language, edits)
    said = {key: one.words[0] for key, one in there.items() if (key, one.words_hash) in approved}
    return {**source, **said}, frozenset(source.keys() - said.keys())

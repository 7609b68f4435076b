"""A guide in a language: the words of a curriculum along the chain, and one meeting spoken in them.

`words_of` reads catalogs and edits as they are now, for previews and for publishing; what was published is stored and
read back as the same `Words`, so a running group never sees an edited file. A text that is nowhere in the chain stays
in the curriculum's own language, and its key is named, so that a page can mark it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gipt.content.guide_texts import GuideText, texts_of, translated_guide
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.guides import Curriculum
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import guide_domain, is_nearer
from gipt.i18n.registry import SOURCE
from gipt.i18n.variants import GENDERS, NEUTRAL, variant_of

Said = tuple[str, str]
"""The tag of the catalog a text came from, and the text."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Hold one entry that was written in the app: for which English, and what."""

    tag: str
    key: str
    source_hash: str
    text: str


@dataclass(frozen=True, slots=True)
class SpokenGuide:
    """Hold one meeting in a language, the keys that are in it, and those that stayed in the curriculum's own."""

    guide: SessionGuide
    translated: frozenset[str]
    untranslated: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Hold the words of one curriculum in one language: what stands for a key, variants under `key|f`."""

    tag: str
    texts: Mapping[str, Said]
    _spoken: dict[tuple[str, str], SpokenGuide] = field(default_factory=dict, repr=False)

    def find(self, key: str, gender: str = NEUTRAL) -> Said | None:
        """Give what stands for a key, in the form for a gender where there is one."""
        special = self.texts.get(variant_of(key, gender)) if gender in GENDERS else None
        return special or self.texts.get(key)

    def content_hash(self) -> str:
        """Give the SHA-256 of the words: the same words, the same hash."""
        said = {key: list(one) for key, one in self.texts.items()}
        plain = json.dumps([self.tag, said], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def missing_in(self, curriculum: Curriculum, language: Language) -> list[str]:
        """List the keys that these words leave in another language; an adaptation within the source's has none."""
        if curriculum.language in language.chain:
            return []
        return [one.key for one in texts_of(curriculum) if one.key not in self.texts]

    def spoken(self, guide: SessionGuide, gender: str = NEUTRAL) -> SpokenGuide:
        """Give one meeting in these words; the same one is made once, since published words never change."""
        known = self._spoken.get((guide.key, gender))
        if known is None:
            known = self._spoken[guide.key, gender] = guide_in(guide, self, gender)
        return known


def guide_in(guide: SessionGuide, words: Words | None, gender: str = NEUTRAL) -> SpokenGuide:
    """Give one meeting in the words of a language (None: in the curriculum's own, all of it untranslated)."""
    there: set[str] = set()

    def translate(key: str, text: str) -> tuple[str, bool]:
        found = words.find(key, gender) if words else None
        if found is None:
            return text, False
        there.add(key)
        return found[1], True

    done = translated_guide(guide, translate)
    return SpokenGuide(done.guide, frozenset(there), done.untranslated)


def words_of(curriculum: Curriculum, language: Language, edits: Iterable[Edit] = ()) -> Words:
    """Give the words of a curriculum in a language as catalogs and edits say now, the nearest of the chain first.

    An edit of the app stands before the file of the same tag; one that was made for another English does not count.
    """
    edited = {(one.key, one.tag, one.source_hash): one.text for one in edits}
    texts: dict[str, Said] = {}
    for text in texts_of(curriculum):
        for gender in (NEUTRAL, *GENDERS):
            key = text.key if gender == NEUTRAL else variant_of(text.key, gender)
            found = nearest(text, key, language, edited)
            neutral = texts.get(text.key)
            # A variant of the language does not stand before the neutral words of an adaptation.
            if found and not (gender != NEUTRAL and neutral and is_nearer(language, neutral[0], found[0])):
                texts[key] = found
    return Words(language.tag, texts)


def nearest(
    text: GuideText, key: str, language: Language, edited: Mapping[tuple[str, str, str], str]
) -> Said | None:
    """Give what stands for a key nearest in the chain, from the app or from a file."""
    found = shelf().find(language, guide_domain(text.key), (text.text,), context=key)
    for tag in language.chain:
        own = edited.get((key, tag, source_hash((text.text,))))
        if own is not None:
            return tag, own
        if found.tag == tag and not (tag == SOURCE and found.text == text.text):
            return tag, found.text
    return None


def source_hash(source: Iterable[str]) -> str:
    """Give the hash of the English that a translation was made for."""
    return hashlib.sha256("\x00".join(source).encode()).hexdigest()

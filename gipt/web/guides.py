"""The outline of a meeting in the words that its group reads, and what stayed in the curriculum's own language."""

from dataclasses import dataclass

from gipt.content.spoken_guides import Words, guide_in
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.guides import Curriculum
from gipt.i18n import Language, find_language, language
from gipt.i18n.variants import NEUTRAL
from gipt.web.phone import spoken_language


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold a meeting's outline, the language wished for, and the keys that are not yet in it."""

    guide: SessionGuide
    language: Language
    source: Language
    translated: frozenset[str]
    untranslated: frozenset[str]

    def falls_back(self, key: str) -> bool:
        """Say whether any text of a step stayed in the source language."""
        return any(one.startswith(f"{key}/") for one in self.untranslated)

    def speaks(self, key: str) -> bool:
        """Say whether any text of a step is in the language wished for."""
        return any(one.startswith(f"{key}/") for one in self.translated)

    def tongue_of(self, key: str) -> Language:
        """Give the language in which one text stands."""
        return self.source if key in self.untranslated else self.language

    def tongue(self, key: str) -> Language:
        """Give the language in which the most of a step stands: the wished one where it says anything."""
        return self.source if self.falls_back(key) and not self.speaks(key) else self.language


def spoken(
    curriculum: Curriculum,
    guide: SessionGuide,
    tag: str | None,
    words: Words | None = None,
    gender: str = NEUTRAL,
) -> Outline:
    """Give one meeting in the words that a cycle is pinned to, message by message (decisions 15 and 16).

    A cycle without pinned words reads the curriculum's own; where its group speaks another language every text is
    marked. Catalogs are not asked: an edited file never changes a running group.
    """
    source = language(curriculum.language)
    wished = (find_language(words.tag) if words else spoken_language(tag)) or source
    said = words.spoken(guide, gender) if words else guide_in(guide, None)
    own = wished.tag.split("_")[0] == source.tag
    return Outline(said.guide, wished, source, said.translated, frozenset() if own else said.untranslated)

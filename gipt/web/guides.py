"""The outline of a meeting in the language in which the group speaks, and what stayed in the source language."""

from dataclasses import dataclass

from gipt.content.guide_texts import translated_guide
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.guides import Curriculum
from gipt.i18n import Language, language, shelf
from gipt.i18n.catalogs import guide_domain
from gipt.i18n.registry import SOURCE
from gipt.web.phone import spoken_language


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold a meeting's outline, the language wished for, and the keys that are not yet in it."""

    guide: SessionGuide
    language: Language
    source: Language
    untranslated: frozenset[str]

    def falls_back(self, key: str) -> bool:
        """Say whether any text of a step stayed in the source language."""
        return any(one.startswith(f"{key}/") for one in self.untranslated)


def spoken(curriculum: Curriculum, guide: SessionGuide, tag: str | None) -> Outline:
    """Give one meeting of a curriculum in the group's language, message by message (decision 15)."""
    source = language(curriculum.language)
    wished = spoken_language(tag) or source

    def translate(key: str, text: str) -> tuple[str, bool]:
        # A step that a preset uses is translated where it was written: its key names the curriculum.
        found = shelf().find(wished, guide_domain(key), (text,), context=key)
        return found.text, found.tag != SOURCE or wished.tag == source.tag

    found = translated_guide(guide, translate)
    return Outline(found.guide, wished, source, found.untranslated)

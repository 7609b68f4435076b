"""One step of a guide on a page: in the words that its group reads, with what stayed in the curriculum's own language.

The place is remembered for each meeting in the person's signed cookie; looking never writes (decision 26).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import session

from gipt.content.spoken_guides import Words, guide_in
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.guides import Curriculum
from gipt.domain.problems import NotFound
from gipt.i18n import Language, find_language, language
from gipt.i18n.variants import NEUTRAL
from gipt.queries.guide_remarks import OwnRemark
from gipt.web.frame import font_sheet
from gipt.web.phone import spoken_language

PLACES_KEPT = 6
"""Meetings whose place is remembered: the groups of a week, in a cookie of a few bytes."""
ID_KEPT = 12


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
    own = source.tag in wished.chain
    return Outline(said.guide, wished, source, said.translated, frozenset() if own else said.untranslated)


def check_step(guide: SessionGuide | None, number: int) -> SessionGuide:
    """Give the guide when it has the step, counted from 1; raise NotFound otherwise."""
    if guide is None or not 1 <= number <= len(guide.steps):
        raise NotFound(kind="step")
    return guide


def step_page(
    outline: Outline,
    number: int,
    *,
    version: str,
    link: Callable[..., str],
    following: str,
    done_steps: Sequence[str] = (),
    reading: bool = False,
    by_phone: bool = False,
    remark_href: str | None = None,
    remarks: Sequence[OwnRemark] = (),
) -> dict[str, Any]:
    """Give what the page of one step shows; `link(number=…)` leads to its neighbours.

    `version` is that of the curriculum which the group is pinned to. The font of the guide's script comes along.
    """
    step = outline.guide.steps[number - 1]
    script = font_sheet(outline.tongue(step.key).script)
    return {
        "outline": outline,
        "step": step,
        "number": number,
        "version": version,
        "link": link,
        "following": following,
        "done_steps": done_steps,
        "reading": reading,
        "by_phone": by_phone,
        "remark_href": remark_href,
        "remark": next((one for one in remarks if one.step_key == step.key), None),
        **({"font_sheet": script} if script else {}),
    }


def remember_place(key: str, number: int) -> None:
    """Remember in the signed cookie where somebody is in the guide of a meeting; old ones fall out."""
    places: dict[str, int] = dict(session.get("places") or {})
    if places.get(key[:ID_KEPT]) == number:
        return
    places.pop(key[:ID_KEPT], None)
    places[key[:ID_KEPT]] = number
    session["places"] = dict(list(places.items())[-PLACES_KEPT:])


def place_in(key: str) -> int | None:
    """Give the number of the step at which the person was in this browser; None when nothing is remembered."""
    found = (session.get("places") or {}).get(key[:ID_KEPT])
    return found if isinstance(found, int) else None

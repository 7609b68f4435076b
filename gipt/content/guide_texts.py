"""The texts of a curriculum: what there is to translate, and the curriculum in another language.

A text's key is its msgctxt and the English sentence its msgid (decision 14). Lines of one part of a step
(`say`, `do`, `watch`) are one text with line breaks, so that a translator may use more or fewer lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gipt.domain.guides import Curriculum, FollowUp, SessionGuide, Step

Translate = Callable[[str, str], tuple[str, bool]]
"""Give (text, is it translated) for a key and its source text."""


@dataclass(frozen=True, slots=True)
class TranslatedCurriculum:
    """Hold a curriculum in a language and the keys whose text stayed in the source language."""

    curriculum: Curriculum
    untranslated: frozenset[str]


def messages(curriculum: Curriculum) -> Iterator[tuple[str, str]]:
    """Give (key, text) of everything a person reads, in reading order, each key once."""
    seen: set[str] = set()
    collected: list[tuple[str, str]] = []

    def note(key: str, text: str) -> str:
        if key not in seen:
            seen.add(key)
            collected.append((key, text))
        return text

    _mapped(curriculum, note)
    yield from collected


def translated(curriculum: Curriculum, translate: Translate) -> TranslatedCurriculum:
    """Give the curriculum with every text put through `translate`; structure, ids and keys stay."""
    untranslated: set[str] = set()

    def through(key: str, text: str) -> str:
        found, is_translated = translate(key, text)
        if not is_translated:
            untranslated.add(key)
        return found if found.strip() else text

    return TranslatedCurriculum(_mapped(curriculum, through), frozenset(untranslated))


def _mapped(curriculum: Curriculum, change: Callable[[str, str], str]) -> Curriculum:
    return replace(
        curriculum,
        title=change(f"{curriculum.id}/title", curriculum.title),
        follow_ups=tuple(_follow_up(curriculum.id, item, change) for item in curriculum.follow_ups),
        pre_group=_guide(curriculum.pre_group, change),
        caregiver=_guide(curriculum.caregiver, change) if curriculum.caregiver else None,
        guides=tuple(_guide(guide, change) for guide in curriculum.guides),
    )


def _follow_up(curriculum_id: str, item: FollowUp, change: Callable[[str, str], str]) -> FollowUp:
    return replace(item, label=change(f"{curriculum_id}/follow-up/{item.key}", item.label))


def _guide(guide: SessionGuide, change: Callable[[str, str], str]) -> SessionGuide:
    return replace(
        guide,
        title=change(f"{guide.key}/title", guide.title),
        aim=change(f"{guide.key}/aim", guide.aim),
        steps=tuple(_step(step, change) for step in guide.steps),
    )


def _step(step: Step, change: Callable[[str, str], str]) -> Step:
    return replace(
        step,
        title=change(f"{step.key}/title", step.title),
        say=_lines(f"{step.key}/say", step.say, change),
        do=_lines(f"{step.key}/do", step.do, change),
        watch=_lines(f"{step.key}/watch", step.watch, change),
        points=tuple(
            replace(point, title=change(f"{step.key}/point/{point.id}", point.title)) for point in step.points
        ),
    )


def _lines(key: str, lines: tuple[str, ...], change: Callable[[str, str], str]) -> tuple[str, ...]:
    if not lines:
        return ()
    return tuple(line.strip() for line in change(key, "\n".join(lines)).splitlines() if line.strip())

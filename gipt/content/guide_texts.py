"""The texts of a curriculum: what there is to translate, and the curriculum in another language.

A text's key is its msgctxt and the English sentence its msgid (decision 14). Every line is a text of its own
(`who-8/session-4/weigh/say/collect`), so that a new line moves no other key and a changed one makes only itself
out of date. The first part of a key names the curriculum in whose catalog the text belongs, whichever curriculum
uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from gipt.domain.guide_steps import AreaVariant, Branch, Line, Lines, SessionGuide, Step
from gipt.domain.guides import Curriculum, FollowUp

Translate = Callable[[str, str], tuple[str, bool]]
"""Give (text, is it translated) for a key and its source text."""

SAID = "Read aloud to the group, or to one person."
DONE = "Tells the facilitator what to do."
WATCHED = "Tells the facilitator what to look out for."
STEP_TITLE = "Title of a step: begins with a verb, at most 40 characters."
AREA_NOTES = {
    "grief": "For members who mourn somebody who died.",
    "dispute": "For members in a disagreement with somebody.",
    "life_change": "For members whose life has changed.",
    "loneliness": "For members who are alone.",
}


class GuideText(NamedTuple):
    """Hold one text to translate: its key, the source text, and a note for translators (English)."""

    key: str
    text: str
    note: str


Change = Callable[[str, str, str], str]
"""Give the text that stands in the place of (key, text, note)."""


@dataclass(frozen=True, slots=True)
class TranslatedCurriculum:
    """Hold a curriculum in a language and the keys whose text stayed in the source language."""

    curriculum: Curriculum
    untranslated: frozenset[str]


@dataclass(frozen=True, slots=True)
class TranslatedGuide:
    """Hold one meeting in a language and the keys whose text stayed in the source language."""

    guide: SessionGuide
    untranslated: frozenset[str]


def texts_of(curriculum: Curriculum) -> Iterator[GuideText]:
    """Give everything a person reads, in reading order, each key once."""
    collected: dict[str, GuideText] = {}

    def note(key: str, text: str, hint: str) -> str:
        collected.setdefault(key, GuideText(key, text, hint))
        return text

    _mapped(curriculum, note)
    yield from collected.values()


def texts_of_step(step: Step) -> tuple[GuideText, ...]:
    """Give everything a person reads in one step, in reading order."""
    collected: list[GuideText] = []

    def note(key: str, text: str, hint: str) -> str:
        collected.append(GuideText(key, text, hint))
        return text

    _step(step, note)
    return tuple(collected)


def translated(curriculum: Curriculum, translate: Translate) -> TranslatedCurriculum:
    """Give the curriculum with every text put through `translate`; structure, ids and keys stay."""
    untranslated: set[str] = set()
    return TranslatedCurriculum(
        _mapped(curriculum, _through(translate, untranslated)), frozenset(untranslated)
    )


def translated_guide(guide: SessionGuide, translate: Translate) -> TranslatedGuide:
    """Give one meeting with every text put through `translate`: a page needs no more."""
    untranslated: set[str] = set()
    return TranslatedGuide(_guide(guide, _through(translate, untranslated)), frozenset(untranslated))


def _through(translate: Translate, untranslated: set[str]) -> Change:
    """Give a change that translates and notes the keys that stayed in the source language."""

    def through(key: str, text: str, hint: str) -> str:
        found, is_translated = translate(key, text)
        if not is_translated:
            untranslated.add(key)
        return found if found.strip() else text

    return through


def _mapped(curriculum: Curriculum, change: Change) -> Curriculum:
    return replace(
        curriculum,
        title=change(f"{curriculum.id}/title", curriculum.title, "Name of the programme of meetings."),
        pre_group=_guide(curriculum.pre_group, change),
        caregiver=_guide(curriculum.caregiver, change) if curriculum.caregiver else None,
        guides=tuple(_guide(guide, change) for guide in curriculum.guides),
        follow_ups=tuple(_follow_up(curriculum.id, item, change) for item in curriculum.follow_ups),
    )


def _follow_up(curriculum_id: str, item: FollowUp, change: Change) -> FollowUp:
    label = change(f"{curriculum_id}/follow-up/{item.key}", item.label, "When a later meeting is held.")
    return replace(item, label=label, guide=_guide(item.guide, change) if item.guide else None)


def _guide(guide: SessionGuide, change: Change) -> SessionGuide:
    return replace(
        guide,
        title=change(f"{guide.key}/title", guide.title, "Title of a meeting."),
        aim=change(f"{guide.key}/aim", guide.aim, "What the meeting is for, to the facilitator."),
        steps=tuple(_step(step, change) for step in guide.steps),
        fidelity=tuple(
            replace(item, text=change(item.key, item.text, "Rated by an observer: not done, partly, done."))
            for item in guide.fidelity
        ),
    )


def _step(step: Step, change: Change) -> Step:
    key, within = step.key, f"Step: {step.title}."
    aim = (
        change(f"{key}/aim", step.aim, f"What the step is for, to the facilitator. {within}")
        if step.aim
        else ""
    )
    return replace(
        step,
        title=change(f"{key}/title", step.title, STEP_TITLE),
        aim=aim,
        materials=_lines(f"{key}/materials", step.materials, f"Thing to bring. {within}", change),
        say=_lines(f"{key}/say", step.say, f"{SAID} {within}", change),
        do=_lines(f"{key}/do", step.do, f"{DONE} {within}", change),
        watch=_lines(f"{key}/watch", step.watch, f"{WATCHED} {within}", change),
        branches=tuple(_branch(f"{key}/if/{branch.id}", branch, within, change) for branch in step.branches),
        areas=tuple(_variant(f"{key}/area/{one.area.value}", one, within, change) for one in step.areas),
        phone=_lines(f"{key}/phone", step.phone, f"When the group meets by phone. {within}", change),
        points=tuple(
            replace(
                point,
                title=change(f"{key}/point/{point.id}", point.title, f"Ticked in the record. {within}"),
            )
            for point in step.points
        ),
    )


def _branch(key: str, branch: Branch, within: str, change: Change) -> Branch:
    return replace(
        branch,
        title=change(f"{key}/title", branch.title, f"Heading of what to do if something happens. {within}"),
        say=_lines(f"{key}/say", branch.say, f"{SAID} {branch.title}. {within}", change),
        do=_lines(f"{key}/do", branch.do, f"{DONE} {branch.title}. {within}", change),
    )


def _variant(key: str, variant: AreaVariant, within: str, change: Change) -> AreaVariant:
    whom = f"{AREA_NOTES[variant.area.value]} {within}"
    return replace(
        variant,
        say=_lines(f"{key}/say", variant.say, f"{SAID} {whom}", change),
        do=_lines(f"{key}/do", variant.do, f"{DONE} {whom}", change),
    )


def _lines(key: str, lines: Lines, note: str, change: Change) -> Lines:
    return tuple(Line(line.id, change(f"{key}/{line.id}", line.text, note).strip()) for line in lines)

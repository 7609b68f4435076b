"""Adapting a curriculum's structure: steps added, left out, replaced, moved, and why (decision 15).

An adaptation changes words through a gettext catalog and structure through the overlay read here. Both are
recorded as changes with FRAME fields and an ecological-validity dimension. A core step may be left out or replaced
only with the mark of the clinical lead. `adapted` is pure: it gives a new curriculum or refuses with file and key.
Files are found and parents followed in `gipt.content.adaptations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from gipt.domain import frame
from gipt.domain.guide_fields import Record
from gipt.domain.guide_steps import SessionGuide, Step, read_step, unique
from gipt.domain.guides import Curriculum, GuideStatus
from gipt.domain.problems import BadDefinition

Code = TypeVar("Code", bound=StrEnum)


class AdaptationKind(StrEnum):
    """Name what a change does; `words` changes texts in the catalog and no step."""

    ADD = "add"
    OMIT = "omit"
    REPLACE = "replace"
    REORDER = "reorder"
    MINUTES = "minutes"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one change and its record.

    `meeting` is a place (`pre-group`, `session-3`, the key of a follow-up), empty for words alone; `step` the id
    of the step it touches, or after which a new one comes (empty: at the beginning); `order` all step ids of
    the meeting in their new order; `texts` the keys of changed texts, or beginnings of keys.
    """

    id: str
    kind: AdaptationKind
    meeting: str
    step: str
    new: Step | None
    order: tuple[str, ...]
    minutes: int
    texts: tuple[str, ...]
    title: str
    dimensions: tuple[frame.EcologicalDimension, ...]
    frame: frame.Frame
    approved_by_clinical_lead: str


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Hold who looked at an adaptation: `role` is a code such as language or community, `on` an ISO date."""

    role: str
    name: str
    on: str


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Hold an adaptation: for whom and where, in which locale its words stand, and its changes in order."""

    id: str
    curriculum: str
    version: str
    title: str
    population: str
    place: str
    language: str
    locale: str
    parent: str
    status: GuideStatus
    reviewers: tuple[Reviewer, ...]
    changes: tuple[Change, ...]
    file: str


def adaptation_from_mapping(mapping: Mapping[str, Any], file: str) -> Adaptation:
    """Build an adaptation, or raise `BadDefinition` with `file`, `key` and `reason` (a code).

    `locale` is the gettext locale of its words (`sw_KE@kibera`); empty where it changes no words.
    """
    fields = Record(mapping, file)
    found = Adaptation(
        id=fields.name("id"),
        curriculum=fields.name("curriculum"),
        version=fields.semver("version"),
        title=fields.text("title"),
        population=fields.text("population"),
        place=fields.text("place"),
        language=fields.text("language"),
        locale=fields.optional_text("locale"),
        parent=fields.optional_text("parent"),
        status=GuideStatus(fields.choice("status", GuideStatus)),
        reviewers=tuple(_reviewer(record) for record in fields.records("reviewers", 0)),
        changes=tuple(_change(record) for record in fields.records("changes", 1)),
        file=file,
    )
    unique(fields, "changes", [change.id for change in found.changes])
    fields.nothing_else()
    return found


def _reviewer(record: Record) -> Reviewer:
    reviewer = Reviewer(record.name("role"), record.text("name"), record.text("on"))
    record.nothing_else()
    return reviewer


def _change(record: Record) -> Change:
    kind = AdaptationKind(record.choice("kind", AdaptationKind))
    steps = kind not in (AdaptationKind.WORDS, AdaptationKind.REORDER)
    new = kind in (AdaptationKind.ADD, AdaptationKind.REPLACE)
    change = Change(
        id=record.name("id"),
        kind=kind,
        meeting="" if kind is AdaptationKind.WORDS else record.name("meeting"),
        step=_touched(record, kind) if steps else "",
        new=read_step(record.record("new")) if new else None,
        order=record.texts("order", 1, most=40) if kind is AdaptationKind.REORDER else (),
        minutes=record.number("minutes", 1, 120) if kind is AdaptationKind.MINUTES else 0,
        texts=record.texts("texts", 1, most=200) if kind is AdaptationKind.WORDS else (),
        title=record.text("title"),
        dimensions=_codes(record, "dimensions", frame.EcologicalDimension),
        frame=_frame(record.record("frame")),
        approved_by_clinical_lead=record.optional_text("approved_by_clinical_lead"),
    )
    record.nothing_else()
    return change


def _touched(record: Record, kind: AdaptationKind) -> str:
    """Give the step that a change touches; a new step without `after` comes first."""
    if kind is AdaptationKind.ADD:
        return record.optional_text("after")
    return record.name("step")


def _frame(record: Record) -> frame.Frame:
    found = frame.Frame(
        when=frame.FrameStage(record.choice("when", frame.FrameStage)),
        planned=frame.FramePlanning(record.choice("planned", frame.FramePlanning)),
        decided_by=_codes(record, "decided_by", frame.FrameDecider),
        what=frame.FramePart(record.choice("what", frame.FramePart)),
        level=frame.FrameLevel(record.choice("level", frame.FrameLevel)),
        nature=_codes(record, "nature", frame.FrameNature),
        fidelity=frame.FrameFidelity(record.choice("fidelity", frame.FrameFidelity)),
        goal=_codes(record, "goal", frame.FrameGoal),
        reason=_codes(record, "reason", frame.FrameReason),
        explanation=record.text("explanation", longest=1000),
    )
    record.nothing_else()
    return found


def _codes(record: Record, key: str, codes: type[Code]) -> tuple[Code, ...]:
    """Give at least one code of a closed set."""
    values = record.texts(key, 1)
    if not set(values) <= set(codes):
        raise record.fault(key, "unknown_value")
    return tuple(codes(value) for value in values)


def adapted(curriculum: Curriculum, adaptation: Adaptation) -> Curriculum:
    """Give the curriculum with the changes made in order; `adaptation` holds its id.

    Raises `BadDefinition`: another curriculum or version, an unknown meeting, step or text, an id that is there
    already, an order that names other steps, or a core step dropped without the clinical lead.
    """
    for key, wanted, there in (
        ("curriculum", adaptation.curriculum, curriculum.id),
        ("version", adaptation.version, curriculum.version),
    ):
        if wanted != there:
            raise BadDefinition(file=adaptation.file, key=key, reason="another_curriculum")
    meetings = dict(curriculum.meetings)
    for place, change in enumerate(adaptation.changes, start=1):
        _Edit(adaptation.file, f"changes.{place}").apply(change, meetings)
    return replace(
        curriculum,
        adaptation=adaptation.id,
        pre_group=meetings["pre-group"],
        caregiver=meetings.get("caregiver"),
        guides=tuple(meetings[f"session-{number}"] for number in range(1, curriculum.sessions + 1)),
        follow_ups=tuple(replace(one, guide=meetings.get(one.key)) for one in curriculum.follow_ups),
    )


@dataclass(frozen=True, slots=True)
class _Edit:
    """Make one change; every refusal names the file and the change."""

    file: str
    place: str

    def fault(self, key: str, reason: str) -> BadDefinition:
        return BadDefinition(file=self.file, key=f"{self.place}.{key}", reason=reason)

    def apply(self, change: Change, meetings: dict[str, SessionGuide]) -> None:
        if change.kind is AdaptationKind.WORDS:
            self.check_texts(change, meetings)
            return
        if change.meeting not in meetings:
            raise self.fault("meeting", "unknown_value")
        guide = meetings[change.meeting]
        meetings[change.meeting] = replace(guide, steps=tuple(self.steps(change, list(guide.steps))))

    def check_texts(self, change: Change, meetings: Mapping[str, SessionGuide]) -> None:
        known = {guide.key for guide in meetings.values()}
        known |= {step.key for guide in meetings.values() for step in guide.steps}
        for number, text in enumerate(change.texts, start=1):
            if not any(text == key or text.startswith(f"{key}/") for key in known):
                raise self.fault(f"texts.{number}", "unknown_reference")

    def steps(self, change: Change, steps: list[Step]) -> list[Step]:
        ids = [step.id for step in steps]
        if change.kind is AdaptationKind.REORDER:
            if sorted(change.order) != sorted(ids):
                raise self.fault("order", "other_steps")
            return [steps[ids.index(name)] for name in change.order]
        if change.step and change.step not in ids:
            raise self.fault("after" if change.kind is AdaptationKind.ADD else "step", "unknown_reference")
        at = ids.index(change.step) if change.step else -1
        if change.kind is AdaptationKind.ADD:
            return [*steps[: at + 1], self.new(change, ids), *steps[at + 1 :]]
        if change.kind is AdaptationKind.MINUTES:
            return [*steps[:at], replace(steps[at], minutes=change.minutes), *steps[at + 1 :]]
        if steps[at].core and not change.approved_by_clinical_lead:
            raise self.fault("approved_by_clinical_lead", "missing")
        if change.kind is AdaptationKind.OMIT:
            if len(steps) == 1:
                raise self.fault("step", "nothing_left")
            return [*steps[:at], *steps[at + 1 :]]
        new = self.new(change, [name for name in ids if name != change.step])
        # What the record of a meeting asks about stays the same unless the new step names its own points.
        return [*steps[:at], replace(new, points=new.points or steps[at].points), *steps[at + 1 :]]

    def new(self, change: Change, taken: list[str]) -> Step:
        if change.new is None:
            raise self.fault("new", "missing")
        if change.new.id in taken:
            raise self.fault("new.id", "duplicate")
        return change.new

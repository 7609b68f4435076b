"""Curricula and guides as values, built from a mapping and checked: structure first, then what is said.

A curriculum version says how many sessions there are, which phase each belongs to, what is due when,
and what is done in each meeting. A running cycle is pinned to a copy (`to_mapping`, `content_hash`), so
a later edit never reaches it. Every text has a stable key (`who-8/session-3/last-task/title`) under
which it is translated; a preset that uses a step of another curriculum keeps that step's key. Reading
files and following `use` is done in `gipt.content.curricula`; the plain-value checks are in
`gipt.domain.guide_fields`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gipt.domain.guide_fields import Record
from gipt.domain.guide_steps import LATER_FIELDS, Line, SessionGuide, Step, plain_lines, read_guide
from gipt.domain.measures.base import AssessmentPoint


class Phase(StrEnum):
    """Name the phases of group IPT (Asrat 2021, table 2); a curriculum may leave one out."""

    INITIAL = "initial"
    MIDDLE = "middle"
    TERMINATION = "termination"


class GuideStatus(StrEnum):
    """Name how far a curriculum or adaptation has been reviewed (decision 15)."""

    DRAFT = "draft"
    TRANSLATED = "translated"
    LANGUAGE_REVIEWED = "language_reviewed"
    CLINICALLY_REVIEWED = "clinically_reviewed"
    FIELD_TESTED = "field_tested"
    APPROVED = "approved"
    RETIRED = "retired"


DUE_POINTS = frozenset(AssessmentPoint) - {AssessmentPoint.SCREENING}
"""Points at which a curriculum may ask for a measure; screening comes before any curriculum."""


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """Hold one phase and its first and last session number."""

    phase: Phase
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class GroupSize:
    """Hold the smallest, wished and largest number of members."""

    min: int
    target: int
    max: int


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """Hold what completing takes: a share of N in per cent, or a fixed number of sessions (decision 4)."""

    percent: int = 70
    sessions: int | None = None

    def needed(self, sessions: int) -> int:
        """Give the attended core sessions that complete a cycle of this many; never 0, never above N."""
        if self.sessions is not None:
            return min(self.sessions, sessions)
        return -(-self.percent * sessions // 100)


@dataclass(frozen=True, slots=True)
class EndlineWindow:
    """Hold the days after the last session on which an endline counts, both ends included."""

    first_day: int = 0
    last_day: int = 28


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Hold one follow-up point: days from the last session, days allowed before and after, what is done then."""

    key: str
    label: str
    offset_days: int
    before_days: int
    after_days: int
    guide: SessionGuide | None = None


@dataclass(frozen=True, slots=True)
class MeasureDue:
    """Hold that a measure is due at a point; `session` or `follow_up` says which one."""

    measure: str
    point: AssessmentPoint
    required: bool = True
    session: int | None = None
    follow_up: str | None = None


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Hold one version of a curriculum; guides stand in the order of their session numbers.

    `adaptation` is the id of the adaptation that shaped this version, empty for the curriculum as written.
    """

    id: str
    version: str
    title: str
    licence: str
    permission: str
    citations: tuple[str, ...]
    language: str
    status: GuideStatus
    sessions: int
    minutes: int
    rhythm_days: int
    joining_closes_after: int
    pre_group_meetings: int
    caregiver_meeting: bool
    phases: tuple[PhaseSpan, ...]
    group_size: GroupSize
    completion: CompletionRule
    endline: EndlineWindow
    follow_ups: tuple[FollowUp, ...]
    measures: tuple[MeasureDue, ...]
    pre_group: SessionGuide
    caregiver: SessionGuide | None
    guides: tuple[SessionGuide, ...]
    adaptation: str = ""

    @property
    def meetings(self) -> Mapping[str, SessionGuide]:
        """Give every meeting by its place: pre-group, caregiver, session-1 to session-N, keys of follow-ups."""
        found = {"pre-group": self.pre_group}
        if self.caregiver is not None:
            found["caregiver"] = self.caregiver
        found |= {f"session-{number}": guide for number, guide in enumerate(self.guides, start=1)}
        return found | {one.key: one.guide for one in self.follow_ups if one.guide is not None}

    @property
    def needed_to_complete(self) -> int:
        """Give the number of sessions that completing takes."""
        return self.completion.needed(self.sessions)

    def phase_of(self, number: int) -> Phase:
        """Give the phase of a session number 1..N; a later number counts as the last phase."""
        for span in self.phases:
            if number <= span.last:
                return span.phase
        return self.phases[-1].phase

    def guide_of(self, number: int) -> SessionGuide:
        """Give the guide of a session number 1..N."""
        return self.guides[number - 1]

    def due(
        self, point: AssessmentPoint, *, session: int | None = None, follow_up: str | None = None
    ) -> tuple[MeasureDue, ...]:
        """Give what is due at a point, in the curriculum's order."""
        return tuple(
            due
            for due in self.measures
            if due.point is point and due.session == session and due.follow_up == follow_up
        )


def from_mapping(mapping: Mapping[str, Any], file: str = "curriculum.toml") -> Curriculum:
    """Build a curriculum, or raise `BadDefinition` with `file`, `key` and `reason` (a code)."""
    fields = Record(mapping, file)
    sessions = fields.number("sessions", 1, 52)
    follow_ups = tuple(_follow_up(record) for record in fields.records("follow_ups", 0))
    curriculum = Curriculum(
        id=fields.name("id"),
        version=fields.semver("version"),
        title=fields.text("title"),
        licence=fields.text("licence"),
        permission=fields.optional_text("permission"),
        citations=fields.texts("citations", 0, longest=600),
        language=fields.text("language"),
        status=GuideStatus(fields.choice("status", GuideStatus)),
        sessions=sessions,
        minutes=fields.number("minutes", 10, 480),
        rhythm_days=fields.number("rhythm_days", 1, 60),
        joining_closes_after=fields.number("joining_closes_after", 0, sessions),
        pre_group_meetings=fields.number("pre_group_meetings", 0, 5),
        caregiver_meeting=fields.flag("caregiver_meeting"),
        phases=_phases(fields, sessions),
        group_size=_group_size(fields.record("group_size")),
        completion=_completion(fields.record("completion"), sessions),
        endline=_endline(fields.record("endline")),
        follow_ups=follow_ups,
        measures=_measures(fields, sessions, follow_ups),
        pre_group=read_guide(fields.record("pre_group"), None),
        caregiver=read_guide(fields.record("caregiver"), None) if fields.has("caregiver") else None,
        guides=_guides(fields, sessions),
        adaptation=fields.optional_text("adaptation"),
    )
    if curriculum.caregiver_meeting and curriculum.caregiver is None:
        raise fields.fault("caregiver", "missing")
    fields.nothing_else()
    return curriculum


def _phases(fields: Record, sessions: int) -> tuple[PhaseSpan, ...]:
    """Read the phases; together they must cover 1..N once, in order (domain 1.10)."""
    expected, spans = 1, []
    for record in fields.records("phases", 1):
        first, last = record.number("first", 1, sessions), record.number("last", 1, sessions)
        if first != expected:
            raise record.fault("first", "overlap" if first < expected else "gap")
        if last < first:
            raise record.fault("last", "before_first")
        spans.append(PhaseSpan(Phase(record.choice("phase", Phase)), first, last))
        record.nothing_else()
        expected = last + 1
    if expected != sessions + 1:
        raise fields.fault("phases", "gap")
    if len({span.phase for span in spans}) != len(spans):
        raise fields.fault("phases", "duplicate")
    return tuple(spans)


def _group_size(record: Record) -> GroupSize:
    low = record.number("min", 2, 40)
    target = record.number("target", low, 40)
    size = GroupSize(low, target, record.number("max", target, 40))
    record.nothing_else()
    return size


def _completion(record: Record, sessions: int) -> CompletionRule:
    fixed = record.number("sessions", 1, sessions) if record.has("sessions") else None
    percent = record.number("percent", 1, 100) if record.has("percent") else CompletionRule().percent
    record.nothing_else()
    return CompletionRule(percent, fixed)


def _endline(record: Record) -> EndlineWindow:
    first = record.number("first_day", -28, 180)
    window = EndlineWindow(first, record.number("last_day", first, 180))
    record.nothing_else()
    return window


def _follow_up(record: Record) -> FollowUp:
    offset = record.number("offset_days", 1, 1100)
    follow_up = FollowUp(
        key=record.name("key"),
        label=record.text("label"),
        offset_days=offset,
        before_days=record.number("before_days", 0, offset - 1),
        after_days=record.number("after_days", 0, 180),
        guide=read_guide(record.record("guide"), None) if record.has("guide") else None,
    )
    record.nothing_else()
    return follow_up


def _measures(fields: Record, sessions: int, follow_ups: tuple[FollowUp, ...]) -> tuple[MeasureDue, ...]:
    """Read what is due; `sessions` and `follow_ups` may list several or say "each"."""
    points = {follow_up.key for follow_up in follow_ups}
    if len(points) != len(follow_ups):
        raise fields.fault("follow_ups", "duplicate")
    found: list[MeasureDue] = []
    for record in fields.records("measures", 0):
        measure, required = record.name("measure"), record.flag("required")
        point = AssessmentPoint(record.choice("point", AssessmentPoint))
        if point not in DUE_POINTS:
            raise record.fault("point", "unknown_value")
        if point is AssessmentPoint.SESSION:
            numbers = record.numbers_or_each("sessions", sessions)
            found += [MeasureDue(measure, point, required, session=number) for number in numbers]
        elif point is AssessmentPoint.FOLLOW_UP:
            names = record.names_or_each("follow_ups", [follow_up.key for follow_up in follow_ups])
            found += [MeasureDue(measure, point, required, follow_up=name) for name in names]
        else:
            found.append(MeasureDue(measure, point, required))
        record.nothing_else()
    if len({(due.measure, due.point, due.session, due.follow_up) for due in found}) != len(found):
        raise fields.fault("measures", "duplicate")
    return tuple(found)


def _guides(fields: Record, sessions: int) -> tuple[SessionGuide, ...]:
    guides = tuple(read_guide(record, n) for n, record in enumerate(fields.records("guides", 1), start=1))
    if len(guides) != sessions:
        raise fields.fault("guides", "wrong_count")
    return guides


def to_mapping(curriculum: Curriculum) -> dict[str, Any]:
    """Give the curriculum as plain values for JSON; `from_mapping` gives the same curriculum back."""
    mapping = {name: _plain(getattr(curriculum, name)) for name in Curriculum.__dataclass_fields__}
    if mapping["caregiver"] is None:
        del mapping["caregiver"]
    if not curriculum.adaptation:
        del mapping["adaptation"]
    mapping["measures"] = [_due_mapping(due) for due in curriculum.measures]
    return mapping


def _plain(value: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        lines = value and all(isinstance(item, Line) for item in value)
        return plain_lines(value) if lines else [_plain(item) for item in value]
    names = getattr(value, "__dataclass_fields__", None)
    if names is None:
        return value
    skipped = _left_out(value)
    pairs = ((name, getattr(value, name)) for name in names if name not in skipped)
    return {name: _plain(item) for name, item in pairs if item is not None}


def _left_out(value: object) -> set[str]:
    """Give the fields that do not belong in a stored copy: a place that is worked out, later fields when empty."""
    if isinstance(value, SessionGuide):
        return {"number"} if value.fidelity else {"number", "fidelity"}
    if isinstance(value, Step):
        return {name for name in LATER_FIELDS if not getattr(value, name)}
    return set()


def _due_mapping(due: MeasureDue) -> dict[str, Any]:
    mapping: dict[str, Any] = {"measure": due.measure, "point": due.point.value, "required": due.required}
    if due.session is not None:
        mapping["sessions"] = [due.session]
    if due.follow_up is not None:
        mapping["follow_ups"] = [due.follow_up]
    return mapping


def content_hash(curriculum: Curriculum) -> str:
    """Give the SHA-256 of the curriculum's canonical JSON: equal content, equal hash, whatever the file."""
    canonical = json.dumps(to_mapping(curriculum), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

"""One enrolment as reports count it: what was expected, attended and completed, which scores are compared.

The rules are those of `gipt.domain.attendance` and `gipt.domain.outcomes`; here they get their rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from gipt.domain.attendance import (
    AttendanceStatus,
    CompletionRule,
    HeldSession,
    Mark,
    counts_as_attended,
    first_attended,
    has_completed,
    is_expected,
    summarise,
)
from gipt.domain.guides import FollowUp
from gipt.domain.indicators import AskedBy, AttendanceFact, Choices, EnrolmentFact, Score, Traits
from gipt.domain.measures import AssessmentPoint
from gipt.domain.membership import Membership
from gipt.domain.outcomes import (
    DEFAULT_WINDOW,
    EndlineWindow,
    ScoredAssessment,
    last_valid_after,
    select_baseline,
    select_endline,
    select_midline,
)
from gipt.domain.people import Disability, Displacement, ExitType, Sex, age_on
from gipt.domain.problems import Invalid
from gipt.domain.risk import DEFAULT_CLOCKS, Clocks
from gipt.queries.report_rows import Bundle, CycleRow

Code = TypeVar("Code")
AttendedSession = tuple[int, AttendanceStatus | None, bool, bool]
Attended = tuple[AttendedSession, ...]
POINTS = {point.value: point for point in AssessmentPoint}


@dataclass(frozen=True, slots=True)
class Rules:
    """The programme's settings that change what a fact says."""

    choices: Choices
    now: datetime
    makeups_count: bool = False
    endline: EndlineWindow = DEFAULT_WINDOW
    clocks: Clocks = DEFAULT_CLOCKS

    @property
    def measures(self) -> tuple[str, ...]:
        """Give the keys of the measures whose totals are needed."""
        function = self.choices.function_measure
        return (self.choices.measure,) if function is None else (self.choices.measure, function)


@dataclass(frozen=True, slots=True)
class Course:
    """One enrolment as it is counted: its sessions, marks by number, and where it took place last."""

    cycle: CycleRow
    sessions: tuple[HeldSession, ...]
    marks: dict[int, Mark]
    memberships: tuple[Membership, ...]


def course_of(bundle: Bundle, cycles: dict[str, CycleRow]) -> Course:
    """Gather the sessions that count for an enrolment: those of its cycle, or of each cycle it moved through."""
    first = cycles[bundle.enrolment.cycle_id]
    memberships = memberships_of(bundle.enrolment, bundle.memberships, cycles)
    stored = {row[1]: mark_of(row[2], row[3]) for row in bundle.marks}
    cycle = cycles[memberships[-1].group]
    if all(one.group == cycle.id for one in memberships) and cycle.id == first.id:
        marks = {cycle.held[key].number: mark for key, mark in stored.items() if key in cycle.held}
        return Course(cycle, tuple(cycle.held.values()), marks, memberships)
    return _moved(cycle, memberships, stored, cycles)


def memberships_of(
    enrolment: Any, rows: Sequence[Any], cycles: dict[str, CycleRow]
) -> tuple[Membership, ...]:
    """Give from when to when a person belonged; without a row, from enrolling to leaving."""
    return tuple(
        Membership(row[1], row[2], _left(row, enrolment.exit_on, cycles[row[1]])) for row in rows
    ) or (Membership(enrolment.cycle_id, enrolment.enrolled_on, enrolment.exit_on),)


def _left(row: Any, exit_on: date | None, cycle: CycleRow) -> date | None:
    """Give the day of leaving; the closing of a cycle is not leaving, so its last day still counts."""
    left: date | None = row[3]
    return None if exit_on is None and cycle.closed and left == cycle.closed_on else left


def _moved(
    cycle: CycleRow,
    memberships: tuple[Membership, ...],
    stored: dict[str, Mark],
    cycles: dict[str, CycleRow],
) -> Course:
    """Gather over several cycles: each number once, the session attended before one missed or not marked."""
    best: dict[int, tuple[int, HeldSession, Mark | None]] = {}
    for cycle_id in dict.fromkeys(one.group for one in memberships):
        for session_id, session in cycles[cycle_id].held.items():
            mark = stored.get(session_id)
            inside = any(one.group == cycle_id and one.covers(session.on) for one in memberships)
            if mark is None and not inside:
                continue
            worth = 0 if mark is None else (2 if counts_as_attended(mark) else 1)
            if session.number not in best or worth > best[session.number][0]:
                best[session.number] = (worth, session, mark)
    marks = {number: mark for number, (_, _, mark) in best.items() if mark is not None}
    return Course(cycle, tuple(best[number][1] for number in sorted(best)), marks, memberships)


@lru_cache(maxsize=64)
def mark_of(status: str, stayed_half: bool | None) -> Mark:
    """Give the mark as the rules of attendance take it."""
    return Mark(AttendanceStatus(status), stayed_half=stayed_half)


def enrolment_fact(
    bundle: Bundle, course: Course, cycles: dict[str, CycleRow], rules: Rules, keep: Callable[[str], str]
) -> EnrolmentFact:
    """Count one enrolment by the rules of the domain; site by the cycle of the enrolment, N by the last one."""
    row, cycle = bundle.enrolment, course.cycle
    first = cycles[row.cycle_id]
    makeups = rules.makeups_count
    summary = summarise(course.sessions, course.marks, course.memberships, row.exit_on, makeups)
    started_on = first_attended(course.sessions, course.marks, makeups)
    rule = CompletionRule(cycle.sessions, cycle.threshold, makeups)
    return EnrolmentFact(
        person=keep(row.member_id),
        enrolment=row.id,
        site=first.site,
        cycle=cycle.id,
        enrolled_on=row.enrolled_on,
        traits=traits_of(row, row.enrolled_on, row.population or first.population),
        sessions=cycle.sessions,
        threshold=rule.threshold,
        attended=summary.attended,
        expected=summary.expected,
        completed=has_completed(summary, rule),
        cycle_closed=cycle.closed,
        exit=ExitType(row.exit_type) if row.exit_type else None,
        made_up=summary.made_up,
        started_on=started_on,
        ended_on=row.exit_on or (cycle.last_held or cycle.closed_on if cycle.closed else None),
        screening=screening_total(bundle.screenings, rules),
        **scores_of(bundle.scores, started_on, cycle, rules),
    )


def scores_of(rows: Sequence[Any], started_on: date | None, cycle: CycleRow, rules: Rules) -> dict[str, Any]:
    """Choose baseline, endline and the other scores of one enrolment (domain.md 5.4.1)."""
    if not rows:
        return {}
    main = [_scored(row) for row in rows if row[2] == rules.choices.measure]
    only = frozenset(row[1] for row in rows if row[7])
    asked_by = {row[1]: row[9] for row in rows}

    def score(one: ScoredAssessment | None) -> Score | None:
        if one is None or one.total is None:
            return None
        return _score(one.on, one.total, one.id in only, asked_by[one.id])

    last = cycle.last_held
    baseline = select_baseline(main, started_on)
    endline = select_endline(main, last, rules.endline)
    until = None if last is None else last + timedelta(days=rules.endline.last_day)
    carried = None if baseline is None else last_valid_after(main, baseline, until)
    midline = None if baseline is None else select_midline(main, baseline)
    found: dict[str, Any] = {
        "baseline": score(baseline),
        "endline": score(endline.inside),
        "late_endline": endline.late is not None,
        "last_valid": None if carried is None else carried.total,
        "midline": None if midline is None else midline.total,
        "follow_ups": tuple(
            kept for one in follow_ups_of(rows, rules, cycle) if (kept := score(one)) is not None
        ),
    }
    if rules.choices.function_measure is not None:
        function = [_scored(row) for row in rows if row[2] == rules.choices.function_measure]
        before, after = select_baseline(function, started_on), select_endline(function, last, rules.endline)
        found["function_pre"] = None if before is None else before.total
        found["function_post"] = None if after.inside is None else after.inside.total
    return found


@lru_cache(maxsize=10_000)
def _score(on: date, total: int, totals_only: bool, asked_by: str | None) -> Score:
    """Give a score; equal ones are one object."""
    return Score(on, total, totals_only, coded(AskedBy, asked_by, AskedBy.UNKNOWN))


def screening_total(rows: Sequence[Any], rules: Rules) -> int | None:
    """Give the last total of the report's measure at the screening that led to the enrolment."""
    return next((row[2] for row in reversed(rows) if row[1] == rules.choices.measure), None)


def _scored(row: Any) -> ScoredAssessment:
    return ScoredAssessment(row[1], POINTS[row[3]], row[4], row[5], row[6])


def follow_ups_of(rows: Sequence[Any], rules: Rules, cycle: CycleRow) -> list[ScoredAssessment]:
    """Give the first valid score inside the window of each follow-up point, by date."""
    last = cycle.last_held
    if last is None:
        return []
    found: dict[str, ScoredAssessment] = {}
    for row in rows:
        if row[2] != rules.choices.measure or row[3] != AssessmentPoint.FOLLOW_UP or row[6]:
            continue
        key = next((one.key for one in cycle.follow_ups if _fits(one, row, last)), None)
        if key is not None:
            found.setdefault(key, _scored(row))
    return sorted(found.values(), key=lambda one: (one.on, one.id))


def _fits(point: FollowUp, row: Any, last: date) -> bool:
    """Say whether a follow-up lies in the window of a point; one without a known label fits any."""
    days = (row[4] - last).days
    inside = point.offset_days - point.before_days <= days <= point.offset_days + point.after_days
    return inside and row[8] in (None, "", point.key)


@dataclass(slots=True)
class AttendanceRows:
    """Attendance facts, kept as one pair for each enrolment and made when they are read.

    Courses that went alike are one object: the marks of 100,000 people would else take most of the memory.
    """

    pairs: list[tuple[str, Attended]] = field(default_factory=list)
    known: dict[Attended, Attended] = field(default_factory=dict)

    def add(self, bundle: Bundle, course: Course, makeups: bool) -> None:
        """Add each held session at which the person was expected or marked."""
        rows = tuple(attended_sessions(bundle, course, makeups))
        if rows:
            self.pairs.append((bundle.enrolment.id, self.known.setdefault(rows, rows)))

    def __iter__(self) -> Iterator[AttendanceFact]:
        return (AttendanceFact(enrolment, *row) for enrolment, rows in self.pairs for row in rows)


def attended_sessions(bundle: Bundle, course: Course, makeups: bool) -> Iterator[AttendedSession]:
    """Give number, status, expected and attended of each session at which the person was expected or marked."""
    for session in course.sessions:
        mark = course.marks.get(session.number)
        expected = is_expected(session, course.memberships, mark, bundle.enrolment.exit_on)
        if expected or mark is not None:
            came = mark is not None and expected and counts_as_attended(mark, makeups)
            status = None if mark is None else mark.status
            yield session.number, status, expected, came


def coded(kind: type[Code], value: str | None, missing: Code) -> Code:
    """Give a code of an enumeration; what was not asked has a value of its own."""
    return missing if value is None else kind(value)  # type: ignore[call-arg]


def traits_of(row: Any, on: date, population: str | None) -> Traits:
    """Give what a person may be counted under, on a day."""
    age = age_at(on, row.birth_year, row.age_band)
    return _traits(row.sex, age, row.disability, row.displacement, population)


@lru_cache(maxsize=10_000)
def _traits(
    sex: str | None, age: int | None, disability: str | None, displacement: str | None, population: str | None
) -> Traits:
    """Give the traits of these codes; equal traits are one object, so that many people take little memory."""
    return Traits(
        sex=coded(Sex, sex, Sex.MISSING),
        age=age,
        disability=coded(Disability, disability, Disability.UNKNOWN),
        displacement=coded(Displacement, displacement, Displacement.UNKNOWN),
        population=population,
    )


def age_at(on: date, birth_year: int | None, band: str | None = None) -> int | None:
    """Give the age on a day; of somebody known only by an age band, the band's first year."""
    if birth_year is None:
        start = (band or "").removesuffix("+").partition("-")[0]
        return int(start) if start.isascii() and start.isdigit() else None
    try:
        return age_on(on, birth_year=birth_year)
    except Invalid:
        return None

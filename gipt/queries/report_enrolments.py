"""One enrolment as reports count it: what was expected, attended and completed, which scores are compared.

The rules are those of `gipt.domain.attendance` and `gipt.domain.outcomes`; here they get their rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from gipt.domain.attendance import CompletionRule, has_completed
from gipt.domain.guides import FollowUp
from gipt.domain.indicators import AskedBy, Choices, EnrolmentFact, Score, Traits
from gipt.domain.measures import AssessmentPoint
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
from gipt.queries.report_courses import Course
from gipt.queries.report_cycles import CycleRow
from gipt.queries.report_rows import DAYS, Bundle

Code = TypeVar("Code")
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


def enrolment_fact(
    bundle: Bundle, course: Course, cycles: dict[str, CycleRow], rules: Rules, keep: Callable[[str], str]
) -> EnrolmentFact:
    """Count one enrolment by the rules of the domain; site by the cycle of the enrolment, N by the last one."""
    row, cycle, went = bundle.enrolment, course.cycle, course.went
    first = cycles[row.cycle_id]
    rule = completion_rule(cycle.sessions, cycle.threshold, rules.makeups_count)
    return EnrolmentFact(
        person=keep(row.member_id),
        enrolment=row.id,
        site=first.site,
        cycle=cycle.id,
        enrolled_on=row.enrolled_on,
        traits=traits_of(row, row.enrolled_on, row.population or first.population),
        sessions=cycle.sessions,
        threshold=rule.threshold,
        attended=went.summary.attended,
        expected=went.summary.expected,
        completed=has_completed(went.summary, rule),
        cycle_closed=cycle.closed,
        exit=ExitType(row.exit_type) if row.exit_type else None,
        made_up=went.summary.made_up,
        started_on=course.started_on,
        ended_on=row.exit_on or (cycle.last_held or cycle.closed_on if cycle.closed else None),
        screening=screening_total(bundle.screenings, rules),
        **scores_of(bundle.scores, course.started_on, cycle, rules),
    )


@lru_cache(maxsize=1_000)
def completion_rule(sessions: int, threshold: int, makeups_count: bool) -> CompletionRule:
    """Give the rule of completion of a cycle; few are different."""
    return CompletionRule(sessions, threshold, makeups_count)


def scores_of(rows: Sequence[Any], started_on: date | None, cycle: CycleRow, rules: Rules) -> dict[str, Any]:
    """Choose baseline, endline and the other scores of one enrolment (domain.md 5.4.1); `rows` by day."""
    if not rows:
        return {}
    by_point: dict[str, list[Any]] = {"pre_group": [], "midline": [], "endline": [], "follow_up": []}
    for row in rows:
        # Most are those of sessions, of which only the last one is asked for (`total_carried`).
        if (found_at := by_point.get(row[3])) is not None and row[2] == rules.choices.measure:
            found_at.append(row)
    last = cycle.last_held
    baseline = select_baseline(scored(by_point["pre_group"]), started_on)
    endline = select_endline(scored(by_point["endline"]), last, rules.endline)
    found: dict[str, Any] = {
        "baseline": score_of(by_point["pre_group"], baseline),
        "endline": score_of(by_point["endline"], endline.inside),
        "late_endline": endline.late is not None,
    }
    if baseline is not None:
        until = None if last is None else last + timedelta(days=rules.endline.last_day)
        found["last_valid"] = total_carried(rows, rules.choices.measure, baseline, until)
        midline = select_midline(scored(by_point["midline"]), baseline)
        found["midline"] = None if midline is None else midline.total
    if later := by_point["follow_up"]:
        chosen = follow_ups_of(later, cycle)
        found["follow_ups"] = tuple(
            kept for one in chosen if (kept := score_of(later, one)) is not None
        )  # fmt: skip
    if rules.choices.function_measure is not None:
        function = [row for row in rows if row[2] == rules.choices.function_measure]
        before = select_baseline(scored(function), started_on)
        after = select_endline(scored(function), last, rules.endline)
        found["function_pre"] = None if before is None else before.total
        found["function_post"] = None if after.inside is None else after.inside.total
    return found


def total_carried(
    rows: Sequence[Any], measure: str, baseline: ScoredAssessment, until: date | None
) -> int | None:
    """Give the last valid total after the baseline.

    Asked of one score after the other from the last one back, so that the many in between are not looked at.
    """
    for row in reversed(rows):
        if row[2] == measure:
            found = last_valid_after(scored((row,)), baseline, until)
            if found is not None:
                return found.total
    return None


def score_of(rows: Sequence[Any], one: ScoredAssessment | None) -> Score | None:
    """Give a chosen score with how it was asked."""
    if one is None or one.total is None:
        return None
    row = next(row for row in rows if row[1] == one.id)
    return _score(one.on, one.total, bool(row[7]), row[9])


@lru_cache(maxsize=10_000)
def _score(on: date, total: int, totals_only: bool, asked_by: str | None) -> Score:
    """Give a score; equal ones are one object."""
    return Score(on, total, totals_only, coded(AskedBy, asked_by, AskedBy.UNKNOWN))


def screening_total(rows: Sequence[Any], rules: Rules) -> int | None:
    """Give the last total of the report's measure at the screening that led to the enrolment."""
    return next((row[2] for row in reversed(rows) if row[1] == rules.choices.measure), None)


def scored(rows: Iterable[Any]) -> list[ScoredAssessment]:
    """Give scores as the choice of pre and post takes them."""
    return [ScoredAssessment(row[1], POINTS[row[3]], DAYS[row[4]], row[5], bool(row[6])) for row in rows]


def follow_ups_of(rows: Sequence[Any], cycle: CycleRow) -> list[ScoredAssessment]:
    """Give the first valid score inside the window of each follow-up point, by date."""
    last = cycle.last_held
    if last is None:
        return []
    found: dict[str, ScoredAssessment] = {}
    for row in rows:
        if row[6]:
            continue
        key = next((one.key for one in cycle.follow_ups if _fits(one, row, last)), None)
        if key is not None:
            found.setdefault(key, scored((row,))[0])
    return sorted(found.values(), key=lambda one: (one.on, one.id))


def _fits(point: FollowUp, row: Any, last: date) -> bool:
    """Say whether a follow-up lies in the window of a point; one without a known label fits any."""
    days: int = (DAYS[row[4]] - last).days
    inside = point.offset_days - point.before_days <= days <= point.offset_days + point.after_days
    return inside and row[8] in (None, "", point.key)


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


@lru_cache(maxsize=10_000)
def age_at(on: date, birth_year: int | None, band: str | None = None) -> int | None:
    """Give the age on a day; of somebody known only by an age band, the band's first year."""
    if birth_year is None:
        start = (band or "").removesuffix("+").partition("-")[0]
        return int(start) if start.isascii() and start.isdigit() else None
    try:
        return age_on(on, birth_year=birth_year)
    except Invalid:
        return None

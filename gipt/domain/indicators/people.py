"""Who is counted: people once, enrolments as often as they happened (domain.md 5.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from gipt.domain.attendance import CourseStatus, is_dropout
from gipt.domain.indicators.facts import EnrolmentFact, ScreeningFact, Traits
from gipt.domain.measures import Direction
from gipt.domain.outcomes import Case
from gipt.domain.people import DEFAULT_AGE_BANDS, AgeBand
from gipt.domain.periods import Period


class Basis(StrEnum):
    """Which date puts an enrolment into a period; printed with the figures."""

    ENROLLED = "enrolled"
    STARTED = "started"
    ENDED = "ended"


class Repeat(StrEnum):
    """Which enrolment of the period stands for a person in pre/post and dose; printed with the figures."""

    FIRST = "first"
    LATEST = "latest"


class CompletionBase(StrEnum):
    """Of whom completion is counted."""

    STARTED = "started"
    ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True)
class Choices:
    """The settings a report prints beside its figures.

    `cut_off`: the programme's entry cut-off of `measure`. `reliable_step`, `remission_below`: published
    numbers of the measure (`outcomes.thresholds_for`). `function_step`: points on the function measure that
    count as better. `on_time_days`: days either side of the date first confirmed.
    """

    measure: str = "phq9"
    cut_off: int = 10
    cut_off_citation: str = ""
    remission_below: int = 5
    reliable_step: int = 6
    function_measure: str | None = None
    function_step: int = 1
    function_direction: Direction = Direction.HIGHER_IS_WORSE
    basis: Basis = Basis.ENROLLED
    repeat: Repeat = Repeat.FIRST
    completion_base: CompletionBase = CompletionBase.STARTED
    on_time_days: int = 2
    age_bands: tuple[AgeBand, ...] = DEFAULT_AGE_BANDS


@dataclass(frozen=True, slots=True)
class Person:
    """One person in the period; `chosen` is the enrolment that gives traits, site, dose and pre/post.

    What every indicator asks is worked out once, because a report asks it dozens of times of everybody.
    `started`, `completed`: in any enrolment of the period, and never completed without having started. `case`: pre
    and post as the outcome rules take them.
    """

    key: str
    chosen: EnrolmentFact
    enrolments: tuple[EnrolmentFact, ...]
    started: bool = field(init=False)
    completed: bool = field(init=False)
    case: Case = field(init=False)

    def __post_init__(self) -> None:
        chosen, pre, post = self.chosen, self.chosen.baseline, self.chosen.endline
        if len(self.enrolments) == 1:
            # Most people; a report has many of them.
            started = chosen.attended >= 1
            completed = chosen.completed and started
        else:
            started = any(one.started for one in self.enrolments)
            completed = any(one.completed and one.started for one in self.enrolments)
        object.__setattr__(self, "started", started)
        object.__setattr__(self, "completed", completed)
        object.__setattr__(
            self,
            "case",
            case_of(pre and pre.total, post and post.total, started, completed, chosen.last_valid),
        )

    @property
    def site(self) -> str:
        return self.chosen.site

    @property
    def traits(self) -> Traits:
        return self.chosen.traits

    @property
    def status(self) -> CourseStatus:
        """Give where the person stands.

        Completed once is completed, else the latest started enrolment says.
        """
        if self.completed:
            return CourseStatus.COMPLETED
        started = [one for one in self.enrolments if one.started]
        return enrolment_status(started[-1]) if started else CourseStatus.NOT_STARTED


class Alike(NamedTuple):
    """People whom no indicator tells apart: one of them, and the keys of all."""

    one: Person
    keys: list[str]


class People(tuple[Person, ...]):
    """The people of a report, each once; who is alike is worked out once, because every indicator asks for it."""

    @cached_property
    def alike(self) -> list[Alike]:
        return group_alike(self)


def alike_of(people: Sequence[Person]) -> list[Alike]:
    """Give the people in groups whom no indicator tells apart, in the order of the first of each."""
    return people.alike if isinstance(people, People) else group_alike(people)


def group_alike(people: Iterable[Person]) -> list[Alike]:
    """Put people together by all that an indicator asks of them; traits and cases that are equal are one object."""
    found: dict[tuple[Any, ...], Alike] = {}
    for one in people:
        chosen, end = one.chosen, one.chosen.endline
        kind = (
            chosen.site, id(chosen.traits), id(one.case), one.status, chosen.attended, chosen.late_endline,
            end and end.asked_by, chosen.screening, chosen.midline, chosen.function_pre, chosen.function_post,
            chosen.follow_ups and chosen.follow_ups[0].total,
        )  # fmt: skip
        known = found.get(kind)
        if known is None:
            found[kind] = Alike(one, [one.key])
        else:
            known.keys.append(one.key)
    return list(found.values())


@lru_cache(maxsize=20_000)
def case_of(
    pre: int | None, post: int | None, started: bool, completed: bool, last_valid: int | None
) -> Case:
    """Give pre and post as the outcome rules take them; equal cases are one object."""
    return Case(pre=pre, post=post, started=started, completed=completed, last_valid=last_valid)


def enrolment_status(one: EnrolmentFact) -> CourseStatus:
    """Give where a started enrolment stands, by the rules of `gipt.domain.attendance`."""
    if one.completed:
        return CourseStatus.COMPLETED
    if is_dropout(started=True, completed=False, exit_type=one.exit, cycle_closed=True):
        return CourseStatus.DROPPED_OUT if one.cycle_closed else CourseStatus.IN_PROGRESS
    return CourseStatus.LEFT_OTHERWISE


def counting_date(one: EnrolmentFact, basis: Basis) -> date | None:
    """Give the date that puts an enrolment into a period."""
    if basis is Basis.ENROLLED:
        return one.enrolled_on
    return one.started_on if basis is Basis.STARTED else one.ended_on


def enrolments_in(
    enrolments: Iterable[EnrolmentFact], period: Period, basis: Basis = Basis.ENROLLED
) -> tuple[EnrolmentFact, ...]:
    """Give the enrolments of the period in order of their date."""
    inside = [one for one in enrolments if period.holds(counting_date(one, basis))]
    return tuple(sorted(inside, key=lambda one: (one.enrolled_on, one.enrolment)))


def people_of(enrolments: Iterable[EnrolmentFact], repeat: Repeat = Repeat.FIRST) -> People:
    """Give each person once, in order of first enrolment; `enrolments` in order of date."""
    by_person: dict[str, tuple[EnrolmentFact, ...]] = {}
    for one in enrolments:
        by_person[one.person] = (*by_person.get(one.person, ()), one)
    return People(
        Person(key, found[0 if repeat is Repeat.FIRST else -1], found) for key, found in by_person.items()
    )


def screened_people(screenings: Iterable[ScreeningFact], period: Period) -> tuple[ScreeningFact, ...]:
    """Give the last complete screening in the period of each person."""
    last: dict[str, ScreeningFact] = {}
    for one in sorted(screenings, key=lambda one: one.on):
        if one.complete and period.holds(one.on):
            last[one.person] = one
    return tuple(last.values())


def never_completed_screening(screenings: Iterable[ScreeningFact], period: Period) -> int:
    """Give how many people were only screened incompletely in the period."""
    inside = [one for one in screenings if period.holds(one.on)]
    return len({one.person for one in inside} - {one.person for one in inside if one.complete})

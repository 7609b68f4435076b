"""The people of a research package as they are before anything is made coarse: only who agreed to research.

Read like every report, in a fixed number of statements, on one state of the database (`gipt.queries.report_rows`).
Whoever withdrew from the programme or from research is not among them. Nothing here leaves as it is: no row of a
package is written from it before `gipt.domain.deidentify` decided on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain import deidentify
from gipt.domain.deidentify import Quasi, Traits
from gipt.domain.indicators import EnrolmentFact, Repeat
from gipt.domain.indicators.people import counting_date
from gipt.domain.people import is_minor
from gipt.domain.periods import Period
from gipt.domain.research import Measured, Meeting, Subject, Word, agrees
from gipt.models import Assessment, Consent, Enrolment, ReportRun, ReportTerms, SafetyEpisode, Site
from gipt.queries.report_courses import Course, Courses
from gipt.queries.report_cycles import read_cycles
from gipt.queries.report_enrolments import Rules, age_at, enrolment_fact
from gipt.queries.report_rows import DAYS, Bundle, Scope, in_scope, person_keys, walk, withdrawn

WEEK = 7


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found: `enrolled` counts the people of the period, `subjects` are those of them who agreed."""

    enrolled: int
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A package that was made before about some of the same days and places; `levels` by trait, `k` as aimed at."""

    run_id: str
    code: str
    agreement: str
    from_on: date
    to_on: date
    levels: dict[str, int]
    k: int
    site_ids: frozenset[str]


def read_found(connection: Connection, scope: Scope, rules: Rules, repeat: Repeat, cut_off: date) -> Found:
    """Read the people of a package, each once: by the first or the latest enrolment of the period."""
    reader = Reader(connection, scope, rules, cut_off)
    chosen: dict[str, tuple[date, str]] = {}
    subjects: dict[str, Subject] = {}
    for bundle, course, fact in reader.enrolments():
        key = (fact.enrolled_on, fact.enrolment)
        known = chosen.get(fact.person)
        if known is not None and (key > known) != (repeat is Repeat.LATEST):
            continue
        chosen[fact.person] = key
        subjects.pop(fact.person, None)
        if reader.agreed(bundle, fact):
            subjects[fact.person] = reader.subject(bundle, course, fact)
    return Found(len(chosen), tuple(subjects[one] for one in sorted(subjects)))


class Reader:
    """Read enrolments with all that a package may say of them."""

    def __init__(self, connection: Connection, scope: Scope, rules: Rules, cut_off: date) -> None:
        self.connection, self.scope, self.rules, self.cut_off = connection, scope, rules, cut_off
        self.keep = person_keys(connection)
        self.hidden = frozenset(map(self.keep, withdrawn(connection)))
        self.words = self.read_words()
        self.cycles = read_cycles(connection, scope)
        self.places = read_places(connection)
        self.episodes = self.read_episodes()
        self.answered = read_safety_answers(connection, scope)

    def enrolments(self) -> Iterator[tuple[Bundle, Course, EnrolmentFact]]:
        """Give the enrolments that the period holds."""
        measures = list(self.connection.scalars(sa.select(Assessment.measure).distinct()))
        courses = Courses(self.cycles, self.rules.makeups_count)
        for bundle in walk(self.connection, self.scope, measures):
            course = courses.add(bundle)
            fact = enrolment_fact(bundle, course, self.cycles, self.rules, self.keep)
            if self.scope.period.holds(counting_date(fact, self.scope.basis)):
                yield bundle, course, fact

    def read_words(self) -> dict[str, list[Word]]:
        """Read what people said about research, from the oldest word on."""
        rows: Iterable[Any] = self.connection.execute(
            sa.select(Consent.member_id, Consent.given_by, Consent.given, Consent.on_date)
            .where(Consent.purpose == "research")
            .order_by(Consent.on_date, Consent.created_at, Consent.id)
        )
        found: dict[str, list[Word]] = defaultdict(list)
        for member_id, given_by, given, on in rows:
            found[self.keep(member_id)].append(Word(given_by, given, on))
        return found

    def read_episodes(self) -> dict[str, list[datetime]]:
        """Read when a concern about each person was opened."""
        rows: Iterable[Any] = self.connection.execute(
            sa.select(SafetyEpisode.member_id, SafetyEpisode.opened_at).where(
                SafetyEpisode.member_id.is_not(None)
            )
        )
        found: dict[str, list[datetime]] = defaultdict(list)
        for member_id, opened_at in rows:
            found[self.keep(member_id)].append(opened_at)
        return found

    def agreed(self, bundle: Bundle, fact: EnrolmentFact) -> bool:
        """Say whether the person of an enrolment is in both circles: takes part, and agreed to research."""
        if fact.person in self.hidden:
            return False
        row = bundle.enrolment
        age = age_at(self.cut_off, row.birth_year, row.age_band)
        return agrees(self.words.get(fact.person, ()), self.cut_off, minor=is_minor(age) is True)

    def subject(self, bundle: Bundle, course: Course, fact: EnrolmentFact) -> Subject:
        """Give one person as the package takes them."""
        # Of somebody who moved, weeks of two groups would be mixed: they have none.
        days = {} if course.lines is not None else {one.number: one.on for one in course.cycle.held.values()}
        first = min(days.values(), default=None)
        return Subject(
            traits=Traits(
                # Of who is known by an age band only, one year of it would be made up.
                age=age_at(fact.enrolled_on, bundle.enrolment.birth_year),
                sex=fact.traits.sex,
                place=self.places[fact.site],
                displacement=fact.traits.displacement,
                disability=fact.traits.disability,
                enrolled_on=fact.enrolled_on,
                sessions=fact.sessions,
            ),
            flag=self.flag(fact),
            expected=fact.expected,
            attended=fact.attended,
            completed=fact.completed if fact.cycle_closed or fact.exit else None,
            baseline=None if fact.baseline is None else fact.baseline.total,
            endline=None if fact.endline is None else fact.endline.total,
            meetings=tuple(meetings_of(course, fact.sessions, days, first)),
            measured=tuple(self.measured(bundle.scores, first)),
        )

    def flag(self, fact: EnrolmentFact) -> bool | None:
        """Say whether there was a concern about safety since enrolling; None where no question was answered."""
        said = self.answered.get(fact.enrolment, set())
        if "positive" in said or any(at.date() >= fact.enrolled_on for at in self.episodes[fact.person]):
            return True
        return False if "negative" in said else None

    def measured(self, rows: Iterable[Any], first: date | None) -> Iterator[Measured]:
        """Give the totals of a person by measure and point; which of several at one point it is, in order of days."""
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for _, _key, measure, point, stored, total, prorated, *_ in sorted(rows, key=lambda one: one[2]):
            on = DAYS[stored]
            if on > self.cut_off:
                continue
            seen[measure, point] += 1
            yield Measured(measure, point, seen[measure, point], week_of(on, first), total, bool(prorated))


def meetings_of(
    course: Course, sessions: int, days: dict[int, date], first: date | None
) -> Iterator[Meeting]:
    """Give every session of the curriculum; one that was not held, or not for this person, has no mark."""
    marks = {number: came for number, _status, expected, came in course.went.attended if expected}
    for number in range(1, sessions + 1):
        attended = marks.get(number)
        week = None if attended is None or number not in days else week_of(days[number], first)
        yield Meeting(number, week, attended)


def week_of(on: date, first: date | None) -> int | None:
    """Give the week of a day counted from the group's first meeting, which is in week 0; weeks before are negative."""
    return None if first is None else (on - first).days // WEEK


def read_places(connection: Connection) -> dict[str, deidentify.Place]:
    """Read where each site lies, by its code."""
    rows: Iterable[Any] = connection.execute(sa.select(Site.code, Site.district, Site.country))
    return {
        code: deidentify.Place((district or "").strip() or None, country) for code, district, country in rows
    }


def read_safety_answers(connection: Connection, scope: Scope) -> dict[str, set[str]]:
    """Read what was answered to the safety questions of each enrolment: positive, negative, unknown."""
    rows: Iterable[Any] = connection.execute(
        in_scope(
            sa.select(Assessment.enrolment_id, Assessment.safety)
            .select_from(Assessment)
            .join(Enrolment, Enrolment.id == Assessment.enrolment_id),
            scope,
        ).where(Assessment.safety.in_(("positive", "negative")))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for enrolment_id, said in rows:
        found[enrolment_id].add(said)
    return found


def find_earlier(connection: Connection, period: Period, site_ids: Iterable[str]) -> tuple[Earlier, ...]:
    """Give the packages made before about some of the same days and places, under whatever agreement, oldest first."""
    rows = connection.execute(
        sa.select(
            ReportRun.id,
            ReportRun.code,
            ReportTerms.agreement,
            ReportRun.from_on,
            ReportRun.to_on,
            ReportRun.row_counts,
            ReportRun.site_ids,
        )
        .join(ReportTerms, ReportTerms.run_id == ReportRun.id)
        .where(
            ReportRun.kind == "research",
            ReportRun.state == "done",
            ReportRun.from_on <= period.last,
            ReportRun.to_on >= period.first,
        )
        .order_by(ReportRun.finished_at, ReportRun.code)
    )
    wanted = set(site_ids)
    return tuple(
        Earlier(
            row.id, row.code, row.agreement or "", row.from_on, row.to_on,
            dict(row.row_counts.get("levels", {})), row.row_counts.get("k", deidentify.LEAST_K),
            frozenset(row.site_ids),
        )
        for row in rows
        if wanted & set(row.site_ids)
    )  # fmt: skip


def levels_so_far(earlier: Iterable[Earlier]) -> dict[Quasi, int]:
    """Give the least level of each trait that keeps to what earlier packages said of the same people.

    Their rows can be matched by the scores in them: a trait that is finer here than there would add up with the
    others that are finer there. A trait that one of them did not have at all stays at its top.
    """
    least: dict[Quasi, int] = {}
    for one in earlier:
        for quasi, steps in deidentify.HIERARCHIES.items():
            least[quasi] = max(least.get(quasi, 0), one.levels.get(quasi.value, len(steps) - 1))
    return least

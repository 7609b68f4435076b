"""The rows of lists with codes: one per enrolment, per member and session, per measurement.

Made while the workbook is written: of the facts and courses that the figures were counted from, and of the
measurements, read a chunk at a time on the same connection; no row is kept. Who withdrew consent has no row here
(domain.md section 8, row 45). The columns are those of `gipt.reports.build_full`; no column says what was answered to
a safety question.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.attendance import CourseStatus
from gipt.domain.indicators import EnrolmentFact, ReportFacts, SessionFact
from gipt.domain.indicators.people import counting_date, enrolment_status
from gipt.domain.people import age_band
from gipt.models import Assessment, Session
from gipt.queries.fidelity import sums_by_cycle
from gipt.queries.report_courses import Courses, Line, Way
from gipt.queries.report_cycles import CycleRow
from gipt.queries.report_enrolments import Rules
from gipt.queries.report_rows import DAYS, Beside, Scope, driver_rows, listed, part_of, withdrawn
from gipt.reports.build_full import FullRows

MOST_CYCLES = 1_000
"""Cycles whose sessions are remembered as cells while members are walked by code."""


@dataclass(slots=True)
class Lines:
    """Give the rows of the lists about `facts`, which `read_facts` gave of the same scope; each when asked for."""

    connection: Connection
    scope: Scope
    rules: Rules
    facts: ReportFacts
    courses: Courses = field(init=False)
    shown: list[bool] = field(init=False)
    """Of each enrolment that was read, whether it is of the period and of somebody who may be listed."""

    def __post_init__(self) -> None:
        assert isinstance(self.facts.attendance, Courses)
        self.courses = self.facts.attendance
        self.shown = list(self.may_be_listed(withdrawn(self.connection)))

    def enrolled(self) -> Iterator[tuple[str, CycleRow, EnrolmentFact, Way]]:
        """Give code, cycle, fact and way of each listed enrolment."""
        courses = self.courses
        read = zip(courses.codes, courses.homes, self.facts.enrolments, courses.ways, strict=True)
        return (one for one, shown in zip(read, self.shown, strict=True) if shown)

    def may_be_listed(self, hidden: frozenset[str]) -> Iterator[bool]:
        """Say of each enrolment that was read whether it is of the period and of nobody who is `hidden`.

        Somebody merged has withdrawn when either record says so.
        """
        basis, period = self.scope.basis, self.scope.period
        return (
            period.holds(counting_date(fact, basis)) and member not in hidden and fact.person not in hidden
            for fact, member in zip(self.facts.enrolments, self.courses.members, strict=True)
        )

    def full_rows(self) -> FullRows:
        """Give the lists as the workbook takes them."""
        return FullRows(self.members, self.sessions, self.outcomes, self.cycle_lines)

    def members(self) -> Iterator[Line]:
        """Give one row for each enrolment of the period."""
        return (self.member_line(code, home, fact) for code, home, fact, _ in self.enrolled())

    def cycle_lines(self) -> Iterator[Line]:
        """Give one row for each cycle with a meeting due or a member enrolled in the period, by code."""
        due: dict[str, list[SessionFact]] = defaultdict(list)
        for session in self.facts.sessions:
            due[session.cycle].append(session)
        people: dict[str, list[EnrolmentFact]] = defaultdict(list)
        for fact in self.facts.enrolments:
            if self.scope.period.holds(counting_date(fact, self.scope.basis)):
                people[fact.cycle].append(fact)
        said = sums_by_cycle(self.connection, self.scope)
        for cycle in sorted(self.courses.cycles.values(), key=lambda one: one.code):
            if due[cycle.id] or people[cycle.id]:
                line = cycle_line(cycle, due[cycle.id], people[cycle.id])
                yield (*line, *said.get(cycle.id, (0, None, None)))

    def member_line(self, code: str, cycle: CycleRow, fact: EnrolmentFact) -> Line:
        """Give the row of one enrolment."""
        traits = fact.traits
        return (
            code,
            enrolment_code(code, cycle),
            fact.site,
            cycle.group,
            cycle.code,
            fact.enrolled_on,
            traits.sex.value,
            traits.age,
            age_band(traits.age, self.rules.choices.age_bands),
            traits.disability.value,
            traits.displacement.value,
            traits.population,
            fact.sessions,
            fact.expected,
            fact.attended,
            fact.made_up,
            int(fact.completed),
            fact.exit.value if fact.exit else None,
            fact.baseline.total if fact.baseline else None,
            fact.endline.total if fact.endline else None,
        )

    def sessions(self) -> Iterator[Line]:
        """Give one row for each listed enrolment and core session of its cycle, also those that were not held."""
        cells: dict[str, list[Line]] = {}
        for code, home, fact, way in self.enrolled():
            head = (code, enrolment_code(code, home), home.site)
            moved = self.courses.moved.get(fact.enrolment)
            if moved is not None:
                yield from (head + line for line in moved)
                continue
            if home.id not in cells:
                if len(cells) >= MOST_CYCLES:
                    cells.clear()
                cells[home.id] = [home.cells_of(session) for session in home.planned]
            for session, told in zip(cells[home.id], way.told, strict=True):
                yield head + session + told

    def outcomes(self) -> Iterator[Line]:
        """Give one row for each measurement of a listed enrolment, complete or not."""
        rows = Beside(driver_rows(self.connection, outcome_rows(self.scope)))
        read = zip(self.courses.codes, self.courses.homes, self.shown, strict=True)
        for place, (code, home, shown) in enumerate(read, start=1):
            found = rows.take(place)
            if found and shown:
                head = (code, enrolment_code(code, home), home.site, home.code)
                for row in found:
                    yield head + row[1:5] + (DAYS[row[5]],) + row[6:]


def cycle_line(cycle: CycleRow, due: list[SessionFact], people: list[EnrolmentFact]) -> Line:
    """Give the row of one cycle: its meetings of the period, and its members of the period; without fidelity."""
    held = [one.held_on for one in due if one.held_on is not None]
    reasons = Counter(one.cancel_reason.value for one in due if one.held_on is None and one.cancel_reason)
    started = [one for one in people if one.started]
    ended_early = [one for one in started if enrolment_status(one) is CourseStatus.DROPPED_OUT]
    came = [one.attended for one in started]
    return (
        cycle.group, cycle.site, cycle.code, cycle.curriculum, cycle.status, min(held, default=None),
        max(held, default=None), len(due), len(held), len(due) - len(held),
        min(reasons, key=lambda one: (-reasons[one], one)) if reasons else None,
        len(people), len(started), median(came) if came else None,
        sum(one.completed for one in people), len(ended_early),
        sum(one.endline is not None for one in people),
    )  # fmt: skip


def enrolment_code(member: str, cycle: CycleRow) -> str:
    """Give a code for one person in one cycle."""
    return f"{cycle.code}/{member}"


def outcome_rows(scope: Scope) -> Any:
    """Select measurements as they stand in the list, the place of the enrolment instead of its codes."""
    one = listed(scope)
    whole = sa.case((sa.and_(Assessment.total.is_not(None), Assessment.prorated.is_(False)), 1), else_=0)
    columns = (
        Assessment.point,
        Session.number,
        Assessment.measure,
        Assessment.measure_version,
        Assessment.on_date,
        Assessment.mode,
        Assessment.language,
        Assessment.total,
        Assessment.answered,
        whole,
        sa.cast(Assessment.prorated, sa.Integer),
        sa.cast(Assessment.total_only, sa.Integer),
    )
    return (
        part_of(one, columns)
        .join(Assessment, Assessment.enrolment_id == one.c.id)
        .outerjoin(Session, Session.id == Assessment.session_id)
        .order_by(Assessment.on_date, Assessment.id)
    )

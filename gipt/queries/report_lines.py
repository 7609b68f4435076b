"""The rows of lists with codes: one per enrolment, per member and session, per measurement.

Read while the workbook is written, a chunk at a time, on the connection whose state the figures were counted from;
no row is kept. Who withdrew consent has no row here (domain.md section 8, row 45). The columns are those of
`gipt.reports.build_full`; no column says what was answered to a safety question.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.attendance import HELD, CourseStatus, HeldSession, counts_as_attended, is_expected
from gipt.domain.indicators import EnrolmentFact, ReportFacts, SessionFact
from gipt.domain.indicators.people import counting_date, enrolment_status
from gipt.domain.people import age_band
from gipt.models import Assessment, Cycle, Enrolment, Group, Member, Session, Site
from gipt.queries.fidelity import sums_by_cycle
from gipt.queries.report_enrolments import Rules, mark_of, memberships_of
from gipt.queries.report_rows import (
    Beside,
    CycleRow,
    Scope,
    cycles_of,
    enrolment_rows,
    in_scope,
    mark_rows,
    membership_rows,
    ordered,
    stream,
    withdrawn,
)
from gipt.reports.build_full import FullRows

Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One core session of a cycle: when it counts, whether it was held, and its cells, the same for everybody."""

    id: str
    counted: HeldSession
    cells: Line


@dataclass(slots=True)
class Lines:
    """Give the rows of the three lists about `facts`, each read anew when it is asked for."""

    connection: Connection
    scope: Scope
    rules: Rules
    facts: ReportFacts
    cycles: dict[str, CycleRow]
    hidden: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.hidden = withdrawn(self.connection)

    def full_rows(self) -> FullRows:
        """Give the lists as the workbook takes them."""
        return FullRows(self.members, self.sessions, self.outcomes, self.cycle_lines)

    def members(self) -> Iterator[Line]:
        """Give one row for each enrolment of the period."""
        rows = stream(self.connection, enrolment_rows(self.scope))
        for row, fact in zip(rows, self.facts.enrolments, strict=True):
            if self.shows(row.member_id, fact):
                yield self.member_line(row.code, self.cycles[row.cycle_id], fact)

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
        for cycle in sorted(self.cycles.values(), key=lambda one: one.code):
            if due[cycle.id] or people[cycle.id]:
                line = cycle_line(cycle, due[cycle.id], people[cycle.id])
                yield (*line, *said.get(cycle.id, (0, None, None)))

    def shows(self, member_id: str, fact: EnrolmentFact) -> bool:
        """Say whether an enrolment is of the period and of somebody who may be listed."""
        return member_id not in self.hidden and self.scope.period.holds(counting_date(fact, self.scope.basis))

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
        planned = read_planned(self.connection, self.scope, self.cycles)
        memberships = Beside(stream(self.connection, membership_rows(self.scope)))
        marks = Beside(stream(self.connection, mark_rows(self.scope)))
        rows = stream(self.connection, enrolment_rows(self.scope))
        for row, fact in zip(rows, self.facts.enrolments, strict=True):
            belongs, stored = memberships.take(row[0]), marks.take(row[0])
            if self.shows(row.member_id, fact):
                yield from self.session_lines(row, belongs, stored, planned)

    def session_lines(
        self, row: Any, belongs: list[Any], stored: list[Any], planned: dict[str, list[PlannedSession]]
    ) -> Iterator[Line]:
        """Give the rows of one enrolment."""
        first = self.cycles[row.cycle_id]
        head = (row.code, enrolment_code(row.code, first), first.site)
        memberships = memberships_of(row, belongs, self.cycles)
        marks = {one[1]: one for one in stored}
        cycles = dict.fromkeys(one.group for one in memberships)
        for cycle_id in cycles:
            for session in planned.get(cycle_id, ()):
                found = marks.get(session.id)
                mark = None if found is None else mark_of(found[2], found[3])
                if len(cycles) > 1 and mark is None:
                    # Somebody who moved on has no rows for what the group did before or afterwards.
                    inside = (one.covers(session.counted.on) for one in memberships if one.group == cycle_id)
                    if not any(inside):
                        continue
                expected = is_expected(session.counted, memberships, mark, row.exit_on)
                came = mark is not None and expected and counts_as_attended(mark, self.rules.makeups_count)
                status = None if found is None else found[2]
                yield (*head, *session.cells, status, int(expected), int(came))

    def outcomes(self) -> Iterator[Line]:
        """Give one row for each measurement of a listed enrolment, complete or not."""
        shown = None
        if self.hidden or self.scope.basis != "enrolled":
            shown = {one.enrolment for one in self.facts.enrolments if self.shows(one.person, one)}
        for row in stream(self.connection, outcome_rows(self.scope)):
            if shown is None or row[0] in shown:
                yield row[1:]


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


def read_planned(
    connection: Connection, scope: Scope, cycles: dict[str, CycleRow]
) -> dict[str, list[PlannedSession]]:
    """Read the core sessions of the cycles by cycle, in order of number and date."""
    rows = connection.execute(
        sa.select(
            Session.cycle_id,
            Session.id,
            Session.number,
            Session.on_date,
            Session.first_confirmed_on,
            Session.held_on,
            Session.status,
            Session.cancel_reason,
        )
        .where(Session.cycle_id.in_(cycles_of(scope)), Session.kind == "core")
        .order_by(Session.cycle_id, Session.number, Session.on_date, Session.id)
    )
    found: dict[str, list[PlannedSession]] = {}
    row: Any
    for row in rows:
        cycle_id, session_id, number, on, confirmed, held, status, reason = row
        cycle = cycles[cycle_id]
        day: date = held if status == HELD else on
        cells = (
            cycle.group, cycle.code, cycle.curriculum, number, on, confirmed, held,
            None if held is None else (held - (confirmed or on)).days, status, reason,
        )  # fmt: skip
        found.setdefault(cycle_id, []).append(
            PlannedSession(session_id, HeldSession(number, day, status), cells)
        )
    return found


def outcome_rows(scope: Scope) -> Any:
    """Select measurements as they stand in the list; the enrolment's id comes first."""
    cycle_code = Group.code + "." + sa.cast(Cycle.number, sa.Text)
    whole = sa.case((sa.and_(Assessment.total.is_not(None), Assessment.prorated.is_(False)), 1), else_=0)
    return ordered(
        in_scope(
            sa.select(
                Assessment.enrolment_id,
                Member.code,
                cycle_code + "/" + Member.code,
                Site.code,
                cycle_code,
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
            .select_from(Assessment)
            .outerjoin(Session, Session.id == Assessment.session_id)
            .join(Enrolment, Enrolment.id == Assessment.enrolment_id),
            scope,
        ).join(Site, Site.id == Group.site_id),
        Assessment.on_date,
        Assessment.id,
    )

"""How each enrolment went through its sessions, by the rules of `gipt.domain.attendance`.

Most people go through the sessions of one cycle, and many alike: the rules are asked once for each way of going, and
people of the same way share it. A way is what the rules look at: which sessions there are and were held, which of
them somebody belonged to, and the marks.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from gipt.domain.attendance import (
    HELD,
    AttendanceStatus,
    AttendanceSummary,
    HeldSession,
    Mark,
    counts_as_attended,
    first_attended,
    is_expected,
    summarise,
)
from gipt.domain.indicators import AttendanceFact
from gipt.domain.membership import Membership, is_member_on
from gipt.queries.report_cycles import CycleRow
from gipt.queries.report_rows import DAYS, Bundle, EnrolmentRow

AttendedSession = tuple[int, AttendanceStatus | None, bool, bool]
"""Number, mark, expected and attended of one held session."""
Told = tuple[str | None, int, int]
"""Mark, expected and attended of one session as a list prints them."""
Line = tuple[Any, ...]
_ALL: tuple[bool, ...] = ()
"""Stands for somebody who belonged to every session that was held: most people."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of going through sessions.

    `attended`: each held session at which the person was expected or marked. `came`: places, among the planned
    sessions, of those that count as attended. `told`: what a list prints, one for each planned session.
    """

    summary: AttendanceSummary
    attended: tuple[AttendedSession, ...]
    came: tuple[int, ...] = ()
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """One enrolment as it is counted: where it took place last, how it went, and when it began.

    `lines`: what a list prints of the sessions of somebody who moved, each with the cells of its session.
    """

    cycle: CycleRow
    went: Way
    started_on: date | None
    lines: tuple[Line, ...] | None = None


@dataclass(slots=True)
class Courses:
    """The courses of enrolments in the order in which they were read; walked, they are attendance facts.

    Nothing is kept of an enrolment but its codes and its way: the marks of 100,000 people would else take most of the
    memory.
    """

    cycles: dict[str, CycleRow]
    makeups: bool
    enrolments: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    homes: list[CycleRow] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    moved: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    known: dict[Any, dict[Any, Way]] = field(default_factory=dict)
    of_cycle: dict[str, dict[Any, Way]] = field(default_factory=dict)

    def add(self, bundle: Bundle) -> Course:
        """Work out the course of the next enrolment and keep what lists and attendance facts need."""
        row = bundle.enrolment
        home = self.cycles[row.cycle_id]
        memberships = memberships_of(row, bundle.memberships, self.cycles)
        stored = {mark[1]: mark[2:] for mark in bundle.marks}
        if all(one.group == home.id for one in memberships):
            course = self.course_at(home, memberships, stored, row.exit_on)
        else:
            course = moved_course(memberships, stored, row.exit_on, self.cycles, self.makeups)
        self.enrolments.append(row.id)
        self.codes.append(row.code)
        self.members.append(row.member_id)
        self.homes.append(home)
        self.ways.append(course.went)
        if course.lines is not None:
            self.moved[row.id] = course.lines
        return course

    def course_at(
        self,
        cycle: CycleRow,
        memberships: tuple[Membership, ...],
        stored: dict[str, Any],
        exit_on: date | None,
    ) -> Course:
        """Give the course of somebody who stayed in one cycle: that of others who went the same way, if there are."""
        ways = self.of_cycle.get(cycle.id)
        if ways is None:
            # Cycles with the same sessions in the same states share their ways.
            shape = tuple((one.counted.number, one.counted.status) for one in cycle.planned)
            ways = self.of_cycle[cycle.id] = self.known.setdefault(shape, {})
        marks = tuple(map(stored.get, cycle.session_ids))
        key = (belonged(cycle, memberships, exit_on), marks)
        way = ways.get(key)
        if way is None:
            way = ways[key] = way_through(cycle, memberships, marks, exit_on, self.makeups)
        return Course(cycle, way, min((cycle.planned[place].counted.on for place in way.came), default=None))

    def __iter__(self) -> Iterator[AttendanceFact]:
        return (
            AttendanceFact(enrolment, *row)
            for enrolment, way in zip(self.enrolments, self.ways, strict=True)
            for row in way.attended
        )

    def gathered(self, enrolments: Container[str]) -> Iterator[tuple[list[tuple[int, bool, bool]], int]]:
        """Give number, expected and attended of the sessions of each way, and how many of `enrolments` went it."""
        times: dict[int, list[Any]] = {}
        for enrolment, way in zip(self.enrolments, self.ways, strict=True):
            if enrolment in enrolments:
                times.setdefault(id(way), [way, 0])[1] += 1
        for way, many in times.values():
            yield [(number, expected, came) for number, _, expected, came in way.attended], many


def memberships_of(
    enrolment: EnrolmentRow, rows: Sequence[Any], cycles: dict[str, CycleRow]
) -> tuple[Membership, ...]:
    """Give from when to when a person belonged; without a row, from enrolling to leaving."""
    return tuple(
        Membership(row[1], DAYS[row[2]], _left(DAYS[row[3]], enrolment.exit_on, cycles[row[1]]))
        for row in rows
    ) or (Membership(enrolment.cycle_id, enrolment.enrolled_on, enrolment.exit_on),)


def _left(left: date | None, exit_on: date | None, cycle: CycleRow) -> date | None:
    """Give the day of leaving; the closing of a cycle is not leaving, so its last day still counts."""
    return None if exit_on is None and cycle.closed and left == cycle.closed_on else left


def belonged(cycle: CycleRow, memberships: Sequence[Membership], exit_on: date | None) -> tuple[bool, ...]:
    """Say of each planned session whether the person belonged to the cycle that day and had not left it."""
    if len(memberships) == 1 and cycle.first_held is not None:
        only = memberships[0]
        if only.left_on is None and exit_on is None and only.covers(cycle.first_held):
            # Who was there the first day and never left was there every day: most people.
            return _ALL
    found = tuple(
        is_member_on(memberships, one.counted.on) and (exit_on is None or one.counted.on < exit_on)
        for one in cycle.planned
        if one.counted.status == HELD
    )
    return _ALL if all(found) else found


@lru_cache(maxsize=64)
def mark_of(status: str, stayed_half: bool | None) -> Mark:
    """Give the mark as the rules of attendance take it; SQLite has 1 for true."""
    return Mark(AttendanceStatus(status), stayed_half=None if stayed_half is None else bool(stayed_half))


def way_through(
    cycle: CycleRow,
    memberships: tuple[Membership, ...],
    stored: Sequence[Any],
    exit_on: date | None,
    makeups: bool,
) -> Way:
    """Ask the rules about one enrolment in one cycle; `stored`: the mark of each planned session, if any."""
    found = [None if one is None else mark_of(*one) for one in stored]
    both = list(zip(cycle.planned, found, strict=True))
    sessions = [one.counted for one, _ in both if one.counted.status == HELD]
    marks = {
        one.counted.number: mark for one, mark in both if mark is not None and one.counted.status == HELD
    }
    came = tuple(
        place
        for place, (one, mark) in enumerate(both)
        if mark is not None and first_attended([one.counted], {one.counted.number: mark}, makeups)
    )
    told = tuple(
        told_of(one.counted, memberships, raw, exit_on, makeups)
        for one, raw in zip(cycle.planned, stored, strict=True)
    )
    return Way(
        summarise(sessions, marks, memberships, exit_on, makeups),
        tuple(attended_sessions(sessions, marks, memberships, exit_on, makeups)),
        came,
        told,
    )


def told_of(
    session: HeldSession, memberships: Sequence[Membership], stored: Any, exit_on: date | None, makeups: bool
) -> Told:
    """Give what a list prints of one session."""
    mark = None if stored is None else mark_of(*stored)
    expected = is_expected(session, memberships, mark, exit_on)
    came = mark is not None and expected and counts_as_attended(mark, makeups)
    return None if stored is None else stored[0], int(expected), int(came)


def attended_sessions(
    sessions: Sequence[HeldSession],
    marks: dict[int, Mark],
    memberships: Sequence[Membership],
    exit_on: date | None,
    makeups: bool,
) -> Iterator[AttendedSession]:
    """Give number, status, expected and attended of each session at which the person was expected or marked."""
    for session in sessions:
        mark = marks.get(session.number)
        expected = is_expected(session, memberships, mark, exit_on)
        if expected or mark is not None:
            came = mark is not None and expected and counts_as_attended(mark, makeups)
            yield session.number, None if mark is None else mark.status, expected, came


# --- somebody who moved from one group to another ----------------------------------------------------------------


def moved_course(
    memberships: tuple[Membership, ...],
    stored: dict[str, Any],
    exit_on: date | None,
    cycles: dict[str, CycleRow],
    makeups: bool,
) -> Course:
    """Gather over several cycles: each number once, the session attended before one missed or not marked."""
    through = list(dict.fromkeys(one.group for one in memberships))
    best: dict[int, tuple[int, HeldSession, Mark | None]] = {}
    for cycle_id in through:
        for session_id, session in cycles[cycle_id].held.items():
            mark = mark_of(*stored[session_id]) if session_id in stored else None
            inside = any(one.group == cycle_id and one.covers(session.on) for one in memberships)
            if mark is None and not inside:
                continue
            worth = 0 if mark is None else (2 if counts_as_attended(mark) else 1)
            if session.number not in best or worth > best[session.number][0]:
                best[session.number] = (worth, session, mark)
    marks = {number: mark for number, (_, _, mark) in best.items() if mark is not None}
    sessions = [best[number][1] for number in sorted(best)]
    went = Way(
        summarise(sessions, marks, memberships, exit_on, makeups),
        tuple(attended_sessions(sessions, marks, memberships, exit_on, makeups)),
    )
    lines = tuple(
        line
        for cycle_id in through
        for line in moved_lines(cycles[cycle_id], memberships, stored, exit_on, makeups, len(through) > 1)
    )
    started_on = first_attended(sessions, marks, makeups)
    return Course(cycles[memberships[-1].group], went, started_on, lines)


def moved_lines(
    cycle: CycleRow,
    memberships: Sequence[Membership],
    stored: dict[str, Any],
    exit_on: date | None,
    makeups: bool,
    several: bool,
) -> Iterator[Line]:
    """Give what a list prints of the sessions of one of the cycles, the cells of the session first."""
    for session_id, session in zip(cycle.session_ids, cycle.planned, strict=True):
        found = stored.get(session_id)
        if several and found is None:
            # Somebody who moved on has no rows for what the group did before or afterwards.
            inside = (one.covers(session.counted.on) for one in memberships if one.group == cycle.id)
            if not any(inside):
                continue
        told = told_of(session.counted, memberships, found, exit_on, makeups)
        yield (*cycle.cells_of(session), *told)

"""Old registers laid against groups, cycles, sessions and members that exist: what is new, what differs.

A register never makes groups, cycles or members: whatever is missing is named in a sentence. A coarse word of a
sheet ("came") never replaces a finer one that is known ("came late").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gipt.domain.attendance import CAME, MISSED, AttendanceStatus
from gipt.domain.names import normalise_name
from gipt.intake.records import MeasureEntry, RegisterMark, RegisterRow
from gipt.intake.results import RowResult, RowState
from gipt.queries.import_cycles import CycleFacts, KnownGroup, known_groups
from gipt.queries.import_measures import differs
from gipt.queries.import_people import is_recent, is_urgent
from gipt.queries.import_places import Headings, ImportSites
from gipt.queries.import_plans import Candidate, Choices, PlannedRow

GONE = ("cancelled", "merged")


@dataclass(frozen=True, slots=True)
class PlannedMark:
    """One mark to be written: the session, the day it was held, the status."""

    session_id: str
    held_on: date
    status: str


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """One measure to be written, with the session or label that it belongs to and its day."""

    entry: MeasureEntry
    on_date: date
    session_id: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What was resolved for one row."""

    cycle_id: str = ""
    enrolment_id: str = ""
    member_id: str = ""
    marks: tuple[PlannedMark, ...] = ()
    entries: tuple[PlannedEntry, ...] = ()


# --- the plan -----------------------------------------------------------------------------------------------------


def plan_registers(
    rows: Sequence[RowResult], choices: Choices, sites: ImportSites, headings: Headings, today: date
) -> tuple[PlannedRow, ...]:
    """Lay the rows of a register against what is known; a fixed number of statements."""
    records = [row.record for row in rows if isinstance(row.record, RegisterRow)]
    planner = _Planner(known_groups(records, sites), choices, headings, today, {})
    return tuple(
        planner.plan(row, row.record)
        if isinstance(row.record, RegisterRow) and row.state is not RowState.SKIP
        else PlannedRow(row)
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    groups: Mapping[str, KnownGroup]
    choices: Choices
    headings: Headings
    today: date
    held: dict[str, date]

    def plan(self, row: RowResult, record: RegisterRow) -> PlannedRow:
        """Resolve one row, step by step; the first thing that is missing is said."""
        urgent = any(is_urgent(entry, self.today) for entry in record.measures)
        row, cycle = self._cycle(row, record)
        if cycle is None:
            return PlannedRow(row, urgent=urgent)
        row, enrolment_id, asked, decided = self._member(row, record, cycle)
        if not enrolment_id:
            state = RowState.PROBLEM if row.state is RowState.PROBLEM else RowState.MAYBE_SAME
            return PlannedRow(replace(row, state=state), candidates=asked, decided=decided, urgent=urgent)
        member_id = cycle.members[enrolment_id][0].member_id
        row, marks, changed = self._marks(row, record, cycle, enrolment_id)
        row, entries, again = self._entries(row, record, cycle, enrolment_id, member_id)
        urgent = any(one.entry.safety_positive and is_recent(one.on_date, self.today) for one in entries)
        facts = RegisterFacts(cycle.cycle_id, enrolment_id, member_id, tuple(marks), tuple(entries))
        labels = (*(["attendance"] if changed else []), *(["check_in"] if again else []))
        return PlannedRow(
            replace(row, state=self._state(row, facts, labels)),
            member_id,
            labels,
            asked,
            decided,
            urgent,
            facts,
        )

    def _state(self, row: RowResult, facts: RegisterFacts, labels: tuple[str, ...]) -> RowState:
        if row.state is RowState.PROBLEM:
            return row.state
        if not facts.marks and not facts.entries:
            return RowState.UNCHANGED
        return RowState.UPDATE if labels else RowState.NEW

    def _cycle(self, row: RowResult, record: RegisterRow) -> tuple[RowResult, CycleFacts | None]:
        group = self.groups.get(normalise_name(record.group))
        if group is None:
            return self.headings.fault(row, "group", "unknown_group", value=record.group), None
        if not group.cycles:
            return self.headings.fault(row, "group", "no_cycle", group=group.code), None
        cycle = group.cycle(record.cycle)
        if cycle is None:
            return self.headings.fault(
                row, "cycle", "unknown_cycle", value=record.cycle, group=group.code
            ), None
        if cycle.status == "planned":
            return self.headings.fault(row, "group", "cycle_not_started", group=group.code), None
        return row, cycle

    def _member(
        self, row: RowResult, record: RegisterRow, cycle: CycleFacts
    ) -> tuple[RowResult, str, tuple[Candidate, ...], str]:
        """Find the member; who only sounds alike is asked about."""
        name_field = "member_code" if record.member_code else "member_name"
        said = record.member_code or record.member_name
        if record.member_code and (found := cycle.enrolment_of(record.member_code)):
            return row, found, (), ""
        exact = cycle.called(record.member_name) if record.member_name else []
        if len(exact) == 1:
            return row, exact[0], (), ""
        if len(exact) > 1:
            return (
                self.headings.fault(row, "member_name", "two_in_group", value=said, group=cycle.group),
                "",
                (),
                "",
            )
        alike = cycle.sounding(record.member_name) if record.member_name else []
        asked = tuple(self._candidate(cycle, one) for one in alike)
        decided = self.choices.decisions.get(f"{row.sheet}!{row.row}", "")
        chosen = decided.partition(":")[2]
        if chosen in alike:
            return row, chosen, asked, decided
        if not asked or decided == "different":
            row = self.headings.fault(row, name_field, "not_in_group", value=said, group=cycle.group)
            return row, "", asked, decided
        return row, "", asked, ""

    def _candidate(self, cycle: CycleFacts, enrolment_id: str) -> Candidate:
        one = cycle.members[enrolment_id][0]
        return Candidate(f"same:{enrolment_id}", one.code, one.name or "", one.birth_year)

    # --- marks

    def _marks(
        self, row: RowResult, record: RegisterRow, cycle: CycleFacts, enrolment_id: str
    ) -> tuple[RowResult, list[PlannedMark], bool]:
        marks, changed = [], False
        for mark in record.marks:
            row, session, held_on = self._session(row, cycle, mark)
            if session is None:
                continue
            before = cycle.attendance.get((session.id, enrolment_id))
            if before is not None and _says_the_same(before, mark.status):
                continue
            if before is None and not cycle.was_member(enrolment_id, held_on):
                row = self._fault_at(row, mark, "not_expected", group=cycle.group, day=held_on.isoformat())
                continue
            changed = changed or before is not None
            marks.append(PlannedMark(session.id, held_on, mark.status.value))
        return row, marks, changed

    def _session(self, row: RowResult, cycle: CycleFacts, mark: RegisterMark) -> tuple[RowResult, Any, date]:
        """Find the session of a mark, and the day on which it was held."""
        none = date.min
        session = _find_session(cycle, mark.session, mark.held_on)
        if session is None:
            return self._no_session(row, cycle, mark), None, none
        about = {"value": session.number, "group": cycle.group}
        if session.status in GONE:
            return self._fault_at(row, mark, "session_cancelled", **about), None, none
        held_on = mark.held_on or session.held_on or self.held.get(session.id) or session.on_date
        known = session.held_on or self.held.get(session.id)
        if known is not None and known != held_on:
            return self._fault_at(row, mark, "session_other_day", day=known.isoformat(), **about), None, none
        if held_on > self.today:
            return self._fault_at(row, mark, "session_not_yet", **about), None, none
        if mark.held_on is not None:
            self.held[session.id] = held_on
        return row, session, held_on

    def _no_session(self, row: RowResult, cycle: CycleFacts, mark: RegisterMark) -> RowResult:
        if mark.session is not None:
            return self._fault_at(row, mark, "unknown_session", value=mark.session, group=cycle.group)
        day = mark.held_on.isoformat() if mark.held_on else ""
        return self._fault_at(row, mark, "no_session_on", day=day, group=cycle.group)

    def _fault_at(self, row: RowResult, mark: RegisterMark, code: str, **details: Any) -> RowResult:
        """Add a fault at the cell of a mark, under the heading of its column."""
        guess = self.headings.guesses[row.sheet]
        column = next((one for one in guess.columns if mark.cell == f"{one.letters}{row.row}"), None)
        return self.headings.fault(row, column.field if column else "", code, **details)

    # --- measures

    def _entries(
        self, row: RowResult, record: RegisterRow, cycle: CycleFacts, enrolment_id: str, member_id: str
    ) -> tuple[RowResult, list[PlannedEntry], bool]:
        planned, again = [], False
        for entry in record.measures:
            row, one = self._entry(row, entry, cycle)
            if one is None:
                continue
            stored = cycle.measures.get((enrolment_id, entry.point, one.session_id, one.label, entry.measure))
            if not differs(entry, stored):
                continue
            if entry.totals_only and stored is not None and stored.answers:
                row = self.headings.fault(row, "", "total_beside_answers")
                continue
            again = again or stored is not None
            planned.append(one)
        return row, planned, again

    def _entry(
        self, row: RowResult, entry: MeasureEntry, cycle: CycleFacts
    ) -> tuple[RowResult, PlannedEntry | None]:
        if entry.point == "session":
            mark = RegisterMark(AttendanceStatus.PRESENT, entry.session, entry.taken_on, entry.cell)
            if entry.session is not None:
                mark = replace(mark, held_on=None)
            row, session, held_on = self._session(row, cycle, mark)
            if session is None:
                return row, None
            return row, PlannedEntry(entry, entry.taken_on or held_on, session.id)
        on_date = entry.taken_on or min(_usual_day(entry.point, cycle), self.today)
        label = _follow_up_label(cycle, on_date) if entry.point == "follow_up" else None
        return row, PlannedEntry(entry, on_date, None, label)


def _says_the_same(before: str, status: AttendanceStatus) -> bool:
    """Say whether the stored mark says what the sheet says, or says it more exactly."""
    stored = AttendanceStatus(before)
    if status is AttendanceStatus.PRESENT:
        return stored in CAME
    if status is AttendanceStatus.ABSENT_UNKNOWN:
        return stored in MISSED or stored is AttendanceStatus.MAKEUP_DONE
    return stored is status


def _find_session(cycle: CycleFacts, number: int | None, on: date | None) -> Any:
    """Find a core session by number, else by the day it was held or planned; a live one before a cancelled one."""
    if number is not None:
        found = [one for one in cycle.sessions if one.kind == "core" and one.number == number]
    else:
        found = [one for one in cycle.sessions if on is not None and one.held_on == on]
        found = found or [one for one in cycle.sessions if one.on_date == on and one.held_on is None]
    return min(found, key=lambda one: one.status in GONE, default=None)


def _usual_day(point: str, cycle: CycleFacts) -> date:
    """Give the day that a measure without a date is taken for: the last one on which it can have been asked."""
    if point in ("screening", "pre_group"):
        return cycle.first_on
    core = [
        one.held_on or one.on_date for one in cycle.sessions if one.kind == "core" and one.status not in GONE
    ]
    last = max(core, default=cycle.first_on)
    return max(last, cycle.closed_on or last) if point == "follow_up" else last


def _follow_up_label(cycle: CycleFacts, on: date) -> str | None:
    """Give the label of the follow-up meeting that is nearest to a day."""
    meetings = [one for one in cycle.sessions if one.kind == "follow_up" and one.status not in GONE]
    nearest = min(meetings, key=lambda one: abs((one.on_date - on).days), default=None)
    return None if nearest is None else str(nearest.label)

"""Writing registers of a spreadsheet: marks by session, measures by member, through the actions that pages use."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gipt.actions import trace
from gipt.actions.assessments import Target
from gipt.actions.import_people import write_entry
from gipt.actions.import_rows import Outcome, Writer, one_row
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.db import db
from gipt.domain.problems import Problem
from gipt.models import AbsenceFollowUp, Answer, Assessment, Attendance, Cycle, Enrolment, Membership, Session
from gipt.queries.import_measures import known_in_cycles
from gipt.queries.import_plans import PlannedRow
from gipt.queries.import_registers import PlannedMark, RegisterFacts
from gipt.words import sentence

CORRECTION = "From a spreadsheet"
"""Why a mark of a closed meeting was changed; stands in the record, not on a page for members."""

_SESSIONS: Any = Session.__table__
_ASSESSMENTS: Any = Assessment.__table__
_ANSWERS: Any = Answer.__table__


def _sessions(ids: Sequence[str]) -> Any:
    return sa.select(_SESSIONS.c.id).where(_SESSIONS.c.cycle_id.in_(ids))


def _enrolments(ids: Sequence[str]) -> Any:
    moved = sa.select(Membership.enrolment_id).where(Membership.cycle_id.in_(ids))
    return sa.union(sa.select(Enrolment.id).where(Enrolment.cycle_id.in_(ids)), moved)


def _assessments(ids: Sequence[str]) -> Any:
    return sa.select(_ASSESSMENTS.c.id).where(_ASSESSMENTS.c.enrolment_id.in_(_enrolments(ids)))


def _scopes() -> tuple[trace.Scope, ...]:
    cycles: Any = Cycle.__table__
    marks: Any = Attendance.__table__
    tasks: Any = AbsenceFollowUp.__table__
    return (
        trace.Scope(cycles, lambda ids: cycles.c.id.in_(ids)),
        trace.Scope(_SESSIONS, lambda ids: _SESSIONS.c.cycle_id.in_(ids)),
        trace.Scope(marks, lambda ids: marks.c.session_id.in_(_sessions(ids))),
        trace.Scope(tasks, lambda ids: tasks.c.session_id.in_(_sessions(ids))),
        trace.Scope(_ASSESSMENTS, lambda ids: _ASSESSMENTS.c.id.in_(_assessments(ids))),
        trace.Scope(_ANSWERS, lambda ids: _ANSWERS.c.assessment_id.in_(_assessments(ids))),
    )


SCOPES = _scopes()


def write_registers(rows: Sequence[PlannedRow], writer: Writer, outcome: Outcome) -> None:
    """Write cycle by cycle: first the marks, session by session, then the measures, row by row."""
    by_cycle: dict[str, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        by_cycle[row.facts.cycle_id].append(row)
    for cycle_id, mine in by_cycle.items():
        before = trace.read(SCOPES, [cycle_id])
        refused = _write_marks(mine, writer)
        good = [row for row in mine if row.key not in refused]
        outcome.kept.update(refused)
        stored = known_in_cycles([row.facts.enrolment_id for row in mine])
        for row in good:
            with one_row(row, outcome):
                _write_entries(row, writer, stored)
        db.session.flush()
        outcome.position = trace.store(
            writer.import_id, before, trace.read(SCOPES, [cycle_id]), outcome.position
        )
        db.session.expunge_all()


def _write_marks(rows: Sequence[PlannedRow], writer: Writer) -> dict[str, str]:
    """Write the marks of each session at once; gives rows whose session was refused, with the sentence."""
    sessions: dict[str, list[tuple[PlannedRow, PlannedMark]]] = defaultdict(list)
    for row in rows:
        for mark in row.facts.marks:
            sessions[mark.session_id].append((row, mark))
    refused: dict[str, str] = {}
    for session_id, marked in sorted(sessions.items(), key=lambda one: one[1][0][1].held_on):
        record = SessionRecord(
            session_id=session_id,
            held_on=marked[0][1].held_on,
            marks=tuple(Mark(row.facts.enrolment_id, mark.status) for row, mark in marked),
            via="sheet",
            correction=CORRECTION,
        )
        try:
            with db.session.begin_nested():
                record_session(record=record, by=writer.by, now=writer.now)
        except Problem as problem:
            refused.update({row.key: str(sentence(problem)) for row, _mark in marked})
    return refused


def _write_entries(row: PlannedRow, writer: Writer, stored: Any) -> None:
    facts = row.facts
    assert isinstance(facts, RegisterFacts)
    for one in facts.entries:
        target = Target(
            member_id=facts.member_id,
            measure=one.entry.measure,
            point=one.entry.point,
            on_date=one.on_date,
            enrolment_id=facts.enrolment_id,
            session_id=one.session_id,
            cycle_id=facts.cycle_id,
            label=one.label,
            mode="sheet",
        )
        key = (facts.enrolment_id, one.entry.point, one.session_id, one.label, one.entry.measure)
        write_entry(target, one.entry, stored.get(key), writer)

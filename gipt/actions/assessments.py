"""Writes of measures: one answer at a time, a whole form, a total without answers, a refusal.

Safety comes first (decision 7): an answer to a safety item is judged in the same transaction that stores it, and
answers that can be read are stored although others on the form cannot. Nothing is ever filled in.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.actions.safety import note_assessment_safety
from gipt.actions.worse_scores import note_if_worse
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.measures import (
    Answer,
    Measure,
    MissingReason,
    TotalScale,
    get_measure_by_key,
    parse_answer,
    parse_answers,
    parse_total,
    score,
    score_of_total,
)
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.domain.risk import SafetyState, safety_of_texts, safety_state
from gipt.models import Answer as AnswerRow
from gipt.models import AnswerCorrection, Assessment, Cycle, Enrolment, Group, Member, Programme


@dataclass(frozen=True, slots=True)
class Target:
    """Say whom, with what and when: `measure` is a key such as `phq9` or `whodas12@1-5`.

    An assessment in a session is found again by session, enrolment and measure; any other by enrolment (or
    member), point, label and measure, so that a second save goes on with the first.
    """

    member_id: str
    measure: str
    point: str
    on_date: date
    enrolment_id: str | None = None
    session_id: str | None = None
    screening_id: str | None = None
    cycle_id: str | None = None
    label: str | None = None
    mode: str = "interviewer"
    relation: str | None = None
    language: str | None = None
    wording: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form as typed: item ids with the typed text; items that are not named were not asked."""

    texts: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldSafety:
    """A safety answer that was stored and is not acted on yet: whose, in which assessment, what it says."""

    assessment_id: str
    member_id: str
    state: str
    item: str | None


_held: ContextVar["list[HeldSafety] | None"] = ContextVar("gipt_held_safety", default=None)


@contextmanager
def holding_safety() -> Iterator[list[HeldSafety]]:
    """Collect safety answers instead of opening episodes: for imports, where an answer may be years old.

    Whoever holds must decide about each in the same transaction (`gipt.actions.import_safety` does).
    """
    found: list[HeldSafety] = []
    token = _held.set(found)
    try:
        yield found
    finally:
        _held.reset(token)


@action("answer_item")
def answer_item(
    *, target: Target, item: str, text: str, by: Actor, now: datetime, op: str | None = None
) -> dict[str, Any]:
    """Store one answer; gives `assessment_id`, `safety`, and `missing`: the items not asked yet, in order."""
    measure = get_measure_by_key(target.measure)
    found = measure.find_item(item)
    if found is None:
        raise Invalid(field=item, reason="unknown_item")
    answer = parse_answer(text, found)
    if answer is MissingReason.BLANK:
        raise Invalid(field=item, reason="choose_one")
    row = _open(target, measure, by, now)
    answers = _store(row, {item: answer}, by, now)
    state = _conclude(row, measure, answers, by, now, asked=frozenset({item}))
    note_if_worse(row, by, now)
    audit("answer_item", by=by, now=now, entity="assessment", entity_id=row.id, op=op, item=item)
    waiting = [one.id for one in measure.items if one.id not in answers]
    return {"assessment_id": row.id, "safety": state.value, "missing": waiting, "done": row.status == "done"}


@action("record_assessment")
def record_assessment(
    *, target: Target, form: Form, by: Actor, now: datetime, op: str | None = None
) -> dict[str, Any]:
    """Store a whole form; gives `assessment_id`, `safety`, `total` and `faults`, one per answer that cannot be read.

    Readable answers are stored although others are not, and the page then asks for the rest: so a positive safety
    item is never lost to a slip elsewhere. With faults the assessment stays "started" and has no total.
    """
    measure = get_measure_by_key(target.measure)
    parsed = parse_answers(form.texts, measure)
    given = {name: answer for name, answer in parsed.answers.items() if answer is not MissingReason.NOT_ASKED}
    row = _open(target, measure, by, now)
    answers = _store(row, given, by, now)
    state = _conclude(row, measure, answers, by, now, finished=not parsed.faults, asked=frozenset(given))
    typed = safety_of_texts(measure, form.texts)
    if typed.state is SafetyState.POSITIVE and not set(typed.items) & set(given):
        # A number that the item does not offer, such as 4, may be a slip; it is treated as the danger it may be.
        state = typed.state
        row.safety = state.value
        _note_safety(row, state, typed.items[0], by, now)
    note_if_worse(row, by, now)
    audit(
        "record_assessment",
        by=by,
        now=now,
        entity="assessment",
        entity_id=row.id,
        op=op,
        answered=row.answered,
        faults=len(parsed.faults),
    )
    return {
        "assessment_id": row.id,
        "safety": state.value,
        "total": row.total,
        "done": row.status == "done",
        "faults": [
            {key: value for key, value in fault.details.items() if key != "value"} for fault in parsed.faults
        ],
    }


@action("record_total")
def record_total(
    *, target: Target, text: str, scale: str | None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Store a total that came without answers; its safety is unknown and reports mark it. Gives the assessment id."""
    measure = get_measure_by_key(target.measure)
    total = parse_total(text, measure, scale=TotalScale(scale) if scale else None)
    row = _open(target, measure, by, now)
    if row.answered:
        raise Conflict(reason="answers_exist")
    counted = score_of_total(measure, total)
    row.total, row.total_only, row.status, row.changed_at = counted.total, True, "done", now
    row.safety = SafetyState.UNKNOWN.value if measure.safety_items else SafetyState.NOT_ASKED.value
    note_if_worse(row, by, now)
    audit("record_total", by=by, now=now, entity="assessment", entity_id=row.id, op=op)
    return row.id


@action("decline_assessment")
def decline_assessment(*, target: Target, by: Actor, now: datetime, op: str | None = None) -> str:
    """Note that the person did not want to be asked; what was answered before stays. Gives the assessment id."""
    measure = get_measure_by_key(target.measure)
    row = _open(target, measure, by, now)
    if row.status != "done":
        row.status, row.changed_at = "declined", now
        if measure.safety_items and row.safety in ("not_asked", "unknown"):
            # Somebody who would not be asked may be somebody in danger: the supervisor hears of it.
            row.safety = SafetyState.UNKNOWN.value
            _note_safety(row, SafetyState.UNKNOWN, measure.safety_items[0].item_id, by, now)
    audit("decline_assessment", by=by, now=now, entity="assessment", entity_id=row.id, op=op)
    return row.id


@action("drop_assessment")
def restart_assessment(*, target: Target, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take back answers that belong to somebody else ("This is not her"); the old ones stay in the record.

    A safety episode that they opened stays open: only a supervisor or clinician closes it.
    """
    measure = get_measure_by_key(target.measure)
    row = _open(target, measure, by, now)
    stored = db.session.scalars(sa.select(AnswerRow).where(AnswerRow.assessment_id == row.id)).all()
    for answer in stored:
        db.session.add(_correction(answer, by, now))
        db.session.delete(answer)
    row.status, row.total, row.answered, row.safety, row.changed_at = "started", None, 0, "not_asked", now
    audit(
        "restart_assessment",
        by=by,
        now=now,
        entity="assessment",
        entity_id=row.id,
        op=op,
        answers=len(stored),
    )
    return row.id


def _open(target: Target, measure: Measure, by: Actor, now: datetime) -> Assessment:
    """Find the assessment of the target, or begin it."""
    where = [Assessment.measure == measure.key, Assessment.member_id == target.member_id]
    if target.session_id is not None:
        where += [Assessment.session_id == target.session_id, Assessment.enrolment_id == target.enrolment_id]
    else:
        where += [
            Assessment.session_id.is_(None),
            Assessment.point == target.point,
            Assessment.enrolment_id.is_not_distinct_from(target.enrolment_id),
            Assessment.screening_id.is_not_distinct_from(target.screening_id),
            Assessment.label.is_not_distinct_from(target.label),
        ]
        if target.enrolment_id is None and target.screening_id is None:
            where.append(Assessment.on_date == target.on_date)
    found: Assessment | None = db.session.scalar(sa.select(Assessment).where(*where).limit(1))
    if found is not None:
        return found
    if db.session.scalar(sa.select(Member.id).where(Member.id == target.member_id)) is None:
        raise NotFound(kind="member")
    row = Assessment(
        id=new_id(),
        member_id=target.member_id,
        enrolment_id=target.enrolment_id,
        session_id=target.session_id,
        screening_id=target.screening_id,
        measure=measure.key,
        measure_version=measure.version,
        convention=measure.convention,
        wording=target.wording,
        language=target.language,
        point=target.point,
        label=target.label,
        on_date=target.on_date,
        mode=target.mode,
        relation=target.relation,
        assessor_id=by.staff_id,
        status="started",
        answered=0,
        safety="not_asked",
        total_only=False,
        prorated=False,
        created_at=now,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _store(row: Assessment, given: Mapping[str, Answer], by: Actor, now: datetime) -> dict[str, Answer]:
    """Store answers, keep what they replace, and give all answers of the assessment."""
    stored = {
        one.item: one
        for one in db.session.scalars(sa.select(AnswerRow).where(AnswerRow.assessment_id == row.id))
    }
    for item, answer in given.items():
        value, missing = (None, answer.value) if isinstance(answer, MissingReason) else (answer, None)
        before = stored.get(item)
        if before is None:
            stored[item] = AnswerRow(assessment_id=row.id, item=item, value=value, missing=missing, at=now)
            db.session.add(stored[item])
        elif (before.value, before.missing) != (value, missing):
            db.session.add(_correction(before, by, now))
            before.value, before.missing, before.at = value, missing, now
    return {
        name: MissingReason(one.missing) if one.missing else int(one.value or 0)
        for name, one in stored.items()
    }


def _correction(answer: AnswerRow, by: Actor, now: datetime) -> AnswerCorrection:
    return AnswerCorrection(
        assessment_id=answer.assessment_id,
        item=answer.item,
        value_before=answer.value,
        missing_before=answer.missing,
        by_id=by.staff_id,
        at=now,
    )


def _conclude(
    row: Assessment,
    measure: Measure,
    answers: Mapping[str, Answer],
    by: Actor,
    now: datetime,
    *,
    asked: frozenset[str],
    finished: bool = False,
) -> SafetyState:
    """Count the answers, set total and status, and open or join a safety episode where the answers ask for it.

    Only a safety item that was answered just now makes an episode unseen again: correcting another answer of an
    old form must not.
    """
    # The only reason to read the programme here: whether it turned proration on.
    prorate = bool(db.session.scalar(sa.select(Programme.prorate)))
    counted = score(measure, answers, prorate)
    row.answered, row.total, row.prorated = counted.answered, counted.total, counted.prorated
    row.total_only, row.changed_at = False, now
    if finished or all(item.id in answers for item in measure.items):
        row.status = "done"
    elif row.status == "declined":
        row.status = "started"
    found = safety_state(measure, answers)
    touched = asked & {one.item_id for one in measure.safety_items}
    if found.state is SafetyState.UNKNOWN and not touched and row.status != "done":
        return SafetyState(row.safety)  # the safety item comes later in the form
    newly_unknown = found.state is SafetyState.UNKNOWN and row.safety not in ("unknown", "positive")
    if newly_unknown or (found.state is SafetyState.POSITIVE and touched):
        _note_safety(row, found.state, _first(found.items, touched), by, now)
    # The most dangerous value stays with the assessment: a later, milder answer is a matter for people.
    if row.safety != SafetyState.POSITIVE.value:
        row.safety = found.state.value
    return SafetyState(row.safety)


def _first(items: Any, touched: frozenset[str]) -> str | None:
    return next(iter(items or sorted(touched)), None)


def _note_safety(row: Assessment, state: SafetyState, item: str | None, by: Actor, now: datetime) -> None:
    held = _held.get()
    if held is not None:
        held.append(HeldSafety(row.id, row.member_id, state.value, item))
        return
    db.session.flush()
    open_for(HeldSafety(row.id, row.member_id, state.value, item), row, by, now)


def open_for(found: HeldSafety, row: Assessment, by: Actor, now: datetime) -> str | None:
    """Open or join the episode of a safety answer at the place of the group, else of the person; gives its id."""
    place = db.session.execute(
        sa.select(Member.site_id, Group.site_id.label("group_site"), Enrolment.cycle_id)
        .select_from(Member)
        .outerjoin(Enrolment, Enrolment.id == row.enrolment_id)
        .outerjoin(Cycle, Cycle.id == Enrolment.cycle_id)
        .outerjoin(Group, Group.id == Cycle.group_id)
        .where(Member.id == row.member_id)
    ).one()
    return note_assessment_safety(
        assessment_id=row.id,
        member_id=row.member_id,
        site_id=place.group_site or place.site_id,
        cycle_id=place.cycle_id,
        session_id=row.session_id,
        state=found.state,
        item=found.item,
        by=by,
        now=now,
    )

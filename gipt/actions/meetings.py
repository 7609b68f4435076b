"""Writes around a meeting: closing it, that it did not happen, somebody new, asking after who did not come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.fidelity import rate_fidelity
from gipt.actions.registers import session_row
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import AbsenceFollowUp, Session, Visitor
from gipt.models.groups import CANCEL_REASONS


@dataclass(frozen=True, slots=True)
class Closing:
    """How a meeting went (F15); every field may be empty, closing never blocks.

    `fidelity` holds {item key: rating}; None leaves what was said before.
    """

    session_id: str
    feel: str | None = None
    steps_done: tuple[str, ...] = ()
    minutes_held: int | None = None
    children_present: int | None = None
    note: str | None = None
    turnout_decision: str | None = None
    fidelity: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FollowUpRecord:
    """What came of asking after somebody who did not come (F13)."""

    session_id: str
    enrolment_id: str
    tried_by: str | None = None
    reached: str | None = None
    reason: str | None = None
    coming: str | None = None
    note: str | None = None


@action("add_visitor")
def add_visitor(*, session_id: str, name: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Note somebody new who came; not counted until a coordinator decides. Gives the visitor's id."""
    session = session_row(session_id, by, now.date())
    if not name.strip():
        raise Invalid(field="visitor", reason="missing")
    visitor_id = new_id()
    db.session.add(
        Visitor(id=visitor_id, session_id=session.id, name=name.strip(), by_id=by.staff_id, created_at=now)
    )
    audit("add_visitor", by=by, now=now, entity="session", entity_id=session_id, op=op)
    return visitor_id


@action("decide_visitor")
def decide_visitor(*, visitor_id: str, decision: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Decide about somebody new who came: added as a member by the office, or a visit only."""
    require(by, Permission.MEETING_OFFICE)
    visitor = db.session.get(Visitor, visitor_id)
    if visitor is None or decision not in ("added", "visit_only"):
        raise NotFound(kind="visitor")
    session_row(visitor.session_id, by, now.date())
    visitor.decision = decision
    audit("decide_visitor", by=by, now=now, entity="visitor", entity_id=visitor_id, op=op, decision=decision)
    return visitor_id


@action("close_session")
def close_session(*, closing: Closing, by: Actor, now: datetime, op: str | None = None) -> str:
    """Close a meeting with what the facilitator says of it; closing again replaces what was said before."""
    session = session_row(closing.session_id, by, now.date())
    if session.status != "held":
        raise Conflict(reason="register_missing")
    db.session.execute(
        sa.update(Session)
        .where(Session.id == closing.session_id)
        .values(
            feel=closing.feel,
            steps_done=list(closing.steps_done),
            minutes_held=closing.minutes_held,
            children_present=closing.children_present,
            note=closing.note,
            low_turnout_decision=closing.turnout_decision,
            closed_at=session.closed_at or now,
            closed_by_id=by.staff_id,
        )
    )
    if closing.fidelity is not None:
        rate_fidelity(session_id=closing.session_id, ratings=closing.fidelity, by=by, now=now)
    audit("close_session", by=by, now=now, entity="session", entity_id=closing.session_id, op=op)
    return closing.session_id


@action("note_guide_step")
def note_guide_step(
    *, session_id: str, steps_done: Sequence[str], by: Actor, now: datetime, op: str | None = None
) -> None:
    """Remember which steps of the guide are done."""
    session_row(session_id, by, now.date())
    db.session.execute(sa.update(Session).where(Session.id == session_id).values(steps_done=list(steps_done)))
    audit(
        "note_guide_step",
        by=by,
        now=now,
        entity="session",
        entity_id=session_id,
        op=op,
        steps=len(steps_done),
    )


@action("report_not_held")
def report_not_held(
    *, session_id: str, reason: str, note: str | None, by: Actor, now: datetime, op: str | None = None
) -> None:
    """Note that a meeting did not happen and why; the coordinator decides what comes of its number."""
    session = session_row(session_id, by, now.date())
    if reason not in CANCEL_REASONS:
        raise Invalid(field="reason", reason="unknown_choice")
    if session.status == "held":
        raise Conflict(reason="session_held", session=session.number)
    if session.status in ("cancelled", "merged"):
        raise Conflict(reason="session_cancelled", session=session.number)
    db.session.execute(
        sa.update(Session)
        .where(Session.id == session_id)
        .values(
            status="cancelled",
            cancel_reason=reason,
            cancel_note=note,
            held_on=None,
            gap="open" if session.kind == "core" else "none",
        )
    )
    audit("report_not_held", by=by, now=now, entity="session", entity_id=session_id, op=op, reason=reason)


@action("record_follow_up")
def record_follow_up(*, record: FollowUpRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Store what came of asking after somebody who did not come; earlier absences are asked after with it."""
    session = session_row(record.session_id, by, now.date())
    found = db.session.scalar(
        sa.select(AbsenceFollowUp).where(
            AbsenceFollowUp.session_id == record.session_id,
            AbsenceFollowUp.enrolment_id == record.enrolment_id,
        )
    )
    if found is None:
        raise NotFound(kind="follow_up")
    found.tried_by, found.reached, found.reason = record.tried_by, record.reached, record.reason
    found.coming, found.note, found.done_at, found.done_by_id = record.coming, record.note, now, by.staff_id
    earlier = sa.select(Session.id).where(
        Session.cycle_id == session.cycle_id, Session.on_date < session.on_date
    )
    db.session.execute(
        sa.update(AbsenceFollowUp)
        .where(
            AbsenceFollowUp.enrolment_id == record.enrolment_id,
            AbsenceFollowUp.done_at.is_(None),
            AbsenceFollowUp.session_id.in_(earlier),
        )
        .values(done_at=now, done_by_id=by.staff_id, tried_by=record.tried_by, reached=record.reached)
    )
    audit(
        "record_follow_up",
        by=by,
        now=now,
        entity="enrolment",
        entity_id=record.enrolment_id,
        op=op,
        reached=record.reached,
    )
    return found.id

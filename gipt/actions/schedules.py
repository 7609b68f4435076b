"""Writes of a schedule that exists: move, cancel, make up, held on another day, hand over.

The preview and the write call exactly the same pure functions; the write calls them again inside its transaction.
Held sessions never move and numbers never change.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.actions.cycles import around, cycle_to_change, new_session
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.problems import Conflict, Invalid
from gipt.domain.scheduling import (
    CancelReason,
    Change,
    ChangeKind,
    ScheduledSession,
    Suggestion,
    Surroundings,
    accept,
    alternatives,
    append,
    cancel,
    hand_over,
    held_on_another_day,
    move_one,
    move_this_and_after,
)
from gipt.models import Assignment, Cycle, Session
from gipt.queries import plans


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change of a schedule: which fields count depends on `kind` (see `gipt.domain.scheduling`)."""

    cycle_id: str
    kind: str
    number: int | None = None
    to: date | None = None
    starts: time | None = None
    venue_id: str | None = None
    reason: str | None = None
    note: str | None = None
    facilitators: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


def preview_change(*, record: ChangeRecord, by: Actor) -> Change:
    """Give what a change would do, session by session, before and after; stores nothing."""
    stored = cycle_to_change(record.cycle_id, by)
    first = min((session.on for session in stored.sessions), default=stored.request.start)
    near = around(stored.site_id, first, but_cycle=record.cycle_id)
    return _change(record, stored, near)


def suggestions(*, cycle_id: str, number: int, by: Actor, today: date) -> tuple[Suggestion, ...]:
    """Give up to three ways out for a session that cannot stay where it is."""
    stored = cycle_to_change(cycle_id, by)
    first = min((session.on for session in stored.sessions), default=stored.request.start)
    near = around(stored.site_id, first, but_cycle=cycle_id)
    return alternatives(stored.request, stored.sessions, number, near, today)


def _change(record: ChangeRecord, stored: plans.StoredCycle, near: Surroundings) -> Change:
    request, sessions, kind = stored.request, stored.sessions, ChangeKind(record.kind)
    if kind is ChangeKind.HAND_OVER:
        if record.first is None:
            raise Invalid(field="first", reason="missing")
        return hand_over(request, sessions, record.facilitators, near, first=record.first, last=record.last)
    if record.number is None:
        raise Invalid(field="number", reason="missing")
    number = record.number
    if kind is ChangeKind.MOVE_THIS_AND_AFTER:
        return move_this_and_after(request, sessions, number, near, record.to)
    if kind is ChangeKind.CANCEL:
        if record.reason is None:
            raise Invalid(field="reason", reason="missing")
        return cancel(request, sessions, number, CancelReason(record.reason), near)
    if kind is ChangeKind.APPEND:
        return append(request, sessions, number, near)
    if kind is ChangeKind.ACCEPT:
        return accept(request, sessions, number, near)
    if record.to is None:
        raise Invalid(field="to", reason="missing")
    if kind is ChangeKind.HELD_ON_ANOTHER_DAY:
        return held_on_another_day(request, sessions, number, record.to, near, starts=record.starts)
    return move_one(request, sessions, number, record.to, near, starts=record.starts, venue=record.venue_id)


@action("change_schedule")
def change_schedule(*, record: ChangeRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Carry out a change of a schedule; raises Conflict (`blocked`) when a hard clash stands against it.

    That a meeting took place on another day is a fact: no clash stands against it.
    """
    stored = cycle_to_change(record.cycle_id, by)
    change = preview_change(record=record, by=by)
    if change.is_blocked and change.kind is not ChangeKind.HELD_ON_ANOTHER_DAY:
        raise Conflict(reason="blocked", field="to", number=record.number)
    for pair in change.pairs:
        if pair.before is None:
            db.session.flush()
            db.session.add(new_session(record.cycle_id, pair.after, now))
        elif change.kind is not ChangeKind.HAND_OVER:
            _store_pair(pair.before.key, pair.after, record)
    if change.kind is ChangeKind.HAND_OVER:
        _store_hand_over(record, stored, now)
    if change.kind is ChangeKind.ACCEPT:
        db.session.execute(
            sa.update(Cycle)
            .where(Cycle.id == record.cycle_id)
            .values(accepted_sessions=sa.func.coalesce(Cycle.accepted_sessions, Cycle.sessions) - 1)
        )
    audit(
        "change_schedule",
        by=by,
        now=now,
        entity="cycle",
        entity_id=record.cycle_id,
        op=op,
        kind=record.kind,
        number=record.number,
        sessions=[pair.after.number for pair in change.pairs],
    )
    return record.cycle_id


def _store_pair(key: str, after: ScheduledSession, record: ChangeRecord) -> None:
    held = after.status.value == "held"
    values = {
        "on_date": after.on,
        "at_time": after.starts,
        "venue_id": after.venue or None,
        "gap": after.gap.value,
        "status": after.status.value,
        "held_on": after.on if held else None,
        "cancel_reason": after.cancel_reason.value if after.cancel_reason else None,
    }
    if held:
        del values["on_date"]  # what was planned stays; "on time" is measured against it
    if after.cancel_reason and record.note:
        values["cancel_note"] = record.note
    db.session.execute(sa.update(Session).where(Session.id == key).values(**values))


def _store_hand_over(record: ChangeRecord, stored: plans.StoredCycle, now: datetime) -> None:
    """Give dated access: for good (the leads end the day before), for a while, or for one meeting."""
    assert record.first is not None
    inside = [
        one
        for one in stored.sessions
        if one.is_open and record.first <= one.on and (record.last is None or one.on <= record.last)
    ]
    only = inside[0].key if record.last is not None and len(inside) == 1 else None
    if record.last is None:
        day_before = record.first - timedelta(days=1)
        leading = sa.and_(
            Assignment.cycle_id == record.cycle_id,
            Assignment.session_id.is_(None),
            Assignment.to_on.is_(None),
        )
        db.session.execute(sa.delete(Assignment).where(leading, Assignment.from_on > day_before))
        db.session.execute(sa.update(Assignment).where(leading).values(to_on=day_before))
    for position, staff_id in enumerate(record.facilitators):
        role = "substitute" if record.last is not None else ("co" if position else "lead")
        db.session.add(
            Assignment(
                id=new_id(),
                cycle_id=record.cycle_id,
                staff_id=staff_id,
                session_id=only,
                role=role,
                # A substitute may look at the group from the hand-over on, not only on the day.
                from_on=min(record.first, now.date()) if record.last is not None else record.first,
                to_on=record.last,
                created_at=now,
            )
        )

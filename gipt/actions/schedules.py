"""Writes of a schedule that exists: move, cancel, make up, held on another day, hand over.

The preview and the write call exactly the same pure functions; the write calls them again inside its transaction.
Held sessions never move and numbers never change.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.actions.cycles import CHANGEABLE, cycle_to_change, new_session
from gipt.actions.planning import around, check_leaders, check_place
from gipt.actions.schedule_undo import remembering
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.domain.scheduling import (
    CancelReason,
    Change,
    ChangeKind,
    FollowUpDate,
    ScheduledSession,
    Suggestion,
    Surroundings,
    accept,
    alternatives,
    append,
    cancel,
    follow_up_dates,
    hand_over,
    held_on_another_day,
    move_one,
    move_this_and_after,
)
from gipt.models import Assignment, Cycle, Session
from gipt.queries import plans

AFTERWARDS = timedelta(days=2)
"""How long a substitute of one meeting may still write down who came."""
FACTS = frozenset({ChangeKind.HELD_ON_ANOTHER_DAY, ChangeKind.CANCEL, ChangeKind.ACCEPT})


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


@dataclass(frozen=True, slots=True)
class FollowUpMove:
    """A follow-up meeting that goes along when the last session moves."""

    session_id: str
    label: str
    before: date
    after: FollowUpDate


def preview_change(*, record: ChangeRecord, by: Actor) -> Change:
    """Give what a change would do, session by session, before and after; stores nothing."""
    stored, near = _standing(record.cycle_id, by)
    return _change(record, stored, near)


def preview_all(*, record: ChangeRecord, by: Actor) -> tuple[Change, list[FollowUpMove]]:
    """Give a change with the follow-up meetings that go along; none when the last session stays."""
    stored, near = _standing(record.cycle_id, by)
    change = _change(record, stored, near)
    return change, _follow_up_moves(stored, change, near)


def _standing(cycle_id: str, by: Actor) -> tuple[plans.StoredCycle, Surroundings]:
    """Give a cycle that may be changed, and what stands against its dates."""
    stored = cycle_to_change(cycle_id, by)
    if stored.status not in CHANGEABLE:
        raise Conflict(reason="cycle_closed")
    first = min((session.on for session in stored.sessions), default=stored.request.start)
    return stored, around(stored.site_id, first, but_cycle=cycle_id)


def suggestions(*, cycle_id: str, number: int, by: Actor, today: date) -> tuple[Suggestion, ...]:
    """Give up to three ways out for a session that cannot stay where it is."""
    stored, near = _standing(cycle_id, by)
    return alternatives(stored.request, stored.sessions, number, near, today)


def _change(record: ChangeRecord, stored: plans.StoredCycle, near: Surroundings) -> Change:
    request, sessions, kind = stored.request, stored.sessions, _kind(record.kind)
    check_place(record.venue_id, stored.site_id)
    check_leaders(record.facilitators, stored.site_id)
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
        return cancel(request, sessions, number, _reason(record.reason), near)
    if kind is ChangeKind.APPEND:
        return append(request, sessions, number, near)
    if kind is ChangeKind.ACCEPT:
        return accept(request, sessions, number, near)
    if record.to is None:
        raise Invalid(field="to", reason="missing")
    if kind is ChangeKind.HELD_ON_ANOTHER_DAY:
        if stored.status == "planned":
            raise Conflict(reason="cycle_not_started")
        return held_on_another_day(request, sessions, number, record.to, near, starts=record.starts)
    return move_one(request, sessions, number, record.to, near, starts=record.starts, venue=record.venue_id)


def _kind(code: str) -> ChangeKind:
    if code not in tuple(ChangeKind):
        raise Invalid(field="kind", reason="unknown_choice")
    return ChangeKind(code)


def _reason(code: str | None) -> CancelReason:
    if not code:
        raise Invalid(field="reason", reason="missing")
    if code not in tuple(CancelReason):
        raise Invalid(field="reason", reason="unknown_choice")
    return CancelReason(code)


def _follow_up_moves(stored: plans.StoredCycle, change: Change, near: Surroundings) -> list[FollowUpMove]:
    """Follow-ups count from the last session: those still to come go along when it moves.

    A cancelled session leaves its number undecided, so they wait for the decision.
    """
    decided = change.kind in (ChangeKind.APPEND, ChangeKind.ACCEPT)
    if not decided and (change.kind is ChangeKind.CANCEL or _last(change.sessions) == _last(stored.sessions)):
        return []
    dates = {one.key: one for one in follow_up_dates(stored.curriculum, change.sessions, near)}
    rows = db.session.execute(
        sa.select(Session.id, Session.label, Session.on_date)
        .where(
            Session.cycle_id == stored.cycle_id,
            Session.kind == "follow_up",
            Session.status.in_(("planned", "confirmed")),
        )
        .order_by(Session.on_date)
    )
    return [
        FollowUpMove(row.id, row.label, row.on_date, dates[row.label])
        for row in rows
        if row.label in dates and dates[row.label].on != row.on_date
    ]


def _last(sessions: tuple[ScheduledSession, ...]) -> date | None:
    return max((session.on for session in sessions if session.is_live), default=None)


@action("change_schedule")
def change_schedule(*, record: ChangeRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Carry out a change of a schedule; raises Conflict (`blocked`) when a hard clash stands against it.

    That a meeting took place on another day is a fact, and one that does not take place stands in nobody's way: no
    clash stands against these two.
    """
    stored, near = _standing(record.cycle_id, by)
    change = _change(record, stored, near)
    if change.is_blocked and change.kind not in FACTS:
        raise Conflict(reason="blocked", field="to", number=record.number)
    if change.kind is ChangeKind.HELD_ON_ANOTHER_DAY:
        _check_past(record, now)
    with remembering(record.cycle_id, record.kind, record.number, by=by, now=now):
        _carry_out(record, stored, change, _follow_up_moves(stored, change, near), now)
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


def _carry_out(
    record: ChangeRecord,
    stored: plans.StoredCycle,
    change: Change,
    follow_ups: list[FollowUpMove],
    now: datetime,
) -> None:
    """Store what was worked out."""
    for pair in change.pairs:
        if pair.before is None:
            db.session.flush()
            db.session.add(_made_up(record.cycle_id, pair.after, stored.status, now))
        elif change.kind is not ChangeKind.HAND_OVER:
            _store_pair(pair.before.key, pair.after, record)
    for move in follow_ups:
        db.session.execute(
            sa.update(Session).where(Session.id == move.session_id).values(on_date=move.after.on)
        )
    if change.kind is ChangeKind.HAND_OVER:
        _store_hand_over(record, stored, now)
    if change.kind is ChangeKind.ACCEPT:
        db.session.execute(
            sa.update(Cycle)
            .where(Cycle.id == record.cycle_id)
            .values(accepted_sessions=sa.func.coalesce(Cycle.accepted_sessions, Cycle.sessions) - 1)
        )


def _check_past(record: ChangeRecord, now: datetime) -> None:
    # A day of grace: a site east of the server's clock may already be in tomorrow.
    if record.to is not None and record.to > now.date() + timedelta(days=1):
        raise Invalid(field="to", reason="in_future")


def _made_up(cycle_id: str, after: ScheduledSession, cycle_status: str, now: datetime) -> Session:
    """Give the row that makes up for a cancelled one: "on time" stays measured against the first date of the number."""
    row = new_session(cycle_id, after, now)
    row.first_confirmed_on = db.session.scalar(
        sa.select(sa.func.min(Session.first_confirmed_on)).where(
            Session.cycle_id == cycle_id, Session.kind == "core", Session.number == after.number
        )
    )
    if cycle_status != "planned":
        row.status = "confirmed"
    return row


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
    for position, staff_id in enumerate(dict.fromkeys(record.facilitators)):
        role = "substitute" if record.last is not None else ("co" if position else "lead")
        db.session.add(
            Assignment(
                id=new_id(),
                cycle_id=record.cycle_id,
                staff_id=staff_id,
                session_id=only,
                role=role,
                # Who takes one meeting may look at it from the hand-over on, and write down afterwards who came.
                from_on=min(record.first, now.date()) if only else record.first,
                to_on=record.last + AFTERWARDS if only and record.last else record.last,
                created_at=now,
            )
        )


@dataclass(frozen=True, slots=True)
class FollowUpChange:
    """Another day, hour or place for a follow-up meeting, or the reason why it is cancelled."""

    session_id: str
    to: date | None = None
    starts: time | None = None
    venue_id: str | None = None
    reason: str | None = None


@action("change_follow_up")
def change_follow_up(*, record: FollowUpChange, by: Actor, now: datetime, op: str | None = None) -> str:
    """Move or cancel a follow-up meeting that was not held yet; gives the cycle's id."""
    session = db.session.get(Session, record.session_id)
    if session is None or session.kind == "core":
        raise NotFound(kind="session")
    stored = cycle_to_change(session.cycle_id, by)
    if session.status in ("held", "cancelled", "merged"):
        raise Conflict(reason="session_held" if session.status == "held" else "session_closed")
    with remembering(session.cycle_id, "follow_up", None, by=by, now=now):
        if record.reason is not None:
            session.status, session.cancel_reason = "cancelled", _reason(record.reason).value
        elif record.to is None:
            raise Invalid(field="to", reason="missing")
        else:
            check_place(record.venue_id, stored.site_id)
            session.on_date, session.at_time = record.to, record.starts or session.at_time
            session.venue_id = record.venue_id or session.venue_id
    audit(
        "change_follow_up",
        by=by,
        now=now,
        entity="session",
        entity_id=session.id,
        op=op,
        status=session.status,
    )
    return session.cycle_id

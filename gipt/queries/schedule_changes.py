"""Changes of a schedule that can still be taken back, what each would restore, and why one stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.problems import NotFound
from gipt.domain.scheduling.civil import zone_of
from gipt.models import (
    Assessment,
    Assignment,
    Attendance,
    Cycle,
    Group,
    ScheduleChange,
    Session,
    Staff,
)
from gipt.queries.rows import record
from gipt.queries.scope import seen_cycles

UNDO_FOR = timedelta(hours=24)
"""So long a change can be taken back (ux.md C6)."""
State = dict[str, dict[str, dict[str, Any]]]
SESSION_FIELDS = ("on_date", "at_time", "venue_id", "status", "cancel_reason", "gap", "held_on")
NAMED = ("kind", "number", "label")
"""Fields of a meeting that no change touches; remembered so that a change can be told."""
ASSIGNMENT_FIELDS = ("staff_id", "session_id", "role", "from_on", "to_on")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of a cycle's schedule that nobody took back; `by` is the name of who made it."""

    change_id: str
    kind: str
    number: int | None
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One change with the rows before and after, and the code of why it stays (None: it can be undone)."""

    change_id: str
    cycle_id: str
    kind: str
    number: int | None
    at: datetime
    before: dict[str, Any]
    after: dict[str, Any]
    stays: str | None


def state_of(cycle_id: str) -> State:
    """Give the rows of a cycle's schedule as plain JSON values, by kind of row and id."""
    sessions = db.session.execute(
        sa.select(Session.id, *(getattr(Session, name) for name in (*SESSION_FIELDS, *NAMED))).where(
            Session.cycle_id == cycle_id
        )
    )
    given = db.session.execute(
        sa.select(Assignment.id, *(getattr(Assignment, name) for name in ASSIGNMENT_FIELDS)).where(
            Assignment.cycle_id == cycle_id
        )
    )
    accepted = db.session.scalar(sa.select(Cycle.accepted_sessions).where(Cycle.id == cycle_id))
    return {
        "session": _plain(sessions),
        "assignment": _plain(given),
        "cycle": {cycle_id: {"accepted_sessions": accepted}},
    }


def _plain(rows: Iterable[Any]) -> dict[str, dict[str, Any]]:
    return {
        row.id: {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in row._mapping.items()
            if name != "id"
        }
        for row in rows
    }


def held_in(state: State) -> list[str]:
    """Give the ids of the meetings that were held."""
    return sorted(key for key, row in state["session"].items() if row["status"] == "held")


def find_undoable(cycle_id: str, now: datetime) -> list[ChangeLine]:
    """List the changes of a cycle that are young enough to be taken back, the newest first."""
    rows = db.session.execute(
        sa.select(
            ScheduleChange.id,
            ScheduleChange.kind,
            ScheduleChange.number,
            ScheduleChange.at,
            Staff.name,
            Staff.sign_in_name,
        )
        .outerjoin(Staff, Staff.id == ScheduleChange.by_id)
        .where(
            ScheduleChange.cycle_id == cycle_id,
            ScheduleChange.undone_at.is_(None),
            ScheduleChange.at > now - UNDO_FOR,
        )
        .order_by(ScheduleChange.at.desc(), ScheduleChange.id)
    )
    return [record(ChangeLine, row[:4], by=row.name or row.sign_in_name) for row in rows]


def get_change(by: Actor, change_id: str, on: date, now: datetime) -> ChangePage:
    """Give one change; raise NotFound when its cycle is not the actor's."""
    change = db.session.scalar(
        sa.select(ScheduleChange)
        .join(Cycle, Cycle.id == ScheduleChange.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(ScheduleChange.id == change_id, seen_cycles(by, on))
    )
    if change is None:
        raise NotFound(kind="schedule_change")
    stays = why_it_stays(change, now)
    return ChangePage(
        change.id,
        change.cycle_id,
        change.kind,
        change.number,
        change.at,
        change.before,
        change.after,
        stays,
    )


def why_it_stays(change: ScheduleChange, now: datetime) -> str | None:
    """Give the code of why a change can no longer be taken back: `undo_done`, `undo_over` (24 hours), `undo_held`
    (a meeting was held since), `undo_changed` (something else changed the same rows), `undo_past` (the old day is
    over); None when it can.
    """
    if change.undone_at is not None:
        return "undo_done"
    if now - change.at > UNDO_FOR:
        return "undo_over"
    state = state_of(change.cycle_id)
    since = set(held_in(state)) - set(change.before["held"])
    if since & _led_by(change, state) or _recorded(change):
        return "undo_held"
    for name in ("session", "assignment", "cycle"):
        for key, values in change.after[name].items():
            found = state[name].get(key)
            if found != values:
                held = name == "session" and found is not None and found["status"] == "held"
                return "undo_held" if held else "undo_changed"
    return _stands_against(change, now)


def _led_by(change: ScheduleChange, state: State) -> set[str]:
    """Give the meetings that a hand-over gave to somebody; none for any other change."""
    found: set[str] = set()
    if change.kind != "hand_over":
        return found
    for values in change.after["assignment"].values():
        if values is None:
            continue
        for key, row in state["session"].items():
            day = row["held_on"] or row["on_date"]
            inside = values["from_on"] <= day and (values["to_on"] is None or day <= values["to_on"])
            if values["session_id"] == key or (values["session_id"] is None and inside):
                found.add(key)
    return found


def _recorded(change: ScheduleChange) -> bool:
    """Say whether something was written down of a meeting that the change made a held one."""
    made = [
        key
        for key, values in change.after["session"].items()
        if values is not None and values["status"] == "held"
    ]
    if not made:
        return False
    traces = sa.or_(
        sa.exists().where(Attendance.session_id == Session.id),
        sa.exists().where(Assessment.session_id == Session.id),
        Session.closed_at.is_not(None),
    )
    return bool(db.session.scalar(sa.select(sa.func.count()).where(Session.id.in_(made), traces)))


def _stands_against(change: ScheduleChange, now: datetime) -> str | None:
    added = [key for key, values in change.before["session"].items() if values is None]
    if added and _is_named(added):
        return "undo_changed"
    zone = db.session.scalar(sa.select(Cycle.time_zone).where(Cycle.id == change.cycle_id))
    today = now.astimezone(zone_of(zone or "UTC")).date().isoformat()
    for key, values in change.before["session"].items():
        after = change.after["session"][key]
        if values is None or after is None or values["on_date"] == after["on_date"]:
            continue
        if values["on_date"] < today <= after["on_date"]:
            return "undo_past"
    return None


def _is_named(session_ids: list[str]) -> bool:
    """Say whether any row of any table names one of these meetings."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Session.__table__.c.id for key in column.foreign_keys):
                named = sa.select(sa.func.count()).select_from(table).where(column.in_(session_ids))
                if db.session.scalar(named):
                    return True
    return False

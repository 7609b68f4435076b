"""Taking back a change of a schedule, for a day (ux.md C6).

Every change is remembered as the rows it touched, before and after. It is taken back only while each of these rows
still is as the change left it: a meeting held since, or a later change of the same meetings, makes it a fact.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit, canonical
from gipt.actions.cycles import CHANGEABLE, cycle_to_change
from gipt.actions.planning import around
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.problems import Conflict, NotFound
from gipt.domain.scheduling import ClashCode, checked
from gipt.models import Assignment, Cycle, ScheduleChange, Session
from gipt.queries import plans
from gipt.queries.schedule_changes import State, held_in, state_of, why_it_stays

TAKEN = frozenset({ClashCode.FACILITATOR_BUSY, ClashCode.VENUE_BUSY, ClashCode.MEMBER_BUSY})
"""What others planned on a date after it was free: it cannot be had back. A closed day stood there before."""


@contextmanager
def remembering(cycle_id: str, kind: str, number: int | None, *, by: Actor, now: datetime) -> Iterator[None]:
    """Remember which rows of a cycle's schedule the block changes; a block that changes none leaves nothing."""
    before = state_of(cycle_id)
    yield
    db.session.flush()
    after = state_of(cycle_id)
    ids = {name: _different(before[name], after[name]) for name in before}
    if not any(ids.values()):
        return
    db.session.add(
        ScheduleChange(
            id=new_id(),
            cycle_id=cycle_id,
            kind=kind,
            number=number,
            before=canonical({**_some(before, ids), "held": held_in(before)}),
            after=canonical(_some(after, ids)),
            by_id=by.staff_id,
            at=now,
        )
    )


def _different(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _some(state: State, ids: dict[str, list[str]]) -> dict[str, Any]:
    """Give the rows of some ids; None stands for a row that is not there."""
    return {name: {key: state[name].get(key) for key in ids[name]} for name in ids}


@action("undo_schedule_change")
def undo_schedule_change(*, change_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Put everything back as it was before a change; gives the cycle's id.

    Raises Conflict with the reason that `why_it_stays` gives, or `undo_taken` when others planned something on the
    old date meanwhile. Access that the change gave ends with it.
    """
    change = db.session.get(ScheduleChange, change_id)
    if change is None:
        raise NotFound(kind="schedule_change")
    stored = cycle_to_change(change.cycle_id, by)
    if stored.status not in CHANGEABLE:
        raise Conflict(reason="cycle_closed")
    reason = why_it_stays(change, now)
    if reason is not None:
        raise Conflict(reason=reason)
    _put_back_sessions(change.before["session"], change.after["session"])
    _put_back_assignments(change.cycle_id, change.before["assignment"], now)
    for values in change.before["cycle"].values():
        db.session.execute(sa.update(Cycle).where(Cycle.id == change.cycle_id).values(**values))
    db.session.expire_all()
    _check_free(change)
    change.undone_at, change.undone_by_id = now, by.staff_id
    audit(
        "undo_schedule_change",
        by=by,
        now=now,
        entity="cycle",
        entity_id=change.cycle_id,
        op=op,
        change=change.id,
        kind=change.kind,
        number=change.number,
    )
    return change.cycle_id


def _put_back_sessions(before: dict[str, Any], after: dict[str, Any]) -> None:
    # What the change added goes first: a number stands for one meeting that is not cancelled.
    added = [key for key, values in before.items() if values is None]
    db.session.execute(sa.delete(Session).where(Session.id.in_(added)))
    for key, values in before.items():
        if values is None:
            continue
        if after[key] is not None and after[key]["status"] == "cancelled" != values["status"]:
            values = {**values, "cancel_note": None}
        db.session.execute(sa.update(Session).where(Session.id == key).values(**_typed(values)))


def _put_back_assignments(cycle_id: str, before: dict[str, Any], now: datetime) -> None:
    db.session.execute(sa.delete(Assignment).where(Assignment.id.in_(list(before))))
    for key, values in before.items():
        if values is not None:
            db.session.add(Assignment(id=key, cycle_id=cycle_id, created_at=now, **_typed(values)))
    db.session.flush()


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Turn the days and hours of a remembered row back from text."""
    days = ("on_date", "held_on", "from_on", "to_on")
    read: dict[str, Callable[[str], Any]] = dict.fromkeys(days, date.fromisoformat)
    read["at_time"] = time.fromisoformat
    return {
        name: read[name](value) if name in read and value is not None else value
        for name, value in values.items()
    }


def _check_free(change: ScheduleChange) -> None:
    """Refuse when other groups took the people or the place of a date meanwhile."""
    stored = plans.stored_cycle(change.cycle_id)
    first = min((one.on for one in stored.sessions), default=stored.request.start)
    near = around(stored.site_id, first, but_cycle=change.cycle_id)
    touched = change.before["session"].keys()
    everybody = bool(change.before["assignment"])
    for session in checked(stored.request, stored.sessions, near):
        if (everybody or session.key in touched) and any(
            clash.is_hard and clash.code in TAKEN for clash in session.clashes
        ):
            raise Conflict(reason="undo_taken", number=session.number)

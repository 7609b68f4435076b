"""Who came to a meeting as somebody new and waits for a decision."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.models import Cycle, Group, Session, Visitor
from gipt.queries.rows import record
from gipt.queries.scope import seen_sessions

WAITING = 40
"""At most so many are shown at once; the rest follows when these are decided."""


@dataclass(frozen=True, slots=True)
class VisitorWaiting:
    """Somebody new who came to a meeting, or is to join from it (`came` false); nothing was decided yet."""

    visitor_id: str
    name: str | None
    session_id: str
    group_name: str
    number: int
    on_date: date
    group_id: str
    came: bool
    note: str | None


def find_visitors(
    by: Actor, on: date, session_id: str | None = None, *, cycle_id: str | None = None
) -> list[VisitorWaiting]:
    """List who came as a visitor, or is to be added, and waits: in all meetings, in one, or in one cycle."""
    rows = db.session.execute(
        sa.select(
            Visitor.id,
            Visitor.name,
            Session.id.label("session_id"),
            Group.name.label("group_name"),
            Session.number,
            sa.func.coalesce(Session.held_on, Session.on_date),
            Group.id.label("group_id"),
            Visitor.came,
            Visitor.note,
        )
        .join(Session, Session.id == Visitor.session_id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(
            seen_sessions(by, on),
            Visitor.decision.is_(None),
            Session.id == session_id if session_id else sa.true(),
            Session.cycle_id == cycle_id if cycle_id else sa.true(),
        )
        .order_by(Visitor.created_at)
        .limit(WAITING)
    )
    return [record(VisitorWaiting, row) for row in rows]

"""Notes on members: who may read them, and what they say.

Whoever leads the member's present cycle as a whole on the day reads and writes them; the supervisor of these
facilitators reads them. A substitute for one meeting, the office, exports and reports never see them.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Role
from gipt.models import Assignment, Cycle, Enrolment, Group, MemberNote, Membership, Staff
from gipt.queries.scope import NOTHING, Condition, assigned, seen_cycles


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note as it stands, and the earlier wordings of it, the newest first."""

    note_id: str
    text: str
    by: str | None
    own: bool
    at: datetime
    earlier: tuple[tuple[datetime, str], ...]


def leads_whole(by: Actor, on: date) -> Condition:
    """Limit Cycle to those that the person leads as a whole on a day, not for one meeting only."""
    if Role.FACILITATOR not in by.roles:
        return NOTHING
    return Cycle.id.in_(assigned(by, on).where(Assignment.session_id.is_(None)))


def read_by(by: Actor, on: date) -> Condition:
    """Limit Cycle joined with Group to those whose notes the person reads."""
    over = Actor(by.staff_id, frozenset(one for one in by.grants if one.role is Role.SUPERVISOR), by.label)
    watched = seen_cycles(over, on) if over.grants else NOTHING
    return sa.or_(leads_whole(by, on), watched)


def present_cycle() -> sa.ScalarSelect[str]:
    """Give the cycle that a person of Enrolment belongs to now, or belonged to last."""
    return (
        sa.select(Membership.cycle_id)
        .where(Membership.enrolment_id == Enrolment.id)
        .order_by(Membership.joined_on.desc(), Membership.id)
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def may_write(by: Actor, enrolment_id: str, on: date) -> bool:
    """Say whether the person leads the present cycle of an enrolled member."""
    found = (
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .join(Cycle, Cycle.id == present_cycle())
        .where(Enrolment.id == enrolment_id, leads_whole(by, on))
    )
    return bool(db.session.scalar(found))


def find_notes(
    by: Actor, on: date, *, enrolment_id: str | None = None, member_id: str | None = None
) -> list[NoteLine]:
    """List the notes on one enrolment, or on a person, the newest first; empty for who may not read them."""
    if not by.roles & {Role.FACILITATOR, Role.SUPERVISOR}:
        return []
    about = Enrolment.id == enrolment_id if enrolment_id else Enrolment.member_id == member_id
    rows = db.session.execute(
        sa.select(
            MemberNote.id,
            MemberNote.text,
            MemberNote.replaced_by_id,
            MemberNote.by_id,
            MemberNote.created_at,
            Staff.name,
            Staff.sign_in_name,
        )
        .join(Enrolment, Enrolment.id == MemberNote.enrolment_id)
        .join(Cycle, Cycle.id == present_cycle())
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(Staff, Staff.id == MemberNote.by_id)
        .where(about, read_by(by, on))
        .order_by(MemberNote.created_at.desc(), MemberNote.id)
    ).all()
    before = {row.replaced_by_id: row for row in rows if row.replaced_by_id is not None}
    lines = []
    for row in rows:
        if row.replaced_by_id is None:
            earlier, older = [], before.get(row.id)
            while older is not None:
                earlier.append((older.created_at, older.text or ""))
                older = before.get(older.id)
            name, own = row.name or row.sign_in_name, row.by_id == by.staff_id
            lines.append(NoteLine(row.id, row.text or "", name, own, row.created_at, tuple(earlier)))
    return lines

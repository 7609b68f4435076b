"""Who did not come and has not been asked after yet, and one such task with what is needed to ask kindly."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.problems import NotFound
from gipt.models import AbsenceFollowUp, Cycle, Enrolment, Group, Member, Membership, Session
from gipt.queries.prepared import fetch, prepared
from gipt.queries.rows import record
from gipt.queries.scope import seen_sessions

BACK_DAYS = 21
"""Nothing older stands on Today (ux.md F3)."""


class Absence(NamedTuple):
    """Somebody to ask after."""

    session_id: str
    enrolment_id: str
    cycle_id: str
    group_name: str
    member_name: str | None
    sign: int
    number: int
    due_on: date
    done: bool


@dataclass(frozen=True, slots=True)
class AbsencePage:
    """One task: how the member may be reached, and what was noted so far."""

    session_id: str
    enrolment_id: str
    member_id: str
    member_name: str | None
    sign: int
    number: int
    missed_on: date
    due_on: date
    next_on: date | None
    phone: str | None
    may_call: str | None
    may_text: str | None
    contact_note: str | None
    tried_by: str | None
    reached: str | None
    reason: str | None
    coming: str | None
    note: str | None


@prepared
def _absences(by: Actor, today: date, first: date, *, done: bool) -> sa.Executable:
    return (
        sa.select(
            AbsenceFollowUp.session_id,
            AbsenceFollowUp.enrolment_id,
            Session.cycle_id,
            Group.name,
            Member.name.label("member_name"),
            Membership.sign,
            Session.number,
            AbsenceFollowUp.due_on,
            AbsenceFollowUp.done_at,
        )
        .join(Session, Session.id == AbsenceFollowUp.session_id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(Enrolment, Enrolment.id == AbsenceFollowUp.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(
            Membership,
            sa.and_(Membership.enrolment_id == Enrolment.id, Membership.cycle_id == Session.cycle_id),
        )
        .where(
            seen_sessions(by, today),
            Enrolment.exit_type.is_(None),
            AbsenceFollowUp.done_at.is_not(None) if done else AbsenceFollowUp.done_at.is_(None),
            AbsenceFollowUp.due_on >= first,
        )
        .order_by(AbsenceFollowUp.due_on, Membership.sign)
        .limit(50)
    )


def find_absences(by: Actor, today: date, *, done: bool = False) -> list[Absence]:
    """List who is to be asked after, the most urgent first."""
    rows = fetch(_absences(by, today, today - timedelta(days=BACK_DAYS), done=done))
    return [record(Absence, row[:8], done=row.done_at is not None) for row in rows]


def get_absence(by: Actor, session_id: str, enrolment_id: str, today: date) -> AbsencePage:
    """Give one task; raise NotFound when it is not the actor's."""
    following = sa.orm.aliased(Session)
    next_on = (
        sa.select(sa.func.min(following.on_date))
        .where(
            following.cycle_id == Session.cycle_id,
            following.on_date >= today,
            following.status.in_(("planned", "confirmed", "postponed")),
        )
        .correlate(Session)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            AbsenceFollowUp.session_id,
            AbsenceFollowUp.enrolment_id,
            Enrolment.member_id,
            Member.name,
            Membership.sign,
            Session.number,
            sa.func.coalesce(Session.held_on, Session.on_date).label("missed_on"),
            AbsenceFollowUp.due_on,
            next_on.label("next_on"),
            Member.phone,
            Member.may_call,
            Member.may_text,
            Member.contact_note,
            AbsenceFollowUp.tried_by,
            AbsenceFollowUp.reached,
            AbsenceFollowUp.reason,
            AbsenceFollowUp.coming,
            AbsenceFollowUp.note,
        )
        .join(Session, Session.id == AbsenceFollowUp.session_id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(Enrolment, Enrolment.id == AbsenceFollowUp.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(
            Membership,
            sa.and_(Membership.enrolment_id == Enrolment.id, Membership.cycle_id == Session.cycle_id),
        )
        .where(
            AbsenceFollowUp.session_id == session_id,
            AbsenceFollowUp.enrolment_id == enrolment_id,
            seen_sessions(by, today),
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="follow_up")
    return record(AbsencePage, row)

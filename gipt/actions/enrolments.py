"""Writes about enrolments of a cycle that exists: joining, moving, leaving, coming back.

One enrolment may have several memberships, one after another, when a person changes group; each says from when
to when the person was expected.
"""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require, require_at
from gipt.actions.consents import withdraw_consent
from gipt.actions.groups import OPEN_STATES, cycle_rows, enrol, next_sign, record_of, refuse_hard, settings_of
from gipt.actions.members import living_member
from gipt.actions.programme import the_programme
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, Role, allows, allows_at
from gipt.domain.membership import joins_too_late
from gipt.domain.people import ExitType
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Enrolment, Group, GroupCandidate, Member, Membership, Session
from gipt.queries.groups import check_people
from gipt.queries.scope import cycle_for


@action("add_member_to_cycle")
def add_member_to_cycle(
    *,
    cycle_id: str,
    member_id: str,
    on_date: date,
    reason: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Enrol one more person in a planned or running cycle, expected from `on_date`; gives the enrolment id.

    Once joining is closed (`joining_closes` sessions held) only a supervisor or clinical lead may, with a reason:
    Conflict `joining_closed` for others, Invalid `reason` without one.
    """
    cycle, group = cycle_rows(cycle_id, by, also=Role.SUPERVISOR)
    if cycle.status not in OPEN_STATES:
        raise Conflict(reason="cycle_closed")
    member = living_member(member_id)
    if member.site_id != group.site_id:
        require_at(by, Permission.PEOPLE_EDIT, member.site_id)
    earlier = db.session.execute(
        sa.select(Enrolment.exit_on).where(Enrolment.member_id == member.id, Enrolment.cycle_id == cycle_id)
    ).first()
    if earlier is not None:
        # Who left this cycle comes back into the same enrolment: one person, one enrolment in a cycle.
        raise Conflict(reason="already_there" if earlier.exit_on is None else "left_this_cycle")
    late = _check_joining(cycle_id, group, reason, by)
    _check_free(member, group, cycle_id, now.date())
    enrolment_id = enrol(
        member.id, cycle_id, on_date, next_sign(cycle_id), now, late_reason=reason if late else None
    )
    candidate = db.session.get(GroupCandidate, member.id)
    if candidate is not None:
        db.session.delete(candidate)
    audit(
        "add_member_to_cycle",
        by=by,
        now=now,
        entity="cycle",
        entity_id=cycle_id,
        op=op,
        enrolment=enrolment_id,
        member=member.id,
        after_joining_closed=late,
    )
    return enrolment_id


@action("move_member")
def move_member(
    *, enrolment_id: str, to_cycle_id: str, on_date: date, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Move an enrolled person to another cycle from a day on: one enrolment, two memberships; gives the new one."""
    enrolment = enrolment_row(enrolment_id, by)
    cycle, group = cycle_rows(to_cycle_id, by)
    if enrolment.exit_on is not None:
        raise Conflict(reason="has_left")
    if cycle.status not in OPEN_STATES:
        raise Conflict(reason="cycle_closed")
    old = _open_membership(enrolment_id)
    if old.cycle_id == to_cycle_id:
        raise Conflict(reason="already_there")
    if on_date < old.joined_on:
        raise Invalid(field="on_date", reason="before_start", low=old.joined_on)
    member = living_member(enrolment.member_id)
    found = check_people([member.id], settings_of(record_of(group)), now.date(), cycle_id=old.cycle_id)
    refuse_hard(found)
    old.left_on = on_date
    db.session.flush()
    membership_id = new_id()
    db.session.add(
        Membership(
            id=membership_id,
            enrolment_id=enrolment_id,
            cycle_id=to_cycle_id,
            sign=next_sign(to_cycle_id),
            joined_on=on_date,
            created_at=now,
        )
    )
    audit(
        "move_member",
        by=by,
        now=now,
        entity="enrolment",
        entity_id=enrolment_id,
        op=op,
        from_cycle=old.cycle_id,
        to_cycle=to_cycle_id,
    )
    return membership_id


@action("leave")
def leave(
    *,
    enrolment_id: str,
    exit_type: str,
    on_date: date,
    reason: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """End an enrolment: how, when, why and by whom. Only `dropped_out` is dropout (domain.md 5.1).

    Who withdrew consent also has the consent withdrawn; who died is never offered a place again. A facilitator may,
    for members of own groups: the person who hears it first writes it down.
    """
    enrolment = leaving_row(enrolment_id, by, now)
    if exit_type not in tuple(ExitType):
        raise Invalid(field="exit_type", reason="unknown_choice")
    if exit_type in (ExitType.EXCLUDED, ExitType.OTHER) and not (reason or "").strip():
        raise Invalid(field="reason", reason="missing")
    if enrolment.exit_on is not None:
        raise Conflict(reason="has_left")
    if (on_date - now.date()).days > 1:
        raise Invalid(field="on_date", reason="in_future")
    if on_date < enrolment.enrolled_on:
        raise Invalid(field="on_date", reason="before_start", low=enrolment.enrolled_on)
    enrolment.exit_type, enrolment.exit_on = exit_type, on_date
    enrolment.exit_reason, enrolment.exit_by_id = (reason or "").strip() or None, by.staff_id
    membership = _open_membership(enrolment_id)
    membership.left_on = max(on_date, membership.joined_on)
    _after_exit(enrolment, by, now)
    audit(
        "leave",
        by=by,
        now=now,
        entity="enrolment",
        entity_id=enrolment_id,
        op=op,
        exit_type=exit_type,
        member=enrolment.member_id,
    )
    return enrolment_id


@action("come_back")
def come_back(*, enrolment_id: str, on_date: date, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take back an exit: the person belongs to the last cycle again from a day on; gives the new membership id."""
    enrolment = enrolment_row(enrolment_id, by)
    if enrolment.exit_on is None:
        raise Conflict(reason="has_not_left")
    last = db.session.scalars(
        sa.select(Membership)
        .where(Membership.enrolment_id == enrolment_id)
        .order_by(Membership.joined_on.desc())
    ).first()
    if last is None:
        raise NotFound(kind="membership")
    cycle, group = cycle_rows(last.cycle_id, by)
    if cycle.status not in OPEN_STATES:
        raise Conflict(reason="cycle_closed")
    _check_free(living_member(enrolment.member_id), group, cycle.id, now.date())
    enrolment.exit_type = enrolment.exit_on = enrolment.exit_reason = enrolment.exit_by_id = None
    membership_id = new_id()
    db.session.add(
        Membership(
            id=membership_id,
            enrolment_id=enrolment_id,
            cycle_id=cycle.id,
            sign=next_sign(cycle.id),
            joined_on=max(on_date, last.left_on or on_date),
            created_at=now,
        )
    )
    audit("come_back", by=by, now=now, entity="enrolment", entity_id=enrolment_id, op=op, cycle=cycle.id)
    return membership_id


def enrolment_row(enrolment_id: str, by: Actor) -> Enrolment:
    """Give an enrolment whose present group the actor may change; raise NotFound for a foreign one."""
    require(by, Permission.GROUPS_EDIT)
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise NotFound(kind="enrolment")
    cycle_rows(_present_cycle(enrolment), by)
    return enrolment


def leaving_row(enrolment_id: str, by: Actor, now: datetime) -> Enrolment:
    """Give an enrolment that the actor may end: one of the office's sites, or of an own group."""
    if allows(by, Permission.GROUPS_EDIT):
        return enrolment_row(enrolment_id, by)
    require(by, Permission.MEETING_RUN)
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise NotFound(kind="enrolment")
    cycle_for(by, _present_cycle(enrolment), now.date())
    return enrolment


def _present_cycle(enrolment: Enrolment) -> str:
    """Give the cycle that the person belongs to now, which after a move is not the one of the enrolment."""
    found = db.session.scalar(
        sa.select(Membership.cycle_id)
        .where(Membership.enrolment_id == enrolment.id)
        .order_by(Membership.joined_on.desc())
        .limit(1)
    )
    return found or enrolment.cycle_id


def _check_joining(cycle_id: str, group: Group, reason: str | None, by: Actor) -> bool:
    """Say whether joining was closed and is overridden; raise when it may not be."""
    held = (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Session)
            .where(Session.cycle_id == cycle_id, Session.kind == "core", Session.status == "held")
        )
        or 0
    )
    if not joins_too_late(held, the_programme().joining_closes):
        return False
    if not (by.is_operator or allows_at(by, Permission.SAFETY_HANDLE, group.site_id)):
        raise Conflict(reason="joining_closed", held=held)
    if not (reason or "").strip():
        raise Invalid(field="reason", reason="missing")
    return True


def _check_free(member: Member, group: Group, cycle_id: str, today: date) -> None:
    refuse_hard(
        check_people([member.id], settings_of(record_of(group)), today, group_id=group.id, cycle_id=cycle_id)
    )


def _open_membership(enrolment_id: str) -> Membership:
    found = db.session.scalar(
        sa.select(Membership).where(Membership.enrolment_id == enrolment_id, Membership.left_on.is_(None))
    )
    if found is None:
        raise Conflict(reason="has_left")
    return found


def _after_exit(enrolment: Enrolment, by: Actor, now: datetime) -> None:
    member = living_member(enrolment.member_id)
    if enrolment.exit_type == ExitType.DIED:
        member.died_on = enrolment.exit_on
    if enrolment.exit_type == ExitType.WITHDREW_CONSENT and enrolment.exit_on is not None:
        withdraw_consent(member_id=member.id, purpose="service", on_date=enrolment.exit_on, by=by, now=now)

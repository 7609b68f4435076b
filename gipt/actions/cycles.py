"""Writes of cycles: plan, start, close.

The preview and the write call exactly the same pure functions; the write calls them again inside its transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from gipt.actions.base import action, audit, require_at
from gipt.actions.planning import around, check_leaders, check_place
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.guides import Curriculum
from gipt.domain.problems import Conflict, Invalid, NotFound, NotReady
from gipt.domain.scheduling import (
    CyclePlan,
    CycleRequest,
    Gap,
    ScheduledSession,
    SessionStatus,
)
from gipt.domain.scheduling import plan_cycle as pure_plan
from gipt.models import (
    Assessment,
    Assignment,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Goal,
    Group,
    GroupCandidate,
    MemberNote,
    Membership,
    PreGroupMeeting,
    Programme,
    Session,
)
from gipt.models.groups import CANCEL_REASONS
from gipt.queries import plans
from gipt.queries.curricula import published
from gipt.queries.cycle_ends import missing_endlines, missing_for_start

MODES = ("in_person", "phone", "hybrid")
CHANGEABLE = frozenset({"planned", "running", "closing"})
NO_ENDLINE_REASONS = ("not_reached", "declined", "moved", "too_late", "other")


@dataclass(frozen=True, slots=True)
class CycleRecord:
    """What the coordinator asks for; None takes the curriculum's or the group's value. `facilitators`: lead first."""

    group_id: str
    curriculum_version_id: str
    start: date
    starts: time
    weekday: int | None = None
    rhythm_days: int | None = None
    minutes: int | None = None
    venue_id: str | None = None
    facilitators: tuple[str, ...] = ()
    mode: str = "in_person"
    language: str | None = None


def group_for(group_id: str, by: Actor) -> Group:
    """Give a group that the actor may plan for; raise NotFound otherwise."""
    group = db.session.get(Group, group_id)
    if group is None:
        raise NotFound(kind="group")
    require_at(by, Permission.GROUPS_EDIT, group.site_id)
    return group


def _request(record: CycleRecord, group: Group) -> CycleRequest:
    place = plans.planning_place(group.site_id)
    return CycleRequest(
        group=group.id,
        start=record.start,
        starts=record.starts,
        zone=place.time_zone,
        weekday=record.start.weekday() if record.weekday is None else record.weekday,
        rhythm_days=record.rhythm_days,
        minutes=record.minutes,
        venue=record.venue_id or group.venue_id or "",
        facilitators=record.facilitators,
    )


def preview_cycle(*, record: CycleRecord, by: Actor, content: Curriculum | None = None) -> CyclePlan:
    """Give the plan with the reason for every skipped date and every warning; stores nothing.

    `content` is a curriculum that was not published yet; without it the version of the record is read.
    """
    group = group_for(record.group_id, by)
    if content is None:
        content = published(_version(record.curriculum_version_id).content_hash)
    check_place(record.venue_id, group.site_id)
    check_leaders(record.facilitators, group.site_id)
    near = around(group.site_id, record.start)
    return pure_plan(_request(record, group), content, near.closed, near.busy, near.rules)


def _version(version_id: str) -> CurriculumVersion:
    """Give a version that may be planned with; a retired one is offered no longer."""
    version = db.session.get(CurriculumVersion, version_id)
    if version is None:
        raise NotFound(kind="curriculum")
    if version.status == "retired":
        raise Invalid(field="curriculum", reason="unknown_choice")
    return version


@action("plan_cycle")
def plan_cycle(*, record: CycleRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Plan a cycle: its sessions, follow-ups and leaders; members chosen for the group are enrolled. Gives its id."""
    from gipt.actions.cycle_guides import pin_best
    from gipt.actions.groups import enrol_candidates

    group = group_for(record.group_id, by)
    if not record.facilitators:
        raise Invalid(field="facilitator", reason="missing")
    running = db.session.scalar(
        sa.select(sa.func.count()).where(Cycle.group_id == group.id, Cycle.status.in_(("planned", "running")))
    )
    if running:
        raise Conflict(reason="cycle_exists", group=group.code)
    if record.mode not in MODES:
        raise Invalid(field="mode", reason="unknown_choice")
    plan = preview_cycle(record=record, by=by)
    number = (
        db.session.scalar(sa.select(sa.func.max(Cycle.number)).where(Cycle.group_id == group.id)) or 0
    ) + 1
    cycle_id = new_id()
    first = plan.sessions[0]
    version = _version(record.curriculum_version_id)
    curriculum = published(version.content_hash)
    override = db.session.scalar(sa.select(Programme.completion_sessions))
    db.session.add(
        Cycle(
            id=cycle_id,
            group_id=group.id,
            number=number,
            curriculum_version_id=version.id,
            mode=record.mode,
            sessions=curriculum.sessions,
            completion_sessions=override or curriculum.needed_to_complete,
            weekday=first.on.weekday(),
            at_time=first.starts,
            time_zone=first.zone,
            minutes=first.minutes,
            rhythm_days=plan.request.rhythm_days or curriculum.rhythm_days,
            venue_id=first.venue or None,
            language=record.language or group.language,
            first_on=first.on,
            created_at=now,
        )
    )
    db.session.flush()
    for session in plan.sessions:
        db.session.add(new_session(cycle_id, session, now))
    for position, follow_up in enumerate(plan.follow_ups, 1):
        db.session.add(
            Session(
                id=new_id(),
                cycle_id=cycle_id,
                kind="follow_up",
                number=position,
                label=follow_up.key,
                first_confirmed_on=follow_up.on,
                on_date=follow_up.on,
                at_time=first.starts,
                minutes=first.minutes,
                venue_id=first.venue or None,
                created_at=now,
            )
        )
    for position, staff_id in enumerate(dict.fromkeys(record.facilitators)):
        # From the day of planning: the first talks come before session 1.
        db.session.add(
            Assignment(
                id=new_id(),
                cycle_id=cycle_id,
                staff_id=staff_id,
                role="co" if position else "lead",
                from_on=min(now.date(), plan.pre_group.first),
                created_at=now,
            )
        )
    db.session.flush()
    enrol_candidates(cycle_id=cycle_id, by=by, now=now)
    pin_best(cycle_id, by, now)
    audit(
        "plan_cycle",
        by=by,
        now=now,
        entity="cycle",
        entity_id=cycle_id,
        op=op,
        sessions=len(plan.sessions),
        skipped=len(plan.skipped),
    )
    return cycle_id


def new_session(cycle_id: str, session: ScheduledSession, now: datetime) -> Session:
    """Give the row of a core session as it was planned."""
    return Session(
        id=new_id(),
        cycle_id=cycle_id,
        kind="core",
        number=session.number,
        first_confirmed_on=session.on,
        on_date=session.on,
        at_time=session.starts,
        minutes=session.minutes,
        venue_id=session.venue or None,
        status=session.status.value,
        gap=session.gap.value,
        created_at=now,
    )


def cycle_to_change(cycle_id: str, by: Actor) -> plans.StoredCycle:
    """Give a cycle whose schedule the actor may change; raise NotFound otherwise."""
    stored = plans.stored_cycle(cycle_id)
    require_at(by, Permission.GROUPS_EDIT, stored.site_id)
    return stored


@action("start_cycle")
def start_cycle(*, cycle_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Start a planned cycle; raises NotReady naming what is missing: safety protocol, adopted curriculum,
    approved words, members.

    From now on it reads the words that it is pinned to: what was chosen, else the newest approved ones in its language.
    From now on people have been told the dates: sessions are confirmed, and "on time" is measured against this day's
    dates (decision 4). A later move makes a session postponed.
    """
    from gipt.actions.cycle_guides import pin_best

    stored = cycle_to_change(cycle_id, by)
    if stored.status != "planned":
        raise Conflict(reason="cycle_not_planned")
    pin_best(cycle_id, by, now)
    missing = missing_for_start(cycle_id)
    if missing:
        raise NotReady(missing=missing)
    db.session.execute(
        sa.update(Cycle).where(Cycle.id == cycle_id).values(status="running", started_on=now.date())
    )
    db.session.execute(
        sa.update(Session)
        .where(Session.cycle_id == cycle_id, Session.status == "planned")
        .values(
            status=sa.case((Session.kind == "core", "confirmed"), else_=Session.status),
            first_confirmed_on=Session.on_date,
        )
    )
    audit("start_cycle", by=by, now=now, entity="cycle", entity_id=cycle_id, op=op)
    return cycle_id


@action("note_no_endline")
def note_no_endline(
    *, enrolment_id: str, reason: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Note why a member has no last check-in: not reached, declined, left the area, too late."""
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise NotFound(kind="enrolment")
    cycle_to_change(enrolment.cycle_id, by)
    if reason not in NO_ENDLINE_REASONS:
        raise Invalid(field="reason", reason="unknown_choice")
    enrolment.no_endline_reason = reason
    audit("note_no_endline", by=by, now=now, entity="enrolment", entity_id=enrolment_id, op=op, reason=reason)
    return enrolment_id


@action("close_cycle")
def close_cycle(
    *,
    cycle_id: str,
    on_date: date,
    self_help_from: date | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Close a cycle; raises NotReady while a number is undecided, a meeting unrecorded or an endline missing."""
    stored = cycle_to_change(cycle_id, by)
    if stored.status not in ("running", "closing"):
        raise Conflict(reason="cycle_not_running")
    if on_date > now.date() + timedelta(days=1):
        raise Invalid(field="on_date", reason="in_future")
    last = max((one.on for one in stored.sessions if one.status is SessionStatus.HELD), default=on_date)
    if on_date < last:
        raise Invalid(field="on_date", reason="before_start", low=last)
    missing = missing_for_close(stored)
    if missing:
        raise NotReady(missing=missing)
    db.session.execute(
        sa.update(Cycle)
        .where(Cycle.id == cycle_id)
        .values(status="closed", closed_on=on_date, self_help_from=self_help_from)
    )
    db.session.execute(
        sa.update(Membership)
        .where(Membership.cycle_id == cycle_id, Membership.left_on.is_(None))
        .values(left_on=sa.case((Membership.joined_on > on_date, Membership.joined_on), else_=on_date))
    )
    audit("close_cycle", by=by, now=now, entity="cycle", entity_id=cycle_id, op=op)
    return cycle_id


def missing_for_close(stored: plans.StoredCycle) -> list[str]:
    """Name what keeps a cycle from being closed, by codes that have a sentence."""
    missing = []
    if any(session.is_open for session in stored.sessions):
        missing.append("sessions_open")
    if any(session.gap is Gap.OPEN for session in stored.sessions):
        missing.append("gap_undecided")
    if missing_endlines(stored.cycle_id):
        missing.append("endlines")
    return missing


@action("cancel_cycle")
def cancel_cycle(*, cycle_id: str, reason: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Give up a cycle that was planned but not started.

    Its members are chosen for the group's next cycle again. An enrolment with answers or a first talk stays in the
    record, without a membership; an empty one goes.
    """
    stored = cycle_to_change(cycle_id, by)
    if stored.status != "planned":
        raise Conflict(reason="cycle_not_planned")
    if reason not in CANCEL_REASONS:
        raise Invalid(field="reason", reason="unknown_choice")
    db.session.execute(sa.update(Cycle).where(Cycle.id == cycle_id).values(status="cancelled"))
    back = _give_back(stored, now)
    audit(
        "cancel_cycle",
        by=by,
        now=now,
        entity="cycle",
        entity_id=cycle_id,
        op=op,
        reason=reason,
        members=back,
    )
    return cycle_id


def _give_back(stored: plans.StoredCycle, now: datetime) -> int:
    """Make the members of a cycle that will not be candidates of its group again; gives how many."""
    rows = db.session.execute(
        sa.select(Membership.enrolment_id, Membership.sign, Membership.joined_on, Enrolment.member_id)
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .where(
            Membership.cycle_id == stored.cycle_id,
            Membership.left_on.is_(None),
            ~sa.exists().where(GroupCandidate.member_id == Enrolment.member_id),
        )
    ).all()
    signs = db.session.scalar(
        sa.select(sa.func.max(GroupCandidate.sign)).where(GroupCandidate.group_id == stored.group_id)
    )
    for sign, row in enumerate(sorted(rows, key=lambda one: one.sign), start=(signs or 0) + 1):
        db.session.add(
            GroupCandidate(member_id=row.member_id, group_id=stored.group_id, sign=sign, created_at=now)
        )
    today = now.date()
    db.session.execute(
        sa.update(Membership)
        .where(Membership.cycle_id == stored.cycle_id, Membership.left_on.is_(None))
        .values(left_on=sa.case((Membership.joined_on > today, Membership.joined_on), else_=today))
    )
    traces = sa.or_(
        sa.exists().where(Assessment.enrolment_id == Enrolment.id),
        sa.exists().where(PreGroupMeeting.enrolment_id == Enrolment.id),
        sa.exists().where(Goal.enrolment_id == Enrolment.id),
        sa.exists().where(MemberNote.enrolment_id == Enrolment.id),
    )
    empty = db.session.scalars(
        sa.select(Enrolment.id).where(Enrolment.cycle_id == stored.cycle_id, ~traces)
    ).all()
    db.session.execute(sa.delete(Membership).where(Membership.enrolment_id.in_(empty)))
    db.session.execute(sa.delete(Enrolment).where(Enrolment.id.in_(empty)))
    return len(rows)

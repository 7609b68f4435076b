"""The write of the first talk with one person before the group (domain.md 1.6)."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.guide_steps import ProblemArea
from gipt.domain.problems import Invalid, NotFound
from gipt.models import Cycle, Enrolment, Goal, Group, Member, PreGroupMeeting
from gipt.queries.scope import seen_cycles

AREAS = tuple(area.value for area in ProblemArea)


@dataclass(frozen=True, slots=True)
class PreGroupRecord:
    """The first talk with one enrolled person (domain.md 1.6); consents and the measure have their own actions.

    `held_on` is None while the talk goes on: only a finished one counts as held.
    """

    enrolment_id: str
    held_on: date | None
    steps_done: tuple[str, ...] = ()
    problem_area: str | None = None
    other_areas: tuple[str, ...] = ()
    story: str | None = None
    goals: tuple[str, ...] = ()
    confirmed_dates: bool = False
    kind: str = "pre_group"


def enrolment_site(enrolment_id: str, by: Actor, now: datetime) -> tuple[str, str, str]:
    """Give (member id, cycle id, site id) of an enrolment in a cycle that the actor sees; raise NotFound otherwise."""
    row = db.session.execute(
        sa.select(Enrolment.member_id, Enrolment.cycle_id, Group.site_id)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Enrolment.id == enrolment_id, seen_cycles(by, now.date()))
    ).one_or_none()
    if row is None:
        raise NotFound(kind="enrolment")
    return row.member_id, row.cycle_id, row.site_id


@action("record_pre_group")
def record_pre_group(*, record: PreGroupRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Store the first talk with one person; saving again adds to what is there. Gives the meeting's id."""
    enrolment_site(record.enrolment_id, by, now)
    for area in (record.problem_area, *record.other_areas):
        if area is not None and area not in AREAS:
            raise Invalid(field="problem_area", reason="unknown_choice")
    meeting = db.session.scalar(
        sa.select(PreGroupMeeting).where(
            PreGroupMeeting.enrolment_id == record.enrolment_id, PreGroupMeeting.kind == record.kind
        )
    )
    if meeting is None:
        meeting = PreGroupMeeting(
            id=new_id(), enrolment_id=record.enrolment_id, kind=record.kind, created_at=now
        )
        db.session.add(meeting)
    meeting.held_on, meeting.by_id = record.held_on or meeting.held_on, by.staff_id
    meeting.steps_done, meeting.confirmed_dates = list(record.steps_done), record.confirmed_dates
    enrolment = db.session.get(Enrolment, record.enrolment_id)
    assert enrolment is not None
    enrolment.problem_area = record.problem_area
    enrolment.other_areas = [area for area in record.other_areas if area != record.problem_area]
    enrolment.story = record.story
    _set_goals(record, now)
    audit("record_pre_group", by=by, now=now, entity="enrolment", entity_id=record.enrolment_id, op=op)
    return meeting.id


@action("record_caregiver")
def record_caregiver(
    *,
    enrolment_id: str,
    name: str | None,
    relation: str | None,
    held_on: date,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Note who cares for a member and that this person was talked with (domain.md 1.6); gives the meeting's id.

    The caregiver's consent is its own record (`gipt.actions.consents`).
    """
    member_id, _cycle_id, _site_id = enrolment_site(enrolment_id, by, now)
    member = db.session.get_one(Member, member_id)
    member.caregiver_name, member.caregiver_relation = name, relation
    member.changed_at = now
    meeting = db.session.scalar(
        sa.select(PreGroupMeeting).where(
            PreGroupMeeting.enrolment_id == enrolment_id, PreGroupMeeting.kind == "caregiver"
        )
    )
    if meeting is None:
        meeting = PreGroupMeeting(id=new_id(), enrolment_id=enrolment_id, kind="caregiver", created_at=now)
        db.session.add(meeting)
    meeting.held_on, meeting.by_id = held_on, by.staff_id
    audit("record_caregiver", by=by, now=now, entity="enrolment", entity_id=enrolment_id, op=op)
    return meeting.id


def _set_goals(record: PreGroupRecord, now: datetime) -> None:
    stored: dict[str | None, Goal] = {
        goal.text: goal
        for goal in db.session.scalars(sa.select(Goal).where(Goal.enrolment_id == record.enrolment_id))
    }
    wanted = [text.strip() for text in record.goals if text.strip()]
    for text in wanted:
        if text not in stored:
            db.session.add(Goal(id=new_id(), enrolment_id=record.enrolment_id, text=text, created_at=now))
        elif stored[text].status == "dropped":
            stored[text].status = "open"
    for known, goal in stored.items():
        if known not in wanted:
            goal.status = "dropped"

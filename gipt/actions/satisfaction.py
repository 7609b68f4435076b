"""Writes of satisfaction: one answer for each enrolment, with who asked, checked against who leads the group."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.records import note_recorded
from gipt.actions.safety import civil_day
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.problems import Invalid, NotFound
from gipt.domain.records import RecordKind
from gipt.domain.satisfaction import Collector, SatisfactionAnswer, is_independent
from gipt.models import Assignment, Cycle, Enrolment, Group, Membership, Satisfaction, Staff


@dataclass(frozen=True, slots=True)
class SatisfactionRecord:
    """Say what was answered, when and to whom; `asked_by_id` is needed when somebody of the staff asked."""

    enrolment_id: str
    answer: str
    asked_on: date
    collector: str
    asked_by_id: str | None = None


@action("record_satisfaction")
def record_satisfaction(
    *, record: SatisfactionRecord, by: Actor, now: datetime, op: str | None = None
) -> bool:
    """Store or correct the answer; gives whether it counts, since the own facilitator's does not."""
    enrolment = _enrolment(record.enrolment_id, by)
    if record.answer not in set(SatisfactionAnswer):
        raise Invalid(field="answer", reason="choose_one")
    if record.collector not in set(Collector):
        raise Invalid(field="collector", reason="choose_one")
    if record.asked_on > civil_day(now):
        raise Invalid(field="asked_on", reason="in_future")
    if record.asked_on < enrolment.enrolled_on:
        raise Invalid(field="asked_on", reason="before_start")
    collector = Collector(record.collector)
    asked_by = record.asked_by_id if collector is Collector.STAFF else None
    if collector is Collector.STAFF and (asked_by is None or db.session.get(Staff, asked_by) is None):
        raise Invalid(field="asked_by", reason="choose_one")
    independent = is_independent(collector, asked_by, leaders_of(enrolment.id))
    row = db.session.scalar(sa.select(Satisfaction).where(Satisfaction.enrolment_id == enrolment.id))
    if row is None:
        row = Satisfaction(id=new_id(), enrolment_id=enrolment.id, created_at=now)
        db.session.add(row)
    row.answer, row.asked_on, row.collector = record.answer, record.asked_on, collector.value
    row.asked_by_id, row.independent, row.by_id = asked_by, independent, by.staff_id
    note_recorded(RecordKind.SATISFACTION, record.asked_on, by, now)
    audit(
        "record_satisfaction",
        by=by,
        now=now,
        entity="enrolment",
        entity_id=enrolment.id,
        op=op,
        collector=collector.value,
        independent=independent,
    )
    return independent


def _enrolment(enrolment_id: str, by: Actor) -> Enrolment:
    """Give the enrolment when the actor looks after people at its site; raise NotFound otherwise."""
    require(by, Permission.PEOPLE_EDIT)
    site = db.session.scalar(
        sa.select(Group.site_id)
        .join(Cycle, Cycle.group_id == Group.id)
        .join(Enrolment, Enrolment.cycle_id == Cycle.id)
        .where(Enrolment.id == enrolment_id)
    )
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None or not allows_at(by, Permission.PEOPLE_EDIT, site):
        raise NotFound(kind="enrolment")
    return enrolment


def leaders_of(enrolment_id: str) -> list[str]:
    """Give everybody who ever led a cycle that the enrolment went through, or one meeting of it."""
    through = sa.select(Membership.cycle_id).where(Membership.enrolment_id == enrolment_id)
    own = sa.select(Enrolment.cycle_id).where(Enrolment.id == enrolment_id)
    return list(
        db.session.scalars(
            sa.select(Assignment.staff_id)
            .where(sa.or_(Assignment.cycle_id.in_(through), Assignment.cycle_id.in_(own)))
            .distinct()
        )
    )

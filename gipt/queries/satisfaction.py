"""Reads of satisfaction: one enrolment with what was answered, and who led its group."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.problems import NotFound
from gipt.models import Cycle, Enrolment, Group, Member, Satisfaction
from gipt.queries.scope import at_sites


@dataclass(frozen=True, slots=True)
class SatisfactionPage:
    """One enrolment with its answer; fields of the answer are None until somebody asked."""

    enrolment_id: str
    member_id: str
    member_code: str
    member_name: str | None
    group: str
    enrolled_on: date
    answer: str | None
    asked_on: date | None
    collector: str | None
    asked_by_id: str | None
    independent: bool | None


def get_satisfaction(by: Actor, enrolment_id: str) -> SatisfactionPage:
    """Give an enrolment at the actor's sites; raise NotFound for a foreign one."""
    row = db.session.execute(
        sa.select(
            Enrolment.id,
            Member.id,
            Member.code,
            Member.name,
            Group.name,
            Enrolment.enrolled_on,
            Satisfaction.answer,
            Satisfaction.asked_on,
            Satisfaction.collector,
            Satisfaction.asked_by_id,
            Satisfaction.independent,
        )
        .join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(Satisfaction, Satisfaction.enrolment_id == Enrolment.id)
        .where(Enrolment.id == enrolment_id, at_sites(Group.site_id, sites_for(by, Permission.PEOPLE_EDIT)))
    ).first()
    if row is None:
        raise NotFound(kind="enrolment")
    return SatisfactionPage(*row)

"""The talk before the group with one member: what was agreed, asked and written down so far."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gipt.content.spoken_guides import Words
from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.guides import Curriculum
from gipt.domain.measures import AssessmentPoint
from gipt.domain.people import age_on, is_minor
from gipt.domain.problems import NotFound
from gipt.i18n.variants import gender_of
from gipt.models import (
    Assessment,
    CurriculumVersion,
    Cycle,
    CycleGuide,
    Enrolment,
    Goal,
    Group,
    Member,
    Membership,
    PreGroupMeeting,
    SafetyEpisode,
    Session,
)
from gipt.queries.consents import ConsentState, consent_states
from gipt.queries.curricula import published
from gipt.queries.rows import record
from gipt.queries.scope import seen_cycles
from gipt.queries.translations import published_words

ADULT_FROM = 18


@dataclass(frozen=True, slots=True)
class FirstTalk:
    """One member's first talk; `check_in` is none, started, done or declined."""

    enrolment_id: str
    member_id: str
    cycle_id: str
    sign: int
    name: str | None
    birth_year: int | None
    age_band: str | None
    phone: str | None
    may_call: str | None
    may_text: str | None
    contact_note: str | None
    caregiver_name: str | None
    caregiver_relation: str | None
    problem_area: str | None
    other_areas: tuple[str, ...]
    story: str | None
    language: str | None
    first_on: date
    last_on: date | None
    check_in: str
    episode_id: str | None
    held_on: date | None
    steps_done: tuple[str, ...]
    confirmed_dates: bool
    curriculum: Curriculum
    words: Words | None
    gender: str
    goals: tuple[str, ...]
    consents: ConsentState

    def minor(self, today: date) -> bool | None:
        """Say whether the member is under age; None when neither year of birth nor age band says it."""
        if self.birth_year is not None:
            return is_minor(age_on(today, birth_year=self.birth_year))
        low, dash, high = (self.age_band or "").partition("-")
        if not dash or not (low.isdigit() and high.isdigit()):
            return None
        return int(high) < ADULT_FROM or (None if int(low) < ADULT_FROM else False)

    @property
    def measures(self) -> tuple[str, ...]:
        """Give the measures that are due before the group: the baseline."""
        return tuple(one.measure for one in self.curriculum.due(AssessmentPoint.PRE_GROUP))


def get_first_talk(by: Actor, cycle_id: str, enrolment_id: str, today: date) -> FirstTalk:
    """Give one first talk in three queries; raise NotFound when the member is not the actor's."""
    open_episode = (
        sa.select(SafetyEpisode.id)
        .where(SafetyEpisode.member_id == Enrolment.member_id, SafetyEpisode.status != "closed")
        .correlate(Enrolment)
        .scalar_subquery()
    )
    last_on = (
        sa.select(sa.func.max(Session.on_date))
        .where(Session.cycle_id == Cycle.id, Session.kind == "core")
        .correlate(Cycle)
        .scalar_subquery()
    )
    baseline = (
        sa.select(sa.func.min(Assessment.status))
        .where(Assessment.enrolment_id == Enrolment.id, Assessment.point == "pre_group")
        .correlate(Enrolment)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            Membership.enrolment_id,
            Enrolment.member_id,
            Membership.cycle_id,
            Membership.sign,
            Member.name,
            Member.birth_year,
            Member.age_band,
            Member.phone,
            Member.may_call,
            Member.may_text,
            Member.contact_note,
            Member.caregiver_name,
            Member.caregiver_relation,
            Enrolment.problem_area,
            Enrolment.other_areas,
            Enrolment.story,
            Cycle.language,
            Cycle.first_on,
            last_on.label("last_on"),
            baseline.label("check_in"),
            open_episode.label("episode_id"),
            PreGroupMeeting.held_on,
            PreGroupMeeting.steps_done,
            PreGroupMeeting.confirmed_dates,
            CurriculumVersion.content_hash,
            CycleGuide.translation_id,
            Member.sex,
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
        .outerjoin(
            PreGroupMeeting,
            sa.and_(PreGroupMeeting.enrolment_id == Enrolment.id, PreGroupMeeting.kind == "pre_group"),
        )
        .where(
            Membership.cycle_id == cycle_id, Membership.enrolment_id == enrolment_id, seen_cycles(by, today)
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="enrolment")
    goals = db.session.scalars(
        sa.select(Goal.text)
        .where(Goal.enrolment_id == enrolment_id, Goal.status != "dropped")
        .order_by(Goal.created_at)
    )
    values = dict(row._mapping)
    content_hash, words, sex = (values.pop(name) for name in ("content_hash", "translation_id", "sex"))
    values |= {
        "other_areas": tuple(row.other_areas or ()),
        "steps_done": tuple(row.steps_done or ()),
        "confirmed_dates": bool(row.confirmed_dates),
        "check_in": row.check_in or "none",
    }
    return record(
        FirstTalk,
        (),
        **values,
        curriculum=published(content_hash),
        words=published_words(words),
        gender=gender_of(sex),
        goals=tuple(goal for goal in goals if goal),
        consents=consent_states([row.member_id]).get(row.member_id, ConsentState()),
    )

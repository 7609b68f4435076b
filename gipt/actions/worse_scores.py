"""Scores that got reliably worse: each waits in the supervisor's list until somebody has looked (domain.md 3.7)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.actions.incidents import IncidentRecord, raise_incident
from gipt.actions.safety import place_of
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.incidents import IncidentCategory
from gipt.domain.measures import get_measure_by_key
from gipt.domain.outcomes import reliably_deteriorated, thresholds_for
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Assessment, WorseScore
from gipt.models.records import WORSE_DECISIONS

DECISIONS = WORSE_DECISIONS


def note_if_worse(row: Assessment, by: Actor, now: datetime) -> str | None:
    """Open a prompt when a finished score is worse than the baseline by the measure's reliable step; gives its id.

    A prompt that waits goes away again when a correction shows that the score is not worse; one that somebody
    decided about stays.
    """
    if row.enrolment_id is None or row.point == "pre_group" or row.total is None or row.status != "done":
        return None
    measure = get_measure_by_key(row.measure)
    published = thresholds_for(measure.code)
    if published is None:
        return None
    known = db.session.scalar(sa.select(WorseScore).where(WorseScore.assessment_id == row.id))
    baseline: int | None = db.session.scalar(_baseline(row))
    step, direction = published.reliable_step, measure.direction
    if baseline is None or not reliably_deteriorated(baseline, row.total, step, direction):
        if known is not None and known.decision is None:
            db.session.delete(known)
            audit("drop_worse_score", by=by, now=now, entity="worse_score", entity_id=known.id)
        return None
    if known is not None:
        return known.id
    site_id, _cycle_id = place_of(row.member_id)
    prompt = WorseScore(
        id=new_id(), member_id=row.member_id, site_id=site_id, assessment_id=row.id, found_at=now
    )
    db.session.add(prompt)
    audit("note_worse_score", by=by, now=now, entity="worse_score", entity_id=prompt.id)
    return prompt.id


def _baseline(row: Assessment) -> sa.Select[Any]:
    """Select the latest pre-group total of the same enrolment, as baselines are chosen."""
    return (
        sa.select(Assessment.total)
        .where(
            Assessment.enrolment_id == row.enrolment_id,
            Assessment.measure == row.measure,
            Assessment.point == "pre_group",
            Assessment.total.is_not(None),
            Assessment.prorated.is_(False),
            Assessment.on_date <= row.on_date,
        )
        .order_by(Assessment.on_date.desc(), Assessment.id.desc())
        .limit(1)
    )


@action("decide_worse_score")
def decide_worse_score(
    *, prompt_id: str, decision: str, what: str | None = None, by: Actor, now: datetime, op: str | None = None
) -> str | None:
    """Say what a worse score is about; gives the incident's id when it is written down as one."""
    prompt = db.session.get(WorseScore, prompt_id, with_for_update=True)
    if prompt is None or not allows_at(by, Permission.SAFETY_HANDLE, prompt.site_id):
        raise NotFound(kind="worse_score")
    if decision not in DECISIONS:
        raise Invalid(field="decision", reason="choose_one")
    if prompt.decision is not None:
        raise Conflict(reason="changed")
    incident_id = None
    if decision == "incident":
        on = db.session.scalar(sa.select(Assessment.on_date).where(Assessment.id == prompt.assessment_id))
        record = IncidentRecord(
            IncidentCategory.RISE_IN_DISTRESS.value, on or now.date(), what or "", member_id=prompt.member_id
        )
        incident_id = raise_incident(record=record, by=by, now=now)
    prompt.decision, prompt.decided_at, prompt.decided_by_id = decision, now, by.staff_id
    audit(
        "decide_worse_score",
        by=by,
        now=now,
        entity="worse_score",
        entity_id=prompt.id,
        op=op,
        decision=decision,
    )
    return incident_id

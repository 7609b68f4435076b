"""What raises a safety episode and what anybody does in it: worries, answers, levels, steps.

Everybody who works in the programme may raise and raise higher; lowering, closing and the rest of a supervisor's
work are in `gipt.actions.safety_care`. Nothing here is ever deleted, and nothing asks for data before it writes.
"""

from datetime import datetime

import sqlalchemy as sa

from gipt.actions import episodes
from gipt.actions.base import action, audit
from gipt.db import db
from gipt.domain import risk
from gipt.domain.access import Actor
from gipt.domain.risk import Trigger
from gipt.models import (
    Answer,
    SafetyEvent,
)

OFF_THE_SCALE = 10
"""What counts for an answer that was typed but is not on the item's scale: the worst, since nobody knows."""
STEPS = (
    "stayed",
    "quiet_place",
    "called",
    "spoke_to",
    "nobody_answered",
    "family_came",
    "means_removed",
    "plan_made",
    "taken_to",
)
STEP_KINDS = {"called": "called", "spoke_to": "spoke_to", "plan_made": "plan_made"}


@action("note_assessment_safety")
def note_assessment_safety(
    *,
    assessment_id: str,
    member_id: str,
    site_id: str,
    cycle_id: str | None,
    session_id: str | None,
    state: str,
    item: str | None,
    by: Actor,
    now: datetime,
) -> str | None:
    """Open or join the member's episode for a positive or unanswered safety item; gives the episode's id.

    Called inside the action that stores the answer, so both are stored or neither. Any other state gives None. The
    same answer of the same check-in saved again changes nothing; a higher one counts as new.
    """
    if state not in (risk.SafetyState.POSITIVE, risk.SafetyState.UNKNOWN):
        return None
    db.session.flush()
    positive = state == risk.SafetyState.POSITIVE
    trigger = Trigger.ITEM if positive else Trigger.ITEM_UNKNOWN
    value = _value_of(assessment_id, item) if positive else 0
    known = _already_noted(assessment_id, trigger, value)
    if known is not None:
        return known
    episode = episodes.open_or_join(
        member_id=member_id,
        site_id=site_id,
        trigger=trigger.value,
        by=by,
        now=now,
        code=f"{trigger.value}:{value}" if positive else trigger.value,
        cycle_id=cycle_id,
        session_id=session_id,
        assessment_id=assessment_id,
    )
    audit(
        "note_assessment_safety",
        by=by,
        now=now,
        entity="safety_episode",
        entity_id=episode.id,
        trigger=trigger.value,
    )
    return episode.id


def _value_of(assessment_id: str, item: str | None) -> int:
    value = db.session.scalar(
        sa.select(Answer.value).where(Answer.assessment_id == assessment_id, Answer.item == item)
    )
    return OFF_THE_SCALE if value is None else value


def _already_noted(assessment_id: str, trigger: Trigger, value: int) -> str | None:
    """Give the episode that this check-in raised before with the same trigger and at least this answer."""
    rows = db.session.execute(
        sa.select(SafetyEvent.episode_id, SafetyEvent.code).where(SafetyEvent.assessment_id == assessment_id)
    )
    for row in rows:
        name, _, noted = (row.code or "").partition(":")
        if name == trigger.value and int(noted or 0) >= value:
            return str(row.episode_id)
    return None

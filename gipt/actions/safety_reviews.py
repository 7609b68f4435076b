"""Old positive answers that came in from a spreadsheet: a list without clocks, ticked one by one (decision 7)."""

from datetime import datetime

import sqlalchemy as sa

from gipt.actions import episodes
from gipt.actions.base import action, audit
from gipt.actions.safety import place_of
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.domain.risk import Trigger
from gipt.models import SafetyReview

DECISIONS = ("known", "contacted", "opened")


@action("open_review")
def open_review(*, assessment_id: str, member_id: str, site_id: str, by: Actor, now: datetime) -> str:
    """Put an old positive answer on the review list; gives the entry's id. The same check-in stands there once."""
    known = db.session.scalar(sa.select(SafetyReview.id).where(SafetyReview.assessment_id == assessment_id))
    if known is not None:
        return known
    review_id = new_id()
    db.session.add(
        SafetyReview(
            id=review_id, member_id=member_id, site_id=site_id, assessment_id=assessment_id, found_at=now
        )
    )
    audit("open_review", by=by, now=now, entity="safety_review", entity_id=review_id)
    return review_id


@action("decide_review")
def decide_review(
    *, review_id: str, decision: str, by: Actor, now: datetime, op: str | None = None
) -> str | None:
    """Tick one old answer: known, contacted now, or open an episode; gives the episode's id if one was opened."""
    review = db.session.scalar(sa.select(SafetyReview).where(SafetyReview.id == review_id).with_for_update())
    if review is None or not allows_at(by, Permission.SAFETY_HANDLE, review.site_id):
        raise NotFound(kind="safety_review")
    if decision not in DECISIONS:
        raise Invalid(field="decision", reason="choose_one")
    if review.decision is not None:
        raise Conflict(reason="changed")
    review.decision, review.decided_at, review.decided_by_id = decision, now, by.staff_id
    episode_id = _open(review, by, now) if decision == "opened" else None
    audit(
        "decide_review", by=by, now=now, entity="safety_review", entity_id=review_id, op=op, decision=decision
    )
    return episode_id


def _open(review: SafetyReview, by: Actor, now: datetime) -> str:
    site_id, cycle_id = place_of(review.member_id)
    episode = episodes.open_or_join(
        member_id=review.member_id,
        site_id=site_id,
        trigger=Trigger.ITEM.value,
        by=by,
        now=now,
        cycle_id=cycle_id,
        session_id=None,
        assessment_id=review.assessment_id,
    )
    return episode.id

"""Safety answers that come in by a spreadsheet: an ordinary episode, or the review list without clocks.

The decision is `gipt.domain.risk.import_routes`. Every positive answer that was stored is decided about in the
same transaction; nothing that an import opens is ever taken back by its undo.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions.assessments import HeldSafety, open_for
from gipt.actions.safety_reviews import open_review
from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.risk import ImportRoute, PastAnswer, SafetyState, import_routes
from gipt.models import Assessment, Cycle, Enrolment, Group, GroupCandidate, Member, Membership, Screening
from gipt.queries.import_matching import chunks

WAITS = ("waiting", "offered", "accepted", "not_now")


@dataclass(frozen=True, slots=True)
class Opened:
    """Give what was opened: ids of episodes and of entries of the review list."""

    episodes: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()


def decide_safety(
    held: Sequence[HeldSafety], undated: frozenset[str], by: Actor, now: datetime, today: date
) -> Opened:
    """Open an episode or put on the review list every positive answer that was held back.

    `undated` are assessments whose sheet gave no day: they count as recent. An item that was left empty says
    nothing; it stays marked as unknown and is asked before the group.
    """
    positive = {one.assessment_id: one for one in held if one.state == SafetyState.POSITIVE}
    if not positive:
        return Opened()
    db.session.flush()
    members = {one.member_id for one in positive.values()}
    current = _current(members)
    rows = _answered(members)
    answers = [
        PastAnswer(
            person=row.member_id,
            answered_on=None if row.id in undated else row.on_date,
            state=SafetyState(row.safety),
            current=row.member_id in current,
            imported=row.id in positive,
        )
        for row in rows
    ]
    episodes, reviews = [], []
    for row, route in zip(rows, import_routes(answers, today), strict=True):
        if route is ImportRoute.EPISODE:
            stored = db.session.get_one(Assessment, row.id)
            opened = open_for(positive[row.id], stored, by, now)
            episodes.extend([opened] if opened else [])
        elif route is ImportRoute.REVIEW:
            site_id = row.group_site or row.member_site
            reviews.append(
                open_review(assessment_id=row.id, member_id=row.member_id, site_id=site_id, by=by, now=now)
            )
    return Opened(tuple(dict.fromkeys(episodes)), tuple(dict.fromkeys(reviews)))


def _answered(member_ids: Iterable[str]) -> list[Any]:
    """Give every check-in of some people that says something of safety."""
    found: list[Any] = []
    for part in chunks(member_ids):
        found += db.session.execute(
            sa.select(
                Assessment.id, Assessment.member_id, Assessment.on_date, Assessment.safety,
                Member.site_id.label("member_site"), Group.site_id.label("group_site"),
            )
            .join(Member, Member.id == Assessment.member_id)
            .outerjoin(Enrolment, Enrolment.id == Assessment.enrolment_id)
            .outerjoin(Cycle, Cycle.id == Enrolment.cycle_id)
            .outerjoin(Group, Group.id == Cycle.group_id)
            .where(Assessment.member_id.in_(part), Assessment.safety.in_(("positive", "negative")))
            .order_by(Assessment.member_id, Assessment.on_date)
        ).all()  # fmt: skip
    return found


def _current(member_ids: Iterable[str]) -> set[str]:
    """Give who is in a cycle that is not over, chosen for one, or on the waiting list."""
    found: set[str] = set()
    for part in chunks(member_ids):
        found |= set(db.session.scalars(
            sa.select(Enrolment.member_id)
            .join(Membership, Membership.enrolment_id == Enrolment.id)
            .join(Cycle, Cycle.id == Membership.cycle_id)
            .where(Enrolment.member_id.in_(part), Membership.left_on.is_(None),
                   Cycle.status.in_(("planned", "running", "closing")))
        ))  # fmt: skip
        found |= set(db.session.scalars(
            sa.select(Screening.member_id).where(Screening.member_id.in_(part), Screening.waiting.in_(WAITS))
        ))  # fmt: skip
        found |= set(db.session.scalars(
            sa.select(GroupCandidate.member_id).where(GroupCandidate.member_id.in_(part))
        ))  # fmt: skip
    return found

"""The answers given so far in one check-in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gipt.db import db
from gipt.models import Answer, Assessment


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """The answers so far of one assessment: item id to value, or to None with the reason in `missing`."""

    assessment_id: str | None
    status: str | None
    total: int | None
    values: dict[str, int | None]
    missing: dict[str, str]
    changed_at: datetime | None
    safety: str = "not_asked"
    session_id: str | None = None

    def given(self, item: str) -> bool:
        """Say whether the item was answered, or refused in words."""
        return item in self.values


NO_ANSWERS = GivenAnswers(None, None, None, {}, {}, None)


def find_answers(
    enrolment_id: str, measure: str, *, session_id: str | None, point: str, label: str | None = None
) -> GivenAnswers:
    """Give what was answered so far; the caller has checked that the enrolment is the actor's to see."""
    where = [Assessment.enrolment_id == enrolment_id, Assessment.measure == measure]
    if session_id is not None:
        where.append(Assessment.session_id == session_id)
    else:
        where += [
            Assessment.session_id.is_(None),
            Assessment.point == point,
            Assessment.label.is_not_distinct_from(label),
        ]
    rows = db.session.execute(
        sa.select(
            Assessment.id,
            Assessment.status,
            Assessment.total,
            Assessment.changed_at,
            Assessment.safety,
            Assessment.session_id,
            Answer.item,
            Answer.value,
            Answer.missing,
        )
        .outerjoin(Answer, Answer.assessment_id == Assessment.id)
        .where(*where)
        .order_by(Assessment.created_at)
    ).all()
    if not rows:
        return NO_ANSWERS
    first = rows[0]
    given = [row for row in rows if row.id == first.id and row.item is not None]
    return GivenAnswers(
        first.id,
        first.status,
        first.total,
        {row.item: row.value for row in given},
        {row.item: row.missing for row in given if row.missing is not None},
        first.changed_at,
        first.safety,
        first.session_id,
    )

"""What a paper sheet of one meeting says so far: the answers of everybody, in one question."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.measures import Measure, get_measure_by_key
from gipt.models import Answer, Assessment


@dataclass(frozen=True, slots=True)
class SheetAnswers:
    """The answers of one member to one measure: item id to the digit, or to a dash where none was given."""

    status: str
    signs: dict[str, str] = field(default_factory=dict)

    def line(self, measure: Measure) -> str:
        """Give the digits as they stand on paper; empty when nothing was answered."""
        if not any(item.id in self.signs for item in measure.scored_items):
            return ""
        return "".join(self.signs.get(item.id, "-") for item in measure.scored_items)


NOTHING = SheetAnswers("none")


def find_sheet(session_id: str, measures: Sequence[str]) -> dict[tuple[str, str], SheetAnswers]:
    """Give the answers of a meeting by enrolment and measure; the caller has checked whose meeting it is."""
    if not measures:
        return {}
    rows = db.session.execute(
        sa.select(
            Assessment.enrolment_id,
            Assessment.measure,
            Assessment.status,
            Answer.item,
            Answer.value,
            Answer.missing,
        )
        .outerjoin(Answer, Answer.assessment_id == Assessment.id)
        .where(Assessment.session_id == session_id, Assessment.measure.in_(measures))
    ).all()
    signs: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    states: dict[tuple[str, str], str] = {}
    for row in rows:
        key = (str(row.enrolment_id), row.measure)
        states[key] = row.status
        if row.item is not None:
            signs[key][row.item] = "-" if row.value is None else str(row.value)
    return {key: SheetAnswers(status, signs[key]) for key, status in states.items()}


def other_items(key: str) -> tuple[str, ...]:
    """Give the unscored items of a measure, such as the function item, which stand in boxes of their own."""
    return tuple(item.id for item in get_measure_by_key(key).items if not item.scored)

"""Measures that are stored already, so that an import writes only what differs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.measures import MissingReason
from gipt.intake.records import MeasureEntry
from gipt.models import Answer, Assessment, Screening


@dataclass(frozen=True, slots=True)
class KnownMeasure:
    """One stored administration: total, and answers as value or the code of why there is none."""

    assessment_id: str
    on_date: date
    total: int | None
    total_only: bool
    answers: Mapping[str, int | str] = field(default_factory=dict)


def differs(entry: MeasureEntry, stored: KnownMeasure | None) -> bool:
    """Say whether an entry of a sheet says something that is not stored as it stands."""
    if stored is None:
        return True
    if not entry.answers:
        return entry.total != stored.total
    return any(stored.answers.get(item) != value for item, value in telling(entry, stored).items())


def telling(entry: MeasureEntry, stored: KnownMeasure | None) -> dict[str, int | str]:
    """Give the answers that an entry adds: an empty cell never wipes an answer out."""
    have = stored.answers if stored else {}
    blank = MissingReason.BLANK.value
    return {item: value for item, value in entry.answers if not (value == blank and item in have)}


def answers_of(assessment_ids: Sequence[str]) -> dict[str, dict[str, int | str]]:
    """Give the stored answers of some assessments."""
    found: dict[str, dict[str, int | str]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(Answer.assessment_id, Answer.item, Answer.value, Answer.missing).where(
            Answer.assessment_id.in_(sorted(assessment_ids))
        )
    )
    for assessment_id, item, value, missing in rows:
        found[assessment_id][item] = missing or "" if value is None else value
    return found


def _known(row: Any, answers: Mapping[str, dict[str, int | str]]) -> KnownMeasure:
    return KnownMeasure(row.id, row.on_date, row.total, row.total_only, answers.get(row.id, {}))


def known_screenings(
    member_ids: Sequence[str],
) -> dict[str, list[tuple[str, date, bool, dict[str, KnownMeasure]]]]:
    """Give the screenings of some people, newest first: id, day, whether overridden, measures by key."""
    measures: dict[str, list[Any]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(
            Assessment.id,
            Assessment.screening_id,
            Assessment.measure,
            Assessment.on_date,
            Assessment.total,
            Assessment.total_only,
        ).where(Assessment.member_id.in_(member_ids), Assessment.screening_id.is_not(None))
    ).all()
    answers = answers_of([row.id for row in rows])
    for row in rows:
        measures[row.screening_id].append(row)
    found: dict[str, list[tuple[str, date, bool, dict[str, KnownMeasure]]]] = defaultdict(list)
    screenings = db.session.execute(
        sa.select(Screening.id, Screening.member_id, Screening.on_date, Screening.override_by_id)
        .where(Screening.member_id.in_(member_ids))
        .order_by(Screening.on_date.desc(), Screening.created_at.desc())
    )
    for one in screenings:
        mine = {row.measure: _known(row, answers) for row in measures[one.id]}
        found[one.member_id].append((one.id, one.on_date, one.override_by_id is not None, mine))
    return found


def known_in_cycles(
    enrolment_ids: Sequence[str],
) -> dict[tuple[str, str, str | None, str | None, str], KnownMeasure]:
    """Give the measures of enrolments by (enrolment, point, session, label, measure)."""
    rows = db.session.execute(
        sa.select(
            Assessment.id,
            Assessment.enrolment_id,
            Assessment.point,
            Assessment.session_id,
            Assessment.label,
            Assessment.measure,
            Assessment.on_date,
            Assessment.total,
            Assessment.total_only,
        ).where(Assessment.enrolment_id.in_(enrolment_ids))
    ).all()
    answers = answers_of([row.id for row in rows])
    return {
        (str(row.enrolment_id), row.point, row.session_id, row.label, row.measure): _known(row, answers)
        for row in rows
    }

"""Measurements with their answers for exports by code: who withdrew consent is not among them.

Two statements, walked side by side in one order; memory stays flat however many there are.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.measures import get_measure_by_key
from gipt.interop.fhir import Given, is_coded
from gipt.models import Answer, Assessment, Enrolment, Member
from gipt.queries.report_rows import Beside, Scope, in_scope, ordered, stream, withdrawn


def read_given(connection: Connection, scope: Scope, *, with_safety: bool) -> Iterator[Given]:
    """Give the finished measurements of listed enrolments whose measure has codes, each with its answers.

    Without `with_safety` the answers of a measure that asks a safety question stay here: with the total the one left
    out could be worked out, so all are left out.
    """
    hidden = withdrawn(connection)
    answers = Beside(stream(connection, answer_rows(scope)))
    for row in stream(connection, measurement_rows(scope)):
        found = answers.take(row.id)
        measure = get_measure_by_key(row.measure)
        if row.member_id in hidden or not is_coded(measure):
            continue
        given = with_safety or not measure.safety_items
        yield Given(
            source=row.id,
            person=row.code,
            measure=measure,
            on=row.on_date,
            total=None if row.prorated else row.total,
            answers={one.item: one.value for one in found if one.value is not None} if given else {},
        )


def measurement_rows(scope: Scope) -> Any:
    """Select finished measurements in the one order of all parts."""
    columns = (
        Assessment.id,
        Assessment.member_id,
        Member.code,
        Assessment.measure,
        Assessment.on_date,
        Assessment.total,
        Assessment.prorated,
    )
    return ordered(of_enrolments(sa.select(*columns), scope), Assessment.on_date, Assessment.id)


def answer_rows(scope: Scope) -> Any:
    """Select the answers of the same measurements, in the same order."""
    chosen = sa.select(Answer.assessment_id, Answer.item, Answer.value)
    return ordered(
        of_enrolments(chosen, scope).join(Answer, Answer.assessment_id == Assessment.id),
        Assessment.on_date,
        Assessment.id,
        Answer.item,
    )


def of_enrolments(statement: Any, scope: Scope) -> Any:
    """Limit a statement to finished measurements of the enrolments of a scope."""
    joined = statement.select_from(Assessment).join(Enrolment, Enrolment.id == Assessment.enrolment_id)
    return in_scope(joined.where(Assessment.status == "done"), scope)

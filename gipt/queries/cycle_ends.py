"""What a cycle needs before it can start, and before it can be closed."""

from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.models import (
    Assessment,
    Attendance,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Membership,
    SafetyProtocol,
    Session,
)

STARTABLE = frozenset({"approved"})
"""Curriculum states with which a cycle may start (decision 15); `field_tested` needs the pilot flag."""
CAME = ("present", "late", "left_early")


def count_of(table: type, *where: sa.ColumnElement[bool]) -> Any:
    """Count rows of a table beside a row of Cycle or Session."""
    return (
        sa.select(sa.func.count())
        .select_from(table)
        .where(*where)
        .correlate(Cycle.__table__, Session.__table__)
        .scalar_subquery()
    )


def members_now() -> Any:
    """Count the people who belong to Cycle now."""
    return count_of(Membership, Membership.cycle_id == Cycle.id, Membership.left_on.is_(None))


def protocols() -> Any:
    """Count the safety protocols that were adopted."""
    return sa.select(sa.func.count()).select_from(SafetyProtocol).scalar_subquery()


def still_missing(protocols: int, curriculum_status: str, members: int) -> list[str]:
    """Name what is missing, by codes that have a sentence."""
    missing = [] if protocols else ["safety_protocol"]
    if curriculum_status not in STARTABLE:
        missing.append("curriculum_adopted")
    if not members:
        missing.append("members")
    return missing


def missing_for_start(cycle_id: str) -> list[str]:
    """Name what a cycle needs before it can start: safety protocol, adopted curriculum, members."""
    row = db.session.execute(
        sa.select(protocols(), CurriculumVersion.status, members_now())
        .select_from(Cycle)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Cycle.id == cycle_id)
    ).one()
    return still_missing(*row)


def missing_endlines(cycle_id: str) -> list[str]:
    """List the enrolments that attended, did not leave, and have neither an endline nor a reason for none.

    Who was moved to another group is asked there.
    """
    came = sa.exists().where(Attendance.enrolment_id == Enrolment.id, Attendance.status.in_(CAME))
    asked = sa.exists().where(
        Assessment.enrolment_id == Enrolment.id, Assessment.point == "endline", Assessment.status == "done"
    )
    stayed = sa.or_(
        sa.and_(Membership.left_on.is_(None), Enrolment.exit_type.is_(None)),
        Enrolment.exit_type == "completed",
    )
    return list(
        db.session.scalars(
            sa.select(Enrolment.id)
            .join(Membership, Membership.enrolment_id == Enrolment.id)
            .where(
                Membership.cycle_id == cycle_id, stayed, came, ~asked, Enrolment.no_endline_reason.is_(None)
            )
            .distinct()
        )
    )

"""What a cycle needs before it can start, and before it can be closed."""

from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.adaptation_life import may_start
from gipt.domain.guides import GuideStatus
from gipt.models import (
    Assessment,
    Attendance,
    CurriculumVersion,
    Cycle,
    CycleGuide,
    Enrolment,
    GuideTranslation,
    Membership,
    SafetyProtocol,
    Session,
)

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


def still_missing(
    protocols: int, curriculum_status: str, members: int, guide_status: str | None, pilot: bool | None
) -> list[str]:
    """Name what is missing, by codes that have a sentence; `guide_status` is that of the pinned translation."""
    missing = [] if protocols else ["safety_protocol"]
    if not may_start(GuideStatus(curriculum_status), pilot=bool(pilot)):
        missing.append("curriculum_adopted")
    if guide_status is not None and not may_start(GuideStatus(guide_status), pilot=bool(pilot)):
        missing.append("guide_approved")
    if not members:
        missing.append("members")
    return missing


def missing_for_start(cycle_id: str) -> list[str]:
    """Name what a cycle needs before it can start: safety protocol, adopted curriculum, approved words, members."""
    row = db.session.execute(
        sa.select(
            protocols(), CurriculumVersion.status, members_now(), GuideTranslation.status, CycleGuide.pilot
        )
        .select_from(Cycle)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
        .outerjoin(GuideTranslation, GuideTranslation.id == CycleGuide.translation_id)
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

"""Who was asked whether the programme fits, under which criteria, and who waits."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, reference, sealed

OUTCOMES = (
    "eligible",
    "eligible_waitlisted",
    "below_threshold",
    "excluded_risk_referred",
    "excluded_other_referred",
    "declined",
    "not_reachable",
    "duplicate",
)


class Criteria(Model):
    """One version of the eligibility criteria; a new version never rewrites what an older one decided."""

    __tablename__ = "criteria"
    __table_args__ = (
        sa.UniqueConstraint("version"),
        between("cutoff", 0, 200),
        between("age_from", 0, 120),
        between("age_to", 0, 130),
        between("function_cutoff", 0, 200),
    )

    id: Mapped[str] = id_column()
    version: Mapped[int]
    measure: Mapped[str]
    cutoff: Mapped[int]
    citation: Mapped[str]
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    function_measure: Mapped[str | None]
    function_cutoff: Mapped[int | None]
    adopted_by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    adopted_at: Mapped[datetime]


class Screening(Model):
    """One screening of one person: outcome with reasons, and where the person stands on the waiting list.

    Without an outcome something is still missing; `reasons` then name it.
    """

    __tablename__ = "screening"
    __table_args__ = (
        choice("outcome", OUTCOMES),
        choice("waiting", ("waiting", "offered", "accepted", "not_now", "placed", "referred", "closed")),
        between("days", 0, 127),
        choice("part_of_day", ("morning", "afternoon", "any")),
        sa.CheckConstraint(
            "override_reason IS NULL OR override_by_id IS NOT NULL", name="override_has_author"
        ),
        sa.Index("ix_screening_site_id_waiting", "site_id", "waiting"),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str] = reference("member.id")
    site_id: Mapped[str] = reference("site.id", index=False)
    criteria_id: Mapped[str] = reference("criteria.id")
    on_date: Mapped[date] = mapped_column(index=True)
    assessor_id: Mapped[str | None] = reference("staff.id", nullable=True)
    outcome: Mapped[str | None]
    reasons: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    complete: Mapped[bool]
    positive: Mapped[bool | None]
    override_reason: Mapped[str | None] = sealed("screening.override_reason")
    override_by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    waiting: Mapped[str | None]
    days: Mapped[int] = mapped_column(default=127)
    part_of_day: Mapped[str] = mapped_column(default="any")
    created_at: Mapped[datetime]

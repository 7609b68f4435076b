"""Measures as they were asked: one row per administration, one per answer."""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, reference
from gipt.domain.measures import MissingReason

POINTS = ("screening", "pre_group", "session", "midline", "endline", "follow_up")


class Assessment(Model):
    """One administration of a measure to a person at a point of the programme."""

    __tablename__ = "assessment"
    __table_args__ = (
        choice("point", POINTS),
        choice("status", ("started", "done", "declined")),
        choice("mode", ("self", "interviewer", "phone", "paper", "sheet")),
        choice("relation", ("own_facilitator", "other_facilitator", "independent")),
        choice("safety", ("positive", "negative", "unknown", "not_asked")),
        between("total", 0, 400),
        between("answered", 0, 60),
        sa.Index("ix_assessment_member_id_on_date", "member_id", "on_date"),
        sa.Index("uq_assessment_once_a_session", "session_id", "enrolment_id", "measure", unique=True),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str] = reference("member.id", index=False)
    enrolment_id: Mapped[str | None] = reference("enrolment.id", nullable=True)
    session_id: Mapped[str | None] = reference("session.id", nullable=True, index=False)
    screening_id: Mapped[str | None] = reference("screening.id", nullable=True)
    measure: Mapped[str]
    measure_version: Mapped[str]
    convention: Mapped[str | None]
    wording: Mapped[str | None]
    language: Mapped[str | None]
    point: Mapped[str]
    label: Mapped[str | None]
    on_date: Mapped[date]
    mode: Mapped[str]
    relation: Mapped[str | None]
    assessor_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    status: Mapped[str]
    total: Mapped[int | None]
    total_only: Mapped[bool] = mapped_column(default=False)
    prorated: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[int] = mapped_column(default=0)
    safety: Mapped[str] = mapped_column(default="not_asked")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Answer(Model):
    """One answer; exactly one of value and missing reason is there."""

    __tablename__ = "answer"
    __table_args__ = (
        between("value", 0, 10),
        choice("missing", MissingReason),
        sa.CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="value_or_reason"),
    )

    assessment_id: Mapped[str] = reference("assessment.id", primary_key=True, index=False)
    item: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[str | None]
    at: Mapped[datetime]


class AnswerCorrection(Model):
    """What an answer was before it was changed; never changed, never deleted."""

    __tablename__ = "answer_correction"

    id: Mapped[str] = id_column()
    assessment_id: Mapped[str] = reference("assessment.id")
    item: Mapped[str]
    value_before: Mapped[int | None]
    missing_before: Mapped[str | None]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]

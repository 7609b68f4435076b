"""What comes back from the use of a guide: how far things were done in a meeting, remarks, and answers to them."""

from datetime import datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, choice, id_column, mapped_column, not_blank, reference, sealed
from gipt.domain.guide_remarks import RemarkOutcome, RemarkReason
from gipt.domain.guide_steps import FidelityRating

SEEN_BY = ("facilitator", "observer")


class FidelityMark(Model):
    """How far one thing of a meeting was done (domain.md 4.3): as its facilitator says, or as an observer saw."""

    __tablename__ = "fidelity_mark"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "seen_by", "item_key"),
        choice("rating", FidelityRating),
        choice("seen_by", SEEN_BY),
        not_blank("item_key"),
    )

    id: Mapped[str] = id_column()
    session_id: Mapped[str] = reference("session.id", index=False)
    seen_by: Mapped[str]
    item_key: Mapped[str]
    rating: Mapped[str]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]


class RemarkAnswer(Model):
    """What the adaptation team did about remarks: changed the words (in which published ones), or kept them."""

    __tablename__ = "remark_answer"
    __table_args__ = (choice("outcome", RemarkOutcome),)

    id: Mapped[str] = id_column()
    outcome: Mapped[str]
    translation_id: Mapped[str | None] = reference("guide_translation.id", nullable=True, index=False)
    words: Mapped[str | None] = sealed("remark_answer.words")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]


class GuideRemark(Model):
    """One "This did not work here": about which step, in which words, for which reason.

    `session_id` is empty in the talk before the group. `text_keys` names the lines that were chosen, `language` the
    tag of the words that were read, `translation_id` the published words they came from. The free text is sealed.
    """

    __tablename__ = "guide_remark"
    __table_args__ = (
        choice("reason", RemarkReason),
        not_blank("step_key"),
        not_blank("language"),
        sa.Index("ix_guide_remark_curriculum_version_id_step_key", "curriculum_version_id", "step_key"),
        sa.Index("ix_guide_remark_by_id_cycle_id", "by_id", "cycle_id"),
    )

    id: Mapped[str] = id_column()
    cycle_id: Mapped[str] = reference("cycle.id", index=False)
    session_id: Mapped[str | None] = reference("session.id", nullable=True, index=False)
    curriculum_version_id: Mapped[str] = reference("curriculum_version.id", index=False)
    translation_id: Mapped[str | None] = reference("guide_translation.id", nullable=True, index=False)
    guide_key: Mapped[str]
    step_key: Mapped[str]
    text_keys: Mapped[list[str]] = mapped_column(sa.JSON)
    language: Mapped[str]
    reason: Mapped[str]
    words: Mapped[str | None] = sealed("guide_remark.words")
    answer_id: Mapped[str | None] = reference("remark_answer.id", nullable=True)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]

"""The safety loop: the programme's protocol, episodes, what was done, referrals."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, reference, sealed

STATUSES = ("new", "seen", "contacted", "plan", "watching", "closed")
TRIGGERS = (
    "item",
    "item_unknown",
    "worry",
    "family_concern",
    "psychosis_or_severe",
    "violence",
    "child_protection",
    "safeguarding",
    "medical",
)
EVENT_KINDS = (
    "opened",
    "joined",
    "answered",
    "level_set",
    "level_raised",
    "level_lowered",
    "seen",
    "step_done",
    "called",
    "spoke_to",
    "contacted",
    "next_contact_set",
    "referred",
    "arrived",
    "handed_over",
    "plan_made",
    "cleared",
    "linked",
    "note",
    "close_asked",
    "closed",
    "reopened",
)


class SafetyProtocol(Model):
    """One adopted version of the programme's safety protocol; the newest one is in force."""

    __tablename__ = "safety_protocol"
    __table_args__ = (sa.UniqueConstraint("version"),)

    id: Mapped[str] = id_column()
    version: Mapped[int]
    language: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    approver: Mapped[str]
    approved_on: Mapped[date]
    adopted_by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    adopted_at: Mapped[datetime]


class SafetyEpisode(Model):
    """One stretch of concern about one person (or about somebody not yet named)."""

    __tablename__ = "safety_episode"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        choice("status", STATUSES),
        choice("trigger", TRIGGERS),
        between("level", 1, 3),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        sa.Index(
            "uq_safety_episode_open",
            "member_id",
            unique=True,
            sqlite_where=sa.text("status <> 'closed' AND member_id IS NOT NULL"),
            postgresql_where=sa.text("status <> 'closed' AND member_id IS NOT NULL"),
        ),
        sa.Index("ix_safety_episode_site_id_status", "site_id", "status"),
    )

    id: Mapped[str] = id_column()
    code: Mapped[str]
    member_id: Mapped[str | None] = reference("member.id", nullable=True)
    site_id: Mapped[str] = reference("site.id", index=False)
    cycle_id: Mapped[str | None] = reference("cycle.id", nullable=True)
    session_id: Mapped[str | None] = reference("session.id", nullable=True, index=False)
    assessment_id: Mapped[str | None] = reference("assessment.id", nullable=True, index=False)
    trigger: Mapped[str]
    level: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="new")
    unseen: Mapped[bool] = mapped_column(default=True)
    unseen_since: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    first_acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    next_contact_on: Mapped[date | None]
    safety_plan: Mapped[bool | None]
    means_restricted: Mapped[bool | None]
    paused: Mapped[bool] = mapped_column(default=False)
    cleared_by: Mapped[str | None] = sealed("safety_episode.cleared_by")
    outcome: Mapped[str | None]
    close_reason: Mapped[str | None] = sealed("safety_episode.close_reason")
    close_asked_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)


class SafetyEvent(Model):
    """One thing that happened in an episode; rows are only ever added."""

    __tablename__ = "safety_event"
    __table_args__ = (choice("kind", EVENT_KINDS), between("level", 1, 3))

    id: Mapped[str] = id_column()
    episode_id: Mapped[str] = reference("safety_episode.id")
    kind: Mapped[str]
    level: Mapped[int | None]
    code: Mapped[str | None]
    on_date: Mapped[date | None]
    assessment_id: Mapped[str | None] = reference("assessment.id", nullable=True)
    note: Mapped[str | None] = sealed("safety_event.note")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]


class Referral(Model):
    """A person sent on to another service; given and arrived are separate facts."""

    __tablename__ = "referral"
    __table_args__ = (
        choice("urgency", ("now", "today", "soon")),
        choice("kind", ("safety", "screening", "end", "other")),
        choice("agreed", ("yes", "no", "not_asked")),
        sa.CheckConstraint("arrived_on IS NULL OR arrived_on >= given_on", name="arrives_after_given"),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str | None] = reference("member.id", nullable=True)
    site_id: Mapped[str] = reference("site.id")
    episode_id: Mapped[str | None] = reference("safety_episode.id", nullable=True)
    screening_id: Mapped[str | None] = reference("screening.id", nullable=True, index=False)
    kind: Mapped[str]
    to_service: Mapped[str | None] = sealed("referral.to_service")
    urgency: Mapped[str]
    agreed: Mapped[str] = mapped_column(default="not_asked")
    accompanied: Mapped[bool | None]
    given_on: Mapped[date]
    given_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    arrived_on: Mapped[date | None]
    arrived_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    feedback: Mapped[str | None] = sealed("referral.feedback")
    created_at: Mapped[datetime]


class SafetyReview(Model):
    """An old positive answer that came in by import: looked at one by one, without a clock."""

    __tablename__ = "safety_review"
    __table_args__ = (
        choice("decision", ("known", "contacted", "opened")),
        sa.UniqueConstraint("assessment_id"),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str] = reference("member.id")
    site_id: Mapped[str] = reference("site.id")
    assessment_id: Mapped[str] = reference("assessment.id", index=False)
    found_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)

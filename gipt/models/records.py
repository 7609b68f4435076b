"""What indicators need beside meetings and measures: incidents, satisfaction, complaints, worse scores to look at."""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, choice, id_column, mapped_column, reference, sealed
from gipt.domain.complaints import ComplaintAbout, ComplaintChannel, ComplaintOutcome, ComplaintState
from gipt.domain.incidents import IncidentCategory, IncidentOutcome, IncidentRelation
from gipt.domain.records import RecordKind
from gipt.domain.satisfaction import Collector, SatisfactionAnswer

WORSE_DECISIONS = ("known", "contacted", "incident", "not_worse")


class RecordSince(Model):
    """Since which day the programme records a kind; without a row it does not."""

    __tablename__ = "record_since"
    __table_args__ = (choice("kind", RecordKind),)

    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    first_on: Mapped[date]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]


class Incident(Model):
    """One adverse event; what happened and what was done are sealed, corrections are added as notes."""

    __tablename__ = "incident"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        choice("category", IncidentCategory),
        choice("relation", IncidentRelation),
        choice("outcome", IncidentOutcome),
        sa.Index("ix_incident_site_id_happened_on", "site_id", "happened_on"),
    )

    id: Mapped[str] = id_column()
    code: Mapped[str]
    site_id: Mapped[str] = reference("site.id", index=False)
    member_id: Mapped[str | None] = reference("member.id", nullable=True)
    cycle_id: Mapped[str | None] = reference("cycle.id", nullable=True)
    category: Mapped[str]
    happened_on: Mapped[date]
    what: Mapped[str | None] = sealed("incident.what")
    action_taken: Mapped[str | None] = sealed("incident.action_taken")
    relation: Mapped[str | None]
    expected: Mapped[bool | None]
    outcome: Mapped[str | None]
    report_by: Mapped[datetime | None]
    reported_to: Mapped[str | None] = sealed("incident.reported_to")
    reported_at: Mapped[datetime | None]
    raised_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)


class IncidentNote(Model):
    """What was added about an incident; never changed, never deleted."""

    __tablename__ = "incident_note"

    id: Mapped[str] = id_column()
    incident_id: Mapped[str] = reference("incident.id")
    note: Mapped[str | None] = sealed("incident_note.note")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]


class WorseScore(Model):
    """A score that is worse than the baseline by the reliable step: a prompt to look, no incident by itself."""

    __tablename__ = "worse_score"
    __table_args__ = (
        choice("decision", WORSE_DECISIONS),
        sa.UniqueConstraint("assessment_id"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_has_time"),
        sa.Index("ix_worse_score_site_id_decision", "site_id", "decision"),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str] = reference("member.id")
    site_id: Mapped[str] = reference("site.id", index=False)
    assessment_id: Mapped[str] = reference("assessment.id", index=False)
    found_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)


class Satisfaction(Model):
    """What a member said at the end of an enrolment, and who asked; `independent` was checked when it was stored."""

    __tablename__ = "satisfaction"
    __table_args__ = (
        choice("answer", SatisfactionAnswer),
        choice("collector", Collector),
        sa.UniqueConstraint("enrolment_id"),
        sa.CheckConstraint("(collector = 'staff') = (asked_by_id IS NOT NULL)", name="staff_has_name"),
    )

    id: Mapped[str] = id_column()
    enrolment_id: Mapped[str] = reference("enrolment.id", index=False)
    asked_on: Mapped[date]
    answer: Mapped[str]
    collector: Mapped[str]
    asked_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    independent: Mapped[bool]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]


class Complaint(Model):
    """One complaint; who may read it is worked out from whom it concerns (`gipt.domain.complaints`)."""

    __tablename__ = "complaint"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        choice("about", ComplaintAbout),
        choice("channel", ComplaintChannel),
        choice("state", ComplaintState),
        choice("outcome", ComplaintOutcome),
        sa.CheckConstraint("state = 'received' OR answered_on IS NOT NULL", name="answered_has_date"),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_has_date"),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        sa.Index("ix_complaint_received_on", "received_on"),
    )

    id: Mapped[str] = id_column()
    code: Mapped[str]
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    about: Mapped[str]
    channel: Mapped[str]
    text: Mapped[str | None] = sealed("complaint.text")
    contact: Mapped[str | None] = sealed("complaint.contact")
    received_on: Mapped[date]
    close_by: Mapped[date]
    state: Mapped[str] = mapped_column(default="received")
    answered_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None]
    created_at: Mapped[datetime]


class ComplaintStaff(Model):
    """Somebody of the programme whom a complaint is about."""

    __tablename__ = "complaint_staff"

    complaint_id: Mapped[str] = reference("complaint.id", primary_key=True, index=False)
    staff_id: Mapped[str] = reference("staff.id", primary_key=True)


class ComplaintNote(Model):
    """What was done about a complaint; never changed, never deleted."""

    __tablename__ = "complaint_note"

    id: Mapped[str] = id_column()
    complaint_id: Mapped[str] = reference("complaint.id")
    note: Mapped[str | None] = sealed("complaint_note.note")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]

"""Who came to which meeting, corrections with their reasons, and the follow-up of who did not come."""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, reference, sealed
from gipt.domain.attendance import AttendanceStatus, ExcuseReason

VIA = ("phone", "office", "paper", "sheet")


class Attendance(Model):
    """One member's mark in one session."""

    __tablename__ = "attendance"
    __table_args__ = (
        choice("status", AttendanceStatus),
        choice("reason", ExcuseReason),
        choice("via", VIA),
        between("minutes_late", 0, 600),
        sa.UniqueConstraint("session_id", "enrolment_id"),
    )

    id: Mapped[str] = id_column()
    session_id: Mapped[str] = reference("session.id", index=False)
    enrolment_id: Mapped[str] = reference("enrolment.id")
    status: Mapped[str]
    reason: Mapped[str | None]
    minutes_late: Mapped[int | None]
    left_after_half: Mapped[bool | None]
    with_child: Mapped[bool] = mapped_column(default=False)
    made_up_on: Mapped[date | None]
    via: Mapped[str]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class AttendanceCorrection(Model):
    """What a mark was before it was corrected, by whom and why; never changed, never deleted."""

    __tablename__ = "attendance_correction"

    id: Mapped[str] = id_column()
    attendance_id: Mapped[str] = reference("attendance.id")
    status_before: Mapped[str]
    status_after: Mapped[str]
    reason: Mapped[str | None] = sealed("attendance_correction.reason")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime]


class Visitor(Model):
    """Somebody new who came to a meeting or is to come to it; not counted until a coordinator decides.

    `came` is false for somebody whom the facilitator asks to be added from that meeting on.
    """

    __tablename__ = "visitor"
    __table_args__ = (choice("decision", ("added", "visit_only")),)

    id: Mapped[str] = id_column()
    session_id: Mapped[str] = reference("session.id")
    name: Mapped[str | None] = sealed("visitor.name")
    note: Mapped[str | None] = sealed("visitor.note")
    came: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    decision: Mapped[str | None]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]


class AbsenceFollowUp(Model):
    """The task to ask after somebody who did not come, and what came of it."""

    __tablename__ = "absence_follow_up"
    __table_args__ = (
        choice("tried_by", ("visit", "call", "message")),
        choice("reached", ("yes", "no", "someone_else")),
        choice("coming", ("yes", "no", "do_not_know")),
        choice(
            "reason",
            (
                "ill",
                "work",
                "family",
                "journey",
                "not_well_with_group",
                "moved",
                "funeral",
                "does_not_want",
                "other",
            ),
        ),
        sa.UniqueConstraint("session_id", "enrolment_id"),
    )

    id: Mapped[str] = id_column()
    session_id: Mapped[str] = reference("session.id", index=False)
    enrolment_id: Mapped[str] = reference("enrolment.id")
    due_on: Mapped[date] = mapped_column(index=True)
    told_supervisor: Mapped[bool] = mapped_column(default=False)
    tried_by: Mapped[str | None]
    reached: Mapped[str | None]
    reason: Mapped[str | None]
    coming: Mapped[str | None]
    note: Mapped[str | None] = sealed("absence_follow_up.note")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]

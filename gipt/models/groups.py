"""Groups, their cycles and sessions, who leads them and who is in them when."""

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference, sealed
from gipt.domain.people import ExitType, Sex

SESSION_STATUSES = ("planned", "confirmed", "held", "cancelled", "postponed", "merged", "not_held_no_report")
POPULATIONS = (
    "adult_women",
    "adult_men",
    "adolescent_girls",
    "adolescent_boys",
    "perinatal",
    "hiv",
    "displaced",
    "caregivers",
    "other",
)
SCHEDULE_CHANGES = (
    "move_one",
    "move_this_and_after",
    "cancel",
    "append",
    "accept",
    "held_on_another_day",
    "hand_over",
    "follow_up",
)
CANCEL_REASONS = ("facilitator", "venue", "weather", "security", "funeral", "holiday", "low_turnout", "other")


class Group(Model):
    """A set of people who meet; it runs one cycle at a time."""

    __tablename__ = "group_of_members"
    __table_args__ = (
        not_blank("code"),
        not_blank("name"),
        sa.UniqueConstraint("code"),
        choice("sex", Sex),
        choice("population", POPULATIONS),
        between("sign", 0, 63),
    )

    id: Mapped[str] = id_column()
    site_id: Mapped[str] = reference("site.id")
    code: Mapped[str]
    name: Mapped[str]
    sign: Mapped[int] = mapped_column(default=0)
    sex: Mapped[str | None]
    age_band: Mapped[str | None]
    minors: Mapped[bool] = mapped_column(default=False)
    population: Mapped[str | None]
    language: Mapped[str | None]
    venue_id: Mapped[str | None] = reference("venue.id", nullable=True)
    note: Mapped[str | None] = sealed("group_of_members.note")
    created_at: Mapped[datetime]


class Cycle(Model):
    """One run of a group, pinned to the published curriculum version that it was planned with."""

    __tablename__ = "cycle"
    __table_args__ = (
        choice("status", ("planned", "running", "closing", "closed", "cancelled")),
        choice("mode", ("in_person", "phone", "hybrid")),
        between("sessions", 1, 60),
        between("weekday", 0, 6),
        between("rhythm_days", 1, 60),
        between("minutes", 10, 600),
        between("completion_sessions", 1, 60),
        between("accepted_sessions", 0, 60),
        sa.UniqueConstraint("group_id", "number"),
        sa.CheckConstraint(
            "status NOT IN ('running', 'closing', 'closed') OR started_on IS NOT NULL",
            name="started_has_date",
        ),
        sa.CheckConstraint("status <> 'closed' OR closed_on IS NOT NULL", name="closed_has_date"),
    )

    id: Mapped[str] = id_column()
    group_id: Mapped[str] = reference("group_of_members.id")
    number: Mapped[int]
    curriculum_version_id: Mapped[str] = reference("curriculum_version.id")
    status: Mapped[str] = mapped_column(default="planned")
    mode: Mapped[str] = mapped_column(default="in_person")
    sessions: Mapped[int]
    accepted_sessions: Mapped[int | None]
    completion_sessions: Mapped[int]
    weekday: Mapped[int]
    at_time: Mapped[time]
    time_zone: Mapped[str]
    minutes: Mapped[int]
    rhythm_days: Mapped[int]
    venue_id: Mapped[str | None] = reference("venue.id", nullable=True)
    language: Mapped[str | None]
    first_on: Mapped[date]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    self_help_from: Mapped[date | None]
    created_at: Mapped[datetime]


class Session(Model):
    """One dated meeting of a cycle: a numbered core session, a follow-up, or an extra one."""

    __tablename__ = "session"
    __table_args__ = (
        choice("kind", ("core", "follow_up", "booster", "makeup")),
        choice("status", SESSION_STATUSES),
        choice("cancel_reason", CANCEL_REASONS),
        choice("mode", ("in_person", "phone", "hybrid")),
        choice("feel", ("easy", "mixed", "hard")),
        choice("recorded_via", ("phone", "office", "paper", "sheet")),
        between("minutes", 10, 600),
        between("number", 1, 60),
        between("children_present", 0, 99),
        between("minutes_held", 1, 600),
        choice("gap", ("none", "open", "accepted", "replaced")),
        # A cancelled session keeps its row and number beside the one that makes up for it.
        sa.Index(
            "uq_session_live_number",
            "cycle_id",
            "kind",
            "number",
            unique=True,
            sqlite_where=sa.text("status <> 'cancelled'"),
            postgresql_where=sa.text("status <> 'cancelled'"),
        ),
        sa.CheckConstraint("(status = 'held') = (held_on IS NOT NULL)", name="held_has_date"),
        sa.CheckConstraint("status <> 'cancelled' OR cancel_reason IS NOT NULL", name="cancelled_has_reason"),
        sa.Index("ix_session_on_date", "on_date"),
    )

    id: Mapped[str] = id_column()
    cycle_id: Mapped[str] = reference("cycle.id")
    kind: Mapped[str] = mapped_column(default="core")
    number: Mapped[int]
    label: Mapped[str | None]
    first_confirmed_on: Mapped[date | None]
    on_date: Mapped[date]
    at_time: Mapped[time]
    minutes: Mapped[int]
    venue_id: Mapped[str | None] = reference("venue.id", nullable=True)
    mode: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="planned")
    cancel_reason: Mapped[str | None]
    gap: Mapped[str] = mapped_column(default="none")
    cancel_note: Mapped[str | None] = sealed("session.cancel_note")
    held_on: Mapped[date | None]
    recorded_via: Mapped[str | None]
    feel: Mapped[str | None]
    steps_done: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    minutes_held: Mapped[int | None]
    children_present: Mapped[int | None]
    note: Mapped[str | None] = sealed("session.note")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    low_turnout_decision: Mapped[str | None]
    created_at: Mapped[datetime]


class Assignment(Model):
    """Who leads a cycle (or one session of it), from when to when; access follows it."""

    __tablename__ = "assignment"
    __table_args__ = (
        choice("role", ("lead", "co", "substitute")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[str] = id_column()
    cycle_id: Mapped[str] = reference("cycle.id")
    staff_id: Mapped[str] = reference("staff.id")
    session_id: Mapped[str | None] = reference("session.id", nullable=True)
    role: Mapped[str] = mapped_column(default="lead")
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    created_at: Mapped[datetime]


class ScheduleChange(Model):
    """One change of a schedule: the rows that it touched, as they were before and after, so that it can be undone."""

    __tablename__ = "schedule_change"
    __table_args__ = (
        choice("kind", SCHEDULE_CHANGES),
        sa.CheckConstraint("undone_at IS NOT NULL OR undone_by_id IS NULL", name="undone_has_time"),
    )

    id: Mapped[str] = id_column()
    cycle_id: Mapped[str] = reference("cycle.id")
    kind: Mapped[str]
    number: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    at: Mapped[datetime] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)


class Enrolment(Model):
    """One person in one cycle, from consent to the end; a second cycle is a second enrolment."""

    __tablename__ = "enrolment"
    __table_args__ = (
        choice("exit_type", ExitType),
        sa.UniqueConstraint("member_id", "cycle_id"),
        sa.CheckConstraint("(exit_type IS NULL) = (exit_on IS NULL)", name="exit_has_date"),
        sa.Index("ix_enrolment_enrolled_on", "enrolled_on"),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str] = reference("member.id")
    cycle_id: Mapped[str] = reference("cycle.id")
    enrolled_on: Mapped[date]
    screening_id: Mapped[str | None] = reference("screening.id", nullable=True)
    problem_area: Mapped[str | None]
    other_areas: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    story: Mapped[str | None] = sealed("enrolment.story")
    exit_type: Mapped[str | None]
    exit_on: Mapped[date | None]
    exit_reason: Mapped[str | None] = sealed("enrolment.exit_reason")
    exit_by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    no_endline_reason: Mapped[str | None]
    late_reason: Mapped[str | None] = sealed("enrolment.late_reason")
    created_at: Mapped[datetime]


class Membership(Model):
    """From when to when an enrolled person belonged to the cycle; expected only within these days."""

    __tablename__ = "membership"
    __table_args__ = (
        between("sign", 1, 99),
        sa.UniqueConstraint("cycle_id", "sign"),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaves_after_joining"),
        sa.Index(
            "uq_membership_open",
            "enrolment_id",
            unique=True,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        ),
    )

    id: Mapped[str] = id_column()
    enrolment_id: Mapped[str] = reference("enrolment.id")
    cycle_id: Mapped[str] = reference("cycle.id")
    sign: Mapped[int]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    created_at: Mapped[datetime]


class GroupCandidate(Model):
    """A person chosen for a formed group that has no cycle yet; becomes an enrolment when one is planned.

    One row for a person: nobody is promised a place in two groups.
    """

    __tablename__ = "group_candidate"
    __table_args__ = (between("sign", 1, 99), sa.UniqueConstraint("group_id", "sign"))

    member_id: Mapped[str] = reference("member.id", primary_key=True, index=False)
    group_id: Mapped[str] = reference("group_of_members.id", index=False)
    sign: Mapped[int]
    created_at: Mapped[datetime]


class Goal(Model):
    """One goal in the member's own words."""

    __tablename__ = "goal"
    __table_args__ = (choice("status", ("open", "partly", "reached", "dropped")),)

    id: Mapped[str] = id_column()
    enrolment_id: Mapped[str] = reference("enrolment.id")
    text: Mapped[str | None] = sealed("goal.text")
    status: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime]


class MemberNote(Model):
    """A short note on a member for those who lead the group; a corrected one stays behind the one that replaced it.

    Nothing exports it: no report, no list, no search reads this table.
    """

    __tablename__ = "member_note"

    id: Mapped[str] = id_column()
    enrolment_id: Mapped[str] = reference("enrolment.id")
    text: Mapped[str | None] = sealed("member_note.text")
    replaced_by_id: Mapped[str | None] = reference("member_note.id", nullable=True)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]


class PreGroupMeeting(Model):
    """The individual meeting before the group: what was done with this enrolled person."""

    __tablename__ = "pre_group_meeting"
    __table_args__ = (
        choice("kind", ("pre_group", "caregiver", "mid", "end")),
        sa.UniqueConstraint("enrolment_id", "kind"),
    )

    id: Mapped[str] = id_column()
    enrolment_id: Mapped[str] = reference("enrolment.id")
    kind: Mapped[str] = mapped_column(default="pre_group")
    held_on: Mapped[date | None]
    planned_on: Mapped[date | None]
    steps_done: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    confirmed_dates: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    created_at: Mapped[datetime]

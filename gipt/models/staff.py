"""Who works in the programme, what they may do where, and how they sign in."""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, choice, id_column, mapped_column, not_blank, reference, sealed
from gipt.domain.access import Role


class Staff(Model):
    """A person who works in the programme and may sign in by `sign_in_name`.

    Calendars, digits and clock are None where the person reads what the programme chose; `second_calendar` is
    `none` for a person who wants only one.
    """

    __tablename__ = "staff"
    __table_args__ = (
        not_blank("sign_in_name"),
        sa.UniqueConstraint("sign_in_name"),
        sa.UniqueConstraint("code"),
        choice("sex", ("female", "male", "other")),
        choice("digits", ("latin", "local")),
        choice("clock", ("usual", "ethiopian")),
    )

    id: Mapped[str] = id_column()
    code: Mapped[str]
    sign_in_name: Mapped[str]
    name: Mapped[str | None] = sealed("staff.name")
    phone: Mapped[str | None] = sealed("staff.phone")
    email: Mapped[str | None] = sealed("staff.email")
    sex: Mapped[str | None]
    language: Mapped[str | None]
    calendar: Mapped[str | None]
    second_calendar: Mapped[str | None]
    digits: Mapped[str | None]
    clock: Mapped[str | None]
    supervisor_id: Mapped[str | None] = reference("staff.id", nullable=True)
    password_hash: Mapped[str | None]
    pin_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    left_on: Mapped[date | None]


class Grant(Model):
    """One role of one person, at one site or (without site) everywhere."""

    __tablename__ = "grant_of_role"
    __table_args__ = (
        choice("role", Role),
        sa.Index(
            "uq_grant_of_role_everywhere",
            "staff_id",
            "role",
            unique=True,
            sqlite_where=sa.text("site_id IS NULL"),
            postgresql_where=sa.text("site_id IS NULL"),
        ),
        sa.UniqueConstraint("staff_id", "role", "site_id"),
    )

    id: Mapped[str] = id_column()
    staff_id: Mapped[str] = reference("staff.id")
    role: Mapped[str]
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    created_at: Mapped[datetime]


class StaffLeave(Model):
    """Days on which a person is away, both ends included."""

    __tablename__ = "staff_leave"
    __table_args__ = (sa.CheckConstraint("last_on >= first_on", name="ends_after_start"),)

    id: Mapped[str] = id_column()
    staff_id: Mapped[str] = reference("staff.id")
    first_on: Mapped[date]
    last_on: Mapped[date]
    created_at: Mapped[datetime]


class OneTimeLink(Model):
    """A link that works once before it expires; only its hash is stored."""

    __tablename__ = "one_time_link"
    __table_args__ = (choice("purpose", ("password", "phone")), sa.UniqueConstraint("token_hash"))

    id: Mapped[str] = id_column()
    staff_id: Mapped[str] = reference("staff.id")
    purpose: Mapped[str]
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Model):
    """One signed-in browser or phone; the cookie holds a random token, this row its hash."""

    __tablename__ = "sign_in"
    __table_args__ = (choice("kind", ("office", "phone")), sa.UniqueConstraint("token_hash"))

    id: Mapped[str] = id_column()
    staff_id: Mapped[str] = reference("staff.id")
    kind: Mapped[str]
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempt(Model):
    """One wrong or right try, counted per account and per address; both only as keyed hashes."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index("ix_sign_in_attempt_account_at", "account_index", "at"),
        sa.Index("ix_sign_in_attempt_address_at", "address_index", "at"),
    )

    id: Mapped[str] = id_column()
    account_index: Mapped[str]
    address_index: Mapped[str | None]
    at: Mapped[datetime]
    ok: Mapped[bool]

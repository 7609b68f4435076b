"""What was spent, who pays for which cycle, what was promised."""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference, sealed
from gipt.domain.costs import CostScope


class Funder(Model):
    """An organisation that pays; its code stands in reports."""

    __tablename__ = "funder"
    __table_args__ = (not_blank("code"), not_blank("name"), sa.UniqueConstraint("code"))

    id: Mapped[str] = id_column()
    code: Mapped[str]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class FundingShare(Model):
    """A funder's share of a cycle; the database refuses more than 100 per cent together."""

    __tablename__ = "funding_share"
    __table_args__ = (between("percent", 1, 100), sa.UniqueConstraint("cycle_id", "funder_id"))

    id: Mapped[str] = id_column()
    cycle_id: Mapped[str] = reference("cycle.id", index=False)
    funder_id: Mapped[str] = reference("funder.id")
    percent: Mapped[int]
    agreed_on: Mapped[date]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]


class CostLine(Model):
    """Money spent on a day, or in a month (`whole_month`, dated on its first day), in the ledger's currency.

    `minor`: in the smallest unit of `currency`. What was paid in another currency keeps its own amount, the rate
    and the day of the rate. A line that was wrong is taken out (`removed_at`), not deleted.
    """

    __tablename__ = "cost_line"
    __table_args__ = (
        choice("scope", CostScope),
        sa.CheckConstraint("minor > 0", name="minor_positive"),
        sa.CheckConstraint("original_minor > 0", name="original_positive"),
        sa.CheckConstraint("length(currency) = 3", name="currency_code"),
        sa.CheckConstraint(
            "(original_minor IS NULL) = (original_currency IS NULL) AND (original_minor IS NULL) = (rate IS NULL) "
            "AND (original_minor IS NULL) = (rate_on IS NULL)",
            name="conversion_complete",
        ),
        sa.Index("ix_cost_line_spent_on", "spent_on"),
    )

    id: Mapped[str] = id_column()
    spent_on: Mapped[date]
    whole_month: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[str]
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    funder_id: Mapped[str | None] = reference("funder.id", nullable=True)
    currency: Mapped[str]
    minor: Mapped[int] = mapped_column(sa.BigInteger)
    original_currency: Mapped[str | None]
    original_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    rate: Mapped[str | None]
    rate_on: Mapped[date | None]
    note: Mapped[str | None] = sealed("cost_line.note")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class VolunteerTime(Model):
    """Time that volunteers gave on a day or in a month: never money."""

    __tablename__ = "volunteer_time"
    __table_args__ = (
        choice("scope", CostScope),
        between("minutes", 1, 6_000_000),
        sa.Index("ix_volunteer_time_given_on", "given_on"),
    )

    id: Mapped[str] = id_column()
    given_on: Mapped[date]
    whole_month: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[str]
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    minutes: Mapped[int]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Target(Model):
    """What was promised of an indicator; values in hundredths of its unit, `period` "life" or two dates."""

    __tablename__ = "target"
    __table_args__ = (
        not_blank("indicator"),
        sa.CheckConstraint("value >= 0", name="value_not_negative"),
        sa.CheckConstraint("(period = 'life') = (from_on IS NULL)", name="life_has_no_dates"),
        sa.CheckConstraint("(from_on IS NULL) = (to_on IS NULL)", name="both_dates"),
        sa.CheckConstraint("to_on >= from_on", name="ends_after_start"),
        sa.UniqueConstraint("indicator", "period", "site_id"),
        sa.Index(
            "uq_target_whole_programme",
            "indicator",
            "period",
            unique=True,
            sqlite_where=sa.text("site_id IS NULL"),
            postgresql_where=sa.text("site_id IS NULL"),
        ),
    )

    id: Mapped[str] = id_column()
    indicator: Mapped[str]
    period: Mapped[str]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    value: Mapped[int] = mapped_column(sa.BigInteger)
    baseline: Mapped[int | None] = mapped_column(sa.BigInteger)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    changed_at: Mapped[datetime]

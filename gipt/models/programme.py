"""Where a programme works: programme, sites, venues, closed days."""

from datetime import date, datetime, time

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference, sealed


class Programme(Model):
    """The one programme of this installation and the settings that its people chose."""

    __tablename__ = "programme"
    __table_args__ = (
        not_blank("name"),
        not_blank("cover_name"),
        between("entry_cutoff", 0, 200),
        between("threshold", 5, 100),
        between("endline_days", 1, 180),
        between("correction_days", 0, 60),
        between("travel_minutes", 0, 600),
        between("facilitator_groups", 1, 40),
        between("level_3_minutes", 1, 1440),
        between("level_2_minutes", 1, 2880),
        between("level_1_minutes", 1, 10080),
        between("joining_closes", 1, 40),
        between("missed_in_a_row", 1, 10),
        between("lock_minutes", 1, 15),
        between("incident_hours", 1, 720),
        between("complaint_days", 1, 365),
        sa.CheckConstraint("single = 1", name="single_row"),
        choice("digits", ("latin", "local")),
        choice("clock", ("usual", "ethiopian")),
        between("first_weekday", 0, 6),
        choice("names_shown", ("names", "signs")),
        choice("show_numbers", ("never", "hold", "always")),
        choice("period_by", ("enrolment", "start", "completion")),
        sa.UniqueConstraint("single"),
    )

    id: Mapped[str] = id_column()
    single: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    cover_name: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    calendar: Mapped[str] = mapped_column(default="gregorian")
    second_calendar: Mapped[str | None]
    digits: Mapped[str] = mapped_column(default="latin")
    clock: Mapped[str] = mapped_column(default="usual")
    first_weekday: Mapped[int | None]
    entry_measure: Mapped[str] = mapped_column(default="phq9")
    entry_cutoff: Mapped[int] = mapped_column(default=10)
    entry_citation: Mapped[str] = mapped_column(default="")
    completion_sessions: Mapped[int | None]
    makeups_count: Mapped[bool] = mapped_column(default=False)
    prorate: Mapped[bool] = mapped_column(default=False)
    endline_days: Mapped[int] = mapped_column(default=28)
    correction_days: Mapped[int] = mapped_column(default=14)
    joining_closes: Mapped[int] = mapped_column(default=2)
    missed_in_a_row: Mapped[int] = mapped_column(default=2)
    travel_minutes: Mapped[int] = mapped_column(default=30)
    facilitator_groups: Mapped[int] = mapped_column(default=3)
    lock_minutes: Mapped[int] = mapped_column(default=3)
    names_shown: Mapped[str] = mapped_column(default="names")
    show_numbers: Mapped[str] = mapped_column(default="never")
    threshold: Mapped[int] = mapped_column(default=10)
    period_by: Mapped[str] = mapped_column(default="enrolment")
    level_3_minutes: Mapped[int] = mapped_column(default=15)
    level_2_minutes: Mapped[int] = mapped_column(default=120)
    level_1_minutes: Mapped[int] = mapped_column(default=1440)
    incident_hours: Mapped[int] = mapped_column(default=24)
    complaint_days: Mapped[int] = mapped_column(default=30)
    ledger_currency: Mapped[str | None]
    created_at: Mapped[datetime]


class Site(Model):
    """A place where the programme works: a district office, a camp, a school cluster."""

    __tablename__ = "site"
    __table_args__ = (not_blank("code"), not_blank("name"), sa.UniqueConstraint("code"))

    id: Mapped[str] = id_column()
    programme_id: Mapped[str] = reference("programme.id")
    code: Mapped[str]
    name: Mapped[str]
    district: Mapped[str | None]
    country: Mapped[str]
    time_zone: Mapped[str]
    language: Mapped[str | None]
    focal_person: Mapped[str | None] = sealed("site.focal_person")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Venue(Model):
    """A meeting place of a site."""

    __tablename__ = "venue"
    __table_args__ = (not_blank("name"), sa.UniqueConstraint("site_id", "name"))

    id: Mapped[str] = id_column()
    site_id: Mapped[str] = reference("site.id")
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class VenueTravel(Model):
    """Minutes between two venues; `venue_a` sorts before `venue_b`, the way back takes as long."""

    __tablename__ = "venue_travel"
    __table_args__ = (between("minutes", 0, 1440), sa.CheckConstraint("venue_a < venue_b", name="in_order"))

    venue_a: Mapped[str] = reference("venue.id", primary_key=True, index=False)
    venue_b: Mapped[str] = reference("venue.id", primary_key=True)
    minutes: Mapped[int]


class ClosedDay(Model):
    """A day or rule on which a site (or, without site, the whole programme) does not meet."""

    __tablename__ = "closed_day"
    __table_args__ = (
        not_blank("name"),
        choice("kind", ("single", "weekly", "every", "range")),
        between("weekday", 0, 6),
        between("every_days", 2, 366),
        sa.CheckConstraint("(kind = 'weekly') = (weekday IS NOT NULL)", name="weekly_has_weekday"),
        sa.CheckConstraint("(kind = 'every') = (every_days IS NOT NULL)", name="every_has_days"),
        sa.CheckConstraint("kind <> 'range' OR last_on IS NOT NULL", name="range_has_end"),
        sa.CheckConstraint("kind = 'weekly' OR first_on IS NOT NULL", name="dated_has_start"),
        sa.CheckConstraint(
            "last_on IS NULL OR first_on IS NULL OR last_on >= first_on", name="ends_after_start"
        ),
    )

    id: Mapped[str] = id_column()
    programme_id: Mapped[str] = reference("programme.id")
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    kind: Mapped[str]
    name: Mapped[str]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    weekday: Mapped[int | None]
    every_days: Mapped[int | None]
    hard: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(default="other")
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    created_at: Mapped[datetime]

"""Spreadsheets in and workbooks out: runs of imports and of reports."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference, sealed
from gipt.domain.deidentify import LEAST_K
from gipt.domain.report_rhythm import LEAST_DAYS, MOST_DAYS, Rhythm
from gipt.domain.research import MOST_K, Licence, PackageForm


class ImportRun(Model):
    """One import from upload to undo; what was read stays sealed until it is confirmed or dropped."""

    __tablename__ = "import_run"
    __table_args__ = (
        choice("kind", ("people", "register", "programme")),
        choice("state", ("read", "previewed", "applied", "undone", "dropped")),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str]
    site_id: Mapped[str | None] = reference("site.id", nullable=True)
    state: Mapped[str]
    content_hash: Mapped[str]
    grid: Mapped[str | None] = sealed("import_run.grid")
    choices: Mapped[str | None] = sealed("import_run.choices")
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportChange(Model):
    """One row that an import made or changed, with what stood there before: this is what undo reads."""

    __tablename__ = "import_change"
    __table_args__ = (choice("change", ("created", "updated")),)

    id: Mapped[str] = id_column()
    import_id: Mapped[str] = reference("import_run.id")
    position: Mapped[int]
    entity: Mapped[str]
    entity_id: Mapped[str]
    change: Mapped[str]
    before: Mapped[str | None] = sealed("import_change.before")


class ReportTemplate(Model):
    """A funder's empty workbook: the file, sealed, as base64, and the cells that were chosen to be filled.

    `version` counts every change of file, cells or settings; a run notes which one it was made from.
    """

    __tablename__ = "report_template"
    __table_args__ = (not_blank("name"),)

    id: Mapped[str] = id_column()
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    content: Mapped[str | None] = sealed("report_template.content")
    content_hash: Mapped[str]
    content_bytes: Mapped[int]
    chosen: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    definitions: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ReportRun(Model):
    """One workbook that was asked for: its parameters, its progress, and what freezes it."""

    __tablename__ = "report_run"
    __table_args__ = (
        choice("kind", ("external", "internal", "research")),
        choice("state", ("queued", "running", "done", "failed", "cancelled")),
        between("progress", 0, 100),
    )

    id: Mapped[str] = id_column()
    code: Mapped[str] = mapped_column(unique=True)
    report: Mapped[str]
    definition_version: Mapped[str]
    kind: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date]
    site_ids: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    language: Mapped[str]
    purpose: Mapped[str | None] = sealed("report_run.purpose")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    state: Mapped[str]
    stage: Mapped[str | None]
    progress: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    cut_off_at: Mapped[datetime | None]
    row_counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    data_hash: Mapped[str | None] = mapped_column(index=True)
    file_hash: Mapped[str | None]
    file_bytes: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class ReportSchedule(Model):
    """One report that is made by itself for every period, as the person who set it up."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        choice("kind", ("external", "internal")),
        choice("rhythm", Rhythm),
        between("days", LEAST_DAYS, MOST_DAYS),
        choice("state", ("active", "paused", "stopped", "ended")),
    )

    id: Mapped[str] = id_column()
    report: Mapped[str]
    kind: Mapped[str]
    rhythm: Mapped[str]
    days: Mapped[int]
    site_ids: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    language: Mapped[str]
    purpose: Mapped[str | None] = sealed("report_schedule.purpose")
    by_id: Mapped[str] = reference("staff.id")
    state: Mapped[str]
    problem: Mapped[str | None]
    since_on: Mapped[date]
    created_at: Mapped[datetime]


class ReportDue(Model):
    """One period that a schedule asked for: the key lets it ask once, whoever else asks at the same moment."""

    __tablename__ = "report_due"

    schedule_id: Mapped[str] = reference("report_schedule.id", primary_key=True, index=False)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    run_id: Mapped[str] = reference("report_run.id")


class ReportTerms(Model):
    """For whom and on what terms a research package was made (`gipt.domain.research.Terms`)."""

    __tablename__ = "report_terms"
    __table_args__ = (
        choice("licence", Licence),
        choice("form", PackageForm),
        between("k", LEAST_K, MOST_K),
    )

    run_id: Mapped[str] = reference("report_run.id", primary_key=True, index=False)
    agreement: Mapped[str | None] = sealed("report_terms.agreement")
    recipient: Mapped[str | None] = sealed("report_terms.recipient")
    licence: Mapped[str]
    k: Mapped[int]
    form: Mapped[str]


class ReportFrozen(Model):
    """What is kept of a finished report when its file is gone; packed by `gipt.reports.frozen`."""

    __tablename__ = "report_frozen"

    run_id: Mapped[str] = reference("report_run.id", primary_key=True, index=False)
    role: Mapped[str]
    content: Mapped[bytes]
    counts: Mapped[str | None] = sealed("report_frozen.counts")

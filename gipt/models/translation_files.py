"""Files that translators sent back, validated wordings of measures that were loaded, tests of picture scales."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference
from gipt.domain.picture_scales import Scale


class TranslationFile(Model):
    """One file of translations that came back: what in it differs from what stood here then, and what became of it.

    `entries` holds the rows as they were read, with their remarks; they stay when the file was applied.
    """

    __tablename__ = "translation_file"
    __table_args__ = (
        choice("kind", ("po", "xliff", "xlsx")),
        choice("state", ("read", "applied", "dropped")),
        not_blank("domain"),
        not_blank("tag"),
        between("unchanged", 0, 100_000),
    )

    id: Mapped[str] = id_column()
    domain: Mapped[str]
    tag: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="read")
    content_hash: Mapped[str]
    entries: Mapped[list[Any]] = mapped_column(sa.JSON)
    unchanged: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class MeasureWording(Model):
    """One validated wording of a measure in a language, as it was loaded: its words never change.

    `texts` holds {key: text} for every part that is read out. `read`: looked at only; `loaded`: waits for the approval
    of exactly these words, or has it (`text_approval`, by `words_hash`); `withdrawn`: not offered any more.
    """

    __tablename__ = "measure_wording"
    __table_args__ = (
        choice("kind", ("fhir", "xlsform", "po", "xlsx")),
        choice("state", ("read", "loaded", "withdrawn")),
        not_blank("measure"),
        not_blank("tag"),
        between("cut_off", 0, 200),
    )

    id: Mapped[str] = id_column()
    measure: Mapped[str]
    version: Mapped[str]
    tag: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="read")
    texts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    citation: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="")
    permission: Mapped[str] = mapped_column(default="")
    population: Mapped[str] = mapped_column(default="")
    cut_off: Mapped[int | None]
    content_hash: Mapped[str]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    created_at: Mapped[datetime]
    loaded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PictureScaleTest(Model):
    """One test of whether people understand a picture scale: numbers only, nobody is named."""

    __tablename__ = "picture_scale_test"
    __table_args__ = (
        choice("scale", Scale),
        not_blank("tag"),
        not_blank("population"),
        between("asked", 1, 1_000),
        sa.CheckConstraint("ordered_right BETWEEN 0 AND asked", name="ordered_right_range"),
        sa.CheckConstraint("named_a_mood BETWEEN 0 AND asked", name="named_a_mood_range"),
    )

    id: Mapped[str] = id_column()
    scale: Mapped[str]
    tag: Mapped[str]
    site_id: Mapped[str] = reference("site.id")
    population: Mapped[str]
    asked: Mapped[int]
    ordered_right: Mapped[int]
    named_a_mood: Mapped[int]
    tested_on: Mapped[date]
    by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    at: Mapped[datetime]

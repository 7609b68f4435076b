"""Published words of guides, what was signed and shown about them, words edited in the app, approved locked words."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference
from gipt.domain.adaptation_life import Evidence
from gipt.domain.guides import GuideStatus


class GuideTranslation(Model):
    """The words of one published curriculum in one language or adaptation as they were when published.

    `texts` holds {key: [tag, text]}: the tag is that of the catalog a text came from. A key that is not there is read
    in the curriculum's own language. Content never changes; other words are another row.
    """

    __tablename__ = "guide_translation"
    __table_args__ = (
        sa.UniqueConstraint("curriculum_version_id", "tag", "content_hash"),
        choice("status", GuideStatus),
        not_blank("tag"),
        between("untranslated", 0, 100_000),
    )

    id: Mapped[str] = id_column()
    curriculum_version_id: Mapped[str] = reference("curriculum_version.id")
    tag: Mapped[str]
    content_hash: Mapped[str] = mapped_column(index=True)
    texts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    untranslated: Mapped[int]
    status: Mapped[str] = mapped_column(default="draft")
    published_at: Mapped[datetime]
    published_by_id: Mapped[str | None] = reference("staff.id", nullable=True)


class TranslationStep(Model):
    """One step in the life of a translation: to which status, by whom, when, with what remark."""

    __tablename__ = "translation_step"
    __table_args__ = (
        sa.UniqueConstraint("translation_id", "number"),
        choice("status", GuideStatus),
        between("number", 1, 10_000),
    )

    id: Mapped[str] = id_column()
    translation_id: Mapped[str] = reference("guide_translation.id")
    number: Mapped[int]
    status: Mapped[str]
    staff_id: Mapped[str | None] = reference("staff.id", nullable=True)
    at: Mapped[datetime]
    comment: Mapped[str | None]


class TranslationEvidence(Model):
    """One piece of evidence about a translation, as text: what was tried with whom, and what was understood."""

    __tablename__ = "translation_evidence"
    __table_args__ = (choice("kind", Evidence), not_blank("text"))

    id: Mapped[str] = id_column()
    translation_id: Mapped[str] = reference("guide_translation.id")
    kind: Mapped[str]
    text: Mapped[str]
    staff_id: Mapped[str | None] = reference("staff.id", nullable=True)
    at: Mapped[datetime]


class CycleGuide(Model):
    """Which published words a cycle reads, pinned for its whole run.

    `chosen` by a person, else pinned by itself and looked up again at the start; `pilot` lets it start field-tested.
    """

    __tablename__ = "cycle_guide"

    cycle_id: Mapped[str] = reference("cycle.id", primary_key=True, index=False)
    translation_id: Mapped[str | None] = reference("guide_translation.id", nullable=True)
    chosen: Mapped[bool] = mapped_column(default=False)
    pilot: Mapped[bool] = mapped_column(default=False)
    pinned_at: Mapped[datetime]
    pinned_by_id: Mapped[str | None] = reference("staff.id", nullable=True)


class TranslationEdit(Model):
    """One entry of a catalog as it was written in the app: a draft beside the files, which are never changed.

    `source_hash` is of the English it was made for; `number` counts the edits of one entry, and the newest that was
    not withdrawn counts. `texts` are one text, or one for each plural form; `back_translation` is in English again.
    """

    __tablename__ = "translation_edit"
    __table_args__ = (
        sa.UniqueConstraint("domain", "tag", "entry_key", "number"),
        choice("status", ("draft", "translated", "language_reviewed", "withdrawn")),
        not_blank("domain"),
        not_blank("tag"),
        not_blank("entry_key"),
        between("number", 1, 100_000),
    )

    id: Mapped[str] = id_column()
    domain: Mapped[str]
    tag: Mapped[str]
    entry_key: Mapped[str]
    number: Mapped[int]
    source_hash: Mapped[str]
    texts: Mapped[list[str]] = mapped_column(sa.JSON)
    status: Mapped[str] = mapped_column(default="draft")
    author_id: Mapped[str | None] = reference("staff.id", nullable=True)
    at: Mapped[datetime]
    reviewer_id: Mapped[str | None] = reference("staff.id", nullable=True)
    reviewed_at: Mapped[datetime | None]
    back_translation: Mapped[str | None]
    comment: Mapped[str | None]


class TextApproval(Model):
    """One person's approval of the exact words of a measure or of a sentence of the safety text in a language.

    `clinical`: the person was a clinical lead then.
    """

    __tablename__ = "text_approval"
    __table_args__ = (
        sa.UniqueConstraint("domain", "tag", "entry_key", "words_hash", "staff_id"),
        choice("domain", ("measures", "safety")),
        not_blank("tag"),
        not_blank("entry_key"),
    )

    id: Mapped[str] = id_column()
    domain: Mapped[str]
    tag: Mapped[str]
    entry_key: Mapped[str]
    words_hash: Mapped[str]
    staff_id: Mapped[str] = reference("staff.id")
    clinical: Mapped[bool]
    at: Mapped[datetime]
    note: Mapped[str | None]

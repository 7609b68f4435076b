"""Published copies of curricula: what a programme adopted and running cycles read."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, choice, id_column, mapped_column, reference


class CurriculumVersion(Model):
    """The content of one curriculum as it was when it was published, with its hash."""

    __tablename__ = "curriculum_version"
    __table_args__ = (
        sa.UniqueConstraint("curriculum", "content_hash"),
        choice(
            "status",
            (
                "draft",
                "translated",
                "language_reviewed",
                "clinically_reviewed",
                "field_tested",
                "approved",
                "retired",
            ),
        ),
    )

    id: Mapped[str] = id_column()
    curriculum: Mapped[str]
    version: Mapped[str]
    content_hash: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    status: Mapped[str] = mapped_column(default="draft")
    published_at: Mapped[datetime]
    adopted_at: Mapped[datetime | None]
    adopted_by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    adoption_note: Mapped[str | None]

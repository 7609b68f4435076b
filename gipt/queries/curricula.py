"""Reads of published curricula: the copy that running cycles are pinned to."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.guides import Curriculum, from_mapping
from gipt.domain.problems import NotFound
from gipt.models import CurriculumVersion
from gipt.queries.rows import record

# Published content never changes: the hash of the content is its name, so what was read once stays right.
_read: dict[str, Curriculum] = {}


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One published version as lists show it."""

    version_id: str
    curriculum: str
    version: str
    content_hash: str
    status: str
    published_at: datetime
    adopted_at: datetime | None


def published(content_hash: str) -> Curriculum:
    """Give the curriculum with this content; raise NotFound when none was published with it."""
    if content_hash not in _read:
        content = db.session.scalar(
            sa.select(CurriculumVersion.content).where(CurriculumVersion.content_hash == content_hash)
        )
        if content is None:
            raise NotFound(kind="curriculum")
        _read[content_hash] = from_mapping(content)
    return _read[content_hash]


def published_versions() -> list[PublishedVersion]:
    """List what was published, newest first."""
    rows = db.session.execute(
        sa.select(
            CurriculumVersion.id,
            CurriculumVersion.curriculum,
            CurriculumVersion.version,
            CurriculumVersion.content_hash,
            CurriculumVersion.status,
            CurriculumVersion.published_at,
            CurriculumVersion.adopted_at,
        ).order_by(CurriculumVersion.published_at.desc())
    )
    return [record(PublishedVersion, row) for row in rows]

"""Publishing and adopting curricula: the copy that cycles are pinned to, and the act that lets them start.

Everything shipped is a draft (decision 15). Publishing stores structure and texts with their hash, so an edited
file never changes a running group; adopting is the recorded act of a clinical lead.
"""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from gipt.actions.base import action, audit, require
from gipt.config import Settings
from gipt.content.adaptations import load_adapted
from gipt.content.curricula import load_curriculum
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows
from gipt.domain.guides import Curriculum, GuideStatus, content_hash, to_mapping
from gipt.domain.problems import NotAllowed, NotFound
from gipt.models import CurriculumVersion


def own_folder() -> Path | None:
    """Give the programme's own folder of curricula, if the operator named one."""
    settings: Settings = current_app.extensions["gipt.settings"]
    return settings.curricula


@action("publish_curriculum")
def publish_curriculum(
    *, curriculum: str, adaptation: str | None = None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Store the present content of a curriculum, as an adaptation shapes it, as a draft version; gives its id.

    The same content is stored once. Raises Unknown for a curriculum or adaptation that is not there, BadDefinition
    for one that cannot be read.
    """
    if not (allows(by, Permission.CURRICULUM_ADOPT) or allows(by, Permission.PROGRAMME_EDIT)):
        raise NotAllowed(permission=Permission.CURRICULUM_ADOPT.value)
    if adaptation:
        content = load_adapted(curriculum, adaptation, own_folder())
    else:
        content = load_curriculum(curriculum, own_folder())
    return _store(content, by, now, op)


def _store(content: Curriculum, by: Actor, now: datetime, op: str | None) -> str:
    digest = content_hash(content)
    known = db.session.scalar(
        sa.select(CurriculumVersion.id).where(
            CurriculumVersion.curriculum == content.id, CurriculumVersion.content_hash == digest
        )
    )
    if known is not None:
        return known
    version_id = new_id()
    db.session.add(
        CurriculumVersion(
            id=version_id,
            curriculum=content.id,
            version=content.version,
            content_hash=digest,
            content=to_mapping(content),
            status=_claimed(content.status).value,
            published_at=now,
        )
    )
    audit(
        "publish_curriculum",
        by=by,
        now=now,
        entity="curriculum_version",
        entity_id=version_id,
        op=op,
        hash=digest,
    )
    return version_id


def _claimed(status: GuideStatus) -> GuideStatus:
    """Give the status to store: a file may say how far it was reviewed, but only a person here approves."""
    decided_here = status in (GuideStatus.APPROVED, GuideStatus.RETIRED)
    return GuideStatus.CLINICALLY_REVIEWED if decided_here else status


@action("adopt_curriculum")
def adopt_curriculum(
    *, version_id: str, note: str | None = None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Adopt a published version as the clinical lead: groups may start with it. Gives the version's id."""
    require(by, Permission.CURRICULUM_ADOPT)
    version = db.session.get(CurriculumVersion, version_id)
    if version is None:
        raise NotFound(kind="curriculum")
    if version.status != GuideStatus.APPROVED.value:
        version.status, version.adopted_at, version.adopted_by_id = (
            GuideStatus.APPROVED.value,
            now,
            by.staff_id,
        )
        version.adoption_note = note
        audit(
            "adopt_curriculum",
            by=by,
            now=now,
            entity="curriculum_version",
            entity_id=version_id,
            op=op,
            hash=version.content_hash,
        )
    return version_id


@action("retire_curriculum")
def retire_curriculum(*, version_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Offer a version no longer for new cycles; cycles that run with it go on. Gives the version's id."""
    require(by, Permission.CURRICULUM_ADOPT)
    version = db.session.get(CurriculumVersion, version_id)
    if version is None:
        raise NotFound(kind="curriculum")
    version.status = "retired"
    audit("retire_curriculum", by=by, now=now, entity="curriculum_version", entity_id=version_id, op=op)
    return version_id

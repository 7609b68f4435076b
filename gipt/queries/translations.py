"""Reads of guides in languages: published words, their life, what a cycle reads, edits of the app, approvals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gipt.content.spoken_guides import Edit, Words
from gipt.db import db
from gipt.domain.adaptation_life import Evidence, SignOff, is_approved, may_start
from gipt.domain.guides import GuideStatus
from gipt.domain.problems import NotFound
from gipt.i18n import find_language
from gipt.models import (
    CurriculumVersion,
    Cycle,
    CycleGuide,
    GuideTranslation,
    TextApproval,
    TranslationEdit,
    TranslationEvidence,
    TranslationStep,
)
from gipt.queries.rows import record

OPERATOR_NAME = "operator"
COUNTED_EDITS = ("translated", "language_reviewed")
"""Edits that stand in previews and are published; an unfinished one does not."""

# Published words never change: their id is their name, so what was read once stays right.
_read: dict[str, Words] = {}


@dataclass(frozen=True, slots=True)
class PublishedTranslation:
    """One published translation as lists show it; `untranslated` counts texts left in the source language."""

    translation_id: str
    curriculum_version_id: str
    curriculum: str
    version: str
    tag: str
    status: GuideStatus
    untranslated: int
    published_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a cycle reads: its language, and the translation with its status; None = the curriculum's own words."""

    cycle_id: str
    curriculum_version_id: str
    language: str | None
    translation_id: str | None
    status: GuideStatus | None
    pilot: bool
    chosen: bool

    @property
    def may_start(self) -> bool:
        """Say whether the pinned words allow a start; without any there is nothing against it."""
        return self.status is None or may_start(self.status, pilot=self.pilot)


def published_words(translation_id: str | None) -> Words | None:
    """Give published words; None for none."""
    if translation_id is None:
        return None
    if translation_id not in _read:
        row = db.session.execute(
            sa.select(GuideTranslation.tag, GuideTranslation.texts).where(
                GuideTranslation.id == translation_id
            )
        ).one_or_none()
        if row is None:
            raise NotFound(kind="translation")
        _read[translation_id] = Words(row.tag, {key: (tag, text) for key, (tag, text) in row.texts.items()})
    return _read[translation_id]


def published_translations(curriculum_version_id: str | None = None) -> list[PublishedTranslation]:
    """List what was published (of one curriculum version), newest first."""
    statement = _translations().order_by(GuideTranslation.published_at.desc(), GuideTranslation.id)
    if curriculum_version_id is not None:
        statement = statement.where(GuideTranslation.curriculum_version_id == curriculum_version_id)
    return [_published(row) for row in db.session.execute(statement)]


def get_translation(translation_id: str) -> PublishedTranslation:
    """Give one published translation, or raise NotFound."""
    row = db.session.execute(_translations().where(GuideTranslation.id == translation_id)).one_or_none()
    if row is None:
        raise NotFound(kind="translation")
    return _published(row)


def _translations() -> Any:
    return sa.select(
        GuideTranslation.id,
        GuideTranslation.curriculum_version_id,
        CurriculumVersion.curriculum,
        CurriculumVersion.version,
        GuideTranslation.tag,
        GuideTranslation.status,
        GuideTranslation.untranslated,
        GuideTranslation.published_at,
        GuideTranslation.content_hash,
    ).join(CurriculumVersion, CurriculumVersion.id == GuideTranslation.curriculum_version_id)


def _published(row: Any) -> PublishedTranslation:
    return record(PublishedTranslation, (*row[:5], GuideStatus(row.status), *row[6:]))


def sign_offs(translation_id: str) -> list[SignOff]:
    """Give the steps of a translation in order; the operator of the machine is a person of that name."""
    rows = db.session.execute(
        sa.select(TranslationStep.status, TranslationStep.staff_id)
        .where(TranslationStep.translation_id == translation_id)
        .order_by(TranslationStep.number)
    )
    return [SignOff(GuideStatus(row.status), row.staff_id or OPERATOR_NAME) for row in rows]


def evidence_for(translation_id: str) -> list[Evidence]:
    """List the kinds of evidence that a translation has."""
    kinds = sa.select(TranslationEvidence.kind).where(TranslationEvidence.translation_id == translation_id)
    return [Evidence(kind) for kind in db.session.scalars(kinds.distinct())]


def pinned_guide(cycle_id: str) -> Pinned:
    """Give what a cycle reads; raise NotFound for a cycle that is not there."""
    row = db.session.execute(
        sa.select(
            Cycle.id,
            Cycle.curriculum_version_id,
            Cycle.language,
            CycleGuide.translation_id,
            GuideTranslation.status,
            CycleGuide.pilot,
            CycleGuide.chosen,
        )
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
        .outerjoin(GuideTranslation, GuideTranslation.id == CycleGuide.translation_id)
        .where(Cycle.id == cycle_id)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="cycle")
    status = GuideStatus(row.status) if row.status else None
    return record(Pinned, row[:4], status=status, pilot=bool(row.pilot), chosen=bool(row.chosen))


def best_translation(curriculum_version_id: str, tag: str | None) -> str | None:
    """Give the newest approved translation for a language, the nearest of its chain; None when there is none.

    A version that an adaptation shaped is read in the adaptation's own words first, where the language is one that
    they fall back to: `sw_KE@kibera` for a group that speaks `sw` (decision 15).
    """
    language = find_language(tag) if tag else None
    if language is None:
        return None
    found = [
        one for one in published_translations(curriculum_version_id) if one.status is GuideStatus.APPROVED
    ]
    by_tag = {one.tag: one.translation_id for one in reversed(found)}
    own = _own_words(curriculum_version_id, language.tag, by_tag)
    return next((by_tag[name] for name in (*own, *language.chain) if name in by_tag), None)


def _own_words(curriculum_version_id: str, tag: str, offered: Iterable[str]) -> list[str]:
    """Give the offered tags of the version's own adaptation that fall back to a language, the nearest first."""
    shaped_by = db.session.scalar(
        sa.select(CurriculumVersion.content["adaptation"].as_string()).where(
            CurriculumVersion.id == curriculum_version_id
        )
    )
    if not shaped_by:
        return []
    ways = {one: language.chain for one in offered if (language := find_language(one)) is not None}
    fitting = [one for one, chain in ways.items() if one.partition("@")[2] == shaped_by and tag in chain]
    return sorted(fitting, key=lambda one: (ways[one].index(tag), one))


def edits_for(domains: Iterable[str], tags: Sequence[str], *, begun: bool = False) -> list[Edit]:
    """Give the newest finished edit of every entry of these domains and tags, unless a later one was withdrawn.

    With `begun` also what somebody only began, for a preview that says so.
    """
    counted = (*COUNTED_EDITS, "draft") if begun else COUNTED_EDITS
    newest = (
        sa.select(
            TranslationEdit.tag,
            TranslationEdit.entry_key,
            TranslationEdit.source_hash,
            TranslationEdit.texts,
            TranslationEdit.status,
        )
        .where(TranslationEdit.domain.in_(list(domains)), TranslationEdit.tag.in_(tags))
        .order_by(TranslationEdit.number)
    )
    # What somebody only began takes nothing away from what was finished before.
    found = {
        (row.tag, row.entry_key): row for row in db.session.execute(newest) if begun or row.status != "draft"
    }
    return [
        Edit(row.tag, row.entry_key, row.source_hash, row.texts[0])
        for row in found.values()
        if row.status in counted
    ]


def approved_words(domain: str, tag: str) -> frozenset[tuple[str, str]]:
    """Give (key, hash) of all locked words in a language that two people, one of them clinical, approved."""
    rows = db.session.execute(
        sa.select(
            TextApproval.entry_key, TextApproval.words_hash, TextApproval.staff_id, TextApproval.clinical
        ).where(TextApproval.domain == domain, TextApproval.tag == tag)
    )
    people: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for row in rows:
        people.setdefault((row.entry_key, row.words_hash), []).append((row.staff_id, row.clinical))
    return frozenset(words for words, approvals in people.items() if is_approved(approvals))

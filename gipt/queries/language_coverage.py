"""How far each language and adaptation is, domain by domain, and which groups read it (ux.md T1).

A language is *ready* when its safety text and the questionnaires that published curricula ask for are signed by two
people each; until then both are shown or offered in English only.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gipt.content.adaptations import all_adaptations
from gipt.content.entries import all_domains
from gipt.content.guide_texts import texts_of
from gipt.content.locked_words import locked_words
from gipt.content.spoken_guides import words_of
from gipt.db import db
from gipt.domain.guides import GuideStatus
from gipt.domain.measures import all_measures, get_measure_by_key
from gipt.i18n import Language, find_language, languages, shelf
from gipt.i18n.catalogs import MEASURES, SAFETY, guide_domain, is_guide, owner_of
from gipt.i18n.registry import SOURCE
from gipt.models import CurriculumVersion, Cycle, CycleGuide, GuideTranslation, TextApproval
from gipt.queries.curricula import published, published_versions
from gipt.queries.measure_wordings import loaded_for
from gipt.queries.translation_work import Counts, Edits, counts_of, newest_edits, work_on
from gipt.queries.translations import (
    PublishedTranslation,
    approved_words,
    edits_for,
    published_translations,
    published_words,
)

RUNNING = ("running", "closing")
SIGNED_STEPS = frozenset(GuideStatus) - {GuideStatus.DRAFT, GuideStatus.RETIRED}


@dataclass(frozen=True, slots=True)
class DomainCoverage:
    """Say how far one domain of one language is.

    `signed` counts what two people approved (locked domains only); `changed` counts texts that differ from the last
    sign-off, None without one; `groups` counts the running cycles that read the published words of a guide.
    """

    domain: str
    counts: Counts
    signed: int | None = None
    changed: int | None = None
    signed_at: datetime | None = None
    groups: int = 0
    status: GuideStatus | None = None

    @property
    def is_begun(self) -> bool:
        """Say whether anything was done in this language itself."""
        return bool(self.counts.own or self.counts.stale or self.counts.drafts or self.status)


@dataclass(frozen=True, slots=True)
class LanguageCoverage:
    """Say how far one language or adaptation is; `speakers` counts running cycles whose groups speak it."""

    language: Language
    domains: tuple[DomainCoverage, ...]
    speakers: int
    ready: bool
    missing_measures: tuple[str, ...]

    @property
    def is_begun(self) -> bool:
        """Say whether anybody began, or a group speaks it."""
        return bool(self.speakers) or any(one.is_begun for one in self.domains)


def coverage(own: Path | None = None) -> list[LanguageCoverage]:
    """Give every language that is listed, and every adaptation that has words or a record, listed ones first."""
    known = _Known.look(own)
    return [_language(one, own, known) for one in all_languages(own)]


def coverage_of(language: Language, own: Path | None = None) -> LanguageCoverage:
    """Give one language."""
    return _language(language, own, _Known.look(own, language.tag))


def all_languages(own: Path | None = None) -> list[Language]:
    """List the languages to translate into: those of `languages.toml`, then adaptations with words or a record."""
    listed = [one for one in languages(shipped_only=False) if one.tag != SOURCE]
    tags = {
        path.parent.parent.name for folder in shelf().folders for path in folder.glob("*/LC_MESSAGES/*.po")
    }
    tags |= {one.locale for one in all_adaptations(own) if one.locale}
    tags |= set(db.session.scalars(sa.select(GuideTranslation.tag).distinct()))
    found = (find_language(tag) for tag in sorted(tags - {one.tag for one in listed} - {SOURCE}))
    return [*listed, *(one for one in found if one is not None)]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked of the database once for all languages."""

    edits: Edits
    translations: list[PublishedTranslation]
    hashes: Mapping[str, str]
    groups: Mapping[tuple[str, str], int]
    speakers: Mapping[str, int]
    measures: frozenset[str]

    @classmethod
    def look(cls, own: Path | None, tag: str | None = None) -> "_Known":
        versions = published_versions()
        return cls(
            newest_edits(tag=tag),
            published_translations(),
            {one.version_id: one.content_hash for one in versions},
            running_readers(),
            running_speakers(),
            frozenset(asked_measures()),
        )


def running_speakers() -> dict[str, int]:
    """Count the running cycles by the language of their group."""
    rows = db.session.execute(
        sa.select(Cycle.language, sa.func.count()).where(Cycle.status.in_(RUNNING)).group_by(Cycle.language)
    )
    return {str(row[0]): row[1] for row in rows if row[0]}


def running_readers() -> dict[tuple[str, str], int]:
    """Count the running cycles by (curriculum, tag) of the published words that they read."""
    rows = db.session.execute(
        sa.select(CurriculumVersion.curriculum, GuideTranslation.tag, sa.func.count())
        .join(GuideTranslation, GuideTranslation.curriculum_version_id == CurriculumVersion.id)
        .join(CycleGuide, CycleGuide.translation_id == GuideTranslation.id)
        .join(Cycle, Cycle.id == CycleGuide.cycle_id)
        .where(Cycle.status.in_(RUNNING))
        .group_by(CurriculumVersion.curriculum, GuideTranslation.tag)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def readers_of_words(translation_ids: list[str]) -> dict[str, int]:
    """Count the running cycles by the published words that they read."""
    rows = db.session.execute(
        sa.select(CycleGuide.translation_id, sa.func.count())
        .join(Cycle, Cycle.id == CycleGuide.cycle_id)
        .where(Cycle.status.in_(RUNNING), CycleGuide.translation_id.in_(translation_ids))
        .group_by(CycleGuide.translation_id)
    )
    return {str(row[0]): row[1] for row in rows}


def asked_measures() -> set[str]:
    """Give the codes of the measures with words that published curricula ask for; all of them before any is."""
    asked = {
        due.measure
        for one in published_versions()
        if one.status != GuideStatus.RETIRED
        for due in published(one.content_hash).measures
    }
    worded = {one.code for one in all_measures() if one.text_allowed and not one.number_only}
    return {get_measure_by_key(key).code for key in asked} & worded or worded


def _language(language: Language, own: Path | None, known: _Known) -> LanguageCoverage:
    rows = tuple(_domain(language, domain, own, known) for domain in all_domains(own))
    signed = {key for key, _hash in _signed(MEASURES, language)}
    lacking = tuple(sorted(known.measures - signed))
    safety = next(one for one in rows if one.domain == SAFETY)
    is_english = language.tag.split("_")[0].split("@")[0] == SOURCE
    return LanguageCoverage(
        language,
        rows,
        known.speakers.get(language.tag, 0),
        is_english or (not lacking and safety.signed == safety.counts.total),
        () if is_english else lacking,
    )


def _signed(domain: str, language: Language) -> set[tuple[str, str]]:
    """Give (key, hash) of the words that stand now and are approved exactly so."""
    edits = edits_for([domain], [language.tag]) if domain == SAFETY else ()
    there = locked_words(domain, language, edits, loaded_for(domain, language))
    standing = {(one.key, one.words_hash) for one in there.values()}
    return standing & approved_words(domain, language.tag)


def _domain(language: Language, domain: str, own: Path | None, known: _Known) -> DomainCoverage:
    if domain in (SAFETY, MEASURES):
        return _locked(language, domain, own, known)
    counts = counts_of(work_on(domain, language, own, known.edits).values())
    if not is_guide(domain):
        return DomainCoverage(domain, counts)
    owner = owner_of(domain)
    mine = [one for one in known.translations if one.curriculum == owner and one.tag == language.tag]
    signed = next((one for one in mine if one.status in SIGNED_STEPS), None)
    order = list(GuideStatus)
    reached = [one.status for one in mine if one.status is not GuideStatus.RETIRED]
    return DomainCoverage(
        domain,
        counts,
        changed=changed_since(signed, language, known.hashes) if signed else None,
        signed_at=signed.published_at if signed else None,
        groups=known.groups.get((owner, language.tag), 0),
        status=max(reached, key=order.index, default=None),
    )


def changed_since(translation: PublishedTranslation, language: Language, hashes: Mapping[str, str]) -> int:
    """Count the texts whose words differ now from those that were published."""
    curriculum = published(hashes[translation.curriculum_version_id])
    before = published_words(translation.translation_id)
    domains = {guide_domain(one.key) for one in texts_of(curriculum)}
    now = words_of(curriculum, language, edits_for(domains, language.chain)).texts
    said = {} if before is None else before.texts
    return sum(now.get(key) != said.get(key) for key in {**now, **said})


def _locked(language: Language, domain: str, own: Path | None, known: _Known) -> DomainCoverage:
    signed = len(_signed(domain, language))
    ever = Counter(key for key, _hash in approved_words(domain, language.tag))
    last = db.session.scalar(
        sa.select(sa.func.max(TextApproval.at)).where(
            TextApproval.domain == domain, TextApproval.tag == language.tag
        )
    )
    if domain == MEASURES:
        # A questionnaire is whole or it is not offered: it is counted as one.
        whole = len(locked_words(MEASURES, language, (), loaded_for(MEASURES, language)))
        total = sum(1 for one in all_measures() if one.text_allowed and not one.number_only)
        counts = Counts(total, whole, 0, total - whole, whole, 0, 0)
    else:
        counts = counts_of(work_on(domain, language, own, known.edits).values())
    return DomainCoverage(
        domain, counts, signed=signed, changed=len(ever) - signed if ever else None, signed_at=last
    )

"""How far each language and adaptation is, domain by domain, and which groups read it (ux.md T1).

A language is *ready* when its safety text and the questionnaires that published curricula ask for are signed by two
people each; until then both are shown or offered in English only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gipt.content.entries import all_domains, known_adaptations
from gipt.content.guide_texts import texts_of
from gipt.content.locked_words import locked_words
from gipt.content.spoken_guides import Edit, words_of
from gipt.content.wordings import LoadedWording
from gipt.db import db
from gipt.domain.adaptation_life import is_approved
from gipt.domain.guides import GuideStatus
from gipt.domain.measures import all_measures, get_measure_by_key
from gipt.i18n import Language, find_language, languages, shelf
from gipt.i18n.catalogs import MEASURES, SAFETY, guide_domain, is_guide, owner_of
from gipt.i18n.registry import SOURCE
from gipt.models import CurriculumVersion, Cycle, CycleGuide, GuideTranslation, TextApproval
from gipt.queries.curricula import published, published_versions
from gipt.queries.measure_wordings import loaded_wordings
from gipt.queries.translation_work import Counts, Edits, counts_of, newest_edits
from gipt.queries.translations import (
    PublishedTranslation,
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
    found = all_languages(own)
    known = _Known.look(list(dict.fromkeys(tag for one in found for tag in one.chain)))
    domains = all_domains(own)
    return [_language(one, domains, own, known) for one in found]


def coverage_of(language: Language, own: Path | None = None) -> LanguageCoverage:
    """Give one language."""
    return _language(language, all_domains(own), own, _Known.look(language.chain, language.tag))


def all_languages(own: Path | None = None) -> list[Language]:
    """List the languages to translate into: those of `languages.toml`, then adaptations with words or a record."""
    listed = [one for one in languages(shipped_only=False) if one.tag != SOURCE]
    tags = {
        path.parent.parent.name for folder in shelf().folders for path in folder.glob("*/LC_MESSAGES/*.po")
    }
    tags |= {one.locale for one in known_adaptations(own) if one.locale}
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
    loaded: Sequence[LoadedWording]
    approved: Mapping[tuple[str, str], frozenset[tuple[str, str]]]
    signed_at: Mapping[tuple[str, str], datetime]

    @classmethod
    def look(cls, tags: Sequence[str], tag: str | None = None) -> "_Known":
        versions = published_versions()
        return cls(
            newest_edits(tag=tag),
            published_translations(),
            {one.version_id: one.content_hash for one in versions},
            running_readers(),
            running_speakers(),
            frozenset(asked_measures()),
            loaded_wordings(tags),
            *approvals(tag),
        )

    def loaded_in(self, language: Language) -> list[LoadedWording]:
        """Give the wordings of measures that were loaded for the chain of a language, newest first."""
        return [one for one in self.loaded if one.tag in language.chain]

    def safety_edits(self, tag: str) -> list[Edit]:
        """Give the finished edits of the safety text in a language."""
        return [
            Edit(tag, key, one.source_hash, one.texts[0])
            for (domain, spoken, key), (_newest, one) in self.edits.items()
            if one is not None and (domain, spoken) == (SAFETY, tag)
        ]

    def signed(self, domain: str, language: Language) -> set[tuple[str, str]]:
        """Give (key, hash) of the words that stand now and are approved exactly so."""
        edits = self.safety_edits(language.tag) if domain == SAFETY else ()
        there = locked_words(domain, language, edits, self.loaded_in(language))
        standing = {(one.key, one.words_hash) for one in there.values()}
        return standing & self.approved.get((domain, language.tag), frozenset())


Approvals = tuple[dict[tuple[str, str], frozenset[tuple[str, str]]], dict[tuple[str, str], datetime]]


def approvals(tag: str | None = None) -> Approvals:
    """Give what was approved by (domain, tag), and when somebody signed there last; one statement."""
    statement = sa.select(
        TextApproval.domain,
        TextApproval.tag,
        TextApproval.entry_key,
        TextApproval.words_hash,
        TextApproval.staff_id,
        TextApproval.clinical,
        TextApproval.at,
    )
    rows = db.session.execute(statement if tag is None else statement.where(TextApproval.tag == tag)).all()
    people: dict[tuple[str, str], dict[tuple[str, str], list[tuple[str, bool]]]] = {}
    last: dict[tuple[str, str], datetime] = {}
    for row in rows:
        place = (row.domain, row.tag)
        words = people.setdefault(place, {}).setdefault((row.entry_key, row.words_hash), [])
        words.append((row.staff_id, row.clinical))
        last[place] = max(row.at, last.get(place, row.at))
    approved = {
        place: frozenset(words for words, signers in found.items() if is_approved(signers))
        for place, found in people.items()
    }
    return approved, last


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


def _language(
    language: Language, domains: Sequence[str], own: Path | None, known: _Known
) -> LanguageCoverage:
    rows = tuple(_domain(language, domain, own, known) for domain in domains)
    signed = {key for key, _hash in known.signed(MEASURES, language)}
    lacking = tuple(sorted(known.measures - signed))
    safety = next(one for one in rows if one.domain == SAFETY)
    is_english = SOURCE in language.chain
    return LanguageCoverage(
        language,
        rows,
        known.speakers.get(language.tag, 0),
        is_english or (not lacking and safety.signed == safety.counts.total),
        () if is_english else lacking,
    )


def _domain(language: Language, domain: str, own: Path | None, known: _Known) -> DomainCoverage:
    if domain in (SAFETY, MEASURES):
        return _locked(language, domain, own, known)
    counts = counts_of(domain, language, own, known.edits)
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
    place = (domain, language.tag)
    signed = len(known.signed(domain, language))
    ever = {key for key, _hash in known.approved.get(place, ())}
    if domain == MEASURES:
        # A questionnaire is whole or it is not offered: it is counted as one.
        whole = len(locked_words(MEASURES, language, (), known.loaded_in(language)))
        total = sum(1 for one in all_measures() if one.text_allowed and not one.number_only)
        counts = Counts(total, whole, 0, total - whole, whole, 0, 0)
    else:
        counts = counts_of(domain, language, own, known.edits)
    return DomainCoverage(
        domain,
        counts,
        signed=signed,
        changed=len(ever) - signed if ever else None,
        signed_at=known.signed_at.get(place),
    )

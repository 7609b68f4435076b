"""Reads of the life of published words: who took which step when, evidence, what may come next and why not."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gipt.content.guide_texts import texts_of
from gipt.content.locked_words import locked_words
from gipt.db import db
from gipt.domain.access import Actor, allows
from gipt.domain.adaptation_life import (
    LOCKED_REVIEWERS,
    STEPS,
    Evidence,
    SignOff,
    check_step,
    is_approved,
    rule_of,
)
from gipt.domain.guides import GuideStatus
from gipt.domain.problems import Conflict, Invalid, Problem
from gipt.i18n import Language, find_language
from gipt.i18n.catalogs import MEASURES, SAFETY, guide_domain
from gipt.models import CurriculumVersion, Staff, TextApproval, TranslationEvidence, TranslationStep
from gipt.queries.curricula import published
from gipt.queries.measure_wordings import loaded_for, loaders_of
from gipt.queries.rows import record
from gipt.queries.translation_work import newest_edits
from gipt.queries.translations import (
    OPERATOR_NAME,
    PublishedTranslation,
    edits_for,
    evidence_for,
    sign_offs,
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step that was taken; `person` is None for the operator of the machine."""

    status: GuideStatus
    person: str | None
    at: datetime
    comment: str | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence."""

    kind: Evidence
    text: str
    person: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step that follows from here: whether the person's role takes it, and what stands against it."""

    status: GuideStatus
    forward: bool
    allowed: bool
    comment: bool
    fault: Problem | None


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's approval of exact words."""

    staff_id: str
    person: str
    clinical: bool
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class ToSign:
    """Locked words of one language: their English, what stands now, who approved exactly these, who others before.

    `words_hash` is None where nothing is translated or loaded; `authors` wrote or loaded them in the app.
    """

    key: str
    source: tuple[str, ...]
    words: tuple[str, ...]
    words_hash: str | None
    approvals: tuple[Approval, ...]
    before: int
    authors: frozenset[str | None] = frozenset()

    @property
    def is_approved(self) -> bool:
        """Say whether the words are shown."""
        return is_approved((one.staff_id, one.clinical) for one in self.approvals)

    @property
    def needs_clinical(self) -> bool:
        """Say whether a clinical lead has to be among those who still approve."""
        return not any(one.clinical for one in self.approvals)

    @property
    def lacking(self) -> int:
        """Give how many people are still needed."""
        people = {one.staff_id for one in self.approvals}
        return max(LOCKED_REVIEWERS - len(people), int(self.needs_clinical))

    def signed_by(self, staff_id: str | None) -> bool:
        """Say whether a person approved exactly these words."""
        return any(one.staff_id == staff_id for one in self.approvals)


def life_of(translation_id: str) -> list[StepRow]:
    """Give the steps of a translation in order."""
    rows = db.session.execute(
        sa.select(
            TranslationStep.status,
            Staff.name,
            Staff.sign_in_name,
            TranslationStep.at,
            TranslationStep.comment,
        )
        .outerjoin(Staff, Staff.id == TranslationStep.staff_id)
        .where(TranslationStep.translation_id == translation_id)
        .order_by(TranslationStep.number)
    )
    return [StepRow(GuideStatus(row[0]), row[1] or row[2], row[3], row[4]) for row in rows]


def evidence_of(translation_id: str) -> list[EvidenceRow]:
    """Give the evidence of a translation in order of time."""
    rows = db.session.execute(
        sa.select(
            TranslationEvidence.kind,
            TranslationEvidence.text,
            Staff.name,
            Staff.sign_in_name,
            TranslationEvidence.at,
        )
        .outerjoin(Staff, Staff.id == TranslationEvidence.staff_id)
        .where(TranslationEvidence.translation_id == translation_id)
        .order_by(TranslationEvidence.at, TranslationEvidence.id)
    )
    return [EvidenceRow(Evidence(row[0]), row[1], row[2] or row[3], row[4]) for row in rows]


def steps_from(found: PublishedTranslation, by: Actor) -> list[NextStep]:
    """List every step that follows from here, forward first, with what stands against it for this person."""
    history, evidence = sign_offs(found.translation_id), evidence_for(found.translation_id)
    order = list(GuideStatus)
    later = [to for now, to in STEPS if now is found.status]
    later.sort(key=lambda to: (order.index(to) <= order.index(found.status), order.index(to)))
    return [
        NextStep(
            to,
            order.index(to) > order.index(found.status) and to is not GuideStatus.RETIRED,
            allows(by, rule_of(found.status, to).permission),
            rule_of(found.status, to).comment,
            _against(found, to, by, history, evidence),
        )
        for to in later
    ]


def _against(
    found: PublishedTranslation,
    to: GuideStatus,
    by: Actor,
    history: Sequence[SignOff],
    evidence: Collection[Evidence],
) -> Problem | None:
    try:
        check_step(
            found.status,
            to,
            person=by.staff_id or OPERATOR_NAME,
            history=history,
            evidence=evidence,
            untranslated=found.untranslated,
            comment="-",
        )
    except (Conflict, Invalid) as fault:
        return fault
    return own_edits_fault(found, to, by)


def own_edits_fault(found: PublishedTranslation, to: GuideStatus, by: Actor) -> Conflict | None:
    """Give why a person may not review the language: unreviewed edits of their own stand there (domain.md 6.3)."""
    language = find_language(found.tag)
    if to is not GuideStatus.LANGUAGE_REVIEWED or by.staff_id is None or language is None:
        return None
    count = sum(
        1
        for _newest, standing in newest_edits(tag=found.tag).values()
        if standing is not None
        and standing.status == "translated"
        and standing.author_id == by.staff_id
        and standing.domain in domains_of(found)
    )
    return Conflict(reason="own_edits", count=count) if count else None


def authors_of(domain: str, language: Language) -> Callable[[str, str | None], frozenset[str | None]]:
    """Give who brought locked words in, by key and hash: the person who wrote or loaded them cannot sign them.

    Of a wording of a measure that is whoever loaded exactly these words with their source: two others compare it with
    the publication (decision 14). None stands for the operator of the machine.
    """
    if domain == MEASURES:
        loaded = loaders_of(language)
        return lambda key, words_hash: loaded.get((key, words_hash or ""), frozenset())
    written = {
        key: frozenset({standing.author_id})
        for (_domain, _tag, key), (_newest, standing) in newest_edits(domain, language.tag).items()
        if standing is not None
    }
    return lambda key, _words_hash: written.get(key, frozenset())


def domains_of(found: PublishedTranslation) -> set[str]:
    """Give the domains whose texts a published curriculum has."""
    digest = db.session.scalar(
        sa.select(CurriculumVersion.content_hash).where(CurriculumVersion.id == found.curriculum_version_id)
    )
    return {guide_domain(one.key) for one in texts_of(published(digest or ""))}


def adaptation_of(found: PublishedTranslation) -> str:
    """Give the id of the adaptation whose steps a published curriculum has; empty for the curriculum as written."""
    digest = db.session.scalar(
        sa.select(CurriculumVersion.content_hash).where(CurriculumVersion.id == found.curriculum_version_id)
    )
    return published(digest or "").adaptation


def words_to_sign(
    domain: str, language: Language, sources: Sequence[tuple[str, tuple[str, ...]]]
) -> list[ToSign]:
    """Give the locked words of a language in the order of `sources` (key, English), with their approvals."""
    edits = edits_for([domain], language.chain) if domain == SAFETY else ()
    standing = locked_words(domain, language, edits, loaded_for(domain, language))
    approvals = _approvals(domain, language.tag)
    authors = authors_of(domain, language)
    found = []
    for key, source in sources:
        words = standing.get(key)
        mine = approvals.get((key, words.words_hash), []) if words else []
        others = sum(
            1 for other, digest in approvals if other == key and not (words and digest == words.words_hash)
        )
        found.append(
            ToSign(
                key,
                words.source if words else source,
                words.words if words else (),
                words.words_hash if words else None,
                tuple(mine),
                others,
                authors(key, words.words_hash if words else None),
            )
        )
    return found


def _approvals(domain: str, tag: str) -> dict[tuple[str, str], list[Approval]]:
    rows = db.session.execute(
        sa.select(
            TextApproval.entry_key,
            TextApproval.words_hash,
            TextApproval.staff_id,
            Staff.name,
            Staff.sign_in_name,
            TextApproval.clinical,
            TextApproval.at,
            TextApproval.note,
        )
        .join(Staff, Staff.id == TextApproval.staff_id)
        .where(TextApproval.domain == domain, TextApproval.tag == tag)
        .order_by(TextApproval.at, TextApproval.id)
    )
    found: dict[tuple[str, str], list[Approval]] = {}
    for row in rows:
        approval = record(Approval, (row[2], row[3] or row[4], *row[5:]))
        found.setdefault((row[0], row[1]), []).append(approval)
    return found

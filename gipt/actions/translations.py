"""Guides in languages: publishing words, the steps of their life, evidence, what a cycle reads, edits, approvals.

A published translation never changes; another word is another version, which begins as a draft (domain.md 6.3). Edits
made in the app are rows beside the catalogs, which no action writes to (decision 16).
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.curricula import own_folder
from gipt.content.entries import find_source
from gipt.content.guide_texts import texts_of
from gipt.content.locked_words import locked_words
from gipt.content.spoken_guides import source_hash, words_of
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows
from gipt.domain.adaptation_life import Evidence, check_step, rule_of
from gipt.domain.guides import GuideStatus
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound
from gipt.i18n import Language, find_language
from gipt.i18n.catalogs import MEASURES, SAFETY, guide_domain
from gipt.i18n.lint import Plural, faults_of, longest
from gipt.i18n.registry import PSEUDO, SOURCE
from gipt.models import (
    CurriculumVersion,
    GuideTranslation,
    TextApproval,
    TranslationEdit,
    TranslationEvidence,
    TranslationStep,
)
from gipt.queries.curricula import published
from gipt.queries.measure_wordings import loaded_for, wording_language
from gipt.queries.translation_life import authors_of, own_edits_fault
from gipt.queries.translations import (
    OPERATOR_NAME,
    edits_for,
    evidence_for,
    get_translation,
    sign_offs,
)

LONGEST_NOTE = 4_000


def language_of(tag: str) -> Language:
    """Give a language that can be translated into; raise Invalid (`language`) for any other text."""
    language = find_language(tag)
    if language is None or language.tag == SOURCE or language.tag in PSEUDO:
        raise Invalid(field="language", reason="unknown_choice")
    return language


def noted(field: str, text: str | None, *, required: bool = False) -> str | None:
    """Give a remark without blanks around it; raise Invalid when it is missing or too long."""
    text = (text or "").strip()
    if required and not text:
        raise Invalid(field=field, reason="missing")
    if len(text) > LONGEST_NOTE:
        raise Invalid(field=field, reason="too_long", high=LONGEST_NOTE)
    return text or None


@action("publish_translation")
def publish_translation(
    *, curriculum_version_id: str, tag: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Store the present words of a published curriculum in a language or adaptation as a draft; gives its id.

    The same words are stored once. Raises NotFound (curriculum), Invalid (language), Conflict `nothing_translated`.
    """
    require(by, Permission.TRANSLATION_EDIT)
    language, version = language_of(tag), db.session.get(CurriculumVersion, curriculum_version_id)
    if version is None:
        raise NotFound(kind="curriculum")
    curriculum = published(version.content_hash)
    domains = {guide_domain(one.key) for one in texts_of(curriculum)}
    words = words_of(curriculum, language, edits_for(domains, language.chain))
    if not words.texts:
        raise Conflict(reason="nothing_translated", language=language.name)
    digest = words.content_hash()
    known = db.session.scalar(
        sa.select(GuideTranslation.id).where(
            GuideTranslation.curriculum_version_id == version.id,
            GuideTranslation.tag == language.tag,
            GuideTranslation.content_hash == digest,
        )
    )
    if known is not None:
        return known
    translation_id = new_id()
    db.session.add(
        GuideTranslation(
            id=translation_id,
            curriculum_version_id=version.id,
            tag=language.tag,
            content_hash=digest,
            texts={key: list(said) for key, said in words.texts.items()},
            untranslated=len(words.missing_in(curriculum, language)),
            published_at=now,
            published_by_id=by.staff_id,
        )
    )
    audit(
        "publish_translation",
        by=by,
        now=now,
        entity="guide_translation",
        entity_id=translation_id,
        op=op,
        hash=digest,
        tag=language.tag,
    )
    return translation_id


@action("take_translation_step")
def take_translation_step(
    *,
    translation_id: str,
    status: GuideStatus,
    comment: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Take one step in the life of a translation; gives its id. Raises what `check_step` raises, NotAllowed,
    and Conflict `own_edits` when the person who reviews the language wrote some of these words and nobody looked yet.
    """
    found = get_translation(translation_id)
    if found.status is status:
        return translation_id
    require(by, rule_of(found.status, status).permission)
    comment = noted("comment", comment)
    history = sign_offs(translation_id)
    check_step(
        found.status,
        status,
        person=by.staff_id or OPERATOR_NAME,
        history=history,
        evidence=evidence_for(translation_id),
        untranslated=found.untranslated,
        comment=comment,
    )
    fault = own_edits_fault(found, status, by)
    if fault is not None:
        raise fault
    db.session.add(
        TranslationStep(
            id=new_id(),
            translation_id=translation_id,
            number=len(history) + 1,
            status=status.value,
            staff_id=by.staff_id,
            at=now,
            comment=comment,
        )
    )
    db.session.execute(
        sa.update(GuideTranslation).where(GuideTranslation.id == translation_id).values(status=status.value)
    )
    audit(
        "take_translation_step",
        by=by,
        now=now,
        entity="guide_translation",
        entity_id=translation_id,
        op=op,
        status=status.value,
        hash=found.content_hash,
    )
    return translation_id


@action("add_translation_evidence")
def add_translation_evidence(
    *, translation_id: str, kind: Evidence, text: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Attach evidence to a translation as text: how many were asked, where, what they understood; gives its id."""
    require(by, Permission.TRANSLATION_EDIT)
    get_translation(translation_id)
    evidence_id = new_id()
    db.session.add(
        TranslationEvidence(
            id=evidence_id,
            translation_id=translation_id,
            kind=kind.value,
            text=noted("evidence", text, required=True),
            staff_id=by.staff_id,
            at=now,
        )
    )
    audit(
        "add_translation_evidence",
        by=by,
        now=now,
        entity="guide_translation",
        entity_id=translation_id,
        op=op,
        kind=kind.value,
    )
    return evidence_id


@action("edit_translation")
def edit_translation(
    *,
    domain: str,
    tag: str,
    key: str,
    text: str,
    forms: Sequence[str] = (),
    finished: bool = True,
    back_translation: str | None = None,
    comment: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Write one entry of a domain in the app; gives the edit's id. Files are not changed.

    `key` is as in `gipt.content.entries` and may end in `|f` or `|m`; `forms` are the plural forms of a text that has
    them, `text` stands for every other. Raises Conflict `locked` for measures, whose wording is loaded whole; NotFound
    for a key that is not there; Invalid (`translation`) with the code of `lint` for words that must not be shown.
    """
    require(by, Permission.TRANSLATION_EDIT)
    if domain == MEASURES:
        raise Conflict(reason="locked", domain=domain)
    language, source = language_of(tag), find_source(domain, key, own_folder())
    if source is None:
        raise NotFound(kind="text")
    texts = [*forms] if len(source.texts) > 1 else [text]
    faults = faults_of(source.texts, texts, Plural(language.plural))
    if faults:
        raise Invalid(field="translation", reason=faults[0].value, high=longest(source.texts))
    newest = sa.select(sa.func.max(TranslationEdit.number)).where(
        TranslationEdit.domain == domain,
        TranslationEdit.tag == language.tag,
        TranslationEdit.entry_key == key,
    )
    edit_id = new_id()
    db.session.add(
        TranslationEdit(
            id=edit_id,
            domain=domain,
            tag=language.tag,
            entry_key=key,
            number=(db.session.scalar(newest) or 0) + 1,
            source_hash=source_hash(source.texts),
            texts=texts,
            status="translated" if finished else "draft",
            author_id=by.staff_id,
            at=now,
            back_translation=noted("back_translation", back_translation),
            comment=noted("comment", comment),
        )
    )
    audit(
        "edit_translation",
        by=by,
        now=now,
        entity="translation_edit",
        entity_id=edit_id,
        op=op,
        domain=domain,
        tag=language.tag,
        key=key,
    )
    return edit_id


@action("review_edit")
def review_edit(*, edit_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Review one edit of the app: another person than its author. Gives the edit's id."""
    require(by, Permission.TRANSLATION_REVIEW)
    edit = _newest_edit(edit_id)
    if edit.status != "translated":
        raise Conflict(reason="guide_step", status=edit.status, to="language_reviewed")
    if edit.author_id == by.staff_id:
        raise Conflict(reason="other_person_needed", to="language_reviewed")
    edit.status, edit.reviewer_id, edit.reviewed_at = "language_reviewed", by.staff_id, now
    audit("review_edit", by=by, now=now, entity="translation_edit", entity_id=edit_id, op=op)
    return edit_id


@action("withdraw_edit")
def withdraw_edit(*, edit_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take an edit back: what the file says stands again. Gives the edit's id."""
    require(by, Permission.TRANSLATION_EDIT)
    edit = _newest_edit(edit_id)
    if edit.author_id != by.staff_id:
        require(by, Permission.TRANSLATION_REVIEW)
    if edit.status != "withdrawn":
        edit.status = "withdrawn"
        audit("withdraw_edit", by=by, now=now, entity="translation_edit", entity_id=edit_id, op=op)
    return edit_id


def _newest_edit(edit_id: str) -> TranslationEdit:
    """Give an edit that no later one has taken the place of; raise NotFound or Conflict `edited_again`."""
    edit = db.session.get(TranslationEdit, edit_id)
    if edit is None:
        raise NotFound(kind="translation")
    later = sa.select(sa.func.max(TranslationEdit.number)).where(
        TranslationEdit.domain == edit.domain,
        TranslationEdit.tag == edit.tag,
        TranslationEdit.entry_key == edit.entry_key,
    )
    if (db.session.scalar(later) or 0) > edit.number:
        raise Conflict(reason="edited_again")
    return edit


@action("approve_words")
def approve_words(
    *,
    domain: str,
    tag: str,
    key: str,
    words_hash: str,
    note: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Approve the exact words of a measure or of a sentence of the safety text; gives the approval's id.

    `words_hash` is that of the words that were looked at: raises Conflict `words_changed` when others stand there
    now, `other_person_needed` from who wrote or loaded them in the app, NotFound when there are none.
    Two people approve, one of them a clinical lead, so the operator cannot.
    """
    require(by, Permission.TRANSLATION_REVIEW)
    if by.staff_id is None:
        raise NotAllowed(permission=Permission.TRANSLATION_REVIEW.value)
    # Published English items ship; of other measures an English wording is loaded and signed like any other.
    language = wording_language(tag) if domain == MEASURES else language_of(tag)
    edits = edits_for([domain], language.chain) if domain == SAFETY else ()
    standing = locked_words(domain, language, edits, loaded_for(domain, language)).get(key)
    if standing is None:
        raise NotFound(kind="text")
    if standing.words_hash != words_hash:
        raise Conflict(reason="words_changed")
    if by.staff_id in authors_of(domain, language)(key, words_hash):
        raise Conflict(reason="other_person_needed")
    same = (
        sa.select(TextApproval.id)
        .where(TextApproval.domain == domain, TextApproval.tag == language.tag)
        .where(TextApproval.entry_key == key, TextApproval.words_hash == words_hash)
    )
    known = db.session.scalar(same.where(TextApproval.staff_id == by.staff_id))
    if known is not None:
        return known
    approval_id = new_id()
    db.session.add(
        TextApproval(
            id=approval_id,
            domain=domain,
            tag=language.tag,
            entry_key=key,
            words_hash=words_hash,
            staff_id=by.staff_id,
            clinical=allows(by, Permission.CURRICULUM_ADOPT),
            at=now,
            note=noted("note", note),
        )
    )
    audit(
        "approve_words",
        by=by,
        now=now,
        entity="text_approval",
        entity_id=approval_id,
        op=op,
        domain=domain,
        tag=language.tag,
        key=key,
        hash=words_hash,
    )
    return approval_id

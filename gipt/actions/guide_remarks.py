"""What facilitators say of a guide after using it, and what the adaptation team answers (ux.md F6, T5).

Free text is sealed: it is about words, but a person may stand in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.content.guide_texts import texts_of_step
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.guide_remarks import RemarkOutcome, RemarkReason
from gipt.domain.problems import Invalid, NotFound
from gipt.i18n import find_language
from gipt.models import CurriculumVersion, Cycle, CycleGuide, GuideRemark, RemarkAnswer, Session
from gipt.queries.curricula import published
from gipt.queries.guide_remarks import remarks_seen
from gipt.queries.scope import cycle_for, session_for
from gipt.queries.translations import get_translation

LONGEST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class RemarkRecord:
    """That a step did not work; `session_id` of the meeting, or `cycle_id` for the talk before the group.

    `guide` is the place of the meeting in the curriculum ("session-3"), `language` the tag of the words read.
    """

    guide: str
    step_key: str
    reason: str
    language: str
    session_id: str | None = None
    cycle_id: str | None = None
    text_keys: tuple[str, ...] = ()
    words: str | None = None


@action("remark_on_guide")
def remark_on_guide(*, record: RemarkRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Keep a remark on a step of the guide that a cycle is pinned to; gives its id.

    Raises NotFound for a meeting that is not the actor's or a step that its guide does not have, Invalid (`reason`,
    `lines`, `language`, `words`).
    """
    require(by, Permission.MEETING_RUN)
    pinned = _pinned(record, by, now.date())
    guide = published(pinned.content_hash).meetings.get(record.guide)
    step = next((one for one in guide.steps if one.key == record.step_key), None) if guide else None
    if step is None:
        raise NotFound(kind="step")
    if record.reason not in set(RemarkReason):
        raise Invalid(field="reason", reason="choose_one")
    if not set(record.text_keys) <= {text.key for text in texts_of_step(step)}:
        raise Invalid(field="lines", reason="unknown_choice")
    if find_language(record.language) is None:
        raise Invalid(field="language", reason="unknown_choice")
    remark_id = new_id()
    db.session.add(
        GuideRemark(
            id=remark_id,
            cycle_id=pinned.cycle_id,
            session_id=record.session_id,
            curriculum_version_id=pinned.curriculum_version_id,
            translation_id=pinned.translation_id,
            guide_key=record.guide,
            step_key=record.step_key,
            text_keys=list(record.text_keys),
            language=record.language,
            reason=record.reason,
            words=_words(record.words),
            by_id=by.staff_id,
            at=now,
        )
    )
    audit(
        "remark_on_guide",
        by=by,
        now=now,
        entity="guide_remark",
        entity_id=remark_id,
        op=op,
        step=record.step_key,
        reason=record.reason,
    )
    return remark_id


def _pinned(record: RemarkRecord, by: Actor, on: date) -> Any:
    """Give the cycle of a remark and what it reads; raise NotFound when it is not the actor's."""
    pinned = (
        sa.select(
            Cycle.id.label("cycle_id"),
            Cycle.curriculum_version_id,
            CurriculumVersion.content_hash,
            CycleGuide.translation_id,
        )
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
    )
    if record.session_id is not None:
        session_id = session_for(by, record.session_id, on)
        pinned = pinned.join(Session, Session.cycle_id == Cycle.id).where(Session.id == session_id)
    else:
        pinned = pinned.where(Cycle.id == cycle_for(by, record.cycle_id or "", on))
    return db.session.execute(pinned).one()


def _words(text: str | None, *, required: bool = False) -> str | None:
    text = (text or "").strip()
    if required and not text:
        raise Invalid(field="words", reason="missing")
    if len(text) > LONGEST_WORDS:
        raise Invalid(field="words", reason="too_long", high=LONGEST_WORDS)
    return text or None


@action("answer_remark")
def answer_remark(
    *,
    remark_ids: Sequence[str],
    outcome: str,
    translation_id: str | None = None,
    words: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Answer remarks together: other words (in which published ones, if they are known), or kept for a reason.

    Gives the answer's id. Whoever made the remarks reads the answer. Raises NotFound for a remark or translation that
    is not there for the actor, Invalid (`outcome`, `words` when the reason for keeping is missing).
    """
    require(by, Permission.TRANSLATION_EDIT)
    if outcome not in set(RemarkOutcome):
        raise Invalid(field="outcome", reason="choose_one")
    said = _words(words, required=outcome == RemarkOutcome.KEPT)
    seen = remarks_seen(by, remark_ids)
    if not remark_ids or seen != set(remark_ids):
        raise NotFound(kind="remark")
    if outcome == RemarkOutcome.KEPT:
        translation_id = None
    if translation_id is not None:
        get_translation(translation_id)
    answer_id = new_id()
    db.session.add(
        RemarkAnswer(
            id=answer_id,
            outcome=outcome,
            translation_id=translation_id,
            words=said,
            by_id=by.staff_id,
            at=now,
        )
    )
    db.session.flush()
    db.session.execute(
        sa.update(GuideRemark).where(GuideRemark.id.in_(sorted(seen))).values(answer_id=answer_id)
    )
    audit(
        "answer_remark",
        by=by,
        now=now,
        entity="remark_answer",
        entity_id=answer_id,
        op=op,
        outcome=outcome,
        remarks=len(seen),
    )
    return answer_id

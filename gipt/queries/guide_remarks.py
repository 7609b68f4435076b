"""Remarks on guides: those of one person with their answers, and the stream for whoever mends the words (T5).

Nobody is named: a remark is about words. The stream holds the remarks of the sites of the reader's grant.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.content.guide_texts import texts_of_step
from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.guide_remarks import Frequency
from gipt.models import (
    CurriculumVersion,
    Cycle,
    CycleGuide,
    Enrolment,
    Group,
    GuideRemark,
    GuideTranslation,
    PreGroupMeeting,
    RemarkAnswer,
    Session,
    Site,
)
from gipt.queries.curricula import published
from gipt.queries.prepared import fetch, prepared
from gipt.queries.rows import record
from gipt.queries.scope import at_sites
from gipt.queries.translations import published_words

FRESH = timedelta(days=28)
"""For how long an answer stands on the page of the group."""
TALKS = {"pre_group": "pre-group", "caregiver": "caregiver"}
"""Kinds of talks with one person, and the places of their guides in a curriculum."""
MOST = 2_000
"""Remarks that the stream reads, the newest first."""


@dataclass(frozen=True, slots=True)
class OwnRemark:
    """One own remark: about which step of which meeting, and what came of it (`outcome` None: nothing yet)."""

    guide: str
    step_key: str
    session_id: str | None
    at: datetime
    outcome: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """One remark in the stream; `version` and `words_of` (when its words were published) say what was read."""

    remark_id: str
    guide: str
    reason: str
    text_keys: tuple[str, ...]
    words: str | None
    place: str
    version: str
    words_of: datetime | None
    at: datetime
    outcome: str | None
    answer: str | None
    answered_in: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class RemarkedStep:
    """All remarks on one step in one language, the newest first."""

    curriculum: str
    content_hash: str
    step_key: str
    language: str
    rows: tuple[RemarkRow, ...]

    @property
    def open(self) -> tuple[RemarkRow, ...]:
        """Give the remarks that nobody answered yet."""
        return tuple(row for row in self.rows if row.outcome is None)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Give (reason, how often), the most frequent first."""
        return Counter(row.reason for row in self.rows).most_common()

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Give (key of a line, how often it was chosen), the most frequent first."""
        return Counter(key for row in self.rows for key in row.text_keys).most_common()

    @property
    def places(self) -> list[tuple[str, int]]:
        """Give (site, how often), the most frequent first."""
        return Counter(row.place for row in self.rows).most_common()


@prepared
def _own(by_id: str, cycle_id: str) -> sa.Executable:
    return (
        sa.select(
            GuideRemark.guide_key,
            GuideRemark.step_key,
            GuideRemark.session_id,
            GuideRemark.at,
            RemarkAnswer.outcome,
            RemarkAnswer.words,
        )
        .outerjoin(RemarkAnswer, RemarkAnswer.id == GuideRemark.answer_id)
        .where(GuideRemark.by_id == by_id, GuideRemark.cycle_id == cycle_id)
        .order_by(GuideRemark.at.desc())
        .limit(60)
    )


def own_remarks(by: Actor, cycle_id: str) -> tuple[OwnRemark, ...]:
    """Give the actor's own remarks in a cycle, the newest first."""
    return tuple(record(OwnRemark, row) for row in fetch(_own(by.staff_id or "", cycle_id)))


@prepared
def _answered(by_id: str, cycle_id: str, since: datetime) -> sa.Executable:
    return (
        sa.select(
            GuideRemark.guide_key,
            GuideRemark.step_key,
            GuideRemark.session_id,
            GuideRemark.at,
            RemarkAnswer.outcome,
            RemarkAnswer.words,
        )
        .join(RemarkAnswer, RemarkAnswer.id == GuideRemark.answer_id)
        .where(GuideRemark.by_id == by_id, GuideRemark.cycle_id == cycle_id, RemarkAnswer.at >= since)
        .order_by(RemarkAnswer.at.desc(), GuideRemark.at.desc())
        .limit(5)
    )


def fresh_answers(by: Actor, cycle_id: str, now: datetime) -> tuple[OwnRemark, ...]:
    """Give the actor's own remarks in a cycle that were answered lately, the newest answer first."""
    return tuple(record(OwnRemark, row) for row in fetch(_answered(by.staff_id or "", cycle_id, now - FRESH)))


def _seen(by: Actor) -> sa.ColumnElement[bool]:
    """Limit GuideRemark joined with Cycle and Group to the sites whose words the actor mends."""
    return at_sites(Group.site_id, sites_for(by, Permission.TRANSLATION_EDIT))


def remarks_seen(by: Actor, remark_ids: Sequence[str]) -> set[str]:
    """Give those of the remarks that the actor may answer."""
    rows = db.session.scalars(
        sa.select(GuideRemark.id)
        .join(Cycle, Cycle.id == GuideRemark.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(GuideRemark.id.in_(list(remark_ids)), _seen(by))
    )
    return set(rows)


def remarked_steps(
    by: Actor, *, language: str | None = None, step_key: str | None = None
) -> list[RemarkedStep]:
    """Give the remarked steps, those with the most open remarks first; one language or one step if named."""
    changed_in = sa.orm.aliased(GuideTranslation)
    statement = (
        sa.select(
            CurriculumVersion.curriculum,
            CurriculumVersion.content_hash,
            GuideRemark.step_key,
            GuideRemark.language,
            GuideRemark.id,
            GuideRemark.guide_key,
            GuideRemark.reason,
            GuideRemark.text_keys,
            GuideRemark.words,
            Site.name.label("place"),
            CurriculumVersion.version,
            GuideTranslation.published_at,
            GuideRemark.at,
            RemarkAnswer.outcome,
            RemarkAnswer.words.label("answer"),
            changed_in.published_at.label("answered_in"),
            RemarkAnswer.at.label("answered_at"),
        )
        .join(CurriculumVersion, CurriculumVersion.id == GuideRemark.curriculum_version_id)
        .join(Cycle, Cycle.id == GuideRemark.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(Site, Site.id == Group.site_id)
        .outerjoin(GuideTranslation, GuideTranslation.id == GuideRemark.translation_id)
        .outerjoin(RemarkAnswer, RemarkAnswer.id == GuideRemark.answer_id)
        .outerjoin(changed_in, changed_in.id == RemarkAnswer.translation_id)
        .where(_seen(by))
        .order_by(GuideRemark.at.desc(), GuideRemark.id)
        .limit(MOST)
    )
    if language is not None:
        statement = statement.where(GuideRemark.language == language)
    if step_key is not None:
        statement = statement.where(GuideRemark.step_key == step_key)
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.step_key, row.language].append(row)
    steps = [
        RemarkedStep(
            rows[0].curriculum,
            rows[0].content_hash,
            key,
            tag,
            tuple(record(RemarkRow, (*row[4:7], tuple(row.text_keys), *row[8:])) for row in rows),
        )
        for (key, tag), rows in found.items()
    ]
    return sorted(steps, key=lambda one: (-len(one.open), -len(one.rows), one.step_key, one.language))


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """One version of the words as groups read them: of the curriculum, and when its translation was published."""

    version: str
    words_of: datetime | None
    frequency: Frequency


def frequencies(by: Actor, step_key: str, language: str) -> list[ReadVersion]:
    """Give remarks on a step in a language beside the meetings that used it, for each version, the newest first.

    A version is a published curriculum with the published words of a cycle; meetings held are counted in cycles of
    the reader's sites whose words are in that language (or in the curriculum's own, where none are pinned).
    """
    remarked = _remarks_by_version(by, step_key, language)
    used = _uses_by_version(by, step_key, language)
    found = []
    for key in remarked | used:
        version, words_of, published_at = key
        label = f"{version} {words_of.date().isoformat()}" if words_of else version
        found.append(
            (
                words_of or published_at,
                ReadVersion(version, words_of, Frequency(label, remarked[key], used[key])),
            )
        )
    return [one for _when, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


Version = tuple[str, datetime | None, datetime]


def _remarks_by_version(by: Actor, step_key: str, language: str) -> Counter[Version]:
    rows = db.session.execute(
        sa.select(
            CurriculumVersion.version,
            GuideTranslation.published_at,
            CurriculumVersion.published_at.label("at"),
            sa.func.count().label("n"),
        )
        .select_from(GuideRemark)
        .join(CurriculumVersion, CurriculumVersion.id == GuideRemark.curriculum_version_id)
        .join(Cycle, Cycle.id == GuideRemark.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .outerjoin(GuideTranslation, GuideTranslation.id == GuideRemark.translation_id)
        .where(_seen(by), GuideRemark.step_key == step_key, GuideRemark.language == language)
        .group_by(CurriculumVersion.version, GuideTranslation.published_at, CurriculumVersion.published_at)
    )
    return Counter({(row.version, row.published_at, row.at): row.n for row in rows})


def _uses_by_version(by: Actor, step_key: str, language: str) -> Counter[Version]:
    """Count the meetings and talks held whose guide has the step, by version."""
    counts: Counter[Version] = Counter()
    meetings = [
        (row, f"session-{row.number}" if row.kind == "core" else row.label or "")
        for row in db.session.execute(_held_meetings(by))
    ]
    talks = [(row, TALKS[row.kind]) for row in db.session.execute(_held_talks(by)) if row.kind in TALKS]
    for row, guide in meetings + talks:
        if _read_in(row, guide, step_key) == language:
            counts[row.version, row.published_at, row.at] += row.n
    return counts


def _read_in(row: Any, guide: str, step_key: str) -> str | None:
    """Give the language in which a meeting read a step; None when its guide does not have the step."""
    curriculum = published(row.content_hash)
    meeting = curriculum.meetings.get(guide)
    step = next((one for one in meeting.steps if one.key == step_key), None) if meeting else None
    if step is None:
        return None
    words = published_words(row.translation_id)
    if words is None or not any(text.key in words.texts for text in texts_of_step(step)):
        return curriculum.language
    return words.tag


def _version_columns() -> tuple[Any, ...]:
    return (
        CurriculumVersion.content_hash,
        CurriculumVersion.version,
        CurriculumVersion.published_at.label("at"),
        GuideTranslation.published_at,
        CycleGuide.translation_id,
    )


def _by_version(statement: Any, by: Actor, *more: Any) -> Any:
    return (
        statement.join(Group, Group.id == Cycle.group_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .outerjoin(CycleGuide, CycleGuide.cycle_id == Cycle.id)
        .outerjoin(GuideTranslation, GuideTranslation.id == CycleGuide.translation_id)
        .where(_seen(by))
        .group_by(
            CurriculumVersion.content_hash,
            CurriculumVersion.version,
            CurriculumVersion.published_at,
            GuideTranslation.published_at,
            CycleGuide.translation_id,
            *more,
        )
    )


def _held_meetings(by: Actor) -> Any:
    more = (Session.kind, Session.number, Session.label)
    counted = sa.select(*_version_columns(), *more, sa.func.count().label("n")).select_from(Session)
    held = counted.join(Cycle, Cycle.id == Session.cycle_id).where(Session.status == "held")
    return _by_version(held, by, *more)


def _held_talks(by: Actor) -> Any:
    counted = sa.select(*_version_columns(), PreGroupMeeting.kind, sa.func.count().label("n"))
    held = (
        counted.select_from(PreGroupMeeting)
        .join(Enrolment, Enrolment.id == PreGroupMeeting.enrolment_id)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .where(PreGroupMeeting.held_on.is_not(None))
    )
    return _by_version(held, by, PreGroupMeeting.kind)

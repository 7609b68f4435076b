"""Two records of one person become one, and one can become two again.

Nothing is deleted: consents, screenings, enrolments, answers, episodes and referrals move to the kept record,
and the audit event keeps their ids, so that the merge can be undone. Of two safety values the more dangerous
stays (domain.md 5.1).
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.actions import episodes
from gipt.actions.base import action, audit, require, require_at
from gipt.actions.mail import tell_first
from gipt.actions.members import living_member
from gipt.actions.programme import the_programme
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Conflict, NotFound
from gipt.domain.risk import Clocks, Episode, Level, merged
from gipt.models import (
    Assessment,
    AuditEvent,
    Consent,
    Enrolment,
    GroupCandidate,
    Incident,
    Member,
    MemberSound,
    NotTogether,
    Programme,
    Referral,
    SafetyEpisode,
    SafetyEvent,
    SafetyReview,
    Screening,
    WorseScore,
)

MOVED: tuple[Any, ...] = (
    *(Consent, Screening, Enrolment, Assessment, SafetyEpisode, Referral, SafetyReview),
    *(Incident, WorseScore),
)
"""Tables whose rows belong to one member and move with a merge."""
FILLED = (
    "called_name",
    "phone",
    "phone_index",
    "place",
    "sex",
    "birth_year",
    "age_band",
    "language",
    "disability",
    "displacement",
    "population",
    "contact_note",
    "caregiver_name",
    "caregiver_relation",
    "note",
    "died_on",
)
STRICT_CALL = ("no", "yes", None)
STRICT_TEXT = ("no", "neutral", "yes", None)
LIVE_WAITING = ("waiting", "offered", "accepted", "not_now", "placed")


@action("merge_members")
def merge_members(*, keep_id: str, other_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Make one record of two of the same person; gives the id of the kept one.

    What the kept record lacks is taken from the other; of two rules about contact the stricter stays. Raises
    Conflict `same_cycle` when both are enrolled in one cycle: which marks count is not for a machine.
    """
    keep, other = _editable(keep_id, by), _editable(other_id, by)
    if keep.id == other.id:
        raise Conflict(reason="same_person")
    cycles = sa.select(Enrolment.cycle_id).where(Enrolment.member_id == keep.id)
    if db.session.scalar(
        sa.select(sa.exists().where(Enrolment.member_id == other.id, Enrolment.cycle_id.in_(cycles)))
    ):
        raise Conflict(reason="same_cycle")
    _merge_episodes(keep.id, other.id, by, now)
    _merge_candidates(keep.id, other.id)
    _merge_waiting(keep.id, other.id)
    moved = {table.__tablename__: _move(table, other.id, keep.id) for table in MOVED}
    _copy_sounds(keep.id, other.id)
    _move_links(keep.id, other.id)
    _fill(keep, other)
    other.merged_into_id, other.changed_at, keep.changed_at = keep.id, now, now
    audit(
        "merge_members",
        by=by,
        now=now,
        entity="member",
        entity_id=other.id,
        op=op,
        kept=keep.id,
        moved={name: ids for name, ids in moved.items() if ids},
    )
    return keep.id


@action("undo_merge")
def undo_merge(*, member_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take a merge apart: what came with the person goes back; what was added since stays with the kept record.

    Safety episodes that were joined stay joined, and values filled in stay filled.
    """
    require(by, Permission.PEOPLE_EDIT)
    other = db.session.get(Member, member_id)
    if other is None or other.merged_into_id is None:
        raise NotFound(kind="member")
    require_at(by, Permission.PEOPLE_EDIT, other.site_id)
    moved = _last_merge(member_id)
    for table in MOVED:
        ids = moved.get(table.__tablename__, [])
        if ids:
            db.session.execute(sa.update(table).where(table.id.in_(ids)).values(member_id=member_id))
    kept, other.merged_into_id, other.changed_at = other.merged_into_id, None, now
    audit("undo_merge", by=by, now=now, entity="member", entity_id=member_id, op=op, kept=kept)
    return member_id


def _editable(member_id: str, by: Actor) -> Member:
    member = living_member(member_id)
    require(by, Permission.PEOPLE_EDIT)
    require_at(by, Permission.PEOPLE_EDIT, member.site_id)
    return member


def _last_merge(member_id: str) -> dict[str, list[str]]:
    details = db.session.scalar(
        sa.select(AuditEvent.details)
        .where(AuditEvent.action == "merge_members", AuditEvent.entity_id == member_id)
        .order_by(AuditEvent.n.desc())
        .limit(1)
    )
    moved: dict[str, list[str]] = (details or {}).get("moved", {})
    return moved


def _move(table: Any, from_id: str, to_id: str) -> list[str]:
    ids = list(db.session.scalars(sa.select(table.id).where(table.member_id == from_id).order_by(table.id)))
    if ids:
        db.session.execute(sa.update(table).where(table.member_id == from_id).values(member_id=to_id))
    return ids


def _copy_sounds(keep_id: str, other_id: str) -> None:
    """Let the kept person be found under the other spelling too."""
    held = set(db.session.scalars(sa.select(MemberSound.sound).where(MemberSound.member_id == keep_id)))
    others = set(db.session.scalars(sa.select(MemberSound.sound).where(MemberSound.member_id == other_id)))
    for sound in sorted(others - held):
        db.session.add(MemberSound(member_id=keep_id, sound=sound))


def _move_links(keep_id: str, other_id: str) -> None:
    """Whoever must not meet the one must not meet the kept record."""
    rows = db.session.scalars(
        sa.select(NotTogether).where(
            sa.or_(NotTogether.member_a == other_id, NotTogether.member_b == other_id)
        )
    ).all()
    for row in rows:
        third = row.member_b if row.member_a == other_id else row.member_a
        first, second = sorted((keep_id, third))
        known = third == keep_id or db.session.get(NotTogether, (first, second)) is not None
        if not known:
            db.session.add(
                NotTogether(
                    member_a=first, member_b=second, kind=row.kind, note=row.note, created_at=row.created_at
                )
            )


def _merge_candidates(keep_id: str, other_id: str) -> None:
    other = db.session.get(GroupCandidate, other_id)
    if other is None:
        return
    group_id, sign, created_at = other.group_id, other.sign, other.created_at
    db.session.delete(other)
    db.session.flush()
    if db.session.get(GroupCandidate, keep_id) is None:
        db.session.add(GroupCandidate(member_id=keep_id, group_id=group_id, sign=sign, created_at=created_at))


def _merge_waiting(keep_id: str, other_id: str) -> None:
    """One person waits once."""
    waits = sa.select(sa.exists().where(Screening.member_id == keep_id, Screening.waiting.in_(LIVE_WAITING)))
    if db.session.scalar(waits):
        db.session.execute(
            sa.update(Screening)
            .where(Screening.member_id == other_id, Screening.waiting.in_(LIVE_WAITING))
            .values(waiting="closed")
        )


def _fill(keep: Member, other: Member) -> None:
    if keep.birth_year is None:
        keep.birth_estimated = other.birth_estimated
    if keep.phone is not None:
        other_fields = tuple(field for field in FILLED if not field.startswith("phone"))
    else:
        other_fields = FILLED
    for field in other_fields:
        if getattr(keep, field) in (None, ""):
            setattr(keep, field, getattr(other, field))
    keep.may_call = min((keep.may_call, other.may_call), key=STRICT_CALL.index)
    keep.may_text = min((keep.may_text, other.may_text), key=STRICT_TEXT.index)


# --- safety -------------------------------------------------------------------------------------------------------


def _merge_episodes(keep_id: str, other_id: str, by: Actor, now: datetime) -> None:
    """Join two open episodes into the older one, each value the more dangerous."""
    rows = db.session.scalars(
        sa.select(SafetyEpisode)
        .where(SafetyEpisode.member_id.in_((keep_id, other_id)), SafetyEpisode.status != "closed")
        .order_by(SafetyEpisode.opened_at)
    ).all()
    if len(rows) < 2:
        return
    first, second = rows
    was_unseen = first.unseen
    # What was ever Now stays a matter for two; and nobody asked to close what has just come to it.
    highest = episodes.highest_level(second)
    _join(first, second, clocks_of(the_programme()))
    first.close_asked_by_id = None
    for episode, code, level in ((first, second.code, highest), (second, first.code, second.level)):
        db.session.add(
            SafetyEvent(
                id=new_id(),
                episode_id=episode.id,
                kind="joined",
                level=level,
                code=code,
                on_date=None,
                note=None,
                by_id=by.staff_id,
                at=now,
            )
        )
    second.status, second.closed_at, second.closed_by_id = "closed", now, by.staff_id
    second.outcome, second.unseen = "merged", False
    # The open episode must be alone before the rows change hands: one open episode for a person.
    db.session.flush()
    first.member_id = keep_id
    db.session.flush()
    if first.unseen and not was_unseen:
        tell_first(first, now)


def _join(first: SafetyEpisode, second: SafetyEpisode, clocks: Clocks) -> None:
    both = merged(_as_value(first), _as_value(second))
    seen = not first.unseen and not second.unseen
    first.level = None if both.level is None else int(both.level)
    first.unseen = not seen
    if both.unseen_since is not None:
        first.unseen_since = both.unseen_since
        first.acknowledge_by = min(
            [one.acknowledge_by for one in (first, second) if one.unseen]
            + [both.due(clocks) or first.acknowledge_by]
        )
        first.status = "new"
    first.paused = first.paused or second.paused
    dates = [day for day in (first.next_contact_on, second.next_contact_on) if day is not None]
    first.next_contact_on = min(dates, default=None)


def _as_value(row: SafetyEpisode) -> Episode:
    level = None if row.level is None else Level(row.level)
    return Episode(
        row.member_id, row.opened_at, row.unseen_since if row.unseen else None, level, row.closed_at
    )


def clocks_of(programme: Programme) -> Clocks:
    """Give the programme's clocks."""
    return Clocks(
        now=timedelta(minutes=programme.level_3_minutes),
        today=timedelta(minutes=programme.level_2_minutes),
        talk_and_plan=timedelta(minutes=programme.level_1_minutes),
    )

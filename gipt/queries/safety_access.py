"""Who may open the help path of an episode: whoever raised it, whoever handles it, who leads the member's group."""

from datetime import date

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, allows_at
from gipt.models import Member, SafetyEpisode, SafetyEvent
from gipt.queries.scope import seen_members


def may_help(by: Actor, episode_id: str, on: date) -> bool:
    """Say whether the actor may go on with the help path of an episode on a day."""
    row = db.session.execute(
        sa.select(SafetyEpisode.site_id, SafetyEpisode.member_id, SafetyEpisode.opened_by_id).where(
            SafetyEpisode.id == episode_id
        )
    ).first()
    if row is None:
        return False
    if by.is_operator or (by.staff_id is not None and row.opened_by_id == by.staff_id):
        return True
    if allows_at(by, Permission.SAFETY_HANDLE, row.site_id):
        return True
    return _took_part(by, episode_id) or sees_member(by, row.member_id, on)


def _took_part(by: Actor, episode_id: str) -> bool:
    took = sa.exists().where(SafetyEvent.episode_id == episode_id, SafetyEvent.by_id == by.staff_id)
    return by.staff_id is not None and bool(db.session.scalar(sa.select(took)))


def sees_member(by: Actor, member_id: str | None, on: date) -> bool:
    """Say whether the actor sees this member on a day."""
    if member_id is None:
        return False
    seen = sa.exists().where(Member.id == member_id, seen_members(by, on, Member.site_id, Member.id))
    return bool(db.session.scalar(sa.select(seen)))

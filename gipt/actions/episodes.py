"""The rows of safety episodes: opening, joining, levels, the log. Shared by the actions about safety.

Nothing here is an action of its own. Rows of the log are only ever added (the database refuses anything else), and
whatever is merged keeps the more dangerous value.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gipt.actions.mail import tell_coordinators, tell_first
from gipt.db import db, new_id
from gipt.domain import risk
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.problems import Conflict, NotAllowed, NotFound
from gipt.domain.risk import Clocks, Level
from gipt.models import Programme, SafetyEpisode, SafetyEvent
from gipt.queries.scope import role_sites

CODE_LETTERS = "ACEFHJKMNPRTWXY"
CODE_DIGITS = "34679"
"""Signs that nobody confuses on the phone or in handwriting: no 0 O Q D, 1 I L, 2 Z, 5 S, 8 B, G, U V."""
PROGRESS = ("new", "seen", "contacted", "plan", "watching")


def clocks() -> Clocks:
    """Give the programme's limits; the published defaults before a programme was set up."""
    row = db.session.execute(
        sa.select(Programme.level_3_minutes, Programme.level_2_minutes, Programme.level_1_minutes)
    ).first()
    if row is None:
        return risk.DEFAULT_CLOCKS
    return Clocks(*(timedelta(minutes=minutes) for minutes in row))


def new_code() -> str:
    """Give an unused short code such as H7F3; longer ones when the short ones get crowded."""
    for pairs in (2,) * 8 + (3,) * 8 + (4,) * 8:
        code = "".join(secrets.choice(CODE_LETTERS) + secrets.choice(CODE_DIGITS) for _ in range(pairs))
        if not db.session.scalar(sa.select(sa.exists().where(SafetyEpisode.code == code))):
            return code
    raise Conflict(reason="no_free_code")


def note(
    episode: SafetyEpisode,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    level: int | None = None,
    code: str | None = None,
    on_date: date | None = None,
    text: str | None = None,
    assessment_id: str | None = None,
) -> None:
    """Add one line to the log of an episode."""
    db.session.add(
        SafetyEvent(
            id=new_id(),
            episode_id=episode.id,
            kind=kind,
            level=level,
            code=code,
            on_date=on_date,
            note=text or None,
            assessment_id=assessment_id,
            by_id=by.staff_id,
            at=now,
        )
    )


def find_episode(episode_id: str) -> SafetyEpisode:
    """Give the episode, locked for this transaction; raise NotFound when there is none."""
    episode = db.session.scalar(
        sa.select(SafetyEpisode).where(SafetyEpisode.id == episode_id).with_for_update()
    )
    if episode is None:
        raise NotFound(kind="safety_episode")
    return episode


def episode_to_handle(episode_id: str, by: Actor) -> SafetyEpisode:
    """Give the episode when the actor handles safety at its site; else it does not exist."""
    episode = find_episode(episode_id)
    if not allows_at(by, Permission.SAFETY_HANDLE, episode.site_id):
        raise NotFound(kind="safety_episode")
    return episode


def need_open(episode: SafetyEpisode) -> None:
    """Raise Conflict when the episode is closed: open it again first."""
    if episode.closed_at is not None:
        raise Conflict(reason="episode_closed")


def roles_there(by: Actor, site_id: str) -> frozenset[str]:
    """Give the roles that the actor holds at the site."""
    held = set()
    for role in by.roles:
        sites = role_sites(by, role)
        if sites is None or site_id in sites:
            held.add(role.value)
    return frozenset(held)


def need_lowering(episode: SafetyEpisode, by: Actor) -> None:
    """Raise NotAllowed unless the actor may lower and close: a supervisor or clinician of the site."""
    if not risk.may_lower(roles_there(by, episode.site_id)):
        raise NotAllowed(permission=Permission.SAFETY_HANDLE.value)


def _value(episode: SafetyEpisode) -> risk.Episode:
    return risk.Episode(
        person=episode.member_id,
        opened_at=episode.opened_at,
        unseen_since=episode.unseen_since if episode.unseen else None,
        level=None if episode.level is None else Level(episode.level),
        closed_at=episode.closed_at,
    )


def _take(episode: SafetyEpisode, value: risk.Episode) -> None:
    """Write the values that joining and merging decide."""
    episode.level = None if value.level is None else int(value.level)
    episode.unseen = value.unseen_since is not None
    if value.unseen_since is not None:
        episode.unseen_since = value.unseen_since
        episode.acknowledge_by = risk.acknowledge_by(value.unseen_since, value.level, clocks())


def open_or_join(
    *,
    member_id: str | None,
    site_id: str,
    trigger: str,
    by: Actor,
    now: datetime,
    code: str | None = None,
    text: str | None = None,
    **about: str | None,
) -> SafetyEpisode:
    """Give the member's open episode with the new trigger added, or a new episode.

    `about` may name `cycle_id`, `session_id` and `assessment_id`. Somebody who is not named never joins.
    """
    episode = open_episode_of(member_id)
    if episode is None:
        try:
            with db.session.begin_nested():
                return _open(member_id, site_id, trigger, by, now, code, text, about)
        except IntegrityError:
            # Somebody else opened one for the same person between our look and our write.
            episode = open_episode_of(member_id)
            if episode is None:
                raise
    _join(episode, trigger, by, now, code, text, about)
    return episode


def open_episode_of(member_id: str | None) -> SafetyEpisode | None:
    """Give the member's open episode, locked; None when there is none or nobody is named."""
    if member_id is None:
        return None
    found: SafetyEpisode | None = db.session.scalar(
        sa.select(SafetyEpisode)
        .where(SafetyEpisode.member_id == member_id, SafetyEpisode.status != "closed")
        .with_for_update()
    )
    return found


def _open(
    member_id: str | None,
    site_id: str,
    trigger: str,
    by: Actor,
    now: datetime,
    code: str | None,
    text: str | None,
    about: dict[str, Any],
) -> SafetyEpisode:
    episode = SafetyEpisode(
        id=new_id(),
        code=new_code(),
        member_id=member_id,
        site_id=site_id,
        trigger=trigger,
        level=None,
        status="new",
        unseen=True,
        unseen_since=now,
        acknowledge_by=risk.acknowledge_by(now, None, clocks()),
        opened_at=now,
        opened_by_id=by.staff_id,
        **about,
    )
    db.session.add(episode)
    db.session.flush()
    note(
        episode,
        "opened",
        by=by,
        now=now,
        code=code or trigger,
        text=text,
        assessment_id=about.get("assessment_id"),
    )
    tell_first(episode, now)
    return episode


def _join(
    episode: SafetyEpisode,
    trigger: str,
    by: Actor,
    now: datetime,
    code: str | None,
    text: str | None,
    about: dict[str, Any],
) -> None:
    was_unseen = episode.unseen
    _take(episode, risk.joined(_value(episode), now))
    episode.close_asked_by_id = None
    for name, value in about.items():
        if getattr(episode, name) is None:
            setattr(episode, name, value)
    note(
        episode,
        "joined",
        by=by,
        now=now,
        code=code or trigger,
        text=text,
        assessment_id=about.get("assessment_id"),
    )
    if not was_unseen:
        tell_first(episode, now)


def make_unseen(episode: SafetyEpisode, now: datetime, *, tell: bool = True) -> None:
    """Start the clock again; a clock that runs already is not set back. A request to close is over."""
    episode.close_asked_by_id = None
    if not episode.unseen:
        episode.unseen, episode.unseen_since = True, now
        if tell:
            tell_first(episode, now)
    level = None if episode.level is None else Level(episode.level)
    episode.acknowledge_by = risk.acknowledge_by(episode.unseen_since, level, clocks())


def mark_seen(episode: SafetyEpisode, by: Actor, now: datetime) -> bool:
    """Note that somebody who handles safety has seen it; False when it was seen already."""
    if not episode.unseen:
        return False
    episode.unseen, episode.acknowledged_at, episode.acknowledged_by_id = False, now, by.staff_id
    episode.first_acknowledged_at = episode.first_acknowledged_at or now
    if episode.status == "new":
        episode.status = "plan" if episode.safety_plan else "seen"
    note(episode, "seen", by=by, now=now)
    return True


def advance(episode: SafetyEpisode, status: str) -> None:
    """Move the state forward, never back."""
    if episode.status in PROGRESS and PROGRESS.index(status) > PROGRESS.index(episode.status):
        episode.status = status


def set_level_to(episode: SafetyEpisode, level: Level, by: Actor, now: datetime) -> None:
    """Write a level with its event and clock.

    News of more danger after somebody saw the episode makes it unseen again, unless the news comes from a person
    who handles it. Level Now pauses taking part until a clinician clears it, and coordinators are told.
    """
    before = None if episode.level is None else Level(episode.level)
    if before is level:
        return
    change = "level_raised" if level > (before or 0) else "level_lowered"
    kind = "level_set" if before is None else change
    more_dangerous = risk.most_dangerous((before, level)) is level
    episode.level = int(level)
    note(episode, kind, by=by, now=now, level=int(level))
    if episode.unseen or (more_dangerous and not risk.may_lower(roles_there(by, episode.site_id))):
        make_unseen(episode, now)
    if level is Level.NOW:
        episode.paused = True
        tell_coordinators(episode, now)


def highest_level(episode: SafetyEpisode) -> Level | None:
    """Give the most dangerous level that the episode, or one that was joined to it, ever had."""
    noted = db.session.scalar(
        sa.select(sa.func.max(SafetyEvent.level)).where(SafetyEvent.episode_id == episode.id)
    )
    highest = max(noted or 0, episode.level or 0)
    return Level(highest) if highest else None


def merge(kept: SafetyEpisode, other: SafetyEpisode, by: Actor, now: datetime) -> None:
    """Make one episode of two of one person; the other stays readable, closed, and names the one that goes on."""
    was_unseen = kept.unseen
    value = risk.merged(_value(kept), _value(other))
    for name in ("cycle_id", "session_id", "assessment_id", "member_id"):
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(other, name))
    days = [one.next_contact_on for one in (kept, other) if one.next_contact_on is not None]
    kept.next_contact_on = min(days, default=None)
    kept.paused = kept.paused or other.paused
    kept.opened_at = value.opened_at
    _take(kept, value)
    # What was ever Now stays a matter for two; and nobody asked to close what has just come to it.
    kept.close_asked_by_id = None
    note(kept, "joined", by=by, now=now, code=f"episode:{other.code}", level=highest_level(other))
    other.status, other.closed_at, other.closed_by_id = "closed", now, by.staff_id
    other.unseen, other.outcome = False, "merged"
    note(other, "closed", by=by, now=now, code=f"episode:{kept.code}")
    if kept.unseen and not was_unseen:
        tell_first(kept, now)

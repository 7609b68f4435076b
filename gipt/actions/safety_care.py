"""What a supervisor or clinician does with an episode: see it, keep contact, hand over, clear, close, open again.

Every action asks for SAFETY_HANDLE at the episode's site; a foreign episode does not exist. Closing takes two
people when the level was ever Now. Nothing is deleted, and what was written before stays in the log.
"""

from datetime import date, datetime

from gipt.actions import episodes
from gipt.actions.base import action, audit
from gipt.actions.mail import tell_colleague
from gipt.actions.programme import filled
from gipt.actions.safety import civil_day
from gipt.domain.access import Actor, Role
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.domain.risk import needs_second_person_to_close
from gipt.models import SafetyEpisode
from gipt.queries.safety_people import colleagues_at

CONTACT_WAYS = ("visit", "call", "meeting", "message")
OUTCOMES = ("settled", "care_elsewhere", "family_cares", "moved", "died", "mistake", "other")
"""How an episode may end; `merged` is written by the program only."""
ASKED, CLOSED = "asked", "closed"


@action("acknowledge")
def acknowledge(*, episode_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Say "I have seen it": stops the clock; gives the episode's id. A second tap changes nothing."""
    episode = episodes.episode_to_handle(episode_id, by)
    if episodes.mark_seen(episode, by, now):
        late = now > episode.acknowledge_by
        audit("acknowledge", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op, late=late)
    return episode.id


@action("record_contact")
def record_contact(
    *,
    episode_id: str,
    way: str,
    reached: bool,
    text: str | None = None,
    next_on: date | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Write down a contact with the person, or a try; whoever does has seen the episode. Gives the episode's id."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_open(episode)
    if way not in CONTACT_WAYS:
        raise Invalid(field="way", reason="unknown_choice")
    episodes.mark_seen(episode, by, now)
    code = f"{way}:{'reached' if reached else 'not_reached'}"
    episodes.note(episode, "contacted", by=by, now=now, code=code, text=text)
    if reached:
        episodes.advance(episode, "contacted")
        # The contact that was due has happened; the next one has to be chosen anew.
        episode.next_contact_on = None
    if next_on is not None:
        _set_next(episode, next_on, by, now)
    audit(
        "record_contact",
        by=by,
        now=now,
        entity="safety_episode",
        entity_id=episode.id,
        op=op,
        reached=reached,
    )
    return episode.id


@action("set_next_contact")
def set_next_contact(
    *, episode_id: str, on_date: date, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Choose the day of the next contact; gives the episode's id."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_open(episode)
    episodes.mark_seen(episode, by, now)
    _set_next(episode, on_date, by, now)
    audit("set_next_contact", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
    return episode.id


def _set_next(episode: SafetyEpisode, on_date: date, by: Actor, now: datetime) -> None:
    if on_date < civil_day(now):
        raise Invalid(field="next_on", reason="in_past")
    episode.next_contact_on = on_date
    episodes.note(episode, "next_contact_set", by=by, now=now, on_date=on_date)
    if episode.status in ("contacted", "plan"):
        episode.status = "watching"


@action("make_plan")
def make_plan(
    *,
    episode_id: str,
    text: str | None = None,
    means_restricted: bool | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Write down that a safety plan was made with the person, and whether dangerous things are out of reach."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_open(episode)
    episodes.mark_seen(episode, by, now)
    episode.safety_plan = True
    if means_restricted is not None:
        episode.means_restricted = means_restricted
    episodes.advance(episode, "plan")
    episodes.note(episode, "plan_made", by=by, now=now, code="plan_made", text=text)
    audit("make_plan", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
    return episode.id


@action("hand_over")
def hand_over(
    *,
    episode_id: str,
    to_staff_id: str,
    text: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Give the episode to a colleague of the site; it is unseen again until that colleague has seen it."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_open(episode)
    colleague = colleagues_at(episode.site_id).get(to_staff_id)
    if colleague is None or not colleague.roles & {Role.SUPERVISOR, Role.CLINICAL_LEAD}:
        raise NotFound(kind="staff")
    if to_staff_id == by.staff_id:
        raise Conflict(reason="own_account")
    episodes.mark_seen(episode, by, now)
    episodes.note(episode, "handed_over", by=by, now=now, code=to_staff_id, text=text)
    episodes.make_unseen(episode, now, tell=False)
    tell_colleague(episode, to_staff_id, now)
    audit("hand_over", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op, to=to_staff_id)
    return episode.id


@action("clear_to_join")
def clear_to_join(*, episode_id: str, clinician: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Say that the person may take part in the group again, with the name of the clinician who decided it."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_lowering(episode, by)
    name = filled("clinician", clinician)
    episode.paused, episode.cleared_by = False, name
    episodes.note(episode, "cleared", by=by, now=now, text=name)
    audit("clear_to_join", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
    return episode.id


# Closing and opening again


@action("close_episode")
def close_episode(
    *,
    episode_id: str,
    outcome: str,
    reason: str,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Close an episode with outcome and reason; gives `closed`, or `asked` while a second person is needed.

    When the level was ever Now the first person asks and another supervisor or clinician of the site closes
    (ux.md S1). New danger in between takes the request back.
    """
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_lowering(episode, by)
    episodes.need_open(episode)
    if outcome not in OUTCOMES:
        raise Invalid(field="outcome", reason="unknown_choice")
    text = filled("reason", reason)
    episodes.mark_seen(episode, by, now)
    second = episode.close_asked_by_id not in (None, by.staff_id)
    episode.outcome, episode.close_reason = outcome, text
    if needs_second_person_to_close(episodes.highest_level(episode)) and not second:
        episode.close_asked_by_id = by.staff_id
        episodes.note(episode, "close_asked", by=by, now=now, code=outcome, text=text)
        audit("ask_to_close", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
        return ASKED
    _close(episode, by, now)
    audit(
        "close_episode", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op, outcome=outcome
    )
    return CLOSED


@action("confirm_close")
def confirm_close(*, episode_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Close, as the second person, what a colleague asked to close; raises Conflict `second_person` for the same."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_lowering(episode, by)
    episodes.need_open(episode)
    if episode.close_asked_by_id in (None, by.staff_id):
        raise Conflict(reason="second_person")
    _close(episode, by, now)
    audit("confirm_close", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
    return CLOSED


def _close(episode: SafetyEpisode, by: Actor, now: datetime) -> None:
    episode.status, episode.closed_at, episode.closed_by_id = "closed", now, by.staff_id
    episode.next_contact_on = None
    episodes.note(episode, "closed", by=by, now=now, code=episode.outcome, text=episode.close_reason)


@action("reopen")
def reopen(
    *, episode_id: str, text: str | None = None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Open a closed episode again; gives the episode's id. Raises Conflict when the person has another open one."""
    episode = episodes.episode_to_handle(episode_id, by)
    if episode.closed_at is None:
        return episode.id
    if episode.outcome == "merged":
        raise Conflict(reason="episode_merged")
    if episodes.open_episode_of(episode.member_id) is not None:
        raise Conflict(reason="other_open")
    episode.status, episode.closed_at, episode.closed_by_id = "seen", None, None
    episode.outcome, episode.close_reason, episode.close_asked_by_id = None, None, None
    episodes.note(episode, "reopened", by=by, now=now, text=text)
    audit("reopen", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
    return episode.id

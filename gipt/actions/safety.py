"""What raises a safety episode and what anybody does in it: worries, answers, levels, steps.

Everybody who works in the programme may raise, and raise higher; lowering, closing and the rest of a supervisor's
work are in `gipt.actions.safety_care`. Nothing here is ever deleted, and nothing asks for data before it writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gipt.actions import episodes
from gipt.actions.base import action, audit, require
from gipt.db import db
from gipt.domain import risk
from gipt.domain.access import Actor, Permission, allows_at, sites_for
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound, NotReady
from gipt.domain.risk import Level, Trigger
from gipt.domain.safety_protocol import Reply, SafetyQuestion, implied_level, protocol_from_mapping
from gipt.models import (
    Answer,
    AnswerCorrection,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    Programme,
    SafetyEpisode,
    SafetyEvent,
    SafetyProtocol,
    Site,
)
from gipt.queries.safety_access import may_help, sees_member

OFF_THE_SCALE = 10
"""What counts for an answer that was typed but is not on the item's scale: the worst, since nobody knows."""
WORRIES = tuple(one.value for one in Trigger if one not in (Trigger.ITEM, Trigger.ITEM_UNKNOWN))
STEPS = (
    "stayed",
    "quiet_place",
    "called",
    "spoke_to",
    "nobody_answered",
    "family_came",
    "means_removed",
    "plan_made",
    "taken_to",
)
STEP_KINDS = {"called": "called", "spoke_to": "spoke_to", "plan_made": "plan_made"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done; `whom` names who was called, spoken to, or where the person was taken."""

    code: str
    whom: str | None = None


@action("note_assessment_safety")
def note_assessment_safety(
    *,
    assessment_id: str,
    member_id: str,
    site_id: str,
    cycle_id: str | None,
    session_id: str | None,
    state: str,
    item: str | None,
    by: Actor,
    now: datetime,
) -> str | None:
    """Open or join the member's episode for a positive or unanswered safety item; gives the episode's id.

    Called inside the action that stores the answer, so both are stored or neither. Any other state gives None. The
    same answer of the same check-in saved again changes nothing; a higher one counts as new, and so does any that is
    given after the episode was closed.
    """
    if state not in (risk.SafetyState.POSITIVE, risk.SafetyState.UNKNOWN):
        return None
    db.session.flush()
    positive = state == risk.SafetyState.POSITIVE
    trigger = Trigger.ITEM if positive else Trigger.ITEM_UNKNOWN
    value = answered_value(assessment_id, item) if positive else 0
    known = _already_noted(assessment_id, trigger, value, item)
    if known is not None:
        return known
    episode = episodes.open_or_join(
        member_id=member_id,
        site_id=site_id,
        trigger=trigger.value,
        by=by,
        now=now,
        code=f"{trigger.value}:{value}" if positive else trigger.value,
        cycle_id=cycle_id,
        session_id=session_id,
        assessment_id=assessment_id,
    )
    audit(
        "note_assessment_safety",
        by=by,
        now=now,
        entity="safety_episode",
        entity_id=episode.id,
        trigger=trigger.value,
    )
    return episode.id


def answered_value(assessment_id: str, item: str | None) -> int:
    """Give the stored answer to an item; `OFF_THE_SCALE` when none is stored."""
    value = db.session.scalar(
        sa.select(Answer.value).where(Answer.assessment_id == assessment_id, Answer.item == item)
    )
    return OFF_THE_SCALE if value is None else value


def _already_noted(assessment_id: str, trigger: Trigger, value: int, item: str | None) -> str | None:
    """Give the episode that this check-in raised before with the same trigger and at least this answer.

    A closed episode answers only for what was said before it: once the answer was taken back or given anew, by
    whomever, it is a new one (decision 7).
    """
    changed = _changed_at(assessment_id, item)
    rows = db.session.execute(
        sa.select(SafetyEvent.episode_id, SafetyEvent.code, SafetyEvent.at, SafetyEpisode.status)
        .join(SafetyEpisode, SafetyEpisode.id == SafetyEvent.episode_id)
        .where(SafetyEvent.assessment_id == assessment_id)
    )
    for row in rows:
        name, _, noted = (row.code or "").partition(":")
        if name != trigger.value or int(noted or 0) < value:
            continue
        if row.status != "closed" or changed is None or changed <= row.at:
            return str(row.episode_id)
    return None


def _changed_at(assessment_id: str, item: str | None) -> datetime | None:
    """Give when an answer (any answer without `item`) was last given or taken back; None when it never was."""
    times = [
        db.session.scalar(
            sa.select(sa.func.max(table.at)).where(
                table.assessment_id == assessment_id, sa.true() if item is None else table.item == item
            )
        )
        for table in (Answer, AnswerCorrection)
    ]
    return max((one for one in times if one is not None), default=None)


@action("raise_worry")
def raise_worry(
    *,
    member_id: str | None = None,
    session_id: str | None = None,
    trigger: str = Trigger.WORRY.value,
    text: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Write down that somebody is worried about a member, or about somebody not yet named; gives the episode's id.

    Everybody who works in the programme may. Nothing but a place is needed, and that is found from the member or
    from the grants of whoever raises it.
    """
    require(by, Permission.SAFETY_RAISE)
    if trigger not in WORRIES:
        raise Invalid(field="trigger", reason="unknown_choice")
    if member_id is not None and not sees_member(by, member_id, civil_day(now)):
        raise NotFound(kind="member")
    site_id, cycle_id = place_of(member_id) if member_id else (_own_site(by), None)
    episode = episodes.open_or_join(
        member_id=member_id,
        site_id=site_id,
        trigger=trigger,
        by=by,
        now=now,
        text=text,
        cycle_id=cycle_id,
        session_id=session_id,
        assessment_id=None,
    )
    audit(
        "raise_worry",
        by=by,
        now=now,
        entity="safety_episode",
        entity_id=episode.id,
        op=op,
        trigger=trigger,
    )
    return episode.id


def civil_day(now: datetime) -> date:
    """Give the programme's civil day of a moment; UTC's before a programme was set up."""
    zone = db.session.scalar(sa.select(Programme.time_zone))
    return now.astimezone(ZoneInfo(zone or "UTC")).date()


def place_of(member_id: str) -> tuple[str, str | None]:
    """Give the site and the present cycle (if any) of a member; the group's site wins over the member's."""
    row = db.session.execute(
        sa.select(Member.site_id, Group.site_id.label("group_site"), Cycle.id.label("cycle_id"))
        .outerjoin(Enrolment, Enrolment.member_id == Member.id)
        .outerjoin(Membership, sa.and_(Membership.enrolment_id == Enrolment.id, Membership.left_on.is_(None)))
        .outerjoin(Cycle, sa.and_(Cycle.id == Membership.cycle_id, Cycle.status != "closed"))
        .outerjoin(Group, Group.id == Cycle.group_id)
        .where(Member.id == member_id)
        .order_by(Cycle.id.is_(None), Cycle.first_on.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound(kind="member")
    return row.group_site or row.site_id, row.cycle_id


def _own_site(by: Actor) -> str:
    """Give the site under which a worry about nobody in particular is kept: the first of the actor's own."""
    sites = sites_for(by, Permission.SAFETY_RAISE)
    wanted = sa.select(Site.id).order_by(Site.active.desc(), Site.code).limit(1)
    if sites:
        wanted = wanted.where(Site.id.in_(sorted(sites)))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotReady(missing=["site"])
    return found


def episode_to_help(episode_id: str, by: Actor, now: datetime) -> SafetyEpisode:
    """Give the episode when the actor may help in it; else it does not exist."""
    require(by, Permission.SAFETY_RAISE)
    episode = episodes.find_episode(episode_id)
    if not may_help(by, episode_id, civil_day(now)):
        raise NotFound(kind="safety_episode")
    return episode


@action("link_member")
def link_member(*, episode_id: str, member_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Say who "someone" is; gives the id of the episode that goes on.

    When the person has an open episode already, both become one. A named episode is renamed only by whoever
    handles it, and never when a check-in raised it.
    """
    episode = episode_to_help(episode_id, by, now)
    if not sees_member(by, member_id, civil_day(now)):
        raise NotFound(kind="member")
    if episode.member_id == member_id:
        return episode.id
    episodes.need_open(episode)
    handles = allows_at(by, Permission.SAFETY_HANDLE, episode.site_id)
    if episode.member_id is not None and (episode.assessment_id is not None or not handles):
        raise Conflict(reason="already_named")
    other = episodes.open_episode_of(member_id)
    if other is not None:
        episodes.merge(other, episode, by, now)
        episode = other
    else:
        episode.member_id = member_id
        episode.site_id, episode.cycle_id = place_of(member_id)
    episodes.note(episode, "linked", by=by, now=now)
    audit("link_member", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op)
    return episode.id


# Asking and sorting


def protocol_questions() -> tuple[SafetyQuestion, ...]:
    """Give the questions of the protocol in force; none before one was adopted."""
    body = db.session.scalar(sa.select(SafetyProtocol.body).order_by(SafetyProtocol.version.desc()).limit(1))
    return protocol_from_mapping(body).questions if body else ()


@action("triage")
def triage(
    *,
    episode_id: str,
    replies: Mapping[str, str],
    finished: bool = True,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> int | None:
    """Store replies to the protocol's questions and raise the level to what they lead to; gives the level.

    A reply is stored and raises at once; when `finished`, questions without a reply count as not sure, which is as
    dangerous as their most dangerous reply. The level never goes down here.
    """
    episode = episode_to_help(episode_id, by, now)
    episodes.need_open(episode)
    questions = {one.key: one for one in protocol_questions()}
    for key, text in replies.items():
        if key not in questions:
            raise Invalid(field="replies", reason="unknown_question")
        if text not in set(Reply):
            raise Invalid(field=key, reason="unknown_choice")
        episodes.note(episode, "answered", by=by, now=now, code=f"{key}={text}")
        _raise_to(episode, questions[key].leads_to(Reply(text)), by, now)
    if finished:
        _raise_to(episode, implied_by_replies(episode.id, tuple(questions.values())), by, now)
    audit("triage", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op, level=episode.level)
    return episode.level


def _raise_to(episode: SafetyEpisode, level: Level | None, by: Actor, now: datetime) -> None:
    if level is not None and level > (episode.level or 0):
        episodes.set_level_to(episode, level, by, now)


def implied_by_replies(episode_id: str, questions: tuple[SafetyQuestion, ...]) -> Level | None:
    """Give the level that the last reply to each question implies; None when nothing was answered."""
    db.session.flush()
    replies = given_replies(episode_id)
    known = {one.key for one in questions}
    return implied_level(questions, {key: reply for key, reply in replies.items() if key in known})


def given_replies(episode_id: str) -> dict[str, Reply]:
    """Give the last reply to each question of an episode."""
    codes = db.session.scalars(
        sa.select(SafetyEvent.code)
        .where(SafetyEvent.episode_id == episode_id, SafetyEvent.kind == "answered")
        .order_by(SafetyEvent.at)
    )
    pairs = (code.rpartition("=") for code in codes if code)
    return {key: Reply(reply) for key, _, reply in pairs}


@action("set_level")
def set_level(*, episode_id: str, level: int, by: Actor, now: datetime, op: str | None = None) -> int:
    """Set the level by hand: anybody may choose a more dangerous one, a supervisor or clinician also a lower one."""
    episode = episode_to_help(episode_id, by, now)
    episodes.need_open(episode)
    if level not in set(Level):
        raise Invalid(field="level", reason="unknown_choice")
    wanted = Level(level)
    roles = episodes.roles_there(by, episode.site_id)
    # Nobody has sorted it yet: only answers, or somebody who may lower, lead to less than the two-hour clock.
    current = Level.TODAY if episode.level is None else Level(episode.level)
    implied = implied_by_replies(episode.id, protocol_questions())
    if not risk.may_choose_level(wanted, roles, current=current, implied=implied):
        raise NotAllowed(permission=Permission.SAFETY_HANDLE.value)
    episodes.set_level_to(episode, wanted, by, now)
    audit("set_level", by=by, now=now, entity="safety_episode", entity_id=episode.id, op=op, level=level)
    return level


# What was done


@action("record_steps")
def record_steps(
    *,
    episode_id: str,
    steps: tuple[Step, ...],
    text: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> int:
    """Write down what was done with the person; gives how many lines were added to the log.

    "Spoke to" is the facilitator's own word that somebody was told; it does not stop the clock, which only the
    person who was told can do.
    """
    episode = episode_to_help(episode_id, by, now)
    for step in steps:
        if step.code not in STEPS:
            raise Invalid(field="steps", reason="unknown_choice")
        kind = STEP_KINDS.get(step.code, "step_done")
        episodes.note(episode, kind, by=by, now=now, code=step.code, text=step.whom)
    codes = {step.code for step in steps}
    if "plan_made" in codes:
        episode.safety_plan = True
    if "means_removed" in codes:
        episode.means_restricted = True
    if text:
        episodes.note(episode, "note", by=by, now=now, text=text)
    audit(
        "record_steps",
        by=by,
        now=now,
        entity="safety_episode",
        entity_id=episode.id,
        op=op,
        steps=sorted(codes),
    )
    return len(steps) + bool(text)

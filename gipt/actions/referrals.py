"""Writes about people who were sent on to another service: given and arrived are separate facts (domain.md 3.5)."""

from dataclasses import dataclass
from datetime import date, datetime

from gipt.actions import episodes
from gipt.actions.base import action, audit, require
from gipt.actions.programme import filled
from gipt.actions.safety import civil_day
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.problems import Invalid, NotFound
from gipt.models import Member, Referral, SafetyEpisode

URGENCIES = ("now", "today", "soon")
KINDS = ("safety", "screening", "end", "other")
AGREED = ("yes", "no", "not_asked")


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """Describe a referral; `to_service` is the name of the service as people say it."""

    to_service: str
    urgency: str
    given_on: date
    agreed: str = "not_asked"
    accompanied: bool | None = None


@action("refer")
def refer(*, episode_id: str, record: ReferralRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Refer the person of a safety episode; gives the referral's id. Whoever refers has seen the episode."""
    episode = episodes.episode_to_handle(episode_id, by)
    episodes.need_open(episode)
    episodes.mark_seen(episode, by, now)
    referral_id = _add("safety", episode.member_id, episode.site_id, record, by, now, episode_id=episode.id)
    episodes.note(
        episode,
        "referred",
        by=by,
        now=now,
        code=record.urgency,
        on_date=record.given_on,
        text=record.to_service,
    )
    audit("refer", by=by, now=now, entity="referral", entity_id=referral_id, op=op, kind="safety")
    return referral_id


@action("refer_member")
def refer_member(
    *,
    member_id: str,
    kind: str,
    record: ReferralRecord,
    screening_id: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Refer a member outside of any safety episode (screening, end of the cycle); gives the referral's id."""
    require(by, Permission.PEOPLE_EDIT)
    member = db.session.get(Member, member_id)
    if member is None or not allows_at(by, Permission.PEOPLE_EDIT, member.site_id):
        raise NotFound(kind="member")
    if kind not in KINDS or kind == "safety":
        raise Invalid(field="kind", reason="unknown_choice")
    referral_id = _add(kind, member.id, member.site_id, record, by, now, screening_id=screening_id)
    audit("refer_member", by=by, now=now, entity="referral", entity_id=referral_id, op=op, kind=kind)
    return referral_id


def _add(
    kind: str,
    member_id: str | None,
    site_id: str,
    record: ReferralRecord,
    by: Actor,
    now: datetime,
    *,
    episode_id: str | None = None,
    screening_id: str | None = None,
) -> str:
    if record.urgency not in URGENCIES:
        raise Invalid(field="urgency", reason="choose_one")
    if record.agreed not in AGREED:
        raise Invalid(field="agreed", reason="choose_one")
    if record.given_on > civil_day(now):
        raise Invalid(field="given_on", reason="in_future")
    referral_id = new_id()
    db.session.add(
        Referral(
            id=referral_id,
            member_id=member_id,
            site_id=site_id,
            episode_id=episode_id,
            screening_id=screening_id,
            kind=kind,
            to_service=filled("to_service", record.to_service),
            urgency=record.urgency,
            agreed=record.agreed,
            accompanied=record.accompanied,
            given_on=record.given_on,
            given_by_id=by.staff_id,
            created_at=now,
        )
    )
    return referral_id


@action("record_arrival")
def record_arrival(
    *,
    referral_id: str,
    arrived_on: date,
    feedback: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Confirm that the person arrived at the service; gives the referral's id.

    The first confirmation stands; a later one only adds feedback.
    """
    referral = db.session.get(Referral, referral_id)
    if referral is None or not _may_follow(by, referral):
        raise NotFound(kind="referral")
    if arrived_on < referral.given_on:
        raise Invalid(field="arrived_on", reason="before_start")
    if arrived_on > civil_day(now):
        raise Invalid(field="arrived_on", reason="in_future")
    if referral.arrived_on is None:
        referral.arrived_on, referral.arrived_by_id = arrived_on, by.staff_id
    referral.feedback = feedback or referral.feedback
    episode = db.session.get(SafetyEpisode, referral.episode_id) if referral.episode_id else None
    if episode is not None:
        episodes.note(episode, "arrived", by=by, now=now, on_date=arrived_on, text=feedback)
    audit("record_arrival", by=by, now=now, entity="referral", entity_id=referral_id, op=op)
    return referral_id


def _may_follow(by: Actor, referral: Referral) -> bool:
    needed = Permission.SAFETY_HANDLE if referral.kind == "safety" else Permission.PEOPLE_EDIT
    return allows_at(by, needed, referral.site_id)

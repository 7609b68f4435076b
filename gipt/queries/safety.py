"""Reads of safety: the supervisor's inbox, one episode with its log, the help path, the review list.

The inbox and the episode page are for whoever handles safety at the site; the help path is for whoever may help
(`gipt.queries.safety_access`). A foreign episode answers as a missing one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.escalation import contact_overdue, inbox_order, is_overdue
from gipt.domain.problems import NotFound
from gipt.domain.risk import Level
from gipt.models import (
    Assessment,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    Referral,
    SafetyEpisode,
    SafetyEvent,
    SafetyReview,
    Site,
    Staff,
    WorseScore,
)
from gipt.models.safety import EVENT_KINDS
from gipt.queries.rows import record
from gipt.queries.safety_people import Person, find_ladder
from gipt.queries.scope import at_sites

Raiser, Seer = aliased(Staff), aliased(Staff)
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One episode as the inbox shows it; the person's name stands behind a tap."""

    episode_id: str
    code: str
    level: int | None
    status: str
    trigger: str
    unseen: bool
    unseen_since: datetime
    acknowledge_by: datetime
    opened_at: datetime
    next_contact_on: date | None
    paused: bool
    close_asked_by_id: str | None
    closed_at: datetime | None
    outcome: str | None
    site_name: str
    group_name: str | None
    sign: int | None
    member_id: str | None
    member_code: str | None
    member_name: str | None
    raised_by: str | None
    raised_by_phone: str | None
    seen_by: str | None
    seen_at: datetime | None
    overdue: bool = False
    contact_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Inbox:
    """The open episodes in their order, and how many other lists hold."""

    open: tuple[EpisodeRow, ...]
    unseen: int
    closed_this_month: int
    reviews: int
    worse: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of an episode's log."""

    kind: str
    level: int | None
    code: str | None
    on_date: date | None
    note: str | None
    by_id: str | None
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral of an episode: given and arrived are separate facts."""

    referral_id: str
    to_service: str | None
    urgency: str
    agreed: str
    accompanied: bool | None
    given_on: date
    arrived_on: date | None
    feedback: str | None


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """Everything about one episode for whoever handles it."""

    row: EpisodeRow
    log: tuple[LogLine, ...]
    referrals: tuple[ReferralRow, ...]
    colleagues: tuple[Person, ...]
    highest: Level | None
    safety_plan: bool | None
    means_restricted: bool | None
    cleared_by: str | None
    close_reason: str | None
    member_phone: str | None
    may_call: str | None
    contact_note: str | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One old positive answer that waits to be ticked."""

    review_id: str
    member_code: str
    member_name: str | None
    site_name: str
    measure: str
    on_date: date


def _episodes() -> sa.Select[Any]:
    """Select what EpisodeRow holds, with the joins it needs; labels are its field names."""
    own = ("code", "level", "status", "trigger", "unseen", "unseen_since", "acknowledge_by", "opened_at")
    more = ("next_contact_on", "paused", "close_asked_by_id", "closed_at", "outcome")
    return (
        sa.select(
            SafetyEpisode.id.label("episode_id"),
            *(getattr(SafetyEpisode, name) for name in (*own, *more)),
            Site.name.label("site_name"),
            Group.name.label("group_name"),
            Membership.sign,
            Member.id.label("member_id"),
            Member.code.label("member_code"),
            Member.name.label("member_name"),
            Raiser.name.label("raised_by"),
            Raiser.sign_in_name.label("raiser_sign_in"),
            Raiser.phone.label("raised_by_phone"),
            Seer.name.label("seen_by"),
            Seer.sign_in_name.label("seer_sign_in"),
            SafetyEpisode.acknowledged_at.label("seen_at"),
        )
        .join(Site, Site.id == SafetyEpisode.site_id)
        .outerjoin(Cycle, Cycle.id == SafetyEpisode.cycle_id)
        .outerjoin(Group, Group.id == Cycle.group_id)
        .outerjoin(Member, Member.id == SafetyEpisode.member_id)
        .outerjoin(
            Enrolment, sa.and_(Enrolment.member_id == Member.id, Enrolment.cycle_id == SafetyEpisode.cycle_id)
        )
        .outerjoin(Membership, sa.and_(Membership.enrolment_id == Enrolment.id, Membership.left_on.is_(None)))
        .outerjoin(Raiser, Raiser.id == SafetyEpisode.opened_by_id)
        .outerjoin(Seer, Seer.id == SafetyEpisode.acknowledged_by_id)
    )


def _row(found: sa.Row[Any], now: datetime, today: date) -> EpisodeRow:
    values = dict(found._mapping)
    raiser, seer = values.pop("raiser_sign_in"), values.pop("seer_sign_in")
    values["raised_by"] = values["raised_by"] or raiser
    values["seen_by"] = values["seen_by"] or seer
    is_open = values["closed_at"] is None
    due = values["acknowledge_by"] if is_open and values["unseen"] else None
    late = is_open and contact_overdue(values["next_contact_on"], today)
    return EpisodeRow(**values, overdue=is_overdue(due, now), contact_overdue=late)


def handled(by: Actor, column: Any = SafetyEpisode.site_id) -> sa.ColumnElement[bool]:
    """Limit rows to the sites at which the actor handles safety."""
    return at_sites(column, sites_for(by, Permission.SAFETY_HANDLE))


def count_unseen(by: Actor) -> int:
    """Count the open episodes that nobody has seen yet, for the navigation."""
    where = (SafetyEpisode.status != "closed", SafetyEpisode.unseen.is_(True), handled(by))
    return db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode).where(*where)) or 0


def find_inbox(by: Actor, now: datetime, today: date) -> Inbox:
    """Find every open episode of the actor's sites: unseen first, then the most dangerous, then the oldest."""
    found = db.session.execute(_episodes().where(SafetyEpisode.status != "closed", handled(by))).all()
    rows = sorted((_row(one, now, today) for one in found), key=_order)
    month = datetime(today.year, today.month, 1, tzinfo=UTC)
    counts = db.session.execute(
        sa.select(
            sa.select(sa.func.count())
            .select_from(SafetyEpisode)
            .where(SafetyEpisode.closed_at >= month, handled(by))
            .scalar_subquery(),
            sa.select(sa.func.count())
            .select_from(SafetyReview)
            .where(SafetyReview.decision.is_(None), handled(by, SafetyReview.site_id))
            .scalar_subquery(),
            sa.select(sa.func.count())
            .select_from(WorseScore)
            .where(WorseScore.decision.is_(None), handled(by, WorseScore.site_id))
            .scalar_subquery(),
        )
    ).one()
    return Inbox(tuple(rows), sum(one.unseen for one in rows), *counts)


def _order(row: EpisodeRow) -> tuple[bool, float, datetime]:
    return inbox_order(row.unseen, None if row.level is None else Level(row.level), row.opened_at)


def find_closed(by: Actor, now: datetime, today: date) -> tuple[EpisodeRow, ...]:
    """Find the closed episodes of the actor's sites, the last closed first, at most two hundred."""
    found = db.session.execute(
        _episodes()
        .where(SafetyEpisode.status == "closed", handled(by))
        .order_by(SafetyEpisode.closed_at.desc())
        .limit(LONGEST_LIST)
    )
    return tuple(_row(one, now, today) for one in found)


def get_episode(by: Actor, episode_id: str, now: datetime, today: date) -> EpisodePage:
    """Give one episode with its log, referrals and colleagues; raise NotFound for a foreign one."""
    found = db.session.execute(_episodes().where(SafetyEpisode.id == episode_id, handled(by))).first()
    if found is None:
        raise NotFound(kind="safety_episode")
    more = db.session.execute(
        sa.select(
            SafetyEpisode.site_id,
            SafetyEpisode.cycle_id,
            SafetyEpisode.opened_by_id,
            SafetyEpisode.safety_plan,
            SafetyEpisode.means_restricted,
            SafetyEpisode.cleared_by,
            SafetyEpisode.close_reason,
            Member.phone,
            Member.may_call,
            Member.contact_note,
        )
        .outerjoin(Member, Member.id == SafetyEpisode.member_id)
        .where(SafetyEpisode.id == episode_id)
    ).one()
    log = find_log(episode_id)
    ladder = find_ladder(more.site_id, more.cycle_id, more.opened_by_id)
    levels = [one.level for one in log if one.level] + ([found.level] if found.level else [])
    return EpisodePage(
        row=_row(found, now, today),
        log=log,
        referrals=find_referrals(episode_id),
        colleagues=tuple(one for one in (*ladder.first, *ladder.next) if one.staff_id != by.staff_id),
        highest=Level(max(levels)) if levels else None,
        safety_plan=more.safety_plan,
        means_restricted=more.means_restricted,
        cleared_by=more.cleared_by,
        close_reason=more.close_reason,
        member_phone=more.phone,
        may_call=more.may_call,
        contact_note=more.contact_note,
    )


def find_log(episode_id: str) -> tuple[LogLine, ...]:
    """Find the log of an episode in the order in which things happened."""
    rows = db.session.execute(
        sa.select(
            SafetyEvent.kind,
            SafetyEvent.level,
            SafetyEvent.code,
            SafetyEvent.on_date,
            SafetyEvent.note,
            SafetyEvent.by_id,
            Staff.name,
            Staff.sign_in_name,
            SafetyEvent.at,
        )
        .outerjoin(Staff, Staff.id == SafetyEvent.by_id)
        .where(SafetyEvent.episode_id == episode_id)
    )
    lines = (
        LogLine(
            row.kind,
            row.level,
            row.code,
            row.on_date,
            row.note,
            row.by_id,
            row.name or row.sign_in_name,
            row.at,
        )
        for row in rows
    )
    # What one act wrote has one moment; the kinds stand in the order in which they follow from each other.
    return tuple(sorted(lines, key=lambda line: (line.at, EVENT_KINDS.index(line.kind))))


def find_referrals(episode_id: str) -> tuple[ReferralRow, ...]:
    """Find the referrals of an episode, the first given first."""
    rows = db.session.execute(
        sa.select(
            Referral.id,
            Referral.to_service,
            Referral.urgency,
            Referral.agreed,
            Referral.accompanied,
            Referral.given_on,
            Referral.arrived_on,
            Referral.feedback,
        )
        .where(Referral.episode_id == episode_id)
        .order_by(Referral.given_on, Referral.created_at)
    )
    return tuple(record(ReferralRow, row) for row in rows)


def find_reviews(by: Actor) -> tuple[ReviewRow, ...]:
    """Find the old positive answers that wait to be ticked, the newest answer first."""
    rows = db.session.execute(
        sa.select(
            SafetyReview.id, Member.code, Member.name, Site.name, Assessment.measure, Assessment.on_date
        )
        .join(Member, Member.id == SafetyReview.member_id)
        .join(Site, Site.id == SafetyReview.site_id)
        .join(Assessment, Assessment.id == SafetyReview.assessment_id)
        .where(SafetyReview.decision.is_(None), handled(by, SafetyReview.site_id))
        .order_by(Assessment.on_date.desc(), Member.code)
        .limit(LONGEST_LIST)
    )
    return tuple(record(ReviewRow, row) for row in rows)

"""Reads of the help path: what it knows of an episode, whom one can name, who has to be told.

It shows the helper own notes only; what a supervisor writes stays on the supervisor's page.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.problems import NotFound
from gipt.domain.safety_protocol import Reply
from gipt.models import Cycle, Enrolment, Group, Member, Membership, SafetyEpisode, Staff
from gipt.queries.rows import record
from gipt.queries.safety import LogLine, find_log
from gipt.queries.safety_access import may_help
from gipt.queries.safety_people import Person, find_ladder
from gipt.queries.scope import seen_cycles, seen_members

DONE_KINDS = frozenset({"step_done", "called", "spoke_to", "plan_made", "note"})


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Hold where the help path of one episode stands.

    `people` are those whose task it is; `seen_by` is filled only when one of them has seen it.
    """

    episode_id: str
    code: str
    member_id: str | None
    member_name: str | None
    sign: int | None
    level: int | None
    replies: dict[str, Reply]
    done: tuple[LogLine, ...]
    spoke_to: tuple[LogLine, ...]
    people: tuple[Person, ...]
    others: tuple[Person, ...]
    unseen: bool
    seen_by: str | None
    seen_at: datetime | None
    closed: bool
    may_rename: bool


@dataclass(frozen=True, slots=True)
class Nameable:
    """One member who can be named, with the group and the sign by which she is known."""

    member_id: str
    group_name: str
    sign: int
    name: str | None
    code: str


def get_help(by: Actor, episode_id: str, today: date) -> HelpPage:
    """Give the help path of an episode; raise NotFound unless the actor may help in it."""
    if not may_help(by, episode_id, today):
        raise NotFound(kind="safety_episode")
    row = db.session.execute(
        sa.select(
            SafetyEpisode.code,
            SafetyEpisode.level,
            SafetyEpisode.unseen,
            SafetyEpisode.acknowledged_at,
            SafetyEpisode.closed_at,
            SafetyEpisode.site_id,
            SafetyEpisode.cycle_id,
            SafetyEpisode.opened_by_id,
            SafetyEpisode.member_id,
            Member.name,
            Membership.sign,
            Staff.name.label("seen_by"),
            Staff.sign_in_name,
        )
        .outerjoin(Member, Member.id == SafetyEpisode.member_id)
        .outerjoin(
            Enrolment, sa.and_(Enrolment.member_id == Member.id, Enrolment.cycle_id == SafetyEpisode.cycle_id)
        )
        .outerjoin(Membership, sa.and_(Membership.enrolment_id == Enrolment.id, Membership.left_on.is_(None)))
        .outerjoin(Staff, Staff.id == SafetyEpisode.acknowledged_by_id)
        .where(SafetyEpisode.id == episode_id)
    ).one()
    log = find_log(episode_id)
    own = tuple(line for line in log if line.kind in DONE_KINDS and line.by_id == by.staff_id)
    people = find_ladder(row.site_id, row.cycle_id, row.opened_by_id)
    seen = not row.unseen and row.acknowledged_at is not None
    return HelpPage(
        episode_id=episode_id,
        code=row.code,
        member_id=row.member_id,
        member_name=row.name,
        sign=row.sign,
        level=row.level,
        replies=_replies(log),
        done=own,
        spoke_to=tuple(line for line in own if line.kind == "spoke_to"),
        people=people.first,
        others=people.next,
        unseen=row.unseen,
        seen_by=(row.seen_by or row.sign_in_name) if seen else None,
        seen_at=row.acknowledged_at if seen else None,
        closed=row.closed_at is not None,
        may_rename=row.member_id is None,
    )


def _replies(log: tuple[LogLine, ...]) -> dict[str, Reply]:
    pairs = ((line.code or "").rpartition("=") for line in log if line.kind == "answered")
    return {key: Reply(reply) for key, _, reply in pairs}


def find_nameable(by: Actor, today: date) -> tuple[Nameable, ...]:
    """Find the members of the actor's present groups, by group and sign."""
    rows = db.session.execute(
        sa.select(Member.id, Group.name, Membership.sign, Member.name, Member.called_name, Member.code)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .join(Membership, sa.and_(Membership.enrolment_id == Enrolment.id, Membership.left_on.is_(None)))
        .join(Cycle, Cycle.id == Membership.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(seen_cycles(by, today), Cycle.status.in_(("planned", "running", "closing")))
        .order_by(Group.name, Membership.sign)
    )
    return tuple(Nameable(row[0], row[1], row.sign, row.called_name or row[3], row.code) for row in rows)


@dataclass(frozen=True, slots=True)
class OwnEpisode:
    """One open episode that the actor raised, to go on with."""

    episode_id: str
    code: str
    level: int | None
    opened_at: datetime
    unseen: bool


def find_own_open(by: Actor, now: datetime) -> tuple[OwnEpisode, ...]:
    """Find the open episodes that the actor raised within the last two days, the newest first."""
    rows = db.session.execute(
        sa.select(
            SafetyEpisode.id,
            SafetyEpisode.code,
            SafetyEpisode.level,
            SafetyEpisode.opened_at,
            SafetyEpisode.unseen,
        )
        .where(
            SafetyEpisode.opened_by_id == by.staff_id,
            SafetyEpisode.status != "closed",
            SafetyEpisode.opened_at > now - timedelta(days=2),
        )
        .order_by(SafetyEpisode.opened_at.desc())
        .limit(10)
    )
    return tuple(record(OwnEpisode, row) for row in rows)


def find_by_code(by: Actor, code: str, today: date) -> str | None:
    """Find a member by code among those the actor sees: people who were only screened are in no group.

    The code of a record that was merged still stands on paper: it leads to the record that was kept.
    """
    seen = seen_members(by, today, Member.site_id, Member.id)
    found: str | None = db.session.scalar(
        sa.select(Member.id).where(Member.code == code.strip().upper(), seen)
    )
    while found is not None:
        kept = db.session.scalar(sa.select(Member.merged_into_id).where(Member.id == found))
        if kept is None:
            break
        found = db.session.scalar(sa.select(Member.id).where(Member.id == kept, seen))
    return found

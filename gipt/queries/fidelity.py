"""How far the things of a meeting were done: what was said at its close, and sums for each meeting and cycle."""

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.db import db
from gipt.domain.guide_steps import FidelityItem, FidelityRating, SessionGuide
from gipt.domain.problems import NotFound
from gipt.models import CurriculumVersion, Cycle, FidelityMark, Session
from gipt.queries.curricula import published
from gipt.queries.prepared import fetch, prepared
from gipt.queries.report_rows import Scope, cycles_of

FACILITATOR = "facilitator"


@dataclass(frozen=True, slots=True)
class FidelityTally:
    """Count the things of one meeting that were done, partly done and not done."""

    done: int
    partly: int
    not_done: int

    @property
    def rated(self) -> int:
        """Give how many things anything was said about."""
        return self.done + self.partly + self.not_done


@prepared
def _marks(session_id: str, seen_by: str) -> sa.Executable:
    return sa.select(FidelityMark.item_key, FidelityMark.rating).where(
        FidelityMark.session_id == session_id, FidelityMark.seen_by == seen_by
    )


def marks_of(session_id: str, seen_by: str = FACILITATOR) -> dict[str, str]:
    """Give the ratings of one meeting by the key of the item."""
    return {row.item_key: row.rating for row in fetch(_marks(session_id, seen_by))}


def items_of(session_id: str) -> tuple[FidelityItem, ...]:
    """Give the fidelity items of a session's guide as its cycle is pinned to it; empty without a guide."""
    row = db.session.execute(
        sa.select(Session.kind, Session.number, Session.label, CurriculumVersion.content_hash)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Session.id == session_id)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="session")
    curriculum = published(row.content_hash)
    guide: SessionGuide | None = None
    if row.kind == "core":
        guide = curriculum.guide_of(row.number)
    elif row.kind == "follow_up":
        guide = curriculum.meetings.get(row.label or "")
    return guide.fidelity if guide else ()


def tallies_of(cycle_id: str | None, seen_by: str = FACILITATOR) -> dict[str, FidelityTally]:
    """Give the sums of each meeting of a cycle that anything was said about, by session id."""
    rows = db.session.execute(
        sa.select(FidelityMark.session_id, FidelityMark.rating, sa.func.count().label("n"))
        .join(Session, Session.id == FidelityMark.session_id)
        .where(Session.cycle_id == cycle_id, FidelityMark.seen_by == seen_by)
        .group_by(FidelityMark.session_id, FidelityMark.rating)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row.session_id][row.rating] = row.n
    return {
        session_id: FidelityTally(*(found.get(one.value, 0) for one in reversed(FidelityRating)))
        for session_id, found in counts.items()
    }


def sums_by_cycle(connection: Connection, scope: Scope) -> dict[str, tuple[int, int, int]]:
    """Give (meetings, things done, things rated) of the core meetings held in the period, by cycle."""
    done = sa.func.sum(sa.case((FidelityMark.rating == FidelityRating.DONE.value, 1), else_=0))
    rows = connection.execute(
        sa.select(
            Session.cycle_id, sa.func.count(sa.distinct(FidelityMark.session_id)), done, sa.func.count()
        )
        .join(FidelityMark, FidelityMark.session_id == Session.id)
        .where(
            Session.cycle_id.in_(cycles_of(scope)),
            Session.kind == "core",
            Session.held_on.between(scope.period.first, scope.period.last),
            FidelityMark.seen_by == FACILITATOR,
        )
        .group_by(Session.cycle_id)
    )
    return {cycle: (meetings, int(was_done), rated) for cycle, meetings, was_done, rated in rows}

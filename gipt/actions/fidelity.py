"""How far the things of a meeting were done, as its facilitator says at the close (domain.md 4.3)."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.actions.registers import session_row
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.guide_steps import FidelityRating
from gipt.domain.problems import Invalid
from gipt.models import FidelityMark
from gipt.queries.fidelity import FACILITATOR, items_of


@action("rate_fidelity")
def rate_fidelity(
    *, session_id: str, ratings: Mapping[str, str], by: Actor, now: datetime, op: str | None = None
) -> int:
    """Store {item key: not_done, partly or done}; what was said of this meeting before is replaced.

    Items may be left out. Gives how many are stored. Raises NotFound for a session that is not the actor's, Invalid
    (`fidelity`) for an item that its guide does not have or a rating that does not exist.
    """
    session_row(session_id, by, now.date())
    known = {item.key for item in items_of(session_id)}
    if not set(ratings) <= known or not set(ratings.values()) <= set(FidelityRating):
        raise Invalid(field="fidelity", reason="unknown_choice")
    db.session.execute(
        sa.delete(FidelityMark).where(
            FidelityMark.session_id == session_id, FidelityMark.seen_by == FACILITATOR
        )
    )
    rows = [
        {
            "id": new_id(),
            "session_id": session_id,
            "seen_by": FACILITATOR,
            "item_key": key,
            "rating": rating,
            "by_id": by.staff_id,
            "at": now,
        }
        for key, rating in sorted(ratings.items())
    ]
    if rows:
        db.session.execute(sa.insert(FidelityMark), rows)
    audit("rate_fidelity", by=by, now=now, entity="session", entity_id=session_id, op=op, items=len(rows))
    return len(rows)

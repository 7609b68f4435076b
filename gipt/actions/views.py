"""The log of who saw pages with named data: ids only, kept in memory for seconds and stored in batches.

A GET never writes (decision 26), so the page only notes; the worker stores.
"""

from collections import deque
from datetime import datetime

import sqlalchemy as sa

from gipt.db import db, new_id, write_transaction
from gipt.models import AccessView

_waiting: deque[tuple[str, str, str | None, datetime]] = deque(maxlen=50_000)
BATCH = 1_000


def note_view(staff_id: str, view: str, entity_id: str | None, now: datetime) -> None:
    """Note that a person saw a page with named data."""
    _waiting.append((staff_id, view, entity_id, now))


def store(now: datetime) -> int:
    """Store what was noted; gives how many rows were written."""
    rows = [_waiting.popleft() for _ in range(min(BATCH, len(_waiting)))]
    if not rows:
        return 0
    names = ("staff_id", "view", "entity_id", "at")
    with write_transaction():
        db.session.execute(
            sa.insert(AccessView), [{"id": new_id(), **dict(zip(names, row, strict=True))} for row in rows]
        )
    return len(rows)

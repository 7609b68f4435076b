"""What stands of what people agreed to: the latest word for each purpose and giver."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.models import Consent

PURPOSES = ("service", "contact", "research", "media")
WAYS = ("written", "thumbprint", "spoken", "paper_on_file")


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One recorded word."""

    purpose: str
    given_by: str
    given: bool
    on_date: date
    how: str
    language: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What stands now: the latest row for each (purpose, giver), and all rows from the newest on."""

    standing: dict[tuple[str, str], ConsentRow] = field(default_factory=dict)
    rows: tuple[ConsentRow, ...] = ()

    def agreed(self, purpose: str, given_by: str = "self") -> bool:
        """Say whether the latest word on the purpose is yes; never asked is no."""
        found = self.standing.get((purpose, given_by))
        return found is not None and found.given

    def said(self, purpose: str, given_by: str = "self") -> str:
        """Give `yes`, `no` or `not_asked`."""
        found = self.standing.get((purpose, given_by))
        return "not_asked" if found is None else ("yes" if found.given else "no")


NOTHING_SAID = ConsentState()


def consent_states(member_ids: Iterable[str]) -> dict[str, ConsentState]:
    """Give what stands for each member who ever said something, in one query."""
    wanted = sorted(set(member_ids))
    if not wanted:
        return {}
    found: Iterable[Any] = db.session.execute(
        sa.select(
            Consent.member_id,
            Consent.purpose,
            Consent.given_by,
            Consent.given,
            Consent.on_date,
            Consent.how,
            Consent.language,
            Consent.version,
        )
        .where(Consent.member_id.in_(wanted))
        .order_by(Consent.on_date.desc(), Consent.created_at.desc(), Consent.id)
    )
    rows: dict[str, list[ConsentRow]] = defaultdict(list)
    for row in found:
        rows[row[0]].append(ConsentRow(*tuple(row)[1:]))
    return {member_id: consent_state(listed) for member_id, listed in rows.items()}


def consent_state(rows: Iterable[ConsentRow]) -> ConsentState:
    """Give what stands of rows that come from the newest to the oldest."""
    listed = tuple(rows)
    standing: dict[tuple[str, str], ConsentRow] = {}
    for row in listed:
        standing.setdefault((row.purpose, row.given_by), row)
    return ConsentState(standing, listed)

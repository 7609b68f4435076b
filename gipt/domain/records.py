"""What a programme records beside its meetings, and since when.

A kind that nobody records is "not recorded" in reports, never 0: an empty list of incidents tells something only
where incidents would have been written down.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from gipt.domain.periods import Period


class RecordKind(StrEnum):
    """One kind of record that indicators need."""

    INCIDENTS = "incidents"
    SATISFACTION = "satisfaction"
    COMPLAINTS = "complaints"
    COSTS = "costs"


def is_recorded(kind: RecordKind, since: Mapping[RecordKind, date], period: Period) -> bool:
    """Say whether a kind was recorded at any time of the period; `since` holds the first day of each kind."""
    first = since.get(kind)
    return first is not None and first <= period.last


def recorded_part(kind: RecordKind, since: Mapping[RecordKind, date], period: Period) -> Period | None:
    """Give the days of the period on which a kind was recorded; None when there are none."""
    if not is_recorded(kind, since, period):
        return None
    return Period(max(since[kind], period.first), period.last)

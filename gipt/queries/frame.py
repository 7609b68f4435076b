"""What the frame of every page shows: names of the programme, first steps and numbers of the safety protocol."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gipt.models import Programme, SafetyProtocol
from gipt.queries.prepared import fetch, prepared


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold what stands around the page; `protocol` is the body in force, None before one was adopted."""

    name: str
    cover_name: str
    country: str
    time_zone: str
    language: str
    languages: tuple[str, ...]
    calendar: str
    second_calendar: str | None
    digits: str
    clock: str
    first_weekday: int | None
    names_shown: str
    lock_minutes: int
    protocol: dict[str, Any] | None


@prepared
def _frame() -> sa.Executable:
    newest = sa.select(SafetyProtocol.body).order_by(SafetyProtocol.version.desc()).limit(1).scalar_subquery()
    return sa.select(
        Programme.name,
        Programme.cover_name,
        Programme.country,
        Programme.time_zone,
        Programme.language,
        Programme.languages,
        Programme.calendar,
        Programme.second_calendar,
        Programme.digits,
        Programme.clock,
        Programme.first_weekday,
        Programme.names_shown,
        Programme.lock_minutes,
        newest.label("protocol"),
    )


def find_frame() -> Frame | None:
    """Find programme and newest protocol in one query; None before the programme was set up."""
    row = fetch(_frame()).first()
    if row is None:
        return None
    return Frame(
        row.name,
        row.cover_name,
        row.country,
        row.time_zone,
        row.language,
        tuple(row.languages),
        row.calendar,
        row.second_calendar,
        row.digits,
        row.clock,
        row.first_weekday,
        row.names_shown,
        row.lock_minutes,
        row.protocol,
    )

"""What the frame of every page shows: names of the programme, first steps and numbers of the safety protocol."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from gipt.models import Programme, SafetyProtocol
from gipt.queries.prepared import fetch, prepared


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Hold what stands around the page; `protocol` is the body in force, None before one was adopted.

    The same settings give the same object (`frame_of`), so what is made of it can be remembered by it.
    """

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
    show_numbers: str
    lock_minutes: int
    protocol: dict[str, Any] | None


LANGUAGES = 5
"""Which column of a frame holds the list of languages."""


def frame_columns() -> list[Any]:
    """Give what a frame is made of, for a statement that may ask for something else too; lists come as JSON text."""
    newest = sa.select(SafetyProtocol.body).order_by(SafetyProtocol.version.desc()).limit(1).scalar_subquery()
    return [
        Programme.name,
        Programme.cover_name,
        Programme.country,
        Programme.time_zone,
        Programme.language,
        sa.cast(Programme.languages, sa.Text).label("languages"),
        Programme.calendar,
        Programme.second_calendar,
        Programme.digits,
        Programme.clock,
        Programme.first_weekday,
        Programme.names_shown,
        Programme.show_numbers,
        Programme.lock_minutes,
        sa.cast(newest, sa.Text).label("protocol"),
    ]


@lru_cache(maxsize=64)
def frame_of(*values: Any) -> Frame | None:
    """Make the frame of the values of `frame_columns`; None where there is no programme (`values` are all None).

    Every page asks, and hardly ever is the answer another one: the same values give the same object, which nobody may
    change.
    """
    if values[0] is None:
        return None
    spoken = tuple(json.loads(values[LANGUAGES]))
    body = None if values[-1] is None else json.loads(values[-1])
    return Frame(*(*values[:LANGUAGES], spoken, *values[LANGUAGES + 1 : -1], body))


@prepared
def _frame() -> sa.Executable:
    return sa.select(*frame_columns())


def find_frame() -> Frame | None:
    """Find programme and newest protocol in one query; None before the programme was set up."""
    row = fetch(_frame()).first()
    return None if row is None else frame_of(*row)

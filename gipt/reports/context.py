"""What a report is made with beside its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gipt.calendars import CalendarKind
from gipt.domain.disclosure_history import Published
from gipt.domain.indicators import Choices
from gipt.domain.periods import Period
from gipt.reports.frozen import Frozen


@dataclass(frozen=True, slots=True)
class Place:
    """A site of the report: its code and the name that may be printed."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Previous:
    """The last finished report of the same definition about the same days and places."""

    code: str
    cut_off_at: datetime
    frozen: Frozen


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Programme, period, places and language of one report.

    `programme` is the name that may be printed. `choices`: cut-off and rules of the programme; the
    definition's own choices (repeat, basis, completion base) win. `cut_off_at`: data entered later is not
    in it. `software`: name and version. `rules`: what the report is
    made by as plain values, to be compared with `previous`. `calendar`: the one people there live by, beside
    the Gregorian. `history`: what reports that went out told, of which
    this one must not be subtracted. All moments are aware.
    """

    programme: str
    period: Period
    places: tuple[Place, ...]
    made_at: datetime
    cut_off_at: datetime
    language: str
    right_to_left: bool
    choices: Choices
    report_id: str
    made_by_role: str
    software: str
    rules: Mapping[str, Any] = field(default_factory=dict)
    previous: Previous | None = None
    calendar: CalendarKind = CalendarKind.GREGORIAN
    history: tuple[Published, ...] = ()
    verify_at: str | None = None
    """Address of the page that checks a report; None where the programme has no public address."""

"""What a report is made with beside its facts."""

from dataclasses import dataclass
from datetime import datetime

from gipt.domain.indicators import Choices
from gipt.domain.periods import Period


@dataclass(frozen=True, slots=True)
class Place:
    """A site of the report: its code and the name that may be printed."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Programme, period, places and language of one report.

    `programme` is the name that may be printed. `choices`: cut-off and rules of the programme; the
    definition's own choices (repeat, basis, completion base) win. `cut_off_at`: data entered later is not
    in it. `software`: name and version. All moments are aware.
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

"""Everything counted for one report, before anything is printed."""

from dataclasses import dataclass, field

from gipt.domain.data_quality import Quality
from gipt.domain.indicators import Choices, EnrolmentFact, Person, ScreeningFact, Slice, Tally
from gipt.domain.indicators.costs import CostPerPerson
from gipt.domain.indicators.dose import DosePart
from gipt.domain.indicators.means import MeanChange
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.targets import Promised
from gipt.reports.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything counted for one report; `ledger` tells what may be printed."""

    choices: Choices
    rows: tuple[EnrolmentFact, ...]
    people: tuple[Person, ...]
    screened: tuple[ScreeningFact, ...]
    tallies: dict[str, Tally]
    by_set: dict[tuple[str, AnalysisSet], Tally]
    breakdowns: list[tuple[Tally, tuple[Slice, ...]]]
    attendance: dict[int, tuple[int, int]]
    means: dict[str, MeanChange]
    doses: tuple[DosePart, ...]
    standing: set[str]
    """Names of the means that may be printed: enough people, also where one is subtracted from another."""
    levels: dict[str, tuple[Slice, ...]]
    ledger: Ledger = field(repr=False)
    costs: tuple[CostPerPerson, ...] = ()
    quality: Quality | None = None
    promised: dict[str, Promised] = field(default_factory=dict)
    """What was promised of each indicator; one of which nothing was promised is not there."""

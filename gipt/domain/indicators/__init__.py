"""Indicators: what a report counts, each as one function over frozen rows (domain.md section 5).

`facts` holds the rows, `people` who is counted, `tally` the shape of a counted figure and its breakdown,
`reach`, `change` and `safety` the indicators. Nothing here reads a clock or a table, and nothing rounds.
"""

from gipt.domain.indicators.facts import (
    AttendanceFact,
    EnrolmentFact,
    ReferralFact,
    ReportFacts,
    SafetyFact,
    Score,
    ScreeningFact,
    SessionFact,
    Traits,
)
from gipt.domain.indicators.people import (
    Basis,
    Choices,
    CompletionBase,
    Person,
    Repeat,
    enrolments_in,
    people_of,
    screened_people,
)
from gipt.domain.indicators.tally import Dimension, Entry, Slice, Tally, Unit, slices

__all__ = [
    "AttendanceFact",
    "Basis",
    "Choices",
    "CompletionBase",
    "Dimension",
    "EnrolmentFact",
    "Entry",
    "Person",
    "ReferralFact",
    "Repeat",
    "ReportFacts",
    "SafetyFact",
    "Score",
    "ScreeningFact",
    "SessionFact",
    "Slice",
    "Tally",
    "Traits",
    "Unit",
    "enrolments_in",
    "people_of",
    "screened_people",
    "slices",
]

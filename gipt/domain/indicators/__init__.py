"""Indicators: what a report counts, each as one function over frozen rows (domain.md section 5).

`facts` holds the rows, `people` who is counted, `tally` the shape of a counted figure and its breakdown, the other
modules the indicators, one for each noun. Nothing here reads a clock or a table, and nothing rounds but people to
whole people (`funding`).
"""

from gipt.domain.indicators.facts import (
    AskedBy,
    AttendanceFact,
    ComplaintFact,
    CostFact,
    EnrolmentFact,
    FundingShare,
    IncidentFact,
    ReferralFact,
    ReportFacts,
    SafetyFact,
    SatisfactionFact,
    Score,
    ScreeningFact,
    SessionFact,
    Traits,
    VolunteerFact,
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
from gipt.domain.indicators.tally import Dimension, Entry, Slice, Tally, Unit, parts_of, slices

__all__ = [
    "AskedBy",
    "AttendanceFact",
    "Basis",
    "Choices",
    "ComplaintFact",
    "CompletionBase",
    "CostFact",
    "Dimension",
    "EnrolmentFact",
    "Entry",
    "FundingShare",
    "IncidentFact",
    "Person",
    "ReferralFact",
    "Repeat",
    "ReportFacts",
    "SafetyFact",
    "SatisfactionFact",
    "Score",
    "ScreeningFact",
    "SessionFact",
    "Slice",
    "Tally",
    "Traits",
    "Unit",
    "VolunteerFact",
    "enrolments_in",
    "parts_of",
    "people_of",
    "screened_people",
    "slices",
]

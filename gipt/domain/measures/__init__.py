"""Every measure that gipt knows, one file each, and what is done with answers.

To add one: write its file with a `Measure`, name its sources and rights there, add it to `_MEASURES` below,
and give its labels words in `gipt.words`. The tests in `tests/domain/measures` then check its shape.
"""

from gipt.domain.measures.answers import (
    ParsedAnswers,
    TotalScale,
    parse_answer,
    parse_answer_line,
    parse_answers,
    parse_total,
)
from gipt.domain.measures.base import (
    Answer,
    Answers,
    AssessmentPoint,
    Band,
    Direction,
    EntryConvention,
    Item,
    Measure,
    MissingReason,
    Option,
    SafetyItem,
    improvement,
    meets_cut_off,
)
from gipt.domain.measures.epds import EPDS
from gipt.domain.measures.gad7 import GAD7
from gipt.domain.measures.phq2 import PHQ2
from gipt.domain.measures.phq9 import PHQ9
from gipt.domain.measures.scoring import (
    Score,
    band_of,
    check_answers,
    prorated_sum,
    score,
    score_of_total,
)
from gipt.domain.measures.who5 import WHO5
from gipt.domain.measures.whodas12 import CONVENTIONS, whodas12
from gipt.domain.problems import Invalid, Unknown

__all__ = [
    "EPDS",
    "GAD7",
    "PHQ2",
    "PHQ9",
    "WHO5",
    "Answer",
    "Answers",
    "AssessmentPoint",
    "Band",
    "Direction",
    "EntryConvention",
    "Item",
    "Measure",
    "MissingReason",
    "Option",
    "ParsedAnswers",
    "SafetyItem",
    "Score",
    "TotalScale",
    "all_measures",
    "band_of",
    "check_answers",
    "conventions_of",
    "get_measure",
    "get_measure_by_key",
    "improvement",
    "measure_codes",
    "meets_cut_off",
    "parse_answer",
    "parse_answer_line",
    "parse_answers",
    "parse_total",
    "prorated_sum",
    "score",
    "score_of_total",
]

_MEASURES = (PHQ9, PHQ2, GAD7, WHO5, EPDS, *(whodas12(convention) for convention in CONVENTIONS))
_BY_KEY = {measure.key: measure for measure in _MEASURES}


def all_measures() -> tuple[Measure, ...]:
    """Give every measure, one entry per convention."""
    return _MEASURES


def measure_codes() -> tuple[str, ...]:
    """Give every measure's code once, in the order of the registry."""
    return tuple(dict.fromkeys(measure.code for measure in _MEASURES))


def conventions_of(code: str) -> tuple[str, ...]:
    """Give the conventions from which a programme must choose; empty for a measure that has only one."""
    return tuple(measure.convention for measure in _MEASURES if measure.code == code and measure.convention)


def get_measure(code: str, convention: str | None = None) -> Measure:
    """Give the measure; Unknown for another code, Invalid for a missing or foreign convention."""
    if code not in measure_codes():
        raise Unknown(kind="measure", name=code, known=list(measure_codes()))
    choices = conventions_of(code)
    if choices and not convention:
        raise Invalid(field="convention", reason="convention_not_chosen", choices=list(choices))
    if convention and convention not in choices:
        raise Invalid(field="convention", reason="unknown_convention", choices=list(choices))
    return _BY_KEY[f"{code}@{convention}" if convention else code]


def get_measure_by_key(key: str) -> Measure:
    """Give the measure stored under `Measure.key`, as `get_measure`."""
    code, _, convention = key.partition("@")
    return get_measure(code, convention or None)

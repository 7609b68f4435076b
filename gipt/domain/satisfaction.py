"""Satisfaction at the end: five answers, and who asked.

People are kind to whoever led their group, so that an answer given to the own facilitator is kept and never counted
(domain.md 5.2, I-26: the collector is not the facilitator).
"""

from collections.abc import Iterable
from enum import StrEnum


class SatisfactionAnswer(StrEnum):
    """What the member said; declined is an answer too."""

    VERY_DISSATISFIED = "very_dissatisfied"
    DISSATISFIED = "dissatisfied"
    NEITHER = "neither"
    SATISFIED = "satisfied"
    VERY_SATISFIED = "very_satisfied"
    DECLINED = "declined"


SATISFIED = frozenset({SatisfactionAnswer.SATISFIED, SatisfactionAnswer.VERY_SATISFIED})


class Collector(StrEnum):
    """Who asked: somebody of the staff, somebody from outside, or nobody because the member wrote alone."""

    STAFF = "staff"
    OUTSIDE = "outside"
    ALONE = "alone"


def is_independent(collector: Collector, asked_by: str | None, leaders: Iterable[str]) -> bool:
    """Say whether the answer was given to somebody else than a leader of the group.

    `leaders`: everybody who ever led the cycle or one meeting of it. Staff without a name is not independent.
    """
    if collector is not Collector.STAFF:
        return True
    return asked_by is not None and asked_by not in set(leaders)

"""Indicator I-10 and what stands beside it: mean changes, each with the people behind it (domain.md 5.4).

The score at screening is shown beside the baseline and never compared with the endline: people were admitted
because it was high, so it falls by chance alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from gipt.domain.indicators.change import NOT_SCORED, pair_of
from gipt.domain.indicators.people import Choices, Person, alike_of
from gipt.domain.measures import Direction
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.statistics import PairedChange, paired_change

Pair = Callable[[Person], tuple[int, int] | None]
"""Gives the two scores of a started person that are compared; None without both."""


@dataclass(frozen=True, slots=True)
class MeanChange:
    """One paired change with its spread.

    `n_set`, `missing_set`: names of the people with both scores and of those without; `missing`: how many of
    the latter. `groups`: keys of the former, as the people alike are kept. `which`: analysis set, None where only
    one is possible.
    """

    code: str
    change: PairedChange
    n_set: str
    missing_set: str
    missing: int
    groups: tuple[list[str], ...] = field(repr=False)
    rules: tuple[str, ...]
    which: AnalysisSet | None = None

    @property
    def people(self) -> frozenset[str]:
        """Give the keys of the people with both scores: a report sees which means stand for nearly the same people."""
        return frozenset(chain.from_iterable(self.groups))


def mean_change(people: Sequence[Person], which: AnalysisSet = AnalysisSet.OBSERVED) -> MeanChange:
    """Give I-10: mean of pre - post over started people with both; LOCF fills a missing endline."""
    return mean_of(
        "I-10", people, lambda one: pair_of(one, which), f"scored_{which.value}", NOT_SCORED[which],
        ("paired", which.value, "change_not_cause"), which,
    )  # fmt: skip


def change_since_screening(people: Sequence[Person]) -> MeanChange:
    """Give the mean of screening - baseline, over the pairs of I-10 whose screening score is known.

    What falls before the first session is not change in the programme: regression to the mean (5.4.1).
    """

    def pair(one: Person) -> tuple[int, int] | None:
        scored = pair_of(one, AnalysisSet.OBSERVED)
        at_screening = one.chosen.screening
        return None if scored is None or at_screening is None else (at_screening, scored[0])

    return mean_of(
        "I-10-S", people, pair, "screening_paired", "pairs_without_screening", ("screening_to_baseline",),
        of=has_endline,
    )  # fmt: skip


def change_by_midline(people: Sequence[Person]) -> MeanChange:
    """Give the mean of baseline - midline, over the pairs of I-10 that have a midline."""

    def pair(one: Person) -> tuple[int, int] | None:
        scored = pair_of(one, AnalysisSet.OBSERVED)
        return None if scored is None or one.chosen.midline is None else (scored[0], one.chosen.midline)

    return mean_of(
        "I-10-M", people, pair, "midline_paired", "pairs_without_midline",
        ("baseline_to_midline", "change_not_cause"), of=has_endline,
    )  # fmt: skip


def function_change(people: Sequence[Person], choices: Choices) -> MeanChange:
    """Give the mean change on the function measure; above 0 is better whatever its direction."""

    def pair(one: Person) -> tuple[int, int] | None:
        pre, post = one.chosen.function_pre, one.chosen.function_post
        return None if not one.started or pre is None or post is None else (pre, post)

    return mean_of(
        "I-15-M", people, pair, "function_paired", "function_missing", ("function_change", "change_not_cause"),
        direction=choices.function_direction,
    )  # fmt: skip


def has_endline(one: Person) -> bool:
    """Say whether somebody is among the people of I-10: started, with baseline and endline."""
    return pair_of(one, AnalysisSet.OBSERVED) is not None


def has_started(one: Person) -> bool:
    """Say whether somebody attended a session in the period."""
    return one.started


def mean_of(
    code: str,
    people: Sequence[Person],
    pair: Pair,
    n_set: str,
    missing_set: str,
    rules: tuple[str, ...],
    which: AnalysisSet | None = None,
    direction: Direction = Direction.HIGHER_IS_WORSE,
    of: Callable[[Person], bool] = has_started,
) -> MeanChange:
    """Give the paired change of those with both scores; missing are the others of those whom `of` takes."""
    found = [(keys, scores) for one, keys in alike_of(people) if (scores := pair(one)) is not None]
    change = paired_change(
        [scores[0] for keys, scores in found for _ in keys],
        [scores[1] for keys, scores in found for _ in keys],
        direction is Direction.HIGHER_IS_WORSE,
    )
    inside = tuple(keys for keys, _ in found)
    asked = sum(len(keys) for one, keys in alike_of(people) if of(one))
    return MeanChange(code, change, n_set, missing_set, asked - change.n, inside, rules, which)

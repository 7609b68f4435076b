"""Indicators I-09 to I-16: change among participants (domain.md 5.2, 5.4).

Nothing here says what caused a change. Cases are the people at or above the programme's cut-off at baseline.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gipt.domain.indicators.people import Choices, Person
from gipt.domain.indicators.reach import people_entries
from gipt.domain.indicators.tally import Tally, Unit
from gipt.domain.measures import Direction
from gipt.domain.outcomes import (
    AnalysisSet,
    OutcomeRule,
    below_cut_off,
    improved_by,
    reliably_deteriorated,
    reliably_improved,
    remission_maintained,
    remitted,
    responded,
)
from gipt.domain.statistics import PairedChange, paired_change

ANALYSIS_SETS = (AnalysisSet.OBSERVED, AnalysisSet.CONSERVATIVE, AnalysisSet.LOCF)
"""The sets that stand side by side (domain.md 5.4.6)."""


@dataclass(frozen=True, slots=True)
class MeanChange:
    """I-10: the paired change with its spread; `missing` = started without a pair."""

    change: PairedChange
    missing: int
    code: str = "I-10"
    rules: tuple[str, ...] = ("paired", "change_not_cause")


def endline_coverage(people: Sequence[Person]) -> Tally:
    """Count I-09: started people with a valid endline in its window (F8 of F6)."""
    entries = people_entries(people, lambda one: one.started, lambda one: one.chosen.endline is not None)
    return Tally("I-09", Unit.PEOPLE, "endline", entries, "started", "no_endline", rules=("endline_window",))


def mean_change(people: Sequence[Person], which: AnalysisSet = AnalysisSet.OBSERVED) -> MeanChange:
    """Give I-10: mean of pre - post over started people with both; LOCF fills a missing endline."""
    started = [one for one in people if one.started]
    found = [pair for one in started if (pair := pair_of(one, which)) is not None]
    change = paired_change([pre for pre, _ in found], [post for _, post in found])
    return MeanChange(change, len(started) - len(found))


def pair_of(one: Person, which: AnalysisSet) -> tuple[int, int] | None:
    """Give baseline and last score of a started person in an analysis set; None without both."""
    case = one.case
    if not case.started or case.pre is None:
        return None
    if case.post is not None:
        return case.pre, case.post
    if which is not AnalysisSet.LOCF:
        return None
    return case.pre, case.last_valid if case.last_valid is not None else case.pre


def outcome(
    code: str,
    name: str,
    people: Sequence[Person],
    rule: OutcomeRule,
    which: AnalysisSet,
    base: str,
    in_base: Callable[[int], bool],
) -> Tally:
    """Count one definition of change in one analysis set.

    `base` names the people with a baseline that `in_base` takes. Conservative: everybody who started is
    counted, a missing score is not a success, and only a known baseline outside takes somebody out.
    """
    conservative = which is AnalysisSet.CONSERVATIVE

    def counted(one: Person) -> bool:
        pair = pair_of(one, which)
        if pair is not None:
            return in_base(pair[0])
        pre = one.case.pre
        return conservative and one.started and (pre is None or in_base(pre))

    def met(one: Person) -> bool:
        pair = pair_of(one, which)
        return pair is not None and in_base(pair[0]) and rule(*pair)

    # The conservative numerator is the observed one: those without an endline add nothing to it.
    above = f"{name}_locf" if which is AnalysisSet.LOCF else name
    below = f"{base}_{which.value}"
    return Tally(
        code, Unit.PEOPLE, above, people_entries(people, counted, met), below, f"{name}_not_{which.value}",
        rules=(name, which.value), sensitive=True,
    )  # fmt: skip


def response(people: Sequence[Person], choices: Choices, which: AnalysisSet = AnalysisSet.OBSERVED) -> Tally:
    """Count I-11: score fell by half or more, of cases at baseline."""
    return outcome("I-11", "response", people, responded, which, "cases", is_case(choices))


def remission(people: Sequence[Person], choices: Choices, which: AnalysisSet = AnalysisSet.OBSERVED) -> Tally:
    """Count I-12: last score below 5, of cases at baseline."""

    def rule(pre: int, post: int) -> bool:
        return remitted(post, choices.remission_below)

    return outcome("I-12", "remission", people, rule, which, "cases", is_case(choices))


def under_cut_off(
    people: Sequence[Person], choices: Choices, which: AnalysisSet = AnalysisSet.OBSERVED
) -> Tally:
    """Count I-13: at or above the cut-off at baseline and below it at the end."""

    def rule(pre: int, post: int) -> bool:
        return below_cut_off(pre, post, choices.cut_off)

    return outcome("I-13", "below_cut_off", people, rule, which, "cases", is_case(choices))


def reliable_improvement(
    people: Sequence[Person], choices: Choices, which: AnalysisSet = AnalysisSet.OBSERVED
) -> Tally:
    """Count I-14a: better by 6 points or more, of all with a baseline."""

    def rule(pre: int, post: int) -> bool:
        return reliably_improved(pre, post, choices.reliable_step)

    return outcome("I-14a", "reliable_improvement", people, rule, which, "scored", lambda pre: True)


def reliable_deterioration(
    people: Sequence[Person], choices: Choices, which: AnalysisSet = AnalysisSet.OBSERVED
) -> Tally:
    """Count I-14b: worse by 6 points or more, of all with a baseline."""

    def rule(pre: int, post: int) -> bool:
        return reliably_deteriorated(pre, post, choices.reliable_step)

    return outcome("I-14b", "reliable_deterioration", people, rule, which, "scored", lambda pre: True)


def improved_function(people: Sequence[Person], choices: Choices) -> Tally:
    """Count I-15: function better by the chosen step, of started people with both function scores."""
    direction: Direction = choices.function_direction

    def paired(one: Person) -> bool:
        chosen = one.chosen
        return one.started and chosen.function_pre is not None and chosen.function_post is not None

    def better(one: Person) -> bool:
        pre, post = one.chosen.function_pre, one.chosen.function_post
        return (
            pre is not None and post is not None and improved_by(pre, post, choices.function_step, direction)
        )

    started = sum(one.started for one in people)
    entries = people_entries(people, paired, better)
    return Tally(
        "I-15", Unit.PEOPLE, "function_better", entries, "function_paired", "function_not_better",
        missing_set="function_missing", missing=started - len(entries),
        rules=("function_step",), sensitive=True,
    )  # fmt: skip


def follow_up_maintained(people: Sequence[Person], choices: Choices) -> Tally:
    """Count I-16: still in remission at the first follow-up, of those in remission who were followed up."""
    below = choices.remission_below
    in_remission = [
        one
        for one in people
        if (pair := pair_of(one, AnalysisSet.OBSERVED))
        and is_case(choices)(pair[0])
        and remitted(pair[1], below)
    ]

    def kept(one: Person) -> bool:
        end = one.chosen.endline
        return end is not None and remission_maintained(end.total, one.chosen.follow_ups[0].total, below)

    entries = people_entries(in_remission, lambda one: bool(one.chosen.follow_ups), kept)
    return Tally(
        "I-16", Unit.PEOPLE, "remission_kept", entries, "remission_followed_up", "remission_lost",
        missing_set="remission_not_followed_up", missing=len(in_remission) - len(entries),
        rules=("first_follow_up",), sensitive=True,
    )  # fmt: skip


def is_case(choices: Choices) -> Callable[[int], bool]:
    """Give the test for the programme's cut-off at baseline."""
    return lambda pre: pre >= choices.cut_off

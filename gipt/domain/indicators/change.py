"""Indicators I-09 and I-11 to I-16: who changed, by each definition (domain.md 5.2, 5.4).

Nothing here says what caused a change. Cases are the people at or above the programme's cut-off at baseline.
Means stand in `means`, change by sessions attended in `dose`.
"""

from collections.abc import Callable, Sequence

from gipt.domain.indicators.people import Choices, Person, alike_of
from gipt.domain.indicators.reach import bare_entries, entries_of, people_entries, people_in
from gipt.domain.indicators.tally import Entry, Tally, Unit
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

ANALYSIS_SETS = (AnalysisSet.OBSERVED, AnalysisSet.CONSERVATIVE, AnalysisSet.LOCF)
"""The sets that stand side by side (domain.md 5.4.6)."""
NOT_SCORED = {
    AnalysisSet.OBSERVED: "not_paired",
    AnalysisSet.CONSERVATIVE: "not_paired",
    AnalysisSet.LOCF: "not_carried",
}
"""Names of the started people of whom a set has no pair of scores."""
CASES_UNKNOWN = {
    AnalysisSet.OBSERVED: "cases_without_endline",
    AnalysisSet.CONSERVATIVE: "cases_without_endline",
    AnalysisSet.LOCF: "cases_perhaps",
}
"""The same among cases; somebody without a baseline may be one."""


def endline_coverage(people: Sequence[Person]) -> Tally:
    """Count I-09: started people with a valid endline in its window (F8 of F6)."""
    entries = people_entries(people, lambda one: one.started, lambda one: one.chosen.endline is not None)
    return Tally(
        "I-09", Unit.PEOPLE, "endline", entries, "started", "no_endline",
        excluded_set="not_started", excluded=len(people) - people_in(entries), rules=("endline_window",),
    )  # fmt: skip


def late_endlines(people: Sequence[Person]) -> Tally:
    """Count the started people whose only endline came after its window: reported, not compared (5.4.1)."""

    def late(one: Person) -> bool:
        return one.started and one.chosen.late_endline and one.chosen.endline is None

    entries = bare_entries(people, late)
    return Tally("I-09-L", Unit.PEOPLE, "endline_late", entries, rules=("endline_late",))


def endlines_by_asker(people: Sequence[Person]) -> Tally:
    """Count the endlines of I-09 by who asked: what was told to the own facilitator is discounted (2.1)."""
    entries = tuple(
        Entry(one.site, one.traits, len(keys), 0, group=one.chosen.endline.asked_by.value)
        for one, keys in alike_of(people)
        if one.started and one.chosen.endline is not None
    )
    return Tally("I-09-A", Unit.PEOPLE, "endline", entries, rules=("asked_by",))


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
    counted, a missing score is not a success, and only a known baseline outside takes somebody out. Missing:
    started people of whom the set has no pair. Excluded: those whose known baseline lies outside.
    """
    conservative = which is AnalysisSet.CONSERVATIVE

    def unknown(one: Person) -> bool:
        return one.started and pair_of(one, which) is None and (one.case.pre is None or in_base(one.case.pre))

    def counted(one: Person) -> bool:
        pair = pair_of(one, which)
        return (pair is not None and in_base(pair[0])) or (conservative and unknown(one))

    def met(one: Person) -> bool:
        pair = pair_of(one, which)
        return pair is not None and in_base(pair[0]) and rule(*pair)

    everybody = base == "scored"

    def outside(one: Person) -> bool:
        if everybody:
            return not one.started
        return one.started and one.case.pre is not None and not in_base(one.case.pre)

    # All of it follows from the case alone, which people of the same scores share: asked once for each.
    known: dict[int, tuple[bool, bool, bool, bool]] = {}
    asked: list[tuple[Person, int, tuple[bool, bool, bool, bool]]] = []
    for one, keys in alike_of(people):
        said = known.get(id(one.case))
        if said is None:
            said = known[id(one.case)] = (counted(one), met(one), unknown(one), outside(one))
        asked.append((one, len(keys), said))
    entries = entries_of((one.chosen, times * said[1], times) for one, times, said in asked if said[0])
    # The conservative numerator is the observed one: those without an endline add nothing to it.
    above = f"{name}_locf" if which is AnalysisSet.LOCF else name
    return Tally(
        code, Unit.PEOPLE, above, entries,
        f"{base}_{which.value}", f"{name}_not_{which.value}",
        missing_set=(NOT_SCORED if everybody else CASES_UNKNOWN)[which],
        missing=sum(times for _, times, said in asked if said[2]),
        excluded_set="not_started" if everybody else "started_not_cases",
        excluded=sum(times for _, times, said in asked if said[3]),
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
        missing_set="function_missing", missing=started - people_in(entries),
        excluded_set="not_started", excluded=len(people) - started,
        rules=("function_step",), sensitive=True,
    )  # fmt: skip


def follow_up_maintained(people: Sequence[Person], choices: Choices) -> Tally:
    """Count I-16: still in remission at the first follow-up, of those in remission who were followed up."""
    below = choices.remission_below
    ended = ending_in_remission(choices)

    def followed_up(one: Person) -> bool:
        return ended(one) is True and bool(one.chosen.follow_ups)

    def kept(one: Person) -> bool:
        end = one.chosen.endline
        return end is not None and remission_maintained(end.total, one.chosen.follow_ups[0].total, below)

    entries = people_entries(people, followed_up, kept)
    in_remission, out = how_many(people, ended)
    return Tally(
        "I-16", Unit.PEOPLE, "remission_kept", entries, "remission_followed_up", "remission_lost",
        missing_set="remission_not_followed_up", missing=in_remission - people_in(entries),
        excluded_set="remission_not_observed", excluded=out,
        rules=("first_follow_up",), sensitive=True,
    )  # fmt: skip


def follow_up_coverage(people: Sequence[Person], choices: Choices) -> Tally:
    """Count who was followed up at all, of those in remission at the end: the coverage of I-16."""
    ended = ending_in_remission(choices)
    entries = people_entries(people, lambda one: ended(one) is True, lambda one: bool(one.chosen.follow_ups))
    return Tally(
        "I-16-C", Unit.PEOPLE, "remission_followed_up", entries, "remission", "remission_not_followed_up",
        excluded_set="remission_not_observed", excluded=how_many(people, ended)[1], rules=("follow_up_coverage",),
    )  # fmt: skip


def ending_in_remission(choices: Choices) -> Callable[[Person], bool | None]:
    """Give what says of a case with both scores whether it ended in remission; None for anybody else."""
    inside = is_case(choices)

    def ended(one: Person) -> bool | None:
        pair = pair_of(one, AnalysisSet.OBSERVED)
        if pair is None or not inside(pair[0]):
            return None
        return remitted(pair[1], choices.remission_below)

    return ended


def how_many(people: Sequence[Person], says: Callable[[Person], bool | None]) -> tuple[int, int]:
    """Give of how many people it is true, and of how many it is not; others are left out."""
    answers = [(says(one), len(keys)) for one, keys in alike_of(people)]
    return sum(n for said, n in answers if said is True), sum(n for said, n in answers if said is False)


def is_case(choices: Choices) -> Callable[[int], bool]:
    """Give the test for the programme's cut-off at baseline."""
    return lambda pre: pre >= choices.cut_off

"""Definitions of change, the choice of scores, and who is counted."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain import outcomes
from gipt.domain.measures import AssessmentPoint, Direction
from gipt.domain.outcomes import (
    AnalysisSet,
    Case,
    CaseCutOff,
    EndlineWindow,
    OutcomeRule,
    Rate,
    ScoredAssessment,
    coverage_is_low,
    endline_coverage,
    last_valid_after,
    pairs,
    rate,
    select_baseline,
    select_endline,
    thresholds_for,
)
from gipt.domain.problems import Invalid

PRE = (16, 14, 19, 12, 17, 21, 10, 15)
POST = (7, 9, 11, 4, 6, 18, 3, 10)
BETTER = Direction.HIGHER_IS_BETTER
below_ten: OutcomeRule = partial(outcomes.below_cut_off, cut_off=10)


def remission(_pre: int, post: int) -> bool:
    return outcomes.remitted(post)


RULES: dict[str, OutcomeRule] = {
    "response": outcomes.responded,
    "remission": remission,
    "recovery": outcomes.recovered,
    "reliable": outcomes.reliably_improved,
    "reliable_recovery": outcomes.reliably_recovered,
}


@pytest.mark.parametrize(
    ("pre", "post", "met"),
    [
        (10, 5, {"response", "recovery"}),
        (9, 3, {"response", "remission", "reliable"}),
        (20, 10, {"response", "reliable"}),
        (16, 9, {"recovery", "reliable", "reliable_recovery"}),
        (15, 10, set()),
        (10, 4, {"response", "remission", "recovery", "reliable", "reliable_recovery"}),
    ],
    ids=["10-5", "9-3", "20-10", "16-9", "15-10", "10-4"],
)
def test_the_definitions_give_different_answers_about_the_same_person(
    pre: int, post: int, met: set[str]
) -> None:
    assert {name for name, rule in RULES.items() if rule(pre, post)} == met


@pytest.mark.parametrize(
    ("rule", "pre", "post", "expected"),
    [
        (outcomes.responded, 15, 8, False),
        (outcomes.responded, 15, 7, True),
        (outcomes.responded, 0, 0, False),
        (remission, 10, 5, False),
        (remission, 10, 4, True),
        (outcomes.clinically_significant, 18, 9, True),
        (outcomes.clinically_significant, 20, 10, False),
        (outcomes.clinically_significant, 17, 9, False),
        (outcomes.recovered, 10, 9, True),
        (outcomes.recovered, 9, 0, False),
        (outcomes.recovered, 10, 10, False),
        (outcomes.reliably_improved, 12, 6, True),
        (outcomes.reliably_improved, 12, 7, False),
        (outcomes.reliably_deteriorated, 6, 12, True),
        (outcomes.reliably_deteriorated, 6, 11, False),
        (outcomes.minimally_improved, 12, 7, True),
        (outcomes.minimally_improved, 12, 8, False),
        (outcomes.relatively_improved, 15, 12, True),
        (outcomes.relatively_improved, 14, 12, False),
        (outcomes.relatively_improved, 0, 0, False),
        (below_ten, 10, 9, True),
        (below_ten, 9, 5, False),
        (outcomes.uganda_recovered, 40, 20, True),
        (outcomes.uganda_recovered, 40, 21, False),
    ],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", str(value)),
)
def test_each_definition_at_its_edge(rule: OutcomeRule, pre: int, post: int, expected: bool) -> None:
    assert rule(pre, post) is expected


def test_the_local_cut_off_of_the_uganda_remission_belongs_to_remission() -> None:
    assert outcomes.uganda_remitted(31, cut_off=31)
    assert not outcomes.uganda_remitted(32, cut_off=31)


def test_minimal_symptoms_end_at_four() -> None:
    assert [outcomes.minimal_symptoms(post) for post in (0, 4, 5)] == [True, True, False]


def test_remission_is_maintained_only_if_it_was_there_at_the_end() -> None:
    assert outcomes.remission_maintained(4, 3)
    assert not outcomes.remission_maintained(5, 3)
    assert not outcomes.remission_maintained(4, 5)


def test_definitions_by_points_follow_the_direction_of_the_measure() -> None:
    assert outcomes.reliably_improved(20, 60, step=10, direction=BETTER)
    assert outcomes.reliably_deteriorated(60, 20, step=10, direction=BETTER)
    assert outcomes.improved_by(40, 50, 10, BETTER)
    assert not outcomes.improved_by(50, 40, 10, BETTER)
    assert outcomes.below_cut_off(50, 51, 50, BETTER)
    assert not outcomes.below_cut_off(51, 60, 50, BETTER)


@pytest.mark.parametrize(
    "call",
    [
        lambda: outcomes.responded(20, 60, BETTER),
        lambda: outcomes.relatively_improved(20, 60, direction=BETTER),
        lambda: outcomes.remitted(60, direction=BETTER),
        lambda: outcomes.minimal_symptoms(60, direction=BETTER),
    ],
    ids=["response", "relative", "remission", "minimal_symptoms"],
)
def test_definitions_by_share_refuse_a_measure_where_higher_is_better(call: Callable[[], bool]) -> None:
    with pytest.raises(Invalid) as fault:
        call()
    assert fault.value.details["reason"] == "not_defined_for_direction"


@given(st.integers(0, 27), st.integers(0, 27))
def test_nobody_improves_and_deteriorates_reliably_at_once(pre: int, post: int) -> None:
    assert not (outcomes.reliably_improved(pre, post) and outcomes.reliably_deteriorated(pre, post))
    assert outcomes.reliably_deteriorated(pre, post) == outcomes.reliably_improved(post, pre)


@given(st.integers(0, 27), st.integers(0, 27))
def test_reliable_recovery_is_recovery_and_reliable_improvement(pre: int, post: int) -> None:
    both = outcomes.recovered(pre, post) and outcomes.reliably_improved(pre, post)
    assert outcomes.reliably_recovered(pre, post) == both


def test_published_numbers_are_known_for_two_measures_only() -> None:
    phq9, gad7 = thresholds_for("phq9"), thresholds_for("gad7")
    assert phq9 is not None
    assert gad7 is not None
    assert (phq9.caseness, phq9.reliable_step, phq9.remission_below) == (10, 6, 5)
    assert (gad7.caseness, gad7.reliable_step) == (8, 4)
    assert thresholds_for("epds") is None


# The worked example of eight pairs

GOLDEN = [Case(pre, post) for pre, post in zip(PRE, POST, strict=True)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (outcomes.responded, 4),
        (remission, 2),
        (below_ten, 5),
        (outcomes.reliably_improved, 5),
        (outcomes.reliably_recovered, 4),
    ],
    ids=["response", "remission", "below_10", "reliable", "reliable_recovery"],
)
def test_counts_of_the_worked_example(rule: OutcomeRule, expected: int) -> None:
    assert rate(GOLDEN, rule) == Rate(expected, 8)


def test_four_without_endline_halve_nothing_but_the_conservative_rate() -> None:
    cases = [*GOLDEN, *(Case(15, None) for _ in range(4))]
    assert rate(cases, outcomes.responded) == Rate(4, 8)
    assert rate(cases, outcomes.responded, AnalysisSet.CONSERVATIVE) == Rate(4, 12)


# Which pre and which post

DAY = date(2026, 3, 2)


def at(point: AssessmentPoint, days: int, total: int | None = 15, prorated: bool = False) -> ScoredAssessment:
    return ScoredAssessment(f"{point}-{days}", point, DAY + timedelta(days), total, prorated)


SCREENING, PRE_GROUP = AssessmentPoint.SCREENING, AssessmentPoint.PRE_GROUP
SESSION, ENDLINE = AssessmentPoint.SESSION, AssessmentPoint.ENDLINE


def test_the_baseline_is_the_last_pre_group_score_and_never_the_screening_score() -> None:
    scores = [at(SCREENING, -1, 22), at(PRE_GROUP, -9, 18), at(PRE_GROUP, -5, 16), at(SESSION, 0, 12)]
    assert select_baseline(scores, DAY) == at(PRE_GROUP, -5, 16)
    assert select_baseline([at(SCREENING, -1, 22)], DAY) is None


def test_a_pre_group_score_on_the_day_of_the_first_session_still_counts_and_a_later_one_does_not() -> None:
    assert select_baseline([at(PRE_GROUP, 0)], DAY) == at(PRE_GROUP, 0)
    assert select_baseline([at(PRE_GROUP, 1)], DAY) is None


def test_somebody_who_came_to_nothing_keeps_the_last_pre_group_score() -> None:
    assert select_baseline([at(PRE_GROUP, 1), at(PRE_GROUP, 5)], None) == at(PRE_GROUP, 5)


def test_incomplete_and_prorated_scores_are_no_baseline() -> None:
    scores = [at(PRE_GROUP, -6, 18), at(PRE_GROUP, -4, 17, prorated=True), at(PRE_GROUP, -2, None)]
    assert select_baseline(scores, DAY) == at(PRE_GROUP, -6, 18)
    assert select_baseline(scores, DAY, include_prorated=True) == at(PRE_GROUP, -4, 17, prorated=True)


@pytest.mark.parametrize(
    ("days", "inside", "late"),
    [(-1, False, False), (0, True, False), (28, True, False), (29, False, True)],
)
def test_an_endline_counts_from_the_last_session_to_four_weeks_after_it(
    days: int, inside: bool, late: bool
) -> None:
    found = select_endline([at(ENDLINE, days)], DAY)
    assert (found.inside is not None, found.late is not None) == (inside, late)


def test_the_first_valid_endline_inside_the_window_is_taken() -> None:
    scores = [
        at(ENDLINE, 30, 2),
        at(ENDLINE, 9, 4),
        at(ENDLINE, 3, None),
        at(ENDLINE, 5, 6),
        at(ENDLINE, -3, 9),
    ]
    assert select_endline(scores, DAY).inside == at(ENDLINE, 5, 6)
    assert select_endline(scores, DAY).late is None


def test_the_window_is_a_setting() -> None:
    assert select_endline([at(ENDLINE, 20)], DAY, EndlineWindow(0, 14)).inside is None


def test_without_a_session_held_there_is_no_endline() -> None:
    assert select_endline([at(ENDLINE, 0)], None) == outcomes.Endline()


def test_the_last_score_carried_forward_comes_from_sessions_and_never_from_follow_up() -> None:
    baseline = at(PRE_GROUP, -2)
    scores = [at(SESSION, 7, 13), at(SESSION, 14, None), at(AssessmentPoint.FOLLOW_UP, 90, 3), baseline]
    assert last_valid_after(scores, baseline) == at(SESSION, 7, 13)
    assert last_valid_after(scores, baseline, until=DAY) is None


# Analysis sets

MIXED = [
    Case(16, 7, completed=True),  # both scores
    Case(14, None, completed=True, last_valid=6),  # endline missing, last session 6
    Case(18, None),  # endline missing, nothing after the baseline
    Case(None, 4),  # baseline missing
    Case(8, 3, completed=True),  # never a case
    Case(12, 12, started=False),  # never came
]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (AnalysisSet.OBSERVED, [(16, 7), (8, 3), (12, 12)]),
        (AnalysisSet.LOCF, [(16, 7), (14, 6), (18, 18), (8, 3)]),
        (AnalysisSet.COMPLETERS, [(16, 7), (8, 3)]),
    ],
    ids=str,
)
def test_pairs_of_each_set(which: AnalysisSet, expected: list[tuple[int, int]]) -> None:
    assert pairs(MIXED, which) == expected


@pytest.mark.parametrize(
    ("which", "cut_off", "expected"),
    [
        (AnalysisSet.OBSERVED, None, Rate(2, 3)),
        (AnalysisSet.OBSERVED, CaseCutOff(10), Rate(1, 2)),
        (AnalysisSet.CONSERVATIVE, None, Rate(2, 5)),
        (AnalysisSet.CONSERVATIVE, CaseCutOff(10), Rate(1, 4)),
        (AnalysisSet.AS_ENROLLED, None, Rate(2, 6)),
        (AnalysisSet.LOCF, CaseCutOff(10), Rate(2, 3)),
    ],
    ids=str,
)
def test_rates_of_each_set(which: AnalysisSet, cut_off: CaseCutOff | None, expected: Rate) -> None:
    assert rate(MIXED, outcomes.responded, which, cut_off) == expected


scores_or_none = st.none() | st.integers(0, 27)


@given(st.lists(st.builds(Case, scores_or_none, scores_or_none, st.booleans())), st.sampled_from(AnalysisSet))
def test_a_missing_endline_is_never_a_success_in_the_conservative_sets(
    cases: list[Case], which: AnalysisSet
) -> None:
    found = rate(cases, outcomes.responded, which)
    assert 0 <= found.numerator <= found.denominator
    conservative = rate(cases, outcomes.responded, AnalysisSet.CONSERVATIVE)
    assert conservative.denominator == sum(case.started for case in cases)
    assert conservative.numerator <= rate(cases, outcomes.responded).numerator


def test_coverage_warns_below_eighty_per_cent_of_those_who_started() -> None:
    assert endline_coverage(MIXED) == Rate(3, 5)
    assert coverage_is_low(Rate(79, 100))
    assert not coverage_is_low(Rate(80, 100))
    assert not coverage_is_low(Rate(0, 0))

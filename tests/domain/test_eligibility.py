"""Who may take part."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.eligibility import (
    DEFAULT_CRITERIA,
    Candidate,
    Criteria,
    EligibilityOutcome,
    EligibilityReason,
    Exclusion,
    assess,
    check_criteria,
    overridden,
)
from gipt.domain.problems import Conflict, Invalid, NotAllowed

O, R = EligibilityOutcome, EligibilityReason  # noqa: E741 - short for the tables below
CASE = Candidate(total=12)
STRICT = replace(
    DEFAULT_CRITERIA,
    version=3,
    function_measure="whodas12@0-4",
    function_threshold=17,
    function_citation="invented",
    age_min=18,
    age_max=60,
)
FIT = Candidate(total=12, function_total=20, age=30)


@pytest.mark.parametrize(
    ("person", "outcome", "reasons"),
    [
        (CASE, O.ELIGIBLE, (R.MEETS_CUT_OFF,)),
        (replace(CASE, total=10), O.ELIGIBLE, (R.MEETS_CUT_OFF,)),
        (replace(CASE, total=9), O.BELOW_THRESHOLD, (R.BELOW_CUT_OFF,)),
        (replace(CASE, place_free=False), O.ELIGIBLE_WAITLISTED, (R.MEETS_CUT_OFF, R.NO_PLACE)),
        (replace(CASE, declined=True), O.DECLINED, (R.DECLINED,)),
        (replace(CASE, reachable=False), O.NOT_REACHABLE, (R.NOT_REACHABLE,)),
        (replace(CASE, duplicate=True), O.DUPLICATE, (R.DUPLICATE,)),
        (
            replace(CASE, exclusions=frozenset({Exclusion.PSYCHOSIS})),
            O.EXCLUDED_OTHER_REFERRED,
            (R.EXCLUSION,),
        ),
        (
            replace(CASE, exclusions=frozenset({Exclusion.IMMINENT_RISK})),
            O.EXCLUDED_RISK_REFERRED,
            (R.EXCLUSION,),
        ),
        (Candidate(total=None), None, (R.SCORE_MISSING,)),
        (replace(CASE, total_prorated=True), None, (R.SCORE_MISSING,)),
        (replace(CASE, safety_unknown=True), None, (R.SAFETY_UNKNOWN,)),
        (Candidate(total=5, safety_unknown=True), O.BELOW_THRESHOLD, (R.BELOW_CUT_OFF,)),
    ],
    ids=[
        "above",
        "at_the_cut_off",
        "below",
        "no_place",
        "declined",
        "not_reachable",
        "duplicate",
        "other_exclusion",
        "risk",
        "no_total",
        "prorated_total_decides_nothing",
        "safety_not_answered",
        "below_and_safety_not_answered",
    ],
)
def test_outcome_with_reasons_under_the_default_criteria(
    person: Candidate, outcome: EligibilityOutcome | None, reasons: tuple[EligibilityReason, ...]
) -> None:
    result = assess(DEFAULT_CRITERIA, person)
    assert (result.outcome, result.reasons, result.criteria_version) == (outcome, reasons, 1)


@pytest.mark.parametrize(
    ("person", "outcome", "reasons"),
    [
        (FIT, O.ELIGIBLE, (R.MEETS_CUT_OFF,)),
        (replace(FIT, function_total=16), O.BELOW_THRESHOLD, (R.FUNCTION_BELOW_THRESHOLD,)),
        (
            replace(FIT, function_total=16, total=4),
            O.BELOW_THRESHOLD,
            (R.BELOW_CUT_OFF, R.FUNCTION_BELOW_THRESHOLD),
        ),
        (replace(FIT, function_total=None), None, (R.FUNCTION_MISSING,)),
        (replace(FIT, function_prorated=True), None, (R.FUNCTION_MISSING,)),
        (replace(FIT, age=17), O.EXCLUDED_OTHER_REFERRED, (R.TOO_YOUNG,)),
        (replace(FIT, age=61), O.EXCLUDED_OTHER_REFERRED, (R.TOO_OLD,)),
        (replace(FIT, age=None), None, (R.AGE_MISSING,)),
        (Candidate(total=None), None, (R.SCORE_MISSING, R.FUNCTION_MISSING, R.AGE_MISSING)),
    ],
    ids=[
        "all_met",
        "function",
        "both_below",
        "no_function_score",
        "prorated_function",
        "young",
        "old",
        "no_age",
        "nothing_known",
    ],
)
def test_function_and_age_when_the_programme_asks_for_them(
    person: Candidate, outcome: EligibilityOutcome | None, reasons: tuple[EligibilityReason, ...]
) -> None:
    result = assess(STRICT, person)
    assert (result.outcome, result.reasons, result.criteria_version) == (outcome, reasons, 3)


@given(st.builds(
    Candidate, total=st.none() | st.integers(0, 27), age=st.none() | st.integers(0, 99), declined=st.booleans(),
    reachable=st.booleans(), duplicate=st.booleans(), place_free=st.booleans(),
))  # fmt: skip
def test_a_person_at_imminent_risk_is_never_filed_under_anything_milder(person: Candidate) -> None:
    at_risk = replace(person, exclusions=frozenset({"imminent_risk", "psychosis"}))
    assert assess(STRICT, at_risk).outcome is O.EXCLUDED_RISK_REFERRED
    assert assess(STRICT, at_risk).exclusions == ("imminent_risk",)


@given(
    st.builds(Candidate, total=st.none() | st.integers(0, 27), function_total=st.none() | st.integers(0, 48))
)
def test_there_is_either_an_outcome_or_something_missing(person: Candidate) -> None:
    result = assess(replace(STRICT, age_min=None, age_max=None), person)
    missing = {R.SCORE_MISSING, R.FUNCTION_MISSING}
    assert result.reasons
    assert (result.outcome is None) == bool(missing & set(result.reasons))


def test_an_exclusion_counts_only_if_the_criteria_name_it() -> None:
    criteria = replace(DEFAULT_CRITERIA, exclusions=("exam_year",))
    assert assess(criteria, replace(CASE, exclusions=frozenset({"psychosis"}))).outcome is O.ELIGIBLE
    found = assess(criteria, replace(CASE, exclusions=frozenset({"exam_year"})))
    assert (found.outcome, found.exclusions) == (O.EXCLUDED_OTHER_REFERRED, ("exam_year",))


def test_a_cut_off_of_a_measure_where_higher_is_better_is_met_from_below() -> None:
    criteria = replace(DEFAULT_CRITERIA, measure="who5", cut_off=50)
    assert assess(criteria, Candidate(total=48)).outcome is O.ELIGIBLE
    assert assess(criteria, Candidate(total=52)).outcome is O.BELOW_THRESHOLD


def test_the_criteria_that_ship_pass() -> None:
    check_criteria(DEFAULT_CRITERIA)
    check_criteria(STRICT)


@pytest.mark.parametrize(
    ("criteria", "field"),
    [
        (replace(DEFAULT_CRITERIA, cut_off=28), "cut_off"),
        (replace(DEFAULT_CRITERIA, cut_off=0), "cut_off"),
        (replace(DEFAULT_CRITERIA, measure="who5", cut_off=100), "cut_off"),
        (replace(DEFAULT_CRITERIA, citation=" "), "citation"),
        (replace(STRICT, function_threshold=None), "function_threshold"),
        (replace(STRICT, function_measure=None), "function_threshold"),
        (replace(STRICT, function_threshold=49), "function_threshold"),
        (replace(STRICT, function_measure="whodas12"), "convention"),
        (replace(STRICT, age_min=61), "age_max"),
    ],
    ids=[
        "cut_off_too_high",
        "cut_off_that_everybody_meets",
        "cut_off_that_everybody_meets_from_below",
        "no_citation",
        "measure_without_threshold",
        "threshold_without_measure",
        "threshold_too_high",
        "convention_not_chosen",
        "ages",
    ],
)
def test_criteria_that_cannot_be_applied_or_defended_are_refused(criteria: Criteria, field: str) -> None:
    with pytest.raises(Invalid) as fault:
        check_criteria(criteria)
    assert fault.value.details["field"] == field


BELOW = assess(DEFAULT_CRITERIA, Candidate(total=9))


def test_a_supervisor_may_decide_otherwise_with_a_reason_that_can_be_counted() -> None:
    result = overridden(BELOW, O.ELIGIBLE, reason=" local dysfunction ", roles={"supervisor"})
    assert (result.outcome, result.overridden_from) == (O.ELIGIBLE, O.BELOW_THRESHOLD)
    assert result.override_reason == "local dysfunction"
    assert result.reasons == BELOW.reasons


def test_others_may_not_override() -> None:
    with pytest.raises(NotAllowed):
        overridden(BELOW, O.ELIGIBLE, reason="because", roles={"coordinator", "facilitator"})


def test_an_override_needs_a_reason_and_something_to_override() -> None:
    with pytest.raises(Invalid):
        overridden(BELOW, O.ELIGIBLE, reason=" ", roles={"supervisor"})
    with pytest.raises(Conflict):
        overridden(BELOW, O.BELOW_THRESHOLD, reason="same", roles={"supervisor"})
    undecided = assess(DEFAULT_CRITERIA, Candidate(total=None))
    with pytest.raises(Conflict):
        overridden(undecided, O.ELIGIBLE, reason="guess", roles={"clinical_lead"})

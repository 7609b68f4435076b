"""Indicators count what domain.md 5.2 says, over a small programme whose tally stands beside it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gipt.domain.attendance import AttendanceStatus, CourseStatus
from gipt.domain.indicators import (
    AskedBy,
    AttendanceFact,
    Choices,
    CompletionBase,
    Dimension,
    EnrolmentFact,
    Person,
    ReferralFact,
    Repeat,
    SafetyFact,
    Score,
    ScreeningFact,
    SessionFact,
    Tally,
    Traits,
    change,
    dose,
    enrolments_in,
    means,
    people_of,
    reach,
    safety,
    screened_people,
    slices,
)
from gipt.domain.indicators.people import never_completed_screening
from gipt.domain.measures import Direction
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.people import DEFAULT_AGE_BANDS, Disability, ExitType, Sex
from gipt.domain.periods import Period, check_whole_months, is_whole_months
from gipt.domain.problems import Invalid
from gipt.domain.risk import Level
from gipt.domain.scheduling import CancelReason, SessionStatus

DAY = date(2026, 1, 10)
PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31))
CHOICES = Choices()
Rule = Callable[[Sequence[Person], Choices, AnalysisSet], Tally]


def enrolment(person: str, attended: int = 8, **changes: object) -> EnrolmentFact:
    """Make one enrolment in an 8-session cycle that is over."""
    base = EnrolmentFact(
        person=person,
        enrolment=f"{person}-1",
        site="A",
        cycle="C-1",
        enrolled_on=DAY,
        traits=Traits(sex=Sex.FEMALE, age=30),
        sessions=8,
        threshold=6,
        attended=attended,
        expected=8,
        completed=attended >= 6,
        cycle_closed=True,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def scored(
    person: str, pre: int | None, post: int | None, attended: int = 8, last: int | None = None
) -> EnrolmentFact:
    return enrolment(
        person,
        attended,
        baseline=None if pre is None else Score(DAY, pre),
        endline=None if post is None else Score(DAY + timedelta(60), post),
        last_valid=post if last is None else last,
    )


def counts(tally: Tally) -> tuple[int, int | None]:
    return tally.numerator, tally.denominator


# Five people: p1 completed, p2 attended 3 and is dropout, p3 attended 4 and moved, p4 never came, p5 dropped out
# of a first cycle and completed a second one in the same period.
PROGRAMME = (
    enrolment("p1"),
    enrolment("p2", 3, exit=ExitType.DROPPED_OUT),
    enrolment("p3", 4, expected=5, exit=ExitType.MOVED),
    enrolment("p4", 0, traits=Traits(sex=Sex.MALE)),
    enrolment("p5", 2),
    enrolment("p5", 7, enrolment="p5-2", cycle="C-2", enrolled_on=DAY + timedelta(60)),
)
ROWS = enrolments_in(PROGRAMME, PERIOD)
PEOPLE = people_of(ROWS)


def test_a_person_who_came_back_is_one_person_and_two_enrolments() -> None:
    assert counts(reach.enrolled(PEOPLE)) == (5, None)
    assert counts(reach.enrolments(ROWS)) == (6, None)


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (reach.start_rate(PEOPLE), (4, 5)),
        (reach.completion(PEOPLE), (2, 4)),
        (reach.completion(PEOPLE, CompletionBase.ENROLLED), (2, 5)),
        # p2 alone: p3 moved, p5 completed later, p4 never started.
        (reach.dropout(PEOPLE), (1, 4)),
        # 8 + 3 + 4 + 2 + 7 of 8 + 8 + 5 + 8 + 8; p4 did not start and is left out.
        (reach.mean_attendance(ROWS), (24, 37)),
    ],
    ids=["I-04", "I-05 of started", "I-05 of enrolled", "I-06", "I-07"],
)
def test_the_funnel_counts_people_once(tally: Tally, expected: tuple[int, int]) -> None:
    assert counts(tally) == expected


def test_one_less_completion_is_not_dropout_where_people_moved() -> None:
    completion, dropout = reach.completion(PEOPLE), reach.dropout(PEOPLE)
    assert completion.value == 0.5
    assert dropout.value == 0.25


def test_a_running_cycle_has_no_dropout_yet() -> None:
    running = people_of([enrolment("p1", 2, cycle_closed=False)])
    assert running[0].status is CourseStatus.IN_PROGRESS
    assert counts(reach.dropout(running)) == (0, 1)


@pytest.mark.parametrize(("repeat", "attended"), [(Repeat.FIRST, "02"), (Repeat.LATEST, "07")])
def test_dose_and_scores_use_the_enrolment_that_was_chosen(repeat: Repeat, attended: str) -> None:
    person = people_of([one for one in ROWS if one.person == "p5"], repeat)
    parts = slices(reach.dose(person), Dimension.SESSIONS_ATTENDED, DEFAULT_AGE_BANDS)
    assert [(one.value, one.numerator) for one in parts] == [(attended, 1)]


def test_an_enrolment_outside_the_period_is_not_counted() -> None:
    late = enrolment("p9", enrolled_on=date(2026, 4, 1))
    assert enrolments_in([late], PERIOD) == ()
    assert len(enrolments_in([replace(late, enrolled_on=date(2026, 3, 31))], PERIOD)) == 1


@pytest.mark.parametrize(
    "dimension", [Dimension.SEX, Dimension.AGE_BAND, Dimension.SITE, Dimension.DISABILITY]
)
def test_the_parts_of_a_breakdown_add_up_and_what_is_not_known_is_a_part(dimension: Dimension) -> None:
    tally = reach.start_rate(PEOPLE)
    parts = slices(tally, dimension, DEFAULT_AGE_BANDS, ["A", "B"])
    assert sum(one.numerator for one in parts) == tally.numerator
    assert sum(one.denominator or 0 for one in parts) == tally.denominator
    codes = [one.value for one in parts]
    assert {"missing", "unknown", "B"} & set(codes)


def test_a_breakdown_by_sex_shows_everybody_where_they_belong() -> None:
    parts = {
        one.value: (one.numerator, one.denominator) for one in slices(reach.start_rate(PEOPLE), Dimension.SEX)
    }
    assert parts == {
        "female": (4, 4),
        "male": (0, 1),
        "other": (0, 0),
        "prefer_not_to_say": (0, 0),
        "missing": (0, 0),
    }


def test_screening_counts_the_last_complete_one_of_each_person() -> None:
    def screening(person: str, day: int, positive: bool | None, eligible: bool = False) -> ScreeningFact:
        on = date(2026, 1, day)
        return ScreeningFact(person, "A", on, Traits(), positive is not None, positive, eligible, 10)

    facts = [
        screening("p1", 3, False),
        screening("p1", 20, True, eligible=True),
        screening("p2", 4, True, eligible=True),
        screening("p3", 5, False),
        screening("p4", 6, None),
    ]
    found = screened_people(facts, PERIOD)
    incomplete = never_completed_screening(facts, PERIOD)
    assert counts(reach.screened(found, incomplete)) == (3, None)
    assert incomplete == 1
    assert counts(reach.positivity(found)) == (2, 3)
    assert counts(reach.uptake(found, PEOPLE)) == (2, 2)
    assert counts(reach.uptake(found, PEOPLE[:1])) == (1, 2)


# --- change: the worked example of domain.md 5.4.3 -----------------------------------------------------------

PRE = (16, 14, 19, 12, 17, 21, 10, 15)
POST = (7, 9, 11, 4, 6, 18, 3, 10)
GOLDEN = people_of([scored(f"g{i}", pre, post) for i, (pre, post) in enumerate(zip(PRE, POST, strict=True))])
WITH_MISSING = GOLDEN + people_of([scored(f"m{i}", 15, None) for i in range(4)])


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (change.response(GOLDEN, CHOICES), (4, 8)),
        (change.remission(GOLDEN, CHOICES), (2, 8)),
        (change.under_cut_off(GOLDEN, CHOICES), (5, 8)),
        (change.reliable_improvement(GOLDEN, CHOICES), (5, 8)),
        (change.reliable_deterioration(GOLDEN, CHOICES), (0, 8)),
        (change.response(WITH_MISSING, CHOICES), (4, 8)),
        (change.response(WITH_MISSING, CHOICES, AnalysisSet.CONSERVATIVE), (4, 12)),
        (change.response(WITH_MISSING, CHOICES, AnalysisSet.LOCF), (4, 12)),
        (change.endline_coverage(WITH_MISSING), (8, 12)),
    ],
)
def test_the_worked_example_gives_its_published_counts(tally: Tally, expected: tuple[int, int]) -> None:
    assert counts(tally) == expected


def test_the_worked_example_gives_its_mean_change_and_intervals() -> None:
    found = means.mean_change(WITH_MISSING)
    assert found.missing == 4
    assert found.change.n == 8
    assert found.change.mean_change == 7.0
    assert found.change.change_interval is not None
    assert round(found.change.change_interval.low, 2) == 4.86
    conservative = change.response(WITH_MISSING, CHOICES, AnalysisSet.CONSERVATIVE).interval
    assert conservative is not None
    assert (round(conservative.low, 3), round(conservative.high, 3)) == (0.138, 0.609)


def test_a_carried_score_can_be_a_response_and_a_baseline_carried_is_none() -> None:
    people = people_of([scored("a", 16, None, last=8), scored("b", 16, None)])
    assert counts(change.response(people, CHOICES, AnalysisSet.LOCF)) == (1, 2)
    assert means.mean_change(people, AnalysisSet.LOCF).change.mean_change == 4.0
    assert means.mean_change(people).change.n == 0


def test_who_was_no_case_at_baseline_is_left_out_and_an_unknown_baseline_only_conservatively_counts() -> None:
    people = people_of([scored("low", 9, 3), scored("case", 20, 4), scored("none", None, 4)])
    assert counts(change.response(people, CHOICES)) == (1, 1)
    assert counts(change.response(people, CHOICES, AnalysisSet.CONSERVATIVE)) == (1, 2)


def test_who_never_started_is_in_no_figure_about_change() -> None:
    people = people_of([scored("p", 20, 4, attended=0)])
    for tally in (change.response(people, CHOICES), change.endline_coverage(people)):
        assert counts(tally) == (0, 0)
        assert tally.value is None


def test_a_remission_is_kept_when_the_first_follow_up_is_one_too() -> None:
    def followed(person: str, *totals: int) -> EnrolmentFact:
        one = scored(person, 16, 3)
        return replace(one, follow_ups=tuple(Score(DAY + timedelta(150), total) for total in totals))

    people = people_of([followed("a", 4, 9), followed("b", 6, 2), followed("c")])
    tally = change.follow_up_maintained(people, CHOICES)
    assert counts(tally) == (1, 2)
    assert tally.missing == 1


def test_function_is_better_by_the_chosen_step() -> None:
    people = people_of(
        [
            enrolment("a", function_pre=20, function_post=15),
            enrolment("b", function_pre=20, function_post=16),
            enrolment("c", function_pre=20),
        ]
    )
    tally = change.improved_function(people, replace(CHOICES, function_step=5))
    assert counts(tally) == (1, 2)
    assert tally.missing == 1


# --- sessions, attendance, safety ----------------------------------------------------------------------------


def session(
    number: int, held: int | None, status: SessionStatus = SessionStatus.HELD, **changes: object
) -> SessionFact:
    due = DAY + timedelta(7 * number)
    base = SessionFact("A", "C-1", number, due, status, due, None if held is None else due + timedelta(held))
    return replace(base, **changes)  # type: ignore[arg-type]


SESSIONS = (
    session(1, 0),
    session(2, 2),
    session(3, 3),
    session(4, None, SessionStatus.CANCELLED, cancel_reason=CancelReason.FUNERAL),
    session(5, None, SessionStatus.NOT_HELD_NO_REPORT),
    session(20, 0),
)


def test_sessions_are_counted_where_they_were_due() -> None:
    due = reach.sessions_in(SESSIONS, PERIOD)
    assert counts(reach.delivered(due)) == (3, 5)
    assert counts(reach.on_time(due, CHOICES)) == (2, 3)
    reasons = slices(reach.not_held_reasons(due), Dimension.CANCEL_REASON)
    assert [(one.value, one.numerator) for one in reasons] == [("funeral", 1), ("not_held_no_report", 1)]


def test_on_time_is_measured_against_the_date_first_confirmed() -> None:
    moved = session(1, 9, planned_on=DAY + timedelta(16))
    assert counts(reach.on_time([moved], CHOICES)) == (0, 1)


def test_attendance_by_session_counts_started_members_where_they_were_expected() -> None:
    def mark(key: str, number: int, expected: bool, attended: bool) -> AttendanceFact:
        return AttendanceFact(key, number, AttendanceStatus.PRESENT, expected, attended)

    marks = [
        mark("p1-1", 1, True, True),
        mark("p1-1", 2, True, False),
        mark("p2-1", 1, False, False),
        mark("p4-1", 1, True, False),  # never started
    ]
    table = reach.attendance_by_session(ROWS, marks)
    assert table[1] == (1, 1)
    assert table[2] == (0, 1)
    assert list(table) == list(range(1, 9))


def test_safety_counts_by_level_and_leaves_out_running_clocks() -> None:
    def episode(level: Level | None, in_time: bool | None) -> SafetyFact:
        return SafetyFact("p1", "A", DAY, level, in_time)

    episodes: Sequence[SafetyFact] = [
        episode(Level.NOW, True),
        episode(Level.NOW, False),
        episode(None, None),
    ]
    assert counts(safety.opened(episodes, PERIOD)) == (3, None)
    tally = safety.handled_in_time(episodes, PERIOD)
    assert counts(tally) == (1, 2)
    assert tally.missing == 1
    levels = {one.value: one.numerator for one in slices(safety.opened(episodes, PERIOD), Dimension.LEVEL)}
    assert levels == {"3": 2, "unknown": 1}


def test_a_referral_arrived_only_when_somebody_knows() -> None:
    referrals = [ReferralFact("p1", "A", DAY, arrived) for arrived in (True, False, None)]
    tally = safety.referral_completion(referrals, PERIOD)
    assert counts(tally) == (1, 3)
    assert tally.missing == 1


def test_totals_without_answers_are_counted_as_safety_unknown() -> None:
    rows = [enrolment("p1", baseline=Score(DAY, 12, totals_only=True), endline=Score(DAY, 4))]
    screened = [ScreeningFact("p1", "A", DAY, Traits(), True, True, True, 10, totals_only=True)]
    assert safety.safety_unknown(rows, screened) == 2


# --- periods -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), True),
        (date(2028, 2, 1), date(2028, 2, 29), True),
        (date(2026, 2, 1), date(2026, 2, 27), False),
        (date(2026, 1, 2), date(2026, 1, 31), False),
    ],
)
def test_a_period_of_whole_months_is_known(first: date, last: date, whole: bool) -> None:
    assert is_whole_months(Period(first, last)) is whole
    if not whole:
        with pytest.raises(Invalid):
            check_whole_months(Period(first, last))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid):
        Period(date(2026, 2, 1), date(2026, 1, 31))


def test_disability_has_three_parts_and_nobody_is_dropped() -> None:
    people = people_of([enrolment("a", traits=Traits(disability=Disability.WITH)), enrolment("b")])
    parts = {one.value: one.numerator for one in slices(reach.enrolled(people), Dimension.DISABILITY)}
    assert parts == {"with": 1, "without": 0, "unknown": 1}


# --- what is left out, what is not known, and what stands beside ----------------------------------------------


@pytest.mark.parametrize("which", [AnalysisSet.OBSERVED, AnalysisSet.LOCF])
@pytest.mark.parametrize("rule", [change.response, change.remission, change.under_cut_off])
def test_counted_unknown_and_left_out_are_all_who_started(rule: Rule, which: AnalysisSet) -> None:
    people = people_of(
        [
            scored("case", 20, 4),
            scored("case without endline", 15, None),
            scored("low", 9, 3),
            scored("low without endline", 8, None),
            scored("no baseline", None, 4),
            scored("never came", 20, 4, attended=0),
        ]
    )
    tally = rule(people, CHOICES, which)
    assert (tally.denominator or 0) + tally.missing + tally.excluded == 5
    assert tally.excluded == 2
    assert tally.missing == (2 if which is AnalysisSet.OBSERVED else 1)


@pytest.mark.parametrize(
    ("tally", "missing", "excluded"),
    [
        (reach.completion(PEOPLE), 0, 1),
        (reach.completion(PEOPLE, CompletionBase.ENROLLED), 0, 0),
        (reach.dropout(PEOPLE), 0, 1),
        (reach.mean_attendance(ROWS), 0, 1),
        (change.endline_coverage(PEOPLE), 0, 1),
        (change.reliable_improvement(WITH_MISSING, CHOICES), 4, 0),
        (change.reliable_improvement(WITH_MISSING, CHOICES, AnalysisSet.LOCF), 0, 0),
        (change.response(WITH_MISSING, CHOICES, AnalysisSet.CONSERVATIVE), 4, 0),
        (change.follow_up_maintained(GOLDEN, CHOICES), 2, 6),
        (change.follow_up_coverage(GOLDEN, CHOICES), 0, 6),
    ],
    ids=[
        "I-05",
        "I-05 of enrolled",
        "I-06",
        "I-07",
        "I-09",
        "I-14a",
        "I-14a locf",
        "I-11 all",
        "I-16",
        "I-16-C",
    ],
)
def test_what_is_not_known_and_left_out_is_counted(tally: Tally, missing: int, excluded: int) -> None:
    assert (tally.missing, tally.excluded) == (missing, excluded)


def test_an_endline_after_its_window_is_reported_and_compared_nowhere() -> None:
    people = people_of([scored("in", 16, 8), replace(scored("late", 16, None), late_endline=True)])
    assert counts(change.late_endlines(people)) == (1, None)
    assert counts(change.endline_coverage(people)) == (1, 2)
    assert means.mean_change(people).change.n == 1


def test_endlines_are_counted_by_who_asked() -> None:
    def asked(person: str, by: AskedBy) -> EnrolmentFact:
        return replace(scored(person, 16, 8), endline=Score(DAY + timedelta(60), 8, asked_by=by))

    people = people_of(
        [asked("a", AskedBy.OWN_FACILITATOR), asked("b", AskedBy.INDEPENDENT), scored("c", 16, 8)]
    )
    parts = slices(change.endlines_by_asker(people), Dimension.ASKED_BY)
    assert {one.value: one.numerator for one in parts} == {
        "own_facilitator": 1, "other_facilitator": 0, "independent": 1, "unknown": 1,
    }  # fmt: skip


def test_the_fall_before_the_first_session_is_shown_apart_from_change() -> None:
    people = people_of(
        [
            replace(scored("a", 15, 7), screening=18),
            replace(scored("b", 14, 8), screening=16),
            scored("not screened here", 12, 6),
            replace(scored("no endline", 15, None), screening=20),
        ]
    )
    found = means.change_since_screening(people)
    assert (found.change.n, found.missing) == (2, 1)
    assert (found.change.mean_pre, found.change.mean_post, found.change.mean_change) == (17, 14.5, 2.5)
    # Change itself is counted from the baseline: (8 + 6 + 6) / 3.
    assert means.mean_change(people).change.mean_change == pytest.approx(20 / 3)


def test_change_half_way_is_counted_over_those_who_have_both_ends() -> None:
    people = people_of(
        [
            replace(scored("a", 15, 7), midline=11),
            scored("b", 14, 8),
            replace(scored("c", 15, None), midline=9),
        ]
    )
    found = means.change_by_midline(people)
    assert (found.change.n, found.missing, found.change.mean_change) == (1, 1, 4)


def test_function_may_rise_to_be_better() -> None:
    rising = replace(CHOICES, function_direction=Direction.HIGHER_IS_BETTER)
    people = people_of([enrolment("a", function_pre=10, function_post=14), enrolment("b", function_pre=10)])
    found = means.function_change(people, rising)
    assert (found.change.n, found.missing, found.change.mean_change) == (1, 1, 4)


def test_change_by_sessions_attended_adds_up_to_all_who_have_both_scores() -> None:
    people = people_of(
        [
            scored("a", 16, 8),
            scored("b", 20, 4),
            scored("c", 9, 3, attended=3),
            scored("d", 15, None, attended=3),
            scored("e", 15, 5, attended=0),
        ]
    )
    parts = dose.change_by_dose(people)
    assert [(one.attended, one.change.n, one.change.mean_change) for one in parts] == [(3, 1, 6), (8, 2, 12)]
    assert sum(one.change.n for one in parts) == means.mean_change(people).change.n == 3
    answered = slices(dose.response_by_dose(people, CHOICES), Dimension.SESSIONS_ATTENDED)
    assert [(one.value, one.numerator, one.denominator) for one in answered] == [("08", 2, 2)]


def test_a_session_held_on_an_unknown_day_is_neither_on_time_nor_late() -> None:
    tally = reach.on_time([session(1, 0), session(2, None)], CHOICES)
    assert counts(tally) == (1, 1)
    assert tally.missing == 1

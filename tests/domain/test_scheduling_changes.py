"""Changing a planned cycle: what moves, what never moves, what a preview shows."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.problems import Conflict, Invalid
from gipt.domain.scheduling import (
    Busy,
    BusySlot,
    CancelReason,
    Change,
    ClashCode,
    ClosedDay,
    ClosedRule,
    CyclePlan,
    Gap,
    Leave,
    PlanningRules,
    ScheduledSession,
    SessionStatus,
    Severity,
    SuggestionKind,
    accept,
    alternatives,
    append,
    cancel,
    hand_over,
    held_on_another_day,
    move_one,
    move_this_and_after,
    open_gaps,
    plan_cycle,
    surroundings,
)
from tests.domain.schedules import curriculum, request

FREE = surroundings()
MARCH_18 = ClosedDay(ClosedRule.SINGLE, Severity.HARD, label="Feast", first=date(2026, 3, 18))
APRIL_29 = ClosedDay(ClosedRule.SINGLE, Severity.HARD, label="Feast", first=date(2026, 4, 29))


@pytest.fixture
def plan() -> CyclePlan:
    """Give eight Wednesdays from 4 March to 22 April 2026."""
    return plan_cycle(request(), curriculum())


def with_status(plan: CyclePlan, **statuses: SessionStatus) -> list[ScheduledSession]:
    """Give the sessions with the status of some (`s1=HELD`) changed."""
    return [
        replace(session, status=statuses.get(f"s{session.number}", session.status))
        for session in plan.sessions
    ]


def shown(change: Change) -> list[tuple[int, str, str]]:
    return [
        (p.after.number, p.before.on.strftime("%m-%d") if p.before else "new", p.after.on.strftime("%m-%d"))
        for p in change.pairs
    ]


def codes(change: Change) -> list[tuple[int, ClashCode]]:
    return [(number, clash.code) for number, clash in change.clashes]


def live_dates(change: Change) -> list[str]:
    return [f"{s.number}:{s.on:%m-%d}" for s in change.sessions if s.is_live]


def test_moving_one_leaves_all_others_and_says_the_other_weekday(plan: CyclePlan) -> None:
    change = move_one(plan.request, plan.sessions, 4, date(2026, 3, 26), FREE)
    assert shown(change) == [(4, "03-25", "03-26")]
    assert codes(change) == [(4, ClashCode.WEEKDAY_CHANGED)]
    assert not change.is_blocked
    assert [s for s in change.sessions if s.number != 4] == [s for s in plan.sessions if s.number != 4]


def test_moving_one_past_its_neighbour_is_blocked(plan: CyclePlan) -> None:
    for to in (date(2026, 4, 1), date(2026, 4, 2), date(2026, 3, 18)):
        change = move_one(plan.request, plan.sessions, 4, to, FREE)
        assert change.is_blocked
        assert (4, ClashCode.OUT_OF_ORDER) in codes(change)


def test_moving_one_before_a_held_session_is_blocked(plan: CyclePlan) -> None:
    sessions = with_status(plan, s1=SessionStatus.HELD, s2=SessionStatus.HELD)
    change = move_one(plan.request, sessions, 3, date(2026, 3, 10), FREE)
    assert (3, ClashCode.OUT_OF_ORDER) in codes(change)


def test_moving_onto_a_closed_day_shows_the_clash_instead_of_choosing_for_people(plan: CyclePlan) -> None:
    change = move_one(plan.request, plan.sessions, 4, date(2026, 3, 18), surroundings([MARCH_18]))
    assert change.is_blocked
    assert (4, ClashCode.CLOSED_DAY) in codes(change)


def test_only_the_hour_can_be_moved(plan: CyclePlan) -> None:
    change = move_one(plan.request, plan.sessions, 4, date(2026, 3, 25), FREE, starts=time(14))
    (pair,) = change.pairs
    assert (pair.after.on, pair.after.starts, pair.after.status) == (
        date(2026, 3, 25),
        time(14),
        SessionStatus.PLANNED,
    )


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (SessionStatus.PLANNED, SessionStatus.PLANNED),
        (SessionStatus.CONFIRMED, SessionStatus.POSTPONED),
        (SessionStatus.POSTPONED, SessionStatus.POSTPONED),
        (SessionStatus.NOT_HELD_NO_REPORT, SessionStatus.POSTPONED),
    ],
)
def test_a_date_that_people_were_told_is_postponed_and_keeps_its_number(
    plan: CyclePlan, status: SessionStatus, after: SessionStatus
) -> None:
    change = move_one(plan.request, with_status(plan, s4=status), 4, date(2026, 3, 26), FREE)
    assert [(p.after.number, p.after.status) for p in change.pairs] == [(4, after)]


@pytest.mark.parametrize("status", [SessionStatus.HELD, SessionStatus.CANCELLED, SessionStatus.MERGED])
def test_what_is_over_cannot_be_moved_or_cancelled(plan: CyclePlan, status: SessionStatus) -> None:
    sessions = with_status(plan, s2=status)
    reason = "session_held" if status is SessionStatus.HELD else "session_closed"
    for attempt in (
        lambda: move_one(plan.request, sessions, 2, date(2026, 3, 12), FREE),
        lambda: move_this_and_after(plan.request, sessions, 2, FREE),
        lambda: cancel(plan.request, sessions, 2, CancelReason.OTHER, FREE),
        lambda: held_on_another_day(plan.request, sessions, 2, date(2026, 3, 12), FREE),
        lambda: alternatives(plan.request, sessions, 2, FREE),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.details["reason"] == reason


def test_a_number_that_does_not_exist_is_refused(plan: CyclePlan) -> None:
    with pytest.raises(Invalid) as refused:
        move_one(plan.request, plan.sessions, 9, date(2026, 5, 1), FREE)
    assert refused.value.details["reason"] == "no_such_session"


def test_moving_this_and_all_after_goes_one_step_on(plan: CyclePlan) -> None:
    change = move_this_and_after(plan.request, plan.sessions, 6, FREE)
    assert shown(change) == [(6, "04-08", "04-15"), (7, "04-15", "04-22"), (8, "04-22", "04-29")]
    assert change.clashes == ()


def test_moving_all_after_skips_closed_days_with_their_reasons(plan: CyclePlan) -> None:
    change = move_this_and_after(plan.request, plan.sessions, 7, surroundings([APRIL_29]))
    assert shown(change) == [(7, "04-15", "04-22"), (8, "04-22", "05-06")]
    assert [(s.on, s.number, s.reasons[0].label) for s in change.skipped] == [(date(2026, 4, 29), 8, "Feast")]


def test_moving_all_after_to_another_day_keeps_the_rhythm_from_there(plan: CyclePlan) -> None:
    change = move_this_and_after(plan.request, plan.sessions, 6, FREE, to=date(2026, 4, 9))
    assert shown(change) == [(6, "04-08", "04-09"), (7, "04-15", "04-16"), (8, "04-22", "04-23")]


def test_moving_all_after_forward_in_time_never_passes_a_held_session(plan: CyclePlan) -> None:
    sessions = with_status(plan, s1=SessionStatus.HELD)
    change = move_this_and_after(plan.request, sessions, 2, FREE, to=date(2026, 3, 3))
    assert (2, ClashCode.OUT_OF_ORDER) in codes(change)


def test_a_gap_left_on_purpose_stays_when_earlier_sessions_move(plan: CyclePlan) -> None:
    spread = move_this_and_after(plan.request, plan.sessions, 7, FREE, to=date(2026, 5, 20)).sessions
    change = move_this_and_after(plan.request, spread, 6, FREE)
    assert shown(change) == [(6, "04-08", "04-15"), (7, "05-20", "05-27"), (8, "05-27", "06-03")]


def test_a_session_moved_by_a_day_returns_to_the_rhythm_with_all_after(plan: CyclePlan) -> None:
    moved = move_one(plan.request, plan.sessions, 6, date(2026, 4, 10), FREE).sessions
    change = move_this_and_after(plan.request, moved, 5, FREE)
    assert live_dates(change)[4:] == ["5:04-08", "6:04-15", "7:04-22", "8:04-29"]


@pytest.mark.parametrize(("moved_to", "expected"), [(24, "04-01"), (26, "04-01"), (23, "04-01")])
def test_one_step_on_is_about_one_rhythm_even_from_a_day_beside_it(
    plan: CyclePlan, moved_to: int, expected: str
) -> None:
    moved = move_one(plan.request, plan.sessions, 4, date(2026, 3, moved_to), FREE).sessions
    assert shown(move_this_and_after(plan.request, moved, 4, FREE))[0] == (4, f"03-{moved_to}", expected)


def test_cancelling_leaves_a_gap_and_no_other_number_changes(plan: CyclePlan) -> None:
    change = cancel(plan.request, plan.sessions, 4, CancelReason.FUNERAL, FREE)
    (pair,) = change.pairs
    assert (pair.after.status, pair.after.cancel_reason, pair.after.gap) == (
        SessionStatus.CANCELLED,
        CancelReason.FUNERAL,
        Gap.OPEN,
    )
    assert open_gaps(change.sessions) == (4,)
    assert live_dates(change) == ["1:03-04", "2:03-11", "3:03-18", "5:04-01", "6:04-08", "7:04-15", "8:04-22"]


def test_appending_adds_a_date_at_the_end_and_keeps_the_order_of_the_guide(plan: CyclePlan) -> None:
    cancelled = cancel(plan.request, plan.sessions, 4, CancelReason.WEATHER, FREE).sessions
    change = append(plan.request, cancelled, 4, surroundings([APRIL_29]))
    assert live_dates(change) == [
        "1:03-04",
        "2:03-11",
        "3:03-18",
        "4:04-01",
        "5:04-08",
        "6:04-15",
        "7:04-22",
        "8:05-06",
    ]
    gone = [s for s in change.sessions if s.status is SessionStatus.CANCELLED]
    assert [(s.number, s.on, s.gap, s.cancel_reason) for s in gone] == [
        (4, date(2026, 3, 25), Gap.REPLACED, CancelReason.WEATHER)
    ]
    assert open_gaps(change.sessions) == ()
    assert [s.on for s in change.skipped] == [date(2026, 4, 29)]
    assert [(p.after.number, p.after.on) for p in change.pairs if p.before is None] == [(4, date(2026, 4, 1))]


def test_appending_after_a_later_session_was_held_moves_only_what_is_open(plan: CyclePlan) -> None:
    sessions = with_status(plan, s1=SessionStatus.HELD, s2=SessionStatus.HELD, s4=SessionStatus.HELD)
    cancelled = cancel(plan.request, sessions, 3, CancelReason.SECURITY, FREE).sessions
    change = append(plan.request, cancelled, 3, FREE)
    assert live_dates(change) == [
        "1:03-04",
        "2:03-11",
        "3:04-01",
        "4:03-25",
        "5:04-08",
        "6:04-15",
        "7:04-22",
        "8:04-29",
    ]
    assert not change.is_blocked


def test_appending_the_last_session_takes_the_next_date(plan: CyclePlan) -> None:
    cancelled = cancel(plan.request, plan.sessions, 8, CancelReason.VENUE, FREE).sessions
    assert live_dates(append(plan.request, cancelled, 8, FREE))[-1] == "8:04-29"


def test_a_substitute_stays_with_the_date_when_sessions_slide(plan: CyclePlan) -> None:
    lent = hand_over(
        plan.request, plan.sessions, ("grace",), FREE, first=date(2026, 4, 8), last=date(2026, 4, 8)
    ).sessions
    cancelled = cancel(plan.request, lent, 4, CancelReason.WEATHER, FREE).sessions
    after = append(plan.request, cancelled, 4, FREE).sessions
    assert [(s.number, s.on) for s in after if s.facilitators == ("grace",)] == [(5, date(2026, 4, 8))]


def test_accepting_keeps_the_gap_and_moves_nothing(plan: CyclePlan) -> None:
    cancelled = cancel(plan.request, plan.sessions, 4, CancelReason.WEATHER, FREE).sessions
    change = accept(plan.request, cancelled, 4, FREE)
    assert [(p.after.number, p.after.gap) for p in change.pairs] == [(4, Gap.ACCEPTED)]
    assert open_gaps(change.sessions) == ()
    with pytest.raises(Conflict):
        append(plan.request, change.sessions, 4, FREE)


def test_nothing_can_be_appended_without_a_gap(plan: CyclePlan) -> None:
    with pytest.raises(Conflict) as refused:
        append(plan.request, plan.sessions, 4, FREE)
    assert refused.value.details["reason"] == "no_open_gap"


def test_a_replacement_can_be_cancelled_and_replaced_again(plan: CyclePlan) -> None:
    sessions = plan.sessions
    for _again in range(2):
        sessions = cancel(plan.request, sessions, 8, CancelReason.WEATHER, FREE).sessions
        sessions = append(plan.request, sessions, 8, FREE).sessions
    assert [(s.on.day, s.status) for s in sessions if s.number == 8] == [
        (22, SessionStatus.CANCELLED),
        (29, SessionStatus.CANCELLED),
        (6, SessionStatus.PLANNED),
    ]


def test_a_session_held_on_another_day_is_a_fact_and_moves_nothing_else(plan: CyclePlan) -> None:
    change = held_on_another_day(plan.request, plan.sessions, 4, date(2026, 3, 27), FREE, starts=time(15))
    (pair,) = change.pairs
    assert (pair.after.status, pair.after.on, pair.after.starts) == (
        SessionStatus.HELD,
        date(2026, 3, 27),
        time(15),
    )
    assert not change.is_blocked


def test_handing_over_a_span_changes_only_open_sessions_in_it(plan: CyclePlan) -> None:
    sessions = with_status(plan, s2=SessionStatus.HELD)
    change = hand_over(
        plan.request, sessions, ("grace",), FREE, first=date(2026, 3, 11), last=date(2026, 3, 25)
    )
    assert [p.after.number for p in change.pairs] == [3, 4]
    assert all(p.after.facilitators == ("grace",) for p in change.pairs)


def test_handing_over_to_somebody_who_is_away_is_blocked(plan: CyclePlan) -> None:
    away = surroundings(busy=Busy(leave=[Leave("grace", date(2026, 3, 18), date(2026, 3, 18))]))
    change = hand_over(plan.request, plan.sessions, ("grace",), away, first=date(2026, 3, 11))
    assert codes(change) == [(3, ClashCode.FACILITATOR_AWAY)]
    assert change.is_blocked


def test_handing_over_nothing_is_refused(plan: CyclePlan) -> None:
    with pytest.raises(Conflict):
        hand_over(plan.request, plan.sessions, ("grace",), FREE, first=date(2027, 1, 1))
    with pytest.raises(Invalid):
        hand_over(plan.request, plan.sessions, (), FREE, first=date(2026, 1, 1))


def taken(on: date, starts: time = time(9), group: str = "G-02") -> BusySlot:
    return BusySlot(on, starts, 120, "Africa/Kampala", group, frozenset({"amina"}), "school")


def test_three_ways_out_are_offered_with_their_changes(plan: CyclePlan) -> None:
    around = surroundings(busy=[taken(date(2026, 3, 25)), taken(date(2026, 3, 26))])
    week, day, step = alternatives(plan.request, plan.sessions, 4, around)
    # Thursday 26 is taken too; Tuesday 24 is as near as the day after.
    assert (week.kind, week.on, week.everybody_free) == (
        SuggestionKind.SAME_WEEK,
        date(2026, 3, 24),
        True,
    )
    # Amina is at school from 09:00 to 11:00; 11:00 is the nearest start without an overlap.
    assert (day.kind, day.on, day.starts) == (SuggestionKind.SAME_DAY, date(2026, 3, 25), time(11))
    assert (step.kind, step.on) == (SuggestionKind.NEXT_WEEK_ALL_AFTER, date(2026, 4, 1))
    assert [p.after.number for p in step.change.pairs] == [4, 5, 6, 7, 8]
    assert [p.after.number for p in week.change.pairs] == [4]


def test_a_way_out_is_never_in_the_past_on_a_weekend_or_blocked(plan: CyclePlan) -> None:
    around = surroundings(
        [ClosedDay(ClosedRule.SINGLE, Severity.HARD, first=date(2026, 3, 25))],
        [taken(date(2026, 3, 26), time(9, 30))],
        PlanningRules(weekend=frozenset({5, 6})),
    )
    found = alternatives(plan.request, plan.sessions, 4, around, not_before=date(2026, 3, 25))
    assert [(s.kind, s.on, s.everybody_free) for s in found] == [
        (SuggestionKind.SAME_WEEK, date(2026, 3, 27), True),
        (SuggestionKind.NEXT_WEEK_ALL_AFTER, date(2026, 4, 1), True),
    ]


def test_a_day_when_everybody_is_free_is_offered_before_a_nearer_one_that_is_only_not_forbidden(
    plan: CyclePlan,
) -> None:
    markets = [ClosedDay(ClosedRule.SINGLE, Severity.SOFT, first=date(2026, 3, day)) for day in (24, 26)]
    first = alternatives(plan.request, plan.sessions, 4, surroundings(markets))[0]
    assert (first.on, first.everybody_free) == (date(2026, 3, 27), True)
    every_day = [ClosedDay(ClosedRule.WEEKLY, Severity.SOFT, weekday=day) for day in range(7)]
    fallback = alternatives(plan.request, plan.sessions, 4, surroundings(every_day))[0]
    assert (fallback.on, fallback.everybody_free) == (date(2026, 3, 26), False)


def test_the_same_day_is_offered_only_inside_working_hours(plan: CyclePlan) -> None:
    rules = PlanningRules(day_starts=time(10), day_ends=time(12))
    (day,) = [
        s
        for s in alternatives(plan.request, plan.sessions, 4, surroundings(rules=rules))
        if s.kind is SuggestionKind.SAME_DAY
    ]
    assert day.starts == time(10, 30)


changes = st.lists(
    st.tuples(
        st.sampled_from(["move", "after", "to", "cancel", "append", "accept", "held"]), st.integers(1, 8)
    ),
    max_size=12,
)


def applied(
    plan: CyclePlan, sessions: tuple[ScheduledSession, ...], kind: str, number: int, day: date
) -> Change:
    asked = plan.request
    steps = {
        "move": lambda: move_one(asked, sessions, number, day, FREE),
        "after": lambda: move_this_and_after(asked, sessions, number, FREE),
        "to": lambda: move_this_and_after(asked, sessions, number, FREE, to=day),
        "cancel": lambda: cancel(asked, sessions, number, CancelReason.OTHER, FREE),
        "append": lambda: append(asked, sessions, number, FREE),
        "accept": lambda: accept(asked, sessions, number, FREE),
        "held": lambda: held_on_another_day(asked, sessions, number, day, FREE),
    }
    return steps[kind]()


@settings(max_examples=150, deadline=None)
@given(steps=changes, shifts=st.lists(st.integers(-20, 60), min_size=12, max_size=12))
def test_whatever_people_do_held_sessions_stay_and_numbers_stay(
    steps: list[tuple[str, int]], shifts: list[int]
) -> None:
    plan = plan_cycle(request(), curriculum())
    sessions = plan.sessions
    for (kind, number), shift in zip(steps, shifts, strict=False):
        held = {s for s in sessions if s.status is SessionStatus.HELD}
        numbers = [s.number for s in sessions]
        try:
            change = applied(plan, sessions, kind, number, date(2026, 4, 1) + timedelta(days=shift))
        except Conflict:
            continue
        sessions = change.sessions
        assert held <= set(sessions)
        added = [p.after.number for p in change.pairs if p.before is None]
        assert sorted(numbers + added) == sorted(s.number for s in sessions)
        live = [s.number for s in sessions if s.is_live]
        assert len(live) == len(set(live)) <= 8
        assert all(kind == "append" for p in change.pairs if p.before is None)


def test_an_unchanged_move_shows_no_pair(plan: CyclePlan) -> None:
    assert move_one(plan.request, plan.sessions, 4, date(2026, 3, 25), FREE).pairs == ()

"""Planning a cycle: dates, reasons, clashes, windows."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.guides import Phase
from gipt.domain.problems import Invalid, NoFreeDate
from gipt.domain.scheduling import (
    Busy,
    BusySlot,
    ClashCode,
    ClosedDay,
    ClosedKind,
    ClosedRule,
    Leave,
    PlanningRules,
    Severity,
    clock_clash,
    instant_of,
    plan_cycle,
    slots_of,
)
from tests.domain.schedules import curriculum, dates, request

HARD, SOFT = Severity.HARD, Severity.SOFT
EIGHT = ["03-04", "03-11", "03-18", "03-25", "04-01", "04-08", "04-15", "04-22"]


def single(day: date, severity: Severity = HARD, **changes: object) -> ClosedDay:
    return ClosedDay(ClosedRule.SINGLE, severity, label="Feast", first=day, **changes)  # type: ignore[arg-type]


def other(group: str = "G-02", **changes: object) -> BusySlot:
    slot = {
        "on": date(2026, 3, 11),
        "starts": time(10, 0),
        "minutes": 90,
        "zone": "Africa/Kampala",
        "group": group,
        "facilitators": frozenset({"amina"}),
        "venue": "school",
    }
    return BusySlot(**slot | changes)  # type: ignore[arg-type]


def codes(plan_clashes: object) -> list[ClashCode]:
    return [clash.code for clash in plan_clashes]  # type: ignore[attr-defined]


def test_a_weekly_cycle_with_nothing_in_the_way_keeps_its_day_and_hour() -> None:
    plan = plan_cycle(request(), curriculum())
    assert dates(plan) == EIGHT
    assert [s.number for s in plan.sessions] == list(range(1, 9))
    assert [s.phase for s in plan.sessions] == [Phase.INITIAL, *[Phase.MIDDLE] * 6, Phase.TERMINATION]
    assert {(s.starts, s.minutes, s.zone, s.venue) for s in plan.sessions} == {
        (time(10, 0), 90, "Africa/Kampala", "fig-tree")
    }
    assert (plan.skipped, plan.warnings) == ((), ())


def test_the_first_meeting_is_on_the_wished_weekday_on_or_after_the_start() -> None:
    assert dates(plan_cycle(request(weekday=2, start=date(2026, 3, 1)), curriculum(2))) == ["03-04", "03-11"]
    assert dates(plan_cycle(request(weekday=2), curriculum(1))) == ["03-04"]


def test_a_hard_closed_day_is_skipped_with_its_reason_and_the_rhythm_goes_on() -> None:
    plan = plan_cycle(request(), curriculum(), [single(date(2026, 3, 18), key="c1")])
    assert dates(plan) == ["03-04", "03-11", "03-25", "04-01", "04-08", "04-15", "04-22", "04-29"]
    (skip,) = plan.skipped
    assert (skip.on, skip.number) == (date(2026, 3, 18), 3)
    assert [(c.code, c.label, c.source, c.other_on) for c in skip.reasons] == [
        (ClashCode.CLOSED_DAY, "Feast", "c1", date(2026, 3, 18))
    ]
    assert plan.warnings == ()


def test_two_closed_weeks_in_a_row_leave_a_gap_that_is_said() -> None:
    plan = plan_cycle(request(), curriculum(3), [single(date(2026, 3, 11)), single(date(2026, 3, 18))])
    ((number, clash),) = plan.warnings
    assert (number, clash.code, clash.needed, clash.found) == (2, ClashCode.LONG_GAP, 14, 21)


def test_a_gap_of_exactly_fourteen_days_is_not_said() -> None:
    assert plan_cycle(request(), curriculum(3), [single(date(2026, 3, 11))]).warnings == ()


@pytest.mark.parametrize(("rhythm", "said"), [(3, True), (4, False), (14, False), (15, True)])
def test_fewer_than_four_or_more_than_fourteen_days_apart_are_said(rhythm: int, said: bool) -> None:
    assert bool(plan_cycle(request(rhythm_days=rhythm), curriculum(3)).warnings) is said


def test_a_soft_closed_day_is_kept_and_said() -> None:
    plan = plan_cycle(request(), curriculum(), [single(date(2026, 3, 18), SOFT)])
    assert dates(plan) == EIGHT
    assert [(n, c.code, c.severity) for n, c in plan.warnings] == [(3, ClashCode.CLOSED_DAY, SOFT)]


@pytest.mark.parametrize(
    ("feast", "expected"),
    [
        (date(2026, 3, 17), [(3, ClashCode.NEAR_ESTIMATED)]),
        (date(2026, 3, 19), [(3, ClashCode.NEAR_ESTIMATED)]),
        (date(2026, 3, 20), []),
        (date(2026, 3, 16), []),
    ],
)
def test_the_day_beside_an_estimated_holiday_is_said(
    feast: date, expected: list[tuple[int, ClashCode]]
) -> None:
    plan = plan_cycle(request(), curriculum(), [single(feast, estimated=True)])
    assert dates(plan) == EIGHT
    assert [(n, c.code) for n, c in plan.warnings] == expected


def test_a_market_every_five_days_drifts_against_the_week() -> None:
    market = ClosedDay(
        ClosedRule.EVERY_DAYS, HARD, kind=ClosedKind.MARKET, first=date(2026, 3, 1), every_days=5
    )
    plan = plan_cycle(request(), curriculum(5), [market])
    # Markets on 1, 6, 11, 16 … March: of the Wednesdays 11 March and 15 April fall on one.
    assert [s.on for s in plan.skipped] == [date(2026, 3, 11)]
    assert dates(plan) == ["03-04", "03-18", "03-25", "04-01", "04-08"]


@pytest.mark.parametrize(
    ("rule", "closed", "open_days"),
    [
        (single(date(2026, 3, 4)), ["03-04"], ["03-03", "03-11"]),
        (ClosedDay(ClosedRule.WEEKLY, HARD, weekday=2), ["03-04", "12-30"], ["03-05"]),
        (
            ClosedDay(ClosedRule.WEEKLY, HARD, weekday=2, first=date(2026, 3, 5), last=date(2026, 3, 18)),
            ["03-11", "03-18"],
            ["03-04", "03-25"],
        ),
        (
            ClosedDay(ClosedRule.EVERY_DAYS, HARD, first=date(2026, 3, 4), every_days=4),
            ["03-04", "03-08", "04-01"],
            ["02-28", "03-05"],
        ),
        (
            ClosedDay(ClosedRule.SPAN, HARD, first=date(2026, 3, 4), last=date(2026, 3, 6)),
            ["03-04", "03-06"],
            ["03-03", "03-07"],
        ),
    ],
    ids=["single", "weekly", "weekly-bounded", "every-four-days", "span"],
)
def test_each_rule_closes_its_days_and_no_others(
    rule: ClosedDay, closed: list[str], open_days: list[str]
) -> None:
    assert all(rule.falls_on(date.fromisoformat(f"2026-{day}")) for day in closed)
    assert not any(rule.falls_on(date.fromisoformat(f"2026-{day}")) for day in open_days)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rule": ClosedRule.SINGLE}, "first"),
        ({"rule": ClosedRule.WEEKLY}, "weekday"),
        ({"rule": ClosedRule.WEEKLY, "weekday": 7}, "weekday"),
        ({"rule": ClosedRule.EVERY_DAYS, "first": date(2026, 1, 1)}, "every_days"),
        ({"rule": ClosedRule.EVERY_DAYS, "first": date(2026, 1, 1), "every_days": 1}, "every_days"),
        ({"rule": ClosedRule.SPAN, "first": date(2026, 1, 1)}, "last"),
        ({"rule": ClosedRule.SPAN, "first": date(2026, 1, 2), "last": date(2026, 1, 1)}, "last"),
        ({"rule": ClosedRule.WEEKLY, "weekday": 1, "from_time": time(9), "to_time": time(9)}, "to_time"),
    ],
)
def test_a_closed_day_that_says_nothing_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ClosedDay(severity=HARD, **wrong)  # type: ignore[arg-type]
    assert refused.value.details["field"] == field


def test_closed_hours_concern_only_meetings_that_touch_them() -> None:
    prayer = ClosedDay(ClosedRule.WEEKLY, HARD, weekday=4, from_time=time(12), to_time=time(14))
    friday = date(2026, 3, 6)
    assert plan_cycle(request(start=friday, starts=time(10, 30)), curriculum(3), [prayer]).skipped == ()
    with pytest.raises(NoFreeDate):
        plan_cycle(request(start=friday, starts=time(10, 31)), curriculum(3), [prayer])


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        (other(), ClashCode.FACILITATOR_BUSY),
        (other(starts=time(11, 29)), ClashCode.FACILITATOR_BUSY),
        (other(starts=time(8, 31)), ClashCode.FACILITATOR_BUSY),
        (other(facilitators=frozenset(), venue="fig-tree"), ClashCode.VENUE_BUSY),
        (other(facilitators=frozenset(), members=frozenset({"m2"})), ClashCode.MEMBER_BUSY),
    ],
    ids=["facilitator", "one-minute-over-the-end", "one-minute-into-the-start", "venue", "member"],
)
def test_an_overlap_of_person_or_place_skips_the_date(slot: BusySlot, code: ClashCode) -> None:
    plan = plan_cycle(request(), curriculum(3), busy=[slot])
    assert [(s.on, codes(s.reasons)) for s in plan.skipped] == [(date(2026, 3, 11), [code])]
    assert plan.skipped[0].reasons[0].source == "G-02"


@pytest.mark.parametrize(
    "slot",
    [
        other(starts=time(11, 30)),
        other(starts=time(8, 30)),
        other(facilitators=frozenset({"grace"})),
        other(group="G-01"),
    ],
    ids=["just-after", "just-before", "somebody-else", "own-group"],
)
def test_meetings_that_only_touch_or_are_the_groups_own_are_no_clash(slot: BusySlot) -> None:
    plan = plan_cycle(request(), curriculum(3), busy=[slot])
    assert (plan.skipped, plan.warnings) == ((), ())


def test_two_meetings_without_a_venue_do_not_share_one() -> None:
    plan = plan_cycle(request(venue=""), curriculum(3), busy=[other(venue="", facilitators=frozenset())])
    assert plan.skipped == ()


def test_a_meeting_over_midnight_is_seen_from_the_next_day() -> None:
    night = other(on=date(2026, 3, 10), starts=time(23, 0), minutes=120)
    plan = plan_cycle(request(starts=time(0, 30)), curriculum(3), busy=[night])
    assert codes(plan.skipped[0].reasons) == [ClashCode.FACILITATOR_BUSY]


def test_meetings_in_two_zones_are_compared_by_one_clock() -> None:
    # 10:00 in Kampala (UTC+3) is 09:00 in Lusaka (UTC+2).
    assert plan_cycle(request(), curriculum(2), busy=[other(starts=time(9), zone="Africa/Lusaka")]).skipped
    same_clock = other(starts=time(10, 30), zone="Africa/Lusaka")
    assert plan_cycle(request(), curriculum(2), busy=[same_clock]).skipped == ()


@pytest.mark.parametrize(("starts", "found"), [(time(12, 9), 39), (time(12, 10), None), (time(8, 0), 30)])
def test_too_little_time_to_travel_between_venues_is_said(starts: time, found: int | None) -> None:
    rules = PlanningRules(travel_minutes=lambda a, b: {("fig-tree", "school"): 40}.get((a, b), 35))
    plan = plan_cycle(request(), curriculum(3), busy=[other(starts=starts)], rules=rules)
    assert plan.skipped == ()
    assert [clash.found for _n, clash in plan.warnings] == ([] if found is None else [found])


def test_more_groups_a_week_than_the_limit_are_said() -> None:
    slots = [other(f"G-{n}", on=date(2026, 3, 9) + timedelta(days=n)) for n in (0, 1, 3)]
    plan = plan_cycle(request(), curriculum(3), busy=slots, rules=PlanningRules(groups_a_week=3))
    assert [(n, c.code, c.needed, c.found) for n, c in plan.warnings] == [(2, ClashCode.LOAD, 3, 4)]


def test_leave_of_the_only_facilitator_skips_and_of_one_of_two_is_said() -> None:
    away = Busy(leave=[Leave("amina", date(2026, 3, 9), date(2026, 3, 11))])
    alone = plan_cycle(request(), curriculum(3), busy=away)
    assert [codes(s.reasons) for s in alone.skipped] == [[ClashCode.FACILITATOR_AWAY]]
    together = plan_cycle(request(facilitators=("amina", "grace")), curriculum(3), busy=away)
    assert [(n, c.severity, c.people) for n, c in together.warnings] == [(2, SOFT, ("amina",))]


def test_leave_of_the_supervisor_is_said() -> None:
    away = Busy(leave=[Leave("ruth", date(2026, 3, 4), date(2026, 3, 4))])
    plan = plan_cycle(request(supervisor="ruth"), curriculum(3), busy=away)
    assert [(n, c.code) for n, c in plan.warnings] == [(1, ClashCode.SUPERVISOR_AWAY)]


def test_a_weekend_is_said_only_when_the_group_did_not_choose_it() -> None:
    rules = PlanningRules(weekend=frozenset({5, 6}))
    assert plan_cycle(request(start=date(2026, 3, 7)), curriculum(3), rules=rules).warnings == ()
    every_five = plan_cycle(request(rhythm_days=5), curriculum(4), rules=rules)
    # 4, 9, 14 and 19 March: the 14th is a Saturday.
    assert [(n, c.code) for n, c in every_five.warnings] == [(3, ClashCode.WEEKEND)]


def test_a_day_that_is_never_free_ends_the_search_with_a_named_fault() -> None:
    never = ClosedDay(ClosedRule.WEEKLY, HARD, label="Market", weekday=2)
    with pytest.raises(NoFreeDate) as refused:
        plan_cycle(request(), curriculum(), [never])
    assert refused.value.details["number"] == 1
    assert refused.value.details["reasons"] == ["closed_day"]
    assert refused.value.details["labels"] == ["Market"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekday": 7}, "weekday"),
        ({"rhythm_days": 0}, "rhythm_days"),
        ({"minutes": 5}, "minutes"),
        ({"start": date(1, 1, 1)}, "start"),
        ({"pre_group_to": 9}, "pre_group_to"),
    ],
)
def test_a_request_outside_its_bounds_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        request(**wrong)
    assert refused.value.details["field"] == field


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        plan_cycle(request(zone="Africa/Nowhere"), curriculum())
    assert refused.value.details["reason"] == "unknown_zone"


def test_talks_before_the_group_fill_the_week_ahead_and_name_closed_days() -> None:
    closed = [single(date(2026, 3, 1)), single(date(2026, 3, 2), SOFT)]
    window = plan_cycle(request(), curriculum(), closed).pre_group
    assert (window.first, window.last) == (date(2026, 2, 25), date(2026, 3, 3))
    assert window.closed == (date(2026, 3, 1),)


def test_endline_and_follow_up_count_from_the_last_session() -> None:
    plan = plan_cycle(request(), curriculum())
    assert (plan.endline.first, plan.endline.last) == (date(2026, 4, 22), date(2026, 5, 20))
    (follow_up,) = plan.follow_ups
    assert follow_up.on == date(2026, 5, 20)
    assert (follow_up.window.first, follow_up.window.last) == (date(2026, 5, 13), date(2026, 6, 3))


def test_a_follow_up_moves_to_the_nearest_open_day_of_its_window() -> None:
    closed = [single(date(2026, 5, 20)), single(date(2026, 5, 21))]
    (follow_up,) = plan_cycle(request(), curriculum(), closed).follow_ups
    assert follow_up.on == date(2026, 5, 19)
    assert follow_up.window.closed == (date(2026, 5, 20), date(2026, 5, 21))
    assert follow_up.clashes == ()


def test_of_two_days_as_near_a_follow_up_takes_the_later() -> None:
    (follow_up,) = plan_cycle(request(), curriculum(), [single(date(2026, 5, 20))]).follow_ups
    assert follow_up.on == date(2026, 5, 21)


def test_inside_an_estimated_feast_of_several_days_only_the_feast_is_said() -> None:
    feast = ClosedDay(ClosedRule.SPAN, SOFT, first=date(2026, 3, 10), last=date(2026, 3, 12), estimated=True)
    assert [c.code for _n, c in plan_cycle(request(), curriculum(3), [feast]).warnings] == [
        ClashCode.CLOSED_DAY
    ]


def test_a_meeting_that_runs_into_a_closed_day_is_skipped() -> None:
    closed = [single(date(2026, 3, 12))]
    assert plan_cycle(request(starts=time(22, 30)), curriculum(2), closed).skipped == ()
    assert [s.on for s in plan_cycle(request(starts=time(22, 31)), curriculum(2), closed).skipped] == [
        date(2026, 3, 11)
    ]


@pytest.mark.parametrize(
    ("on", "starts", "zone", "code"),
    [
        (date(2026, 3, 29), time(2, 30), "Europe/Kyiv", None),
        (date(2026, 3, 29), time(3, 30), "Europe/Kyiv", ClashCode.CLOCK_SKIPPED),
        (date(2026, 10, 25), time(3, 30), "Europe/Kyiv", ClashCode.CLOCK_REPEATED),
        (date(2026, 10, 25), time(4, 0), "Europe/Kyiv", None),
        (date(2026, 3, 29), time(2, 30), "Africa/Kampala", None),
        (date(2026, 3, 29), time(0, 30), "Asia/Beirut", ClashCode.CLOCK_SKIPPED),
    ],
)
def test_a_clock_that_skips_or_repeats_an_hour_is_said(
    on: date, starts: time, zone: str, code: ClashCode | None
) -> None:
    clash = clock_clash(on, starts, zone)
    assert (clash and clash.code) == code


def test_a_group_keeps_its_civil_hour_when_the_clock_changes() -> None:
    plan = plan_cycle(request(zone="Europe/Kyiv", start=date(2026, 3, 25)), curriculum(2))
    moments = [instant_of(s.on, s.starts, s.zone) for s in plan.sessions]
    assert moments == [datetime(2026, 3, 25, 8, tzinfo=UTC), datetime(2026, 4, 1, 7, tzinfo=UTC)]


def test_nepal_is_five_hours_and_three_quarters_ahead() -> None:
    assert instant_of(date(2026, 3, 4), time(10), "Asia/Kathmandu") == datetime(2026, 3, 4, 4, 15, tzinfo=UTC)


def test_five_hundred_groups_that_see_each_other_are_planned_in_three_seconds() -> None:
    busy, plain = Busy(), curriculum()
    closed = [single(date(2026, 1, 1) + timedelta(days=13 * n), estimated=n % 3 == 0) for n in range(60)]
    closed.append(ClosedDay(ClosedRule.EVERY_DAYS, SOFT, first=date(2026, 1, 1), every_days=6))
    rules = PlanningRules(travel_minutes=lambda _a, _b: 30, groups_a_week=5)
    began, planned = perf_counter(), 0
    for n in range(500):
        asked = request(
            group=f"G-{n}",
            start=date(2026, 3, 2) + timedelta(days=n % 5),
            starts=time(8 + 2 * (n // 5 % 4)),
            venue=f"V-{n // 20}",
            facilitators=(f"F-{n // 10}",),
            members=frozenset(f"M-{n}-{k}" for k in range(8)),
        )
        plan = plan_cycle(asked, plain, closed, busy, rules)
        busy.add(slots_of(plan))
        planned += len(plan.sessions)
    assert planned == 4000
    assert perf_counter() - began <= 3


severities = st.sampled_from([HARD, SOFT])
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
closed_days = st.lists(
    st.one_of(
        st.builds(single, days, severities),
        st.builds(
            lambda first, every, severity: ClosedDay(
                ClosedRule.EVERY_DAYS, severity, first=first, every_days=every
            ),
            days,
            st.integers(4, 9),
            severities,
        ),
        st.builds(
            lambda first, length: ClosedDay(
                ClosedRule.SPAN, HARD, first=first, last=first + timedelta(days=length)
            ),
            days,
            st.integers(0, 40),
        ),
    ),
    max_size=6,
)


@settings(max_examples=120, deadline=None)
@given(
    closed=closed_days,
    sessions=st.integers(1, 16),
    rhythm=st.integers(1, 15),
    start=days,
    taken=st.lists(days, max_size=20),
)
def test_any_plan_is_complete_in_order_on_its_rhythm_and_explains_every_skip(
    closed: list[ClosedDay], sessions: int, rhythm: int, start: date, taken: list[date]
) -> None:
    asked = request(start=start, rhythm_days=rhythm)
    slots = [other(f"H-{n}", on=on) for n, on in enumerate(taken)]
    try:
        plan = plan_cycle(asked, curriculum(sessions), closed, slots)
    except NoFreeDate:
        return
    held = [session.on for session in plan.sessions]
    assert [session.number for session in plan.sessions] == list(range(1, sessions + 1))
    assert all(a < b for a, b in pairwise(held))
    assert not any(c.falls_on(on) for c in closed if c.severity is HARD for on in held)
    assert not set(held) & set(taken)
    skipped = [skip.on for skip in plan.skipped]
    assert all(skip.reasons and all(c.is_hard for c in skip.reasons) for skip in plan.skipped)
    # Every date of the rhythm from the first to the last is either used or skipped with a reason.
    steps = (held[-1] - start).days // rhythm + 1
    assert sorted(held + skipped) == [start + timedelta(days=rhythm * n) for n in range(steps)]
    assert not any(clash.is_hard for _n, clash in plan.warnings)


@settings(max_examples=60, deadline=None)
@given(closed=closed_days, start=days)
def test_planning_what_is_planned_gives_the_same(closed: list[ClosedDay], start: date) -> None:
    try:
        plan = plan_cycle(request(start=start), curriculum(), closed)
    except NoFreeDate:
        return
    again = plan_cycle(request(start=plan.sessions[0].on), curriculum(), closed, slots_of(plan))
    assert again.sessions == plan.sessions
    assert (again.endline, again.follow_ups) == (plan.endline, plan.follow_ups)

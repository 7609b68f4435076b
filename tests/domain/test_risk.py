"""Safety: nothing positive is missed, nothing dangerous is lowered by accident."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.access import Role
from gipt.domain.measures import EPDS, GAD7, PHQ2, PHQ9, WHO5, Answer, Measure, MissingReason, score
from gipt.domain.problems import Invalid
from gipt.domain.risk import (
    DEFAULT_CLOCKS,
    Clocks,
    Episode,
    ImportRoute,
    Level,
    PastAnswer,
    Safety,
    SafetyState,
    acknowledge_by,
    acknowledged_in_time,
    check_clocks,
    import_routes,
    joined,
    joins_open_episode,
    may_choose_level,
    may_lower,
    merged,
    most_dangerous,
    needs_second_person_to_close,
    opened,
    safety_of_texts,
    safety_of_total,
    safety_state,
)

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
POSITIVE, NEGATIVE, UNKNOWN, NOT_ASKED = SafetyState
LEVELS = st.none() | st.sampled_from(Level)


def phq9(ninth: Answer, others: Answer = 0) -> dict[str, Answer]:
    return {item.id: others for item in PHQ9.scored_items} | {"q9": ninth}


@pytest.mark.parametrize("value", [1, 2, 3])
def test_any_answer_above_zero_on_the_self_harm_item_is_positive_whatever_the_total(value: int) -> None:
    assert safety_state(PHQ9, phq9(value)) == Safety(POSITIVE, ("q9",))
    assert safety_state(PHQ9, phq9(value)).opens_episode


def test_a_minimal_total_of_one_can_be_a_safety_event() -> None:
    assert score(PHQ9, phq9(1)).band == "minimal"
    assert safety_state(PHQ9, phq9(1)).opens_episode


def test_a_moderate_total_without_the_item_opens_nothing_by_itself() -> None:
    given_answers = phq9(0) | {"q1": 3, "q2": 3, "q3": 3, "q4": 3}
    assert score(PHQ9, given_answers).total == 12
    assert safety_state(PHQ9, given_answers) == Safety(NEGATIVE)


@pytest.mark.parametrize("reason", list(MissingReason), ids=str)
def test_a_self_harm_item_without_an_answer_is_unknown_and_never_negative(reason: MissingReason) -> None:
    assert safety_state(PHQ9, phq9(reason)) == Safety(UNKNOWN, ("q9",))


def test_a_check_in_left_before_the_last_item_is_unknown() -> None:
    assert safety_state(PHQ9, {"q1": 1, "q2": 0}) == Safety(UNKNOWN, ("q9",))


def test_a_positive_item_counts_even_when_nothing_else_was_answered() -> None:
    assert safety_state(PHQ9, {"q9": 1}).state is POSITIVE


@pytest.mark.parametrize(
    ("measure", "answers"),
    [(PHQ2, {"q1": 3, "q2": 3}), (GAD7, {"q1": 3}), (WHO5, {"q1": 0}), (PHQ9, {}), (EPDS, {})],
    ids=["phq2", "gad7", "who5", "phq9_not_begun", "epds_not_begun"],
)
def test_safety_was_not_asked_where_there_is_no_item_or_nothing_was_begun(
    measure: Measure, answers: dict[str, Answer]
) -> None:
    assert safety_state(measure, answers) == Safety(NOT_ASKED)


@pytest.mark.parametrize(("tenth", "state"), [(0, NEGATIVE), (1, POSITIVE), (3, POSITIVE)])
def test_the_tenth_item_of_the_epds_is_its_safety_item(tenth: int, state: SafetyState) -> None:
    answers: dict[str, Answer] = {f"q{number}": 0 for number in range(1, 10)}
    answers["q10"] = tenth
    assert safety_state(EPDS, answers).state is state


def test_an_impossible_value_on_a_safety_item_is_not_read_as_harmless() -> None:
    assert safety_state(PHQ9, phq9(7)).state is POSITIVE
    assert safety_state(PHQ9, phq9(-1)) == Safety(UNKNOWN, ("q9",))


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("1", POSITIVE),
        (" ٢ ", POSITIVE),
        ("9", POSITIVE),
        ("0", NEGATIVE),
        ("", UNKNOWN),
        ("-1", UNKNOWN),
        ("yes", UNKNOWN),
        ("refused", UNKNOWN),
        (None, UNKNOWN),
    ],
    ids=str,
)
def test_a_form_is_read_for_safety_even_if_the_rest_of_it_is_wrong(
    text: str | None, state: SafetyState
) -> None:
    typed = {item.id: "99" for item in PHQ9.items} | {"q9": text}
    assert safety_of_texts(PHQ9, typed).state is state


def test_a_total_without_answers_says_nothing_about_safety() -> None:
    assert safety_of_total(PHQ9) == Safety(UNKNOWN, ("q9",))
    assert safety_of_total(PHQ2) == Safety(NOT_ASKED)


@given(st.dictionaries(st.sampled_from([f"q{n}" for n in range(1, 10)]), st.integers(0, 3)))
def test_positive_means_exactly_an_answer_above_zero_on_the_item(answers: dict[str, int]) -> None:
    found = safety_state(PHQ9, dict(answers))
    assert (found.state is POSITIVE) == (answers.get("q9", 0) >= 1)
    assert (found.state is NEGATIVE) == (answers.get("q9") == 0)


# Clocks


@pytest.mark.parametrize(
    ("level", "limit"),
    [
        (Level.NOW, timedelta(minutes=15)),
        (Level.TODAY, timedelta(hours=2)),
        (Level.TALK_AND_PLAN, timedelta(hours=24)),
        (None, timedelta(hours=2)),
    ],
    ids=["now", "today", "talk_and_plan", "nobody_has_looked"],
)
def test_each_level_has_its_clock_and_an_untriaged_episode_that_of_today(
    level: Level | None, limit: timedelta
) -> None:
    assert acknowledge_by(AT, level) == AT + limit


def test_clocks_are_settings() -> None:
    assert acknowledge_by(AT, Level.NOW, Clocks(now=timedelta(minutes=5))) == AT + timedelta(minutes=5)


@pytest.mark.parametrize(
    "clocks",
    [
        Clocks(now=timedelta(0)),
        Clocks(now=timedelta(hours=3)),
        Clocks(talk_and_plan=timedelta(hours=1)),
    ],
    ids=["zero", "now_slower_than_today", "plan_faster_than_today"],
)
def test_clocks_that_make_danger_wait_longer_are_refused(clocks: Clocks) -> None:
    with pytest.raises(Invalid):
        check_clocks(clocks)


def test_the_clocks_that_ship_pass() -> None:
    check_clocks(DEFAULT_CLOCKS)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(Invalid) as fault:
        acknowledge_by(datetime(2026, 3, 4, 9), Level.NOW)  # noqa: DTZ001 - the naive time is what is tested
    assert fault.value.details["reason"] == "no_time_zone"


@pytest.mark.parametrize(
    ("acknowledged", "now", "expected"),
    [(10, 60, True), (15, 60, True), (16, 60, False), (None, 15, None), (None, 16, False)],
)
def test_in_time_is_not_known_while_the_clock_runs(
    acknowledged: int | None, now: int, expected: bool | None
) -> None:
    due = AT + timedelta(minutes=15)
    seen = None if acknowledged is None else AT + timedelta(minutes=acknowledged)
    assert acknowledged_in_time(due, seen, AT + timedelta(minutes=now)) is expected


# Levels


@pytest.mark.parametrize("role", list(Role))
def test_only_a_supervisor_or_clinical_lead_may_lower_or_close(role: Role) -> None:
    assert may_lower({role}) is (role in {Role.SUPERVISOR, Role.CLINICAL_LEAD})
    assert may_choose_level(Level.NOW, {role}, current=Level.TODAY)
    lowers = may_choose_level(Level.TALK_AND_PLAN, {role}, current=Level.TODAY)
    assert lowers is may_lower({role})


def test_nobody_else_chooses_less_than_the_answers_imply() -> None:
    assert not may_choose_level(Level.TODAY, {"facilitator"}, implied=Level.NOW)
    assert may_choose_level(Level.NOW, {"facilitator"}, implied=Level.NOW)
    assert may_choose_level(Level.TODAY, {"facilitator", "supervisor"}, implied=Level.NOW)


def test_an_episode_that_was_ever_at_now_is_closed_by_two() -> None:
    assert needs_second_person_to_close(Level.NOW)
    assert not needs_second_person_to_close(Level.TODAY)
    assert not needs_second_person_to_close(None)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([Level.TALK_AND_PLAN, Level.NOW], Level.NOW),
        ([None, Level.TODAY], Level.TODAY),
        ([Level.TALK_AND_PLAN, None], None),
        ([None, None], None),
        ([], None),
    ],
    ids=["highest", "today_over_untriaged", "untriaged_over_plan", "untriaged", "none"],
)
def test_the_most_dangerous_level(levels: list[Level | None], expected: Level | None) -> None:
    assert most_dangerous(levels) is expected


# Episodes


def test_a_new_episode_is_unseen_from_the_moment_of_the_answer() -> None:
    episode = opened("M-0001", AT)
    assert episode.due() == AT + timedelta(hours=2)


def test_a_new_positive_joins_the_open_episode_of_the_same_person_only() -> None:
    episode = opened("M-0001", AT)
    assert joins_open_episode(episode, "M-0001")
    assert not joins_open_episode(episode, "M-0002")
    closed = Episode("M-0001", AT, None, closed_at=AT)
    assert not joins_open_episode(closed, "M-0001")


def test_two_people_without_a_name_are_not_taken_for_one() -> None:
    assert not joins_open_episode(opened(None, AT), None)


def test_joining_makes_a_seen_episode_unseen_again() -> None:
    seen = Episode("M-0001", AT, None, Level.TODAY)
    later = AT + timedelta(days=2)
    assert joined(seen, later).unseen_since == later
    assert joined(seen, later).level is Level.TODAY


def test_joining_does_not_set_a_running_clock_back() -> None:
    later = AT + timedelta(hours=1)
    assert joined(opened("M-0001", AT), later).due() == AT + timedelta(hours=2)


def test_a_new_positive_in_a_mild_episode_is_untriaged_again() -> None:
    mild = Episode("M-0001", AT, None, Level.TALK_AND_PLAN)
    later = AT + timedelta(days=2)
    assert joined(mild, later).due() == later + timedelta(hours=2)


times = st.integers(0, 5000).map(lambda minutes: AT + timedelta(minutes=minutes))
episodes = st.builds(Episode, st.just("M-0001"), times, st.none() | times, LEVELS, st.none() | times)


@given(episodes, episodes)
def test_merging_keeps_the_most_dangerous_of_everything(first: Episode, second: Episode) -> None:
    both = merged(first, second)
    assert both == merged(second, first)
    assert both.is_open == (first.is_open or second.is_open)
    assert (both.unseen_since is None) == (first.unseen_since is None and second.unseen_since is None)
    for one in (first, second):
        assert both.opened_at <= one.opened_at
        assert (both.level or 1.5) >= (one.level or 1.5)
        if one.unseen_since is not None and one.is_open:
            assert both.due() is not None
            assert both.due() <= one.due()  # type: ignore[operator]


@given(episodes, times, LEVELS)
def test_joining_never_makes_an_episode_less_dangerous(
    episode: Episode, at: datetime, level: Level | None
) -> None:
    after = joined(episode, at, level)
    assert after.unseen_since is not None
    assert DEFAULT_CLOCKS.limit(after.level) <= DEFAULT_CLOCKS.limit(episode.level)


# Old answers that come in from a spreadsheet

TODAY = date(2026, 6, 30)


def past(days: int | None, state: SafetyState = POSITIVE, current: bool = False, **more: bool) -> PastAnswer:
    day = None if days is None else TODAY - timedelta(days=days)
    return PastAnswer("M-0001", day, state, current, **more)


E, R = ImportRoute.EPISODE, ImportRoute.REVIEW


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([past(30)], [E]),
        ([past(31)], [R]),
        ([past(31, current=True)], [E]),
        ([past(400, current=True)], [E]),
        ([past(90, current=True), past(60, NEGATIVE, current=True)], [R, None]),
        ([past(90, current=True), past(60, current=True)], [R, E]),
        ([past(20, current=True), past(5, NEGATIVE, current=True)], [E, None]),
        ([past(90, current=True), past(60, UNKNOWN, current=True)], [E, None]),
        ([past(90, current=True), past(60, NEGATIVE, current=True, imported=False)], [R, None]),
        ([past(None)], [E]),
        ([past(-3)], [E]),
        ([past(2, NEGATIVE), past(2, UNKNOWN), past(2, NOT_ASKED)], [None, None, None]),
        ([past(90, current=True), past(90, NEGATIVE, current=True)], [E, None]),
    ],
    ids=[
        "thirty_days_old",
        "older_and_gone",
        "older_in_a_running_cycle_or_waiting",
        "much_older_and_still_the_latest",
        "a_later_negative_answer",
        "two_positives_only_the_latest_opens",
        "recent_opens_even_if_not_the_latest",
        "a_later_refusal_replaces_nothing",
        "a_negative_answer_known_before",
        "day_not_known",
        "day_in_the_future",
        "nothing_positive",
        "both_answers_on_one_day",
    ],
)
def test_where_an_imported_positive_answer_goes(
    answers: list[PastAnswer], expected: list[ImportRoute | None]
) -> None:
    assert list(import_routes(answers, TODAY)) == expected


def test_the_answers_of_one_person_say_nothing_about_another() -> None:
    mine = past(90, current=True)
    other = PastAnswer("M-0002", TODAY, NEGATIVE, True)
    assert import_routes([mine, other], TODAY) == (E, None)


@given(st.lists(st.builds(
    PastAnswer, st.sampled_from(["M-1", "M-2"]), st.none() | st.dates(date(2025, 1, 1), TODAY),
    st.sampled_from(SafetyState), st.booleans(), st.booleans(),
)))  # fmt: skip
def test_every_imported_positive_goes_somewhere_and_nothing_else_does(answers: list[PastAnswer]) -> None:
    for answer, route in zip(answers, import_routes(answers, TODAY), strict=True):
        assert (route is not None) == (answer.imported and answer.state is POSITIVE)

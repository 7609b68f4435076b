"""The rows of a database become the facts that indicators count; every literal has its tally beside it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from gipt.actions.assessments import Form, Target, record_assessment, record_total
from gipt.actions.cycles import close_cycle
from gipt.actions.enrolments import add_member_to_cycle, leave, move_member
from gipt.actions.merging import merge_members
from gipt.actions.programme import ProgrammeRules, set_rules
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.actions.schedules import ChangeRecord, change_schedule
from gipt.actions.screenings import CriteriaRecord, ScreeningRecord, adopt_criteria, record_screening
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.indicators import AskedBy, Basis, EnrolmentFact, ReportFacts, enrolments_in
from gipt.domain.measures import PHQ9
from gipt.domain.people import ExitType, Sex
from gipt.domain.periods import Period
from gipt.domain.scheduling import SessionStatus
from gipt.models import Cycle, Enrolment, Member, SafetyEpisode, Session
from gipt.queries.report_context import read_programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_rows import Scope, snapshot
from tests.cast import Cast
from tests.world import World, hold_meeting, make_members, make_running_group

FIRST = date(2026, 1, 12)
"""Day of meeting 1; the groups of these tests meet on the eight Mondays from here to 2 March."""
LAST = FIRST + timedelta(weeks=7)
NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
YEAR = Period(date(2025, 12, 1), date(2026, 12, 31))


def facts_of(
    cast: Cast, *sites: str, period: Period = YEAR, basis: Basis = Basis.ENROLLED, now: datetime = NOW
) -> ReportFacts:
    """Read the facts of the sites (own by default) as they stand at `now`."""
    scope = Scope(tuple(getattr(cast, site) for site in sites or ("own",)), period, basis)
    with snapshot() as connection:
        return read_facts(connection, scope, read_programming(connection, now).rules)


def by_sign(facts: ReportFacts, world: World) -> list[EnrolmentFact]:
    """Give the facts of a group in the order of its members."""
    known = {one.enrolment: one for one in facts.enrolments}
    return [known[enrolment] for enrolment in world.enrolment_ids]


def measure(world: World, member: int, point: str, on: date, total: int, **more: object) -> None:
    """Store a PHQ-9 with answers that add up to `total`, the safety item 0 (so at most 24)."""
    values = [min(3, max(0, total - 3 * position)) for position in range(8)] + [0]
    texts = {item.id: str(value) for item, value in zip(PHQ9.scored_items, values, strict=True)}
    target = Target(
        world.member_ids[member],
        "phq9",
        point,
        on,
        enrolment_id=world.enrolment_ids[member],
        **more,  # type: ignore[arg-type]
    )
    moment = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    record_assessment(target=target, form=Form(texts), by=OPERATOR, now=moment)


def hold_all(cast: Cast, world: World, table: Sequence[Sequence[str]]) -> None:
    """Hold meeting 1, 2, … with a status for each member; one row of `table` per meeting."""
    for number, statuses in enumerate(table, start=1):
        hold_meeting(cast, world, number, statuses)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, members=3, first=FIRST)


def test_attended_and_expected_are_added_up_for_each_member(cast: Cast, world: World) -> None:
    # member 1: 8 of 8; member 2: 6 of 8 (late counts, excused does not); member 3: 5 of 8
    table = [["present", "late", "present"]] * 5 + [
        ["present", "present", "absent_told"],
        ["present", "excused", "absent_unknown"],
        ["present", "absent_told", "excused"],
    ]
    hold_all(cast, world, table)
    found = by_sign(facts_of(cast), world)
    assert [(one.attended, one.expected, one.threshold) for one in found] == [(8, 8, 6), (6, 8, 6), (5, 8, 6)]
    assert [one.completed for one in found] == [True, True, False]
    assert {one.started_on for one in found} == {FIRST}
    assert {one.site for one in found} == {"HILL"}


def test_a_cancelled_session_is_no_absence_and_stays_among_the_sessions(cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    moment = datetime(2026, 1, 18, 9, tzinfo=UTC)
    change = ChangeRecord(world.cycle_id, "cancel", 2, reason="weather")
    change_schedule(record=change, by=cast.actor("coordinator"), now=moment)
    hold_meeting(cast, world, 3)
    facts = facts_of(cast, now=datetime(2026, 1, 28, tzinfo=UTC))
    assert [(one.attended, one.expected) for one in facts.enrolments] == [(2, 2)] * 3
    assert [(one.number, one.status.value) for one in facts.sessions] == [
        (1, "held"),
        (2, "cancelled"),
        (3, "held"),
    ]
    assert facts.sessions[1].cancel_reason == "weather"


def test_a_late_joiner_is_expected_only_from_the_day_of_joining(cast: Cast, world: World) -> None:
    hold_all(cast, world, [["present"] * 3] * 2)
    (newcomer,) = make_members(cast, 1, first=5)
    moment = datetime(2026, 1, 20, 9, tzinfo=UTC)
    enrolment = add_member_to_cycle(
        cycle_id=world.cycle_id,
        member_id=newcomer,
        on_date=date(2026, 1, 26),
        reason="Came late to the village",
        by=OPERATOR,
        now=moment,
    )
    marks = tuple(Mark(one, "present") for one in (*world.enrolment_ids, enrolment))
    record_session(
        record=SessionRecord(world.session_ids[2], date(2026, 1, 26), marks),
        by=cast.actor("facilitator"),
        now=datetime(2026, 1, 26, 9, tzinfo=UTC),
    )
    joined = next(one for one in facts_of(cast).enrolments if one.enrolment == enrolment)
    assert (joined.attended, joined.expected, joined.started_on) == (1, 1, date(2026, 1, 26))
    assert joined.sessions == 8  # completion is still measured against the curriculum's number


def test_nobody_is_expected_from_the_day_of_leaving(cast: Cast, world: World) -> None:
    hold_all(cast, world, [["present"] * 3] * 2)
    moment = datetime(2026, 1, 22, 9, tzinfo=UTC)
    leave(
        enrolment_id=world.enrolment_ids[2],
        exit_type="moved",
        on_date=date(2026, 1, 22),
        by=cast.actor("coordinator"),
        now=moment,
    )
    hold_all_from(cast, world, 3, [["present", "absent_told"]])
    found = by_sign(facts_of(cast), world)
    assert [(one.attended, one.expected) for one in found] == [(3, 3), (2, 3), (2, 2)]
    assert (found[2].exit, found[2].ended_on) == (ExitType.MOVED, date(2026, 1, 22))


def hold_all_from(cast: Cast, world: World, first: int, table: Sequence[Sequence[str]]) -> None:
    for number, statuses in enumerate(table, start=first):
        hold_meeting(cast, world, number, statuses)


def test_closing_a_cycle_on_the_day_of_its_last_session_takes_no_absence_away(
    cast: Cast, world: World
) -> None:
    hold_all(cast, world, [["present"] * 3] * 7 + [["present", "absent_told", "present"]])
    close(cast, world)
    found = by_sign(facts_of(cast), world)
    assert [(one.attended, one.expected) for one in found] == [(8, 8), (7, 8), (8, 8)]
    assert {(one.cycle_closed, one.ended_on) for one in found} == {(True, LAST)}


def close(cast: Cast, world: World) -> None:
    """Close the cycle on the day of its last session; nobody has an endline, and everybody a reason."""
    db.session.execute(sa.update(Enrolment).values(no_endline_reason="other"))
    db.session.commit()
    moment = datetime(2026, 3, 2, 15, tzinfo=UTC)
    close_cycle(cycle_id=world.cycle_id, on_date=LAST, by=cast.actor("coordinator"), now=moment)


def test_a_member_who_moves_to_another_group_keeps_one_enrolment_and_each_number_once(
    cast: Cast, world: World
) -> None:
    other = make_running_group(cast, members=3, first=FIRST, name="Lake group", offset=8)
    hold_all(cast, world, [["present"] * 3] * 2)
    hold_all(cast, other, [["present"] * 3] * 2)
    moved = world.enrolment_ids[0]
    move_member(
        enrolment_id=moved,
        to_cycle_id=other.cycle_id,
        on_date=date(2026, 1, 21),
        by=cast.actor("coordinator"),
        now=datetime(2026, 1, 21, 9, tzinfo=UTC),
    )
    third = FIRST + timedelta(weeks=2)
    for session_id, present in (
        (world.session_ids[2], world.enrolment_ids[1:]),
        (other.session_ids[2], (*other.enrolment_ids, moved)),
    ):
        record = SessionRecord(session_id, third, tuple(Mark(one, "present") for one in present))
        moment = datetime(2026, 1, 26, 9, tzinfo=UTC)
        record_session(record=record, by=cast.actor("facilitator"), now=moment)
    found = [one for one in facts_of(cast).enrolments if one.enrolment == moved]
    assert [(one.attended, one.expected) for one in found] == [(3, 3)]
    assert [one.cycle for one in found] == [other.cycle_id]


# --- scores -------------------------------------------------------------------------------------------------------


def test_the_baseline_is_the_last_pre_group_score_up_to_the_first_session_attended(
    cast: Cast, world: World
) -> None:
    for member in (0, 1):
        measure(world, member, "pre_group", FIRST - timedelta(days=3), 14 + member)
        measure(world, member, "pre_group", FIRST + timedelta(days=3), 9, label="again")
    hold_all(cast, world, [["present", "absent_told", "present"], ["present"] * 3])
    found = by_sign(facts_of(cast), world)
    # member 1 came on day 0, so the second talk is too late; member 2 first came on day 7, so it counts
    assert [one.baseline and one.baseline.total for one in found] == [14, 9, None]


def test_a_screening_score_is_never_a_baseline(cast: Cast, world: World) -> None:
    answers = {item.id: "2" for item in PHQ9.scored_items[:8]} | {"9": "0"}
    record = ScreeningRecord(world.member_ids[0], FIRST - timedelta(days=30), answers)
    record_screening(record=record, by=OPERATOR, now=datetime(2025, 12, 13, tzinfo=UTC))
    hold_meeting(cast, world, 1)
    assert by_sign(facts_of(cast), world)[0].baseline is None


@pytest.mark.parametrize(
    ("days", "inside", "late"),
    [(-1, False, False), (0, True, False), (28, True, False), (29, False, True)],
    ids=["before the last session", "same day", "last day of the window", "a day too late"],
)
def test_an_endline_counts_inside_the_window_of_the_programme(
    cast: Cast, world: World, days: int, inside: bool, late: bool
) -> None:
    hold_all(cast, world, [["present"] * 3] * 8)
    measure(world, 0, "endline", LAST + timedelta(days=days), 6)
    one = by_sign(facts_of(cast), world)[0]
    assert (one.endline is not None, one.late_endline) == (inside, late)


def test_a_longer_window_set_by_the_programme_takes_a_later_endline(cast: Cast, world: World) -> None:
    hold_all(cast, world, [["present"] * 3] * 8)
    measure(world, 0, "endline", LAST + timedelta(days=40), 6)
    set_rules(rules=ProgrammeRules(endline_days=42), by=OPERATOR, now=NOW)
    one = by_sign(facts_of(cast), world)[0]
    assert one.endline is not None
    assert one.endline.total == 6


def test_follow_ups_count_inside_the_windows_of_the_curriculum(cast: Cast, world: World) -> None:
    hold_all(cast, world, [["present"] * 3] * 8)
    for days, total, label in (
        (28, 4, "after-4-weeks"),
        (84, 3, "after-12-weeks"),
        (200, 2, "after-40-weeks"),
    ):
        measure(world, 0, "follow_up", LAST + timedelta(days=days), total, label=label)
    found = by_sign(facts_of(cast), world)[0]
    assert [one.total for one in found.follow_ups] == [4, 3]


def test_the_last_score_before_the_window_ends_is_carried_forward(cast: Cast, world: World) -> None:
    measure(world, 0, "pre_group", FIRST - timedelta(days=3), 18)
    hold_all(cast, world, [["present"] * 3] * 8)
    measure(world, 0, "session", FIRST + timedelta(weeks=4), 11, session_id=world.session_ids[4])
    found = by_sign(facts_of(cast), world)[0]
    assert (found.endline, found.last_valid) == (None, 11)


def test_a_total_without_answers_is_marked(cast: Cast, world: World) -> None:
    target = Target(
        world.member_ids[0],
        "phq9",
        "pre_group",
        FIRST - timedelta(days=3),
        enrolment_id=world.enrolment_ids[0],
    )
    record_total(target=target, text="17", scale=None, by=OPERATOR, now=NOW)
    hold_meeting(cast, world, 1)
    baseline = by_sign(facts_of(cast), world)[0].baseline
    assert baseline is not None
    assert (baseline.total, baseline.totals_only) == (17, True)


# --- people -------------------------------------------------------------------------------------------------------


def test_a_merged_record_counts_as_the_person_it_was_merged_into(cast: Cast, world: World) -> None:
    again = make_running_group(cast, members=1, first=FIRST + timedelta(weeks=9), name="Second", offset=9)
    # Two records of one person, in two cycles: after the merge one person with two enrolments.
    close(cast, hold_everything(cast, world))
    merge_members(
        keep_id=world.member_ids[0],
        other_id=again.member_ids[0],
        by=cast.actor("coordinator"),
        now=NOW,
    )
    facts = facts_of(cast)
    assert len(facts.enrolments) == 4
    assert len({one.person for one in facts.enrolments}) == 3


def hold_everything(cast: Cast, world: World) -> World:
    hold_all(cast, world, [["present"] * 3] * 8)
    return world


def test_who_withdrew_consent_stays_in_the_counts(cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    leave(
        enrolment_id=world.enrolment_ids[0],
        exit_type="withdrew_consent",
        on_date=date(2026, 1, 14),
        by=cast.actor("coordinator"),
        now=datetime(2026, 1, 14, 9, tzinfo=UTC),
    )
    found = by_sign(facts_of(cast), world)
    assert [one.exit for one in found] == [ExitType.WITHDREW_CONSENT, None, None]


def test_age_is_counted_at_enrolment_and_missing_traits_have_a_value(cast: Cast, world: World) -> None:
    db.session.execute(
        sa.update(Member).where(Member.id == world.member_ids[1]).values(birth_year=None, sex=None)
    )
    db.session.commit()
    found = by_sign(facts_of(cast), world)
    year = found[0].enrolled_on.year
    assert [one.traits.age for one in found] == [year - 1990, None, year - 1990]
    assert [one.traits.sex for one in found] == [Sex.FEMALE, Sex.MISSING, Sex.FEMALE]


def test_other_sites_are_not_read(cast: Cast, world: World) -> None:
    make_running_group(cast, members=2, first=FIRST, site="foreign", name="Lake group", offset=6)
    assert len(facts_of(cast).enrolments) == 3
    assert len(facts_of(cast, "foreign").enrolments) == 2
    both = facts_of(cast, "own", "foreign")
    assert (len(both.enrolments), both.sites) == (5, ("HILL", "LAKE"))


def test_the_period_takes_enrolments_by_their_date(cast: Cast, world: World) -> None:
    enrolled = facts_of(cast).enrolments[0].enrolled_on
    assert len(facts_of(cast, period=Period(enrolled, enrolled)).enrolments) == 3
    before = Period(enrolled - timedelta(days=9), enrolled - timedelta(days=1))
    assert facts_of(cast, period=before).enrolments == ()


@pytest.mark.parametrize(
    ("basis", "month", "counted"),
    [
        (Basis.ENROLLED, 12, 3), (Basis.ENROLLED, 1, 0), (Basis.STARTED, 12, 0), (Basis.STARTED, 1, 2),
        (Basis.ENDED, 1, 1), (Basis.ENDED, 3, 2),
    ],
)  # fmt: skip
def test_another_date_may_put_an_enrolment_into_the_period(
    cast: Cast, world: World, basis: Basis, month: int, counted: int
) -> None:
    # Enrolled on 29 December; two came first on 12 January; one left on 15 January; the cycle ended on 2 March.
    hold_all(cast, world, [["present", "present", "absent_told"]])
    leave(
        enrolment_id=world.enrolment_ids[2],
        exit_type="moved",
        on_date=date(2026, 1, 15),
        by=cast.actor("coordinator"),
        now=datetime(2026, 1, 15, 9, tzinfo=UTC),
    )
    hold_all_from(cast, world, 2, [["present", "present"]] * 7)
    close(cast, world)
    first = date(2025 if month == 12 else 2026, month, 1)
    period = Period(first, first + timedelta(days=30))
    rows = facts_of(cast, period=period, basis=basis).enrolments
    assert len(enrolments_in(rows, period, basis)) == counted


def test_a_cycle_given_up_before_it_began_counts_nowhere(cast: Cast, world: World) -> None:
    db.session.execute(sa.update(Cycle).values(status="cancelled", started_on=None))
    db.session.commit()
    facts = facts_of(cast)
    assert (facts.enrolments, facts.sessions) == ((), ())


# --- screenings, safety -------------------------------------------------------------------------------------------


def test_a_screening_is_judged_by_the_criteria_in_force_that_day(cast: Cast) -> None:
    people = make_members(cast, 2, now=datetime(2026, 1, 5, tzinfo=UTC))
    twelve = dict(zip((item.id for item in PHQ9.scored_items), "222222000", strict=True))
    for member, day in zip(people, (date(2026, 1, 5), date(2026, 2, 5)), strict=True):
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        record_screening(record=ScreeningRecord(member, day, twelve), by=OPERATOR, now=moment)
        adopt_criteria(record=CriteriaRecord("phq9", 13, "Local study"), by=OPERATOR, now=moment)
    found = facts_of(cast).screenings
    assert [(one.positive, one.cut_off, one.complete) for one in found] == [
        (True, 10, True),
        (False, 13, True),
    ]
    assert [one.eligible for one in found] == [True, False]


@pytest.mark.parametrize(
    ("minutes", "now_after", "expected"),
    [(119, 600, True), (121, 600, False), (None, 60, None), (None, 121, False)],
    ids=["seen in time", "seen too late", "clock still runs", "never seen"],
)
def test_an_episode_is_in_time_by_its_clock(
    cast: Cast, minutes: int | None, now_after: int, expected: bool | None
) -> None:
    opened = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    seen = None if minutes is None else opened + timedelta(minutes=minutes)
    episode(cast, opened, seen)
    facts = facts_of(cast, now=opened + timedelta(minutes=now_after))
    assert [one.in_time for one in facts.safety] == [expected]


def episode(cast: Cast, opened: datetime, seen: datetime | None, **more: object) -> None:
    """Store an episode of somebody not named, on the level-2 clock of two hours."""
    values = {
        "code": f"S-{opened:%H%M}",
        "site_id": cast.own,
        "trigger": "worry",
        "status": "new" if seen is None else "seen",
        "unseen": seen is None,
        "unseen_since": opened,
        "acknowledge_by": opened + timedelta(hours=2),
        "acknowledged_at": seen,
        "first_acknowledged_at": seen,
        "opened_at": opened,
    }
    db.session.add(SafetyEpisode(**{**values, **more}))
    db.session.commit()


def test_an_episode_that_was_seen_late_once_is_late_though_it_was_seen_in_time_later(cast: Cast) -> None:
    opened = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    again = opened + timedelta(days=1)
    episode(
        cast,
        opened,
        again + timedelta(minutes=5),
        first_acknowledged_at=opened + timedelta(hours=3),
        unseen_since=again,
        acknowledge_by=again + timedelta(hours=2),
    )
    assert [one.in_time for one in facts_of(cast).safety] == [False]


def test_an_episode_that_goes_on_under_another_code_is_counted_once(cast: Cast) -> None:
    opened = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    episode(cast, opened, opened)
    episode(
        cast,
        opened + timedelta(minutes=1),
        opened,
        status="closed",
        closed_at=opened,
        outcome="merged",
    )
    assert len(facts_of(cast).safety) == 1


def test_a_session_that_is_not_due_yet_is_left_out(cast: Cast, world: World) -> None:
    facts = facts_of(cast, now=datetime(2026, 1, 20, tzinfo=UTC))
    assert [one.number for one in facts.sessions] == [1, 2]
    assert {one.status for one in facts.sessions} <= {SessionStatus.PLANNED, SessionStatus.CONFIRMED}


def test_the_date_first_confirmed_survives_a_move(cast: Cast, world: World) -> None:
    db.session.execute(
        sa.update(Session).where(Session.id == world.session_ids[0]).values(on_date=FIRST + timedelta(days=4))
    )
    db.session.commit()
    assert facts_of(cast).sessions[0].due_on == FIRST


def test_the_number_of_statements_does_not_grow_with_the_members(cast: Cast, world: World) -> None:
    def statements() -> int:
        counted: list[str] = []

        def note(*args: object) -> None:
            counted.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            facts_of(cast)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(counted)

    hold_meeting(cast, world, 1)
    few = statements()
    make_running_group(cast, members=8, first=FIRST, name="Lake group", offset=5)
    assert statements() == few <= 27


def test_the_screening_that_led_to_the_enrolment_and_who_asked_at_the_end_are_read(
    cast: Cast, world: World
) -> None:
    moment = datetime(2026, 1, 2, 9, tzinfo=UTC)
    record = ScreeningRecord(world.member_ids[0], date(2026, 1, 2))
    screening_id = record_screening(record=record, by=OPERATOR, now=moment)["screening_id"]
    enrolment = sa.update(Enrolment).where(Enrolment.id == world.enrolment_ids[0])
    db.session.execute(enrolment.values(screening_id=screening_id))
    db.session.commit()
    hold_all(cast, world, [["present"] * 3] * 8)
    measure(world, 0, "pre_group", FIRST - timedelta(days=2), 15)
    measure(world, 0, "midline", FIRST + timedelta(weeks=4), 11, relation="other_facilitator")
    measure(world, 0, "endline", LAST + timedelta(days=7), 6, relation="independent")
    target = Target(world.member_ids[0], "phq9", "screening", date(2026, 1, 2), screening_id=screening_id)
    record_total(target=target, text="19", scale=None, by=OPERATOR, now=moment)
    found = by_sign(facts_of(cast), world)
    assert [(one.screening, one.midline) for one in found] == [(19, 11), (None, None), (None, None)]
    assert found[0].endline is not None
    assert found[0].endline.asked_by is AskedBy.INDEPENDENT
    assert found[0].baseline is not None
    assert found[0].baseline.asked_by is AskedBy.UNKNOWN

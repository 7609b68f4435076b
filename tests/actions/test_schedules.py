"""Changes of a schedule that exists: what was held stays, numbers stay, access is dated."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.meetings import report_not_held
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.actions.schedules import (
    ChangeRecord,
    FollowUpChange,
    change_follow_up,
    change_schedule,
    preview_change,
    suggestions,
)
from gipt.actions.staff import StaffRecord, add_staff
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Assignment, Cycle, Session
from gipt.queries.cycles import find_to_decide, get_cycle
from gipt.queries.plans import stored_cycle
from gipt.queries.scope import cycle_for, session_for
from tests.cast import NOW, Cast
from tests.world import World, hold_meeting, make_running_group

FIRST = date(2026, 3, 11)
WEEK = timedelta(days=7)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, 3, first=FIRST)


def substitute(cast: Cast, site: str = "own") -> tuple[str, Actor]:
    granted = Granted(Role.FACILITATOR, getattr(cast, site))
    name = f"stand.in.{site}"
    staff_id = add_staff(record=StaffRecord(name, (granted,)), by=OPERATOR, now=NOW)
    return staff_id, Actor(staff_id, frozenset({granted}))


def change(cast: Cast, cycle_id: str, kind: str, number: int | None = None, **more: object) -> None:
    now = more.pop("now", NOW)
    record = ChangeRecord(cycle_id, kind, number, **more)  # type: ignore[arg-type]
    change_schedule(record=record, by=cast.actor("coordinator"), now=now)  # type: ignore[arg-type]


def rows(cycle_id: str) -> list[Session]:
    db.session.expire_all()
    found = sa.select(Session).where(Session.cycle_id == cycle_id, Session.kind == "core")
    return list(db.session.scalars(found.order_by(Session.number, Session.on_date)))


def live(cycle_id: str) -> dict[int, date]:
    return {one.number: one.on_date for one in rows(cycle_id) if one.status != "cancelled"}


def test_moving_one_leaves_the_others(cast: Cast, world: World) -> None:
    before = live(world.cycle_id)
    change(cast, world.cycle_id, "move_one", 3, to=before[3] + timedelta(days=1), starts=time(14, 30))
    assert live(world.cycle_id) == before | {3: before[3] + timedelta(days=1)}
    third = rows(world.cycle_id)[2]
    assert (third.at_time, third.status, third.first_confirmed_on) == (time(14, 30), "postponed", before[3])


def test_moving_this_and_all_after_by_one_step_keeps_what_is_before(cast: Cast, world: World) -> None:
    before = live(world.cycle_id)
    change(cast, world.cycle_id, "move_this_and_after", 3)
    after = live(world.cycle_id)
    assert {n: after[n] for n in (1, 2)} == {n: before[n] for n in (1, 2)}
    assert all(after[n] >= before[n] + WEEK for n in range(3, 9))
    assert [after[n] for n in range(1, 9)] == sorted(set(after.values()))


def test_what_was_held_never_moves(cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    with pytest.raises(Conflict) as refused:
        change(cast, world.cycle_id, "move_one", 1, to=FIRST + timedelta(days=1))
    assert refused.value.details["reason"] == "session_held"


def test_a_hard_clash_blocks_a_move_and_nothing_is_stored(cast: Cast, world: World) -> None:
    before = live(world.cycle_id)
    with pytest.raises(Conflict) as refused:
        change(cast, world.cycle_id, "move_one", 2, to=before[3] + timedelta(days=1))
    assert refused.value.details["reason"] == "blocked"
    assert live(world.cycle_id) == before


def test_the_preview_says_what_the_write_does(cast: Cast, world: World) -> None:
    record = ChangeRecord(world.cycle_id, "move_this_and_after", 2)
    shown = preview_change(record=record, by=cast.actor("coordinator"))
    change_schedule(record=record, by=cast.actor("coordinator"), now=NOW)
    assert live(world.cycle_id) == {one.number: one.on for one in shown.sessions}


def test_follow_ups_go_along_with_the_last_session(cast: Cast, world: World) -> None:
    def follow_ups() -> list[date]:
        found = sa.select(Session.on_date).where(Session.id.in_(world.follow_up_ids)).order_by(Session.number)
        return list(db.session.scalars(found))

    change(cast, world.cycle_id, "move_this_and_after", 8)
    before = follow_ups()
    change(cast, world.cycle_id, "move_one", 2, to=live(world.cycle_id)[2] + timedelta(days=1))
    assert follow_ups() == before
    last = live(world.cycle_id)[8]
    change(cast, world.cycle_id, "move_one", 8, to=last + timedelta(days=14))
    moved = [(after - earlier).days for earlier, after in zip(before, follow_ups(), strict=True)]
    assert [abs(days - 14) <= 1 for days in moved] == [True, True]  # a public holiday may take a day


def test_a_cancelled_number_waits_for_a_decision_and_is_made_up_with_the_same_number(
    cast: Cast, world: World
) -> None:
    by, before = cast.actor("coordinator"), live(world.cycle_id)
    change(cast, world.cycle_id, "cancel", 3, reason="funeral", note="The chief was buried")
    assert [(one.why, one.number) for one in find_to_decide(by, FIRST)] == [("gap", 3)]
    change(cast, world.cycle_id, "append", 3)
    third = [one for one in rows(world.cycle_id) if one.number == 3]
    assert [(one.status, one.gap) for one in third] == [("cancelled", "replaced"), ("confirmed", "none")]
    assert third[0].cancel_note == "The chief was buried"
    after = live(world.cycle_id)
    assert [after[n] for n in range(3, 8)] == [before[n] for n in range(4, 9)]
    assert after[8] > before[8]
    assert {
        one.number: one.first_confirmed_on for one in rows(world.cycle_id) if one.status != "cancelled"
    } == before
    assert find_to_decide(by, FIRST) == []
    assert len(get_cycle(by, world.cycle_id, FIRST).core) == 9


def test_accepting_one_fewer_keeps_the_number_of_the_curriculum(cast: Cast, world: World) -> None:
    change(cast, world.cycle_id, "cancel", 8, reason="weather")
    change(cast, world.cycle_id, "accept", 8)
    cycle = db.session.get_one(Cycle, world.cycle_id)
    assert (cycle.sessions, cycle.accepted_sessions) == (8, 7)
    with pytest.raises(Conflict) as refused:
        change(cast, world.cycle_id, "append", 8)
    assert refused.value.details["reason"] == "no_open_gap"


def test_a_meeting_reported_as_not_held_waits_for_the_same_decision(cast: Cast, world: World) -> None:
    report_not_held(
        session_id=world.session_ids[1], reason="weather", note=None, by=cast.actor("facilitator"), now=NOW
    )
    assert [(one.why, one.number) for one in find_to_decide(cast.actor("coordinator"), FIRST)] == [("gap", 2)]


def test_a_meeting_on_another_day_is_a_fact_against_which_nothing_stands(cast: Cast, world: World) -> None:
    day = live(world.cycle_id)[2] + timedelta(days=1)  # past the third one's eve, on no free day of anybody
    change(cast, world.cycle_id, "held_on_another_day", 1, to=day, now=datetime.combine(day, time(18), UTC))
    first = rows(world.cycle_id)[0]
    assert (first.status, first.held_on, first.on_date) == ("held", day, FIRST)


def test_a_meeting_was_not_held_tomorrow_nor_before_the_cycle_started(cast: Cast, world: World) -> None:
    with pytest.raises(Invalid) as refused:
        change(cast, world.cycle_id, "held_on_another_day", 1, to=FIRST)
    assert refused.value.details["reason"] == "in_future"
    early = make_running_group(cast, 1, first=FIRST, started=False, at=time(15), offset=5)
    with pytest.raises(Conflict):
        change(cast, early.cycle_id, "held_on_another_day", 1, to=NOW.date())


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("move_one", {}, "to"),
        ("cancel", {}, "reason"),
        ("cancel", {"reason": "bored"}, "reason"),
        ("turn_round", {}, "kind"),
        ("move_one", {"to": FIRST, "venue_id": "0" * 32}, "venue"),
        ("hand_over", {"facilitators": ("0" * 32,), "first": FIRST}, "facilitators"),
        ("hand_over", {"facilitators": ()}, "first"),
    ],
    ids=[
        "no date",
        "no reason",
        "other reason",
        "unknown change",
        "unknown place",
        "unknown person",
        "no day",
    ],
)
def test_a_change_that_says_too_little_is_refused_by_its_field(
    cast: Cast, world: World, kind: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(cast, world.cycle_id, kind, 2, **more)
    assert refused.value.details["field"] == field


def test_a_cycle_that_is_over_is_not_changed(cast: Cast, world: World) -> None:
    db.session.execute(sa.update(Cycle).values(status="closed", closed_on=FIRST))
    db.session.commit()
    with pytest.raises(Conflict) as refused:
        change(cast, world.cycle_id, "move_one", 2, to=FIRST)
    assert refused.value.details["reason"] == "cycle_closed"


def test_the_coordinator_of_another_site_changes_nothing(cast: Cast, world: World) -> None:
    record = ChangeRecord(world.cycle_id, "move_this_and_after", 2)
    with pytest.raises(NotFound):
        change_schedule(record=record, by=cast.actor("coordinator", "foreign"), now=NOW)


# --- handing over -----------------------------------------------------------------------------------------------------


def leaders(cycle_id: str) -> list[tuple[str, ...]]:
    return [one.facilitators for one in stored_cycle(cycle_id).sessions]


def test_handing_over_for_good_ends_the_old_access_the_day_before(cast: Cast, world: World) -> None:
    new, actor = substitute(cast)
    old, day = cast.staff_id("facilitator"), live(world.cycle_id)[3]
    change(cast, world.cycle_id, "hand_over", first=day, facilitators=(new,))
    assert leaders(world.cycle_id) == [(old,)] * 2 + [(new,)] * 6
    assert cycle_for(cast.actor("facilitator"), world.cycle_id, day - timedelta(days=1))
    for who, on in ((cast.actor("facilitator"), day), (actor, day - timedelta(days=1))):
        with pytest.raises(NotFound):
            cycle_for(who, world.cycle_id, on)
    assert cycle_for(actor, world.cycle_id, day)


def test_somebody_who_steps_in_for_a_while_leads_only_then(cast: Cast, world: World) -> None:
    new, actor = substitute(cast)
    old, dates = cast.staff_id("facilitator"), live(world.cycle_id)
    change(cast, world.cycle_id, "hand_over", first=dates[3], last=dates[5], facilitators=(new,))
    assert leaders(world.cycle_id) == [(old,)] * 2 + [(new,)] * 3 + [(old,)] * 3
    assert cycle_for(actor, world.cycle_id, dates[4])
    with pytest.raises(NotFound):
        cycle_for(actor, world.cycle_id, dates[5] + timedelta(days=1))


def test_who_takes_one_meeting_sees_that_meeting_and_writes_it_down_until_two_days_later(
    cast: Cast, world: World
) -> None:
    new, actor = substitute(cast)
    day = live(world.cycle_id)[3]
    change(cast, world.cycle_id, "hand_over", first=day, last=day, facilitators=(new,))
    assert leaders(world.cycle_id)[2] == (new,)
    assert leaders(world.cycle_id)[1] == (cast.staff_id("facilitator"),)
    assert session_for(actor, world.session_ids[2], NOW.date())
    with pytest.raises(NotFound):
        session_for(actor, world.session_ids[3], day)
    marks = (Mark(world.enrolment_ids[0], "present"),)
    record = SessionRecord(world.session_ids[2], day, marks)
    with pytest.raises(NotFound):
        record_session(record=record, by=actor, now=datetime.combine(day + timedelta(days=3), time(6), UTC))
    record_session(record=record, by=actor, now=datetime.combine(day + timedelta(days=2), time(6), UTC))


def test_a_substitute_frees_the_facilitator_for_another_group(cast: Cast, world: World) -> None:
    new, _actor = substitute(cast)
    dates = live(world.cycle_id)
    change(cast, world.cycle_id, "hand_over", first=dates[1], last=dates[8], facilitators=(new,))
    other = make_running_group(cast, 1, first=FIRST, started=False, offset=5, at=time(14))
    record = ChangeRecord(other.cycle_id, "move_one", 2, to=dates[2], starts=time(10, 0))
    shown = preview_change(record=record, by=cast.actor("coordinator"))
    codes = {clash.code.value for _number, clash in shown.clashes}
    assert "facilitator_busy" not in codes
    assert "venue_busy" in codes


def test_handing_over_when_nothing_is_left_is_refused(cast: Cast, world: World) -> None:
    new, _actor = substitute(cast)
    with pytest.raises(Conflict) as refused:
        change(cast, world.cycle_id, "hand_over", first=date(2027, 1, 1), facilitators=(new,))
    assert refused.value.details["reason"] == "no_open_session"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 1


# --- ways out and follow-up meetings ----------------------------------------------------------------------------------


def test_three_ways_out_are_offered(cast: Cast, world: World) -> None:
    offered = suggestions(cycle_id=world.cycle_id, number=4, by=cast.actor("coordinator"), today=NOW.date())
    assert [one.kind.value for one in offered] == ["same_week", "same_day", "next_week_all_after"]


def test_a_follow_up_meeting_is_moved_or_cancelled(cast: Cast, world: World) -> None:
    by, session_id = cast.actor("coordinator"), world.follow_up_ids[0]
    change_follow_up(record=FollowUpChange(session_id, to=date(2026, 6, 4), starts=time(9)), by=by, now=NOW)
    row = db.session.get_one(Session, session_id)
    assert (row.on_date, row.at_time, row.status) == (date(2026, 6, 4), time(9), "planned")
    change_follow_up(record=FollowUpChange(session_id, reason="security"), by=by, now=NOW)
    assert db.session.get_one(Session, session_id).status == "cancelled"
    for refused, problem in (
        (FollowUpChange(session_id, to=date(2026, 6, 4)), Conflict),
        (FollowUpChange(world.session_ids[0], to=date(2026, 6, 4)), NotFound),
        (FollowUpChange(world.follow_up_ids[-1]), Invalid),
    ):
        with pytest.raises(problem):
            change_follow_up(record=refused, by=by, now=NOW)

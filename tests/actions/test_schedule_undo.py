"""Every change of a schedule can be taken back for a day, unless something since made it a fact."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.cycles import close_cycle, note_no_endline
from gipt.actions.schedule_undo import undo_schedule_change
from gipt.actions.schedules import ChangeRecord, FollowUpChange, change_follow_up, change_schedule
from gipt.actions.staff import StaffRecord, add_staff
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.problems import Conflict, NotFound
from gipt.models import AuditEvent, ScheduleChange, Session
from gipt.queries.schedule_changes import find_undoable, state_of
from gipt.queries.scope import cycle_for, session_for
from tests.cast import Cast
from tests.world import World, hold_meeting, make_running_group

FIRST = date(2026, 3, 11)
WEEK = timedelta(days=7)
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
SOON = NOW + timedelta(hours=23)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, 3, first=FIRST)


def stand_in(cast: Cast) -> Actor:
    granted = Granted(Role.FACILITATOR, cast.own)
    record = StaffRecord("stand.in", (granted,))
    return Actor(add_staff(record=record, by=OPERATOR, now=NOW), frozenset({granted}))


def change(cast: Cast, world: World, kind: str, number: int | None = None, **more: object) -> str:
    """Make a change; gives its id."""
    at = more.pop("at", NOW)
    record = ChangeRecord(world.cycle_id, kind, number, **more)  # type: ignore[arg-type]
    change_schedule(record=record, by=cast.actor("coordinator"), now=at)  # type: ignore[arg-type]
    return newest(world)


def newest(world: World) -> str:
    db.session.expire_all()
    found = db.session.scalars(
        sa.select(ScheduleChange.id)
        .where(ScheduleChange.cycle_id == world.cycle_id)
        .order_by(ScheduleChange.at.desc())
    ).first()
    assert found is not None
    return found


def undo(cast: Cast, change_id: str, at: datetime = SOON, op: str | None = None) -> None:
    undo_schedule_change(change_id=change_id, by=cast.actor("coordinator"), now=at, op=op)


def refusal(cast: Cast, change_id: str, at: datetime = SOON) -> str:
    with pytest.raises(Conflict) as refused:
        undo(cast, change_id, at)
    return str(refused.value.details["reason"])


def moved(cast: Cast, world: World) -> str:
    return change(cast, world, "move_one", 3, to=FIRST + 2 * WEEK + timedelta(days=1), starts=time(14, 30))


def moved_all(cast: Cast, world: World) -> str:
    return change(cast, world, "move_this_and_after", 3)


def cancelled(cast: Cast, world: World) -> str:
    return change(cast, world, "cancel", 4, reason="weather", note="The road is gone")


def dropped(cast: Cast, world: World) -> None:
    change(cast, world, "cancel", 4, reason="weather", at=NOW - timedelta(minutes=5))


def appended(cast: Cast, world: World) -> str:
    return change(cast, world, "append", 4)


def accepted(cast: Cast, world: World) -> str:
    return change(cast, world, "accept", 4)


def held_elsewhere(cast: Cast, world: World) -> str:
    return change(cast, world, "held_on_another_day", 1, to=FIRST - timedelta(days=6))


def for_good(cast: Cast, world: World) -> str:
    return change(cast, world, "hand_over", facilitators=(str(stand_in(cast).staff_id),), first=FIRST + WEEK)


def for_one(cast: Cast, world: World) -> str:
    day, who = FIRST + WEEK, str(stand_in(cast).staff_id)
    return change(cast, world, "hand_over", facilitators=(who,), first=day, last=day)


def follow_up(cast: Cast, world: World) -> str:
    record = FollowUpChange(world.follow_up_ids[0], reason="funeral")
    change_follow_up(record=record, by=cast.actor("coordinator"), now=NOW)
    return newest(world)


ALL = (moved, moved_all, cancelled, appended, accepted, held_elsewhere, for_good, for_one, follow_up)


@pytest.mark.parametrize("make", ALL, ids=lambda one: one.__name__)
def test_every_change_is_taken_back_once_and_for_all(
    cast: Cast, world: World, make: Callable[[Cast, World], str]
) -> None:
    if make in (appended, accepted):
        dropped(cast, world)
    before = state_of(world.cycle_id)
    change_id = make(cast, world)
    assert state_of(world.cycle_id) != before
    assert change_id in [one.change_id for one in find_undoable(world.cycle_id, SOON)]
    for _twice in range(2):
        undo(cast, change_id, op="b" * 32)
    assert state_of(world.cycle_id) == before
    assert change_id not in [one.change_id for one in find_undoable(world.cycle_id, SOON)]
    events = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "undo_schedule_change")
    ).all()
    assert [(one.entity_id, one.details["change"]) for one in events] == [(world.cycle_id, change_id)]
    assert refusal(cast, change_id) == "undo_done"


def test_the_note_of_a_cancelled_meeting_goes_with_it(cast: Cast, world: World) -> None:
    change_id = cancelled(cast, world)
    assert db.session.get_one(Session, world.session_ids[3]).cancel_note == "The road is gone"
    undo(cast, change_id)
    assert db.session.get_one(Session, world.session_ids[3]).cancel_note is None


def test_after_a_day_a_change_stays(cast: Cast, world: World) -> None:
    change_id = moved(cast, world)
    late = NOW + timedelta(hours=24, minutes=1)
    assert find_undoable(world.cycle_id, late) == []
    assert refusal(cast, change_id, late) == "undo_over"


def test_a_substitute_loses_the_access_that_the_change_gave(cast: Cast, world: World) -> None:
    who = stand_in(cast)
    day = FIRST + WEEK
    change_id = change(cast, world, "hand_over", facilitators=(str(who.staff_id),), first=day, last=day)
    assert session_for(who, world.session_ids[1], day) == world.session_ids[1]
    undo(cast, change_id)
    for on in (NOW.date(), day):
        with pytest.raises(NotFound):
            session_for(who, world.session_ids[1], on)
        with pytest.raises(NotFound):
            cycle_for(who, world.cycle_id, on)
    assert cycle_for(cast.actor("facilitator"), world.cycle_id, day) == world.cycle_id


def test_who_led_before_leads_again(cast: Cast, world: World) -> None:
    change_id = for_good(cast, world)
    with pytest.raises(NotFound):
        cycle_for(cast.actor("facilitator"), world.cycle_id, FIRST + WEEK)
    undo(cast, change_id)
    assert cycle_for(cast.actor("facilitator"), world.cycle_id, FIRST + WEEK) == world.cycle_id


def test_a_meeting_held_since_makes_it_a_fact(cast: Cast, world: World) -> None:
    day = FIRST + timedelta(days=1)
    start = datetime(2026, 3, 12, 5, tzinfo=UTC)
    change_id = change(cast, world, "move_one", 1, to=day, at=start)
    hold_meeting(cast, world, 1, on=day)
    assert refusal(cast, change_id, start + timedelta(hours=9)) == "undo_held"


def test_a_hand_over_stays_once_the_substitute_held_a_meeting(cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    morning = datetime.combine(FIRST + WEEK, time(5), UTC)
    who = str(stand_in(cast).staff_id)
    change_id = change(
        cast, world, "hand_over", facilitators=(who,), first=FIRST + WEEK, last=FIRST + WEEK, at=morning
    )
    hold_meeting(cast, world, 2)
    assert refusal(cast, change_id, morning + timedelta(hours=9)) == "undo_held"


def test_a_meeting_on_another_day_stays_once_somebody_is_marked(cast: Cast, world: World) -> None:
    day = FIRST - timedelta(days=6)
    change_id = held_elsewhere(cast, world)
    hold_meeting(cast, world, 1, on=day)
    assert refusal(cast, change_id) == "undo_held"


def test_a_later_change_of_the_same_meetings_comes_first(cast: Cast, world: World) -> None:
    first = moved_all(cast, world)
    where = db.session.get_one(Session, world.session_ids[4]).on_date
    later = NOW + timedelta(minutes=1)
    second = change(cast, world, "move_one", 5, to=where + timedelta(days=1), at=later)
    third = change(
        cast, world, "move_one", 2, to=FIRST + WEEK + timedelta(days=1), at=later + timedelta(minutes=1)
    )
    assert refusal(cast, first) == "undo_changed"
    undo(cast, second)
    undo(cast, first)
    undo(cast, third)
    assert db.session.get_one(Session, world.session_ids[4]).on_date == FIRST + 4 * WEEK


def test_an_added_meeting_that_something_names_stays(cast: Cast, world: World) -> None:
    dropped(cast, world)
    change_id = appended(cast, world)
    added = next(
        key
        for key, row in db.session.get_one(ScheduleChange, change_id).before["session"].items()
        if row is None
    )
    day = db.session.get_one(Session, added).on_date
    change(cast, world, "hand_over", facilitators=(str(stand_in(cast).staff_id),), first=day, last=day)
    assert refusal(cast, change_id) == "undo_changed"


def test_an_old_day_that_is_over_is_not_had_back(cast: Cast, world: World) -> None:
    morning = datetime(2026, 3, 11, 5, tzinfo=UTC)
    change_id = change(cast, world, "move_one", 1, to=FIRST + timedelta(days=2), at=morning)
    assert refusal(cast, change_id, morning + timedelta(hours=23)) == "undo_past"


def test_a_date_that_another_group_took_meanwhile_is_gone(cast: Cast, world: World) -> None:
    change_id = change(cast, world, "move_one", 3, to=FIRST + 2 * WEEK + timedelta(days=1))
    # The same facilitator at the same hour, on the day that had become free; the other dates lie between.
    other = make_running_group(cast, 2, first=FIRST + timedelta(days=5), offset=8, name="Hill")
    record = ChangeRecord(other.cycle_id, "move_one", 3, to=FIRST + 2 * WEEK)
    change_schedule(record=record, by=cast.actor("coordinator"), now=NOW)
    before = state_of(world.cycle_id)
    assert refusal(cast, change_id) == "undo_taken"
    assert state_of(world.cycle_id) == before


def test_a_cycle_that_is_over_stays_as_it_is(cast: Cast, world: World) -> None:
    for number in range(1, 8):
        hold_meeting(cast, world, number)
    evening = datetime.combine(FIRST + 7 * WEEK, time(15), UTC)
    change(cast, world, "cancel", 8, reason="weather", at=evening)
    change_id = change(cast, world, "accept", 8, at=evening + timedelta(minutes=1))
    for one in world.enrolment_ids:
        note_no_endline(enrolment_id=one, reason="moved", by=cast.actor("coordinator"), now=evening)
    close_cycle(cycle_id=world.cycle_id, on_date=evening.date(), by=cast.actor("coordinator"), now=evening)
    assert refusal(cast, change_id, evening + timedelta(hours=1)) == "cycle_closed"


@pytest.mark.parametrize(
    ("role", "site"), [("coordinator", "foreign"), ("supervisor", "own"), ("facilitator", "own")]
)
def test_only_the_office_of_the_site_takes_back(cast: Cast, world: World, role: str, site: str) -> None:
    change_id = moved(cast, world)
    before = state_of(world.cycle_id)
    with pytest.raises(Exception) as refused:
        undo_schedule_change(change_id=change_id, by=cast.actor(role, site), now=SOON)
    assert type(refused.value).__name__ == ("NotFound" if role == "coordinator" else "NotAllowed")
    assert state_of(world.cycle_id) == before

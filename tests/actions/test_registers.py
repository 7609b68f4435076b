"""The register: who came, from when a member is expected, corrections, tasks for who did not come."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.cycles import close_cycle, note_no_endline
from gipt.actions.enrolments import add_member_to_cycle, come_back, leave
from gipt.actions.meetings import Closing, FollowUpRecord, close_session, record_follow_up
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import (
    AbsenceFollowUp,
    Attendance,
    AttendanceCorrection,
    Cycle,
    Membership,
    Programme,
    Session,
)
from gipt.queries.meetings import get_meeting, get_register
from tests.cast import Cast
from tests.world import World, hold_meeting, make_members, make_running_group

FIRST = date(2026, 3, 11)


def day(number: int) -> date:
    return FIRST + timedelta(days=7 * (number - 1))


def evening(on: date) -> datetime:
    return datetime.combine(on, time(15), UTC)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, 3, first=FIRST)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def write(
    cast: Cast,
    session_id: str,
    marks: dict[str, str] | tuple[Mark, ...],
    *,
    on: date = FIRST,
    at: datetime | None = None,
    role: str = "facilitator",
    site: str = "own",
    op: str | None = None,
    via: str = "phone",
    correction: str | None = None,
) -> None:
    given = tuple(Mark(one, status) for one, status in marks.items()) if isinstance(marks, dict) else marks
    record = SessionRecord(session_id, on, given, via, correction)
    record_session(record=record, by=cast.actor(role, site), now=at or evening(on), op=op)


def marks_of(session_id: str) -> dict[str, str]:
    found = sa.select(Attendance.enrolment_id, Attendance.status).where(Attendance.session_id == session_id)
    return {row.enrolment_id: row.status for row in db.session.execute(found)}


def tasks(session_id: str | None = None) -> dict[str, bool]:
    found = sa.select(AbsenceFollowUp.enrolment_id, AbsenceFollowUp.told_supervisor)
    if session_id:
        found = found.where(AbsenceFollowUp.session_id == session_id)
    return {row.enrolment_id: row.told_supervisor for row in db.session.execute(found)}


def test_a_register_marks_the_meeting_as_held_on_its_day(cast: Cast, world: World) -> None:
    one, two, three = world.enrolment_ids
    write(cast, world.session_ids[0], {one: "present", two: "late"}, on=FIRST + timedelta(days=1))
    row = db.session.get_one(Session, world.session_ids[0])
    assert (row.status, row.held_on, row.on_date, row.recorded_via) == (
        "held",
        FIRST + timedelta(days=1),
        FIRST,
        "phone",
    )
    assert marks_of(row.id) == {one: "present", two: "late"}  # nobody is assumed present, or absent
    assert three not in marks_of(row.id)


def test_the_same_submit_twice_stores_once(cast: Cast, world: World) -> None:
    marks = dict.fromkeys(world.enrolment_ids, "absent_unknown")
    for _ in range(2):
        write(cast, world.session_ids[0], marks, op="b" * 32, at=evening(FIRST))
    assert len(marks_of(world.session_ids[0])) == 3
    assert len(tasks()) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AttendanceCorrection)) == 0


@pytest.mark.parametrize("size", [4, 40])
def test_a_register_takes_at_most_ten_statements_whatever_the_number_of_members(
    cast: Cast, size: int
) -> None:
    world = make_running_group(cast, size, first=FIRST, talked=False)
    marks = {one: ("present", "absent_unknown")[n % 2] for n, one in enumerate(world.enrolment_ids)}
    with statements() as seen:
        write(cast, world.session_ids[0], marks, op="c" * 32)
    assert len(marks_of(world.session_ids[0])) == size
    assert len([one for one in seen if not one.startswith(("BEGIN", "SAVEPOINT", "PRAGMA"))]) <= 10
    flipped = {one: ("absent_unknown", "present")[n % 2] for n, one in enumerate(world.enrolment_ids)}
    with statements() as seen:
        write(cast, world.session_ids[0], flipped, op="d" * 32)
    assert marks_of(world.session_ids[0]) == flipped
    assert len(seen) <= 14  # a correction of everything: marks, their history, and the tasks both ways


# --- who is expected --------------------------------------------------------------------------------------------------


def test_who_joins_later_is_expected_only_from_then(cast: Cast, world: World) -> None:
    late = make_members(cast, 1, first=9)[0]
    by = cast.actor("coordinator")
    joined = add_member_to_cycle(
        cycle_id=world.cycle_id, member_id=late, on_date=day(2), by=by, now=evening(FIRST)
    )
    with pytest.raises(Conflict) as refused:
        write(cast, world.session_ids[0], {joined: "absent_unknown"})
    assert refused.value.details["reason"] == "not_a_member"
    assert marks_of(world.session_ids[0]) == {}
    write(cast, world.session_ids[1], {joined: "present"}, on=day(2))


def test_who_left_is_not_expected_from_that_day_and_again_after_coming_back(cast: Cast, world: World) -> None:
    gone, by = world.enrolment_ids[0], cast.actor("coordinator")
    hold_meeting(cast, world, 1)
    leave(enrolment_id=gone, exit_type="dropped_out", on_date=day(2), by=by, now=evening(day(2)))
    with pytest.raises(Conflict):
        write(cast, world.session_ids[1], {gone: "present"}, on=day(2))
    come_back(enrolment_id=gone, on_date=day(3), by=by, now=evening(day(3)))
    write(cast, world.session_ids[2], {gone: "present"}, on=day(3))
    assert gone in marks_of(world.session_ids[2])
    with pytest.raises(Conflict):
        write(cast, world.session_ids[1], {gone: "present"}, on=day(2), at=evening(day(3)))


def test_a_mark_that_stands_can_be_corrected_after_somebody_left(cast: Cast, world: World) -> None:
    gone, by = world.enrolment_ids[0], cast.actor("coordinator")
    hold_meeting(cast, world, 1)
    leave(enrolment_id=gone, exit_type="moved", on_date=FIRST, by=by, now=evening(FIRST))
    write(cast, world.session_ids[0], {gone: "late"})
    assert marks_of(world.session_ids[0])[gone] == "late"


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_meeting_of_a_cycle_that_has_not_started_cannot_be_recorded(cast: Cast) -> None:
    early = make_running_group(cast, 1, first=FIRST, started=False)
    with pytest.raises(Conflict) as refused:
        write(cast, early.session_ids[0], {early.enrolment_ids[0]: "present"})
    assert refused.value.details["reason"] == "cycle_not_started"


def test_a_day_that_has_not_come_is_refused(cast: Cast, world: World) -> None:
    with pytest.raises(Invalid) as refused:
        write(cast, world.session_ids[1], {}, on=day(2), at=evening(FIRST))
    assert refused.value.details["reason"] == "in_future"


@pytest.mark.parametrize(
    "mark",
    [
        Mark("", "asleep"),
        Mark("", "excused", reason="bored"),
        Mark("", "excused"),
        Mark("", "late", minutes_late=-3),
        Mark("", "late", minutes_late=9000),
    ],
    ids=["status", "excuse", "no excuse", "minutes below", "minutes above"],
)
def test_a_mark_that_cannot_be_is_refused_beside_the_member(cast: Cast, world: World, mark: Mark) -> None:
    one = world.enrolment_ids[0]
    wrong = Mark(one, mark.status, mark.reason, mark.minutes_late)
    with pytest.raises(Invalid) as refused:
        write(cast, world.session_ids[0], (wrong,))
    assert refused.value.details["field"] == f"a[{one}]"


@pytest.mark.parametrize(
    ("role", "site"),
    [
        ("facilitator", "foreign"),
        ("coordinator", "foreign"),
        ("supervisor", "own"),
        ("me", "own"),
        ("admin", "own"),
    ],
)
def test_who_neither_runs_the_meeting_nor_its_office_finds_nothing(
    cast: Cast, world: World, role: str, site: str
) -> None:
    with pytest.raises(NotFound):
        write(cast, world.session_ids[0], {world.enrolment_ids[0]: "present"}, role=role, site=site)


# --- corrections ------------------------------------------------------------------------------------------------------


def closed(cast: Cast, world: World) -> str:
    hold_meeting(cast, world, 1)
    session_id = world.session_ids[0]
    close_session(closing=Closing(session_id, feel="easy"), by=cast.actor("facilitator"), now=evening(FIRST))
    return session_id


def test_after_closing_a_correction_needs_a_reason_and_keeps_what_was(cast: Cast, world: World) -> None:
    session_id, one = closed(cast, world), world.enrolment_ids[0]
    for reason in (None, "  "):
        with pytest.raises(Conflict) as refused:
            write(cast, session_id, {one: "late"}, correction=reason)
        assert refused.value.details["reason"] == "correction_reason_missing"
    write(cast, session_id, {one: "late"}, correction="She came at eleven")
    kept = db.session.scalars(sa.select(AttendanceCorrection)).one()
    assert (kept.status_before, kept.status_after, kept.reason) == ("present", "late", "She came at eleven")
    assert db.session.scalar(sa.select(Attendance.revision).where(Attendance.enrolment_id == one)) == 2


def test_the_same_marks_again_are_no_correction(cast: Cast, world: World) -> None:
    session_id = closed(cast, world)
    write(cast, session_id, dict.fromkeys(world.enrolment_ids, "present"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AttendanceCorrection)) == 0


def test_after_the_window_only_the_office_corrects_and_adds(cast: Cast, world: World) -> None:
    session_id, one = closed(cast, world), world.enrolment_ids[0]
    window = db.session.scalar(sa.select(Programme.correction_days)) or 0
    last, late = evening(FIRST + timedelta(days=window)), evening(FIRST + timedelta(days=window + 1))
    write(cast, session_id, {one: "late"}, correction="x", at=last)
    newcomer = make_members(cast, 1, first=9)[0]
    joined = add_member_to_cycle(
        cycle_id=world.cycle_id, member_id=newcomer, on_date=FIRST, by=cast.actor("coordinator"), now=last
    )
    for marks in ({one: "present"}, {joined: "present"}):
        with pytest.raises(Conflict) as refused:
            write(cast, session_id, marks, correction="x", at=late)
        assert refused.value.details["reason"] == "correction_too_late"
        write(cast, session_id, marks, correction="x", at=late, role="coordinator", via="office")
    assert marks_of(session_id)[one] == "present"


def test_after_the_cycle_was_closed_only_the_office_writes(cast: Cast, world: World) -> None:
    session_id, one, by = closed(cast, world), world.enrolment_ids[0], cast.actor("coordinator")
    db.session.execute(sa.update(Cycle).values(status="closed", closed_on=day(2)))
    db.session.commit()
    with pytest.raises(Conflict) as refused:
        write(cast, session_id, {one: "late"}, correction="x")
    assert refused.value.details["reason"] == "cycle_closed"
    write(cast, session_id, {one: "late"}, correction="x", role="coordinator")
    assert get_meeting(by, session_id, FIRST).row(one).mark == "late"


def test_a_follow_up_meeting_after_closing_is_for_who_was_there_to_the_end(cast: Cast, world: World) -> None:
    stayed, moved, left = world.enrolment_ids
    by, end = cast.actor("coordinator"), day(8)
    for number in range(1, 9):
        write(cast, world.session_ids[number - 1], {stayed: "present", moved: "present"}, on=day(number))
    leave(enrolment_id=left, exit_type="dropped_out", on_date=day(2), by=by, now=evening(end))
    for enrolment_id in (stayed, moved):
        note_no_endline(enrolment_id=enrolment_id, reason="not_reached", by=by, now=evening(end))
    close_cycle(cycle_id=world.cycle_id, on_date=end, by=by, now=evening(end))
    after = end + timedelta(days=28)
    write(
        cast, world.follow_up_ids[0], {stayed: "present", moved: "absent_told"}, on=after, role="coordinator"
    )
    assert set(marks_of(world.follow_up_ids[0])) == {stayed, moved}
    second = get_meeting(by, world.follow_up_ids[1], after)
    assert {row.enrolment_id for row in second.roster} == {stayed, moved}
    assert tasks(world.follow_up_ids[0]) == {}
    with pytest.raises(Conflict):
        write(cast, world.follow_up_ids[0], {left: "present"}, on=after, role="coordinator")


# --- asking after who did not come ------------------------------------------------------------------------------------


def test_who_did_not_come_becomes_a_task_and_who_was_excused_does_not(cast: Cast, world: World) -> None:
    one, two, three = world.enrolment_ids
    marks = (Mark(one, "absent_unknown"), Mark(two, "excused", reason="funeral"), Mark(three, "present"))
    write(cast, world.session_ids[0], marks)
    task = db.session.scalars(sa.select(AbsenceFollowUp)).one()
    assert (task.enrolment_id, task.told_supervisor) == (one, False)
    assert FIRST < task.due_on < day(2)


def test_a_task_that_proves_wrong_goes_and_one_that_was_done_stays(cast: Cast, world: World) -> None:
    one, two, _three = world.enrolment_ids
    session_id = world.session_ids[0]
    write(cast, session_id, {one: "absent_unknown", two: "absent_unknown"})
    asked = FollowUpRecord(session_id, two, "call", "yes", "ill", "yes")
    record_follow_up(record=asked, by=cast.actor("facilitator"), now=evening(FIRST))
    write(cast, session_id, {one: "present", two: "present"})
    assert set(tasks()) == {two}
    write(cast, session_id, {one: "absent_told", two: "absent_told"})
    assert set(tasks()) == {one, two}


def test_missing_two_in_a_row_is_for_the_supervisor_too(cast: Cast, world: World) -> None:
    one, two, three = world.enrolment_ids
    write(cast, world.session_ids[0], {one: "absent_unknown", two: "absent_unknown", three: "present"})
    write(cast, world.session_ids[1], {one: "absent_told", two: "present", three: "absent_told"}, on=day(2))
    write(cast, world.session_ids[2], {two: "absent_unknown"}, on=day(3))
    assert tasks(world.session_ids[0]) == {one: False, two: False}
    assert tasks(world.session_ids[1]) == {one: True, three: False}
    assert tasks(world.session_ids[2]) == {two: False}


def test_the_programme_says_how_many_in_a_row(cast: Cast, world: World) -> None:
    db.session.execute(sa.update(Programme).values(missed_in_a_row=3))
    db.session.commit()
    one = world.enrolment_ids[0]
    for number in range(1, 5):
        write(cast, world.session_ids[number - 1], {one: "absent_unknown"}, on=day(number))
    told = [tasks(session_id).get(one) for session_id in world.session_ids[:4]]
    assert told == [False, False, True, True]


def test_a_twice_weekly_rhythm_asks_before_the_next_meeting(cast: Cast, world: World) -> None:
    db.session.execute(sa.update(Cycle).values(rhythm_days=3))
    db.session.commit()
    write(cast, world.session_ids[0], {world.enrolment_ids[0]: "absent_unknown"})
    assert db.session.scalar(sa.select(AbsenceFollowUp.due_on)) == FIRST + timedelta(days=2)


def same_register(by: Actor, session_id: str, on: date) -> tuple[str, ...]:
    """The short register names whom the whole meeting names, with the same marks; gives who that is."""
    page, short = get_meeting(by, session_id, on), get_register(by, session_id, on)
    whole = [(row.enrolment_id, row.mark, row.reason, row.minutes_late) for row in page.roster]
    assert [tuple(row) for row in short.roster] == whole
    assert (short.session_id, short.on_date, short.held_on) == (page.session_id, page.on_date, page.held_on)
    return tuple(row.enrolment_id for row in short.roster)


def test_the_short_register_is_that_of_the_whole_meeting(cast: Cast, world: World) -> None:
    one, two, three = world.enrolment_ids
    by, last = cast.actor("facilitator"), day(8)
    everybody = [*world.session_ids, *world.follow_up_ids]
    for session_id in everybody:
        assert same_register(by, session_id, last) == (one, two, three)
    write(cast, world.session_ids[0], {one: "late", two: "absent_told", three: "present"})
    db.session.execute(sa.update(Membership).where(Membership.enrolment_id == two).values(left_on=day(3)))
    db.session.execute(
        sa.update(Membership).where(Membership.enrolment_id == three).values(joined_on=day(2), left_on=day(8))
    )
    db.session.commit()
    found = [same_register(by, session_id, last) for session_id in world.session_ids]
    assert found[0] == (one, two, three)  # the marks of those who were not there yet stand
    assert found[1] == (one, two, three)
    assert found[2] == (one, three)  # two left on that day
    assert found[7] == (one,)
    db.session.execute(sa.update(Cycle).values(status="closed", closed_on=day(8)))
    db.session.commit()
    assert same_register(by, world.follow_up_ids[0], last) == (one, three)
    with pytest.raises(NotFound):
        get_register(cast.actor("facilitator", "foreign"), world.session_ids[0], last)


def test_a_group_without_members_has_an_empty_register(cast: Cast, world: World) -> None:
    db.session.execute(sa.update(Membership).values(joined_on=day(8) + timedelta(days=400)))
    db.session.commit()
    assert same_register(cast.actor("facilitator"), world.session_ids[0], day(8)) == ()

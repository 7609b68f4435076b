"""Planning, starting, closing and giving up a cycle, through the real actions on a real database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.curricula import publish_curriculum, retire_curriculum
from gipt.actions.cycles import (
    CycleRecord,
    cancel_cycle,
    close_cycle,
    note_no_endline,
    plan_cycle,
    preview_cycle,
    start_cycle,
)
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.programme import ClosedDayRecord, add_closed_day
from gipt.actions.schedules import ChangeRecord, change_schedule
from gipt.db import db
from gipt.domain.problems import Conflict, Invalid, NotFound, NotReady
from gipt.models import Assignment, AuditEvent, Cycle, Enrolment, GroupCandidate, Membership, Session
from tests.cast import NOW, Cast
from tests.world import hold_meeting, make_curriculum, make_members, make_protocol, make_running_group

WEDNESDAY = date(2026, 3, 11)


def group(cast: Cast, members: int = 3, *, first: int = 0) -> str:
    people = make_members(cast, members, first=first, now=NOW)
    record = GroupRecord(cast.own, f"Hill {first}", venue_id=cast.venues["own"], note="Made for tests")
    return form_group(record=record, member_ids=people, by=cast.actor("coordinator"), now=NOW)


def wish(cast: Cast, group_id: str, version: str, **changes: object) -> CycleRecord:
    asked = {
        "start": WEDNESDAY,
        "starts": time(10, 0),
        "facilitators": (cast.staff_id("facilitator"),),
    } | changes
    return CycleRecord(group_id, version, **asked)  # type: ignore[arg-type]


def draft(cast: Cast) -> str:
    return publish_curriculum(curriculum="who-8", by=cast.actor("clinical_lead"), now=NOW)


def planned(cast: Cast, **changes: object) -> str:
    group_id, version = group(cast), make_curriculum(cast, now=NOW)
    return plan_cycle(record=wish(cast, group_id, version, **changes), by=cast.actor("coordinator"), now=NOW)


def core(cycle_id: str) -> list[Session]:
    return list(
        db.session.scalars(
            sa.select(Session)
            .where(Session.cycle_id == cycle_id, Session.kind == "core")
            .order_by(Session.number)
        )
    )


def count(table: type, *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def test_what_is_written_is_what_the_preview_showed(cast: Cast) -> None:
    group_id, version = group(cast), draft(cast)
    record, by = wish(cast, group_id, version), cast.actor("coordinator")
    shown = preview_cycle(record=record, by=by)
    assert count(Session) == 0
    cycle_id = plan_cycle(record=record, by=by, now=NOW)
    assert [(one.number, one.on_date, one.at_time) for one in core(cycle_id)] == [
        (one.number, one.on, one.starts) for one in shown.sessions
    ]
    follow_ups = db.session.scalars(
        sa.select(Session.on_date)
        .where(Session.cycle_id == cycle_id, Session.kind == "follow_up")
        .order_by(Session.number)
    ).all()
    assert follow_ups == [one.on for one in shown.follow_ups]


def test_a_site_s_closed_day_is_skipped_with_its_name(cast: Cast) -> None:
    record = ClosedDayRecord(kind="single", name="Market of the year", site_id=cast.own, first_on=WEDNESDAY)
    add_closed_day(record=record, by=cast.actor("coordinator"), now=NOW)
    plan = preview_cycle(record=wish(cast, group(cast), draft(cast)), by=cast.actor("coordinator"))
    assert plan.sessions[0].on == WEDNESDAY + timedelta(days=7)
    assert plan.skipped[0].on == WEDNESDAY
    assert plan.skipped[0].reasons[0].label == "Market of the year"


def test_the_weekday_wins_over_the_first_date(cast: Cast) -> None:
    plan = preview_cycle(
        record=wish(cast, group(cast), draft(cast), start=date(2026, 3, 9), weekday=2),
        by=cast.actor("coordinator"),
    )
    assert plan.sessions[0].on == WEDNESDAY


def test_chosen_people_are_enrolled_and_expected_from_that_day(cast: Cast) -> None:
    cycle_id = planned(cast)
    rows = db.session.execute(
        sa.select(Membership.joined_on, Membership.sign).where(Membership.cycle_id == cycle_id)
    ).all()
    assert sorted(row.sign for row in rows) == [1, 2, 3]
    assert {row.joined_on for row in rows} == {NOW.date()}
    assert count(GroupCandidate) == 0


def test_a_second_cycle_beside_an_open_one_is_refused(cast: Cast) -> None:
    cycle_id = planned(cast)
    group_id = db.session.scalar(sa.select(Cycle.group_id).where(Cycle.id == cycle_id))
    version = draft(cast)
    with pytest.raises(Conflict) as refused:
        plan_cycle(record=wish(cast, str(group_id), version), by=cast.actor("coordinator"), now=NOW)
    assert refused.value.details["reason"] == "cycle_exists"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"facilitators": ()}, "facilitator"),
        ({"facilitators": ("0" * 32,)}, "facilitators"),
        ({"venue_id": "0" * 32}, "venue"),
        ({"mode": "by_bird"}, "mode"),
        ({"minutes": 5}, "minutes"),
        ({"rhythm_days": 99}, "rhythm_days"),
    ],
    ids=["nobody leads", "unknown leader", "unknown place", "mode", "minutes", "rhythm"],
)
def test_a_wish_that_cannot_be_is_refused_by_its_field(
    cast: Cast, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        planned(cast, **changes)
    assert refused.value.details["field"] == field


def test_leaders_and_places_of_another_site_are_refused(cast: Cast) -> None:
    group_id, version = group(cast), draft(cast)
    foreign = (cast.staff_id("facilitator", "foreign"),)
    for changes in ({"facilitators": foreign}, {"venue_id": cast.venues["foreign"]}):
        with pytest.raises(Invalid):
            preview_cycle(record=wish(cast, group_id, version, **changes), by=cast.actor("coordinator"))
    with pytest.raises(Invalid):  # who does not lead groups would never see it
        preview_cycle(
            record=wish(cast, group_id, version, facilitators=(cast.staff_id("supervisor"),)),
            by=cast.actor("coordinator"),
        )


def test_the_coordinator_of_another_site_finds_nothing(cast: Cast) -> None:
    group_id, version = group(cast), draft(cast)
    with pytest.raises(NotFound):
        plan_cycle(record=wish(cast, group_id, version), by=cast.actor("coordinator", "foreign"), now=NOW)


def test_a_retired_version_is_planned_with_no_longer(cast: Cast) -> None:
    version = draft(cast)
    retire_curriculum(version_id=version, by=cast.actor("clinical_lead"), now=NOW)
    with pytest.raises(Invalid):
        preview_cycle(record=wish(cast, group(cast), version), by=cast.actor("coordinator"))


def test_two_groups_of_one_facilitator_do_not_meet_at_once(cast: Cast) -> None:
    planned(cast)
    other = group(cast, first=5)
    plan = preview_cycle(record=wish(cast, other, draft(cast)), by=cast.actor("coordinator"))
    assert plan.sessions[0].on > WEDNESDAY
    codes = {clash.code.value for skip in plan.skipped for clash in skip.reasons}
    assert {"facilitator_busy", "venue_busy"} <= codes


def test_a_cycle_can_be_planned_but_not_started_without_protocol_and_adoption(cast: Cast) -> None:
    group_id, version = group(cast, members=0), draft(cast)
    by = cast.actor("coordinator")
    cycle_id = plan_cycle(record=wish(cast, group_id, version), by=by, now=NOW)
    with pytest.raises(NotReady) as refused:
        start_cycle(cycle_id=cycle_id, by=by, now=NOW)
    assert refused.value.details["missing"] == ["safety_protocol", "curriculum_adopted", "members"]
    assert db.session.scalar(sa.select(Cycle.status).where(Cycle.id == cycle_id)) == "planned"


def test_each_thing_that_is_set_up_leaves_the_list(cast: Cast) -> None:
    group_id, by = group(cast), cast.actor("coordinator")
    version = draft(cast)
    cycle_id = plan_cycle(record=wish(cast, group_id, version), by=by, now=NOW)
    make_protocol(cast, now=NOW)
    with pytest.raises(NotReady) as refused:
        start_cycle(cycle_id=cycle_id, by=by, now=NOW)
    assert refused.value.details["missing"] == ["curriculum_adopted"]
    make_curriculum(cast, now=NOW)
    start_cycle(cycle_id=cycle_id, by=by, now=NOW)
    with pytest.raises(Conflict):
        start_cycle(cycle_id=cycle_id, by=by, now=NOW)


def test_starting_confirms_the_dates_as_they_stand_then(cast: Cast) -> None:
    make_protocol(cast, now=NOW)
    cycle_id, by = planned(cast), cast.actor("coordinator")
    before = [one.on_date for one in core(cycle_id)]
    change = ChangeRecord(cycle_id, "move_one", number=1, to=before[0] + timedelta(days=1))
    change_schedule(record=change, by=by, now=NOW)
    assert core(cycle_id)[0].first_confirmed_on == before[0]
    start_cycle(cycle_id=cycle_id, by=by, now=NOW)
    db.session.expire_all()
    assert core(cycle_id)[0].first_confirmed_on == before[0] + timedelta(days=1)
    assert {one.status for one in core(cycle_id)} == {"confirmed"}
    change = ChangeRecord(cycle_id, "move_one", number=2, to=before[1] + timedelta(days=1))
    change_schedule(record=change, by=by, now=NOW)
    db.session.expire_all()
    second = core(cycle_id)[1]
    assert (second.status, second.number, second.first_confirmed_on) == ("postponed", 2, before[1])


def test_a_double_submit_plans_once(cast: Cast) -> None:
    group_id, version, by = group(cast), draft(cast), cast.actor("coordinator")
    record = wish(cast, group_id, version)
    first = plan_cycle(record=record, by=by, now=NOW, op="a" * 32)
    assert plan_cycle(record=record, by=by, now=NOW, op="a" * 32) == first
    assert count(Cycle) == 1
    assert count(AuditEvent, AuditEvent.action == "plan_cycle") == 1


def test_giving_up_a_planned_cycle_puts_its_members_back_on_the_list(cast: Cast) -> None:
    cycle_id, by = planned(cast), cast.actor("coordinator")
    chosen = set(db.session.scalars(sa.select(Enrolment.member_id).where(Enrolment.cycle_id == cycle_id)))
    cancel_cycle(cycle_id=cycle_id, reason="venue", by=by, now=NOW)
    assert set(db.session.scalars(sa.select(GroupCandidate.member_id))) == chosen
    assert count(Membership, Membership.left_on.is_(None)) == 0
    assert count(Enrolment) == 0
    group_id = db.session.scalar(sa.select(Cycle.group_id).where(Cycle.id == cycle_id))
    again = plan_cycle(record=wish(cast, str(group_id), draft(cast)), by=by, now=NOW)
    assert (
        set(db.session.scalars(sa.select(Enrolment.member_id).where(Enrolment.cycle_id == again))) == chosen
    )
    assert db.session.scalar(sa.select(Cycle.number).where(Cycle.id == again)) == 2


def test_an_enrolment_with_a_first_talk_stays_in_the_record_of_a_cycle_given_up(cast: Cast) -> None:
    world = make_running_group(cast, 2, first=WEDNESDAY, started=False)
    cancel_cycle(cycle_id=world.cycle_id, reason="other", by=cast.actor("coordinator"), now=NOW)
    assert count(Enrolment) == 2
    assert count(Membership, Membership.left_on.is_(None)) == 0
    assert count(GroupCandidate) == 2


def test_a_running_cycle_is_not_given_up(cast: Cast) -> None:
    world = make_running_group(cast, 2, first=WEDNESDAY)
    with pytest.raises(Conflict):
        cancel_cycle(cycle_id=world.cycle_id, reason="other", by=cast.actor("coordinator"), now=NOW)
    with pytest.raises(Conflict):
        close_cycle(
            cycle_id=make_running_group(
                cast, 1, first=WEDNESDAY, started=False, at=time(15), offset=5
            ).cycle_id,
            on_date=WEDNESDAY,
            by=cast.actor("coordinator"),
            now=NOW,
        )


def evening(day: date) -> datetime:
    return datetime.combine(day, time(18), UTC)


def test_closing_names_all_that_is_missing_and_changes_nothing(cast: Cast) -> None:
    world, by = make_running_group(cast, 2, first=WEDNESDAY), cast.actor("coordinator")
    hold_meeting(cast, world, 1)
    change = ChangeRecord(world.cycle_id, "cancel", number=2, reason="funeral")
    change_schedule(record=change, by=by, now=evening(WEDNESDAY))
    with pytest.raises(NotReady) as refused:
        close_cycle(cycle_id=world.cycle_id, on_date=WEDNESDAY, by=by, now=evening(WEDNESDAY))
    assert refused.value.details["missing"] == ["sessions_open", "gap_undecided", "endlines"]
    assert db.session.scalar(sa.select(Cycle.status).where(Cycle.id == world.cycle_id)) == "running"


def test_the_last_register_leads_to_closing_and_reasons_stand_for_endlines(cast: Cast) -> None:
    world, by = make_running_group(cast, 2, first=WEDNESDAY), cast.actor("coordinator")
    for number in range(1, 9):
        assert db.session.scalar(sa.select(Cycle.status).where(Cycle.id == world.cycle_id)) == "running"
        hold_meeting(cast, world, number, ["present", "absent_unknown"])
    assert db.session.scalar(sa.select(Cycle.status).where(Cycle.id == world.cycle_id)) == "closing"
    last = WEDNESDAY + timedelta(days=49)
    with pytest.raises(NotReady) as refused:
        close_cycle(cycle_id=world.cycle_id, on_date=last, by=by, now=evening(last))
    assert refused.value.details["missing"] == ["endlines"]
    with pytest.raises(Invalid):
        note_no_endline(enrolment_id=world.enrolment_ids[0], reason="dog", by=by, now=evening(last))
    note_no_endline(enrolment_id=world.enrolment_ids[0], reason="moved", by=by, now=evening(last))
    with pytest.raises(Invalid):  # not before the last meeting, not in the future
        close_cycle(cycle_id=world.cycle_id, on_date=WEDNESDAY, by=by, now=evening(last))
    with pytest.raises(Invalid):
        close_cycle(cycle_id=world.cycle_id, on_date=last + timedelta(days=9), by=by, now=evening(last))
    close_cycle(cycle_id=world.cycle_id, on_date=last, by=by, now=evening(last))
    assert set(db.session.scalars(sa.select(Membership.left_on))) == {last}


def test_nobody_leads_two_whole_cycles_by_being_named_twice(cast: Cast) -> None:
    leader = cast.staff_id("facilitator")
    cycle_id = planned(cast, facilitators=(leader, leader))
    assert count(Assignment, Assignment.cycle_id == cycle_id) == 1

"""Groups: forming, what forbids and what only warns, candidates become enrolments when a cycle is planned."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.consents import withdraw_consent
from gipt.actions.enrolments import add_member_to_cycle, come_back, leave, move_member
from gipt.actions.groups import GroupRecord, choose_members, drop_candidate, enrol_candidates, form_group
from gipt.actions.members import set_not_together
from gipt.db import db, new_id
from gipt.domain.access import OPERATOR
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import (
    CurriculumVersion,
    Cycle,
    Enrolment,
    Group,
    GroupCandidate,
    Member,
    Membership,
    Screening,
    Session,
)
from gipt.queries.consents import consent_states
from tests.actions.people import agree, person, waiting
from tests.cast import NOW, Cast

FIRST = date(2026, 3, 9)
NAMES = ("Amina", "Ruth", "Grace", "Fatuma", "Stella", "Joy")


def group(
    cast: Cast, member_ids: list[str], *, site: str = "own", note: str | None = None, **more: object
) -> str:
    record = GroupRecord(site_id=getattr(cast, site), name="Hill 1", note=note, **more)  # type: ignore[arg-type]
    return form_group(record=record, member_ids=member_ids, by=cast.actor("coordinator", site), now=NOW)


def cycle(group_id: str, number: int = 1, held: int = 0) -> str:
    """Make a cycle of eight meetings, the first ones held."""
    version = CurriculumVersion(
        id=new_id(), curriculum="who-8", version="1", content_hash=new_id(), content={}, published_at=NOW
    )
    db.session.add(version)
    db.session.flush()
    made = Cycle(
        id=new_id(),
        group_id=group_id,
        number=number,
        curriculum_version_id=version.id,
        sessions=8,
        completion_sessions=6,
        weekday=0,
        at_time=time(10),
        time_zone="Africa/Kampala",
        minutes=90,
        rhythm_days=7,
        first_on=FIRST,
        created_at=NOW,
    )
    db.session.add(made)
    db.session.flush()
    for index in range(8):
        day = FIRST + timedelta(days=7 * index)
        db.session.add(
            Session(
                id=new_id(),
                cycle_id=made.id,
                number=index + 1,
                on_date=day,
                at_time=time(10),
                minutes=90,
                status="held" if index < held else "planned",
                held_on=day if index < held else None,
                created_at=NOW,
            )
        )
    db.session.commit()
    return made.id


def six(cast: Cast, **more: object) -> list[str]:
    return [waiting(cast, name, **more)[0] for name in NAMES]


def test_a_formed_group_has_a_code_signs_and_nobody_waits_any_more(app: Flask, cast: Cast) -> None:
    members = six(cast)
    group_id = group(cast, members)
    rows = db.session.scalars(sa.select(GroupCandidate).order_by(GroupCandidate.sign)).all()
    assert db.session.get_one(Group, group_id).code == "G-0001"
    assert [(row.member_id, row.sign) for row in rows] == list(zip(members, range(1, 7), strict=True))
    assert set(db.session.scalars(sa.select(Screening.waiting))) == {"placed"}


def test_two_in_one_group_against_a_warning_need_a_reason(app: Flask, cast: Cast) -> None:
    members = six(cast)
    set_not_together(
        member_ids=(members[0], members[1]), kind="household", by=cast.actor("coordinator"), now=NOW
    )
    with pytest.raises(Invalid) as caught:
        group(cast, members)
    assert caught.value.details["findings"] == ["linked"]
    assert group(cast, members, note="They asked for it")


@pytest.mark.parametrize("kind", ["no consent", "minor", "elsewhere", "withdrawn", "no caregiver"])
def test_what_forbids_a_group_is_never_overruled_by_a_reason(app: Flask, cast: Cast, kind: str) -> None:
    members = six(cast)
    more: dict[str, object] = {}
    if kind == "no consent":
        members[0] = person(cast, "Nambi", consent=False)
    elif kind == "withdrawn":
        withdraw_consent(
            member_id=members[0],
            purpose="service",
            on_date=NOW.date(),
            by=OPERATOR,
            now=NOW + timedelta(minutes=1),
        )
    elif kind == "minor":
        members[0] = person(cast, "Nambi", birth_year=2012)
        agree(members[0], "caregiver")
    elif kind == "no caregiver":
        members, more = [person(cast, name, birth_year=2012) for name in NAMES], {"minors": True}
    else:
        group(cast, [members[0]], note="Small")
    expected = {
        "no consent": "no_consent",
        "withdrawn": "no_consent",
        "minor": "minor_in_adult_group",
        "elsewhere": "active_elsewhere",
        "no caregiver": "no_caregiver_consent",
    }[kind]
    with pytest.raises(Conflict) as caught:
        group(cast, members, note="We know", **more)
    assert expected in caught.value.details["findings"]


def test_chosen_people_become_enrolments_of_the_planned_cycle_with_signs(app: Flask, cast: Cast) -> None:
    members = six(cast)
    group_id = group(cast, members)
    made = enrol_candidates(cycle_id=cycle(group_id), by=cast.actor("coordinator"), now=NOW)
    rows = db.session.execute(
        sa.select(Enrolment.member_id, Membership.sign, Membership.joined_on, Enrolment.screening_id)
        .join(Membership, Membership.enrolment_id == Enrolment.id)
        .order_by(Membership.sign)
    ).all()
    assert [row.member_id for row in rows] == members
    assert [row.sign for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row.joined_on for row in rows} == {NOW.date()}
    assert all(row.screening_id for row in rows)
    assert len(made) == 6
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GroupCandidate)) == 0


def test_a_cycle_planned_afterwards_enrols_from_its_first_session(app: Flask, cast: Cast) -> None:
    group_id = group(cast, six(cast))
    late = NOW + timedelta(days=60)
    enrol_candidates(cycle_id=cycle(group_id), by=cast.actor("coordinator"), now=late)
    assert set(db.session.scalars(sa.select(Enrolment.enrolled_on))) == {FIRST}


def test_somebody_taken_off_the_list_waits_again(app: Flask, cast: Cast) -> None:
    members = six(cast)
    group_id = group(cast, members)
    drop_candidate(group_id=group_id, member_id=members[2], by=cast.actor("coordinator"), now=NOW)
    waits = db.session.scalars(sa.select(Screening.member_id).where(Screening.waiting == "accepted")).all()
    assert waits == [members[2]]
    new = waiting(cast, "Nambi")[0]
    choose_members(group_id=group_id, member_ids=[new], by=cast.actor("coordinator"), now=NOW)
    signs = {row.member_id: row.sign for row in db.session.scalars(sa.select(GroupCandidate))}
    assert signs[new] == 7


@pytest.mark.parametrize(("held", "closed"), [(0, False), (1, False), (2, True), (5, True)])
def test_joining_closes_after_the_second_held_meeting(
    app: Flask, cast: Cast, held: int, closed: bool
) -> None:
    group_id = group(cast, six(cast))
    cycle_id = cycle(group_id, held=held)
    enrol_candidates(cycle_id=cycle_id, by=OPERATOR, now=NOW)
    new = waiting(cast, "Nambi")[0]
    join = {"cycle_id": cycle_id, "member_id": new, "on_date": FIRST + timedelta(days=14), "now": NOW}
    if closed:
        with pytest.raises(Conflict) as caught:
            add_member_to_cycle(**join, reason="Please", by=cast.actor("coordinator"))
        assert caught.value.details["reason"] == "joining_closed"
        with pytest.raises(Invalid):
            add_member_to_cycle(**join, by=cast.actor("supervisor"))
        enrolment = add_member_to_cycle(**join, reason="Moved here", by=cast.actor("supervisor"))
        assert db.session.get_one(Enrolment, enrolment).late_reason == "Moved here"
    else:
        assert add_member_to_cycle(**join, by=cast.actor("coordinator"))
    joined = db.session.scalars(sa.select(Membership.joined_on).where(Membership.sign == 7)).all()
    assert joined == [FIRST + timedelta(days=14)]


def test_moving_keeps_one_enrolment_with_two_memberships(app: Flask, cast: Cast) -> None:
    members = six(cast)
    first = cycle(group(cast, members))
    enrolments = enrol_candidates(cycle_id=first, by=OPERATOR, now=NOW)
    other_group = group(cast, [waiting(cast, "Nambi")[0]], note="Small")
    second = cycle(other_group)
    enrol_candidates(cycle_id=second, by=OPERATOR, now=NOW)
    day = FIRST + timedelta(days=7)
    move_member(
        enrolment_id=enrolments[0], to_cycle_id=second, on_date=day, by=cast.actor("coordinator"), now=NOW
    )
    rows = db.session.execute(
        sa.select(Membership.cycle_id, Membership.joined_on, Membership.left_on)
        .where(Membership.enrolment_id == enrolments[0])
        .order_by(Membership.joined_on)
    ).all()
    assert [tuple(row) for row in rows] == [(first, NOW.date(), day), (second, day, None)]
    with pytest.raises(Conflict):
        move_member(enrolment_id=enrolments[0], to_cycle_id=second, on_date=day, by=OPERATOR, now=NOW)


@pytest.mark.parametrize("exit_type", ["dropped_out", "moved", "died", "withdrew_consent", "referred_out"])
def test_every_way_to_leave_ends_membership_and_frees_nothing_else(
    app: Flask, cast: Cast, exit_type: str
) -> None:
    members = six(cast)
    enrolments = enrol_candidates(cycle_id=cycle(group(cast, members)), by=OPERATOR, now=NOW)
    leave(
        enrolment_id=enrolments[0],
        exit_type=exit_type,
        on_date=NOW.date(),
        reason="Said so",
        by=cast.actor("coordinator"),
        now=NOW + timedelta(minutes=1),
    )
    row = db.session.get_one(Enrolment, enrolments[0])
    assert (row.exit_type, row.exit_on, row.exit_reason) == (exit_type, NOW.date(), "Said so")
    left = db.session.scalars(
        sa.select(Membership.left_on).where(Membership.enrolment_id == enrolments[0])
    ).all()
    assert left == [NOW.date()]
    member = db.session.get_one(Member, members[0])
    assert (member.died_on is not None) == (exit_type == "died")
    assert consent_states(members)[members[0]].agreed("service") == (exit_type != "withdrew_consent")


def test_who_left_comes_back_into_the_same_enrolment(app: Flask, cast: Cast) -> None:
    members = six(cast)
    cycle_id = cycle(group(cast, members))
    enrolments = enrol_candidates(cycle_id=cycle_id, by=OPERATOR, now=NOW)
    by = cast.actor("coordinator")
    leave(
        enrolment_id=enrolments[0], exit_type="dropped_out", on_date=FIRST - timedelta(days=6), by=by, now=NOW
    )
    with pytest.raises(Conflict) as caught:
        add_member_to_cycle(cycle_id=cycle_id, member_id=members[0], on_date=FIRST, by=by, now=NOW)
    assert caught.value.details["reason"] == "left_this_cycle"
    come_back(enrolment_id=enrolments[0], on_date=FIRST, by=by, now=NOW)
    assert db.session.get_one(Enrolment, enrolments[0]).exit_type is None
    with pytest.raises(Conflict):
        come_back(enrolment_id=enrolments[0], on_date=FIRST, by=by, now=NOW)


def test_a_second_cycle_is_a_second_enrolment_of_the_same_person(app: Flask, cast: Cast) -> None:
    members = six(cast)
    group_id = group(cast, members)
    first = cycle(group_id)
    enrolments = enrol_candidates(cycle_id=first, by=OPERATOR, now=NOW)
    for enrolment_id in enrolments:
        leave(enrolment_id=enrolment_id, exit_type="completed", on_date=NOW.date(), by=OPERATOR, now=NOW)
    db.session.get_one(Cycle, first).status = "cancelled"
    db.session.commit()
    choose_members(group_id=group_id, member_ids=members, by=cast.actor("coordinator"), now=NOW)
    again = enrol_candidates(cycle_id=cycle(group_id, number=2), by=OPERATOR, now=NOW)
    assert len(set(again) | set(enrolments)) == 12


def test_foreign_groups_people_and_enrolments_do_not_exist(app: Flask, cast: Cast) -> None:
    theirs = six(cast, site="foreign")
    group_id = group(cast, theirs, site="foreign")
    cycle_id = cycle(group_id)
    by = cast.actor("coordinator")
    mine = waiting(cast, "Nambi")[0]
    for attempt in (
        lambda: drop_candidate(group_id=group_id, member_id=theirs[0], by=by, now=NOW),
        lambda: enrol_candidates(cycle_id=cycle_id, by=by, now=NOW),
        lambda: add_member_to_cycle(cycle_id=cycle_id, member_id=mine, on_date=FIRST, by=by, now=NOW),
        lambda: group(cast, [theirs[0]], note="Try"),
    ):
        with pytest.raises((NotFound, Conflict)):
            attempt()
    enrolments = enrol_candidates(cycle_id=cycle_id, by=OPERATOR, now=NOW)
    with pytest.raises(NotFound):
        leave(enrolment_id=enrolments[0], exit_type="moved", on_date=NOW.date(), by=by, now=NOW)

"""What the checks find in stored rows, each at the place where it is wrong, in a fixed number of statements."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import event

from gipt.actions.members import MemberRecord, add_member
from gipt.db import db
from gipt.domain.data_quality import Check, Quality
from gipt.models import Consent, Group, Member, Session
from gipt.queries.data_quality import RECORDED, read_quality
from gipt.queries.report_rows import Scope, snapshot
from tests.cast import Cast
from tests.queries.test_report_facts import FIRST, NOW, YEAR, measure
from tests.world import hold_meeting, make_running_group


def quality(cast: Cast) -> Quality:
    db.session.commit()
    with snapshot() as connection:
        return read_quality(connection, Scope((cast.own,), YEAR), NOW.date())


def found(cast: Cast) -> dict[Check, list[tuple[str, int]]]:
    result = quality(cast)
    return {check: [(one.code, one.count) for one in result.of(check)] for check in Check if result.of(check)}


def test_each_check_finds_what_is_wrong_and_where(cast: Cast) -> None:
    world = make_running_group(cast, members=4, first=FIRST)
    group = db.session.scalar(sa.select(Group.code))
    day = FIRST + timedelta(days=7)
    # Meeting 1 is whole and everybody differs; meeting 2: all alike but one, who did not come and answered.
    hold_meeting(cast, world, 1)
    hold_meeting(cast, world, 2, ["present", "present", "present", "absent_told"])
    for member, total in enumerate((10, 12, 14, 16)):
        measure(world, member, "session", FIRST, total, session_id=world.session_ids[0])
    for member in (0, 1, 3):
        measure(world, member, "session", day, 10, session_id=world.session_ids[1])
    db.session.execute(
        sa.update(Session)
        .where(Session.id.in_(world.session_ids[2:]))
        .values(status="cancelled", cancel_reason="weather")
    )
    db.session.execute(
        sa.update(Session).where(Session.number == 3).values(status="planned", cancel_reason=None)
    )
    db.session.execute(sa.delete(Consent).where(Consent.member_id == world.member_ids[0]))
    db.session.commit()
    first = db.session.get(Member, world.member_ids[0])
    assert first is not None
    twin = MemberRecord(site_id=cast.own, name=str(first.name), sex="female", birth_year=1990)
    other = db.session.get(Member, add_member(record=twin, by=cast.actor("coordinator"), now=NOW))
    assert other is not None
    codes = sorted([first.code, other.code])
    assert found(cast) == {
        Check.NO_REGISTER: [(f"{group}.1/3", 1)],
        Check.NO_CHECK_IN: [(f"{group}.1/2", 1)],
        Check.CHECK_IN_ABSENT: [(f"{group}.1/2", 1)],
        Check.NO_CONSENT: [(first.code, 1)],
        Check.DUPLICATES: [(" = ".join(codes), 1)],
        Check.ALIKE: [(f"{group}.1/2", 1)],
    }


def test_dates_that_cannot_be_and_two_groups_are_found(cast: Cast) -> None:
    world = make_running_group(cast, members=2, first=FIRST)
    hold_meeting(cast, world, 1)
    measure(world, 0, "session", FIRST - timedelta(days=60), 10, session_id=world.session_ids[0])
    db.session.execute(
        sa.update(Session)
        .where(Session.id == world.session_ids[0])
        .values(held_on=NOW.date() + timedelta(days=1))
    )
    group, member = db.session.scalar(sa.select(Group.code)), db.session.get(Member, world.member_ids[0])
    assert member is not None
    assert found(cast)[Check.WRONG_DATE] == sorted([(f"{group}.1/1", 1), (member.code, 1)])


def test_what_is_not_stored_is_not_called_clean(cast: Cast) -> None:
    make_running_group(cast, members=2, first=FIRST)
    assert quality(cast).done == RECORDED
    assert not {Check.CONFLICTS, Check.SILENT_PHONES} & RECORDED


def test_the_number_of_statements_does_not_grow_with_the_members(cast: Cast) -> None:
    counted: list[str] = []

    def note(*args: object) -> None:
        counted.append(str(args[2]))

    sizes = []
    for name, members, offset in (("Hill group", 3, 0), ("Lake group", 8, 5)):
        world = make_running_group(cast, members=members, first=FIRST, name=name, offset=offset)
        hold_meeting(cast, world, 1)
        counted.clear()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            quality(cast)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        sizes.append(len(counted))
    assert sizes[0] == sizes[1] <= 12

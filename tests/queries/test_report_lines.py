"""The rows of lists with codes: who has which, and that no row is kept while they are read."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.enrolments import move_member
from gipt.actions.fidelity import rate_fidelity
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import Cycle, Enrolment, Group, Member
from gipt.queries import report_rows
from gipt.queries.fidelity import items_of
from gipt.queries.report_context import read_programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_lines import Line, Lines
from gipt.queries.report_rows import DAYS, Scope, driver_rows, snapshot
from gipt.reports.build_full import CYCLE_COLUMNS, MEMBER_COLUMNS, OUTCOME_COLUMNS, SESSION_COLUMNS
from tests.cast import Cast
from tests.queries.test_report_facts import FIRST, NOW, YEAR, hold_all, measure
from tests.world import hold_meeting, make_running_group

SHEETS = {
    "members": MEMBER_COLUMNS,
    "sessions": SESSION_COLUMNS,
    "outcomes": OUTCOME_COLUMNS,
    "cycle_lines": CYCLE_COLUMNS,
}


def lines_of(cast: Cast) -> dict[str, list[dict[str, object]]]:
    """Give the three lists about the own site as rows by column code."""
    scope = Scope((cast.own,), YEAR)
    with snapshot() as connection:
        rules = read_programming(connection, NOW).rules
        facts = read_facts(connection, scope, rules)
        lines = Lines(connection, scope, rules, facts)
        return {name: [named(name, row) for row in getattr(lines, name)()] for name in SHEETS}


def named(sheet: str, row: Line) -> dict[str, object]:
    return dict(zip((code for code, _ in SHEETS[sheet]), row, strict=True))


def code_of(member_id: str) -> str:
    return str(db.session.scalar(sa.select(Member.code).where(Member.id == member_id)))


def test_every_list_has_the_columns_of_its_sheet_and_one_code_for_one_enrolment(cast: Cast) -> None:
    world = make_running_group(cast, members=2, first=FIRST)
    measure(world, 0, "pre_group", FIRST - timedelta(days=3), 15)
    measure(world, 0, "session", FIRST, 13, session_id=world.session_ids[0])
    hold_meeting(cast, world, 1, ["present", "late"])
    found = lines_of(cast)
    codes = [one["enrolment"] for one in found["members"]]
    group = db.session.scalar(sa.select(Group.code))
    assert codes == [f"{group}.1/{code_of(member)}" for member in world.member_ids]
    assert {one["enrolment"] for one in found["sessions"]} == set(codes)
    assert [
        (one["point"], one["session_number"], one["total"], one["complete"]) for one in found["outcomes"]
    ] == [
        ("pre_group", None, 15, 1),
        ("session", 1, 13, 1),
    ]
    assert [one["baseline"] for one in found["members"]] == [15, None]


def test_the_row_of_a_cycle_tells_what_was_said_to_be_done(cast: Cast) -> None:
    world = make_running_group(cast, members=2, first=FIRST)
    hold_meeting(cast, world, 1)
    hold_meeting(cast, world, 2)
    keys = [item.key for item in items_of(world.session_ids[0])]
    ratings = dict(zip(keys, ("done", "done", "partly", "not_done"), strict=False))
    rate_fidelity(
        session_id=world.session_ids[0],
        ratings=ratings,
        by=cast.actor("facilitator"),
        now=datetime.combine(FIRST, time(12), UTC),
    )
    [row] = lines_of(cast)["cycle_lines"]
    assert (row["fidelity_meetings"], row["fidelity_done"], row["fidelity_rated"]) == (1, 2, 4)


def test_no_cell_holds_a_name_or_a_phone(cast: Cast) -> None:
    world = make_running_group(cast, members=3, first=FIRST)
    hold_meeting(cast, world, 1)
    text = repr(lines_of(cast))
    for name, phone in db.session.execute(sa.select(Member.name, Member.phone)):
        assert name not in text
        assert phone not in text


def test_a_member_who_moved_has_the_sessions_of_each_group_while_there(cast: Cast) -> None:
    world = make_running_group(cast, members=3, first=FIRST)
    other = make_running_group(cast, members=3, first=FIRST, name="Lake group", offset=8)
    hold_all(cast, world, [["present"] * 3] * 2)
    hold_all(cast, other, [["present"] * 3] * 2)
    moved, moment = world.enrolment_ids[0], datetime(2026, 1, 21, 9, tzinfo=UTC)
    move_member(
        enrolment_id=moved,
        to_cycle_id=other.cycle_id,
        on_date=date(2026, 1, 21),
        by=cast.actor("coordinator"),
        now=moment,
    )
    record = SessionRecord(other.session_ids[2], FIRST + timedelta(weeks=2), (Mark(moved, "present"),))
    record_session(record=record, by=cast.actor("facilitator"), now=moment + timedelta(days=5))
    groups = dict(
        db.session.execute(sa.select(Cycle.id, Group.code).join(Group, Group.id == Cycle.group_id)).all()  # type: ignore[arg-type]
    )
    rows = [one for one in lines_of(cast)["sessions"] if one["member"] == code_of(world.member_ids[0])]
    assert [(one["group"], one["session_number"], one["is_attended"]) for one in rows[:3]] == [
        (groups[world.cycle_id], 1, 1),
        (groups[world.cycle_id], 2, 1),
        (groups[other.cycle_id], 3, 1),
    ]
    assert len(rows) == 8


def test_a_withdrawal_taken_back_gives_the_row_back(cast: Cast) -> None:
    world = make_running_group(cast, members=2, first=FIRST)
    for given, on in ((False, date(2026, 2, 1)), (True, date(2026, 2, 9))):
        record = ConsentRecord(world.member_ids[0], "service", given, on, "spoken")
        give_consent(record=record, by=OPERATOR, now=NOW)
        assert len(lines_of(cast)["members"]) == (2 if given else 1)


def test_a_refusal_of_another_purpose_takes_nobody_off_the_lists(cast: Cast) -> None:
    world = make_running_group(cast, members=2, first=FIRST)
    record = ConsentRecord(world.member_ids[0], "media", False, date(2026, 2, 1), "spoken")
    give_consent(record=record, by=OPERATOR, now=NOW)
    assert len(lines_of(cast)["members"]) == 2


def test_rows_of_the_driver_are_all_there_whatever_the_size_of_a_chunk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_running_group(cast, members=5, first=FIRST)
    monkeypatch.setattr(report_rows, "CHUNK", 2)
    statement = sa.select(Enrolment.id, Enrolment.enrolled_on).order_by(Enrolment.id)
    with snapshot() as connection:
        found = [(key, DAYS[day]) for key, day in driver_rows(connection, statement)]
        none = list(driver_rows(connection, statement.where(Enrolment.id == "nobody")))
        assert (found, none) == (list(map(tuple, connection.execute(statement))), [])
    assert len(found) == len(world.enrolment_ids)

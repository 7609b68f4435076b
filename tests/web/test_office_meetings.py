"""The sheet of one meeting as the office types it: few keys, answers first, nothing readable is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.meetings import Closing, add_visitor, close_session
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import (
    Answer,
    Assessment,
    Attendance,
    AttendanceCorrection,
    AuditEvent,
    SafetyEpisode,
    Session,
    Visitor,
)
from gipt.web.guard import now
from tests.cast import Cast, signed_in_client
from tests.world import World, hold_meeting, local_today, make_running_group


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, 3, first=local_today() - timedelta(days=7))


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("coordinator", "own")])


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def sheet(
    world: World, rows: list[tuple[str, str, str]], *, on: date | None = None, **more: str
) -> dict[str, str]:
    """Give the form as typed: code, digits and function for each member by sign."""
    day = on or world.first
    typed = {"held_on-day": str(day.day), "held_on-month": str(day.month), "held_on-year": str(day.year)}
    for enrolment_id, (code, digits, function) in zip(world.enrolment_ids, rows, strict=False):
        typed[f"c[{enrolment_id}]"] = code
        typed[f"d[{enrolment_id}][phq9]"] = digits
        typed[f"f[{enrolment_id}][phq9][function]"] = function
    return {**typed, "via": "paper", "op": "a" * 32, **more}


def url(world: World, number: int = 1) -> str:
    return f"/o/m/{world.session_ids[number - 1]}"


def marks(world: World, number: int = 1) -> list[str | None]:
    found = sa.select(Attendance.enrolment_id, Attendance.status).where(
        Attendance.session_id == world.session_ids[number - 1]
    )
    by_id = {row.enrolment_id: row.status for row in db.session.execute(found)}
    return [by_id.get(one) for one in world.enrolment_ids]


def totals(world: World) -> list[int | None]:
    found = {
        row.enrolment_id: row.total
        for row in db.session.execute(
            sa.select(Assessment.enrolment_id, Assessment.total).where(
                Assessment.session_id == world.session_ids[0]
            )
        )
    }
    return [found.get(one) for one in world.enrolment_ids]


def test_a_whole_sheet_is_stored_from_paper(client: FlaskClient, world: World) -> None:
    page = client.get(url(world))
    assert page.status_code == 200
    assert "9 digits" in page.text
    rows = [("1", "120301100", "1"), ("L", "1 1 1 1 1 1 1 1 0", ""), ("0", "", "")]
    assert client.post(url(world), data=sheet(world, rows)).status_code == 303
    assert marks(world) == ["present", "late", "absent_unknown"]
    assert totals(world) == [8, 8, None]
    session = db.session.get_one(Session, world.session_ids[0])
    assert (session.status, session.recorded_via) == ("held", "paper")
    assert set(db.session.scalars(sa.select(Assessment.mode))) == {"paper"}
    assert set(db.session.scalars(sa.select(Attendance.via))) == {"paper"}
    assert 'value="120301100"' in client.get(url(world)).text


@pytest.mark.parametrize(
    ("typed", "status", "half"),
    [
        ("1", "present", None),
        ("0", "absent_unknown", None),
        ("l", "late", None),
        ("E", "left_early", True),
        ("h", "left_early", False),
        ("T", "absent_told", None),
        ("x 1", "excused", None),
        ("M", "makeup_done", None),
        ("n", "not_expected", None),
        ("١", "present", None),
    ],
)
def test_each_code_means_one_mark(
    client: FlaskClient, world: World, typed: str, status: str, half: bool | None
) -> None:
    assert client.post(url(world), data=sheet(world, [(typed, "", "")])).status_code == 303
    row = db.session.execute(sa.select(Attendance.status, Attendance.left_after_half)).one()
    assert tuple(row) == (status, half)


def test_an_excuse_is_stored_with_its_reason_and_shown_again(client: FlaskClient, world: World) -> None:
    page = client.get(url(world)).text
    assert "Planting or harvest" in page
    assert client.post(url(world), data=sheet(world, [("X6", "", ""), ("X٨", "", "")])).status_code == 303
    assert set(db.session.scalars(sa.select(Attendance.reason))) == {"harvest", "safety"}
    page = client.get(url(world)).text
    assert 'value="X6"' in page
    assert 'value="X8"' in page
    details = db.session.scalars(
        sa.select(AuditEvent.details).where(AuditEvent.action == "record_session")
    ).one()
    assert details["excused"] == dict(zip(world.enrolment_ids, ("harvest", "safety"), strict=False))


@pytest.mark.parametrize(
    ("typed", "said"), [("X", "please add the number of the reason"), ("X9", "one of the list")]
)
def test_an_excuse_without_its_reason_is_asked_back(
    client: FlaskClient, world: World, typed: str, said: str
) -> None:
    answer = client.post(url(world), data=sheet(world, [(typed, "", ""), ("1", "", "")]))
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert marks(world) == [None, None, None]


def test_answers_of_somebody_excused_are_asked_back(client: FlaskClient, world: World) -> None:
    answer = client.post(url(world), data=sheet(world, [("X1", "111111110", "")]))
    assert "and yet there are answers" in answer.text
    assert totals(world) == [None, None, None]


def test_a_wrong_line_keeps_the_page_and_stores_what_can_be_read(client: FlaskClient, world: World) -> None:
    rows = [("1", "12030110", ""), ("1", "111111110", ""), ("1", "", "")]
    answer = client.post(url(world), data=sheet(world, rows))
    assert answer.status_code == 422
    assert "Grace Akello: 9 digits are needed, there are 8." in answer.text
    assert 'value="12030110"' in answer.text
    assert totals(world) == [None, 8, None]
    assert marks(world) == [None, None, None]
    # The same page, mended, goes through: the operation id of what was stored is not used again.
    op = answer.text.split('name="op" value="')[1].split('"')[0]
    assert op != "a" * 32
    rows[0] = ("1", "120301100", "")
    assert client.post(url(world), data=sheet(world, rows, op=op)).status_code == 303
    assert marks(world) == ["present"] * 3
    assert totals(world) == [8, 8, None]


def test_a_positive_safety_item_is_stored_whatever_else_is_wrong(client: FlaskClient, world: World) -> None:
    rows = [("?", "000000002", ""), ("1", "90000000x", ""), ("0", "000000001", "")]
    answer = client.post(url(world), data=sheet(world, rows, **{"held_on-day": "99"}))
    assert answer.status_code == 422
    episodes = db.session.scalars(sa.select(SafetyEpisode.member_id)).all()
    assert set(episodes) == {world.member_ids[0], world.member_ids[2]}
    assert "Grace Akello gave an answer that needs help." in answer.text
    assert marks(world) == [None, None, None]


def test_a_slip_in_one_digit_does_not_hide_a_positive_safety_item(client: FlaskClient, world: World) -> None:
    answer = client.post(url(world), data=sheet(world, [("1", "7000 0000 3", "")]))
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(SafetyEpisode.member_id)).all() == [world.member_ids[0]]


def test_somebody_who_did_not_come_and_has_answers_is_asked_back(client: FlaskClient, world: World) -> None:
    answer = client.post(url(world), data=sheet(world, [("0", "111111110", "")]))
    assert answer.status_code == 422
    assert "Grace Akello did not come, and yet there are answers." in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0


def test_an_unknown_code_is_refused_beside_its_box(client: FlaskClient, world: World) -> None:
    answer = client.post(url(world), data=sheet(world, [("7", "", "")]))
    assert answer.status_code == 422
    assert f'href="#c[{world.enrolment_ids[0]}]"' in answer.text


def test_saving_the_same_sheet_again_changes_nothing(client: FlaskClient, world: World) -> None:
    first = world.enrolment_ids[0]
    late = (Mark(first, "late", minutes_late=25), Mark(world.enrolment_ids[1], "excused", reason="funeral"))
    record = SessionRecord(world.session_ids[0], world.first, late)
    record_session(record=record, by=OPERATOR, now=now())
    page = client.get(url(world))
    assert 'value="L"' in page.text
    assert 'value="X3"' in page.text
    rows = [("L", "", ""), ("X3", "", ""), ("1", "", "")]
    assert client.post(url(world), data=sheet(world, rows)).status_code == 303
    kept = db.session.execute(
        sa.select(Attendance.minutes_late, Attendance.reason).order_by(Attendance.minutes_late.desc())
    ).all()
    assert {tuple(row) for row in kept} == {(25, None), (None, "funeral"), (None, None)}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AttendanceCorrection)) == 0


def test_a_closed_meeting_asks_why(client: FlaskClient, cast: Cast, world: World) -> None:
    session_id = hold_meeting(cast, world, 1)
    close_session(closing=Closing(session_id, feel="easy"), by=cast.actor("facilitator"), now=now())
    page = client.get(url(world))
    assert "Why is this changed?" in page.text
    rows = [("L", "", "")]
    assert client.post(url(world), data=sheet(world, rows)).status_code == 422
    assert client.post(url(world), data=sheet(world, rows, correction="Came at eleven")).status_code == 303
    assert marks(world)[0] == "late"


def test_a_cycle_that_has_not_started_has_no_sheet_to_fill(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, 1, first=local_today(), started=False)
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    assert "This cycle has not started" in client.get(url(world)).text
    assert client.post(url(world), data=sheet(world, [("1", "", "")])).status_code == 422


def test_a_follow_up_meeting_has_a_sheet_too(client: FlaskClient, world: World) -> None:
    session_id = world.follow_up_ids[0]
    assert client.get(f"/o/m/{session_id}").status_code == 200
    answer = client.post(f"/o/m/{session_id}", data=sheet(world, [("1", "111111110", "")], on=local_today()))
    assert answer.status_code == 303
    row = db.session.execute(sa.select(Assessment.point, Assessment.label, Assessment.total)).one()
    assert row.point == "follow_up"
    assert row.label is not None
    assert row.total == 8


@pytest.mark.parametrize(
    ("role", "site"),
    [("coordinator", "foreign"), ("supervisor", "own"), ("me", "own"), ("facilitator", "own")],
)
def test_a_sheet_that_is_not_one_s_own_does_not_exist(
    app: Flask, cast: Cast, world: World, role: str, site: str
) -> None:
    client = signed_in_client(app, cast.people[(role, site)])
    assert client.get(url(world)).status_code == 404
    assert client.post(url(world), data=sheet(world, [("1", "000000003", "")])).status_code == 404
    assert marks(world) == [None, None, None]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 0


def test_a_visitor_is_decided_about(client: FlaskClient, cast: Cast, world: World) -> None:
    visitor_id = add_visitor(
        session_id=world.session_ids[0], name="Amina Nabirye", by=cast.actor("facilitator"), now=now()
    )
    assert "Amina Nabirye" in client.get(url(world)).text
    assert client.post(f"{url(world)}/v/{'0' * 32}", data={"decision": "added"}).status_code == 404
    assert client.post(f"{url(world, 2)}/v/{visitor_id}", data={"decision": "added"}).status_code == 404
    assert client.post(f"{url(world)}/v/{visitor_id}", data={"decision": "visit_only"}).status_code == 303
    assert db.session.scalar(sa.select(Visitor.decision)) == "visit_only"
    assert "Amina Nabirye" not in client.get(url(world)).text


@pytest.mark.parametrize("size", [4, 16])
def test_the_page_takes_few_statements_whatever_the_number_of_members(
    client: FlaskClient, cast: Cast, size: int
) -> None:
    world = make_running_group(cast, size, first=local_today() - timedelta(days=7))
    client.get(url(world))
    with statements() as seen:
        assert client.get(url(world)).status_code == 200
    assert len(seen) <= 6

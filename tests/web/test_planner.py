"""The planner's pages, as a coordinator and a supervisor meet them; every change is shown before it is saved."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.cycles import note_no_endline
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.meetings import add_visitor
from gipt.actions.programme import ClosedDayRecord, add_closed_day
from gipt.actions.schedules import ChangeRecord, change_schedule, preview_change
from gipt.actions.staff import StaffRecord, add_staff
from gipt.db import db
from gipt.domain.access import OPERATOR, Granted, Role
from gipt.models import Assignment, Cycle, Enrolment, Programme, Session
from gipt.web.guard import now
from tests.cast import Cast, signed_in_client
from tests.world import (
    World,
    hold_meeting,
    local_today,
    make_curriculum,
    make_members,
    make_protocol,
    make_running_group,
)


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


def boxes(name: str, day: date, calendar: str = "gregorian") -> dict[str, str]:
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
        f"{name}-calendar": calendar,
    }


def hidden(html: str) -> dict[str, str]:
    """Give the hidden fields of the first form that shows a change."""
    found = {}
    for name in ("shown", "op"):
        match = re.search(rf'name="{name}" value="([^"]+)"', html)
        if match:
            found[name] = match[1]
    return found


def dates(cycle_id: str) -> dict[int, date]:
    db.session.expire_all()
    rows = db.session.execute(
        sa.select(Session.number, Session.on_date).where(
            Session.cycle_id == cycle_id, Session.kind == "core", Session.status != "cancelled"
        )
    )
    return {row.number: row.on_date for row in rows}


def forming(cast: Cast) -> str:
    record = GroupRecord(cast.own, "Lake view", venue_id=cast.venues["own"], note="Made for tests")
    people = make_members(cast, 3, first=9, now=now())
    return form_group(record=record, member_ids=people, by=cast.actor("coordinator"), now=now())


def wish(cast: Cast, version: str, start: date, **more: str) -> dict[str, str]:
    return {
        **boxes("start", start),
        "version": version,
        "starts": "14:30",
        "lead": cast.staff_id("facilitator"),
        "mode": "in_person",
        **more,
    }


# --- planning ---------------------------------------------------------------------------------------------------------


def test_dates_are_shown_with_reasons_before_they_are_planned(client: FlaskClient, cast: Cast) -> None:
    group_id, version = forming(cast), make_curriculum(cast, now=now())
    start = local_today() + timedelta(days=12)
    closed = ClosedDayRecord("Market of the year", "single", site_id=cast.own, first_on=start)
    add_closed_day(record=closed, by=cast.actor("coordinator"), now=now())
    asked = wish(cast, version, start)
    url = f"/o/cycles/plan/{group_id}"
    # Without what was shown, nothing is planned: the dates are shown first.
    shown = client.post(url, data={**asked, "do": "plan"})
    assert shown.status_code == 200
    assert "Market of the year: closed on this day." in shown.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cycle)) == 0
    planned = client.post(url, data={**asked, **hidden(shown.text), "do": "plan"})
    assert planned.status_code == 303
    cycle_id = planned.location.split("/")[-1]
    assert dates(cycle_id)[1] == start + timedelta(days=7)
    assert client.get(planned.location).status_code == 200


def test_dates_that_changed_since_they_were_shown_are_shown_again(client: FlaskClient, cast: Cast) -> None:
    group_id, version = forming(cast), make_curriculum(cast, now=now())
    start = local_today() + timedelta(days=12)
    asked, url = wish(cast, version, start), f"/o/cycles/plan/{group_id}"
    shown = client.post(url, data={**asked, "do": "show"})
    closed = ClosedDayRecord("Burial", "single", site_id=cast.own, first_on=dates_in(shown.text, start))
    add_closed_day(record=closed, by=cast.actor("coordinator"), now=now())
    again = client.post(url, data={**asked, **hidden(shown.text), "do": "plan"})
    assert again.status_code == 200
    assert "Burial: closed on this day." in again.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cycle)) == 0


def dates_in(html: str, start: date) -> date:
    """Give the first proposed date: the start, unless a public holiday took it."""
    assert "Proposed dates" in html
    return start if "left out" not in html else start + timedelta(days=7)


def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, cast: Cast
) -> None:
    group_id = forming(cast)
    answer = client.post(
        f"/o/cycles/plan/{group_id}", data={"start-day": "41", "start-month": "3", "starts": "ten"}
    )
    assert answer.status_code == 422
    for field in ("start", "starts", "version", "lead"):
        assert f'href="#{field}"' in answer.text
    assert 'value="41"' in answer.text
    assert 'value="ten"' in answer.text


def test_an_ethiopian_programme_types_and_reads_its_own_dates_beside_ours(
    client: FlaskClient, cast: Cast
) -> None:
    db.session.execute(sa.update(Programme).values(calendar="ethiopian", second_calendar="gregorian"))
    db.session.commit()
    group_id, version = forming(cast), make_curriculum(cast, now=now())
    typed = {"start-day": "4", "start-month": "2", "start-year": "2021", "start-calendar": "ethiopian"}
    asked = {**wish(cast, version, local_today()), **typed}
    shown = client.post(f"/o/cycles/plan/{group_id}", data={**asked, "do": "show"})
    assert "4 Tikimt 2021" in shown.text  # 4 Tikimt 2021 = 14 October 2028 (CLDR calendar "ethiopic")
    assert "14 Oct 2028" in shown.text
    wrong = {**asked, "start-day": "31"}
    answer = client.post(f"/o/cycles/plan/{group_id}", data=wrong)
    assert answer.status_code == 422
    assert "this month has 30 days" in answer.text
    assert 'value="31"' in answer.text


def test_the_way_from_a_group_leads_to_its_dates(client: FlaskClient, cast: Cast, world: World) -> None:
    assert client.get(f"/o/cycles?group_id={world.group_id}").location.endswith(f"/o/cycles/{world.cycle_id}")
    group_id = forming(cast)
    assert client.get(f"/o/cycles?group_id={group_id}").location.endswith(f"/o/cycles/plan/{group_id}")
    assert client.get(f"/o/cycles?group_id={'0' * 32}").status_code == 404


# --- one cycle --------------------------------------------------------------------------------------------------------


def test_a_planned_cycle_says_what_is_missing_and_starts_when_nothing_is(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, 2, first=local_today() + timedelta(days=8), started=False)
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    db.session.execute(sa.text("DELETE FROM safety_protocol"))
    db.session.commit()
    url = f"/o/cycles/{world.cycle_id}"
    page = client.get(url)
    assert "Adopt a safety protocol with two phone numbers first." in page.text
    assert "Start the cycle" not in page.text
    refused = client.post(f"{url}/start", data={"op": "e" * 32})
    assert refused.status_code == 422
    make_protocol(cast)
    assert "Start the cycle" in client.get(url).text
    assert client.post(f"{url}/start", data={"op": "f" * 32}).status_code == 303
    assert "Confirmed" in client.get(url).text


def test_a_supervisor_reads_and_does_not_change(app: Flask, cast: Cast, world: World) -> None:
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    page = client.get(f"/o/cycles/{world.cycle_id}")
    assert page.status_code == 200
    assert "Move this one" not in page.text
    assert "Hand over" not in page.text
    assert client.get("/o/cycles").status_code == 200
    assert client.get(f"/o/cycles/{world.cycle_id}/move/2").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/move/2",
        "/move-all/2",
        "/cancel/2",
        "/held/2",
        "/decide/2",
        "/hand-over",
        "/close",
        "/give-up",
        "/start",
    ],
)
def test_another_site_s_cycle_does_not_exist(app: Flask, cast: Cast, world: World, path: str) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "foreign")])
    url = f"/o/cycles/{world.cycle_id}{path}"
    answers = [client.post(url)] if path == "/start" else [client.get(url)]
    if path:
        answers.append(client.post(url, data={"do": "save"}))
    assert {answer.status_code for answer in answers} == {404}
    assert "Hill group" not in client.get("/o/cycles").text


# --- changes ----------------------------------------------------------------------------------------------------------


def test_moving_this_and_all_after_takes_a_page_and_a_save(client: FlaskClient, world: World) -> None:
    before = dates(world.cycle_id)
    url = f"/o/cycles/{world.cycle_id}/move-all/3"
    shown = client.get(url)  # before and after stand on the page at once: open "Change", the link, "Save"
    assert shown.status_code == 200
    assert "What will change" in shown.text
    assert dates(world.cycle_id) == before
    assert client.post(url, data={**hidden(shown.text), "do": "save"}).status_code == 303
    after = dates(world.cycle_id)
    assert [after[n] == before[n] for n in range(1, 9)] == [True, True, *[False] * 6]


def test_moving_one_offers_ways_out_and_shows_before_it_saves(client: FlaskClient, world: World) -> None:
    before, url = dates(world.cycle_id), f"/o/cycles/{world.cycle_id}/move/4"
    page = client.get(url)
    assert page.text.count('name="choice"') == 4
    asked = {"choice": "other", **boxes("to", before[4] + timedelta(days=1))}
    shown = client.post(url, data={**asked, "do": "show"})
    assert shown.status_code == 200
    assert dates(world.cycle_id) == before
    # Another day than the one that was shown is shown first, not saved.
    other = {"choice": "other", **boxes("to", before[4] + timedelta(days=2))}
    again = client.post(url, data={**other, **hidden(shown.text), "do": "save"})
    assert again.status_code == 200
    assert dates(world.cycle_id) == before
    assert client.post(url, data={**asked, **hidden(shown.text), "do": "save"}).status_code == 303
    assert dates(world.cycle_id) == before | {4: before[4] + timedelta(days=1)}


def test_what_stands_against_a_move_is_said_and_cannot_be_saved(client: FlaskClient, world: World) -> None:
    before, url = dates(world.cycle_id), f"/o/cycles/{world.cycle_id}/move/4"
    asked = {"choice": "other", **boxes("to", before[6])}
    shown = client.post(url, data={**asked, "do": "show"})
    assert "This is not after the session before it, or not before the next one" in shown.text
    assert 'value="save"' not in shown.text
    refused = client.post(url, data={**asked, **hidden(shown.text), "do": "save"})
    assert refused.status_code == 422
    assert dates(world.cycle_id) == before


def test_a_meeting_is_not_moved_into_the_past(client: FlaskClient, world: World) -> None:
    asked = {"choice": "other", **boxes("to", local_today() - timedelta(days=1)), "do": "show"}
    answer = client.post(f"/o/cycles/{world.cycle_id}/move/4", data=asked)
    assert answer.status_code == 422
    assert "this day is over" in answer.text


def test_cancelling_leads_to_the_decision_and_both_ways_show_what_they_do(
    client: FlaskClient, world: World
) -> None:
    url = f"/o/cycles/{world.cycle_id}"
    shown = client.post(f"{url}/cancel/3", data={"reason": "funeral", "do": "show"})
    assert "Cancelled · Funeral" in shown.text
    saved = client.post(f"{url}/cancel/3", data={"reason": "funeral", **hidden(shown.text), "do": "save"})
    assert saved.location.endswith(f"{url}/decide/3")
    listed = client.get("/o/cycles")
    assert "Cancelled: decide what comes of its number" in listed.text
    page = client.get(f"{url}/decide/3")
    assert "Meet once more at the end" in page.text
    marks = re.findall(r'name="shown" value="([^"]+)"', page.text)
    assert len(marks) == 2
    done = client.post(
        f"{url}/decide/3", data={"way": "accept", "shown": marks[1], "do": "save", "op": "a" * 32}
    )
    assert done.status_code == 303
    assert db.session.scalar(sa.select(Cycle.accepted_sessions)) == 7
    assert client.get(f"{url}/decide/3").status_code == 404


def test_a_meeting_on_another_day_is_written_down(client: FlaskClient, world: World) -> None:
    url, day = f"/o/cycles/{world.cycle_id}/held/1", local_today() - timedelta(days=5)
    shown = client.post(url, data={**boxes("to", day), "do": "show"})
    assert client.post(url, data={**boxes("to", day), **hidden(shown.text), "do": "save"}).status_code == 303
    row = db.session.get_one(Session, world.session_ids[0])
    assert (row.status, row.held_on) == ("held", day)
    tomorrow = {**boxes("to", local_today() + timedelta(days=1)), "do": "show"}
    assert client.post(f"/o/cycles/{world.cycle_id}/held/3", data=tomorrow).status_code == 422


def test_one_meeting_is_handed_over(client: FlaskClient, cast: Cast, world: World) -> None:
    record = StaffRecord("stand.in", (Granted(Role.FACILITATOR, cast.own),), name="Miriam Stand-in")
    staff_id = add_staff(record=record, by=OPERATOR, now=now())
    url = f"/o/cycles/{world.cycle_id}/hand-over"
    asked = {"lead": staff_id, "scope": "one", "meeting": "3"}
    shown = client.post(url, data={**asked, "do": "show"})
    assert "Miriam Stand-in" in shown.text
    assert client.post(url, data={**asked, **hidden(shown.text), "do": "save"}).status_code == 303
    row = db.session.scalars(sa.select(Assignment).where(Assignment.staff_id == staff_id)).one()
    assert row.session_id == world.session_ids[2]
    assert "Miriam Stand-in" in client.get(f"/o/cycles/{world.cycle_id}").text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "lead"),
        ({"scope": "one"}, "meeting"),
        ({"scope": "while", **boxes("first", date(2027, 1, 5)), **boxes("last", date(2027, 1, 4))}, "last"),
    ],
    ids=["who", "which meeting", "last before first"],
)
def test_a_hand_over_says_what_is_missing(
    client: FlaskClient, world: World, asked: dict[str, str], field: str
) -> None:
    answer = client.post(f"/o/cycles/{world.cycle_id}/hand-over", data={**asked, "do": "show"})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_a_follow_up_meeting_is_moved(client: FlaskClient, world: World) -> None:
    url = f"/o/cycles/{world.cycle_id}/follow-up/{world.follow_up_ids[0]}"
    day = local_today() + timedelta(days=80)
    shown = client.post(url, data={**boxes("to", day), "do": "show"})
    assert "What will change" in shown.text
    assert client.post(url, data={**boxes("to", day), **hidden(shown.text), "do": "save"}).status_code == 303
    assert db.session.get_one(Session, world.follow_up_ids[0]).on_date == day


def test_the_place_is_taken_by_another_group_in_words(client: FlaskClient, cast: Cast, world: World) -> None:
    other = make_running_group(
        cast, 2, first=local_today() + timedelta(days=8), started=False, offset=5, at=time(10), name="Market"
    )
    to = dates(world.cycle_id)[5]
    asked = {"choice": "other", **boxes("to", to), "starts": "10:00", "do": "show"}
    number = next(n for n, day in dates(other.cycle_id).items() if abs((day - to).days) < 7)
    shown = client.post(f"/o/cycles/{other.cycle_id}/move/{number}", data=asked)
    assert "Under the fig tree is taken by Hill group at 10:00." in shown.text


# --- the end ----------------------------------------------------------------------------------------------------------


def test_closing_names_what_is_missing_takes_reasons_and_closes(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, 2, first=local_today() - timedelta(days=60))
    client, url = (
        signed_in_client(app, cast.people[("coordinator", "own")]),
        f"/o/cycles/{world.cycle_id}/close",
    )
    for number in range(1, 8):
        hold_meeting(cast, world, number)
    assert "1 meeting has no record." in client.get(url).text
    hold_meeting(cast, world, 8)
    page = client.get(url)
    assert "2 members have no last check-in." in page.text
    assert "Grace Akello" in page.text
    assert (
        client.post(url, data={**boxes("on_date", local_today()), "do": "close", "op": "a" * 32}).status_code
        == 422
    )
    reasons = {f"r[{world.enrolment_ids[0]}]": "moved", "do": "reasons", "op": "b" * 32}
    assert client.post(url, data=reasons).status_code == 303
    assert "1 member has no last check-in." in client.get(url).text
    note_no_endline(
        enrolment_id=world.enrolment_ids[1], reason="declined", by=cast.actor("coordinator"), now=now()
    )
    closing = {**boxes("on_date", local_today()), "do": "close", "self_help": "1", "op": "c" * 32}
    assert client.post(url, data=closing).status_code == 303
    row = db.session.execute(sa.select(Cycle.status, Cycle.closed_on, Cycle.self_help_from)).one()
    assert tuple(row) == ("closed", local_today(), local_today())
    assert "Plan the next cycle" in client.get(f"/o/cycles/{world.cycle_id}").text


def test_a_plan_is_given_up_with_a_reason(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, 2, first=local_today() + timedelta(days=8), started=False, talked=False)
    client, url = (
        signed_in_client(app, cast.people[("coordinator", "own")]),
        f"/o/cycles/{world.cycle_id}/give-up",
    )
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"reason": "venue"}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 0
    assert client.get(url).status_code == 404


# --- the list and its price -------------------------------------------------------------------------------------------


def test_the_list_names_what_waits(client: FlaskClient, cast: Cast, world: World) -> None:
    page = client.get("/o/cycles")
    assert "No record of who came" in page.text  # meeting 1 was a week ago
    hold_meeting(cast, world, 1)
    hold_meeting(cast, world, 2)
    add_visitor(session_id=world.session_ids[1], name="Amina", by=cast.actor("facilitator"), now=now())
    page = client.get("/o/cycles")
    assert "No record of who came" not in page.text
    assert "Visitors who wait" in page.text
    forming(cast)
    assert "No dates yet" in client.get("/o/cycles?status=forming").text
    assert "No cycles here" in client.get("/o/cycles?status=closed").text


def test_list_and_cycle_take_five_statements_whatever_stands_on_them(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, 12, first=local_today() - timedelta(days=7))
    for path in ("/o/cycles", f"/o/cycles/{world.cycle_id}"):
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 5, path


def test_a_preview_costs_the_same_for_few_and_many_members(client: FlaskClient, cast: Cast) -> None:
    costs = []
    for size, hour in ((2, 9), (14, 15)):
        world = make_running_group(
            cast,
            size,
            first=local_today() + timedelta(days=8),
            offset=hour * 20,
            at=time(hour),
            name=f"G{hour}",
        )
        client.get(f"/o/cycles/{world.cycle_id}/move-all/3")
        with statements() as seen:
            assert client.get(f"/o/cycles/{world.cycle_id}/move-all/3").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 25


def test_a_change_made_twice_by_a_double_tap_is_made_once(client: FlaskClient, world: World) -> None:
    url = f"/o/cycles/{world.cycle_id}/move-all/3"
    shown = client.get(url)
    sent = {**hidden(shown.text), "do": "save"}
    assert client.post(url, data=sent).status_code == 303
    after = dates(world.cycle_id)
    client.post(url, data=sent)
    assert dates(world.cycle_id) == after


def test_dates_changed_by_somebody_else_are_shown_again(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    url = f"/o/cycles/{world.cycle_id}/move-all/3"
    shown = client.get(url)
    change = ChangeRecord(world.cycle_id, "move_one", 5, to=dates(world.cycle_id)[5] + timedelta(days=1))
    change_schedule(record=change, by=cast.actor("coordinator"), now=now())
    before = dates(world.cycle_id)
    assert client.post(url, data={**hidden(shown.text), "do": "save"}).status_code == 200
    assert dates(world.cycle_id) == before


def test_a_change_is_undone_from_the_cycle(client: FlaskClient, cast: Cast, world: World) -> None:
    before, home = dates(world.cycle_id), f"/o/cycles/{world.cycle_id}"
    assert "Undo" not in client.get(home).text
    url = f"{home}/move-all/3"
    client.post(url, data={**hidden(client.get(url).text), "do": "save"})
    shown = client.get(home).text
    assert "This and all after moved: Meeting 3" in shown
    link = re.search(r'href="(/o/cycles/undo/\w+)"', shown)
    assert link is not None
    page = client.get(link[1]).text
    assert "What undoing restores" in page
    assert page.count("<ins>") >= 6
    sent = hidden(page)
    for _double in range(2):
        assert client.post(link[1], data=sent).status_code == 303
    assert dates(world.cycle_id) == before
    assert "Undo" not in client.get(home).text
    assert "This was taken back already." in client.get(link[1]).text
    again = client.post(link[1], data={"op": "c" * 32})
    assert again.status_code == 422
    assert "This was taken back already." in again.text


def test_undoing_a_hand_over_shows_who_leads_again(client: FlaskClient, cast: Cast, world: World) -> None:
    granted = Granted(Role.FACILITATOR, cast.own)
    who = add_staff(record=StaffRecord("ruth", (granted,), name="Ruth Stand-in"), by=OPERATOR, now=now())
    coordinator = cast.actor("coordinator")
    tried = (
        ChangeRecord(world.cycle_id, "hand_over", facilitators=(who,), first=day, last=day)
        for number, day in sorted(dates(world.cycle_id).items())
        if number > 2
    )
    # Whatever day it is today: not on a public holiday.
    record = next(one for one in tried if not preview_change(record=one, by=coordinator).is_blocked)
    change_schedule(record=record, by=coordinator, now=now())
    link = re.search(r'href="(/o/cycles/undo/\w+)"', client.get(f"/o/cycles/{world.cycle_id}").text)
    assert link is not None
    page = client.get(link[1]).text
    assert "Ruth Stand-in" in page
    assert "leads from" in page
    assert client.post(link[1], data=hidden(page)).status_code == 303
    assert set(db.session.scalars(sa.select(Assignment.staff_id))) == {cast.staff_id("facilitator")}

"""What a facilitator writes of the own group: notes on members, and who is to be added."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.enrolments import move_member
from gipt.actions.member_notes import ask_to_add, write_note
from gipt.actions.schedules import ChangeRecord, change_schedule, preview_change
from gipt.actions.staff import StaffRecord, add_staff, change_staff
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound
from gipt.models import AuditEvent, Cycle, Enrolment, Member, MemberNote, Visitor
from gipt.queries.member_notes import find_notes
from gipt.web.guard import now
from tests.cast import Cast, Person, signed_in_client
from tests.world import World, hold_meeting, local_today, make_running_group

TEXT = "Comes with the baby. Sits near the door."


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, 3, first=local_today() - timedelta(days=8))


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("facilitator", "own")])


def notes_url(world: World, number: int = 0) -> str:
    return f"/g/{world.cycle_id}/m/{world.enrolment_ids[number]}/notes"


def texts(by: Actor, world: World) -> list[str]:
    return [one.text for one in find_notes(by, local_today(), enrolment_id=world.enrolment_ids[0])]


def note(cast: Cast, world: World, text: str = TEXT, **more: object) -> str:
    return write_note(
        enrolment_id=world.enrolment_ids[0],
        text=text,
        by=cast.actor("facilitator"),
        now=now(),
        **more,  # type: ignore[arg-type]
    )


# --- notes --------------------------------------------------------------------------------------------------------


def test_a_note_is_written_shown_covered_and_changed_with_its_history(
    client: FlaskClient, world: World
) -> None:
    url = notes_url(world)
    assert f'href="{url}"' in client.get(url.removesuffix("/notes")).text
    page = client.get(url).text
    assert "Do not write names of other people." in page
    assert 'maxlength="280"' in page
    for _double in range(2):
        assert client.post(url, data={"note": TEXT, "op": "a" * 32}).status_code == 303
    note_id = db.session.scalars(sa.select(MemberNote.id)).one()
    page = client.get(url).text
    assert page.index("Tap to see") < page.index(TEXT)
    assert TEXT not in client.get(url.removesuffix("/notes")).text
    assert f">{TEXT}</textarea>" in client.get(f"{url}?change={note_id}").text
    changed = {"note": "Sits where she likes.", "replaces": note_id, "op": "b" * 32}
    assert client.post(url, data=changed).status_code == 303
    page = client.get(url).text
    assert page.index("Sits where she likes.") < page.index("Earlier words") < page.index(TEXT)
    stale = client.post(url, data={**changed, "note": "Another", "op": "c" * 32})
    assert (stale.status_code, "at the same time" in stale.text) == (422, True)


@pytest.mark.parametrize(
    ("text", "said"), [("", "not answered yet"), ("x" * 281, "at most 280 signs")], ids=["empty", "too long"]
)
def test_a_note_has_words_and_not_too_many(client: FlaskClient, world: World, text: str, said: str) -> None:
    answer = client.post(notes_url(world), data={"note": text, "op": "a" * 32})
    assert answer.status_code == 422
    assert said in answer.text
    assert text in answer.text


def test_the_action_itself_holds_the_length(cast: Cast, world: World) -> None:
    assert note(cast, world, "x" * 280)
    with pytest.raises(Invalid) as refused:
        note(cast, world, "x" * 281)
    assert refused.value.details["high"] == 280


def test_the_audit_names_the_note_and_never_its_words(cast: Cast, world: World) -> None:
    note_id = note(cast, world)
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "write_note")).one()
    assert event.details == {"note": note_id, "replaces": None}
    raw = db.session.execute(sa.text("SELECT text FROM member_note")).scalar_one()
    assert TEXT.encode() not in bytes(raw)


def test_facilitator_and_supervisor_read_and_nobody_else(app: Flask, cast: Cast, world: World) -> None:
    grants = (Granted(Role.FACILITATOR, cast.own),)
    record = StaffRecord("facilitator.own", grants, supervisor_id=cast.staff_id("supervisor"))
    change_staff(staff_id=cast.staff_id("facilitator"), record=record, by=OPERATOR, now=now())
    note(cast, world)
    read = {(role, site) for role, site in cast.people if texts(cast.actor(role, site), world)}
    assert read == {("facilitator", "own"), ("supervisor", "own")}
    member_page = f"/o/people/{world.member_ids[0]}/course"
    assert TEXT in signed_in_client(app, cast.people[("supervisor", "own")]).get(member_page).text
    seen = signed_in_client(app, cast.people[("coordinator", "own")]).get(member_page)
    assert (seen.status_code, TEXT in seen.text) == (200, False)


def test_who_takes_one_meeting_reads_no_notes(app: Flask, cast: Cast, world: World) -> None:
    note(cast, world)
    granted = Granted(Role.FACILITATOR, cast.own)
    staff_id = add_staff(record=StaffRecord("stand.in", (granted,)), by=OPERATOR, now=now())
    coordinator = cast.actor("coordinator")
    days = (world.first + timedelta(days=7 * number) for number in range(2, 8))
    tried = (
        ChangeRecord(world.cycle_id, "hand_over", facilitators=(staff_id,), first=day, last=day)
        for day in days
    )
    # Whatever day it is today: not on a public holiday.
    record = next(one for one in tried if not preview_change(record=one, by=coordinator).is_blocked)
    change_schedule(record=record, by=coordinator, now=now())
    actor = Actor(staff_id, frozenset({granted}))
    client = signed_in_client(app, Person(staff_id, actor, Role.FACILITATOR, cast.own))
    assert texts(actor, world) == []
    assert client.get(notes_url(world)).status_code == 404
    page = client.get(notes_url(world).removesuffix("/notes"))
    assert (page.status_code, "/notes" in page.text) == (200, False)


def test_notes_follow_the_member_into_another_group(cast: Cast, world: World) -> None:
    other = make_running_group(cast, 2, site="foreign", offset=8, first=local_today() + timedelta(days=3))
    note(cast, world)
    move_member(
        enrolment_id=world.enrolment_ids[0],
        to_cycle_id=other.cycle_id,
        on_date=local_today(),
        by=OPERATOR,
        now=now(),
    )
    assert texts(cast.actor("facilitator"), world) == []
    assert texts(cast.actor("facilitator", "foreign"), world) == [TEXT]
    with pytest.raises(NotFound):
        note(cast, world)


def test_nobody_changes_a_note_of_somebody_else(cast: Cast, world: World) -> None:
    note_id = note(cast, world)
    with pytest.raises(NotFound):
        write_note(
            enrolment_id=world.enrolment_ids[1],
            text="Other",
            replaces=note_id,
            by=cast.actor("facilitator"),
            now=now(),
        )
    for role in ("coordinator", "supervisor"):
        with pytest.raises(NotAllowed):
            write_note(enrolment_id=world.enrolment_ids[0], text="Other", by=cast.actor(role), now=now())


# --- somebody is to be added --------------------------------------------------------------------------------------


def test_somebody_is_asked_for_and_the_coordinator_decides(
    app: Flask, client: FlaskClient, world: World, cast: Cast
) -> None:
    hold_meeting(cast, world, 1)
    people = db.session.scalar(sa.select(sa.func.count()).select_from(Member))
    group = f"/g/{world.cycle_id}"
    assert f'href="{group}/add"' in client.get(group).text
    asked = {"name": "Amina Okello", "note": "At the well, mornings", "op": "a" * 32}
    for _double in range(2):
        assert client.post(f"{group}/add", data=asked).status_code == 303
    assert "Amina Okello" in client.get(f"{group}/add").text
    row = db.session.scalars(sa.select(Visitor)).one()
    assert (row.came, row.session_id, row.decision) == (False, world.session_ids[1], None)
    # Nobody became a member by this.
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == people
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 3
    office = signed_in_client(app, cast.people[("coordinator", "own")])
    assert "asked to join" in office.get("/o/cycles").text
    sheet = f"/o/m/{world.session_ids[1]}"
    page = office.get(sheet).text
    assert "At the well, mornings" in page
    assert "Does not join" in page
    assert office.post(f"{sheet}/v/{row.id}", data={"decision": "added"}).status_code == 303
    assert "Amina Okello" not in client.get(f"{group}/add").text


def test_once_joining_is_closed_a_sentence_says_who_may(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    for number in (1, 2):
        hold_meeting(cast, world, number)
    page = client.get(f"/g/{world.cycle_id}/add").text
    assert "ask your coordinator or supervisor" in page
    assert 'name="name"' not in page
    answer = client.post(f"/g/{world.cycle_id}/add", data={"name": "Amina", "op": "a" * 32})
    assert answer.status_code == 422
    assert "Joining is closed" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Visitor)) == 0


def test_a_name_is_needed_and_what_was_typed_stays(client: FlaskClient, world: World) -> None:
    answer = client.post(
        f"/g/{world.cycle_id}/add", data={"name": " ", "note": "At the well", "op": "a" * 32}
    )
    assert answer.status_code == 422
    assert "At the well" in answer.text


@pytest.mark.parametrize(
    ("role", "site", "fault"),
    [
        ("facilitator", "foreign", NotFound),
        ("coordinator", "own", NotAllowed),
        ("supervisor", "own", NotAllowed),
    ],
)
def test_only_who_leads_the_group_asks(
    cast: Cast, world: World, role: str, site: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        ask_to_add(cycle_id=world.cycle_id, name="Amina", by=cast.actor(role, site), now=now())


def test_a_cycle_that_is_over_takes_nobody(cast: Cast, world: World) -> None:
    db.session.execute(sa.update(Cycle).values(status="closed", closed_on=now().date()))
    db.session.commit()
    with pytest.raises(Conflict):
        ask_to_add(cycle_id=world.cycle_id, name="Amina", by=cast.actor("facilitator"), now=now())

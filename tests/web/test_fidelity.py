"""What was done in a meeting: said at its close in quick ticks, seen by the supervisor, never in the way."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.fidelity import rate_fidelity
from gipt.db import db
from gipt.domain.problems import Invalid, NotFound
from gipt.models import AuditEvent, FidelityMark, Session
from gipt.queries.fidelity import FidelityTally, items_of, marks_of, tallies_of
from tests.cast import Cast, signed_in_client
from tests.world import World, hold_meeting, make_running_group


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=4)
    hold_meeting(cast, made, 1, ["present"] * 4)
    return made


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("facilitator", "own")])


def test_the_close_asks_how_far_each_thing_was_done_and_nothing_is_chosen_beforehand(
    client: FlaskClient, world: World
) -> None:
    html = client.get(f"/s/{world.session_ids[0]}/close").get_data(as_text=True)
    items = items_of(world.session_ids[0])
    assert len(items) > 5
    assert html.count('<fieldset class="score three">') == len(items)
    assert not re.search(r'name="f\[[^>]* checked>', html)
    assert "Leave out what you like." in html


def test_ticks_are_stored_and_shown_again_and_closing_again_replaces_them(
    client: FlaskClient, world: World
) -> None:
    page, first, *rest = f"/s/{world.session_ids[0]}/close", *items_of(world.session_ids[0])
    fields = {f"f[{first.id}]": "done", f"f[{rest[0].id}]": "partly"}
    assert client.post(page, data=fields).status_code == 303
    assert marks_of(world.session_ids[0]) == {first.key: "done", rest[0].key: "partly"}
    html = client.get(page).get_data(as_text=True)
    assert re.search(rf'name="f\[{first.id}\]" value="done" checked', html)
    client.post(page, data={f"f[{first.id}]": "not_done"})
    assert marks_of(world.session_ids[0]) == {first.key: "not_done"}


def test_a_close_without_ticks_or_with_odd_ones_is_a_close(client: FlaskClient, world: World) -> None:
    item = items_of(world.session_ids[0])[0]
    assert client.post(f"/s/{world.session_ids[0]}/close", data={f"f[{item.id}]": "great"}).status_code == 303
    assert marks_of(world.session_ids[0]) == {}
    assert db.session.get(Session, world.session_ids[0]).closed_at is not None  # type: ignore[union-attr]


def test_the_supervisor_sees_sums_beside_the_meetings_of_the_group(
    app: Flask, client: FlaskClient, cast: Cast, world: World
) -> None:
    items = items_of(world.session_ids[0])
    fields = {
        f"f[{item.id}]": rating for item, rating in zip(items, ("done", "done", "partly"), strict=False)
    }
    client.post(f"/s/{world.session_ids[0]}/close", data=fields)
    assert tallies_of(world.cycle_id) == {world.session_ids[0]: FidelityTally(2, 1, 0)}
    supervisor = signed_in_client(app, cast.people[("supervisor", "own")])
    html = supervisor.get(f"/o/groups/{world.group_id}/meetings").get_data(as_text=True)
    assert "2 of 3 done, 1 partly" in html


def test_only_items_of_the_meeting_and_known_ratings_are_stored(cast: Cast, world: World) -> None:
    facilitator, session_id, now = cast.actor("facilitator"), world.session_ids[0], datetime.now(UTC)
    key = items_of(session_id)[0].key
    for ratings in ({"who-8/nothing": "done"}, {key: "great"}):
        with pytest.raises(Invalid):
            rate_fidelity(session_id=session_id, ratings=ratings, by=facilitator, now=now)
    with pytest.raises(NotFound):
        rate_fidelity(
            session_id=session_id, ratings={key: "done"}, by=cast.actor("facilitator", "foreign"), now=now
        )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FidelityMark)) == 0


def test_the_audit_tells_how_many_and_not_what(cast: Cast, world: World, client: FlaskClient) -> None:
    item = items_of(world.session_ids[0])[0]
    client.post(f"/s/{world.session_ids[0]}/close", data={f"f[{item.id}]": "not_done"})
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "rate_fidelity")).one()
    assert event.details == {"items": 1}

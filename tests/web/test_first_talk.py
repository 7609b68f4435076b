"""The talk before the group: consent by purpose, the baseline, what it is about, contact, dates."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.db import db
from gipt.models import Assessment, Consent, Enrolment, Goal, Member, PreGroupMeeting
from gipt.queries.consents import consent_states
from tests.cast import Cast, signed_in_client
from tests.world import World, local_today, make_running_group


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(
        cast, members=6, first=local_today() + timedelta(days=5), talked=False, started=False
    )


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("facilitator", "own")])


def page(world: World, part: str = "") -> str:
    return f"/g/{world.cycle_id}/t/{world.enrolment_ids[0]}{part}"


def member(world: World) -> Member:
    db.session.expire_all()
    return db.session.get_one(Member, world.member_ids[0])


def enrolment(world: World) -> Enrolment:
    db.session.expire_all()
    return db.session.get_one(Enrolment, world.enrolment_ids[0])


def test_each_purpose_is_asked_by_itself(client: FlaskClient, world: World) -> None:
    client.post(page(world, "/consent"), data={"contact": "yes", "research": "no", "how": "spoken"})
    state = consent_states([world.member_ids[0]])[world.member_ids[0]]
    said = {purpose: state.said(purpose) for purpose in ("service", "contact", "research", "media")}
    assert said == {"service": "yes", "contact": "yes", "research": "no", "media": "not_asked"}


def test_how_consent_was_given_must_be_said(client: FlaskClient, world: World) -> None:
    answer = client.post(page(world, "/consent"), data={"contact": "yes"})
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).where(Consent.purpose == "contact")) == 0


def test_the_same_consents_sent_twice_are_written_once(client: FlaskClient, world: World) -> None:
    fields = {"contact": "yes", "media": "no", "how": "spoken", "op": "c" * 32}
    for _ in range(2):
        client.post(page(world, "/consent"), data=fields)
    wanted = sa.select(sa.func.count()).where(Consent.purpose.in_(("contact", "media")))
    assert db.session.scalar(wanted) == 2


def test_a_no_to_taking_part_says_what_follows(client: FlaskClient, world: World) -> None:
    fields = {"service": "no", "how": "spoken"}
    answer = client.post(page(world, "/consent"), data=fields, follow_redirects=True)
    assert "Without a yes this member does not join." in answer.get_data(as_text=True)


def test_the_baseline_belongs_to_the_time_before_the_group(client: FlaskClient, world: World) -> None:
    client.post(page(world, "/check-in"), data={"item": "q1", "v": "3"})
    row = db.session.scalars(sa.select(Assessment)).one()
    assert (row.point, row.session_id, row.enrolment_id) == ("pre_group", None, world.enrolment_ids[0])
    assert "started" in client.get(page(world)).get_data(as_text=True)


def test_a_worrying_baseline_is_seen_in_the_talk(client: FlaskClient, world: World) -> None:
    client.post(page(world, "/check-in"), data={"item": "q9", "v": "1"})
    assert "Please talk with this member alone." in client.get(page(world)).get_data(as_text=True)


def test_a_page_changes_its_own_part_only(client: FlaskClient, world: World) -> None:
    area = {"area": "dispute", "others": ["loneliness"], "story": "Since the rains."}
    client.post(page(world, "/area"), data=area)
    client.post(page(world, "/goals"), data={"goal1": "Talk with my sister", "goal2": "Go to market"})
    row = enrolment(world)
    assert (row.problem_area, row.other_areas, row.story) == ("dispute", ["loneliness"], "Since the rains.")
    assert sorted(db.session.scalars(sa.select(Goal.text)).all()) == ["Go to market", "Talk with my sister"]


def test_a_goal_that_is_taken_away_is_given_up_not_deleted(client: FlaskClient, world: World) -> None:
    client.post(page(world, "/goals"), data={"goal1": "Talk with my sister"})
    client.post(page(world, "/goals"), data={"goal1": "Go to market"})
    stored = {goal.text: goal.status for goal in db.session.scalars(sa.select(Goal))}
    assert stored == {"Talk with my sister": "dropped", "Go to market": "open"}


def test_safe_contact_is_stored_as_agreed(client: FlaskClient, world: World) -> None:
    fields = {"may_call": "no", "may_text": "neutral", "phone": "+256 700 5", "note": "Ask for Amina"}
    client.post(page(world, "/contact"), data=fields)
    row = member(world)
    assert (row.may_call, row.may_text, row.phone, row.contact_note) == tuple(fields.values())


def test_a_phone_that_is_none_is_refused_and_kept(client: FlaskClient, world: World) -> None:
    answer = client.post(page(world, "/contact"), data={"phone": "at the shop"})
    assert answer.status_code == 422
    assert 'value="at the shop"' in answer.get_data(as_text=True)


def test_the_talk_counts_as_held_only_when_it_is_finished(client: FlaskClient, world: World) -> None:
    client.post(page(world, "/area"), data={"area": "grief"})
    assert db.session.scalars(sa.select(PreGroupMeeting)).one().held_on is None
    yesterday = local_today() - timedelta(days=1)
    client.post(page(world, "/finish"), data={"dates": "1", "held": yesterday.isoformat()})
    db.session.expire_all()
    row = db.session.scalars(sa.select(PreGroupMeeting)).one()
    assert (row.held_on, row.confirmed_dates) == (yesterday, True)
    assert "1 of 6 done" in client.get(f"/g/{world.cycle_id}/t").get_data(as_text=True)
    assert enrolment(world).problem_area == "grief"


def test_changing_a_finished_talk_keeps_its_day(client: FlaskClient, world: World) -> None:
    client.post(page(world, "/finish"), data={"dates": "1"})
    client.post(page(world, "/goals"), data={"goal1": "Sleep well"})
    db.session.expire_all()
    assert db.session.scalars(sa.select(PreGroupMeeting)).one().held_on == local_today()


def test_an_adult_is_not_asked_for_a_caregiver(client: FlaskClient, world: World) -> None:
    assert "Caregiver" not in client.get(page(world)).get_data(as_text=True)


def test_a_member_under_age_needs_the_caregivers_word(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(
        cast, members=6, born=local_today().year - 15, first=local_today() + timedelta(days=5), talked=False
    )
    assert "Caregiver" in client.get(page(world)).get_data(as_text=True)
    fields = {"name": "Rose O.", "relation": "mother", "service": "no", "how": "thumbprint"}
    client.post(page(world, "/caregiver"), data=fields)
    state = consent_states([world.member_ids[0]])[world.member_ids[0]]
    assert state.said("service", "caregiver") == "no"
    assert (member(world).caregiver_name, member(world).caregiver_relation) == ("Rose O.", "mother")
    held = sa.select(PreGroupMeeting.held_on).where(PreGroupMeeting.kind == "caregiver")
    assert db.session.scalars(held).one() == local_today()
    assert "0 of 6 done" in client.get(f"/g/{world.cycle_id}/t").get_data(as_text=True)


def test_the_outline_of_the_talk_can_be_read(client: FlaskClient, world: World) -> None:
    html = client.get(page(world, "/guide/1")).get_data(as_text=True)
    assert "Greet and agree on privacy" in html
    assert client.get(page(world, "/guide/99")).status_code == 404


def test_the_guide_of_the_talk_with_a_caregiver_leads_back_to_its_page(
    client: FlaskClient, world: World
) -> None:
    back = page(world, "/caregiver")
    assert f"{back}/guide/1" in client.get(back).get_data(as_text=True)
    first = client.get(f"{back}/guide/1").get_data(as_text=True)
    assert "Explain the group" in first
    assert "If the caregiver fears gossip" in first
    assert "When you meet by phone" in first
    assert f'href="{back}/guide/2"' in first
    assert f'href="{back}"' in client.get(f"{back}/guide/4").get_data(as_text=True)
    assert client.get(f"{back}/guide/5").status_code == 404

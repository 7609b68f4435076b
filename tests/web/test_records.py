"""The pages about incidents, complaints, satisfaction, costs, funding and targets."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.funding import add_funder
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import (
    Complaint,
    CostLine,
    FundingShare,
    Incident,
    Programme,
    Satisfaction,
    Target,
    VolunteerTime,
)
from gipt.queries.complaints import find_complaints
from gipt.web import tell_us
from tests.cast import Cast, signed_in_client
from tests.world import World, local_today, make_running_group

YESTERDAY = local_today() - timedelta(days=1)


def client_of(app: Flask, cast: Cast, role: str) -> FlaskClient:
    return signed_in_client(app, cast.people[(role, "own")])


def dated(name: str, on: date = YESTERDAY) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def one(model: type) -> object:
    db.session.rollback()
    return db.session.scalars(sa.select(model)).one()


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    return make_running_group(cast, members=3, first=local_today() - timedelta(days=21))


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        ("coordinator", ["/o/complaints", "/o/costs", "/o/funding", "/o/targets"], ["/o/incidents"]),
        ("supervisor", ["/o/incidents", "/o/safety/worse"], ["/o/costs", '/o/complaints"']),
        ("me", ["/o/costs", "/o/targets"], ["/o/incidents", '/o/complaints"']),
    ],
)
def test_each_role_finds_its_records_under_one_entry(
    app: Flask, cast: Cast, role: str, seen: list[str], unseen: list[str]
) -> None:
    shown = client_of(app, cast, role).get("/o/records").text
    assert all(f'href="{url}"' in shown for url in seen)
    assert not any(f'href="{url}' in shown for url in unseen)
    assert "not recorded" in shown


def test_recording_begins_by_saying_so(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "me")
    assert client.post("/o/records/since", data={"kind": "incidents"}).status_code == 422
    assert client.post("/o/records/since", data={"kind": "incidents", **dated("first_on")}).status_code == 303
    assert client.get("/o/records").text.count("not recorded</span>") == 3


# --- incidents ----------------------------------------------------------------------------------------------------


def test_a_facilitator_writes_an_incident_on_the_phone_in_plain_words(
    app: Flask, cast: Cast, world: World
) -> None:
    phone = client_of(app, cast, "facilitator")
    shown = re.sub(r"<[^>]*>", " ", phone.get("/i/new").text)
    assert "Tried to end their life" in shown
    assert not re.search(r"suicid|depress|patient|PHQ", shown, re.IGNORECASE)
    form = {
        "category": "injury",
        "what": "Fell on the road.",
        "member": world.member_ids[0],
        **dated("happened_on"),
    }
    refused = phone.post("/i/new", data={**form, "category": ""})
    assert refused.status_code == 422
    assert "Fell on the road." in refused.text
    assert phone.post("/i/new", data=form).status_code == 303
    assert one(Incident).member_id == world.member_ids[0]  # type: ignore[attr-defined]


def test_the_supervisor_takes_it_to_its_end(app: Flask, cast: Cast, world: World) -> None:
    form = {
        "category": "emergency_stay",
        "what": "Taken to hospital.",
        "code": "m-0002",
        **dated("happened_on"),
    }
    office = client_of(app, cast, "supervisor")
    assert office.post("/i/new", data={**form, "code": "M-9999"}).status_code == 422
    office.post("/i/new", data=form)
    url = f"/o/incidents/{one(Incident).id}"  # type: ignore[attr-defined]
    assert "Report by" in office.get("/o/incidents").text
    assert office.post(f"{url}/close").status_code == 422
    office.post(f"{url}/report", data={"reported_to": "Country office"})
    judged = {"category": "emergency_stay", "relation": "unrelated", "outcome": "recovered", "expected": "no"}
    office.post(f"{url}/judge", data=judged)
    office.post(f"{url}/note", data={"note": "Home again."})
    assert "Home again." in office.get(url).text
    assert office.post(f"{url}/close").status_code == 303
    assert "Closed" in office.get(url).text


# --- complaints ---------------------------------------------------------------------------------------------------


def test_anybody_can_tell_us_without_a_name(app: Flask, cast: Cast) -> None:
    tell_us._sent.clear()
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    shown = client.get("/c")
    assert shown.status_code == 200
    assert not re.search(r"Hope Circles|depress|therap|mental", shown.text, re.IGNORECASE)
    refused = client.post("/c", data={"about": "harm", "text": ""})
    assert refused.status_code == 422
    form = {"about": "harm", "text": "He took money from girls.", "op": "a" * 32}
    assert "We have it." in client.post("/c", data=form).text
    assert "We have it." in client.post("/c", data=form).text  # pressed twice, written once
    found = one(Complaint)
    assert found.channel == "page"  # type: ignore[attr-defined]
    assert b"money" not in bytes(db.session.execute(sa.text("SELECT text FROM complaint")).scalar())
    # A signed-in person who writes there is not noted either.
    client_of(app, cast, "facilitator").post("/c", data={"about": "service", "text": "Too hot."})
    assert count(Complaint) == 2


def test_a_machine_that_writes_and_writes_is_slowed_down(app: Flask, cast: Cast) -> None:
    tell_us._sent.clear()
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answers = [
        client.post("/c", data={"about": "other", "text": f"Number {n}"}) for n in range(tell_us.MOST + 1)
    ]
    assert [one.status_code for one in answers] == [200] * tell_us.MOST + [422]
    assert "Number 10" in answers[-1].text
    assert count(Complaint) == tell_us.MOST
    tell_us._sent.clear()


def test_an_office_complaint_may_vanish_from_who_wrote_it(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "coordinator")
    form = {
        "about": "conduct",
        "text": "Unkind words.",
        "channel": "spoken",
        "site": cast.own,
        "staff": [cast.staff_id("coordinator")],
        **dated("received_on"),
    }
    assert client.post("/o/complaints/new", data={**form, "channel": "page"}).status_code == 422
    assert client.post("/o/complaints/new", data=form).status_code == 303
    assert "No complaint that you may read" in client.get("/o/complaints").text
    complaint_id = one(Complaint).id  # type: ignore[attr-defined]
    missing = client.get("/o/complaints/" + "0" * 32)
    assert client.get(f"/o/complaints/{complaint_id}").status_code == missing.status_code == 404
    lead = client_of(app, cast, "clinical_lead")
    assert "Unkind words." in lead.get(f"/o/complaints/{complaint_id}").text
    lead.post(f"/o/complaints/{complaint_id}/note", data={"note": "Spoke with her.", "answered": "1"})
    assert lead.post(f"/o/complaints/{complaint_id}/close", data={"outcome": "upheld"}).status_code == 303
    assert find_complaints(cast.actor("clinical_lead"))[0].state == "closed"


# --- satisfaction -------------------------------------------------------------------------------------------------


def test_satisfaction_is_written_from_the_persons_page(app: Flask, cast: Cast, world: World) -> None:
    client = client_of(app, cast, "coordinator")
    url = f"/o/enrolments/{world.enrolment_ids[0]}/satisfaction"
    assert url in client.get(f"/o/people/{world.member_ids[0]}/course").text
    form = {"answer": "satisfied", "collector": "staff", **dated("asked_on")}
    assert client.post(url, data=form).status_code == 422  # who asked is not a detail
    client.post(url, data={**form, "asked_by": cast.staff_id("facilitator")})
    assert "does not count" in client.get(f"/o/people/{world.member_ids[0]}/course").text
    client.post(url, data={**form, "asked_by": cast.staff_id("me")})
    assert one(Satisfaction).independent is True  # type: ignore[attr-defined]


# --- money and targets --------------------------------------------------------------------------------------------


def test_costs_are_pasted_from_excel_and_looked_at_before_anything_is_saved(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "coordinator")
    client.post("/o/costs/currency", data={"currency": "ugx"})
    page = client.get("/o/costs").text
    assert "Paste rows from Excel" in page
    rows = "Month\tWhat it was for\tAmount\tNote\n2026-01\ttraining\t250000\tHall\n2026-01\tfun\t5\t"
    sent = client.post("/o/import", data={"kind": "programme", "cells": rows})
    assert sent.status_code == 303
    seen = client.get(sent.location).text
    assert "Row 3, What it was for: “fun” is not known." in seen
    assert "250,000" not in client.get("/o/costs").text
    assert client.post(sent.location, data={"do": "good", "op": "a" * 32}).status_code == 303
    assert "250,000" in client.get("/o/costs").text


def test_who_may_not_bring_lists_in_is_not_offered_it_for_costs(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "me")
    client.post("/o/costs/currency", data={"currency": "ugx"})
    page = client.get("/o/costs").text
    assert "Add a cost" in page
    assert "Paste rows from Excel" not in page


def test_costs_are_entered_as_people_write_them(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "coordinator")
    assert 'value="UGX"' in client.get("/o/costs").text
    assert client.post("/o/costs/currency", data={"currency": "XYZ"}).status_code == 422
    client.post("/o/costs/currency", data={"currency": "ugx"})
    form = {"amount": "2,500,000", "cost_scope": "training", "spent_on-month": "3", "spent_on-year": "2026"}
    refused = client.post("/o/costs", data={**form, "amount": "many"})
    assert (refused.status_code, "many" in refused.text, count(CostLine)) == (422, True, 0)
    assert client.post("/o/costs", data=form).status_code == 303
    other = {**form, **dated("spent_on"), "amount": "100", "original_currency": "USD"}
    assert client.post("/o/costs", data=other).status_code == 422
    client.post("/o/costs", data={**other, "rate": "3,700.5", **dated("rate_on")})
    shown = client.get("/o/costs").text
    assert "March 2026" in shown
    assert "2,500,000 UGX" in shown
    assert "370,050 UGX" in shown
    assert "100.00 USD" in shown
    line_id = db.session.scalar(sa.select(CostLine.id).where(CostLine.minor == 370_050))
    client.post(f"/o/costs/{line_id}/remove")
    assert "370,050" not in client.get("/o/costs").text


def test_a_whole_month_is_gregorian_and_the_page_says_so(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "coordinator")
    db.session.execute(sa.update(Programme).values(calendar="ethiopian"))
    db.session.commit()
    client.post("/o/costs/currency", data={"currency": "UGX"})
    assert "A whole month is a month of the Gregorian calendar." in client.get("/o/costs").text
    form = {"amount": "10", "cost_scope": "training", "spent_on-month": "3", "spent_on-year": "2018"}
    refused = client.post("/o/costs", data={**form, "spent_on-calendar": "ethiopian"})
    assert refused.status_code == 422
    assert "choose Gregorian for a whole month" in refused.text
    assert 'value="2018"' in refused.text
    assert client.post("/o/costs", data={**form, "spent_on-calendar": "gregorian"}).status_code == 303


def test_hours_of_volunteers_are_hours(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "coordinator")
    form = {"hours": "7.5", "cost_scope": "delivery", **dated("given_on")}
    assert client.post("/o/costs/hours", data={**form, "hours": "1e999"}).status_code == 422
    assert client.post("/o/costs/hours", data=form).status_code == 303
    assert one(VolunteerTime).minutes == 450  # type: ignore[attr-defined]


def test_shares_over_the_whole_are_refused_in_one_sentence(app: Flask, cast: Cast, world: World) -> None:
    client = client_of(app, cast, "coordinator")
    client.post("/o/funding/funders", data={"code": "sun", "name": "Sun fund"})
    moon = add_funder(code="MOON", name="Moon fund", by=OPERATOR, now=datetime.now(UTC))
    sun = db.session.scalar(sa.text("SELECT id FROM funder WHERE code = 'SUN'"))
    url = f"/o/funding/{world.cycle_id}"
    form = {f"share-{sun}": "60", f"share-{moon}": "50", **dated("agreed_on")}
    refused = client.post(url, data=form)
    assert refused.status_code == 422
    assert "Share: together the shares are 110 %. At most 100 % can be given." in refused.text
    assert 'value="60"' in refused.text
    assert count(FundingShare) == 0
    client.post(url, data={**form, f"share-{moon}": "40"})
    assert count(FundingShare) == 2
    assert "SUN" in client.get("/o/funding").text
    client.post(f"/o/funding/funders/{moon}", data={"name": "Moon trust"})
    assert "Moon trust · not used any more" in client.get("/o/funding").text
    assert "MOON" in client.get(url).text  # a share that stands is shown, whatever is offered


def test_a_target_is_set_for_a_quarter_or_for_life(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "me")
    month = f"{local_today():%Y-%m}"
    form = {"indicator": "F5", "value": "40", "baseline": "0", "from": month, "to": month}
    assert client.post("/o/targets", data={**form, "value": "-3"}).status_code == 422
    assert client.post("/o/targets", data={**form, "indicator": "I-99"}).status_code == 422
    assert client.post("/o/targets", data=form).status_code == 303
    assert client.post("/o/targets", data={**form, "from": "", "to": "", "value": "1,400"}).status_code == 303
    shown = client.get("/o/targets").text
    assert "Life of the project" in shown
    assert "1,400" in shown
    target_id = db.session.scalar(sa.select(Target.id).where(Target.period == "life"))
    client.post(f"/o/targets/{target_id}/remove")
    assert count(Target) == 1


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_stand_in_every_language_of_the_interface(app: Flask, cast: Cast, language: str) -> None:
    client = client_of(app, cast, "coordinator")
    client.get(f"/language/{language}")
    urls = (
        "/o/records",
        "/i/new",
        "/o/complaints",
        "/o/complaints/new",
        "/o/costs",
        "/o/funding",
        "/o/targets",
        "/c",
    )
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text

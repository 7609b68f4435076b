"""First run, places and team, through the browser's eyes."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.db import db
from gipt.domain.access import Permission, allows
from gipt.models import AuditEvent, CurriculumVersion, Grant, SafetyProtocol, Site, Staff
from gipt.queries.programme import find_programme, find_readiness
from gipt.web.guard import needed_by
from gipt.web.set_up import NUMBERS
from tests.cast import Cast, signed_in_client

OWN = ("set_up", "places", "staff_list", "protocol", "curricula", "safety", "safety_reviews", "help_now")


def protocol_form() -> dict[str, str]:
    return {
        "op": "c" * 32,
        "steps": "Stay.\nCall.",
        "question-0-text": "Thoughts?",
        "question-0-yes": "2",
        "contact-0-name": "Grace",
        "contact-0-phone": "+256 700 123456",
        "contact-1-name": "Clinic",
        "contact-1-phone": "0414 000 111",
        "contact-1-hours": "day and night",
        "approver": "Dr Okello",
        "approved_on": "2026-01-15",
    }


@pytest.mark.parametrize("role", ["admin", "coordinator", "supervisor", "clinical_lead"])
def test_every_page_without_arguments_opens_for_whoever_may_see_it(app: Flask, cast: Cast, role: str) -> None:
    person = cast.people[(role, "own")]
    client = signed_in_client(app, person)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in OWN and not rule.arguments and "GET" in rule.methods:
            needed = needed_by(app, rule.endpoint)
            assert isinstance(needed, Permission)
            wanted = 200 if allows(person.actor, needed) else 404
            assert client.get(rule.rule).status_code == wanted, rule.rule


def test_a_protocol_needs_two_numbers_and_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("clinical_lead", "own")])
    form = protocol_form() | {"contact-1-name": "", "contact-1-phone": "", "contact-1-hours": ""}
    refused = client.post("/a/protocol", data=form)
    assert refused.status_code == 422
    assert "Dr Okello" in refused.text
    assert "+256 700 123456" in refused.text
    assert find_readiness().protocol is False


def test_an_adopted_protocol_stands_on_every_page_of_a_facilitator(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("clinical_lead", "own")])
    assert client.post("/a/protocol", data=protocol_form()).status_code == 303
    assert client.post("/a/protocol", data=protocol_form() | {"op": "d" * 32}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyProtocol)) == 1
    page = signed_in_client(app, cast.people[("facilitator", "own")]).get("/h").text
    assert "tel:+256700123456" in page
    assert "day and night" in page


def test_only_a_clinical_lead_adopts_a_guide(app: Flask, cast: Cast) -> None:
    admin = signed_in_client(app, cast.people[("admin", "own")])
    assert admin.post("/a/guides/publish", data={"curriculum": "who-8", "op": "e" * 32}).status_code == 303
    version = db.session.scalars(sa.select(CurriculumVersion)).one()
    assert (version.status, find_readiness().adopted) == ("draft", 0)
    adopt = {"op": "f" * 32, "read": "1"}
    assert admin.post(f"/a/guides/{version.id}/adopt", data=adopt).status_code == 404
    lead = signed_in_client(app, cast.people[("clinical_lead", "own")])
    assert lead.post(f"/a/guides/{version.id}/adopt", data={"op": "0" * 32}).status_code == 422
    assert lead.post(f"/a/guides/{version.id}/adopt", data=adopt).status_code == 303
    assert find_readiness().adopted == 1


def test_the_administrator_takes_more_roles_by_a_recorded_act(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("admin", "own")])
    answer = client.post("/a/set-up/roles", data={"op": "1" * 32, "roles": ["clinical_lead", "coordinator"]})
    assert answer.status_code == 303
    held = db.session.scalars(sa.select(Grant.role).where(Grant.staff_id == cast.staff_id("admin")))
    assert {"clinical_lead", "coordinator", "admin"} <= set(held)
    assert client.get("/o/safety").status_code == 200


def test_a_coordinator_adds_a_facilitator_and_sees_the_link_once(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    form = {
        "op": "2" * 32,
        "sign_in_name": "amina.n",
        "name": "Amina N.",
        "role": "facilitator",
        "site": cast.own,
    }
    page = client.post("/a/staff/new", data=form)
    assert page.status_code == 200
    token = re.search(r"/link/([\w-]+)", page.text)[1]
    assert "data:image/svg+xml" in page.text
    staff_id = db.session.scalar(sa.select(Staff.id).where(Staff.sign_in_name == "amina.n"))
    assert token not in client.get(f"/a/staff/{staff_id}").text


def test_a_coordinator_gives_no_other_role_and_no_foreign_place(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    form = {"op": "3" * 32, "sign_in_name": "evil", "role": "admin", "site": cast.own}
    assert client.post("/a/staff/new", data=form).status_code == 422
    form = {"op": "4" * 32, "sign_in_name": "evil", "role": "facilitator", "site": cast.foreign}
    assert client.post("/a/staff/new", data=form).status_code == 422
    assert client.get(f"/a/staff/{cast.staff_id('facilitator', 'foreign')}").status_code == 404


def test_a_foreign_place_answers_as_a_missing_one(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    assert client.get(f"/o/places/{cast.own}").status_code == 200
    assert client.get(f"/o/places/{cast.foreign}").status_code == 404
    assert (
        client.post(f"/o/places/{cast.foreign}/venues", data={"name": "X", "op": "5" * 32}).status_code == 404
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "weekly", "weekday": "4"}, "every Friday"),
        ({"kind": "every", "every_days": "5", "first_on": "2026-03-01"}, "every 5 days"),
        ({"kind": "single", "first_on": "2026-12-24"}, "24 Dec 2026"),
        ({"kind": "range", "first_on": "2026-07-01", "last_on": "2026-07-20"}, "20 Jul 2026"),
    ],
    ids=["weekly", "market", "single", "range"],
)
def test_closed_days_are_written_and_read_back(
    app: Flask, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    form = {"op": "6" * 32, "day_name": "Market", "hard": "no"} | fields
    assert client.post(f"/o/places/{cast.own}/closed", data=form).status_code == 303
    page = client.get(f"/o/places/{cast.own}").text
    assert sentence in page
    assert "better not meet" in page


def test_the_rules_refuse_limits_that_contradict_each_other(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("admin", "own")])
    form = {"op": "7" * 32, "level_3_minutes": "200", "level_2_minutes": "100", "level_1_minutes": "1440"}
    assert client.post("/a/set-up/rules", data=form).status_code == 422
    form |= {"op": "8" * 32, "level_3_minutes": "10"}
    assert client.post("/a/set-up/rules", data=form).status_code == 303


def test_a_country_with_one_time_zone_needs_none(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("admin", "own")])
    form = {"op": "9" * 32, "name": "Hope", "cover_name": "", "country": "NP", "language": "en"}
    assert client.post("/a/set-up/programme", data=form).status_code == 303
    assert client.get("/a/set-up").status_code == 200
    assert db.session.scalar(sa.text("SELECT time_zone FROM programme")) == "Asia/Kathmandu"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Site)) == 2


# --- the rules ------------------------------------------------------------------------------------------------------


def rules_form(**changes: str) -> dict[str, str]:
    """Give the form of the rules as the page shows it at first, with some fields changed."""
    found = find_programme()
    assert found is not None
    values = {name: str(getattr(found, name)) for name in NUMBERS if getattr(found, name) is not None}
    shown = {"names_shown": found.names_shown, "show_numbers": found.show_numbers}
    return {"op": "7" * 32, **values, **shown, **changes}


def test_what_phones_do_is_set_on_the_page_of_rules(app: Flask, cast: Cast) -> None:
    admin = signed_in_client(app, cast.people[("admin", "own")])
    page = admin.get("/a/set-up/rules").text
    chosen = re.findall(r'<input type="radio"[^>]* name="(\w+)" value="(\w+)" checked', page)
    assert chosen == [("names_shown", "names"), ("show_numbers", "never")]
    assert re.search(r'name="lock_minutes"\s+value="3"', page)
    form = rules_form(lock_minutes="7", names_shown="signs", show_numbers="hold")
    assert admin.post("/a/set-up/rules", data=form).status_code == 303
    found = find_programme()
    assert found is not None
    assert (found.lock_minutes, found.names_shown, found.show_numbers) == (7, "signs", "hold")
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "set_rules")).one()
    assert event.details["changes"]["show_numbers"] == ["never", "hold"]
    phone = signed_in_client(app, cast.people[("facilitator", "own")])
    assert 'data-idle="420"' in phone.get("/today").text
    assert "Show names" in phone.get("/me").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("lock_minutes", "0"), ("lock_minutes", "16"), ("names_shown", "faces"), ("show_numbers", "sometimes")],
)
def test_a_setting_of_phones_outside_its_range_is_refused(
    app: Flask, cast: Cast, field: str, value: str
) -> None:
    admin = signed_in_client(app, cast.people[("admin", "own")])
    refused = admin.post("/a/set-up/rules", data=rules_form(**{field: value}))
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text

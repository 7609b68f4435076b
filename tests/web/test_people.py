"""The office's pages about people, screening and groups: scope, query counts, and the whole way in forms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from gipt.actions.groups import enrol_candidates
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import Consent, Enrolment, Group, GroupCandidate, Member, SafetyEpisode, Screening
from tests.actions.people import DAY, person, waiting
from tests.actions.test_groups import NAMES, cycle, group
from tests.cast import NOW, Cast, signed_in_client

MOST_QUERIES = 5
MORE = ("Nambi", "Achen", "Birungi", "Kato", "Mukasa", "Nalwoga", "Okello", "Wanjiru", "Zawadi", "Tendo")


@pytest.fixture
def office(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("coordinator", "own")])


@contextmanager
def counted() -> Iterator[list[str]]:
    """List the statements that reach the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.upper().startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def day_fields(name: str) -> dict[str, str]:
    today = datetime.now(UTC)
    return {f"{name}-day": str(today.day), f"{name}-month": str(today.month), f"{name}-year": str(today.year)}


@pytest.fixture
def full(app: Flask, cast: Cast) -> dict[str, str]:
    """Make a group with a cycle, some who wait, and a duplicate; give ids by what they are."""
    members = [waiting(cast, name)[0] for name in NAMES]
    group_id = group(cast, members)
    enrolments = enrol_candidates(cycle_id=cycle(group_id), by=OPERATOR, now=NOW)
    for spelling in ("Fatuma Ali", "Fatma Aly"):
        person(cast, spelling)
    waits, screening = waiting(cast, "Nambi")
    return {
        "member": members[0],
        "group": group_id,
        "enrolment": enrolments[0],
        "waits": waits,
        "screening": screening,
    }


PAGES = (
    "/o/people",
    "/o/people?sort=name&state=group",
    "/o/people/new",
    "/o/people/duplicates",
    "/o/waiting",
    "/o/waiting?view=waiting&sex=female&band=25-49&day=2&part=morning",
    "/o/groups",
    "/o/groups?status=planned",
    "/o/groups/new",
    "/o/people/{member}",
    "/o/people/{member}/course",
    "/o/people/{member}/history",
    "/o/people/{member}/edit",
    "/o/people/{member}/consent",
    "/o/people/{member}/apart",
    "/o/people/{member}/screen",
    "/o/screening/{screening}",
    "/o/screening/{screening}/refer",
    "/o/groups/{group}",
    "/o/groups/{group}/meetings",
    "/o/groups/{group}/history",
    "/o/groups/{group}/add",
    "/o/groups/{group}/edit",
    "/o/enrolments/{enrolment}/leave",
    "/o/enrolments/{enrolment}/move",
    "/o/enrolments/{enrolment}/back",
)
OWNED = [page for page in PAGES if "{" in page]
HEAVY = ("/o/screening/{screening}",)
"""Three tables of one screening; still the same number whatever the number of people."""


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_a_coordinator_in_few_queries_whatever_the_number_of_people(
    app: Flask, cast: Cast, office: FlaskClient, full: dict[str, str], page: str
) -> None:
    address = page.format(**full)
    assert office.get(address).status_code == 200
    with counted() as few:
        office.get(address)
    for name in MORE:
        waiting(cast, name)
    with counted() as many:
        answer = office.get(address)
    assert answer.status_code == 200
    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES + (1 if page in HEAVY else 0), "\n".join(many)


@pytest.mark.parametrize("page", OWNED)
def test_a_foreign_thing_answers_exactly_as_a_missing_one(
    app: Flask, cast: Cast, full: dict[str, str], page: str
) -> None:
    stranger = signed_in_client(app, cast.people[("coordinator", "foreign")])
    here, nowhere = page.format(**full), page.format(**dict.fromkeys(full, "0" * 32))
    foreign, missing = stranger.get(here), stranger.get(nowhere)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    # The address itself stands in the links that choose a language.
    assert foreign.text.replace(here, nowhere) == missing.text


@pytest.mark.parametrize("role", ["facilitator", "me", "translator"])
def test_other_roles_see_no_people(app: Flask, cast: Cast, full: dict[str, str], role: str) -> None:
    client = signed_in_client(app, cast.people[(role, "own")])
    for page in PAGES:
        assert client.get(page.format(**full)).status_code == 404


def test_a_supervisor_sees_who_waits_and_decides_otherwise(app: Flask, cast: Cast) -> None:
    member_id, screening_id = waiting(cast)
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    assert client.get(f"/o/people/{member_id}/course").status_code == 200
    data = {"outcome": "declined", "reason": "Told us at home"}
    assert client.post(f"/o/screening/{screening_id}/override", data=data).status_code == 303
    assert db.session.get_one(Screening, screening_id).outcome == "declined"
    stranger = signed_in_client(app, cast.people[("supervisor", "foreign")])
    assert stranger.get(f"/o/screening/{screening_id}/override").status_code == 404


@pytest.mark.parametrize(
    "text",
    ["M-0001", "1", "amina nakato", "Aminah Nakatto", "+256 772 123456", "NAKATO"],
)
def test_a_person_is_found_by_code_name_sound_and_phone_without_the_name_in_the_address(
    app: Flask, cast: Cast, office: FlaskClient, text: str
) -> None:
    person(cast, "Amina Nakato", phone="0772 123456")
    person(cast, "Ruth Akello", phone="0772 999999")
    answer = office.post("/o/people/find", data={"q": text})
    assert "Amina Nakato" in answer.text
    assert "Ruth Akello" not in answer.text
    assert office.get("/o/people/find?q=Amina").status_code == 404


def test_adding_somebody_alike_asks_first_and_adds_when_told_so(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    person(cast, "Fatuma Ali", place="Hill", birth_year=1990)
    data = {
        "name": "Fatma Ali",
        "age": "36",
        "place": "Hill",
        "site": cast.own,
        "sex": "female",
        "op": "a" * 32,
    }
    asked = office.post("/o/people/new", data=data)
    assert asked.status_code == 200
    assert "Fatuma Ali" in asked.text
    answer = office.post("/o/people/new", data={**data, "new_person": "1"})
    assert answer.status_code == 303
    again = office.post("/o/people/new", data={**data, "new_person": "1"})
    assert again.location == answer.location
    found = db.session.scalars(sa.select(Member).where(Member.code == "M-0002")).one()
    assert (found.birth_year, found.birth_estimated) == (datetime.now(UTC).year - 36, True)
    assert "Fatma" not in answer.location


def test_a_refused_form_keeps_what_was_typed(app: Flask, cast: Cast, office: FlaskClient) -> None:
    answer = office.post(
        "/o/people/new", data={"name": "Grace", "age": "300", "site": cast.own, "note": "By the well"}
    )
    assert answer.status_code == 422
    assert "By the well" in answer.text
    assert 'value="Grace"' in answer.text


def test_likely_duplicates_are_shown_until_somebody_decides(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    first = person(cast, "Fatuma Ali", place="Hill", birth_year=1990)
    second = person(cast, "Fatma Aly", place="Hill", birth_year=1991)
    person(cast, "Ruth Akello", place="Hill", birth_year=1990)
    listed = office.get("/o/people/duplicates").text
    assert "Fatuma Ali" in listed
    assert "Ruth Akello" not in listed
    pair = "/".join(sorted((first, second)))
    assert office.post(f"/o/people/duplicates/{pair}", data={"keep": "different"}).status_code == 303
    assert "Fatuma Ali" not in office.get("/o/people/duplicates").text
    merged = office.post(f"/o/people/duplicates/{pair}", data={"keep": first})
    assert merged.status_code == 303
    assert office.get(f"/o/people/{second}").location.endswith(first)
    assert office.post(merged.location).status_code == 303
    assert office.get(f"/o/people/{second}").status_code == 200


def test_screening_by_a_line_of_digits_decides_and_says_by_which_rule(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    member_id = person(cast)
    data = {"phq9-line": "٢٢٢٢٢١١٠٠", "days": ["0", "2"], "part": "morning", **day_fields("on_date")}
    assert office.post(f"/o/people/{member_id}/screen", data=data).status_code == 303
    row = db.session.scalars(sa.select(Screening)).one()
    assert (row.outcome, row.days, row.part_of_day, row.waiting) == ("eligible", 5, "morning", "waiting")
    assert "PHQ-9 12, cut-off 10 or more (rule v1)" in office.get("/o/waiting").text


def test_a_positive_answer_is_stored_although_the_date_is_wrong(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    member_id = person(cast)
    boxes = {f"phq9-q{number}": "1" for number in range(1, 10)}
    answer = office.post(
        f"/o/people/{member_id}/screen",
        data={**boxes, "on_date-day": "42", "on_date-month": "1", "on_date-year": "2026"},
    )
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(SafetyEpisode.member_id)).all() == [member_id]
    assert "/o/screening/" in answer.location
    harmless = {**boxes, "phq9-q9": "0", "on_date-day": "42", "on_date-month": "1", "on_date-year": "2026"}
    assert office.post(f"/o/people/{member_id}/screen", data=harmless).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Screening)) == 1


def test_ticked_people_are_accepted_with_consent_and_then_put_into_a_group(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    chosen = [waiting(cast, name, consent=False) for name in NAMES]
    screenings = [screening for _member, screening in chosen]
    data = {"chosen": screenings, "do": "accepted", "consent_how": "spoken"}
    assert office.post("/o/waiting", data=data).status_code == 303
    assert set(db.session.scalars(sa.select(Screening.waiting))) == {"accepted"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == len(NAMES)
    go = office.post("/o/waiting", data={"chosen": screenings, "do": "group"})
    page = office.get(go.location)
    assert page.text.count("checked") >= len(NAMES)
    members = [member for member, _screening in chosen]
    formed = office.post(
        "/o/groups/new",
        data={"site": cast.own, "member": members, "name": "Hill 1", "do": "form", "language": "en"},
    )
    assert formed.status_code == 303
    assert set(db.session.scalars(sa.select(GroupCandidate.member_id))) == set(members)
    assert "Hill 1" in office.get("/o/groups").text


def test_the_check_says_in_words_what_forbids_and_forming_is_refused(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    member_id, _screening = waiting(cast, "Amina", consent=False)
    data = {"site": cast.own, "member": [member_id], "name": "Hill 1", "language": "en"}
    checked = office.post("/o/groups/new", data={**data, "do": "check"})
    assert "Consent to take part is not written down: Amina (M-0001)." in checked.text
    assert "1 people. At least 6 is usual." in checked.text
    assert office.post("/o/groups/new", data={**data, "do": "form", "note": "Yes"}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Group)) == 0


def test_a_suggestion_takes_the_longest_waiting_and_explains_the_others(
    app: Flask, cast: Cast, office: FlaskClient
) -> None:
    for index, name in enumerate((*NAMES, *MORE)):
        waiting(cast, name, on=DAY - timedelta(days=30 - index))
    answer = office.post(
        "/o/groups/new", data={"site": cast.own, "do": "suggest", "size": "8", "language": "en"}
    )
    inside = answer.text.split("In the group", 1)[1]
    for name in (*NAMES, *MORE[:2]):
        assert name in inside
    assert "Why not the others" in answer.text
    assert "waits less long than those chosen" in answer.text


def test_leaving_is_written_down_by_type(
    app: Flask, cast: Cast, office: FlaskClient, full: dict[str, str]
) -> None:
    address = f"/o/enrolments/{full['enrolment']}/leave"
    assert office.post(address, data={"exit_type": "", **day_fields("on_date")}).status_code == 422
    answer = office.post(address, data={"exit_type": "moved", **day_fields("on_date")})
    assert answer.status_code == 303
    assert db.session.get_one(Enrolment, full["enrolment"]).exit_type == "moved"
    assert "Moved away" in office.get(f"/o/people/{full['member']}/course").text


def test_the_clinical_lead_adopts_criteria(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("clinical_lead", "own")])
    data = {"measure": "phq9", "cut_off": "12", "citation": "Study of 2024"}
    assert client.post("/o/criteria", data=data).status_code == 303
    assert "Study of 2024" in client.get("/o/criteria").text
    assert client.post("/o/criteria", data={**data, "cut_off": "0"}).status_code == 422

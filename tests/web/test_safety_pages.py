"""The supervisor's inbox and the help path, through the browser's eyes."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.safety import raise_worry
from gipt.actions.safety_care import acknowledge, make_plan
from gipt.db import db
from gipt.models import SafetyEpisode
from tests.actions.safety_cast import adopt, make_member
from tests.cast import Cast, signed_in_client


def now() -> datetime:
    return datetime.now(UTC)


def test_two_taps_from_the_inbox_see_and_acknowledge(app: Flask, cast: Cast) -> None:
    episode_id = raise_worry(by=cast.actor("facilitator"), now=now())
    code = db.session.get(SafetyEpisode, episode_id).code
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    page = client.get("/o/safety")
    assert page.status_code == 200
    assert code in page.text
    answer = client.post(f"/o/safety/{episode_id}/seen", data={"op": "a" * 32, "back": "inbox"})
    assert answer.status_code == 303
    assert "1 open" in client.get("/o/safety").text
    assert client.get(f"/o/safety/{episode_id}").status_code == 200


def test_a_foreign_episode_answers_as_a_missing_one(app: Flask, cast: Cast) -> None:
    episode_id = raise_worry(by=cast.actor("facilitator", "foreign"), now=now())
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    foreign, missing = client.get(f"/o/safety/{episode_id}"), client.get("/o/safety/" + "0" * 32)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text.replace(episode_id, "0" * 32) == missing.text
    assert client.post(f"/o/safety/{episode_id}/seen").status_code == 404
    assert "Nothing open" in client.get("/o/safety").text


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "coordinator", "me", "clinical_lead", "admin"])
def test_one_tap_writes_the_worry_down_for_every_role(app: Flask, cast: Cast, role: str) -> None:
    client = signed_in_client(app, cast.people[(role, "own")])
    assert client.get("/h").status_code == 200
    answer = client.post("/h", data={"op": "b" * 32})
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 1
    assert client.get(answer.location).status_code == 200


def walk(app: Flask, cast: Cast) -> tuple[FlaskClient, str]:
    """Begin the help path as a facilitator; gives the browser and the episode's address."""
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    where = client.post("/h", data={"op": "a" * 32}).location
    return client, where.removesuffix("/who")


def test_the_whole_path_works_without_scripts_and_stores_each_step_at_once(app: Flask, cast: Cast) -> None:
    adopt(cast)
    client, address = walk(app, cast)
    first = client.post(f"{address}/ask", data={"op": "b" * 32, "question": "thoughts", "reply": "no"})
    assert first.location.endswith("/ask")
    assert "A plan?" in client.get(first.location).text
    last = client.post(f"{address}/ask", data={"op": "c" * 32, "question": "plan", "reply": "not_sure"})
    assert last.location == address
    page = client.get(address).text
    assert "Never leave the person alone" in page
    assert "tel:+256700123456" in page
    form = {"op": "d" * 32, "steps": ["stayed", "spoke_to:Grace"], "where": "Hill clinic"}
    assert client.post(f"{address}/did", data=form).status_code == 303
    page = client.get(address).text
    assert "You wrote: spoke to Grace" in page
    assert "Hill clinic" in page


def test_no_page_says_that_somebody_was_told_before_they_saw_it(app: Flask, cast: Cast) -> None:
    client, address = walk(app, cast)
    page = client.get(address).text
    assert "supervisor.own has not seen this yet" in page
    assert "saw it" not in page
    acknowledge(episode_id=address.rpartition("/")[2], by=cast.actor("supervisor"), now=now())
    page = client.get(address).text
    assert "supervisor.own saw it at" in page
    assert "has not seen" not in page


def test_the_path_works_before_any_protocol_was_adopted(app: Flask, cast: Cast) -> None:
    client, address = walk(app, cast)
    assert client.get(f"{address}/ask").location == address
    assert "Not sorted yet. Do as for Today." in client.get(address).text


def test_stopping_the_questions_counts_as_not_sure(app: Flask, cast: Cast) -> None:
    adopt(cast)
    client, address = walk(app, cast)
    client.post(f"{address}/ask", data={"op": "b" * 32, "question": "thoughts", "reply": "no"})
    client.post(f"{address}/ask", data={"op": "c" * 32, "stop": "1"})
    assert "Never leave the person alone" in client.get(address).text


def test_a_tap_on_the_help_section_of_any_facilitator_page_writes_it_down(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    page = client.get("/h").text
    section = page[page.index('id="help-now"') : page.index("Close and go back")]
    assert 'method="post" action="/h"' in section


def test_another_facilitator_meets_a_missing_page(app: Flask, cast: Cast) -> None:
    _client, address = walk(app, cast)
    other = signed_in_client(app, cast.people[("facilitator", "foreign")])
    for path in (address, f"{address}/who", f"{address}/ask"):
        assert other.get(path).status_code == 404
    assert other.post(f"{address}/did", data={"op": "e" * 32, "steps": "stayed"}).status_code == 404


def test_a_helper_reads_nothing_of_what_the_supervisor_wrote(app: Flask, cast: Cast) -> None:
    client, address = walk(app, cast)
    by = cast.actor("supervisor")
    make_plan(episode_id=address.rpartition("/")[2], text="Uncle keeps the pills", by=by, now=now())
    assert "Uncle" not in client.get(address).text


FORMS = [
    (
        "contact",
        {
            "way": "visit",
            "reached": "yes",
            "contact_text": "Calm",
            "next_on": "other",
            "next_on-day": "1",
            "next_on-month": "1",
            "next_on-year": "2099",
        },
        303,
    ),
    ("contact", {"way": "visit"}, 422),
    ("level", {"level": "1"}, 303),
    ("level", {"level": "9"}, 422),
    ("plan", {"plan_text": "Sister", "means": "yes"}, 303),
    ("refer", {"to_service": "Clinic", "urgency": "today", "agreed": "yes"}, 303),
    ("refer", {"urgency": "today"}, 422),
    ("clear", {"clinician": ""}, 422),
    ("close", {"outcome": "settled", "reason": ""}, 422),
    ("close", {"outcome": "settled", "reason": "Well"}, 303),
    ("person", {"code": "M-9999"}, 422),
]


@pytest.mark.parametrize(
    ("part", "fields", "status"),
    FORMS,
    ids=[f"{part}-{status}-{n}" for n, (part, _f, status) in enumerate(FORMS)],
)
def test_every_form_of_the_episode_answers_and_a_refusal_keeps_what_was_typed(
    app: Flask, cast: Cast, part: str, fields: dict[str, str], status: int
) -> None:
    episode_id = raise_worry(by=cast.actor("facilitator"), now=now())
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    answer = client.post(f"/o/safety/{episode_id}/{part}", data={"op": "f" * 32, **fields})
    assert answer.status_code == status
    if status == 422:
        assert "Please check" in answer.text


def test_titles_and_addresses_say_nothing_about_anybody(app: Flask, cast: Cast) -> None:
    member_id = make_member(cast)
    episode_id = raise_worry(member_id=member_id, by=cast.actor("coordinator"), now=now())
    client = signed_in_client(app, cast.people[("supervisor", "own")])
    page = client.get(f"/o/safety/{episode_id}").text
    assert "<title>Safety</title>" in page
    covered = page[
        page.index('<details class="see"') : page.index("</details>", page.index('<details class="see"'))
    ]
    assert "Mary N." in covered
    assert page.count("Mary N.") == 1


def test_the_inbox_costs_as_many_statements_for_thirty_as_for_one(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("supervisor", "own")])

    def statements() -> int:
        seen: list[str] = []
        listener = lambda *details: seen.append(details[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        client.get("/o/safety")
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    raise_worry(by=cast.actor("facilitator"), now=now())
    few = statements()
    for _number in range(29):
        raise_worry(by=cast.actor("facilitator"), now=now())
    assert statements() <= few
    assert few <= 6

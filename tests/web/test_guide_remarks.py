"""“This did not work here”: from the step of the guide to whoever mends its words, and the answer back."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.guide_remarks import RemarkRecord, answer_remark, remark_on_guide
from gipt.content.curricula import load_curriculum
from gipt.content.guide_texts import texts_of_step
from gipt.db import db
from gipt.domain.guide_remarks import Frequency, compare
from gipt.domain.problems import Invalid, NotAllowed, NotFound, OperationReused
from gipt.models import AuditEvent, GuideRemark, RemarkAnswer
from gipt.queries.guide_remarks import frequencies, fresh_answers, own_remarks, remarked_steps
from tests.cast import Cast, signed_in_client
from tests.world import World, hold_meeting, make_running_group

STEP = load_curriculum("who-8").guide_of(1).steps[2]


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=3)
    hold_meeting(cast, made, 1, ["present"] * 3)
    return made


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("facilitator", "own")])


@pytest.fixture
def translator(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("translator", "own")])


def now() -> datetime:
    return datetime.now(UTC)


def remark(cast: Cast, world: World, reason: str = "too_long", op: str | None = None, **more: object) -> str:
    record = RemarkRecord("session-1", STEP.key, reason, "en", session_id=world.session_ids[0], **more)  # type: ignore[arg-type]
    return remark_on_guide(record=record, by=cast.actor("facilitator"), now=now(), op=op)


def stored() -> list[GuideRemark]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(GuideRemark)))


# --- the facilitator --------------------------------------------------------------------------------------------------


def test_one_tap_and_one_choice_keep_a_remark_and_lead_back_to_the_step(
    client: FlaskClient, world: World
) -> None:
    step = f"/s/{world.session_ids[0]}/guide/3"
    assert f'href="{step}/remark"' in client.get(step).get_data(as_text=True)
    html = client.get(f"{step}/remark").get_data(as_text=True)
    assert re.findall(r'name="reason" value="(\w+)"', html) == ["not_understood", "felt_wrong", "too_long"]
    assert "Worried about a person?" in html
    answer = client.post(f"{step}/remark", data={"reason": "felt_wrong"})
    assert (answer.status_code, answer.location) == (303, step)
    after = client.get(step).get_data(as_text=True)
    assert "Noted. Thank you." in after
    assert "Somebody looks at it." in after
    [row] = stored()
    assert (row.guide_key, row.step_key, row.reason, row.language) == (
        "session-1",
        STEP.key,
        "felt_wrong",
        "en",
    )
    assert (row.session_id, row.cycle_id, row.words) == (world.session_ids[0], world.cycle_id, None)


def test_lines_and_words_may_be_added_and_the_words_are_sealed(client: FlaskClient, world: World) -> None:
    keys = [text.key for text in texts_of_step(STEP)][:2]
    page = f"/s/{world.session_ids[0]}/guide/3/remark"
    client.post(page, data={"reason": "not_understood", "lines": keys, "words": "Nobody here says task."})
    [row] = stored()
    assert (row.text_keys, row.words) == (keys, "Nobody here says task.")
    raw = db.session.execute(sa.text("SELECT words FROM guide_remark")).scalar_one()
    assert b"task" not in bytes(raw)
    assert all("task" not in str(one.details) for one in db.session.scalars(sa.select(AuditEvent)))


def test_without_a_choice_the_page_says_so_and_keeps_what_was_typed(
    client: FlaskClient, world: World
) -> None:
    page = f"/s/{world.session_ids[0]}/guide/3/remark"
    answer = client.post(page, data={"words": "Too many words"})
    assert answer.status_code == 422
    assert "Too many words" in answer.get_data(as_text=True)
    assert stored() == []


def test_the_talk_before_the_group_can_be_remarked_too(client: FlaskClient, world: World) -> None:
    page = f"/g/{world.cycle_id}/t/{world.enrolment_ids[0]}/guide/2/remark"
    assert client.post(page, data={"reason": "too_long"}).status_code == 303
    [row] = stored()
    assert (row.guide_key, row.session_id, row.cycle_id) == ("pre-group", None, world.cycle_id)


def test_a_double_tap_is_one_remark(cast: Cast, world: World) -> None:
    op = "a" * 32
    assert remark(cast, world, op=op) == remark(cast, world, op=op)
    with pytest.raises(OperationReused):
        remark(cast, world, "felt_wrong", op=op)
    assert len(stored()) == 1


def test_only_what_the_guide_has_can_be_remarked_and_only_by_its_facilitator(
    cast: Cast, world: World
) -> None:
    good = {"guide": "session-1", "step_key": STEP.key, "reason": "too_long", "language": "en"}
    wrong: list[tuple[dict[str, object], type[Exception]]] = [
        ({"guide": "session-99"}, NotFound),
        ({"step_key": "who-8/none"}, NotFound),
        ({"reason": "boring"}, Invalid),
        ({"language": "xx-none"}, Invalid),
        ({"text_keys": ("who-8/other",)}, Invalid),
        ({"words": "x" * 1_001}, Invalid),
    ]
    for change, fault in wrong:
        record = RemarkRecord(**{**good, "session_id": world.session_ids[0], **change})  # type: ignore[arg-type]
        with pytest.raises(fault):
            remark_on_guide(record=record, by=cast.actor("facilitator"), now=now())
    record = RemarkRecord(**good, session_id=world.session_ids[0])
    with pytest.raises(NotFound):
        remark_on_guide(record=record, by=cast.actor("facilitator", "foreign"), now=now())
    with pytest.raises(NotAllowed):
        remark_on_guide(record=record, by=cast.actor("coordinator"), now=now())
    assert stored() == []


# --- whoever mends the words ------------------------------------------------------------------------------------------


def test_the_stream_counts_by_step_and_names_places_but_no_person(
    cast: Cast, world: World, translator: FlaskClient
) -> None:
    keys = [text.key for text in texts_of_step(STEP)]
    remark(cast, world, "too_long", text_keys=(keys[3],))
    remark(cast, world, "too_long", words="Hard to say")
    remark(cast, world, "felt_wrong")
    [found] = remarked_steps(cast.actor("translator"))
    assert (found.step_key, found.language, len(found.open)) == (STEP.key, "en", 3)
    assert found.reasons == [("too_long", 2), ("felt_wrong", 1)]
    assert found.lines == [(keys[3], 1)]
    html = translator.get("/languages/remarks").get_data(as_text=True)
    assert "3 open" in html
    assert "Too long 2, Felt wrong here 1" in html
    one = translator.get("/languages/remarks/step", query_string={"key": STEP.key, "language": "en"})
    assert "Hard to say" in one.get_data(as_text=True)
    assert remarked_steps(cast.actor("translator", "foreign")) == []


def test_an_answer_reaches_whoever_made_the_remark(
    cast: Cast, world: World, client: FlaskClient, translator: FlaskClient
) -> None:
    remark(cast, world)
    page = {"key": STEP.key, "language": "en"}
    html = translator.get("/languages/remarks/step", query_string=page).get_data(as_text=True)
    ids = re.findall(r'name="remark" value="(\w+)"', html)
    late = remark(cast, world)  # came while the page was open: stays open
    refused = translator.post(
        "/languages/remarks/step", query_string=page, data={"remark": ids, "outcome": "kept"}
    )
    assert refused.status_code == 422
    data = {"remark": ids, "outcome": "kept", "words": "It is the word of the manual."}
    assert translator.post("/languages/remarks/step", query_string=page, data=data).status_code == 303
    assert {row.id for row in stored() if row.answer_id is None} == {late}
    assert [one.outcome for one in fresh_answers(cast.actor("facilitator"), world.cycle_id, now())] == [
        "kept"
    ]
    group = client.get(f"/g/{world.cycle_id}").get_data(as_text=True)
    assert "The words stay." in group
    assert "It is the word of the manual." in group
    assert f'href="/s/{world.session_ids[0]}/guide/3"' in group
    old = now() + timedelta(days=40)
    assert fresh_answers(cast.actor("facilitator"), world.cycle_id, old) == ()
    assert len(own_remarks(cast.actor("facilitator"), world.cycle_id)) == 2


def test_only_whoever_mends_the_words_answers_and_only_what_is_there(cast: Cast, world: World) -> None:
    known = remark(cast, world)
    with pytest.raises(NotAllowed):
        answer_remark(remark_ids=[known], outcome="changed", by=cast.actor("facilitator"), now=now())
    with pytest.raises(NotFound):
        answer_remark(remark_ids=["0" * 32], outcome="changed", by=cast.actor("translator"), now=now())
    with pytest.raises(NotFound):
        answer_remark(
            remark_ids=[known], outcome="changed", by=cast.actor("translator", "foreign"), now=now()
        )
    with pytest.raises(Invalid):
        answer_remark(remark_ids=[known], outcome="later", by=cast.actor("translator"), now=now())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RemarkAnswer)) == 0


def test_frequency_is_remarks_beside_the_meetings_that_used_the_step(cast: Cast, world: World) -> None:
    remark(cast, world)
    hold_meeting(cast, world, 2)
    [read] = frequencies(cast.actor("translator"), STEP.key, "en")
    assert (read.frequency.remarks, read.frequency.held, read.frequency.per_ten) == (1, 1, 10.0)


def test_before_and_after_is_told_only_where_both_were_used() -> None:
    assert compare([Frequency("2", 1, 10), Frequency("1", 5, 10)]) == 4.0
    assert compare([Frequency("3", 0, 0), Frequency("2", 1, 10), Frequency("1", 5, 10)]) == 4.0
    assert compare([Frequency("1", 5, 10)]) is None
    assert Frequency("1", 3, 0).per_ten is None


@pytest.mark.parametrize(("tag", "shown"), [("sw", True), ("sw_KE@kibera", True), ("fr", False)])
def test_whoever_edits_a_line_sees_what_groups_said_of_it(
    cast: Cast, world: World, translator: FlaskClient, tag: str, shown: bool
) -> None:
    first, second = texts_of_step(STEP)[:2]
    read = tag if shown else "sw"
    record = RemarkRecord(
        "session-1", STEP.key, "too_long", read, session_id=world.session_ids[0], text_keys=[first.key]
    )
    remark_on_guide(record=record, by=cast.actor("facilitator"), now=now())
    page = f"/languages/{tag}/curriculum-who-8/entry?key="
    html = translator.get(page + first.key).get_data(as_text=True)
    assert ("1 named this line" in html) == shown
    assert (f"/languages/remarks/step?key={STEP.key}" in unquote(html)) == shown
    html = translator.get(page + second.key).get_data(as_text=True)
    assert "named this line" not in html
    assert ("Too long" in html) == shown
    assert "Remarks on one step" not in translator.get(page + "who-8/session-1/title").get_data(as_text=True)

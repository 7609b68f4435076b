"""What every action rests on: one transaction, one audit event, one effect for each operation id."""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gipt.actions.base import action, audit, canonical, digest, verify_chain
from gipt.actions.programme import SiteRecord, add_site, add_venue
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.actions.staff import StaffRecord, add_staff
from gipt.db import db, new_id
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.problems import Conflict, NotAllowed, OperationReused
from gipt.models import Attendance, AuditEvent, Operation, Site, Staff, Venue
from tests.cast import NOW, Cast
from tests.conftest import POSTGRES

LATER = NOW + timedelta(hours=1)


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def everything() -> str:
    """Give one hash over all rows of all tables."""
    db.session.rollback()
    rows = {
        table.name: sorted(
            repr(tuple(row)) for row in db.session.execute(sa.text(f"SELECT * FROM {table.name}"))
        )
        for table in db.metadata.sorted_tables
    }
    db.session.rollback()
    return digest(rows)


def site(code: str = "FARM") -> SiteRecord:
    return SiteRecord(code=code, name="Farm office")


# --- the same thing twice -----------------------------------------------------------------------------------------


def test_the_same_operation_again_gives_the_stored_result_and_changes_nothing(app: Flask, cast: Cast) -> None:
    op = new_id()
    first = add_site(record=site(), by=OPERATOR, now=NOW, op=op)
    before = everything()
    assert add_site(record=site(), by=OPERATOR, now=LATER, op=op) == first
    assert everything() == before


def test_an_operation_id_with_other_content_is_refused(app: Flask, cast: Cast) -> None:
    op = new_id()
    add_site(record=site(), by=OPERATOR, now=NOW, op=op)
    before = everything()
    with pytest.raises(OperationReused):
        add_site(record=site("BARN"), by=OPERATOR, now=NOW, op=op)
    assert everything() == before


def test_an_operation_id_of_another_action_is_refused(app: Flask, cast: Cast) -> None:
    op = new_id()
    add_site(record=site(), by=OPERATOR, now=NOW, op=op)
    with pytest.raises(OperationReused):
        add_venue(site_id=cast.own, name="Hall", by=OPERATOR, now=NOW, op=op)


def test_the_operation_of_one_person_is_not_the_operation_of_another(app: Flask, cast: Cast) -> None:
    op, record = new_id(), site()
    add_site(record=record, by=OPERATOR, now=NOW, op=op)
    with pytest.raises(OperationReused):
        add_site(
            record=record, by=Actor(cast.staff_id("admin"), frozenset({Granted(Role.ADMIN)})), now=NOW, op=op
        )


def test_without_an_operation_id_each_call_counts(app: Flask, cast: Cast) -> None:
    add_venue(site_id=cast.own, name="Hall", by=OPERATOR, now=NOW)
    with pytest.raises(Conflict):
        add_venue(site_id=cast.own, name="Hall", by=OPERATOR, now=NOW)
    add_venue(site_id=cast.own, name="Second hall", by=OPERATOR, now=NOW)
    assert count(Venue) == 4  # two of the cast


def test_a_refused_operation_may_be_sent_again_once_it_fits(app: Flask, cast: Cast) -> None:
    op = new_id()
    add_venue(site_id=cast.own, name="Hall", by=OPERATOR, now=NOW)
    with pytest.raises(Conflict):
        add_venue(site_id=cast.own, name="Hall", by=OPERATOR, now=NOW, op=op)
    assert db.session.get(Operation, op) is None
    db.session.rollback()
    assert add_venue(site_id=cast.own, name="Hut", by=OPERATOR, now=NOW, op=op)


def test_the_same_operation_from_four_places_at_once_happens_once(app: Flask, cast: Cast) -> None:
    op, results, raised = new_id(), [], []
    start = threading.Barrier(4)

    def send() -> None:
        with app.app_context():
            try:
                start.wait()
                results.append(add_site(record=site(), by=OPERATOR, now=NOW, op=op))
            except BaseException as error:
                raised.append(error)
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    assert len(results) == 4
    assert len(set(results)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Site).where(Site.code == "FARM")) == 1
    assert events("add_site") == 3  # two of the cast


def events(name: str) -> int:
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action == name))
        or 0
    )


# --- one transaction ----------------------------------------------------------------------------------------------


@action("open_branch")
def open_branch(*, broken: bool, by: Actor, now: datetime, op: str | None = None) -> dict[str, str]:
    """Add a site with its venue: two actions inside a third."""
    site_id = add_site(record=site(), by=by, now=now)
    venue_id = add_venue(site_id=site_id, name="Hall", by=by, now=now)
    audit("open_branch", by=by, now=now, entity="site", entity_id=site_id, op=op)
    if broken:
        raise ZeroDivisionError
    return {"site": site_id, "venue": venue_id}


def test_inner_actions_join_the_outer_transaction(app: Flask, cast: Cast) -> None:
    op = new_id()
    made = open_branch(broken=False, by=OPERATOR, now=NOW, op=op)
    assert db.session.get(Site, made["site"]) is not None
    assert open_branch(broken=False, by=OPERATOR, now=LATER, op=op) == made
    names = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.n.desc()).limit(3)).all()
    assert list(names) == ["open_branch", "add_venue", "add_site"]


def test_a_fault_after_inner_actions_takes_all_of_them_back(app: Flask, cast: Cast) -> None:
    before = everything()
    with pytest.raises(ZeroDivisionError):
        open_branch(broken=True, by=OPERATOR, now=NOW, op=new_id())
    assert everything() == before


def test_after_a_fault_the_next_action_is_outermost_again(app: Flask, cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        open_branch(broken=True, by=OPERATOR, now=NOW)
    op = new_id()
    add_site(record=site(), by=OPERATOR, now=NOW, op=op)
    db.session.remove()
    assert db.session.get(Operation, op) is not None


def test_a_refusal_leaves_nothing(app: Flask, cast: Cast) -> None:
    before = everything()
    with pytest.raises(NotAllowed):
        add_site(record=site(), by=cast.actor("facilitator"), now=NOW, op=new_id())
    assert everything() == before


def test_an_action_takes_keywords_only(app: Flask, cast: Cast) -> None:
    with pytest.raises(TypeError, match="keywords"):
        add_site(site(), by=OPERATOR, now=NOW)  # type: ignore[misc]


class Injected(Exception):
    """The fault that the tests put into the k-th statement."""


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """Let the k-th statement of the block fail; 0 lets all pass and only collects them."""
    seen: list[str] = []

    def before(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)
        if len(seen) == number:
            raise Injected

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", before)


def register(app: Flask, cast: Cast) -> tuple[SessionRecord, Actor, datetime]:
    from tests.world import make_running_group

    world = make_running_group(cast, members=6)
    marks = tuple(
        Mark(one, "absent_unknown" if position == 0 else "present")
        for position, one in enumerate(world.enrolment_ids)
    )
    moment = datetime.combine(world.first, time(9, 0), UTC)
    return SessionRecord(world.session_ids[0], world.first, marks), cast.actor("facilitator"), moment


def test_a_fault_at_any_statement_of_a_register_leaves_nothing(app: Flask, cast: Cast) -> None:
    record, by, moment = register(app, cast)
    before, op, number = everything(), new_id(), 0
    while True:
        number += 1
        with failing_at(number) as seen:
            try:
                record_session(record=record, by=by, now=moment, op=op)
            except Injected:
                pass
            else:
                break
        assert len(seen) == number
        assert everything() == before, seen[-1]
    assert number > 8
    assert everything() != before
    assert count(Attendance) == 6
    assert verify_chain() is None


def test_a_register_takes_at_most_ten_statements_whatever_the_number_of_members(
    app: Flask, cast: Cast
) -> None:
    record, by, moment = register(app, cast)
    with failing_at(0) as seen:
        record_session(record=record, by=by, now=moment, op=new_id())
    # PostgreSQL's turn-taking lock is not a statement about rows.
    work = [one for one in seen if "advisory" not in one]
    assert len(work) <= 10, "\n".join(work)


# --- the audit chain ----------------------------------------------------------------------------------------------


def test_every_write_leaves_exactly_one_event_of_its_own(app: Flask, cast: Cast) -> None:
    before = count(AuditEvent)
    op = new_id()
    site_id = add_site(record=site(), by=cast_admin(cast), now=NOW, op=op)
    assert count(AuditEvent) == before + 1
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc()).limit(1)).one()
    assert (event.action, event.entity, event.entity_id, event.operation_id) == (
        "add_site",
        "site",
        site_id,
        op,
    )
    assert event.actor_id == cast.staff_id("admin")
    assert event.at == NOW


def cast_admin(cast: Cast) -> Actor:
    return Actor(cast.staff_id("admin"), frozenset({Granted(Role.ADMIN)}))


def test_the_operator_is_named_as_such(app: Flask, cast: Cast) -> None:
    add_site(record=site(), by=OPERATOR, now=NOW)
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc()).limit(1)).one()
    assert (event.actor, event.actor_id) == ("operator", None)


def test_the_record_holds_no_value_of_a_person(app: Flask, cast: Cast) -> None:
    record = StaffRecord(
        "zipporah", name="Zipporah Wanjiru", phone="+254700111222", grants=(Granted(Role.ME),)
    )
    add_staff(record=record, by=OPERATOR, now=NOW, op=new_id())
    texts = [repr(tuple(row)) for row in db.session.execute(sa.select(*AuditEvent.__table__.columns))]
    texts += [repr(tuple(row)) for row in db.session.execute(sa.select(*Operation.__table__.columns))]
    assert not [text for text in texts if "Wanjiru" in text or "254700111222" in text]


def open_triggers() -> None:
    """Take the triggers away, as somebody with the file in hand could."""
    for event in ("update", "delete"):
        name = f"tr_audit_event_no_{event}"
        db.session.execute(
            sa.text(f"DROP TRIGGER {name} ON audit_event" if POSTGRES else f"DROP TRIGGER {name}")
        )
    db.session.commit()


def test_an_untouched_chain_is_whole(app: Flask, cast: Cast) -> None:
    assert count(AuditEvent) > 10
    assert verify_chain() is None


TAMPERING = {
    "another actor": "UPDATE audit_event SET actor_id = 'somebody' WHERE n = 5",
    "another name of the actor": "UPDATE audit_event SET actor = 'nobody' WHERE n = 5",
    "another act": "UPDATE audit_event SET action = 'nothing' WHERE n = 5",
    "another thing": "UPDATE audit_event SET entity_id = 'other' WHERE n = 5",
    "another kind of thing": "UPDATE audit_event SET entity = 'other' WHERE n = 5",
    "another operation": "UPDATE audit_event SET operation_id = 'other' WHERE n = 5",
    "another time": "UPDATE audit_event SET at = at + 1 WHERE n = 5",
    "other details": "UPDATE audit_event SET details = '{\"x\": 1}' WHERE n = 5",
    "another hash": "UPDATE audit_event SET hash = previous_hash WHERE n = 5",
    "another hash before": "UPDATE audit_event SET previous_hash = hash WHERE n = 5",
    "one taken out": "DELETE FROM audit_event WHERE n = 5",
    "one taken out and the rest moved up": (
        "DELETE FROM audit_event WHERE n = 5",
        "UPDATE audit_event SET n = n - 1000 WHERE n > 5",
        "UPDATE audit_event SET n = n + 999 WHERE n < 0",
    ),
    "the first ones taken out": "DELETE FROM audit_event WHERE n < 3",
    "two changed places": (
        "UPDATE audit_event SET n = -1 WHERE n = 5",
        "UPDATE audit_event SET n = 5 WHERE n = 6",
        "UPDATE audit_event SET n = 6 WHERE n = -1",
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found(app: Flask, cast: Cast, how: str) -> None:
    open_triggers()
    statements = TAMPERING[how]
    for statement in (statements,) if isinstance(statements, str) else statements:
        db.session.execute(sa.text(statement))
    db.session.commit()
    found = verify_chain()
    assert found is not None
    assert found <= 6


# --- content and its hash -----------------------------------------------------------------------------------------


class Colour(StrEnum):
    RED = "red"


@dataclasses.dataclass(frozen=True)
class Thing:
    name: str
    colours: frozenset[str]


def test_content_is_the_same_whatever_the_order_of_sets_and_keys() -> None:
    one = digest({"b": {3, 1, 2}, "a": Thing("x", frozenset("pq"))})
    assert one == digest({"a": Thing("x", frozenset("qp")), "b": {2, 3, 1}})


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Colour.RED, "red"),
        (date(2026, 3, 2), "2026-03-02"),
        (time(9, 30), "09:30:00"),
        (datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=3))), "2026-03-02T09:00:00+03:00"),
        ((1, (2, 3)), [1, [2, 3]]),
        (Thing("x", frozenset("a")), {"name": "x", "colours": ["a"]}),
        ({Colour.RED: 1}, {"red": 1}),
    ],
    ids=["code", "date", "time", "moment", "tuple", "record", "key"],
)
def test_values_become_plain_json(value: object, plain: object) -> None:
    assert canonical(value) == plain


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(plain_values, plain_values)
def test_two_contents_have_one_hash_only_when_they_are_the_same(one: Any, other: Any) -> None:
    assert (digest(one) == digest(other)) == (repr(canonical_sorted(one)) == repr(canonical_sorted(other)))


def canonical_sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: canonical_sorted(value[key]) for key in sorted(value)}
    return [canonical_sorted(item) for item in value] if isinstance(value, list) else value


def test_people_keep_their_names_out_of_faults(app: Flask, cast: Cast) -> None:
    add_staff(record=StaffRecord("zipporah", (Granted(Role.ME),), name="Zipporah"), by=OPERATOR, now=NOW)
    with pytest.raises(Conflict) as caught:
        add_staff(
            record=StaffRecord("zipporah", (Granted(Role.ME),), name="Zipporah Wanjiru"), by=OPERATOR, now=NOW
        )
    assert "Wanjiru" not in str(caught.value)
    assert count(Staff) > 1

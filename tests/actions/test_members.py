"""People: codes, indexes by which they are found, changes, scope."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.members import (
    MemberRecord,
    SafeContact,
    add_member,
    change_member,
    name_index,
    phone_index,
    set_not_together,
    set_safe_contact,
)
from gipt.db import db
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound
from gipt.models import AuditEvent, Member, MemberSound, NotTogether
from tests.actions.people import person
from tests.cast import NOW, Cast


def test_codes_count_up_and_nothing_personal_is_readable_in_the_row(app: Flask, cast: Cast) -> None:
    first = person(cast, "Amina Nakato", phone="0772 123 456", place="Kisenyi")
    second = person(cast, "Ruth Akello")
    codes = [db.session.get_one(Member, one).code for one in (first, second)]
    assert codes == ["M-0001", "M-0002"]
    raw = db.session.execute(sa.text("SELECT * FROM member")).mappings().first()
    assert raw is not None
    stored = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in raw.values())
    for word in (b"Amina", b"Nakato", b"123 456", b"123456", b"Kisenyi"):
        assert word not in stored


@pytest.mark.parametrize(
    ("one", "other"),
    [("Amina  Nakato", "amina nakato"), ("José Álvarez", "jose alvarez"), ("أمينة", "امينة")],
    ids=["case and blanks", "diacritics", "arabic variants"],
)
def test_the_same_name_written_otherwise_has_the_same_index(
    app: Flask, cast: Cast, one: str, other: str
) -> None:
    assert name_index(one) == name_index(other)


@pytest.mark.parametrize(
    ("phone", "same"),
    [("+256 772 123456", True), ("0772-123-456", True), ("٠٧٧٢١٢٣٤٥٦", True), ("0772 123 457", False)],
)
def test_a_phone_is_found_with_and_without_its_prefix(app: Flask, cast: Cast, phone: str, same: bool) -> None:
    assert (phone_index(phone) == phone_index("0772123456")) is same


def test_a_few_digits_find_nobody(app: Flask, cast: Cast) -> None:
    assert phone_index("077") is None
    assert phone_index(None) is None


def test_a_new_name_replaces_its_sounds_and_the_audit_names_fields_only(app: Flask, cast: Cast) -> None:
    member_id = person(cast, "Amina Nakato")
    before = set(db.session.scalars(sa.select(MemberSound.sound)))
    record = MemberRecord(site_id=cast.own, name="Grace Apio", sex="female", birth_year=1990)
    change_member(member_id=member_id, record=record, by=cast.actor("coordinator"), now=NOW)
    assert before.isdisjoint(db.session.scalars(sa.select(MemberSound.sound)))
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc())).first()
    assert event is not None
    assert event.details == {"fields": ["name"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"sex": "woman"}, "sex"),
        ({"birth_year": 1850}, "birth_year"),
        ({"birth_year": 2027}, "birth_year"),
        ({"may_text": "sometimes"}, "may_text"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(
    app: Flask, cast: Cast, changes: dict[str, object], field: str
) -> None:
    record = replace(MemberRecord(site_id=cast.own, name="Amina"), **changes)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as caught:
        add_member(record=record, by=cast.actor("coordinator"), now=NOW)
    assert caught.value.details["field"] == field


def test_a_foreign_person_is_missing_and_other_roles_may_not(app: Flask, cast: Cast) -> None:
    member_id = person(cast, "Amina", site="foreign")
    record = MemberRecord(site_id=cast.own, name="Amina")
    with pytest.raises(NotFound):
        change_member(member_id=member_id, record=record, by=cast.actor("coordinator"), now=NOW)
    with pytest.raises(NotFound):
        set_safe_contact(member_id=member_id, contact=SafeContact(), by=cast.actor("facilitator"), now=NOW)
    with pytest.raises(NotAllowed):
        add_member(record=record, by=cast.actor("me"), now=NOW)


def test_a_pair_is_kept_once_whatever_its_order(app: Flask, cast: Cast) -> None:
    first, second = person(cast, "Amina"), person(cast, "Ruth")
    by = cast.actor("coordinator")
    set_not_together(member_ids=(first, second), kind="relative", by=by, now=NOW)
    set_not_together(member_ids=(second, first), kind="safety", note="Ask Grace", by=by, now=NOW)
    rows = db.session.scalars(sa.select(NotTogether)).all()
    assert [(row.kind, row.note) for row in rows] == [("safety", "Ask Grace")]
    with pytest.raises(Conflict):
        set_not_together(member_ids=(first, first), kind="other", by=by, now=NOW)

"""Field encryption and blind indexes (decision 28): what is at rest tells nothing, what was changed is noticed."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gipt.actions.members import MemberRecord, add_member
from gipt.db import Sealed, db
from gipt.domain.access import OPERATOR
from gipt.models import Member
from gipt.secrecy import INDEX_CHARACTERS, CannotUnseal, blind_index, seal, unseal
from tests.cast import NOW, Cast
from tests.conftest import KEYS, POSTGRES

KEY, OTHER = KEYS.fields, KEYS.index
WHERE = "member.name"


@given(st.text(max_size=200))
def test_what_was_sealed_can_be_read_again(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return
    assert unseal(seal(text, WHERE, KEY), WHERE, KEY) == text


def test_the_same_name_looks_different_each_time() -> None:
    assert len({seal("Grace Akello", WHERE, KEY) for _ in range(50)}) == 50


def test_a_sealed_value_holds_nothing_of_the_text() -> None:
    assert b"Grace" not in seal("Grace Akello", WHERE, KEY)


@pytest.mark.parametrize(
    ("where", "key"),
    [("member.note", KEY), ("staff.name", KEY), (WHERE, OTHER)],
    ids=["another column", "another table", "another key"],
)
def test_a_value_opens_only_at_its_place_with_its_key(where: str, key: bytes) -> None:
    with pytest.raises(CannotUnseal):
        unseal(seal("Grace", WHERE, KEY), where, key)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_noticed(position: int, change: int) -> None:
    sealed = bytearray(seal("Grace Akello", WHERE, KEY))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(CannotUnseal):
        unseal(bytes(sealed), WHERE, KEY)


@pytest.mark.parametrize("length", [0, 1, 5, 12, 13, 20, 28])
def test_a_cut_value_is_noticed(length: int) -> None:
    with pytest.raises(CannotUnseal):
        unseal(seal("Grace Akello", WHERE, KEY)[:length], WHERE, KEY)


def test_a_fault_does_not_say_what_was_sealed() -> None:
    with pytest.raises(CannotUnseal) as caught:
        unseal(seal("Grace Akello", WHERE, KEY), WHERE, OTHER)
    assert "Grace" not in str(caught.value)


# --- blind indexes ------------------------------------------------------------------------------------------------


def test_the_same_value_is_found_again_and_another_is_not() -> None:
    assert blind_index("0700 1", "phone", KEY) == blind_index("0700 1", "phone", KEY)
    assert blind_index("0700 1", "phone", KEY) != blind_index("0700 2", "phone", KEY)


def test_indexes_of_two_columns_and_two_programmes_cannot_be_compared() -> None:
    one = blind_index("akello", "name", KEY)
    assert one != blind_index("akello", "sound", KEY)
    assert one != blind_index("akello", "name", OTHER)


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_index_has_one_length_and_shows_nothing(value: str, purpose: str) -> None:
    try:
        f"{purpose}:{value}".encode()
    except UnicodeEncodeError:
        return
    found = blind_index(value, purpose, KEY)
    assert len(found) == INDEX_CHARACTERS
    assert set(found) <= set("0123456789abcdef")


# --- in the database ----------------------------------------------------------------------------------------------

PRIVATE = ("Zipporah", "Wanjiru", "0722 555 019", "Behind the mill", "Ask for her aunt")


def add_private(cast: Cast) -> str:
    record = MemberRecord(
        site_id=cast.own,
        name="Zipporah Wanjiru",
        phone="0722 555 019",
        place="Behind the mill",
        contact_note="Ask for her aunt",
    )
    return add_member(record=record, by=OPERATOR, now=NOW)


def test_every_text_about_a_person_is_sealed_for_its_own_column() -> None:
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                assert column.type.where == f"{table.name}.{column.name}"
    named = {field.name for field in dataclasses.fields(MemberRecord)} & {"name", "phone", "place", "note"}
    assert all(isinstance(Member.__table__.c[name].type, Sealed) for name in named)


@pytest.mark.skipif(POSTGRES is not None, reason="looks into the file")
def test_the_file_on_the_disk_tells_no_name(app: Flask, cast: Cast, tmp_path: Path) -> None:
    member_id = add_private(cast)
    db.session.remove()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("gipt.sqlite*"))
    assert member_id.encode() in stored  # the control: the row is there
    for text in PRIVATE:
        assert text.encode() not in stored
        assert text.casefold().encode() not in stored


def test_the_same_row_is_read_in_clear_by_the_program(app: Flask, cast: Cast) -> None:
    found = db.session.get(Member, add_private(cast))
    assert found is not None
    assert (found.name, found.place) == ("Zipporah Wanjiru", "Behind the mill")


def test_a_value_moved_to_another_row_of_the_column_still_reads_but_not_to_another_column(
    app: Flask, cast: Cast
) -> None:
    member_id = add_private(cast)
    db.session.execute(sa.text("UPDATE member SET note = name WHERE id = :id"), {"id": member_id})
    db.session.commit()
    with pytest.raises(CannotUnseal):
        db.session.execute(sa.select(Member.note).where(Member.id == member_id)).all()
    db.session.rollback()


def test_without_the_key_nothing_can_be_read(app: Flask, cast: Cast) -> None:
    member_id = add_private(cast)
    app.extensions["gipt.keys"] = dataclasses.replace(KEYS, fields=OTHER)
    with pytest.raises(CannotUnseal):
        db.session.execute(sa.select(Member.name).where(Member.id == member_id)).all()
    db.session.rollback()


def test_sqlite_overwrites_what_is_deleted(app: Flask) -> None:
    if POSTGRES:
        pytest.skip("a setting of SQLite")
    raw = db.engine.raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    assert driver.execute("PRAGMA secure_delete").fetchone() == (1,)
    raw.close()

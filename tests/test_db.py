"""The database keeps its promises: the profile of decision 25, one writer at a time, rules that hold by themselves."""

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from gipt import create_app, migrations
from gipt import db as database_module
from gipt.actions.base import action, audit, verify_chain
from gipt.actions.staff import StaffRecord, add_staff
from gipt.config import Settings
from gipt.db import (
    CHECKPOINT_EVERY,
    ServerLock,
    WriteLock,
    check_profile,
    checkpoint,
    db,
    file_system_of,
    new_id,
    read_profile,
    write_lock,
    write_transaction,
)
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.problems import NotReady
from gipt.models import Programme, Site, Staff
from tests.cast import NOW, Cast
from tests.conftest import POSTGRES, opened, settings_for

sqlite_only = pytest.mark.skipif(POSTGRES is not None, reason="a promise about SQLite")


@pytest.fixture
def sqlite_app(tmp_path: Path) -> Iterator[Flask]:
    """Give an application on an empty SQLite database, whatever the tests run on."""
    with opened(tmp_path, f"sqlite:///{tmp_path / 'own.sqlite'}") as app:
        migrations.upgrade()
        yield app


def missing(caught: pytest.ExceptionInfo[NotReady]) -> list[str]:
    found: list[str] = caught.value.details["missing"]
    return found


# --- the profile --------------------------------------------------------------------------------------------------


def test_every_pooled_connection_has_the_profile(sqlite_app: Flask) -> None:
    held = [db.engine.connect() for _ in range(6)]
    found = [read_profile(one.connection.driver_connection) for one in held]  # type: ignore[arg-type]
    for one in held:
        one.close()
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "wal_autocheckpoint": 0,
    }
    assert found == [wanted] * 6


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("journal_mode", "delete"),
        ("synchronous", 1),
        ("foreign_keys", 0),
        ("busy_timeout", 0),
        ("wal_autocheckpoint", 1000),
    ],
)
def test_a_setting_that_did_not_take_stops_the_start(setting: str, value: object) -> None:
    found = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "wal_autocheckpoint": 0,
    }
    check_profile(found, "wal")
    with pytest.raises(NotReady) as caught:
        check_profile({**found, setting: value}, "wal")
    assert caught.value.details["settings"] == [setting]


def test_a_database_that_cannot_be_written_ahead_is_noticed() -> None:
    # In memory there is no write-ahead log: SQLite answers "memory" without a fault, only reading back tells.
    connection = sqlite3.connect(":memory:")
    database_module._set_up_sqlite(connection, "wal")
    with pytest.raises(NotReady) as caught:
        check_profile(read_profile(connection), "wal")
    connection.close()
    assert missing(caught) == ["database_profile"]


def test_the_second_profile_works_without_a_write_ahead_log(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'own.sqlite'}",
        keys=settings_for(tmp_path, "").keys,
        testing=True,
        sqlite_profile="truncate",
    )
    app = create_app(settings)
    with app.app_context():
        migrations.upgrade()
        raw = db.engine.raw_connection()
        assert read_profile(raw.driver_connection)["journal_mode"] == "truncate"  # type: ignore[arg-type]
        raw.close()
        db.engine.dispose()
    assert not (tmp_path / "own.sqlite-wal").exists()


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'own.sqlite'}",
        keys=settings_for(tmp_path, "").keys,
        sqlite_profile="memory",
    )
    with pytest.raises(NotReady) as caught:
        create_app(settings)
    assert missing(caught) == ["database_profile"]


# --- writing ------------------------------------------------------------------------------------------------------


def test_a_write_begins_immediate_and_a_read_does_not(sqlite_app: Flask) -> None:
    seen: list[str] = []
    raw = db.engine.raw_connection()
    driver: Any = raw.driver_connection
    raw.close()
    driver.set_trace_callback(seen.append)
    db.session.execute(sa.select(Site.id)).all()
    db.session.rollback()
    with write_transaction():
        db.session.execute(sa.select(Site.id)).all()
    driver.set_trace_callback(None)
    assert [line for line in seen if line.startswith("BEGIN")] == ["BEGIN", "BEGIN IMMEDIATE"]


def count_up(app: Flask, times: int) -> None:
    @action("count_up")
    def once(*, by: Actor, now: datetime) -> int:
        row = db.session.execute(sa.select(Programme.id, Programme.travel_minutes).with_for_update()).one()
        db.session.execute(
            sa.update(Programme).where(Programme.id == row.id).values(travel_minutes=row.travel_minutes + 1)
        )
        audit("count_up", by=by, now=now)
        return int(row.travel_minutes)

    with app.app_context():
        for _ in range(times):
            once(by=OPERATOR, now=NOW)
        db.session.remove()


def in_threads(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run `work` in threads at once; give what they raised."""
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_eight_threads_times_fifty_increments_lose_nothing(app: Flask, cast: Cast) -> None:
    db.session.execute(sa.update(Programme).values(travel_minutes=0))
    db.session.commit()
    assert in_threads(8, lambda number: count_up(app, 50)) == []
    assert db.session.scalar(sa.select(Programme.travel_minutes)) == 400
    assert verify_chain() is None


def test_people_added_at_once_get_different_codes(app: Flask, cast: Cast) -> None:
    def add(number: int) -> None:
        with app.app_context():
            for turn in range(5):
                record = StaffRecord(f"p{number}.{turn}", grants=(Granted(Role.ME, cast.own),))
                add_staff(record=record, by=OPERATOR, now=NOW)
            db.session.remove()

    before = db.session.scalar(sa.select(sa.func.count()).select_from(Staff)) or 0
    db.session.rollback()
    assert in_threads(6, add) == []
    codes = db.session.scalars(sa.select(Staff.code)).all()
    assert len(codes) == len(set(codes)) == before + 30


def test_a_fault_inside_a_write_leaves_the_lock_free(sqlite_app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), write_transaction():
        raise ZeroDivisionError
    write_lock().acquire(0.1)
    write_lock().release()


def test_a_write_that_waits_too_long_gives_up(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "write-lock")
    lock.acquire()
    other = WriteLock(tmp_path / "write-lock")
    with pytest.raises(TimeoutError):
        other.acquire(0.05)
    lock.release()
    other.acquire(0.05)
    other.release()


def test_another_process_waits_for_the_write_lock(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "write-lock")
    lock.acquire()
    program = (
        "import sys; from pathlib import Path; from gipt.db import WriteLock\n"
        "try: WriteLock(Path(sys.argv[1])).acquire(0.1)\n"
        "except TimeoutError: sys.exit(7)"
    )
    call = [sys.executable, "-c", program, str(tmp_path / "write-lock")]
    assert subprocess.run(call, check=False).returncode == 7
    lock.release()
    assert subprocess.run(call, check=False).returncode == 0


def test_a_reader_is_not_stopped_by_a_writer(sqlite_app: Flask) -> None:
    answers: list[int] = []

    def read(number: int) -> None:
        with sqlite_app.app_context():
            answers.append(len(db.session.scalars(sa.select(Site.id)).all()))
            db.session.remove()

    with write_transaction():
        assert in_threads(1, read) == []
    assert answers == [0]


# --- the log and its checkpoint -----------------------------------------------------------------------------------


def wal_bytes(tmp_path: Path) -> int:
    path = tmp_path / "own.sqlite-wal"
    return path.stat().st_size if path.exists() else 0


def write_once() -> None:
    with write_transaction():
        db.session.execute(sa.text("CREATE TABLE IF NOT EXISTS filler (text TEXT)"))
        db.session.execute(sa.text("INSERT INTO filler VALUES (hex(randomblob(2000)))"))


def test_the_log_is_moved_only_by_our_own_routine(sqlite_app: Flask, tmp_path: Path) -> None:
    write_once()
    checkpoint()
    for _ in range(CHECKPOINT_EVERY - 2):
        write_once()
    assert wal_bytes(tmp_path) > 1_000_000
    write_once()
    assert wal_bytes(tmp_path) == 0


def test_the_checkpoint_runs_while_the_write_lock_is_held(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def watch() -> None:
        other = WriteLock(write_lock().path)
        try:
            other.acquire(0.01)
            other.release()
            held.append(False)
        except TimeoutError:
            held.append(True)

    monkeypatch.setattr(database_module, "checkpoint", watch)
    write_lock().commits = CHECKPOINT_EVERY - 1
    write_once()
    assert held == [True]


# --- where and how often ------------------------------------------------------------------------------------------


def test_a_second_server_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    first = ServerLock(tmp_path)
    with pytest.raises(NotReady) as caught:
        ServerLock(tmp_path)
    assert missing(caught) == ["only_server"]
    first.release()
    ServerLock(tmp_path).release()


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/share /srv/share nfs4 rw 0 0
//office/files /mnt/office cifs rw 0 0
/dev/sdb1 /srv/share/local xfs rw 0 0
me@host:/home /home/me/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/var", "ext4"),
        ("/srv/share/var", "nfs4"),
        ("/srv/share/local/var", "xfs"),
        ("/srv/shared/var", "ext4"),
        ("/mnt/office", "cifs"),
        ("/home/me/far/var", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_a_network_folder_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "file_system_of", lambda path: kind)
    with pytest.raises(NotReady) as caught:
        create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'own.sqlite'}"))
    assert missing(caught) == ["local_folder"]


@pytest.mark.parametrize("name", ["OneDrive", "Dropbox", "Google Drive"])
def test_a_folder_that_another_program_synchronises_is_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with pytest.raises(NotReady) as caught:
        create_app(settings_for(folder, f"sqlite:///{folder / 'own.sqlite'}"))
    assert missing(caught) == ["local_folder"]


# --- times --------------------------------------------------------------------------------------------------------


def test_a_time_comes_back_in_utc_to_the_millisecond(app: Flask, cast: Cast) -> None:
    moment = datetime(2026, 3, 2, 11, 30, 15, 123_999, tzinfo=timezone(timedelta(hours=3)))
    db.session.execute(sa.update(Programme).values(created_at=moment))
    db.session.commit()
    found = db.session.scalar(sa.select(Programme.created_at))
    assert found == datetime(2026, 3, 2, 8, 30, 15, 123_000, tzinfo=UTC)


def test_a_naive_time_cannot_be_stored(app: Flask, cast: Cast) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"):
        db.session.execute(sa.update(Programme).values(created_at=datetime(2026, 3, 2)))  # noqa: DTZ001
    db.session.rollback()


# --- the rules that the database holds by itself ------------------------------------------------------------------

TABLES = {table.name: table for table in db.metadata.sorted_tables}
# What a row needs beside the least that its columns ask for.
ROWS: dict[str, dict[str, Any]] = {
    "answer": {"value": 1},
    "closed_day": {"kind": "single", "first_on": date(2026, 1, 1)},
    "not_together": {"member_a": "a", "member_b": "b"},
    "different_people": {"member_a": "a", "member_b": "b"},
    "venue_travel": {"venue_a": "a", "venue_b": "b"},
    "programme": {"single": 1},
    "complaint": {"state": "received"},
    "cost_line": {"currency": "UGX"},
    "picture_scale_test": {"asked": 10, "ordered_right": 9, "named_a_mood": 0},
    "satisfaction": {"collector": "staff", "asked_by_id": "a"},
    "target": {"period": "life"},
}
# What a row needs so that only the one rule is broken.
BESIDE: dict[str, dict[str, Any]] = {
    "ck_closed_day_weekday_range": {"kind": "weekly"},
    "ck_complaint_outcome_known": {
        "state": "closed",
        "answered_on": date(2026, 1, 1),
        "closed_on": date(2026, 1, 1),
    },
    "ck_complaint_state_known": {"answered_on": date(2026, 1, 1)},
    "ck_satisfaction_collector_known": {"asked_by_id": None},
    "ck_worse_score_decision_known": {"decided_at": NOW},
    "ck_closed_day_every_days_range": {"kind": "every"},
    "ck_enrolment_exit_type_known": {"exit_on": date(2026, 1, 1)},
    "ck_picture_scale_test_asked_range": {"ordered_right": 0},
}
# Rules over several columns: values that break each; a rule without a case fails the test below.
BREAKS: dict[str, dict[str, Any]] = {
    "ck_answer_value_or_reason": {"value": None},
    "ck_assignment_ends_after_start": {"from_on": date(2026, 2, 2), "to_on": date(2026, 2, 1)},
    "ck_closed_day_dated_has_start": {"first_on": None},
    "ck_closed_day_ends_after_start": {"first_on": date(2026, 2, 2), "last_on": date(2026, 2, 1)},
    "ck_closed_day_every_has_days": {"kind": "every"},
    "ck_closed_day_range_has_end": {"kind": "range"},
    "ck_closed_day_weekly_has_weekday": {"kind": "weekly"},
    "ck_complaint_answered_has_date": {"state": "answered"},
    "ck_complaint_closed_has_date": {"state": "closed", "answered_on": date(2026, 1, 1), "outcome": "upheld"},
    "ck_complaint_closed_has_outcome": {
        "state": "closed",
        "answered_on": date(2026, 1, 1),
        "closed_on": date(2026, 1, 1),
    },
    "ck_cost_line_conversion_complete": {"original_minor": 100},
    "ck_cost_line_currency_code": {"currency": "UG"},
    "ck_cost_line_minor_positive": {"minor": 0},
    "ck_cost_line_original_positive": {
        "original_minor": 0,
        "original_currency": "EUR",
        "rate": "1",
        "rate_on": date(2026, 1, 1),
    },
    "ck_cycle_closed_has_date": {"status": "closed", "started_on": date(2026, 1, 1)},
    "ck_cycle_started_has_date": {"status": "running"},
    "ck_different_people_in_order": {"member_a": "b", "member_b": "a"},
    "ck_enrolment_exit_has_date": {"exit_type": "moved"},
    "ck_member_not_into_itself": {"id": "same", "merged_into_id": "same"},
    "ck_membership_leaves_after_joining": {"joined_on": date(2026, 2, 2), "left_on": date(2026, 2, 1)},
    "ck_not_together_in_order": {"member_a": "b", "member_b": "a"},
    "ck_picture_scale_test_named_a_mood_range": {"named_a_mood": 11},
    "ck_picture_scale_test_ordered_right_range": {"ordered_right": 11},
    "ck_programme_single_row": {"single": 2},
    "ck_referral_arrives_after_given": {"given_on": date(2026, 2, 2), "arrived_on": date(2026, 2, 1)},
    "ck_safety_episode_closed_has_time": {"status": "closed"},
    "ck_satisfaction_staff_has_name": {"asked_by_id": None},
    "ck_schedule_change_undone_has_time": {"undone_by_id": "a"},
    "ck_screening_override_has_author": {"override_reason": "asked for"},
    "ck_session_cancelled_has_reason": {"status": "cancelled"},
    "ck_session_held_has_date": {"status": "held"},
    "ck_staff_leave_ends_after_start": {"first_on": date(2026, 2, 2), "last_on": date(2026, 2, 1)},
    "ck_worse_score_decided_has_time": {"decided_at": NOW},
    "ck_target_both_dates": {"period": "quarter", "from_on": date(2026, 1, 1)},
    "ck_target_ends_after_start": {
        "period": "quarter",
        "from_on": date(2026, 2, 1),
        "to_on": date(2026, 1, 1),
    },
    "ck_target_life_has_no_dates": {"period": "quarter"},
    "ck_target_value_not_negative": {"value": -1},
    "ck_venue_travel_in_order": {"venue_a": "b", "venue_b": "a"},
}
PLAIN: dict[type[Any], Any] = {
    sa.JSON: [],
    sa.Boolean: False,
    sa.Date: date(2026, 1, 1),
    sa.Time: time(10, 0),
    sa.LargeBinary: b"x",
}
NUMBERS = count(1)
CODES = re.compile(r"(\w+) IN \('([^']*)'")
RANGE = re.compile(r"(\w+) BETWEEN (-?\d+) AND (-?\d+)")
BLANK = re.compile(r"length\(trim\((\w+)\)\) > 0")


def checks(table: sa.Table) -> list[sa.CheckConstraint]:
    return [one for one in table.constraints if isinstance(one, sa.CheckConstraint)]


def least(table: sa.Table) -> dict[str, Any]:
    """Give the values of a row that every rule of the table allows; texts are new each time."""
    needed = [
        column.name
        for column in table.columns
        if not column.nullable and (column.default is None or column.primary_key)
    ]
    return {**{name: good_value(table, name) for name in needed}, **ROWS.get(table.name, {})}


def good_value(table: sa.Table, name: str) -> Any:
    """Give a value that the rules about this one column allow."""
    for rule in checks(table):
        text = str(rule.sqltext)
        found = RANGE.fullmatch(text) or CODES.match(text)
        if found and found[1] == name:
            return int(found[2]) if found.re is RANGE else found[2]
    return plain_value(table.c[name])


def plain_value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, database_module.UtcTime):
        return NOW
    for wanted, value in PLAIN.items():
        if isinstance(kind, wanted):
            return value
    return 1 if column.name == "single" else next(NUMBERS) if isinstance(kind, sa.Integer) else new_id()


def breaking(rule: sa.CheckConstraint) -> list[dict[str, Any]]:
    """Give values that one rule must refuse."""
    text, name = str(rule.sqltext), str(rule.name)
    if found := RANGE.fullmatch(text):
        return [{found[1]: int(found[2]) - 1}, {found[1]: int(found[3]) + 1}]
    if found := CODES.match(text):
        return [{found[1]: "nonsense"}]
    if found := BLANK.fullmatch(text):
        return [{found[1]: ""}, {found[1]: "   "}]
    assert name in BREAKS, f"the rule {name} has no case in BREAKS"
    return [BREAKS[name]]


@pytest.fixture
def loose(shared_app: Flask) -> Iterator[sa.Connection]:
    """Give a connection on which references are not checked, so that one row can be looked at alone."""
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if POSTGRES:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        else:
            driver.execute("PRAGMA foreign_keys=OFF")
        yield connection
        connection.rollback()
        if POSTGRES:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()
        else:
            driver.execute("PRAGMA foreign_keys=ON")


def refused_by(connection: sa.Connection, statement: Any) -> str:
    """Run a statement that must fail; give what the database says."""
    point = connection.begin_nested()
    with pytest.raises(DBAPIError) as caught:
        connection.execute(statement)
    point.rollback()
    return str(caught.value.orig)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_check_of_a_table_refuses_what_it_forbids(loose: sa.Connection, name: str) -> None:
    table = TABLES[name]
    loose.execute(sa.insert(table).values(**least(table)))  # the control: a good row goes in
    loose.rollback()
    for rule in checks(table):
        for values in breaking(rule):
            beside = BESIDE.get(str(rule.name), {})
            said = refused_by(loose, sa.insert(table).values(**{**least(table), **beside, **values}))
            assert str(rule.name) in said, (rule.name, values)


def unique_rules(table: sa.Table) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = [
        (str(one.name), [column.name for column in one.columns])
        for one in table.constraints
        if isinstance(one, sa.UniqueConstraint)
    ]
    found += [(str(one.name), [column.name for column in one.columns]) for one in table.indexes if one.unique]
    key = [column.name for column in table.primary_key.columns]
    return [*found, (f"pk_{table.name}", key)]


# A partial rule looks at some rows only: how a row looks that it sees.
SEEN: dict[str, dict[str, Any]] = {"uq_grant_of_role_everywhere": {"site_id": None}}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_unique_rule_of_a_table_refuses_a_second_row(loose: sa.Connection, name: str) -> None:
    table = TABLES[name]
    for rule, columns in unique_rules(table):
        filled = {column: least(table).get(column) or good_value(table, column) for column in columns}
        first, second = ({**least(table), **filled, **SEEN.get(rule, {})} for _ in range(2))
        loose.execute(sa.insert(table).values(**first))
        said = refused_by(loose, sa.insert(table).values(**second))
        loose.rollback()
        same = {column for column, value in first.items() if second[column] == value}
        broken = [one for one in unique_rules(table) if set(one[1]) <= same]
        assert rule in [one[0] for one in broken]
        assert any(one in said or all(f"{name}.{c}" in said for c in cs) for one, cs in broken), said


APPEND_ONLY = ("audit_event", "safety_event", "attendance_correction", "answer_correction")


@pytest.mark.parametrize("name", APPEND_ONLY)
@pytest.mark.parametrize("act", ["change", "delete"])
def test_what_was_recorded_is_never_changed(shared_app: Flask, name: str, act: str) -> None:
    table = TABLES[name]
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if POSTGRES:
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            driver.execute("PRAGMA foreign_keys=OFF")
        connection.execute(sa.insert(table).values(**least(table)))
        if POSTGRES:  # without references, but with the triggers that are looked at
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        key = next(iter(table.primary_key.columns))
        statement = sa.delete(table) if act == "delete" else sa.update(table).values({key.name: key})
        assert "never changed" in refused_by(connection, statement)
        connection.rollback()
        if not POSTGRES:
            driver.execute("PRAGMA foreign_keys=ON")


def test_a_row_in_use_cannot_be_deleted(app: Flask, cast: Cast) -> None:
    for table in ("programme", "site", "staff"):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.delete(TABLES[table]))
        db.session.rollback()


def test_a_reference_to_nothing_is_refused(app: Flask, cast: Cast) -> None:
    statement = sa.insert(TABLES["venue"]).values(
        id=new_id(), site_id=new_id(), name="Nowhere", created_at=NOW
    )
    with pytest.raises(IntegrityError):
        db.session.execute(statement)
    db.session.rollback()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_rule_has_a_name_that_can_be_said(name: str) -> None:
    table = TABLES[name]
    names = [str(one.name) for one in table.constraints] + [str(one.name) for one in table.indexes]
    assert all(re.fullmatch(r"(ck|uq|fk|pk|ix)_[a-z0-9_]+", one) for one in names), names
    assert all(len(one) <= 63 for one in names), "PostgreSQL cuts longer names"


@sqlite_only
def test_the_version_of_sqlite_knows_what_is_used() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)

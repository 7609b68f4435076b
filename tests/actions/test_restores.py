"""A backup comes back whole, and what stood in its place is kept; nothing changes when it cannot be used."""

import dataclasses
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.exc import DBAPIError

from gipt import cli
from gipt.actions import backups
from gipt.actions.base import digest, verify_chain
from gipt.actions.programme import SiteRecord, add_site
from gipt.actions.restores import restore_postgres
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.problems import BadFile, Conflict, NotReady
from gipt.models import Member, Site
from tests.cast import Cast
from tests.conftest import POSTGRES, admin_engine, opened
from tests.world import hold_meeting, make_running_group

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
on_postgres = pytest.mark.skipif(
    not POSTGRES or not shutil.which("pg_restore"), reason="needs PostgreSQL and its pg_dump and pg_restore"
)


def rows() -> dict[str, str]:
    """Give the count and hash of the rows of every table."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        there = sorted(repr(tuple(row)) for row in db.session.execute(sa.select(*table.columns)))
        found[table.name] = f"{len(there)} {digest(there)}"
    db.session.rollback()
    return found


@pytest.fixture
def backup(app: Flask, cast: Cast, tmp_path: Path) -> Path:
    """Give a backup of a database with a group that met."""
    world = make_running_group(cast, 3, first=date(2026, 1, 19))
    hold_meeting(cast, world, 1)
    path = tmp_path / "one.gipt-backup"
    backups.make_backup(path, by=OPERATOR, now=NOW)
    return path


@pytest.fixture
def kept(backup: Path) -> dict[str, str]:
    """Give the rows that the backup holds: the note about it was written after it."""
    found = rows()
    del found["audit_event"]
    return found


@contextmanager
def another_database(tmp_path: Path) -> Iterator[Flask]:
    """Give an application on an empty PostgreSQL database."""
    name = f"gipt_test_{uuid.uuid4().hex[:12]}"
    admin = admin_engine()
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    try:
        with opened(tmp_path, url) as app:
            yield app
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()


def tables() -> list[str]:
    with db.engine.connect() as connection:
        return sa.inspect(connection).get_table_names()


def lie(backup: Path, tmp_path: Path) -> Path:
    """Give a backup, soundly sealed, that says of itself what is not true."""
    plain, told = tmp_path / "plain", tmp_path / "lie.gipt-backup"
    manifest = backups.open_backup(backup, plain)
    false = dataclasses.replace(manifest, rows={**manifest.rows, "member": 99})
    with plain.open("rb") as source, told.open("wb") as target:
        backups._seal_stream(source, target, false)
    return told


def restore(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["restore", *map(str, arguments)])


def test_the_command_refuses_and_then_replaces(
    app: Flask, backup: Path, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "create_app", lambda _settings: app)
    monkeypatch.setattr(cli, "load_settings", lambda: None)
    add_site(record=SiteRecord(code="FAR", name="Far office"), by=OPERATOR, now=NOW)
    changed = rows()
    db.session.remove()
    refused = restore(backup)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "gipt restore --replace" in refused.stderr
    assert rows() == changed
    db.session.remove()
    db.engine.dispose()
    done = restore(backup, "--replace")
    assert done.exit_code == 0, done.stderr
    assert "Restored: " in done.output
    assert {name: found for name, found in rows().items() if name != "audit_event"} == kept
    assert verify_chain() is None
    assert db.session.scalar(sa.select(sa.func.count()).where(Site.code == "FAR")) == 0


def test_a_damaged_backup_changes_nothing(app: Flask, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "create_app", lambda _settings: app)
    monkeypatch.setattr(cli, "load_settings", lambda: None)
    before = rows()
    bytes_ = bytearray(backup.read_bytes())
    bytes_[-40] ^= 1
    backup.write_bytes(bytes_)
    refused = restore(backup, "--replace")
    assert refused.exit_code == 1
    assert "damaged" in refused.stderr
    assert rows() == before


@on_postgres
def test_an_empty_database_is_filled_and_refuses_as_the_first_one_did(
    backup: Path, kept: dict[str, str], tmp_path: Path
) -> None:
    with another_database(tmp_path):
        manifest = restore_postgres(backup, replace=False)
        found = rows()
        del found["audit_event"]
        assert found == kept
        assert (
            db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == manifest.rows["member"] == 3
        )
        with pytest.raises(DBAPIError):
            db.session.execute(sa.text("DELETE FROM audit_event"))
        db.session.rollback()


@on_postgres
def test_what_was_replaced_is_kept_and_is_in_no_later_backup(backup: Path, tmp_path: Path) -> None:
    with another_database(tmp_path):
        restore_postgres(backup, replace=False)
        add_site(record=SiteRecord(code="FAR", name="Far office"), by=OPERATOR, now=NOW)
        with pytest.raises(Conflict) as refused:
            restore_postgres(backup, replace=False)
        assert refused.value.details["reason"] == "database_not_empty"
        for _twice in range(2):
            restore_postgres(backup, replace=True)
        with db.engine.connect() as connection:
            aside = [
                one for one in sa.inspect(connection).get_schema_names() if one.startswith("gipt_before_")
            ]
            kept = {
                connection.scalar(sa.text(f"SELECT count(*) FROM {one}.site WHERE code = 'FAR'"))
                for one in aside
            }
        assert (len(aside), kept) == (2, {0, 1})
        again = tmp_path / "two.gipt-backup"
        backups.make_backup(again, by=OPERATOR, now=NOW)
    with another_database(tmp_path):
        restore_postgres(again, replace=False)
        with db.engine.connect() as connection:
            assert not [one for one in sa.inspect(connection).get_schema_names() if one.startswith("gipt_")]


@on_postgres
def test_what_is_not_as_the_backup_says_is_taken_out_again(backup: Path, tmp_path: Path) -> None:
    told = lie(backup, tmp_path)
    with another_database(tmp_path):
        with pytest.raises(BadFile):
            restore_postgres(told, replace=False)
        assert tables() == []
        restore_postgres(backup, replace=False)
        before = rows()
        db.session.remove()
        with pytest.raises(BadFile):
            restore_postgres(told, replace=True)
        assert rows() == before


@on_postgres
def test_nothing_is_put_in_while_somebody_is_connected(backup: Path, tmp_path: Path) -> None:
    with another_database(tmp_path):
        other = sa.create_engine(db.engine.url)
        with other.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            with pytest.raises(NotReady) as refused:
                restore_postgres(backup, replace=False)
        other.dispose()
        assert refused.value.details["missing"] == ["only_server"]
        assert tables() == []


def test_a_backup_of_a_newer_program_is_refused(
    app: Flask, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "create_app", lambda _settings: app)
    monkeypatch.setattr(cli, "load_settings", lambda: None)
    plain, told = tmp_path / "plain", tmp_path / "newer.gipt-backup"
    newer = dataclasses.replace(backups.open_backup(backup, plain), revision="9999")
    with plain.open("rb") as source, told.open("wb") as target:
        backups._seal_stream(source, target, newer)
    refused = restore(told, "--replace")
    assert refused.exit_code == 1
    assert "newer gipt" in refused.stderr

"""Migrations: what they make is what the models say, and a database full of rows keeps every row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from gipt import migrations
from gipt.actions.base import digest, verify_chain
from gipt.db import Sealed, UtcTime, db
from tests.cast import Cast, make_cast
from tests.conftest import POSTGRES, copied, opened
from tests.world import hold_meeting, make_running_group

FOLDER = str(migrations.FOLDER)


@pytest.fixture
def scripts() -> ScriptDirectory:
    return ScriptDirectory(FOLDER)


@pytest.fixture
def empty(tmp_path: Path, template: str) -> Iterator[Flask]:
    """Give an application on a database without any table."""
    with copied(template, tmp_path) as url, opened(tmp_path, url) as app:
        if POSTGRES:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            db.engine.dispose()
            for path in tmp_path.glob("gipt.sqlite*"):
                path.unlink()
        yield app


def rows() -> dict[str, str]:
    """Give the count and hash of the rows of every table."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        there = sorted(repr(tuple(row)) for row in db.session.execute(sa.text(f"SELECT * FROM {table.name}")))
        found[table.name] = f"{len(there)} {digest(there)}"
    db.session.rollback()
    return found


def test_the_revisions_are_one_line_to_the_head_that_the_program_expects(scripts: ScriptDirectory) -> None:
    assert scripts.get_heads() == [migrations.HEAD]
    assert len(scripts.get_bases()) == 1
    assert all(not one.is_merge_point for one in scripts.walk_revisions())


def test_a_database_without_tables_has_no_revision(empty: Flask) -> None:
    assert migrations.current_revision() is None


def test_from_nothing_to_the_newest(empty: Flask) -> None:
    migrations.upgrade()
    assert migrations.current_revision() == migrations.HEAD
    cast = make_cast()
    assert cast.programme_id


def same_type(context: Any, column: Any, model: Any, found: Any, wanted: Any) -> bool | None:
    """Compare our own types by what the database sees; None leaves it to Alembic, False means the same."""
    if isinstance(wanted, UtcTime):
        return not isinstance(found, sa.BigInteger)
    if isinstance(wanted, Sealed):
        return not isinstance(found, sa.LargeBinary)
    return None


def test_models_and_migrations_agree(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type})
        assert compare_metadata(context, db.metadata) == []


def test_checks_of_the_models_are_in_the_database(app: Flask) -> None:
    # Alembic does not compare checks.
    inspector = sa.inspect(db.engine)
    for table in db.metadata.sorted_tables:
        wanted = {str(one.name) for one in table.constraints if isinstance(one, sa.CheckConstraint)}
        assert {one["name"] for one in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_only_the_newest_rows_of_partial_indexes_are_looked_at(app: Flask) -> None:
    # Nor does it compare what a partial index leaves out.
    dialect = db.engine.dialect.name
    wanted = {
        str(index.name)
        for table in db.metadata.sorted_tables
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }
    if POSTGRES:
        statement = (
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
        )
    else:
        statement = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    assert set(db.session.scalars(sa.text(statement))) == wanted
    assert wanted


@pytest.fixture
def populated(app: Flask, cast: Cast) -> Flask:
    """Give a database with a running group, a held meeting and its audit chain."""
    world = make_running_group(cast, members=6)
    hold_meeting(cast, world, 1, ["present"] * 5 + ["absent_unknown"])
    return app


def test_migrating_a_full_database_keeps_every_row(populated: Flask, scripts: ScriptDirectory) -> None:
    """Go back to the first revision and up again, step by step: rebuilt parents must not take their children."""
    before = rows()
    assert sum(int(one.split()[0]) for one in before.values()) > 100
    steps = [one.revision for one in reversed(list(scripts.walk_revisions()))]
    downgrade(directory=FOLDER, revision=steps[0])
    for step in steps[1:]:
        upgrade(directory=FOLDER, revision=step)
        assert migrations.current_revision() == step
    assert rows() == before
    assert verify_chain() is None


def test_a_rebuilt_table_keeps_the_rows_that_refer_to_it(populated: Flask) -> None:
    """Rebuild the most referred-to tables the way a future migration will."""
    before = rows()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if not POSTGRES:
            driver.execute("PRAGMA foreign_keys=OFF")
        operations = Operations(MigrationContext.configure(connection))
        for table in ("member", "cycle", "staff", "site"):
            recreate = "never" if POSTGRES else "always"
            with operations.batch_alter_table(table, recreate=recreate) as batch:
                batch.add_column(sa.Column("added", sa.Text(), nullable=True))
            with operations.batch_alter_table(table, recreate=recreate) as batch:
                batch.drop_column("added")
        connection.commit()
        if not POSTGRES:
            assert driver.execute("PRAGMA foreign_key_check").fetchall() == []
            driver.execute("PRAGMA foreign_keys=ON")
    assert rows() == before


def test_references_are_checked_again_after_migrating(populated: Flask) -> None:
    downgrade(directory=FOLDER, revision="0001")
    migrations.upgrade()
    if not POSTGRES:
        for _ in range(3):
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text("DELETE FROM member"))
    db.session.rollback()


def test_migrating_twice_changes_nothing(populated: Flask) -> None:
    before = rows()
    migrations.upgrade()
    assert rows() == before

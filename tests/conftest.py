"""What every test may use: an application on a real, migrated database, and a fixed cast of invented people.

SQLite by default; PostgreSQL when `GIPT_TEST_DATABASE_URL` names a server on which databases may be made.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt import create_app, migrations
from gipt.config import Keys, Settings, database_url
from gipt.db import db
from tests.cast import Cast, make_cast

KEYS = Keys(
    session=bytes(range(32)),
    fields=bytes(range(1, 33)),
    index=bytes(range(2, 34)),
    backup=bytes(range(3, 35)),
)
POSTGRES = os.environ.get("GIPT_TEST_DATABASE_URL")


def settings_for(data: Path, url: str) -> Settings:
    """Give settings for tests: fixed keys, so that a database made once can be copied."""
    return Settings(data=data, database_url=url, keys=KEYS, testing=True)


def admin_engine() -> sa.Engine:
    """Give an engine on which databases can be made and dropped."""
    url = database_url({"GIPT_DATABASE_URL": POSTGRES or ""}, Path())
    return sa.create_engine(url, isolation_level="AUTOCOMMIT")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Migrate one database; every test gets a copy of it."""
    folder = tmp_path_factory.mktemp("template")
    if POSTGRES:
        name = f"gipt_template_{uuid.uuid4().hex[:8]}"
        admin = admin_engine()
        with admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        url = admin.url.set(database=name).render_as_string(hide_password=False)
    else:
        name = str(folder / "gipt.sqlite")
        url = f"sqlite:///{name}"
    app = create_app(settings_for(folder, url))
    with app.app_context():
        migrations.upgrade()
        if not POSTGRES:
            raw = db.engine.raw_connection()
            raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            raw.close()
        db.session.remove()
        db.engine.dispose()
    yield name
    if POSTGRES:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()


@contextmanager
def copied(template: str, folder: Path) -> Iterator[str]:
    """Give the URL of a copy of the migrated database, gone afterwards."""
    if not POSTGRES:
        path = folder / "gipt.sqlite"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"gipt_test_{uuid.uuid4().hex[:12]}"
    admin = admin_engine()
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin.dispose()


@contextmanager
def opened(data: Path, url: str) -> Iterator[Flask]:
    """Give an application on a database, inside its context; its connections are closed afterwards."""
    app = create_app(settings_for(data, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def fresh_database(template: str, folder: Path) -> Iterator[str]:
    """Copy the migrated template into a database of its own; gives its URL."""
    if not POSTGRES:
        path = folder / "gipt.sqlite"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"gipt_test_{uuid.uuid4().hex[:12]}"
    admin = admin_engine()
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def database(template: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh migrated database."""
    with fresh_database(template, tmp_path) as url:
        yield url


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give an application on an empty database, inside its context."""
    with opened(tmp_path, database) as app:
        yield app


@pytest.fixture(scope="module")
def shared_app(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Give one application for a whole module: for tests that put back what they change."""
    folder = tmp_path_factory.mktemp("shared")
    with copied(template, folder) as url, opened(folder, url) as app:
        yield app


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Give a programme with two sites and one invented person for every role at each."""
    return make_cast()

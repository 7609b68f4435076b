"""Alembic migrations: each one transaction, with a verified backup before it (decision 27)."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import inspect

from gipt.db import db
from gipt.migrations.queue import upgrade_queue

FOLDER = Path(__file__).parent
HEAD = "0016"
"""The newest revision; a test compares it with the scripts."""


def init_app(app: Flask) -> None:
    """Attach the migrations to the application."""
    Migrate(app, db, directory=str(FOLDER), render_as_batch=True, compare_type=True)


def current_revision() -> str | None:
    """Give the revision of the database, or None when it holds no tables of ours."""
    from alembic.runtime.migration import MigrationContext

    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return MigrationContext.configure(connection).get_current_revision()


def upgrade() -> None:
    """Bring the database to the newest revision."""
    from flask_migrate import upgrade as run

    run(directory=str(FOLDER))
    upgrade_queue()

"""The tables of the queue engine (Procrastinate) on PostgreSQL: its own SQL, in a schema of its own, kept up to date.

The engine ships one file for a new database and numbered files for an older one; the name of the newest that was
applied stands as the comment of the schema.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gipt.db import db

SCHEMA = "gipt_queue"
"""Apart from our tables, so that neither's migrations see the other's."""


def upgrade_queue() -> bool:
    """Bring the engine's tables to what the installed engine needs; False where there is no engine."""
    if db.engine.dialect.name != "postgresql" or find_spec("procrastinate") is None:
        return False
    from procrastinate.schema import SchemaManager

    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    with db.engine.begin() as connection:
        # The driver's own cursor: the files hold many statements and percent signs.
        cursor: Any = connection.connection.cursor()
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gipt queue'))")
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        cursor.execute(f"SET LOCAL search_path TO {SCHEMA}, public")
        cursor.execute(f"SELECT obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace')")
        applied = cursor.fetchone()[0]
        if applied is None:
            cursor.execute(SchemaManager.get_schema())
        else:
            for file in files:
                if file.stem > applied:
                    cursor.execute(file.read_text("utf-8"))
        cursor.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{files[-1].stem}'")
    return True

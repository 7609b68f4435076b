"""Run the migrations inside one transaction; foreign keys are off while tables are rebuilt and checked after."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import text

from gipt import models
from gipt.db import Sealed, UtcTime, db

assert models.__all__  # the tables must be known before they are compared


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types by what the database sees, so that old migrations never import today's code."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    """Migrate the database of the running application."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        if sqlite:
            # Straight on the driver: inside SQLAlchemy's transaction this setting is silently ignored, and a
            # rebuilt parent table would take its child rows with it.
            driver.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            transaction_per_migration=False,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
                if broken:
                    raise RuntimeError(f"the migration would break {len(broken)} references")
        connection.commit()
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


if not context.is_offline_mode():
    current_app.logger.debug("migrating")
    run()

"""Putting a backup in the place of a database, checked before and after; what stood there is kept.

SQLite: the old file stays beside the new one. PostgreSQL: the old schema stays beside the new one, under the name
`gipt_before_…`, until the operator drops it. Nothing is changed when anything fails.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gipt.actions.backups import BEFORE, Manifest, open_backup, run_postgres, verify_backup
from gipt.actions.base import verify_chain
from gipt.db import db
from gipt.domain.problems import BadFile, Conflict, NotReady
from gipt.migrations import HEAD


def checked_backup(path: Path, kind: str) -> Manifest:
    """Give the manifest of a whole backup that this program can use.

    Raises BadFile: `backup_damaged`, `backup_other_database` (made from the other kind of database), `backup_newer`
    (made by a later version of the program).
    """
    manifest = verify_backup(path)
    if manifest.kind != kind:
        raise BadFile(reason="backup_other_database")
    if (manifest.revision or "") > HEAD:
        raise BadFile(reason="backup_newer")
    return manifest


def restore_sqlite(path: Path, target: Path, *, replace: bool) -> Manifest:
    """Put a verified backup in the place of a SQLite database; the old file is kept beside it.

    Raises Conflict (`database_exists`) unless `replace`, BadFile when the backup cannot be used.
    """
    manifest = checked_backup(path, "sqlite")
    if target.exists() and not replace:
        raise Conflict(reason="database_exists")
    fresh = target.with_suffix(".restoring")
    open_backup(path, fresh)
    if target.exists():
        os.replace(target, target.with_suffix(f".before-{_stamp(manifest)}"))
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)
    os.replace(fresh, target)
    return manifest


def restore_postgres(path: Path, *, replace: bool) -> Manifest:
    """Put a verified backup into the PostgreSQL database of the running application, and check it there.

    Raises Conflict (`database_not_empty`) unless `replace`, NotReady (`only_server` while anybody else is connected,
    `pg_restore` without the program, `restore_failed`) and BadFile when the backup cannot be used or what came in is
    not what the backup says.
    """
    manifest = checked_backup(path, "postgresql")
    program = shutil.which("pg_restore")
    if program is None:
        raise NotReady(missing=["pg_restore"])
    db.session.remove()
    db.engine.dispose()
    schema, empty = _place()
    if not empty and not replace:
        raise Conflict(reason="database_not_empty")
    with tempfile.TemporaryDirectory() as folder, _aside(schema, _stamp(manifest), empty=empty):
        plain = Path(folder) / "plain"
        open_backup(path, plain)
        asked = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        if not run_postgres(program, [*asked, f"--schema={schema}"], [str(plain)]):
            raise NotReady(missing=["restore_failed"])
        _check_restored(manifest)
    return manifest


def _stamp(manifest: Manifest) -> str:
    return datetime.fromisoformat(manifest.made_at).strftime("%Y%m%d%H%M%S")


def _place() -> tuple[str, bool]:
    """Give the schema in which the tables stand and whether it holds none; nobody else may be connected."""
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with db.engine.connect() as connection:
        if connection.scalar(others):
            raise NotReady(missing=["only_server"])
        schema = str(connection.scalar(sa.text("SELECT current_schema()")) or "public")
        return schema, not sa.inspect(connection).get_table_names(schema)


@contextmanager
def _aside(schema: str, stamp: str, *, empty: bool) -> Iterator[None]:
    """Put the present schema aside while the block fills a fresh one; on a fault it stands in its place again."""
    quoted = db.engine.dialect.identifier_preparer.quote
    here, old = quoted(schema), quoted(_free_name(f"{BEFORE}{stamp}"))
    fresh = [] if empty else [f"ALTER SCHEMA {here} RENAME TO {old}", f"CREATE SCHEMA {here}"]
    back = [] if empty else [f"DROP SCHEMA {here} CASCADE", f"ALTER SCHEMA {old} RENAME TO {here}"]
    known = _functions(schema)
    _execute(fresh)
    try:
        yield
    except BaseException:
        db.session.remove()
        db.engine.dispose()
        _execute(back or _drop_all(schema, known))
        raise


def _free_name(name: str) -> str:
    """Give the name, or one with a number where an earlier restore of the same backup has taken it."""
    with db.engine.connect() as connection:
        taken = set(sa.inspect(connection).get_schema_names())
    names = (name, *(f"{name}_{number}" for number in range(2, 100)))
    return next(one for one in names if one not in taken)


def _functions(schema: str) -> set[str]:
    """Give the functions of a schema, each with its arguments, as they are written in statements."""
    found = sa.text("SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace(:name)")
    with db.engine.connect() as connection:
        return set(connection.scalars(found, {"name": schema}))


def _drop_all(schema: str, known: set[str]) -> list[str]:
    """Give the statements that take out of a schema what came in; it held no tables and `known` functions."""
    quoted = db.engine.dialect.identifier_preparer.quote
    with db.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names(schema)
    dropped = [f"DROP TABLE {quoted(schema)}.{quoted(name)} CASCADE" for name in tables]
    return [*dropped, *(f"DROP FUNCTION {name} CASCADE" for name in sorted(_functions(schema) - known))]


def _execute(statements: list[str]) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _check_restored(manifest: Manifest) -> None:
    """Compare what stands in the database now with what the backup says of itself."""
    count = sa.select(sa.func.count())
    rows = {name: db.session.scalar(count.select_from(sa.table(name))) for name in manifest.rows}
    head = db.session.scalar(sa.text("SELECT hash FROM audit_event ORDER BY n DESC LIMIT 1"))
    revision = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    sound = (rows, head, revision) == (manifest.rows, manifest.audit_head, manifest.revision)
    if not sound or verify_chain() is not None:
        raise BadFile(reason="backup_damaged")
    db.session.remove()

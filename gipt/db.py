"""The database: engine profile, column types, constraint names and the transaction boundary.

SQLite runs as decision 25 says: WAL with synchronous=FULL, foreign keys on, writers begin IMMEDIATE under one lock
that every process of this machine shares, checkpoints only under that lock. PostgreSQL needs none of this.
Only `gipt.actions.base` opens a write transaction; everything else reads.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import BigInteger, LargeBinary, TypeDecorator

from gipt.config import Settings
from gipt.domain.problems import NotReady
from gipt.locks import try_lock, unlock
from gipt.secrecy import current_keys, seal, unseal

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PROFILES = {
    # journal mode, synchronous (2 = FULL). WAL with FULL loses no acknowledged commit in a power cut.
    "wal": ("wal", 2),
    "truncate": ("truncate", 2),
}
BUSY_MILLISECONDS = 10_000
CHECKPOINT_EVERY = 200
"""Write transactions between two checkpoints."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> str:
    """Give a random id: 32 hexadecimal characters."""
    return os.urandom(16).hex()


class UtcTime(TypeDecorator[datetime]):
    """Store an aware time as whole milliseconds since 1970 UTC, the same on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Turn an aware time into milliseconds; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        return (value - EPOCH) // timedelta(milliseconds=1)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """Turn milliseconds into an aware UTC time."""
        return None if value is None else EPOCH + timedelta(milliseconds=value)


class Sealed(TypeDecorator[str]):
    """Store a text encrypted for the column `where` ("table.column")."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__()

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        """Encrypt with the field key of the running application."""
        return None if value is None else seal(value, self.where, current_keys().fields)

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        """Decrypt; raises CannotUnseal when the key does not fit."""
        return None if value is None else unseal(bytes(value), self.where, current_keys().fields)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        """Decrypt what the driver gives, which is bytes on both databases, without a step between."""
        where = self.where

        def process(value: bytes | None) -> str | None:
            return None if value is None else unseal(bytes(value), where, current_keys().fields)

        return process


class Base(DeclarativeBase):
    """Carry the names of constraints and the types of annotations for every table."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcTime, str: sa.Text},
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def sealed(where: str) -> Any:
    """Declare an encrypted text column, named "table.column"; nullable."""
    return mapped_column(Sealed(where), nullable=True)


def id_column() -> Any:
    """Declare a primary key of 32 hexadecimal characters."""
    return mapped_column(sa.Text, primary_key=True, default=new_id)


def reference(target: str, *, nullable: bool = False, index: bool = True, primary_key: bool = False) -> Any:
    """Declare a foreign key to "table.column" that forbids deleting what is referred to."""
    return mapped_column(
        sa.Text,
        sa.ForeignKey(target, ondelete="RESTRICT"),
        nullable=nullable,
        index=index,
        primary_key=primary_key,
    )


def choice(column: str, codes: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    """Constrain `column` to the codes of an enumeration (NULL passes where the column allows it)."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def between(column: str, low: int, high: int) -> sa.CheckConstraint:
    """Constrain a number to `low`..`high`, both included."""
    return sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_range")


def not_blank(column: str) -> sa.CheckConstraint:
    """Constrain a text to have at least one character that is not a space."""
    return sa.CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_not_blank")


# --- the SQLite profile -------------------------------------------------------------------------------------------

_writing: ContextVar[bool] = ContextVar("gipt_writing", default=False)


class WriteLock:
    """Serialise write transactions: threads by a lock, processes of this machine by a locked file.

    The file is not the database: closing any descriptor of that one would drop SQLite's own locks.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.commits = 0
        self._thread = threading.Lock()
        self._descriptor: int | None = None

    def acquire(self, seconds: float = BUSY_MILLISECONDS / 1000) -> None:
        """Take both locks; raise TimeoutError after `seconds`."""
        deadline = time.monotonic() + seconds
        if not self._thread.acquire(timeout=seconds):
            raise TimeoutError("another write takes too long")
        try:
            self._lock_file(deadline)
        except BaseException:
            self._thread.release()
            raise

    def _lock_file(self, deadline: float) -> None:
        if self.path is None:
            return
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        while not try_lock(self._descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError("another program writes too long")
            time.sleep(0.002)

    def release(self) -> None:
        """Give both locks back."""
        if self._descriptor is not None:
            unlock(self._descriptor)
        self._thread.release()


def write_lock() -> WriteLock:
    """Give the write lock of the running application."""
    lock: WriteLock = current_app.extensions["gipt.write_lock"]
    return lock


def reading_connection() -> Connection | None:
    """Give the connection on which the running request only reads; None where the session is to be asked.

    A page asks a few prepared questions and stores nothing; a session for them costs as much as two of the questions.
    Once the session works (rows as objects, a write), and outside requests, its own transaction is the one to be in.
    """
    if _writing.get() or not has_request_context():
        return None
    if db.session.registry.has() and db.session.registry().in_transaction():
        return None
    held: Connection | None = g.get("gipt_reading")
    if held is None or held.closed:
        held = g.gipt_reading = db.engine.connect()
    return held


def end_reading(_error: object = None) -> None:
    """Give back the connection on which the request was reading, if there is one."""
    held: Connection | None = g.pop("gipt_reading", None)
    if held is not None:
        held.close()


@contextmanager
def write_transaction() -> Iterator[None]:
    """Run the block in one write transaction and commit it; roll back and re-raise on any fault.

    A transaction that only read is ended first: SQLite cannot turn it into a writing one without risking the
    answer "database is locked", and on both databases a writer must see the newest rows.
    """
    lock = write_lock() if db.engine.dialect.name == "sqlite" else None
    end_reading()
    db.session.rollback()
    if lock is not None:
        lock.acquire()
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
        if lock is not None:
            lock.commits += 1
            if lock.commits % CHECKPOINT_EVERY == 0:
                checkpoint()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)
        if lock is not None:
            lock.release()


def checkpoint() -> None:
    """Move the write-ahead log into the database file; called only while the write lock is held.

    SQLite before 3.51.3 can lose commits when a checkpoint meets another writer's commit (reliability.md 0.1).
    """
    raw = db.engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        raw.close()


def _set_up_sqlite(connection: sqlite3.Connection, profile: str) -> None:
    journal, synchronous = PROFILES[profile]
    connection.isolation_level = None
    for statement in (
        f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
        f"PRAGMA journal_mode={journal}",
        f"PRAGMA synchronous={synchronous}",
        "PRAGMA foreign_keys=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA secure_delete=ON",
        "PRAGMA wal_autocheckpoint=0",
    ):
        connection.execute(statement).fetchall()


def read_profile(connection: sqlite3.Connection) -> dict[str, Any]:
    """Read back the settings that durability rests on."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "wal_autocheckpoint")
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def check_profile(found: dict[str, Any], profile: str) -> None:
    """Raise NotReady naming every setting that did not take."""
    journal, synchronous = PROFILES[profile]
    wanted = {
        "journal_mode": journal,
        "synchronous": synchronous,
        "foreign_keys": 1,
        "busy_timeout": BUSY_MILLISECONDS,
        "wal_autocheckpoint": 0,
    }
    wrong = sorted(name for name, value in wanted.items() if found.get(name) != value)
    if wrong:
        raise NotReady(missing=["database_profile"], settings=wrong)


def make_private(path: Path) -> None:
    """Make an empty file that only the operator may read, unless it is there; SQLite's own would be for everybody."""
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _listen_sqlite(engine: Engine, profile: str, path: Path | None) -> None:
    @event.listens_for(engine, "do_connect")
    def before_connect(*_: Any) -> None:
        if path is not None:
            make_private(path)

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: Any) -> None:
        _set_up_sqlite(connection, profile)
        check_profile(read_profile(connection), profile)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # Straight to the driver: this runs for every request, and there is no result to be read.
        connection.connection.driver_connection.execute(  # type: ignore[union-attr]
            "BEGIN IMMEDIATE" if _writing.get() else "BEGIN"
        )


NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.rclone", "afs"}
)


def file_system_of(path: Path, mounts: str | None = None) -> str:
    """Give the type of the file system that holds `path` (Linux; empty elsewhere)."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text("utf-8")
        except OSError:
            return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, found, *_ = line.split(" ")
        inside = point == "/" or str(path) == point or str(path).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind


def _sqlite_path(settings: Settings) -> Path | None:
    name = sa.engine.make_url(settings.database_url).database
    return None if not name or name == ":memory:" else Path(name)


def wal_size(settings: Settings) -> int:
    """Give the bytes of SQLite's write-ahead log; it stays large only while a long read holds it."""
    path = _sqlite_path(settings)
    log = path.with_name(path.name + "-wal") if path is not None else None
    return log.stat().st_size if log is not None and log.exists() else 0


def _refuse_network_folder(path: Path) -> None:
    # SQLite's locks do not hold on shared folders, and a folder that another program synchronises is copied
    # in the middle of a write.
    if file_system_of(path.parent) in NETWORK_FILE_SYSTEMS:
        raise NotReady(missing=["local_folder"])
    if {"OneDrive", "Dropbox", "Google Drive"} & set(path.parts):
        raise NotReady(missing=["local_folder"])


def init_app(app: Flask, settings: Settings) -> None:
    """Connect the application to its database with the profile of decision 25."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 12, "max_overflow": 4}
    path = None
    if settings.is_sqlite:
        if settings.sqlite_profile not in PROFILES:
            raise NotReady(missing=["database_profile"], settings=["GIPT_SQLITE_PROFILE"])
        path = _sqlite_path(settings)
        if path is not None:
            _refuse_network_folder(path)
            path.parent.mkdir(parents=True, exist_ok=True)
    app.extensions["gipt.write_lock"] = WriteLock(path.with_suffix(".write-lock") if path else None)
    db.init_app(app)
    app.teardown_request(end_reading)
    if settings.is_sqlite:
        with app.app_context():
            _listen_sqlite(db.engine, settings.sqlite_profile, path)


class ServerLock:
    """Hold the mark that one server runs on this data directory; a second one is refused."""

    def __init__(self, data: Path) -> None:
        self.descriptor = os.open(data / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if not try_lock(self.descriptor):
            os.close(self.descriptor)
            raise NotReady(missing=["only_server"])

    def release(self) -> None:
        """Let another server start."""
        os.close(self.descriptor)


__all__ = [
    "Base",
    "Mapped",
    "Model",
    "Sealed",
    "ServerLock",
    "UtcTime",
    "between",
    "check_profile",
    "checkpoint",
    "choice",
    "db",
    "end_reading",
    "id_column",
    "init_app",
    "mapped_column",
    "new_id",
    "not_blank",
    "read_profile",
    "reading_connection",
    "reference",
    "sealed",
    "write_transaction",
]

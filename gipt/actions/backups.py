"""Backups: a consistent copy, encrypted, and counted only after it was opened again and checked.

SQLite is copied online by its own backup interface; PostgreSQL by `pg_dump`. The file is a line of JSON (the
manifest, no personal data) and then sealed blocks: each is bound to its position and to whether it is the last, so
that a shortened, swapped or changed file is refused.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gipt.actions.base import action, audit, verify_chain
from gipt.db import db, make_private
from gipt.domain.access import Actor
from gipt.domain.problems import BadFile, Conflict, NotReady
from gipt.migrations import current_revision
from gipt.models import AuditEvent
from gipt.secrecy import current_keys

MAGIC = "gipt-backup/1"
BLOCK = 1024 * 1024
NONCE = 12
TAG = 16
BEFORE = "gipt_before_"
"""How the name of a PostgreSQL schema begins that a restored backup replaced; no later backup holds it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: kind of database, revision of the tables, rows by table, head of the audit chain."""

    format: str
    kind: str
    revision: str | None
    made_at: str
    rows: dict[str, int]
    audit_head: str | None
    sha256: str
    plain_bytes: int


@action("note_backup")
def note_backup(*, name: str, rows: int, by: Actor, now: datetime) -> None:
    """Note in the audit chain that a verified backup was made."""
    audit("make_backup", by=by, now=now, entity="backup", entity_id=name, rows=rows)


def make_backup(path: Path, *, by: Actor, now: datetime) -> Manifest:
    """Write a verified, encrypted backup to `path`; raises Conflict when the file is there already.

    The finished file appears under its name only after it was opened again and its contents were compared.
    """
    if path.exists():
        raise Conflict(reason="file_exists", name=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        plain = Path(folder) / "plain"
        sqlite = db.engine.dialect.name == "sqlite"
        rows, head = _copy_sqlite(plain) if sqlite else _dump_postgres(plain)
        manifest = Manifest(
            format=MAGIC,
            kind="sqlite" if sqlite else "postgresql",
            revision=current_revision(),
            made_at=now.isoformat(),
            rows=rows,
            audit_head=head,
            sha256=_hash(plain),
            plain_bytes=plain.stat().st_size,
        )
        sealed = Path(folder) / "sealed"
        with sealed.open("wb") as target, plain.open("rb") as source:
            _seal_stream(source, target, manifest)
            target.flush()
            os.fsync(target.fileno())
        plain.unlink()
        verify_backup(sealed)
        os.replace(sealed, path)
    note_backup(name=manifest.sha256[:12], rows=sum(rows.values()), by=by, now=now)
    return manifest


def _copy_sqlite(plain: Path) -> tuple[dict[str, int], str | None]:
    raw = db.engine.raw_connection()
    try:
        source: Any = raw.driver_connection
        with closing(sqlite3.connect(plain)) as target:
            source.backup(target)
            return _read_copy(target)
    finally:
        raw.close()


def _read_copy(copy: sqlite3.Connection) -> tuple[dict[str, int], str | None]:
    rows = {
        name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own table names
        for name in sorted(db.metadata.tables)
    }
    head = copy.execute("SELECT hash FROM audit_event ORDER BY n DESC LIMIT 1").fetchone()
    return rows, head[0] if head else None


def _dump_postgres(plain: Path) -> tuple[dict[str, int], str | None]:
    """Dump what one moment saw; rows are counted in the same moment, while others go on writing."""
    program = shutil.which("pg_dump")
    if program is None:
        raise NotReady(missing=["pg_dump"])
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as seen:
        moment = seen.scalar(sa.text("SELECT pg_export_snapshot()"))
        asked = ["--format=custom", f"--file={plain}", f"--snapshot={moment}", f"--exclude-schema={BEFORE}*"]
        if not run_postgres(program, asked):
            raise NotReady(missing=["pg_dump"])
        count = sa.select(sa.func.count())
        tables = sorted(db.metadata.tables)
        rows = {name: int(seen.scalar(count.select_from(db.metadata.tables[name])) or 0) for name in tables}
        head = seen.scalar(sa.select(AuditEvent.hash).order_by(AuditEvent.n.desc()).limit(1))
    return rows, head


def run_postgres(program: str, asked: list[str], rest: Sequence[str] = ()) -> bool:
    """Run a program of PostgreSQL on the application's database; says whether it went well.

    The password goes by the environment: a list of processes shows what stands on the command line.
    """
    url = db.engine.url.set(drivername="postgresql")
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    address = url._replace(password=None).render_as_string()
    line = [program, *asked, f"--dbname={address}", *rest]
    result = subprocess.run(line, capture_output=True, check=False, env=environment)  # noqa: S603 - ours
    return result.returncode == 0


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _seal_stream(source: BinaryIO, target: BinaryIO, manifest: Manifest) -> None:
    header = json.dumps(asdict(manifest), sort_keys=True).encode() + b"\n"
    target.write(header)
    cipher, bound = AESGCM(current_keys().backup), hashlib.sha256(header).digest()
    position, block = 0, source.read(BLOCK)
    while True:
        following = source.read(BLOCK)
        nonce = os.urandom(NONCE)
        mark = bound + position.to_bytes(8, "big") + (b"\x00" if following else b"\x01")
        target.write(nonce + cipher.encrypt(nonce, block, mark))
        if not following:
            return
        position, block = position + 1, following


def _unseal_stream(source: BinaryIO, header: bytes) -> Iterator[bytes]:
    cipher, bound = AESGCM(current_keys().backup), hashlib.sha256(header).digest()
    position, sealed = 0, source.read(NONCE + BLOCK + TAG)
    while True:
        following = source.read(NONCE + BLOCK + TAG)
        mark = bound + position.to_bytes(8, "big") + (b"\x00" if following else b"\x01")
        try:
            yield cipher.decrypt(sealed[:NONCE], sealed[NONCE:], mark)
        except (InvalidTag, ValueError) as error:
            raise BadFile(reason="backup_damaged") from error
        if not following:
            return
        position, sealed = position + 1, following


def read_manifest(path: Path) -> tuple[Manifest, bytes]:
    """Read the first line of a backup; raise BadFile when the file is none of ours."""
    try:
        with path.open("rb") as stream:
            header = stream.readline(1_000_000)
        fields = json.loads(header)
        manifest = Manifest(**fields)
    except (OSError, ValueError, TypeError) as error:
        raise BadFile(reason="not_a_backup") from error
    if manifest.format != MAGIC:
        raise BadFile(reason="not_a_backup")
    return manifest, header


def open_backup(path: Path, plain: Path) -> Manifest:
    """Decrypt a backup into `plain`; raise BadFile when a byte is wrong or the key does not fit."""
    manifest, header = read_manifest(path)
    digest = hashlib.sha256()
    make_private(plain)
    with path.open("rb") as source, plain.open("wb") as target:
        source.seek(len(header))
        for block in _unseal_stream(source, header):
            digest.update(block)
            target.write(block)
    if digest.hexdigest() != manifest.sha256:
        raise BadFile(reason="backup_damaged")
    return manifest


def verify_backup(path: Path) -> Manifest:
    """Open a backup into a scratch file and check it: bytes, integrity, references, row counts."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        manifest = open_backup(path, plain)
        if manifest.kind == "sqlite":
            _check_copy(plain, manifest)
        elif shutil.which("pg_restore"):
            listed = subprocess.run(  # noqa: S603
                [str(shutil.which("pg_restore")), "--list", str(plain)], capture_output=True, check=False
            )
            if listed.returncode:
                raise BadFile(reason="backup_damaged")
        return manifest


def _check_copy(plain: Path, manifest: Manifest) -> None:
    with closing(sqlite3.connect(plain)) as copy:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        whole = not copy.execute("PRAGMA foreign_key_check").fetchall()
        rows, head = _read_copy(copy)
    if not (sound and whole and rows == manifest.rows and head == manifest.audit_head):
        raise BadFile(reason="backup_damaged")


def chain_is_whole() -> bool:
    """Say whether the audit chain of the running database fits together."""
    return verify_chain() is None

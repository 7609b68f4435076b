"""What every action rests on: one transaction, one audit event, one effect per operation id.

An action is a function decorated with `@action("verb_noun")`, called with keywords only. It takes `by` (an Actor)
and `now` (an aware time) and may take `op` (the id that the form carried). Called inside another action it joins
that one's transaction; only the outermost commits. Its result must be JSON: ids, numbers, lists, dicts.
"""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from gipt.db import EPOCH, db, write_transaction
from gipt.domain.access import Actor, Permission, allows, allows_at
from gipt.domain.problems import Conflict, NotAllowed, NotFound, OperationReused
from gipt.models import AuditEvent, Operation
from gipt.queries.prepared import Stored, connection, fetch, prepared

P = ParamSpec("P")
R = TypeVar("R")

GENESIS = "0" * 64
PLAIN = frozenset({str, int, bool, float})
"""What is plain JSON already; most values are."""
RETRIED = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for "serialisation failure" and "deadlock": safe to run the whole unit of work again."""
UNIQUE = "23505"
TRIES = 5
CHAIN_LOCK = 0x67697074
"""Advisory lock that serialises the audit chain on PostgreSQL ("gipt" in ASCII)."""

STORE_EVENT = Stored(sa.insert(AuditEvent.__table__))  # type: ignore[arg-type]
# Without what the action gives back: that is stored when it is known.
STORE_OPERATION = {
    # An operation that is known already stores nothing, and the count of rows says so.
    name: Stored(kind(Operation).on_conflict_do_nothing().execution_options(preserve_rowcount=True))
    for name, kind in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
STORE_RESULT = Stored(
    sa.update(Operation.__table__)  # type: ignore[arg-type]
    .where(Operation.id == sa.bindparam("known"))
    .values(result=sa.bindparam("result"))
)

_depth: ContextVar[int] = ContextVar("gipt_action_depth", default=0)
_gathered: ContextVar["Counter[str] | None"] = ContextVar("gipt_gathered_events", default=None)


def canonical(value: Any) -> Any:
    """Turn a value into plain JSON that is the same for the same content, whatever the order of sets."""
    if value is None or type(value) in PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: canonical(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(canonical(key)): canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((canonical(item) for item in value), key=repr)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value


def digest(value: Any) -> str:
    """Give the SHA-256 of the canonical JSON of `value`."""
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: outermost it opens, repeats if the database asks, and commits."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{name} takes keywords only")
            if _depth.get():
                return function(**kwargs)  # type: ignore[call-arg]
            return _outermost(name, function, kwargs)

        return call

    return decorate


def _outermost(name: str, function: Callable[..., R], kwargs: dict[str, Any]) -> R:
    for attempt in range(1, TRIES + 1):
        token = _depth.set(1)
        try:
            with write_transaction():
                return _once(name, function, kwargs)
        except IntegrityError as error:
            # PostgreSQL: another write stored the same key meanwhile. Run again: now it is seen, so that a double
            # submit gets the stored result and a name that is taken gets its own sentence.
            if getattr(error.orig, "sqlstate", None) == UNIQUE and attempt < TRIES:
                continue
            raise Conflict(reason="database_rule", rule=constraint_name(error)) from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in RETRIED or attempt == TRIES:
                raise
        finally:
            _depth.reset(token)
    raise AssertionError("unreachable")


def _once(name: str, function: Callable[..., R], kwargs: dict[str, Any]) -> R:
    op: str | None = kwargs.get("op")
    if not op:
        return function(**kwargs)
    by: Actor = kwargs["by"]
    content = digest(
        {**{key: value for key, value in kwargs.items() if key not in ("now", "op", "by")}, "by": by.staff_id}
    )
    # Written before the work, so that two submits at once meet at the primary key, not at the end; and without
    # asking first, since nearly every operation is new.
    row = {"id": op, "action": name, "content_hash": content, "at": kwargs["now"]}
    if STORE_OPERATION[connection().dialect.name].row(row).rowcount == 0:
        known = fetch(_operation(op)).one()
        if known.action != name or known.content_hash != content:
            raise OperationReused(action=name)
        return known.result  # type: ignore[no-any-return]
    result = function(**kwargs)
    if result is not None:
        STORE_RESULT.row({"known": op, "result": canonical(result)})
    return result


@prepared
def _operation(op: str) -> sa.Executable:
    return sa.select(Operation.action, Operation.content_hash, Operation.result).where(Operation.id == op)


@prepared
def _newest_event() -> sa.Executable:
    return sa.select(AuditEvent.n, AuditEvent.hash).order_by(AuditEvent.n.desc()).limit(1)


def constraint_name(error: IntegrityError) -> str:
    """Give the name of the violated constraint as far as the database tells it."""
    diagnosis = getattr(error.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return str(name) if name else str(error.orig).split(": ")[-1].split("\n")[0]


def audit(
    action_name: str,
    *,
    by: Actor,
    now: datetime,
    entity: str | None = None,
    entity_id: str | None = None,
    op: str | None = None,
    **details: Any,
) -> None:
    """Add one event to the audit chain; `details` hold ids, codes, counts and field names, never values of people."""
    db.session.flush()
    counted = _gathered.get()
    if counted is not None:
        counted[action_name] += 1
        return
    take_turns()
    last = fetch(_newest_event()).one_or_none()
    number, previous = (last.n + 1, last.hash) if last else (1, GENESIS)
    row: dict[str, Any] = {
        "n": number,
        "at": now,
        "actor_id": by.staff_id,
        "actor": by.label,
        "action": action_name,
        "entity": entity,
        "entity_id": entity_id,
        "operation_id": op,
        "details": canonical(details),
        "previous_hash": previous,
    }
    STORE_EVENT.row({**row, "hash": chain_hash(row)})


@contextmanager
def gathering() -> Iterator["Counter[str]"]:
    """Count the events of inner actions instead of storing each: for one act that is made of thousands.

    Whoever gathers adds one event of its own with these counts (an import and its undo do).
    """
    counted: Counter[str] = Counter()
    token = _gathered.set(counted)
    try:
        yield counted
    finally:
        _gathered.reset(token)


def take_turns() -> None:
    """Let one write at a time pass until its transaction ends; on SQLite there is never more than one."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})


def chain_hash(row: dict[str, Any]) -> str:
    """Give the hash of one audit event over its content and the hash before it."""
    # Whole milliseconds, as stored: a hash over more would never match what is read back.
    stamped = {**row, "at": (row["at"] - EPOCH) // timedelta(milliseconds=1)}
    return digest({name: value for name, value in stamped.items() if name != "hash"})


def verify_chain() -> int | None:
    """Walk the audit chain; give the number of the first event that does not fit, or None when all fit."""
    expected, previous = 1, GENESIS
    columns = AuditEvent.__table__.columns
    for row in db.session.execute(sa.select(*columns).order_by(AuditEvent.n)).mappings():
        if row["n"] != expected or row["previous_hash"] != previous or chain_hash(dict(row)) != row["hash"]:
            return int(row["n"])
        expected, previous = expected + 1, row["hash"]
    return None


def require(by: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor holds the permission somewhere."""
    if not allows(by, permission):
        raise NotAllowed(permission=permission.value)


def require_at(by: Actor, permission: Permission, site_id: str | None) -> None:
    """Raise NotFound unless the actor holds the permission at the site: a foreign place does not exist."""
    require(by, permission)
    if not allows_at(by, permission, site_id):
        raise NotFound(kind="site")


__all__ = [
    "action",
    "audit",
    "canonical",
    "digest",
    "gathering",
    "require",
    "require_at",
    "take_turns",
    "verify_chain",
]

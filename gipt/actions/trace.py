"""What one act created and changed: rows of named tables before and after, so that the act can be taken back.

Tables are read as they are, whatever way they were written. Only rows of the given scopes are looked at, in
portions, so memory stays bounded.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import digest
from gipt.db import db, new_id
from gipt.models import ImportChange

Rows = dict[tuple[str, str], dict[str, Any]]
"""Columns by (table, key); the key of a row with several key columns is joined by "|"."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Say which rows of a table an act can touch; `where` takes the ids that the act is about."""

    table: sa.Table
    where: Callable[[Sequence[str]], sa.ColumnElement[bool]]


def key_of(table: sa.Table, row: Mapping[str, Any]) -> str:
    """Give the key of a row as one text."""
    return "|".join(str(row[column.name]) for column in table.primary_key.columns)


def key_is(table: sa.Table, key: str) -> sa.ColumnElement[bool]:
    """Limit a table to the row of a key."""
    parts = zip(table.primary_key.columns, key.split("|"), strict=True)
    return sa.and_(*(column == part for column, part in parts))


def read(scopes: Iterable[Scope], ids: Sequence[str]) -> Rows:
    """Give the rows of the scopes for some ids."""
    found: Rows = {}
    for scope in scopes:
        for row in db.session.execute(sa.select(scope.table).where(scope.where(ids))).mappings():
            columns: dict[str, Any] = {str(name): value for name, value in row.items()}
            found[scope.table.name, key_of(scope.table, columns)] = columns
    return found


def row_digest(row: Mapping[str, Any]) -> str:
    """Give the digest of a row's content."""
    return digest({name: pack(value) for name, value in row.items()})


def pack(value: Any) -> Any:
    """Give the JSON form of a column's value; days and moments are tagged."""
    if isinstance(value, datetime):
        return {"m": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    return value


def unpack(packed: Any) -> Any:
    """Give back a column's value."""
    if isinstance(packed, dict) and len(packed) == 1:
        ((tag, text),) = packed.items()
        reader: dict[str, Callable[[str], Any]] = {
            "m": datetime.fromisoformat, "d": date.fromisoformat, "t": time.fromisoformat
        }  # fmt: skip
        return reader[tag](text) if tag in reader else packed
    return packed


def store(import_id: str, before: Rows, after: Rows, position: int) -> int:
    """Store what differs between two readings as changes of an import; gives the next position.

    A created row keeps the digest of its content, a changed one the old and new values of the columns that differ:
    so that taking it back never undoes what somebody did later.
    """
    made = []
    for (table, key), row in after.items():
        old = before.get((table, key))
        if old is None:
            said: dict[str, Any] = {"digest": row_digest(row)}
        elif old != row:
            names = [name for name in row if row[name] != old[name]]
            said = {
                "before": {name: pack(old[name]) for name in names},
                "after": {name: pack(row[name]) for name in names},
            }
        else:
            continue
        position += 1
        change = "created" if old is None else "updated"
        made.append(
            {
                "id": new_id(), "import_id": import_id, "position": position, "entity": table, "entity_id": key,
                "change": change, "before": json.dumps(said, ensure_ascii=False),
            }
        )  # fmt: skip
    if made:
        db.session.execute(sa.insert(ImportChange), made)
    return position

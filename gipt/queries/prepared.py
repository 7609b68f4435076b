"""Statements that are built once for each shape of question and asked with new values each time.

Putting a statement together costs SQLAlchemy several times what the database needs to answer it. So a function that
builds one is called with stand-ins for its values; the stand-ins in the statement become parameters, and from then on
only the values go to the database.

    @prepared
    def _meetings(by: Actor, first: date, last: date, *, done: bool) -> sa.Executable: ...

    rows = fetch(_meetings(actor, first, last, done=False))

Positional arguments are values: they may be compared in SQL and nothing else. A value that is looked at in Python, a
date that is counted on from, a text that is put together is refused when the statement is built: do that outside.
What changes the statement itself is passed by name. Roles, and whether somebody's role holds everywhere, are shape;
who asks and at which sites are values, so conditions of `gipt.queries.scope` can be used as they are.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec

import sqlalchemy as sa
from flask import g
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseList
from sqlalchemy.sql.operators import in_op

from gipt.db import db
from gipt.domain.access import Actor, Granted

P = ParamSpec("P")
Asked = tuple[sa.Executable, dict[str, Any]]
"""A statement and the values to ask it with."""

MARK = "\x00value "
"""What a stand-in for a text begins with; no text of people holds this character."""
NUMBER = " number"
ADVICE = "count and compare days outside the statement, and pass the date that comes out"


@dataclass(slots=True)
class Statement:
    """One built statement and, for each of its parameters, the names of the values that it is made of."""

    select: sa.Executable
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)

    def ask(self, values: dict[str, Any]) -> Asked:
        """Give the statement with the values of one question."""
        return self.select, {
            key: sorted({one for name in names for one in values[name]})
            if key in self.lists
            else values[names[0]]
            for key, names in self.parameters.items()
        }


def prepared(build: Callable[P, sa.Executable]) -> Callable[P, Asked]:
    """Make a function that builds a statement one that gives it from the shelf, with the values of this call."""
    shelf: dict[tuple[Any, ...], Statement] = {}
    lock = threading.Lock()

    @wraps(build)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Asked:
        shape, values = taken_apart(args)
        key = (shape, *sorted(kwargs.items()))
        known = shelf.get(key)
        if known is None:
            with lock:
                stand_ins = [stand_in(index, value) for index, value in enumerate(args)]
                known = shelf[key] = with_parameters(build(*stand_ins, **kwargs))
        return known.ask(values)

    return ask


def fetch(asked: Asked) -> "CursorResult[Any]":
    """Ask in the running transaction; rows come as the columns were selected, without objects of tables."""
    select, values = asked
    return connection().execute(select, values)


def connection() -> Connection:
    """Give the connection of the running transaction, with all that was added so far sent to the database.

    Finding it through the session costs a third of a small question, so it is remembered for the request or command.
    A session closes its connection at each end of a transaction; a closed one is never used again.
    """
    held: tuple[Session, Connection] | None = g.get("gipt_connection")
    if held is None or held[1].closed or not held[1].in_transaction():
        session = db.session()
        held = g.gipt_connection = (session, session.connection())
    held[0].flush()  # what an action has added must be seen, as `session.execute` would see to
    return held[1]


class _Untouched:
    """Refuse what would bake one value into a statement that is kept for others."""

    name: str

    def _refuse(self, *_other: object) -> Any:
        raise TypeError(ADVICE)

    __add__ = __radd__ = __sub__ = __rsub__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


class _Day(_Untouched, date):
    """Stand in for a date."""


class _Moment(_Untouched, datetime):
    """Stand in for a time."""


# --- values and their stand-ins -----------------------------------------------------------------------------------


def taken_apart(args: tuple[Any, ...]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Give the shape of the arguments and their values by name."""
    shape: list[Any] = []
    values: dict[str, Any] = {}
    for index, value in enumerate(args):
        if isinstance(value, Actor):
            shape.append(held := shape_of(value))
            values[f"{index} who"] = value.staff_id
            for role, everywhere in held[0]:
                if not everywhere:
                    values[f"{index} {role}"] = [
                        one.site_id for one in value.grants if one.role is role and one.site_id is not None
                    ]
        else:
            shape.append((type(value), value is None))
            values[str(index)] = value
    return tuple(shape), values


def shape_of(by: Actor) -> tuple[Any, ...]:
    """Give what of a person changes statements: roles, which of them hold everywhere, whether it is the operator."""
    everywhere = {one.role for one in by.grants if one.site_id is None}
    return tuple(sorted((role, role in everywhere) for role in by.roles)), by.staff_id is None, by.label


def stand_in(index: int, value: Any) -> Any:
    """Give what stands for a value while the statement is built."""
    if value is None:
        return None
    if isinstance(value, Actor):
        held, nobody, label = shape_of(value)
        grants = (Granted(role, None if everywhere else f"{MARK}{index} {role}") for role, everywhere in held)
        return Actor(None if nobody else f"{MARK}{index} who", frozenset(grants), label)
    if isinstance(value, (date, datetime)):
        moment = isinstance(value, datetime)
        found: _Untouched = _Moment(1, 1, 1, tzinfo=UTC) if moment else _Day(1, 1, 1)
        found.name = str(index)
        return found
    if isinstance(value, str):
        return f"{MARK}{index}"
    if isinstance(value, (tuple, list, frozenset, set)):
        return [f"{MARK}{index}"]
    if isinstance(value, int) and not isinstance(value, bool):
        return sa.bindparam(f"{index}{NUMBER}", type_=sa.Integer, required=True)
    raise TypeError(f"pass {type(value).__name__} by name: it is part of the statement's shape")


def named(value: Any) -> str | None:
    """Give the name of the value that a stand-in stands for; None when it is none; raise TypeError for a spoilt one."""
    if isinstance(value, _Untouched):
        return value.name
    if isinstance(value, str) and MARK in value:
        if not value.startswith(MARK):
            raise TypeError("put texts together outside the statement")
        return value.removeprefix(MARK)
    return None


def with_parameters(select: Any) -> Statement:
    """Turn the stand-ins of a freshly built statement into parameters."""
    found = Statement(select)

    def spread(comparison: sa.BinaryExpression[Any]) -> None:
        """Turn `x IN (constants)` into one parameter each: SQLAlchemy would write a list's text anew each time."""
        bind = comparison.right
        if not isinstance(bind, sa.BindParameter) or not bind.expanding or not isinstance(bind.value, list):
            return
        if bind.value and not any(named(one) for one in bind.value):
            each = (sa.bindparam(None, one, type_=bind.type, unique=True) for one in bind.value)
            comparison.right = ClauseList(*each).self_group(against=in_op)  # type: ignore[assignment]

    def turn(bind: sa.BindParameter[Any]) -> None:
        if bind.key.endswith(NUMBER):
            found.parameters[bind.key] = (bind.key.removesuffix(NUMBER),)
            return
        listed = isinstance(bind.value, (list, tuple))
        names = [named(one) for one in (bind.value if listed else [bind.value])]  # type: ignore[union-attr]
        if not any(names):
            return
        if not all(names):
            raise TypeError("a list holds values and constants at once")
        key = f"{'_'.join(str(name) for name in names)}_{bind.type!r}".replace(" ", "_")
        bind.key, bind.value, bind.unique, bind.required = key, None, False, True
        found.parameters[key] = tuple(str(name) for name in names)
        if listed:
            found.lists.add(key)

    visitors.traverse(select, {}, {"binary": spread})
    visitors.traverse(select, {}, {"bindparam": turn})
    return found

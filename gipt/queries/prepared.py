"""Statements that are built once for each shape of question and asked with new values each time.

Putting a statement together costs SQLAlchemy several times what the database needs to answer it. So a function that
builds one is called with stand-ins for its values; the stand-ins in the statement become parameters, and from then on
only the values go to the database.

    @prepared
    def _meetings(by: Actor, first: date, last: date, *, done: bool) -> sa.Executable: ...

    rows = fetch(_meetings(actor, first, last, done=False))

Positional arguments are values: they may be compared in SQL and nothing else. A value that is looked at in Python, a
date that is counted on from, a text that is put together is refused when the statement is built: do that outside.
What changes the statement itself is passed by name. Roles, and at how many sites somebody holds them, are shape; who
asks and which sites are values, so conditions of `gipt.queries.scope` can be used as they are.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from typing import Any, NamedTuple, ParamSpec

import sqlalchemy as sa
from flask import g
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseList
from sqlalchemy.sql.operators import in_op

from gipt.db import db, reading_connection
from gipt.domain.access import Actor, Granted

P = ParamSpec("P")
MARK = "\x00value "
"""What a stand-in for a text begins with; no text of people holds this character."""
NUMBER = " number"
EACH = " each"
"""Ends the names of lists, whose length may be another each time."""
LISTS = (tuple, list, frozenset, set)
MOST_TEXTS = 3
"""Texts of one statement that are kept."""
ADVICE = "count and compare days outside the statement, and pass the date that comes out"


class Texts(dict[Any, Any]):
    """Keep the SQL of one statement for each database it was asked of.

    SQLAlchemy looks for the SQL of a statement under a key that describes all of it; hashing that costs as much as
    asking. Here the statement is known, so only the rest of the key counts: dialect and names of the values.
    """

    def __getitem__(self, key: Any) -> Any:
        """Give the compiled SQL; raises KeyError."""
        return super().__getitem__((key[0], *key[2:]))

    def __setitem__(self, key: Any, value: Any) -> None:
        """Keep compiled SQL; a process has one database, or a few one after the other."""
        if len(self) > MOST_TEXTS:
            self.clear()
        super().__setitem__((key[0], *key[2:]), value)

    def get(self, key: Any, default: Any = None) -> Any:
        """Give the compiled SQL, `default` where there is none."""
        return super().get((key[0], *key[2:]), default)


@dataclass(slots=True)
class Statement:
    """One built statement and, for each of its parameters, the names of the values that it is made of."""

    select: sa.Executable
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    options: dict[str, Any] = field(default_factory=lambda: {"compiled_cache": Texts()})

    def ask(self, values: dict[str, Any]) -> "Asked":
        """Give the statement with the values of one question."""
        return Asked(
            self,
            {
                key: sorted({one for name in names for one in values[name]})
                if key in self.lists
                else values[names[0]]
                for key, names in self.parameters.items()
            },
        )


class Asked(NamedTuple):
    """A statement and the values to ask it with."""

    statement: Statement
    values: dict[str, Any]


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
    statement, values = asked
    return connection().execute(statement.select, values, execution_options=statement.options)


class Stored:
    """A statement that stores, kept with its SQL as questions are; built once, at the head of a module."""

    def __init__(self, statement: sa.Insert | sa.Update) -> None:
        self.statement = statement
        self.options: dict[str, Any] = {"compiled_cache": Texts()}
        self.many: dict[Hashable, ManyRows] = {}

    def row(self, values: dict[str, Any]) -> "CursorResult[Any]":
        """Store one row, or change what `values` point at."""
        return connection().execute(self.statement, values, execution_options=self.options)

    def rows(self, many: list[dict[str, Any]]) -> None:
        """Store many rows, all with the same columns: a register is sixteen rows, and each waits for the lock.

        SQLAlchemy writes the statement and says how each value is given to the driver; the rows then go straight
        through its connection.
        """
        opened, names = connection(), tuple(many[0])
        key = (opened.dialect.name, opened.dialect.driver, names)
        known = self.many.get(key)
        if known is None:
            known = self.many[key] = ManyRows.of(self.statement, opened.dialect, names)
        opened.exec_driver_sql(known.text, known.given(many))


class ManyRows(NamedTuple):
    """The text of a statement for one database, its columns in order, and what turns values into the driver's."""

    text: str
    names: tuple[str, ...]
    by_place: bool
    turned: dict[str, Callable[[Any], Any]]

    @classmethod
    def of(cls, statement: Any, dialect: sa.Dialect, names: tuple[str, ...]) -> "ManyRows":
        """Write the statement for these columns."""
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        columns = statement.table.c
        processors = {
            name: columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names
        }
        return cls(
            str(compiled),
            tuple(compiled.positiontup or names),
            bool(compiled.positional),
            {name: turn for name, turn in processors.items() if turn is not None},
        )

    def given(self, many: list[dict[str, Any]]) -> Any:
        """Give the rows as the driver takes them."""
        for name, turn in self.turned.items():
            for row in many:
                row[name] = turn(row[name])
        return [tuple([row[name] for name in self.names]) for row in many] if self.by_place else many


def connection() -> Connection:
    """Give the connection of the running transaction, with all that was added so far sent to the database.

    Finding it through the session costs a third of a small question, so it is remembered for the request or command.
    A session closes its connection at each end of a transaction; a closed one is never used again.
    """
    only_reading = reading_connection()
    if only_reading is not None:
        return only_reading
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
            held, sites = of_person(value)
            shape.append(held)
            values[f"{index} who"] = value.staff_id
            for name, site_id in sites:
                values[f"{index} {name}"] = site_id
        else:
            shape.append((type(value), value is None))
            values[f"{index}{EACH}" if isinstance(value, LISTS) else str(index)] = value
    return tuple(shape), values


@lru_cache(maxsize=1_000)
def of_person(by: Actor) -> tuple[tuple[Any, ...], tuple[tuple[str, str], ...]]:
    """Give what of a person changes statements, and the sites of the grants, each by the name of its parameter.

    Statements depend on the roles, at how many sites each is held (None: everywhere), and whether it is the operator.
    """
    held: dict[str, list[str] | None] = {}
    for one in sorted(by.grants, key=lambda one: (one.role, one.site_id or "")):
        if one.site_id is None:
            held[one.role] = None
        elif (known := held.setdefault(one.role, [])) is not None:
            known.append(one.site_id)
    shape = tuple((role, None if sites is None else len(sites)) for role, sites in held.items())
    named = (
        (f"{role} {n}", site_id) for role, sites in held.items() for n, site_id in enumerate(sites or ())
    )
    return (shape, by.staff_id is None, by.label), tuple(named)


def stand_in(index: int, value: Any) -> Any:
    """Give what stands for a value while the statement is built."""
    if value is None:
        return None
    if isinstance(value, Actor):
        (held, nobody, label), _sites = of_person(value)
        grants = {
            Granted(role, f"{MARK}{index} {role} {n}") for role, sites in held for n in range(sites or 0)
        }
        grants |= {Granted(role) for role, sites in held if sites is None}
        return Actor(None if nobody else f"{MARK}{index} who", frozenset(grants), label)
    if isinstance(value, (date, datetime)):
        moment = isinstance(value, datetime)
        found: _Untouched = _Moment(1, 1, 1, tzinfo=UTC) if moment else _Day(1, 1, 1)
        found.name = str(index)
        return found
    if isinstance(value, str):
        return f"{MARK}{index}"
    if isinstance(value, LISTS):
        return [f"{MARK}{index}{EACH}"]
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
        """Turn `x IN (constants)` into one parameter each: SQLAlchemy would write a list's text anew each time.

        The same for a person's sites, whose number belongs to the shape.
        """
        bind = comparison.right
        if not isinstance(bind, sa.BindParameter) or not bind.expanding or not isinstance(bind.value, list):
            return
        names = [named(one) for one in bind.value]
        if any(names) and not all(names):
            raise TypeError("a list holds values and constants at once")
        if names and not any(name and name.endswith(EACH) for name in names):
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
        key = f"{'_'.join(str(name) for name in names)}_{bind.type!r}".replace(" ", "_")
        bind.key, bind.value, bind.unique, bind.required = key, None, False, True
        found.parameters[key] = tuple(str(name) for name in names)
        if listed:
            found.lists.add(key)

    visitors.traverse(select, {}, {"binary": spread})
    visitors.traverse(select, {}, {"bindparam": turn})
    return found

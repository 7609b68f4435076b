"""The rows that reports are made of, read in a fixed number of statements, never as objects of the tables.

Everything about one enrolment (memberships, marks, scores) comes from four statements in one order, walked side
by side: memory stays flat however many members there are, and nothing is asked once per member. The order is worked
out once in each statement, over enrolments alone: their rows carry its number, which is sorted and compared in a
third of the time that codes and dates take. All rows are read on one connection and so from one state of the database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.db import db
from gipt.domain.indicators import Basis
from gipt.domain.periods import Period
from gipt.models import (
    Assessment,
    Attendance,
    Consent,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
)

CHUNK = 5_000
"""Rows fetched at a time."""
RUNS = ("running", "closing", "closed", "planned")
"""Cycles that count; a plan that was given up before it began counts nowhere."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: `site_ids` the person may see and chose, `basis` which date puts it in the period."""

    site_ids: tuple[str, ...]
    period: Period
    basis: Basis = Basis.ENROLLED


class EnrolmentRow(NamedTuple):
    """One enrolment with the traits of its member, as it is stored."""

    id: str
    member_id: str
    cycle_id: str
    enrolled_on: date
    exit_type: str | None
    exit_on: date | None
    code: str
    sex: str | None
    birth_year: int | None
    age_band: str | None
    disability: str | None
    displacement: str | None
    population: str | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """One enrolment with all that belongs to it; each part a list of the driver's rows, its place first."""

    enrolment: EnrolmentRow
    memberships: Sequence[Any]
    marks: Sequence[Any]
    scores: Sequence[Any]
    screenings: Sequence[Any] = ()


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Open a connection that sees one state of the database throughout, beside the writes of others."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def stream(connection: Connection, statement: Any) -> Iterator[Any]:
    """Give the rows of a statement as they come, a chunk at a time."""
    found = connection.execute(statement, execution_options={"yield_per": CHUNK})
    # By the chunk: asking for one row after the other costs more than reading it.
    return chain.from_iterable(found.partitions())


def driver_rows(connection: Connection, statement: Any) -> Iterator[Any]:
    """Give the rows of a statement as the driver makes them, a chunk at a time: for millions of rows.

    For plain columns only: dates may be ISO text (`DAYS` gives the day of either), true and false 1 and 0. SQLAlchemy
    makes the statement and keeps the transaction; only its rows are left out, which cost more than reading them
    (decision 33).
    """
    # By the chunk, and without a frame of ours for each row.
    return chain.from_iterable(driver_chunks(connection, statement))


def driver_chunks(connection: Connection, statement: Any) -> Iterator[Sequence[Any]]:
    """Give the rows of a statement as the driver makes them, in chunks."""
    found = connection.execute(statement, execution_options={"yield_per": CHUNK})
    try:
        # SQLAlchemy asks a cursor that streams for its first row at once.
        first = found.fetchone()
        if first is not None and found.cursor is not None:
            yield (tuple(first),)
            while chunk := found.cursor.fetchmany(CHUNK):
                yield chunk
    finally:
        found.close()


class Days(dict[Any, Any]):
    """Days by what a driver gives for them, ISO text or a date; few days come often."""

    def __missing__(self, stored: str | date | None) -> date | None:
        day = date.fromisoformat(stored) if isinstance(stored, str) else stored
        self[stored] = day
        return day


DAYS = Days()


class Beside:
    """Walk rows that come in the order of another list of rows: `take` gives those of one key."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.key: Any = None
        self.found: list[Any] = []
        self.parts = groupby(rows, key=itemgetter(0))
        self.step()

    def step(self) -> None:
        """Read the rows of the next key."""
        nothing: tuple[Any, Any] = (None, ())
        self.key, part = next(self.parts, nothing)
        self.found = list(part)

    def take(self, key: Any) -> list[Any]:
        """Give the next rows whose first column is `key`; empty when there are none."""
        if self.key != key:
            return []
        found = self.found
        self.step()
        return found


# --- what every part asks for ------------------------------------------------------------------------------------


def ordered(statement: Any, *last: Any) -> Any:
    """Put rows about enrolments in the one order of all parts: member, day, enrolment, then `last`."""
    return statement.order_by(Member.code, Enrolment.enrolled_on, Enrolment.id, *last)


def in_scope(statement: Any, scope: Scope) -> Any:
    """Join a statement over Enrolment to its member and sites, and limit it to the scope."""
    limited = (
        statement.join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(
            Group.site_id.in_(scope.site_ids),
            Cycle.status.in_(RUNS),
            Enrolment.enrolled_on <= scope.period.last,
        )
    )
    if scope.basis is Basis.ENROLLED:
        return limited.where(Enrolment.enrolled_on >= scope.period.first)
    # Started or ended in the period: not before it, which the day of closing and of the exit tell cheaply.
    return limited.where(
        sa.or_(Cycle.closed_on.is_(None), Cycle.closed_on >= scope.period.first),
        sa.or_(Enrolment.exit_on.is_(None), Enrolment.exit_on >= scope.period.first),
    )


def place_in_order() -> Any:
    """Number rows of a selection of enrolments in the one order of all parts, from 1."""
    return sa.func.row_number().over(order_by=(Member.code, Enrolment.enrolled_on, Enrolment.id))


TRAITS = (
    Member.sex,
    Member.birth_year,
    Member.age_band,
    Member.disability,
    Member.displacement,
    Member.population,
)
"""What `traits_of` asks of a row."""


def listed(scope: Scope) -> Any:
    """Give the enrolments of the scope with their `place` in the one order of all parts, to be joined to theirs.

    `screening_id`: the screening that led to it.
    """
    chosen = sa.select(Enrolment.id, Enrolment.screening_id, place_in_order().label("place"))
    return in_scope(chosen, scope).subquery("listed")


def part_of(one: Any, columns: Sequence[Any]) -> Any:
    """Select columns beside the place of the enrolment, in the order of the places; to be joined and limited."""
    return sa.select(one.c.place, *columns).select_from(one).order_by(one.c.place)


def enrolment_rows(scope: Scope) -> Any:
    """Select enrolments with the traits of their members, after their place."""
    place = place_in_order().label("place")
    return in_scope(
        sa.select(
            place,
            Enrolment.id,
            Enrolment.member_id,
            Enrolment.cycle_id,
            Enrolment.enrolled_on,
            Enrolment.exit_type,
            Enrolment.exit_on,
            Member.code,
            *TRAITS,
        ),
        scope,
    ).order_by(place)


def membership_rows(scope: Scope) -> Any:
    """Select memberships: place, cycle, joined, left."""
    one = listed(scope)
    columns = (Membership.cycle_id, Membership.joined_on, Membership.left_on)
    joined = part_of(one, columns).join(Membership, Membership.enrolment_id == one.c.id)
    return joined.order_by(Membership.joined_on, Membership.sign)


def mark_rows(scope: Scope) -> Any:
    """Select the marks of held core sessions."""
    one = listed(scope)
    columns = (Attendance.session_id, Attendance.status, Attendance.left_after_half)
    return part_of(one, columns).join(Attendance, Attendance.enrolment_id == one.c.id)


def score_rows(scope: Scope, measures: Sequence[str]) -> Any:
    """Select what was measured of the enrolled; `measures` are keys such as `whodas12@0-4`."""
    one = listed(scope)
    columns = (
        Assessment.id,
        Assessment.measure,
        Assessment.point,
        Assessment.on_date,
        Assessment.total,
        Assessment.prorated,
        Assessment.total_only,
        Assessment.label,
        Assessment.relation,
    )
    return (
        part_of(one, columns)
        .join(Assessment, Assessment.enrolment_id == one.c.id)
        .where(
            Assessment.measure.in_(measures), Assessment.total.is_not(None), Assessment.status != "declined"
        )
        .order_by(Assessment.on_date, Assessment.id)
    )


def screening_rows(scope: Scope, measures: Sequence[str]) -> Any:
    """Select the totals of the screening that led to each enrolment, the latest last."""
    one = listed(scope)
    return (
        part_of(one, (Assessment.measure, Assessment.total))
        .join(Assessment, Assessment.screening_id == one.c.screening_id)
        .where(
            Assessment.measure.in_(measures),
            Assessment.total.is_not(None),
            Assessment.prorated.is_(False),
            Assessment.status != "declined",
        )
        .order_by(Assessment.on_date, Assessment.id)
    )


def walk(
    connection: Connection, scope: Scope, measures: Sequence[str], with_screenings: bool = False
) -> Iterator[Bundle]:
    """Give every enrolment of the scope with its memberships, marks and scores: four or five statements in all."""
    memberships, marks, scores = (
        Beside(driver_rows(connection, statement))
        for statement in (membership_rows(scope), mark_rows(scope), score_rows(scope, measures))
    )
    screenings = Beside(driver_rows(connection, screening_rows(scope, measures)) if with_screenings else ())
    for row in driver_rows(connection, enrolment_rows(scope)):
        place, key, member, cycle, enrolled, exit_type, left, *traits = row
        enrolment = EnrolmentRow(key, member, cycle, DAYS[enrolled], exit_type, DAYS[left], *traits)
        yield Bundle(
            enrolment, memberships.take(place), marks.take(place), scores.take(place), screenings.take(place)
        )


# --- cycles ---------------------------------------------------------------------------------------------------------


def cycles_of(scope: Scope) -> sa.Select[Any]:
    """Select the ids of the cycles at the sites, and of those elsewhere that took members over from them."""
    at_sites = (
        sa.select(Cycle.id).join(Group, Group.id == Cycle.group_id).where(Group.site_id.in_(scope.site_ids))
    )
    taken_over = (
        sa.select(Membership.cycle_id)
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .where(Enrolment.cycle_id.in_(at_sites), Membership.cycle_id != Enrolment.cycle_id)
    )
    return sa.select(Cycle.id).where(sa.or_(Cycle.id.in_(at_sites), Cycle.id.in_(taken_over)))


# --- people ------------------------------------------------------------------------------------------------------


def person_keys(connection: Connection) -> Callable[[str], str]:
    """Give the function that leads from a record to the one kept for the same person, however often merged."""
    rows: Iterable[Any] = connection.execute(
        sa.select(Member.id, Member.merged_into_id).where(Member.merged_into_id.is_not(None))
    )
    merged: dict[str, str] = {row[0]: row[1] for row in rows}

    def kept(member_id: str) -> str:
        while member_id in merged:
            member_id = merged[member_id]
        return member_id

    return kept


def withdrawn(connection: Connection) -> frozenset[str]:
    """Give the members whose latest word about taking part, their own or their caregiver's, is no.

    They stay in counts of what happened, and no row about them leaves (domain.md section 8, row 45).
    """
    said_no = sa.select(Consent.member_id).where(Consent.purpose == "service", Consent.given.is_(False))
    rows = connection.execute(
        sa.select(Consent.member_id, Consent.given_by, Consent.given)
        .where(Consent.purpose == "service", Consent.member_id.in_(said_no))
        .order_by(Consent.on_date, Consent.created_at, Consent.id)
    )
    latest = {(member_id, given_by): given for member_id, given_by, given in rows}
    return frozenset(member_id for (member_id, _), given in latest.items() if not given)

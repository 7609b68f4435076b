"""The rows that reports are made of, read in a fixed number of statements, never as objects of the tables.

Everything about one enrolment (memberships, marks, scores) comes from four statements in one order, walked side
by side: memory stays flat however many members there are, and nothing is asked once per member. All rows are read
on one connection and so from one state of the database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.db import db
from gipt.domain.attendance import HELD, HeldSession
from gipt.domain.guides import FollowUp
from gipt.domain.indicators import Basis
from gipt.domain.periods import Period
from gipt.models import (
    Assessment,
    Attendance,
    Consent,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    Session,
    Site,
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


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle with what counting needs; `held` by session id, in order of number."""

    id: str
    site: str
    group: str
    number: int
    curriculum: str
    population: str | None
    status: str
    sessions: int
    threshold: int
    closed_on: date | None
    follow_ups: tuple[FollowUp, ...]
    held: dict[str, HeldSession]
    last_held: date | None = field(init=False)
    """Day of the last core session that was held."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "last_held", max((one.on for one in self.held.values()), default=None))

    @property
    def closed(self) -> bool:
        return self.status == "closed"

    @property
    def code(self) -> str:
        """Give the code of the cycle in lists: the group's, and which of its cycles it is."""
        return f"{self.group}.{self.number}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One enrolment with all that belongs to it; each part a list of plain rows, the enrolment's id first."""

    enrolment: Any
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


class Beside:
    """Walk rows that come in the order of another list of rows: `take` gives those of one key."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = iter(rows)
        self.next = next(self.rows, None)

    def take(self, key: str) -> list[Any]:
        """Give the next rows whose first column is `key`; empty when there are none."""
        found = []
        while self.next is not None and self.next[0] == key:
            found.append(self.next)
            self.next = next(self.rows, None)
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


def enrolment_rows(scope: Scope) -> Any:
    """Select enrolments with the traits of their members."""
    return ordered(
        in_scope(
            sa.select(
                Enrolment.id,
                Enrolment.member_id,
                Enrolment.cycle_id,
                Enrolment.enrolled_on,
                Enrolment.exit_type,
                Enrolment.exit_on,
                Member.code,
                Member.sex,
                Member.birth_year,
                Member.age_band,
                Member.disability,
                Member.displacement,
                Member.population,
            ),
            scope,
        )
    )


def membership_rows(scope: Scope) -> Any:
    """Select memberships: enrolment, cycle, joined, left."""
    return ordered(
        in_scope(
            sa.select(
                Membership.enrolment_id, Membership.cycle_id, Membership.joined_on, Membership.left_on
            ).join(Enrolment, Enrolment.id == Membership.enrolment_id),
            scope,
        ),
        Membership.joined_on,
        Membership.sign,
    )


def mark_rows(scope: Scope) -> Any:
    """Select the marks of held core sessions."""
    return ordered(
        in_scope(
            sa.select(
                Attendance.enrolment_id,
                Attendance.session_id,
                Attendance.status,
                Attendance.left_after_half,
            ).join(Enrolment, Enrolment.id == Attendance.enrolment_id),
            scope,
        )
    )


def score_rows(scope: Scope, measures: Sequence[str]) -> Any:
    """Select what was measured of the enrolled; `measures` are keys such as `whodas12@0-4`."""
    return ordered(
        in_scope(
            sa.select(
                Assessment.enrolment_id,
                Assessment.id,
                Assessment.measure,
                Assessment.point,
                Assessment.on_date,
                Assessment.total,
                Assessment.prorated,
                Assessment.total_only,
                Assessment.label,
                Assessment.relation,
            ).join(Enrolment, Enrolment.id == Assessment.enrolment_id),
            scope,
        ).where(
            Assessment.measure.in_(measures), Assessment.total.is_not(None), Assessment.status != "declined"
        ),
        Assessment.on_date,
        Assessment.id,
    )


def screening_rows(scope: Scope, measures: Sequence[str]) -> Any:
    """Select the totals of the screening that led to each enrolment, the latest last."""
    return ordered(
        in_scope(
            sa.select(Enrolment.id, Assessment.measure, Assessment.total).join_from(
                Enrolment, Assessment, Assessment.screening_id == Enrolment.screening_id
            ),
            scope,
        ).where(
            Assessment.measure.in_(measures),
            Assessment.total.is_not(None),
            Assessment.prorated.is_(False),
            Assessment.status != "declined",
        ),
        Assessment.on_date,
        Assessment.id,
    )


def walk(
    connection: Connection, scope: Scope, measures: Sequence[str], with_screenings: bool = False
) -> Iterator[Bundle]:
    """Give every enrolment of the scope with its memberships, marks and scores: four or five statements in all."""
    memberships, marks, scores = (
        Beside(stream(connection, statement))
        for statement in (membership_rows(scope), mark_rows(scope), score_rows(scope, measures))
    )
    screenings = Beside(stream(connection, screening_rows(scope, measures)) if with_screenings else ())
    for row in stream(connection, enrolment_rows(scope)):
        key = row[0]
        yield Bundle(row, memberships.take(key), marks.take(key), scores.take(key), screenings.take(key))


# --- cycles ------------------------------------------------------------------------------------------------------


def read_cycles(connection: Connection, scope: Scope) -> dict[str, CycleRow]:
    """Read the cycles of the sites, and those to which their members moved: three statements."""
    wanted = cycles_of(scope)
    held: dict[str, dict[str, HeldSession]] = {}
    sessions = (
        sa.select(Session.cycle_id, Session.id, Session.number, Session.held_on)
        .where(Session.cycle_id.in_(wanted), Session.kind == "core", Session.status == HELD)
        .order_by(Session.cycle_id, Session.number)
    )
    row: Any
    for row in connection.execute(sessions):
        cycle_id, session_id, number, on = row
        held.setdefault(cycle_id, {})[session_id] = HeldSession(number, on)
    follow_ups = read_follow_ups(connection, wanted)
    rows = connection.execute(
        sa.select(
            Cycle.id,
            Site.code,
            Group.code,
            Cycle.number,
            CurriculumVersion.curriculum + " " + CurriculumVersion.version,
            Group.population,
            Cycle.status,
            Cycle.sessions,
            Cycle.completion_sessions,
            Cycle.closed_on,
            Cycle.curriculum_version_id,
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(Site, Site.id == Group.site_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Cycle.id.in_(wanted))
    )
    return {row[0]: CycleRow(*row[:10], follow_ups.get(row[10], ()), held.get(row[0], {})) for row in rows}


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


def read_follow_ups(connection: Connection, cycles: sa.Select[Any]) -> dict[str, tuple[FollowUp, ...]]:
    """Read the follow-up windows of the curricula that the cycles are pinned to."""
    used = sa.select(Cycle.curriculum_version_id).where(Cycle.id.in_(cycles))
    rows = connection.execute(
        sa.select(CurriculumVersion.id, CurriculumVersion.content).where(CurriculumVersion.id.in_(used))
    )
    names = ("key", "label", "offset_days", "before_days", "after_days")
    return {
        version_id: tuple(FollowUp(*(one[name] for name in names)) for one in content.get("follow_ups", ()))
        for version_id, content in rows
    }


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

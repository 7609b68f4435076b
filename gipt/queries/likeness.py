"""Who may be the same person: candidates by blind indexes in SQL, weighed by the rules of names.

Nothing here decides; a coordinator does, and is not asked twice (table `different_people`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.names import NameEvidence, likely_same, sound_keys
from gipt.models import DifferentPeople, Member, MemberSound
from gipt.queries.members import MemberRow, as_member, member_rows, seen_people
from gipt.secrecy import blind_index

MOST_PAIRS = 300


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two people who may be one, as a coordinator compares them."""

    first: MemberRow
    second: MemberRow


def find_likely_same(
    by: Actor, on: date, evidence: NameEvidence, without: str | None = None
) -> tuple[MemberRow, ...]:
    """Give the people whom the actor sees and who may be the person described; a person decides."""
    sounds = [blind_index(key, "sound") for key in sound_keys(evidence.name)]
    if not sounds:
        return ()
    rows = db.session.execute(
        _with_phone()
        .where(
            seen_people(by, on),
            Member.merged_into_id.is_(None),
            Member.id.in_(sa.select(MemberSound.member_id).where(MemberSound.sound.in_(sounds))),
        )
        .order_by(Member.code)
        .limit(500)
    )
    return tuple(
        as_member(row[:-1]) for row in rows if row[0] != without and likely_same(evidence, _evidence(row))
    )


def likely_pairs(by: Actor, on: date) -> tuple[Likeness, ...]:
    """Give pairs of people who may be one and about whom nobody decided yet; two statements, at most 300 pairs.

    Candidates share the sound of every word of the shorter name, or a phone; whole names, birth years and places
    are then weighed by `gipt.domain.names`.
    """
    pairs = db.session.execute(_pairs(by, on)).all()
    ids = {member_id for pair in pairs for member_id in pair[:2]}
    if not ids:
        return ()
    people = {row[0]: row for row in db.session.execute(_with_phone().where(Member.id.in_(sorted(ids))))}
    return tuple(
        Likeness(as_member(people[first][:-1]), as_member(people[second][:-1]))
        for first, second in pairs
        if likely_same(_evidence(people[first]), _evidence(people[second]))
    )


def alike_among(connection: Connection, wanted: sa.Select[Any]) -> tuple[tuple[str, ...], ...]:
    """Give the codes of pairs among some members (their ids) who may be one; two statements, at most 300 pairs."""
    pairs = connection.execute(_pairs_among(wanted.cte("mine"))).all()
    ids = {member_id for pair in pairs for member_id in pair[:2]}
    if not ids:
        return ()
    people = {row[0]: row for row in connection.execute(_with_phone().where(Member.id.in_(sorted(ids))))}
    return tuple(
        tuple(sorted((people[first][1], people[second][1])))
        for first, second in pairs
        if likely_same(_evidence(people[first]), _evidence(people[second]))
    )


def _with_phone() -> sa.Select[Any]:
    return member_rows().add_columns(Member.phone)


def _evidence(row: Any) -> NameEvidence:
    return NameEvidence(
        name=row[2] or "",
        birth_year=row[4],
        phone=row[10] or "",
        place=row[6] or "",
        sex=row[3] if row[3] in ("female", "male") else "",
    )


def _pairs(by: Actor, on: date) -> sa.Select[Any]:
    return _pairs_among(
        sa.select(Member.id).where(seen_people(by, on), Member.merged_into_id.is_(None)).cte("mine")
    )


def _pairs_among(mine: sa.CTE) -> sa.Select[Any]:
    one, two = sa.alias(MemberSound.__table__, "one"), sa.alias(MemberSound.__table__, "two")
    words = (
        sa.select(MemberSound.member_id, sa.func.count().label("n"))
        .where(MemberSound.member_id.in_(sa.select(mine.c.id)))
        .group_by(MemberSound.member_id)
        .cte("words")
    )
    first, second = sa.alias(words, "first"), sa.alias(words, "second")
    shared = (
        sa.select(one.c.member_id.label("a"), two.c.member_id.label("b"))
        .join(two, sa.and_(two.c.sound == one.c.sound, two.c.member_id > one.c.member_id))
        .join(first, first.c.member_id == one.c.member_id)
        .join(second, second.c.member_id == two.c.member_id)
        .group_by(one.c.member_id, two.c.member_id, first.c.n, second.c.n)
        .having(sa.func.count() >= sa.case((first.c.n < second.c.n, first.c.n), else_=second.c.n))
    )
    left, right = sa.alias(Member.__table__, "left"), sa.alias(Member.__table__, "right")
    phones = (
        sa.select(left.c.id, right.c.id)
        .join(right, sa.and_(right.c.phone_index == left.c.phone_index, right.c.id > left.c.id))
        .where(left.c.id.in_(sa.select(mine.c.id)), right.c.id.in_(sa.select(mine.c.id)))
    )
    alike = sa.union(shared, phones).subquery("alike")
    a, b = alike.c[0], alike.c[1]
    decided = sa.exists().where(DifferentPeople.member_a == a, DifferentPeople.member_b == b)
    return sa.select(a, b).where(~decided).order_by(a, b).limit(MOST_PAIRS)

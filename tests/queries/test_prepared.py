"""Prepared statements give what freshly built ones give, whoever asks and with which values."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.db import db
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.models import Group, Site
from gipt.models import Session as Meeting
from gipt.models.groups import Cycle
from gipt.queries.prepared import connection, fetch, prepared
from gipt.queries.scope import seen_sessions
from tests.cast import Cast
from tests.world import local_today, make_running_group

built: list[str] = []


@prepared
def meetings(by: Actor, on: date, first: date, last: date, *, newest: bool = False) -> sa.Executable:
    built.append("meetings")
    order = Meeting.on_date.desc() if newest else Meeting.on_date
    return (
        sa.select(Meeting.id)
        .join(Cycle, Cycle.id == Meeting.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(seen_sessions(by, on), Meeting.on_date.between(first, last))
        .order_by(order, Meeting.id)
    )


def fresh(by: Actor, on: date, first: date, last: date) -> list[str]:
    statement = (
        sa.select(Meeting.id)
        .join(Cycle, Cycle.id == Meeting.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(seen_sessions(by, on), Meeting.on_date.between(first, last))
        .order_by(Meeting.on_date, Meeting.id)
    )
    return list(db.session.scalars(statement))


def test_everybody_gets_what_a_fresh_statement_gives(app: Flask, cast: Cast) -> None:
    for site in ("own", "foreign"):
        make_running_group(cast, 6, site=site, offset=6 * (site == "foreign"), name=f"Group {site}")
    both = Actor(
        cast.staff_id("coordinator"),
        frozenset({Granted(Role.COORDINATOR, cast.own), Granted(Role.COORDINATOR, cast.foreign)}),
    )
    mixed = Actor(
        cast.staff_id("facilitator"),
        frozenset({Granted(Role.FACILITATOR, cast.own), Granted(Role.SUPERVISOR, cast.foreign)}),
    )
    everywhere = Actor(cast.staff_id("supervisor"), frozenset({Granted(Role.SUPERVISOR)}))
    people = [person.actor for person in cast.people.values()] + [both, mixed, everywhere, OPERATOR]
    today = local_today()
    counts = set()
    for by in people * 2:
        for days in (0, 10, 100):
            asked = meetings(by, today, today - timedelta(days=1), today + timedelta(days=days))
            found = list(fetch(asked).scalars())
            assert found == fresh(by, today, today - timedelta(days=1), today + timedelta(days=days))
            counts.add(len(found))
    assert len(counts) > 3  # the control: people do see different things


def test_a_statement_is_built_once_for_a_shape(app: Flask, cast: Cast) -> None:
    today = local_today()
    fetch(meetings(cast.actor("facilitator"), today, today, today)).all()
    built.clear()
    for site in ("own", "foreign"):
        by = cast.actor("facilitator", site)
        fetch(meetings(by, today, today - timedelta(days=3), today)).all()
    assert built == []
    fetch(meetings(cast.actor("facilitator"), today, today, today, newest=True)).all()
    assert built == ["meetings"]


def test_nobody_gets_the_answer_of_the_one_before(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, 6)
    day = world.first
    own, foreign = cast.actor("facilitator"), cast.actor("facilitator", "foreign")
    assert fetch(meetings(own, day, day, day)).scalars().all() == [world.session_ids[0]]
    assert fetch(meetings(foreign, day, day, day)).scalars().all() == []
    assert fetch(meetings(own, day, day, day)).scalars().all() == [world.session_ids[0]]


@prepared
def sites(ids: tuple[str, ...], code: str | None = None) -> sa.Executable:
    found = sa.select(Site.code).where(Site.id.in_(ids)).order_by(Site.code)
    return found if code is None else found.where(Site.code == code)


def test_lists_may_have_any_length_and_what_is_missing_is_another_shape(app: Flask, cast: Cast) -> None:
    assert fetch(sites((cast.own, cast.foreign))).scalars().all() == ["HILL", "LAKE"]
    assert fetch(sites((cast.own,))).scalars().all() == ["HILL"]
    assert fetch(sites(())).scalars().all() == []
    assert fetch(sites((cast.own, cast.foreign), "LAKE")).scalars().all() == ["LAKE"]


@prepared
def some(first: int, count: int) -> sa.Executable:
    return sa.select(Site.code).order_by(Site.code).offset(first).limit(count)


def test_numbers_are_values_too(app: Flask, cast: Cast) -> None:
    assert fetch(some(0, 1)).scalars().all() == ["HILL"]
    assert fetch(some(1, 5)).scalars().all() == ["LAKE"]
    assert fetch(some(0, 5)).scalars().all() == ["HILL", "LAKE"]


def test_what_would_bake_a_value_in_is_refused() -> None:
    @prepared
    def counted(on: date) -> sa.Executable:
        return sa.select(Meeting.id).where(Meeting.on_date < on + timedelta(days=3))

    @prepared
    def glued(text: str) -> sa.Executable:
        return sa.select(Site.id).where(Site.name == "The " + text)

    @prepared
    def switched(newest: bool) -> sa.Executable:
        return sa.select(Site.id).order_by(Site.code.desc() if newest else Site.code)

    @prepared
    def mixed(site: str) -> sa.Executable:
        return sa.select(Site.id).where(Site.id.in_([site, "other"]))

    @prepared
    def compared(on: date) -> sa.Executable:
        return sa.select(Meeting.id).where(Meeting.on_date < max(on, date(2026, 1, 1)))

    for build in (counted, compared):
        with pytest.raises(TypeError, match="outside"):
            build(date(2026, 3, 2))
    with pytest.raises(TypeError, match="outside"):
        glued("hill")
    with pytest.raises(TypeError, match="by name"):
        switched(True)
    with pytest.raises(TypeError, match="at once"):
        mixed("hill")


def test_a_connection_is_used_for_one_transaction_only(app: Flask, cast: Cast) -> None:
    first = connection()
    assert connection() is first
    db.session.rollback()
    assert first.closed
    assert connection() is not first
    assert not connection().closed


@prepared
def chosen(names: tuple[str, ...]) -> sa.Executable:
    wanted = Site.name.in_(names)
    return sa.select(Site.name).where(wanted, Site.name.in_(("A", "B", "C")), Site.name.not_in(("C",)))


def test_constants_in_lists_and_values_in_lists_stand_side_by_side(app: Flask, cast: Cast) -> None:
    own = db.session.get_one(Site, cast.own)
    same = {
        "programme_id": own.programme_id,
        "country": own.country,
        "time_zone": own.time_zone,
        "created_at": own.created_at,
    }
    db.session.add_all(Site(code=f"test-{name}", name=name, **same) for name in "ABCD")
    assert sorted(name for (name,) in fetch(chosen(("A", "C", "D")))) == ["A"]  # what was just added is seen
    assert sorted(name for (name,) in fetch(chosen(("B",)))) == ["B"]
    db.session.rollback()

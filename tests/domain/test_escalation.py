"""Who is told next, what is overdue, and the order of the inbox."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gipt.domain.access import Role
from gipt.domain.escalation import (
    Colleague,
    Rung,
    contact_overdue,
    default_next_contact,
    inbox_order,
    is_overdue,
    ladder,
)
from gipt.domain.risk import Level

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def colleague(name: str, *roles: Role) -> Colleague:
    return Colleague(name, frozenset(roles))


GRACE = colleague("grace", Role.SUPERVISOR)
PETER = colleague("peter", Role.SUPERVISOR)
DOCTOR = colleague("doctor", Role.CLINICAL_LEAD)
OFFICE = colleague("office", Role.COORDINATOR)
ALL = (GRACE, PETER, DOCTOR, OFFICE)


@pytest.mark.parametrize(
    ("people", "responsible", "first", "following"),
    [
        (ALL, {"grace"}, ("grace",), ("peter", "doctor")),
        (ALL, set(), ("grace", "peter"), ("doctor",)),
        (ALL, {"gone"}, ("grace", "peter"), ("doctor",)),
        ((DOCTOR, OFFICE), set(), ("doctor",), ()),
        ((OFFICE,), set(), (), ()),
    ],
    ids=["the responsible one", "no one responsible", "the responsible one left", "no supervisor", "nobody"],
)
def test_the_responsible_supervisor_is_told_first_and_nobody_falls_through(
    people: tuple[Colleague, ...], responsible: set[str], first: tuple[str, ...], following: tuple[str, ...]
) -> None:
    rungs = ladder(people, frozenset(responsible))
    assert (rungs[Rung.FIRST], rungs[Rung.NEXT]) == (first, following)


def test_nobody_stands_on_two_rungs() -> None:
    both = colleague("both", Role.SUPERVISOR, Role.CLINICAL_LEAD, Role.COORDINATOR)
    rungs = ladder((both, OFFICE), frozenset())
    assert rungs == {Rung.FIRST: ("both",), Rung.NEXT: (), Rung.COORDINATORS: ("office",)}


@pytest.mark.parametrize(
    ("due", "overdue"),
    [(NOW - timedelta(milliseconds=1), True), (NOW, False), (NOW + timedelta(hours=1), False), (None, False)],
    ids=["just past", "at the moment", "later", "nobody has to"],
)
def test_an_episode_is_overdue_after_its_moment(due: datetime | None, overdue: bool) -> None:
    assert is_overdue(due, NOW) is overdue


@pytest.mark.parametrize(
    ("day", "overdue"),
    [(TODAY - timedelta(days=1), True), (TODAY, False), (None, False)],
    ids=["yesterday", "today", "no day"],
)
def test_a_contact_is_overdue_the_day_after(day: date | None, overdue: bool) -> None:
    assert contact_overdue(day, TODAY) is overdue


@pytest.mark.parametrize(
    ("level", "days"),
    [(Level.NOW, 1), (Level.TODAY, 2), (None, 2), (Level.TALK_AND_PLAN, 7)],
    ids=["now", "today within 48 hours", "untriaged as today", "talk and plan"],
)
def test_the_next_contact_is_nearer_the_more_dangerous_it_is(level: Level | None, days: int) -> None:
    assert default_next_contact(level, TODAY) == TODAY + timedelta(days=days)


def test_the_inbox_puts_unseen_first_then_danger_then_age() -> None:
    old, new = NOW - timedelta(days=2), NOW
    rows = {
        "seen now": inbox_order(False, Level.NOW, new),
        "unseen talk": inbox_order(True, Level.TALK_AND_PLAN, new),
        "unseen untriaged": inbox_order(True, None, new),
        "unseen today new": inbox_order(True, Level.TODAY, new),
        "unseen today old": inbox_order(True, Level.TODAY, old),
    }
    assert sorted(rows, key=lambda name: rows[name]) == [
        "unseen today old",
        "unseen today new",
        "unseen untriaged",
        "unseen talk",
        "seen now",
    ]

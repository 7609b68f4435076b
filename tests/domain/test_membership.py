"""Dated membership in groups."""

from datetime import date

import pytest

from gipt.domain.membership import (
    Membership,
    check_memberships,
    group_on,
    is_member_on,
    joins_too_late,
)
from gipt.domain.problems import Conflict, Invalid

JOINED, LEFT = date(2026, 3, 4), date(2026, 4, 1)
FIRST, SECOND = Membership("G-01", JOINED, LEFT), Membership("G-02", LEFT)


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 3, 3), None),
        (JOINED, "G-01"),
        (date(2026, 3, 31), "G-01"),
        (LEFT, "G-02"),
        (date(2027, 1, 1), "G-02"),
    ],
    ids=["before", "first_day", "last_day", "day_of_the_move", "open_end"],
)
def test_one_is_in_one_group_a_day(day: date, group: str | None) -> None:
    assert group_on([FIRST, SECOND], day) == group
    assert is_member_on([FIRST, SECOND], day) is (group is not None)
    assert is_member_on([FIRST, SECOND], day, "G-01") is (group == "G-01")


def test_memberships_that_follow_each_other_pass_in_any_order() -> None:
    check_memberships([SECOND, FIRST])


@pytest.mark.parametrize(
    "other",
    [Membership("G-02", date(2026, 3, 31)), Membership("G-02", date(2026, 1, 1))],
    ids=["end", "open"],
)
def test_memberships_that_overlap_are_a_conflict(other: Membership) -> None:
    with pytest.raises(Conflict) as fault:
        check_memberships([FIRST, other])
    assert fault.value.details["reason"] == "memberships_overlap"


def test_a_membership_cannot_end_before_it_begins() -> None:
    with pytest.raises(Invalid) as fault:
        check_memberships([Membership("G-01", LEFT, JOINED)])
    assert fault.value.details["reason"] == "before_start"


@pytest.mark.parametrize(("held", "late"), [(0, False), (1, False), (2, True), (5, True)])
def test_the_second_session_is_the_last_at_which_one_may_join(held: int, late: bool) -> None:
    assert joins_too_late(held) is late


def test_the_last_session_to_join_is_a_setting() -> None:
    assert not joins_too_late(3, last_session_to_join=4)

"""Suggestions for a group: who waits longest, a common time, pairs apart."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.group_suggestion import (
    SLOTS,
    PartOfDay,
    PassedOver,
    Slot,
    Waiter,
    can_come,
    common_slots,
    suggest_group,
)

WAITERS = st.lists(
    st.builds(
        Waiter,
        id=st.uuids().map(str),
        waited=st.integers(0, 400),
        days=st.integers(0, 127),
        part=st.sampled_from(PartOfDay),
        blocked=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda one: one.id,
)
WEDNESDAY = 4


def test_the_longest_waiting_who_share_a_day_are_suggested_and_the_rest_told_why() -> None:
    waiting = [
        Waiter("a", 30, WEDNESDAY, PartOfDay.MORNING),
        Waiter("b", 20, WEDNESDAY, PartOfDay.ANY),
        Waiter("c", 40, 1, PartOfDay.ANY),
        Waiter("d", 10, WEDNESDAY, PartOfDay.MORNING),
        Waiter("e", 50, 127, PartOfDay.ANY, blocked=True),
        Waiter("f", 5, WEDNESDAY, PartOfDay.MORNING),
        Waiter("g", 2, WEDNESDAY, PartOfDay.MORNING),
    ]
    found = suggest_group(waiting, 3, apart=[("b", "d")])
    assert found.chosen == ("a", "b", "f")
    assert found.slot == Slot(2, PartOfDay.MORNING)
    assert dict(found.passed_over) == {
        "e": PassedOver.BLOCKED,
        "c": PassedOver.NOT_THEN,
        "d": PassedOver.NOT_TOGETHER,
        "g": PassedOver.FULL,
    }


@settings(max_examples=60, deadline=None)
@given(WAITERS, st.integers(1, 12))
def test_a_suggestion_fits_its_slot_its_size_and_no_other_slot_holds_more(
    waiting: list[Waiter], size: int
) -> None:
    found = suggest_group(waiting, size)
    by_id = {one.id: one for one in waiting}
    free = [one for one in waiting if not one.blocked]
    most = max((sum(can_come(one.days, one.part, slot) for one in free) for slot in SLOTS), default=0)
    assert len(found.chosen) == min(size, most)
    assert {*found.chosen, *(one for one, _why in found.passed_over)} == set(by_id)
    if found.slot is not None:
        assert all(can_come(by_id[one].days, by_id[one].part, found.slot) for one in found.chosen)
        left = [by_id[one] for one, why in found.passed_over if why is PassedOver.FULL]
        shortest = min(by_id[one].waited for one in found.chosen)
        assert all(one.waited <= shortest for one in left)


@settings(max_examples=40, deadline=None)
@given(WAITERS)
def test_two_who_must_not_meet_are_never_suggested_together(waiting: list[Waiter]) -> None:
    apart = [(one.id, other.id) for one in waiting[:5] for other in waiting[5:]]
    chosen = set(suggest_group(waiting, 8, apart).chosen)
    assert not any({first, second} <= chosen for first, second in apart)


def test_common_times_are_counted_per_slot() -> None:
    counted = dict(common_slots([Waiter("a", 1, WEDNESDAY, PartOfDay.MORNING), Waiter("b", 1)]))
    assert counted[Slot(2, PartOfDay.MORNING)] == 2
    assert counted[Slot(2, PartOfDay.AFTERNOON)] == 1

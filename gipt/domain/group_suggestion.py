"""Suggesting whom to put into one group: who waits longest and can come at a common time.

A suggestion is a proposal with its reasons; a person decides (ux.md C5). Greedy and stable: the same list gives
the same suggestion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

WEEK = 7
MONDAY, SUNDAY = 0, 6


class PartOfDay(StrEnum):
    """When on a day somebody can come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    ANY = "any"


class PassedOver(StrEnum):
    """Why somebody who waits is not in the suggestion."""

    BLOCKED = "blocked"
    NOT_THEN = "not_then"
    NOT_TOGETHER = "not_together"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits; `days` is a sum of 1 for Monday … 64 for Sunday, `waited` in days.

    `blocked`: something forbids the person in any group now (no consent, enrolled elsewhere, a risk open).
    """

    id: str
    waited: int
    days: int = 127
    part: PartOfDay = PartOfDay.ANY
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekday (0 = Monday) and a part of the day."""

    weekday: int
    part: PartOfDay


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who, when, and why not the others; `slot` None when nobody can be suggested."""

    chosen: tuple[str, ...]
    slot: Slot | None
    passed_over: tuple[tuple[str, PassedOver], ...] = ()


SLOTS = tuple(Slot(day, part) for day in range(WEEK) for part in (PartOfDay.MORNING, PartOfDay.AFTERNOON))


def can_come(days: int, part: PartOfDay, slot: Slot) -> bool:
    """Say whether somebody with these days and this part of the day can come at the slot."""
    return bool(days >> slot.weekday & 1) and part in (PartOfDay.ANY, slot.part)


def suggest_group(
    waiting: Sequence[Waiter], size: int = 8, apart: Iterable[tuple[str, str]] = (), slot: Slot | None = None
) -> Suggestion:
    """Give up to `size` people who wait longest and can all come at one slot, no two of `apart` together.

    Of all slots (or the one given) the one with most people wins, then the longest waiting together, then the
    earliest in the week.
    """
    pairs = {frozenset(pair) for pair in apart}
    queue = sorted(waiting, key=lambda one: (-one.waited, one.id))
    best: tuple[tuple[int, int], Slot, list[Waiter]] | None = None
    for candidate in SLOTS if slot is None else (slot,):
        chosen = _fill(queue, candidate, size, pairs)
        rank = (len(chosen), sum(one.waited for one in chosen))
        if chosen and (best is None or rank > best[0]):
            best = (rank, candidate, chosen)
    if best is None:
        return Suggestion((), slot, tuple((one.id, _reason(one, (), slot, pairs)) for one in queue))
    _rank, found, chosen = best
    ids = {one.id for one in chosen}
    others = tuple((one.id, _reason(one, chosen, found, pairs)) for one in queue if one.id not in ids)
    return Suggestion(tuple(one.id for one in chosen), found, others)


def common_slots(waiting: Sequence[Waiter]) -> tuple[tuple[Slot, int], ...]:
    """Give every slot with how many of the people can come, most first, then by the week."""
    counted = [(slot, sum(can_come(one.days, one.part, slot) for one in waiting)) for slot in SLOTS]
    return tuple(sorted(counted, key=lambda pair: (-pair[1], SLOTS.index(pair[0]))))


def _fill(queue: Sequence[Waiter], slot: Slot, size: int, pairs: set[frozenset[str]]) -> list[Waiter]:
    chosen: list[Waiter] = []
    for one in queue:
        if len(chosen) == size:
            break
        fits = not one.blocked and can_come(one.days, one.part, slot)
        if fits and not any(frozenset((one.id, other.id)) in pairs for other in chosen):
            chosen.append(one)
    return chosen


def _reason(
    one: Waiter, chosen: Sequence[Waiter], slot: Slot | None, pairs: set[frozenset[str]]
) -> PassedOver:
    if one.blocked:
        return PassedOver.BLOCKED
    if slot is not None and not can_come(one.days, one.part, slot):
        return PassedOver.NOT_THEN
    if any(frozenset((one.id, other.id)) in pairs for other in chosen):
        return PassedOver.NOT_TOGETHER
    return PassedOver.FULL

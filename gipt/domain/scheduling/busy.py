"""Who and what is taken: meetings of other groups and staff leave, indexed by date.

Pass one `Busy` and `add` each new plan to it when many groups are planned in a row; a plain list of slots is
indexed anew at every call. A slot of the group that is being planned never stands in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from gipt.domain.scheduling.civil import zone_of
from gipt.domain.scheduling.values import Clash, ClashCode, PlanningRules, Severity

DAY = 24 * 60


def minute_of(moment: time) -> int:
    """Give minutes since midnight, 0-1439."""
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True, slots=True)
class BusySlot:
    """Hold one meeting that takes people and a place: local date and time, zone, minutes, ids."""

    on: date
    starts: time
    minutes: int
    zone: str
    group: str
    facilitators: frozenset[str] = frozenset()
    venue: str = ""
    members: frozenset[str] = frozenset()
    first_minute: int = field(init=False, repr=False, compare=False)
    last_minute: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the minutes of the day once; `last_minute` goes past 1440 over midnight."""
        object.__setattr__(self, "first_minute", minute_of(self.starts))
        object.__setattr__(self, "last_minute", minute_of(self.starts) + self.minutes)


@dataclass(frozen=True, slots=True)
class Leave:
    """Hold the days on which one staff person is away, both ends included."""

    staff: str
    first: date
    last: date
    label: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the person is away on this date."""
        return self.first <= day <= self.last


class Busy:
    """Index slots by date, groups by facilitator and week, leave by person."""

    def __init__(self, slots: Iterable[BusySlot] = (), leave: Iterable[Leave] = ()) -> None:
        self._by_day: dict[date, list[BusySlot]] = {}
        self._overnight: dict[date, list[BusySlot]] = {}
        self._leave: dict[str, list[Leave]] = {}
        for absence in leave:
            self._leave.setdefault(absence.staff, []).append(absence)
        self.add(slots)

    def add(self, slots: Iterable[BusySlot]) -> None:
        """Take in more meetings."""
        by_day = self._by_day
        for slot in slots:
            taken = by_day.get(slot.on)
            if taken is None:
                by_day[slot.on] = [slot]
            else:
                taken.append(slot)
            if slot.last_minute > DAY:
                self._overnight.setdefault(slot.on, []).append(slot)

    def around(self, slot: BusySlot) -> list[BusySlot]:
        """Give other groups' meetings that share a person or the place, on this date or over midnight."""
        near = list(self._by_day.get(slot.on, ()))
        near += self._overnight.get(slot.on - timedelta(days=1), ())
        if slot.last_minute > DAY:
            near += self._by_day.get(slot.on + timedelta(days=1), ())
        return [other for other in near if _shares(slot, other)]

    def groups_in_week(self, staff: str, day: date) -> set[str]:
        """Give the groups this person meets in the week (Monday to Sunday) of a date."""
        monday = day - timedelta(days=day.weekday())
        return {
            slot.group
            for away in range(7)
            for slot in self._by_day.get(monday + timedelta(days=away), ())
            if staff in slot.facilitators
        }

    def leave_of(self, staff: str, day: date) -> Leave | None:
        """Find the leave of a person that covers a date."""
        return next((leave for leave in self._leave.get(staff, ()) if leave.covers(day)), None)

    def clashes(self, slot: BusySlot, supervisor: str, rules: PlanningRules) -> list[Clash]:
        """Give the clashes of a meeting with people, places, leave, travel and load."""
        found: list[Clash] = []
        for other in self.around(slot):
            found += _meeting_clashes(slot, other, rules)
        found += self._away(slot, supervisor)
        if rules.groups_a_week is not None:
            found += self._load(slot, rules.groups_a_week)
        return found

    def _away(self, slot: BusySlot, supervisor: str) -> list[Clash]:
        """Give leave: hard only when no facilitator is left, since a co-facilitator may lead (domain 1.7)."""
        if not self._leave:
            return []
        away = [staff for staff in sorted(slot.facilitators) if self.leave_of(staff, slot.on)]
        found = []
        if away:
            severity = Severity.HARD if len(away) == len(slot.facilitators) else Severity.SOFT
            found.append(Clash(ClashCode.FACILITATOR_AWAY, severity, slot.on, people=tuple(away)))
        if supervisor and self.leave_of(supervisor, slot.on):
            found.append(Clash(ClashCode.SUPERVISOR_AWAY, Severity.SOFT, slot.on, people=(supervisor,)))
        return found

    def _load(self, slot: BusySlot, limit: int) -> list[Clash]:
        counts = {
            staff: len(self.groups_in_week(staff, slot.on) | {slot.group})
            for staff in sorted(slot.facilitators)
        }
        return [
            Clash(ClashCode.LOAD, Severity.SOFT, slot.on, people=(staff,), needed=limit, found=count)
            for staff, count in counts.items()
            if count > limit
        ]


def _shares(slot: BusySlot, other: BusySlot) -> bool:
    if slot.group and other.group == slot.group:
        return False
    return (
        (other.venue == slot.venue and slot.venue != "")
        or not slot.facilitators.isdisjoint(other.facilitators)
        or not slot.members.isdisjoint(other.members)
    )


def _meeting_clashes(slot: BusySlot, other: BusySlot, rules: PlanningRules) -> list[Clash]:
    starts = other.first_minute + _shift(slot, other)
    apart = max(starts - slot.last_minute, slot.first_minute - starts - other.minutes)
    staff = tuple(sorted(slot.facilitators & other.facilitators))
    if apart >= 0:
        return _travel_clashes(slot, other, staff, apart, rules)
    found = []
    if staff:
        found.append(_taken(ClashCode.FACILITATOR_BUSY, slot, other, people=staff))
    if slot.venue and slot.venue == other.venue:
        found.append(_taken(ClashCode.VENUE_BUSY, slot, other))
    members = tuple(sorted(slot.members & other.members))
    if members:
        found.append(_taken(ClashCode.MEMBER_BUSY, slot, other, people=members))
    return found


def _taken(code: ClashCode, slot: BusySlot, other: BusySlot, people: tuple[str, ...] = ()) -> Clash:
    return Clash(
        code,
        Severity.HARD,
        slot.on,
        source=other.group,
        other_on=other.on,
        starts=other.starts,
        people=people,
        venue=other.venue,
    )


def _travel_clashes(
    slot: BusySlot, other: BusySlot, staff: tuple[str, ...], apart: int, rules: PlanningRules
) -> list[Clash]:
    if not staff or not slot.venue or not other.venue or slot.venue == other.venue:
        return []
    forward = other.on, other.first_minute
    leaves, arrives = (other, slot) if forward < (slot.on, slot.first_minute) else (slot, other)
    needed = rules.travel_minutes(leaves.venue, arrives.venue)
    if apart >= needed:
        return []
    return [
        Clash(
            ClashCode.TRAVEL_TIME,
            Severity.SOFT,
            slot.on,
            source=other.group,
            other_on=other.on,
            starts=other.starts,
            people=staff,
            venue=other.venue,
            needed=needed,
            found=apart,
        )
    ]


def _shift(slot: BusySlot, other: BusySlot) -> int:
    """Give the minutes to add to the other meeting's clock so that both are read on the clock of `slot`."""
    days = (other.on - slot.on).days * DAY
    if other.zone == slot.zone:
        return days
    here = datetime.combine(slot.on, slot.starts, zone_of(slot.zone)).utcoffset() or timedelta()
    there = datetime.combine(other.on, other.starts, zone_of(other.zone)).utcoffset() or timedelta()
    return days + int((here - there).total_seconds() // 60)

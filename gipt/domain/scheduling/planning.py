"""From a request and a curriculum to dated sessions, with a reason for every date that was not taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from gipt.domain.guides import Curriculum, FollowUp
from gipt.domain.problems import NoFreeDate
from gipt.domain.scheduling.busy import Busy, BusySlot
from gipt.domain.scheduling.civil import clock_clash
from gipt.domain.scheduling.closures import ClosedCalendar, ClosedDay
from gipt.domain.scheduling.values import (
    Clash,
    ClashCode,
    CyclePlan,
    CycleRequest,
    FollowUpDate,
    PlanningRules,
    ScheduledSession,
    Severity,
    Skip,
    Window,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hold everything a date can clash with: closed days, busy people and places, and the limits."""

    closed: ClosedCalendar = field(default_factory=ClosedCalendar)
    busy: Busy = field(default_factory=Busy)
    rules: PlanningRules = field(default_factory=PlanningRules)


def surroundings(
    closed_days: ClosedCalendar | Iterable[ClosedDay] = (),
    busy: Busy | Iterable[BusySlot] = (),
    rules: PlanningRules | None = None,
) -> Surroundings:
    """Index closed days and busy slots unless they are indexed already."""
    closed = closed_days if isinstance(closed_days, ClosedCalendar) else ClosedCalendar(closed_days)
    taken = busy if isinstance(busy, Busy) else Busy(busy)
    return Surroundings(closed, taken, rules or PlanningRules())


def plan_cycle(
    request: CycleRequest,
    curriculum: Curriculum,
    closed_days: ClosedCalendar | Iterable[ClosedDay] = (),
    busy: Busy | Iterable[BusySlot] = (),
    rules: PlanningRules | None = None,
) -> CyclePlan:
    """Give every session of a new cycle its date.

    A date with a hard clash is skipped to the next date of the rhythm and recorded. The search ends
    `rules.horizon_days` after the last date needed with nothing in the way: then `NoFreeDate`.
    """
    around = surroundings(closed_days, busy, rules)
    asked = completed(request, curriculum)
    wishes = [
        ScheduledSession(
            number=number,
            phase=curriculum.phase_of(number),
            on=asked.start,
            starts=asked.starts,
            minutes=asked.minutes or curriculum.minutes,
            zone=asked.zone,
            venue=asked.venue,
            facilitators=asked.facilitators,
        )
        for number in range(1, curriculum.sessions + 1)
    ]
    placed, skipped = place(asked, wishes, rhythm_dates(first_date(asked), rhythm_of(asked)), around)
    sessions = checked(asked, placed, around)
    return CyclePlan(
        request=asked,
        curriculum_id=curriculum.id,
        curriculum_version=curriculum.version,
        sessions=sessions,
        skipped=skipped,
        pre_group=pre_group_window(asked, sessions[0].on, around),
        endline=endline_window(curriculum, sessions),
        follow_ups=follow_up_dates(curriculum, sessions, around),
    )


def completed(request: CycleRequest, curriculum: Curriculum) -> CycleRequest:
    """Fill rhythm, minutes and weekday that the request left to the curriculum and the start date."""
    return replace(
        request,
        rhythm_days=request.rhythm_days or curriculum.rhythm_days,
        minutes=request.minutes or curriculum.minutes,
        weekday=request.start.weekday() if request.weekday is None else request.weekday,
    )


def rhythm_of(request: CycleRequest) -> int:
    """Give the rhythm in days; weekly when neither request nor curriculum said another."""
    return request.rhythm_days or 7


def first_date(request: CycleRequest) -> date:
    """Give the first date of the rhythm: on the wished weekday, on or after the start."""
    wished = request.start.weekday() if request.weekday is None else request.weekday
    return request.start + timedelta(days=(wished - request.start.weekday()) % 7)


def rhythm_dates(first: date, rhythm_days: int) -> Iterator[date]:
    """Give first, first + rhythm, and so on without end."""
    day = first
    while True:
        yield day
        day += timedelta(days=rhythm_days)


def place(
    request: CycleRequest,
    wishes: Sequence[ScheduledSession],
    dates: Iterator[date],
    around: Surroundings,
    earliest: Callable[[ScheduledSession], date] = lambda session: session.on,
) -> tuple[list[ScheduledSession], tuple[Skip, ...]]:
    """Give each wish, in order, the next date that is free and not before `earliest`; record the others."""
    placed: list[ScheduledSession] = []
    skipped: list[Skip] = []
    last_needed: date | None = None
    for wish in wishes:
        for on in dates:
            if on < earliest(wish):
                continue
            last_needed = last_needed or on + timedelta(days=rhythm_of(request) * len(wishes))
            moved = replace(wish, on=on)
            hard = tuple(clash for clash in outer_clashes(request, moved, around) if clash.is_hard)
            if not hard:
                placed.append(moved)
                break
            skipped.append(Skip(on, wish.number, hard))
            if on > max(last_needed, earliest(wish)) + timedelta(days=around.rules.horizon_days):
                raise _no_free_date(wish.number, skipped)
    return placed, tuple(skipped)


def _no_free_date(number: int, skipped: Sequence[Skip]) -> NoFreeDate:
    last = skipped[-1]
    codes = sorted({clash.code.value for clash in last.reasons})
    return NoFreeDate(number=number, until=last.on, reasons=codes, labels=[c.label for c in last.reasons])


def slot_of(request: CycleRequest, session: ScheduledSession) -> BusySlot:
    """Give the people and the place that a session takes."""
    return BusySlot(
        on=session.on,
        starts=session.starts,
        minutes=session.minutes,
        zone=session.zone,
        group=request.group,
        facilitators=frozenset(session.facilitators),
        venue=session.venue,
        members=request.members,
    )


def slots_of(plan: CyclePlan) -> list[BusySlot]:
    """Give the slots of a whole plan, for `Busy.add`."""
    return [slot_of(plan.request, session) for session in plan.sessions]


def outer_clashes(request: CycleRequest, session: ScheduledSession, around: Surroundings) -> list[Clash]:
    """Give the clashes of one session with everything but the group's own sessions."""
    slot = slot_of(request, session)
    found = around.closed.clashes(slot)
    found += around.busy.clashes(slot, request.supervisor, around.rules)
    found += _weekday_clashes(request, session.on, around.rules)
    clock = clock_clash(session.on, session.starts, session.zone)
    return [*found, clock] if clock else found


def _weekday_clashes(request: CycleRequest, on: date, rules: PlanningRules) -> list[Clash]:
    """Say a changed weekday, and a weekend unless the group itself chose that day."""
    weekly = rhythm_of(request) % 7 == 0 and request.weekday is not None
    found = []
    if weekly and on.weekday() != request.weekday:
        found.append(
            Clash(ClashCode.WEEKDAY_CHANGED, Severity.SOFT, on, needed=request.weekday, found=on.weekday())
        )
    if on.weekday() in rules.weekend and not (weekly and on.weekday() == request.weekday):
        found.append(Clash(ClashCode.WEEKEND, Severity.SOFT, on))
    return found


def checked(
    request: CycleRequest, sessions: Sequence[ScheduledSession], around: Surroundings
) -> tuple[ScheduledSession, ...]:
    """Give the sessions in order of number and date with their clashes worked out anew.

    Only sessions that may still take place carry clashes; what was held or cancelled is history.
    """
    live = sorted((s for s in sessions if s.is_live), key=lambda session: (session.on, session.number))
    in_order = all(a.number < b.number and a.on < b.on for a, b in pairwise(live))

    def clashes_of(session: ScheduledSession) -> tuple[Clash, ...]:
        if not session.is_open:
            return ()
        before = max((o for o in live if _comes_before(o, session)), key=lambda o: o.on, default=None)
        spacing = _spacing(before, session, around.rules) if before else []
        disorder = [] if in_order else _disorder(session, live)
        return (*outer_clashes(request, session, around), *spacing, *disorder)

    ordered = sorted(sessions, key=lambda session: (session.number, session.on))
    return tuple(replace(session, clashes=clashes_of(session)) for session in ordered)


def _comes_before(other: ScheduledSession, session: ScheduledSession) -> bool:
    return (other.on, other.number) < (session.on, session.number)


def _disorder(session: ScheduledSession, live: Sequence[ScheduledSession]) -> list[Clash]:
    """Say that numbers would not follow the dates; a higher number already held earlier is a fact."""
    wrong = [
        other
        for other in live
        if (other.number < session.number and other.on >= session.on)
        or (other.number > session.number and other.on <= session.on and other.is_open)
        or (other.number != session.number and other.on == session.on)
    ]
    return [
        Clash(ClashCode.OUT_OF_ORDER, Severity.HARD, session.on, other_on=other.on, found=other.number)
        for other in wrong[:1]
    ]


def _spacing(before: ScheduledSession, session: ScheduledSession, rules: PlanningRules) -> list[Clash]:
    days = (session.on - before.on).days
    if days > rules.longest_gap:
        limit, code = rules.longest_gap, ClashCode.LONG_GAP
    elif days < rules.shortest_gap:
        limit, code = rules.shortest_gap, ClashCode.SHORT_GAP
    else:
        return []
    return [Clash(code, Severity.SOFT, session.on, other_on=before.on, needed=limit, found=days)]


def pre_group_window(request: CycleRequest, first: date, around: Surroundings) -> Window:
    """Give the days for individual talks ahead of session 1, and which of them are closed."""
    opens = first - timedelta(days=request.pre_group_from)
    days = [opens + timedelta(days=n) for n in range(request.pre_group_from - request.pre_group_to + 1)]
    return Window(days[0], days[-1], tuple(day for day in days if around.closed.is_shut(day)))


def last_date(sessions: Sequence[ScheduledSession]) -> date:
    """Give the date of the last session that was or may be held."""
    live = [session.on for session in sessions if session.is_live]
    return max(live or [session.on for session in sessions])


def endline_window(curriculum: Curriculum, sessions: Sequence[ScheduledSession]) -> Window:
    """Give the days on which an endline counts, from the last session (decision 5: 0-28 by default)."""
    last = last_date(sessions)
    endline = curriculum.endline
    return Window(last + timedelta(days=endline.first_day), last + timedelta(days=endline.last_day))


def follow_up_dates(
    curriculum: Curriculum, sessions: Sequence[ScheduledSession], around: Surroundings
) -> tuple[FollowUpDate, ...]:
    """Give each follow-up the open day nearest to its offset from the last session, inside its window."""
    last = last_date(sessions)
    return tuple(_follow_up_date(follow_up, last, around) for follow_up in curriculum.follow_ups)


def _follow_up_date(follow_up: FollowUp, last: date, around: Surroundings) -> FollowUpDate:
    target = last + timedelta(days=follow_up.offset_days)
    before, after = follow_up.before_days, follow_up.after_days
    days = [target + timedelta(days=away) for away in range(-before, after + 1)]
    shut = tuple(day for day in days if around.closed.is_shut(day))
    free = [day for day in days if day not in shut]
    on = min(free, key=lambda day: (abs((day - target).days), day < target), default=target)
    clashes = tuple(
        Clash(
            ClashCode.CLOSED_DAY,
            closed.severity,
            on,
            source=closed.key,
            label=closed.label,
            kind=closed.kind.value,
            estimated=closed.estimated,
            other_on=on,
        )
        for closed in around.closed.on(on)
    )
    return FollowUpDate(follow_up.key, follow_up.label, on, Window(days[0], days[-1], shut), clashes)

"""Three ways out for a session whose date does not work, each as the change it would make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from gipt.domain.problems import NoFreeDate
from gipt.domain.scheduling.busy import minute_of
from gipt.domain.scheduling.changes import Sessions, move_one, move_this_and_after, open_session
from gipt.domain.scheduling.planning import Surroundings
from gipt.domain.scheduling.values import (
    Change,
    ClashCode,
    CycleRequest,
    PlanningRules,
    ScheduledSession,
    Suggestion,
    SuggestionKind,
)

STEP_MINUTES = 30

BESIDE_THE_POINT = frozenset({ClashCode.WEEKDAY_CHANGED, ClashCode.SHORT_GAP, ClashCode.LONG_GAP})
"""Warnings that another day in the same week brings with it; they do not make anybody busy."""


def alternatives(
    request: CycleRequest,
    sessions: Sessions,
    number: int,
    around: Surroundings,
    not_before: date | None = None,
) -> tuple[Suggestion, ...]:
    """Offer up to three: another day of the same week, another hour of the same day, a step on with all
    after.

    The first two prefer a place where everybody is free and fall back to one that is only not
    forbidden; a way that leads nowhere is left out.
    """
    session = open_session(sessions, number)
    found = [
        _first_free(SuggestionKind.SAME_WEEK, _same_week(request, sessions, session, around, not_before)),
        _first_free(SuggestionKind.SAME_DAY, _same_day(request, sessions, session, around, not_before)),
        _step_on(request, sessions, session, around),
    ]
    return tuple(suggestion for suggestion in found if suggestion is not None)


def _same_week(
    request: CycleRequest,
    sessions: Sessions,
    session: ScheduledSession,
    around: Surroundings,
    not_before: date | None,
) -> Iterator[Change]:
    monday = session.on - timedelta(days=session.on.weekday())
    days = [monday + timedelta(days=away) for away in range(7)]
    days.sort(key=lambda day: (abs((day - session.on).days), day < session.on))
    for day in days:
        if day != session.on and (not_before is None or day >= not_before):
            yield move_one(request, sessions, session.number, day, around)


def _same_day(
    request: CycleRequest,
    sessions: Sessions,
    session: ScheduledSession,
    around: Surroundings,
    not_before: date | None,
) -> Iterator[Change]:
    if not_before is not None and session.on < not_before:
        return
    for starts in _other_hours(session, around.rules):
        yield move_one(request, sessions, session.number, session.on, around, starts=starts)


def _other_hours(session: ScheduledSession, rules: PlanningRules) -> list[time]:
    """Give half-hour starts inside the working day, nearest to the planned one first, later on ties."""
    planned = minute_of(session.starts)
    last = minute_of(rules.day_ends) - session.minutes
    starts = [m for m in range(minute_of(rules.day_starts), last + 1, STEP_MINUTES) if m != planned]
    starts.sort(key=lambda minute: (abs(minute - planned), minute < planned))
    return [time(minute // 60, minute % 60) for minute in starts]


def _step_on(
    request: CycleRequest, sessions: Sessions, session: ScheduledSession, around: Surroundings
) -> Suggestion | None:
    try:
        change = move_this_and_after(request, sessions, session.number, around)
    except NoFreeDate:
        return None
    return _suggestion(SuggestionKind.NEXT_WEEK_ALL_AFTER, change, session.number)


def _first_free(kind: SuggestionKind, changes: Iterator[Change]) -> Suggestion | None:
    fallback: Suggestion | None = None
    for change in changes:
        suggestion = _suggestion(kind, change, change.pairs[0].after.number)
        if suggestion.everybody_free:
            return suggestion
        if fallback is None and not change.is_blocked:
            fallback = suggestion
    return fallback


def _suggestion(kind: SuggestionKind, change: Change, number: int) -> Suggestion:
    moved = next(pair.after for pair in change.pairs if pair.after.number == number)
    return Suggestion(kind, moved.on, moved.starts, _is_free(moved), change)


def _is_free(session: ScheduledSession) -> bool:
    return all(clash.code in BESIDE_THE_POINT for clash in session.clashes)

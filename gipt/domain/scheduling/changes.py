"""What may be done to a planned cycle: move, cancel, append, accept, hold elsewhere, hand over.

Every function takes the cycle's request, all its sessions and its surroundings, and gives a `Change`:
the whole schedule after it and the changed sessions before and after. Nothing is stored; a preview and
the action call the same function. Held sessions never move and no session ever changes its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from gipt.domain.problems import Conflict, Invalid
from gipt.domain.scheduling.planning import Surroundings, checked, first_date, place, rhythm_dates, rhythm_of
from gipt.domain.scheduling.values import (
    CancelReason,
    Change,
    ChangeKind,
    CycleRequest,
    Gap,
    Pair,
    ScheduledSession,
    SessionStatus,
    Skip,
)

Sessions = Sequence[ScheduledSession]


def move_one(
    request: CycleRequest,
    sessions: Sessions,
    number: int,
    to: date,
    around: Surroundings,
    *,
    starts: time | None = None,
    venue: str | None = None,
) -> Change:
    """Give one session another date, and with `starts` or `venue` another hour or place; the others stay."""
    session = open_session(sessions, number)
    moved = replace(
        _postponed(session, to),
        starts=session.starts if starts is None else starts,
        venue=session.venue if venue is None else venue,
    )
    return _changed(ChangeKind.MOVE_ONE, request, sessions, {session: moved}, around)


def move_this_and_after(
    request: CycleRequest, sessions: Sessions, number: int, around: Surroundings, to: date | None = None
) -> Change:
    """Move a session and every later open one.

    With `to` the session goes to exactly that date and the rhythm goes on from there; without it the session
    goes one step on in the cycle's rhythm. Dates with a hard clash are skipped with their reasons, and no
    session comes nearer than the shift asked for, so that a gap that was left on purpose stays.
    """
    session = open_session(sessions, number)
    later = [other for other in _open(sessions) if other.number > number]
    rhythm = rhythm_of(request)
    if to is None:
        wanted = _next_rhythm_date(request, session.on + timedelta(days=rhythm // 2 + 1))
        placed, skipped = place(request, [session], rhythm_dates(wanted, rhythm), around)
        shift = wanted - session.on
    else:
        wanted, shift = to, to - session.on
        placed, skipped = [replace(session, on=to)], ()
    dates = rhythm_dates(placed[0].on + timedelta(days=rhythm), rhythm)
    slack = timedelta(days=(rhythm - 1) // 2)
    rest, more = place(request, later, dates, around, earliest=lambda wish: wish.on + shift - slack)
    after = {old: _postponed(old, new.on) for old, new in zip([session, *later], placed + rest, strict=True)}
    return _changed(ChangeKind.MOVE_THIS_AND_AFTER, request, sessions, after, around, (*skipped, *more))


def cancel(
    request: CycleRequest, sessions: Sessions, number: int, reason: CancelReason, around: Surroundings
) -> Change:
    """Cancel one session for a reason; its number stays empty until somebody appends or accepts."""
    session = open_session(sessions, number)
    after = replace(session, status=SessionStatus.CANCELLED, cancel_reason=reason, gap=Gap.OPEN)
    return _changed(ChangeKind.CANCEL, request, sessions, {session: after}, around)


def append(request: CycleRequest, sessions: Sessions, number: int, around: Surroundings) -> Change:
    """Make up for a cancelled session with one more date at the end.

    The cancelled row stays as it was. A new session takes its number and the next open date; each later open
    session takes the date, hour, place and facilitators of the one after it; the last goes to the next free
    date of the rhythm. So the order of the guide is kept and the closing session stays last.
    """
    gone = _gap(sessions, number)
    again = replace(gone, status=SessionStatus.PLANNED, cancel_reason=None, gap=Gap.NONE, key="")
    later = [other for other in _open(sessions) if other.number > number]
    rhythm = rhythm_of(request)
    last = max((other.on for other in sessions if other.is_live), default=gone.on)
    after_last = _next_rhythm_date(request, max(last, gone.on) + timedelta(days=1))
    final = replace(later[-1] if later else again, on=after_last)
    placed, skipped = place(request, [final], rhythm_dates(after_last, rhythm), around)
    places = [*later, placed[0]]
    pairs = {gone: replace(gone, gap=Gap.REPLACED)}
    pairs |= {old: _in_place_of(old, new) for old, new in zip(later, places[1:], strict=True)}
    added = replace(_in_place_of(again, places[0]), status=SessionStatus.PLANNED)
    return _changed(ChangeKind.APPEND, request, sessions, pairs, around, skipped, added)


def accept(request: CycleRequest, sessions: Sessions, number: int, around: Surroundings) -> Change:
    """Accept that the cycle has one session fewer; the number stays empty and N stays the curriculum's."""
    gone = _gap(sessions, number)
    return _changed(ChangeKind.ACCEPT, request, sessions, {gone: replace(gone, gap=Gap.ACCEPTED)}, around)


def held_on_another_day(
    request: CycleRequest,
    sessions: Sessions,
    number: int,
    on: date,
    around: Surroundings,
    *,
    starts: time | None = None,
) -> Change:
    """Record that a session took place on another date than planned; the others stay where they are."""
    session = open_session(sessions, number)
    held = replace(
        session, on=on, starts=session.starts if starts is None else starts, status=SessionStatus.HELD
    )
    return _changed(ChangeKind.HELD_ON_ANOTHER_DAY, request, sessions, {session: held}, around)


def hand_over(
    request: CycleRequest,
    sessions: Sessions,
    facilitators: tuple[str, ...],
    around: Surroundings,
    *,
    first: date,
    last: date | None = None,
) -> Change:
    """Give the open sessions from `first` to `last` (without it: all later ones) to other facilitators."""
    if not facilitators:
        raise Invalid(field="facilitators", reason="missing")
    pairs = {
        session: replace(session, facilitators=facilitators)
        for session in _open(sessions)
        if first <= session.on and (last is None or session.on <= last)
    }
    if not pairs:
        raise Conflict(reason="no_open_session", first=first, last=last)
    return _changed(ChangeKind.HAND_OVER, request, sessions, pairs, around)


def open_gaps(sessions: Sessions) -> tuple[int, ...]:
    """Give the numbers of cancelled sessions that still need a decision: append or accept."""
    return tuple(session.number for session in sessions if session.gap is Gap.OPEN)


def open_session(sessions: Sessions, number: int) -> ScheduledSession:
    """Give the session of this number that may still take place.

    Raise `Conflict` (session_held, session_closed) when it may not, `Invalid` when there is no such number.
    """
    rows = [session for session in sessions if session.number == number]
    if not rows:
        raise Invalid(field="number", reason="no_such_session", value=number)
    for session in rows:
        if session.is_open:
            return session
    held = any(session.status is SessionStatus.HELD for session in rows)
    raise Conflict(reason="session_held" if held else "session_closed", number=number)


def _gap(sessions: Sessions, number: int) -> ScheduledSession:
    for session in sessions:
        if session.number == number and session.gap is Gap.OPEN:
            return session
    raise Conflict(reason="no_open_gap", number=number)


def _open(sessions: Sessions) -> list[ScheduledSession]:
    return sorted((session for session in sessions if session.is_open), key=lambda session: session.number)


def _next_rhythm_date(request: CycleRequest, earliest: date) -> date:
    """Give the first date of the cycle's own rhythm that is not before `earliest`."""
    first, rhythm = first_date(request), rhythm_of(request)
    return earliest + timedelta(days=(first - earliest).days % rhythm)


def _postponed(session: ScheduledSession, on: date) -> ScheduledSession:
    """Give the session on its new date: postponed when people had been told, else only planned anew."""
    if on == session.on:
        return session
    keeps_plan = session.status is SessionStatus.PLANNED
    return replace(session, on=on, status=session.status if keeps_plan else SessionStatus.POSTPONED)


def _in_place_of(session: ScheduledSession, other: ScheduledSession) -> ScheduledSession:
    """Give the session the date, hour, place and facilitators of another."""
    return replace(
        _postponed(session, other.on),
        starts=other.starts,
        minutes=other.minutes,
        venue=other.venue,
        facilitators=other.facilitators,
    )


def _changed(
    kind: ChangeKind,
    request: CycleRequest,
    sessions: Sessions,
    new: dict[ScheduledSession, ScheduledSession],
    around: Surroundings,
    skipped: tuple[Skip, ...] = (),
    added: ScheduledSession | None = None,
) -> Change:
    """Put the new sessions in the place of the old, work out all clashes, and pair what differs."""
    before = [*sessions, *([added] if added else [])]
    after = [new.get(session, session) for session in before]
    fresh = {_identity(session): session for session in checked(request, after, around)}
    pairs = tuple(
        Pair(None if old is added else old, fresh[_identity(session)])
        for old, session in zip(before, after, strict=True)
        if old is added or _differs(old, session)
    )
    ordered = tuple(sorted(fresh.values(), key=lambda session: (session.number, session.on)))
    return Change(kind, ordered, tuple(sorted(pairs, key=lambda pair: pair.after.number)), skipped)


def _identity(session: ScheduledSession) -> tuple[int, str, date, bool]:
    return (session.number, session.key, session.on, session.is_live)


def _differs(old: ScheduledSession, new: ScheduledSession) -> bool:
    return replace(old, clashes=()) != replace(new, clashes=())

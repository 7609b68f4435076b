"""Indicators I-01 to I-08, I-17 and I-18: who was reached, and what was delivered (domain.md 5.2)."""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Protocol, runtime_checkable

from gipt.domain.attendance import CourseStatus
from gipt.domain.indicators.facts import AttendanceFact, EnrolmentFact, ScreeningFact, SessionFact
from gipt.domain.indicators.people import Choices, CompletionBase, Person, alike_of
from gipt.domain.indicators.tally import Entry, Tally, Unit
from gipt.domain.periods import Period
from gipt.domain.scheduling import SessionStatus


def people_entries(
    people: Sequence[Person], below: Callable[[Person], bool], above: Callable[[Person], bool]
) -> tuple[Entry, ...]:
    """Give the entries of the people in the denominator; only they can be in the numerator."""
    return entries_of(
        (one.chosen, len(keys) if above(one) else 0, len(keys))
        for one, keys in alike_of(people)
        if below(one)
    )


def bare_entries(people: Sequence[Person], counted: Callable[[Person], bool]) -> tuple[Entry, ...]:
    """Give the entries of a count of people that has nothing below the line."""
    return entries_of((one.chosen, len(keys), 0) for one, keys in alike_of(people) if counted(one))


def entries_of(counted: Iterable[tuple[EnrolmentFact, int, int]]) -> tuple[Entry, ...]:
    """Give one entry for all enrolments that share place and traits; each comes with what it adds above and below."""
    sums: dict[tuple[str, int], tuple[EnrolmentFact, int, int]] = {}
    for one, more_above, more_below in counted:
        key = (one.site, id(one.traits))
        first, above, below = sums.get(key, (one, 0, 0))
        sums[key] = (first, above + more_above, below + more_below)
    return tuple(Entry(first.site, first.traits, above, below) for first, above, below in sums.values())


def people_in(entries: Iterable[Entry]) -> int:
    """Give how many people the entries of a denominator stand for."""
    return sum(one.denominator for one in entries)


def screened(screenings: Sequence[ScreeningFact], incomplete: int = 0) -> Tally:
    """Count I-01: unique people with a complete screening (F2); one row of `screenings` per person."""
    entries = tuple(Entry(one.site, one.traits, 1, 0) for one in screenings)
    return Tally(
        "I-01", Unit.PEOPLE, "screened", entries,
        missing_set="screened_incomplete", missing=incomplete, rules=("unique_people",),
    )  # fmt: skip


def positivity(screenings: Sequence[ScreeningFact], incomplete: int = 0) -> Tally:
    """Count I-02: screened people at or above the cut-off in force (F3 of F2)."""
    entries = tuple(Entry(one.site, one.traits, int(one.positive is True), 1) for one in screenings)
    return Tally(
        "I-02", Unit.PEOPLE, "positive", entries, "screened", "screened_below",
        missing_set="screened_incomplete", missing=incomplete, rules=("last_screening", "cut_off_in_force"),
    )  # fmt: skip


def uptake(screenings: Sequence[ScreeningFact], people: Iterable[Person]) -> Tally:
    """Count I-03: people found eligible in the period who were enrolled in it (F5 of F4)."""
    enrolled_keys = {one.key for one in people}
    entries = tuple(
        Entry(one.site, one.traits, int(one.person in enrolled_keys), 1) for one in screenings if one.eligible
    )
    return Tally(
        "I-03", Unit.PEOPLE, "eligible_enrolled", entries, "eligible", "eligible_waiting",
        excluded_set="screened_not_eligible", excluded=len(screenings) - len(entries), rules=("uptake",),
    )  # fmt: skip


def enrolled(people: Sequence[Person]) -> Tally:
    """Count F5: unique people allocated to a cycle."""
    entries = bare_entries(people, lambda one: True)
    return Tally("F5", Unit.PEOPLE, "enrolled", entries, rules=("unique_people",))


def enrolments(rows: Sequence[EnrolmentFact]) -> Tally:
    """Count enrolments: somebody who came back is counted again."""
    entries = entries_of((one, 1, 0) for one in rows)
    return Tally("F5-E", Unit.ENROLMENTS, "enrolments", entries, rules=("each_enrolment",))


def start_rate(people: Sequence[Person]) -> Tally:
    """Count I-04: enrolled people who attended at least one core session (F6 of F5)."""
    entries = people_entries(people, lambda one: True, lambda one: one.started)
    return Tally("I-04", Unit.PEOPLE, "started", entries, "enrolled", "not_started", rules=("started",))


def completion(people: Sequence[Person], base: CompletionBase = CompletionBase.STARTED) -> Tally:
    """Count I-05: people who met the completion rule (F7).

    Of those who started (default) or were enrolled.
    """
    if base is CompletionBase.ENROLLED:
        entries = people_entries(people, lambda one: True, lambda one: one.completed)
        return Tally(
            "I-05", Unit.PEOPLE, "completed", entries, "enrolled", "enrolled_not_completed",
            rules=("completion_rule",), sensitive=True,
        )  # fmt: skip
    entries = people_entries(people, lambda one: one.started, lambda one: one.completed)
    return Tally(
        "I-05", Unit.PEOPLE, "completed", entries, "started", "not_completed",
        excluded_set="not_started", excluded=len(people) - people_in(entries),
        rules=("completion_rule",), sensitive=True,
    )  # fmt: skip


def dropout(people: Sequence[Person]) -> Tally:
    """Count I-06: started, not completed, not otherwise exited, cycle closed, of those who started."""
    entries = people_entries(
        people, lambda one: one.started, lambda one: one.status is CourseStatus.DROPPED_OUT
    )
    return Tally(
        "I-06", Unit.PEOPLE, "dropped_out", entries, "started", "not_dropped_out",
        excluded_set="not_started", excluded=len(people) - people_in(entries), rules=("dropout",), sensitive=True,
    )  # fmt: skip


def mean_attendance(rows: Sequence[EnrolmentFact]) -> Tally:
    """Count I-07: core sessions attended of those expected, over all started enrolments."""
    entries = entries_of((one, one.attended, one.expected) for one in rows if one.started)
    return Tally(
        "I-07", Unit.ATTENDANCES, "attendances", entries, "expected_attendances", "missed_attendances",
        excluded_set="enrolments_not_started", excluded=sum(not one.started for one in rows),
        rules=("expected_sessions", "clustered"),
    )  # fmt: skip


def dose(people: Sequence[Person]) -> Tally:
    """Count I-08: people by how many core sessions they attended in the enrolment that counts, 0 to N."""
    entries = tuple(
        Entry(one.site, one.traits, len(keys), 0, group=f"{one.chosen.attended:02d}")
        for one, keys in alike_of(people)
    )
    return Tally("I-08", Unit.PEOPLE, "enrolled", entries, rules=("dose",))


@runtime_checkable
class Gathered(Protocol):
    """Attendance of many enrolments, of which those alike are kept together."""

    def gathered(self, enrolments: Container[str]) -> Iterable[tuple[Iterable[tuple[int, bool, bool]], int]]:
        """Give number, expected and attended of the sessions of each kind of enrolment, and how many these are."""


def attendance_by_session(
    rows: Sequence[EnrolmentFact], attendance: Iterable[AttendanceFact]
) -> dict[int, tuple[int, int]]:
    """Give attended and expected by session number, over all started enrolments.

    Every number up to the largest N.
    """
    counted = {one.enrolment for one in rows if one.started}
    found = (
        attendance.gathered(counted)
        if isinstance(attendance, Gathered)
        else (
            ([(one.number, one.expected, one.attended)], 1) for one in attendance if one.enrolment in counted
        )
    )
    table = dict.fromkeys(range(1, max((one.sessions for one in rows), default=0) + 1), (0, 0))
    for sessions, times in found:
        for number, is_expected, is_attended in sessions:
            if is_expected:
                came, expected = table.get(number, (0, 0))
                table[number] = (came + times * is_attended, expected + times)
    return dict(sorted(table.items()))


def sessions_in(sessions: Iterable[SessionFact], period: Period) -> tuple[SessionFact, ...]:
    """Give the sessions that were due in the period, by the date first confirmed, else planned."""
    return tuple(one for one in sessions if period.holds(one.due_on))


def delivered(sessions: Sequence[SessionFact]) -> Tally:
    """Count I-17: core sessions held, of those due in the period."""
    entries = tuple(Entry(one.site, None, int(one.status is SessionStatus.HELD), 1) for one in sessions)
    return Tally(
        "I-17", Unit.SESSIONS, "sessions_held", entries, "sessions_due", "sessions_not_held", rules=("due",)
    )


def not_held_reasons(sessions: Sequence[SessionFact]) -> Tally:
    """Count the sessions that were due and not held, by the reason of the cancellation.

    Else by their status.
    """
    entries = tuple(
        Entry(one.site, None, 1, 0, group=(one.cancel_reason or one.status).value)
        for one in sessions
        if one.status is not SessionStatus.HELD
    )
    return Tally("I-17", Unit.SESSIONS, "sessions_not_held", entries, rules=("due",))


def on_time(sessions: Sequence[SessionFact], choices: Choices) -> Tally:
    """Count I-18: held sessions within 2 days of the date first confirmed."""
    entries = tuple(
        Entry(one.site, None, int(abs((one.held_on - one.due_on).days) <= choices.on_time_days), 1)
        for one in sessions
        if one.status is SessionStatus.HELD and one.held_on is not None
    )
    held = sum(one.status is SessionStatus.HELD for one in sessions)
    return Tally(
        "I-18", Unit.SESSIONS, "sessions_on_time", entries, "sessions_dated", "sessions_off_time",
        missing_set="sessions_undated", missing=held - len(entries), rules=("on_time",),
    )  # fmt: skip

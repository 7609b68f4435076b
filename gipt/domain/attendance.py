"""What a mark in the register means, and what the marks of one enrolment add up to.

Rules of domain.md 7.3, 5.2 and decision 4. Conventions: only core sessions that were held count; a session
is known by its number; nobody is expected before joining or from the day of leaving on; the completion
threshold uses the curriculum's N, also for late joiners and where sessions were dropped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gipt.domain.membership import Membership, is_member_on
from gipt.domain.people import ExitType
from gipt.domain.problems import Invalid

LATE_FROM_MINUTES = 16  # "late" is more than 15 minutes (domain.md 7.3)
FEW_PRESENT = 5  # below this many present the supervisor decides how to go on (domain.md 1.7); a setting
HELD = "held"


class AttendanceStatus(StrEnum):
    """One mark for one expected member at one held session."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT_TOLD = "absent_told"
    ABSENT_UNKNOWN = "absent_unknown"
    EXCUSED = "excused"
    MAKEUP_DONE = "makeup_done"
    NOT_EXPECTED = "not_expected"


class ExcuseReason(StrEnum):
    """Why somebody was excused."""

    ILLNESS = "illness"
    WORK = "work"
    FUNERAL = "funeral"
    BIRTH = "birth"
    TRAVEL = "travel"
    HARVEST = "harvest"
    CAREGIVER_DUTY = "caregiver_duty"
    SAFETY = "safety"


class CourseStatus(StrEnum):
    """Where one enrolment stands: started, completed and the ways to leave are different ends."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    DROPPED_OUT = "dropped_out"
    LEFT_OTHERWISE = "left_otherwise"


_S = AttendanceStatus
CAME = frozenset({_S.PRESENT, _S.LATE, _S.LEFT_EARLY})
MISSED = frozenset({_S.ABSENT_TOLD, _S.ABSENT_UNKNOWN, _S.EXCUSED})
STILL_DROPOUT = frozenset({None, ExitType.DROPPED_OUT, ExitType.COMPLETED})
"""Exits that do not explain why somebody who started did not complete.

`completed` is among them: staying to the end with too few sessions is not another way out.
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the register says.

    `stayed_half` is asked for `left_early` only: it counts when the member stayed for half of the meeting or
    more.
    """

    status: AttendanceStatus
    excuse: ExcuseReason | None = None
    stayed_half: bool | None = None


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A core session for counting: its number, the day (held or planned), its status as a code."""

    number: int
    on: date
    status: str = HELD


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """How a programme counts: N of the curriculum, its own threshold, whether make-ups count."""

    sessions: int
    threshold_override: int | None = None
    makeup_counts: bool = False

    @property
    def threshold(self) -> int:
        return completion_threshold(self.sessions, self.threshold_override)


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """The marks of one enrolment, added up; all counts are core sessions.

    `attended` holds make-ups only if the programme counts them; `made_up` always shows them in their own
    column. `unrecorded` are expected sessions without a mark. attended <= expected always.
    """

    expected: int
    attended: int
    made_up: int
    missed: int
    excused: int
    unrecorded: int

    @property
    def started(self) -> bool:
        """Say whether at least one core session was attended (funnel F6)."""
        return self.attended > 0


def check_mark(mark: Mark) -> None:
    """Refuse a mark that leaves out what its status asks for: the excuse, or whether half was attended."""
    if mark.status is _S.EXCUSED and mark.excuse is None:
        raise Invalid(field="excuse", reason="missing")
    if mark.status is not _S.EXCUSED and mark.excuse is not None:
        raise Invalid(field="excuse", reason="not_excused")
    if mark.status is _S.LEFT_EARLY and mark.stayed_half is None:
        raise Invalid(field="stayed_half", reason="missing")


def status_of_arrival(minutes_late: int) -> AttendanceStatus:
    """Give `late` from 16 minutes on, else `present`."""
    return _S.LATE if minutes_late >= LATE_FROM_MINUTES else _S.PRESENT


def stayed_half(minutes_present: int, session_minutes: int) -> bool:
    """Say whether somebody was there for at least half of the meeting."""
    return 2 * minutes_present >= session_minutes


def counts_as_attended(mark: Mark, makeup_counts: bool = False) -> bool:
    """Say whether a mark is an attended session.

    `left_early` counts from half of the meeting on; when nobody said, it does not, so that no figure is
    better than what is known.
    """
    if mark.status is _S.LEFT_EARLY:
        return mark.stayed_half is True
    if mark.status is _S.MAKEUP_DONE:
        return makeup_counts
    return mark.status in CAME


def needs_follow_up(mark: Mark) -> bool:
    """Say whether somebody who did not come is to be asked how they are before the next meeting.

    An excuse that was given beforehand needs none.
    """
    return mark.status in {_S.ABSENT_TOLD, _S.ABSENT_UNKNOWN}


def is_expected(
    session: HeldSession,
    memberships: Iterable[Membership],
    mark: Mark | None = None,
    exit_on: date | None = None,
) -> bool:
    """Say whether a session belongs to somebody's denominator.

    Held, on a day of a membership and before the day of an agreed exit, and not marked `not_expected`.
    Somebody who was there is expected whatever the dates say. A missed session that was made up stays
    expected, so that making up never raises a rate by removing the absence.
    """
    if session.status != HELD or (mark is not None and mark.status is _S.NOT_EXPECTED):
        return False
    if mark is not None and (mark.status in CAME or mark.status is _S.MAKEUP_DONE):
        return True
    return is_member_on(memberships, session.on) and (exit_on is None or session.on < exit_on)


def summarise(
    sessions: Iterable[HeldSession],
    marks: Mapping[int, Mark],
    memberships: Sequence[Membership],
    exit_on: date | None = None,
    makeup_counts: bool = False,
) -> AttendanceSummary:
    """Add up the marks of one enrolment; `marks` by session number."""
    expected = [
        marks.get(one.number)
        for one in sessions
        if is_expected(one, memberships, marks.get(one.number), exit_on)
    ]
    known = [mark for mark in expected if mark is not None]
    return AttendanceSummary(
        expected=len(expected),
        attended=sum(counts_as_attended(mark, makeup_counts) for mark in known),
        made_up=sum(mark.status is _S.MAKEUP_DONE for mark in known),
        missed=sum(mark.status in MISSED for mark in known),
        excused=sum(mark.status is _S.EXCUSED for mark in known),
        unrecorded=len(expected) - len(known),
    )


def first_attended(
    sessions: Iterable[HeldSession], marks: Mapping[int, Mark], makeup_counts: bool = False
) -> date | None:
    """Give the day of the first core session attended, after which no score is a baseline; None if none."""
    days = (
        one.on
        for one in sessions
        if one.status == HELD and one.number in marks and counts_as_attended(marks[one.number], makeup_counts)
    )
    return min(days, default=None)


def missed_in_a_row(
    sessions: Sequence[HeldSession], marks: Mapping[int, Mark], memberships: Sequence[Membership]
) -> int:
    """Give how many expected sessions up to the latest marked one were missed without a break.

    Sessions at which somebody was not expected neither count nor break the row; an unmarked one is passed
    over, since nothing is known of it.
    """
    row = 0
    for session in sorted(sessions, key=lambda one: (one.on, one.number), reverse=True):
        mark = marks.get(session.number)
        if mark is None or not is_expected(session, memberships, mark):
            continue
        if mark.status not in MISSED:
            break
        row += 1
    return row


def completion_threshold(sessions: int, override: int | None = None) -> int:
    """Give how many of N core sessions make a completion: ceil(0.7 * N), or the programme's own number.

    Source: Terre des hommes counts adults in structured curricula from 70 % of sessions (domain.md 5.2);
    decision 4.
    """
    if sessions < 1:
        raise Invalid(field="sessions", reason="out_of_range", low=1)
    if override is None:
        return (7 * sessions + 9) // 10
    if not 1 <= override <= sessions:
        raise Invalid(field="completion", reason="out_of_range", low=1, high=sessions)
    return override


def has_completed(summary: AttendanceSummary, rule: CompletionRule) -> bool:
    """Say whether an enrolment meets the completion rule (funnel F7).

    `summary` must have been made with the same `makeup_counts` as `rule`.
    """
    return summary.attended >= rule.threshold


def is_dropout(started: bool, completed: bool, exit_type: ExitType | None, cycle_closed: bool) -> bool:
    """Say whether an enrolment is dropout (indicator I-06).

    Started, not completed, not otherwise exited, cycle closed. Death, a move, a referral, an exclusion, a
    withdrawn consent and other stated ends are not dropout.
    """
    return started and not completed and cycle_closed and exit_type in STILL_DROPOUT


def course_status(
    summary: AttendanceSummary, rule: CompletionRule, exit_type: ExitType | None, cycle_closed: bool
) -> CourseStatus:
    """Give where an enrolment stands; who completed and then moved away has completed."""
    completed = has_completed(summary, rule)
    if completed:
        return CourseStatus.COMPLETED
    if exit_type not in STILL_DROPOUT:
        return CourseStatus.LEFT_OTHERWISE
    if not summary.started:
        return CourseStatus.NOT_STARTED
    if is_dropout(summary.started, completed, exit_type, cycle_closed):
        return CourseStatus.DROPPED_OUT
    return CourseStatus.IN_PROGRESS


def dose_table(attended: Iterable[int], sessions: int) -> tuple[int, ...]:
    """Give how many people attended 0, 1, … N core sessions (indicator I-08); index = number of sessions."""
    counts = [0] * (sessions + 1)
    for number in attended:
        counts[number] += 1
    return tuple(counts)


def attendance_rate(summaries: Iterable[AttendanceSummary]) -> tuple[int, int]:
    """Give attended and expected core sessions of the members who started (indicator I-07)."""
    started = [one for one in summaries if one.started]
    return sum(one.attended for one in started), sum(one.expected for one in started)

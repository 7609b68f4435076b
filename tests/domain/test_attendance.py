"""The register: what counts, who was expected, completion and dropout."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.attendance import (
    AttendanceStatus,
    AttendanceSummary,
    CompletionRule,
    CourseStatus,
    ExcuseReason,
    HeldSession,
    Mark,
    attendance_rate,
    check_mark,
    completion_threshold,
    counts_as_attended,
    course_status,
    dose_table,
    first_attended,
    has_completed,
    is_dropout,
    is_expected,
    missed_in_a_row,
    needs_follow_up,
    status_of_arrival,
    stayed_half,
    summarise,
)
from gipt.domain.membership import Membership
from gipt.domain.people import ExitType
from gipt.domain.problems import Invalid

S = AttendanceStatus
FIRST = date(2026, 3, 4)
SESSIONS = [HeldSession(number, FIRST + timedelta(weeks=number - 1)) for number in range(1, 9)]
WHOLE = [Membership("G-01", FIRST)]
RULE = CompletionRule(8)


def marks(text: str) -> dict[int, Mark]:
    """Give marks from one letter per session, as in the table below; - is no mark."""
    letters = {
        "p": Mark(S.PRESENT),
        "l": Mark(S.LATE),
        "h": Mark(S.LEFT_EARLY, stayed_half=True),
        "s": Mark(S.LEFT_EARLY, stayed_half=False),
        "a": Mark(S.ABSENT_UNKNOWN),
        "t": Mark(S.ABSENT_TOLD),
        "e": Mark(S.EXCUSED, ExcuseReason.ILLNESS),
        "m": Mark(S.MAKEUP_DONE),
        "n": Mark(S.NOT_EXPECTED),
    }
    return {number: letters[sign] for number, sign in enumerate(text, start=1) if sign != "-"}


@pytest.mark.parametrize(
    ("mark", "attended", "with_makeup"),
    [
        (Mark(S.PRESENT), True, True),
        (Mark(S.LATE), True, True),
        (Mark(S.LEFT_EARLY, stayed_half=True), True, True),
        (Mark(S.LEFT_EARLY, stayed_half=False), False, False),
        (Mark(S.LEFT_EARLY), False, False),
        (Mark(S.ABSENT_TOLD), False, False),
        (Mark(S.ABSENT_UNKNOWN), False, False),
        (Mark(S.EXCUSED, ExcuseReason.BIRTH), False, False),
        (Mark(S.MAKEUP_DONE), False, True),
        (Mark(S.NOT_EXPECTED), False, False),
    ],
    ids=lambda value: value.status if isinstance(value, Mark) else None,
)
def test_which_marks_are_an_attended_session(mark: Mark, attended: bool, with_makeup: bool) -> None:
    assert counts_as_attended(mark) is attended
    assert counts_as_attended(mark, makeup_counts=True) is with_makeup


@pytest.mark.parametrize(("minutes", "status"), [(0, S.PRESENT), (15, S.PRESENT), (16, S.LATE), (60, S.LATE)])
def test_late_begins_after_fifteen_minutes(minutes: int, status: AttendanceStatus) -> None:
    assert status_of_arrival(minutes) is status


def test_exactly_half_of_a_meeting_is_half() -> None:
    assert stayed_half(45, 90)
    assert not stayed_half(44, 90)


@pytest.mark.parametrize(
    ("mark", "field"),
    [
        (Mark(S.EXCUSED), "excuse"),
        (Mark(S.PRESENT, ExcuseReason.WORK), "excuse"),
        (Mark(S.LEFT_EARLY), "stayed_half"),
    ],
    ids=["no_excuse", "excuse_of_somebody_present", "left_without_saying_when"],
)
def test_a_mark_that_leaves_something_open_is_refused(mark: Mark, field: str) -> None:
    with pytest.raises(Invalid) as fault:
        check_mark(mark)
    assert fault.value.details["field"] == field


@pytest.mark.parametrize("text", ["pppppppp", "plhaetm"])
def test_complete_marks_pass(text: str) -> None:
    for mark in marks(text).values():
        check_mark(mark)


@pytest.mark.parametrize(
    "status", ["planned", "confirmed", "cancelled", "postponed", "merged", "not_held_no_report"]
)
def test_a_session_that_was_not_held_is_nobodys_absence(status: str) -> None:
    session = HeldSession(3, FIRST, status)
    assert not is_expected(session, WHOLE)
    assert not is_expected(session, WHOLE, Mark(S.ABSENT_UNKNOWN))


def test_every_status_in_one_row() -> None:
    found = summarise(SESSIONS, marks("plhsatem"), WHOLE)
    assert found == AttendanceSummary(expected=8, attended=3, made_up=1, missed=3, excused=1, unrecorded=0)


def test_a_made_up_session_stays_expected_whether_it_counts_or_not() -> None:
    without = summarise(SESSIONS, marks("ppppppmm"), WHOLE)
    counted = summarise(SESSIONS, marks("ppppppmm"), WHOLE, makeup_counts=True)
    assert (without.attended, without.expected, without.made_up) == (6, 8, 2)
    assert (counted.attended, counted.expected, counted.made_up) == (8, 8, 2)


def test_a_late_joiner_is_expected_only_from_joining() -> None:
    joined = [Membership("G-01", SESSIONS[2].on)]
    found = summarise(SESSIONS, marks("--pppppp"), joined)
    assert (found.attended, found.expected, found.unrecorded) == (6, 6, 0)


def test_nobody_is_expected_from_the_day_of_leaving_on() -> None:
    left = [Membership("G-01", FIRST, SESSIONS[5].on)]
    assert summarise(SESSIONS, marks("ppppp"), left).expected == 5
    assert summarise(SESSIONS, marks("ppppp"), WHOLE, exit_on=SESSIONS[5].on).expected == 5


def test_who_came_on_the_day_of_leaving_was_expected_that_day() -> None:
    found = summarise(SESSIONS, marks("pppppp"), WHOLE, exit_on=SESSIONS[5].on)
    assert (found.attended, found.expected) == (6, 6)


def test_moving_to_another_group_keeps_one_row() -> None:
    moved = [Membership("G-01", FIRST, SESSIONS[3].on), Membership("G-02", SESSIONS[3].on)]
    assert summarise(SESSIONS, marks("pppppppp"), moved).expected == 8


def test_a_gap_between_two_memberships_is_not_absence() -> None:
    gap = [Membership("G-01", FIRST, SESSIONS[2].on), Membership("G-02", SESSIONS[4].on)]
    assert summarise(SESSIONS, marks("pp--pppp"), gap).expected == 6


def test_a_session_without_a_mark_is_expected_and_shown_as_not_recorded() -> None:
    found = summarise(SESSIONS, marks("ppp"), WHOLE)
    assert (found.expected, found.unrecorded, found.missed) == (8, 5, 0)


def test_not_expected_is_taken_at_its_word() -> None:
    assert summarise(SESSIONS, marks("nppppppp"), WHOLE).expected == 7


@given(
    st.text("plhsatemn-", min_size=8, max_size=8),
    st.integers(-2, 9),
    st.none() | st.integers(0, 9),
    st.booleans(),
)
def test_nobody_attends_more_than_expected(
    text: str, joined: int, left: int | None, makeup_counts: bool
) -> None:
    start = FIRST + timedelta(weeks=joined)
    membership = Membership("G-01", start, None if left is None else start + timedelta(weeks=left))
    found = summarise(SESSIONS, marks(text), [membership], makeup_counts=makeup_counts)
    assert 0 <= found.attended <= found.expected <= 8
    assert found.missed + found.unrecorded <= found.expected


def test_the_first_session_attended_is_the_first_that_counts() -> None:
    assert first_attended(SESSIONS, marks("asmp")) == SESSIONS[3].on
    assert first_attended(SESSIONS, marks("asmp"), makeup_counts=True) == SESSIONS[2].on
    assert first_attended(SESSIONS, marks("aaaa")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ppaa", 2),
        ("papa", 1),
        ("aaap", 0),
        ("atea", 4),
        ("ppama", 1),
        ("paana", 3),
        ("paa-a", 3),
        ("pas", 0),
        ("", 0),
    ],
)
def test_how_many_meetings_in_a_row_were_missed(text: str, expected: int) -> None:
    assert missed_in_a_row(SESSIONS, marks(text), WHOLE) == expected


def test_a_cancelled_session_does_not_break_a_row_of_absences() -> None:
    sessions = [SESSIONS[0], HeldSession(2, SESSIONS[1].on, "cancelled"), SESSIONS[2]]
    assert missed_in_a_row(sessions, marks("aaa"), WHOLE) == 2


def test_absence_asks_for_a_follow_up_and_an_excuse_does_not() -> None:
    assert needs_follow_up(Mark(S.ABSENT_UNKNOWN))
    assert needs_follow_up(Mark(S.ABSENT_TOLD))
    assert not needs_follow_up(Mark(S.EXCUSED, ExcuseReason.FUNERAL))
    assert not needs_follow_up(Mark(S.LATE))


@pytest.mark.parametrize(
    ("sessions", "threshold"), [(6, 5), (7, 5), (8, 6), (10, 7), (12, 9), (14, 10), (16, 12), (1, 1)]
)
def test_completion_needs_seventy_per_cent_rounded_up(sessions: int, threshold: int) -> None:
    assert completion_threshold(sessions) == threshold


@given(st.integers(1, 60))
def test_the_threshold_is_the_ceiling_of_seventy_per_cent(sessions: int) -> None:
    assert completion_threshold(sessions) == math.ceil(sessions * 7 / 10)


def test_a_programme_may_set_its_own_threshold_within_the_cycle() -> None:
    assert completion_threshold(8, override=4) == 4
    for wrong in (0, 9):
        with pytest.raises(Invalid) as fault:
            completion_threshold(8, override=wrong)
        assert (fault.value.details["low"], fault.value.details["high"]) == (1, 8)
    with pytest.raises(Invalid):
        completion_threshold(0)


def test_late_joiners_are_held_to_the_curriculums_number() -> None:
    joined = [Membership("G-01", SESSIONS[3].on)]
    found = summarise(SESSIONS, marks("---ppppp"), joined)
    assert (found.attended, found.expected) == (5, 5)
    assert not has_completed(found, RULE)


def test_six_of_eight_complete_and_five_do_not() -> None:
    assert has_completed(summarise(SESSIONS, marks("ppppppaa"), WHOLE), RULE)
    assert not has_completed(summarise(SESSIONS, marks("pppppaaa"), WHOLE), RULE)


@pytest.mark.parametrize(
    ("exit_type", "expected"),
    [
        (None, True),
        (ExitType.DROPPED_OUT, True),
        (ExitType.COMPLETED, True),
        (ExitType.MOVED, False),
        (ExitType.DIED, False),
        (ExitType.EXCLUDED, False),
        (ExitType.REFERRED_OUT, False),
        (ExitType.WITHDREW_CONSENT, False),
        (ExitType.OTHER, False),
    ],
)
def test_only_an_end_without_another_reason_is_dropout(exit_type: ExitType | None, expected: bool) -> None:
    assert is_dropout(True, False, exit_type, cycle_closed=True) is expected


def test_dropout_needs_a_start_no_completion_and_a_closed_cycle() -> None:
    assert not is_dropout(False, False, None, cycle_closed=True)
    assert not is_dropout(True, True, None, cycle_closed=True)
    assert not is_dropout(True, False, ExitType.DROPPED_OUT, cycle_closed=False)


@pytest.mark.parametrize(
    ("text", "exit_type", "closed", "expected"),
    [
        ("ppppppaa", None, False, CourseStatus.COMPLETED),
        ("ppppppaa", ExitType.MOVED, True, CourseStatus.COMPLETED),
        ("ppppaaaa", None, False, CourseStatus.IN_PROGRESS),
        ("ppppaaaa", None, True, CourseStatus.DROPPED_OUT),
        ("ppppaaaa", ExitType.DIED, True, CourseStatus.LEFT_OTHERWISE),
        ("aaaaaaaa", None, True, CourseStatus.NOT_STARTED),
        ("aaaaaaaa", ExitType.MOVED, True, CourseStatus.LEFT_OTHERWISE),
    ],
)
def test_where_an_enrolment_stands(
    text: str, exit_type: ExitType | None, closed: bool, expected: CourseStatus
) -> None:
    assert course_status(summarise(SESSIONS, marks(text), WHOLE), RULE, exit_type, closed) is expected


def test_the_dose_table_has_a_column_for_none_and_one_for_all() -> None:
    assert dose_table([0, 3, 8, 8], 8) == (1, 0, 0, 1, 0, 0, 0, 0, 2)


def test_mean_attendance_counts_the_members_who_started() -> None:
    rows = [
        summarise(SESSIONS, marks("ppppaaaa"), WHOLE),
        summarise(SESSIONS, marks("aaaaaaaa"), WHOLE),
        summarise(SESSIONS, marks("--pppppp"), [Membership("G-01", SESSIONS[2].on)]),
    ]
    assert attendance_rate(rows) == (10, 14)

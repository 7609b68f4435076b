"""The rules of the ten checks, row by row (ux.md C11)."""

from datetime import date

import pytest

from gipt.domain.attendance import AttendanceStatus as S
from gipt.domain.data_quality import (
    Check,
    Finding,
    MarkFact,
    MeetingFact,
    Quality,
    are_alike,
    has_wrong_date,
    lacks_register,
    mark_findings,
)

DAY, TODAY = date(2026, 3, 2), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("status", "on", "marks", "lacks"),
    [
        ("held", DAY, 8, False),
        ("held", DAY, 0, True),
        ("planned", DAY, 0, True),
        ("confirmed", DAY, 0, True),
        ("not_held_no_report", DAY, 0, True),
        ("planned", TODAY, 0, False),
        ("cancelled", DAY, 0, False),
        ("merged", DAY, 0, False),
    ],
)
def test_a_meeting_that_is_over_needs_a_register(status: str, on: date, marks: int, lacks: bool) -> None:
    held = on if status == "held" else None
    assert lacks_register(MeetingFact("G.1/1", on, DAY, status, held, marks), TODAY) is lacks


@pytest.mark.parametrize(
    ("held_on", "wrong"),
    [(None, False), (DAY, False), (TODAY, False), (date(2026, 3, 11), True), (date(2026, 3, 1), True)],
)
def test_nothing_happens_tomorrow_or_before_the_cycle_began(held_on: date | None, wrong: bool) -> None:
    assert has_wrong_date(held_on, DAY, TODAY) is wrong


@pytest.mark.parametrize(
    ("status", "answered", "due", "check"),
    [
        (S.PRESENT, False, True, Check.NO_CHECK_IN),
        (S.LATE, False, True, Check.NO_CHECK_IN),
        (S.PRESENT, False, False, None),
        (S.PRESENT, True, True, None),
        (S.ABSENT_TOLD, True, True, Check.CHECK_IN_ABSENT),
        (S.EXCUSED, True, False, Check.CHECK_IN_ABSENT),
        (S.MAKEUP_DONE, True, True, None),
        (S.ABSENT_TOLD, False, True, None),
    ],
)
def test_register_and_check_ins_have_to_agree(
    status: S, answered: bool, due: bool, check: Check | None
) -> None:
    found = mark_findings([MarkFact("G.1/1", status, answered, due, 3)])
    assert found == ([] if check is None else [Finding(check, "G.1/1", 3)])


@pytest.mark.parametrize(
    ("answers", "alike"),
    [
        ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, True),
        ({"a": [1, 2], "b": [1, 2], "c": [2, 1]}, False),
        ({"a": [1, 2], "b": [1, 2]}, False),
        ({"a": [1, None], "b": [1, None], "c": [1, 0]}, False),
    ],
)
def test_equal_answers_of_three_are_worth_a_look(answers: dict[str, list[int | None]], alike: bool) -> None:
    assert are_alike(answers) is alike


def test_what_was_found_is_counted_and_listed_by_code() -> None:
    found = Quality((Finding(Check.ALIKE, "b"), Finding(Check.ALIKE, "a", 2), Finding(Check.NO_CONSENT, "m")))
    assert found.count(Check.ALIKE) == 3
    assert [one.code for one in found.of(Check.ALIKE)] == ["a", "b"]

"""Ten checks of what was written down: what each finds, and the rules that say so (ux.md C11).

A finding is something to look at, not a fault of anybody. Facts come in counted, one for each meeting or person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gipt.domain.attendance import CAME, HELD, AttendanceStatus


class Check(StrEnum):
    """Name the checks, in the order in which they are read."""

    NO_REGISTER = "no_register"
    NO_CHECK_IN = "no_check_in"
    CHECK_IN_ABSENT = "check_in_absent"
    WRONG_DATE = "wrong_date"
    TWO_GROUPS = "two_groups"
    NO_CONSENT = "no_consent"
    DUPLICATES = "duplicates"
    ALIKE = "alike"
    CONFLICTS = "conflicts"
    SILENT_PHONES = "silent_phones"


LEAST_ALIKE = 3
"""Members of one meeting from which equal answers are worth a look; two may well agree."""
_OPEN = frozenset({"planned", "confirmed", "postponed", "not_held_no_report"})


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """One core session up to today: `code` for lists, `first` the first day of its cycle, `marks` in its register."""

    code: str
    on: date
    first: date
    status: str
    held_on: date | None
    marks: int


@dataclass(frozen=True, slots=True)
class MarkFact:
    """Members of one held session with the same mark, who did or did not answer a check-in there.

    `due`: the curriculum asks for a check-in in that session.
    """

    code: str
    status: AttendanceStatus
    answered: bool
    due: bool
    members: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found at one place: `count` meetings, people, pairs or answers at `code`."""

    check: Check
    code: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Quality:
    """What all checks found; `done` are those that could be made, any other is not known to be clean."""

    findings: tuple[Finding, ...] = ()
    done: frozenset[Check] = frozenset()

    def count(self, check: Check) -> int:
        """Give how many things a check found."""
        return sum(one.count for one in self.findings if one.check is check)

    def of(self, check: Check) -> list[Finding]:
        """Give the places at which a check found something, by code."""
        return sorted((one for one in self.findings if one.check is check), key=lambda one: one.code)


def lacks_register(meeting: MeetingFact, today: date) -> bool:
    """Say whether a meeting is over and nobody wrote who came; one that was cancelled needs no register."""
    if meeting.status == HELD:
        return meeting.marks == 0
    return meeting.status in _OPEN and meeting.on < today


def has_wrong_date(held_on: date | None, first: date, today: date) -> bool:
    """Say whether something happened after today, or before the first day of its cycle."""
    return held_on is not None and not first <= held_on <= today


def mark_findings(marks: Iterable[MarkFact]) -> list[Finding]:
    """Find those who came and have no check-in where one is due, and check-ins of those who did not come."""
    found = []
    for one in marks:
        came = one.status in CAME
        if came and one.due and not one.answered:
            found.append(Finding(Check.NO_CHECK_IN, one.code, one.members))
        # A check-in beside a make-up meeting belongs to it.
        elif one.answered and not came and one.status is not AttendanceStatus.MAKEUP_DONE:
            found.append(Finding(Check.CHECK_IN_ABSENT, one.code, one.members))
    return found


def are_alike(answers: Mapping[str, Sequence[int | None]]) -> bool:
    """Say whether all members of a meeting gave the same answers to every question; too few say nothing."""
    given = {tuple(one) for one in answers.values()}
    return len(answers) >= LEAST_ALIKE and len(given) == 1

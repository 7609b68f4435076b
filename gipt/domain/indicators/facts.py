"""The rows that indicators are counted from: frozen, pseudonymous, already limited to what the user may see.

Conventions. Keys (`person`, `enrolment`) are random codes, never a name; the same person has one key
everywhere. Each rule that needs more than one table (baseline, endline window, expected sessions,
completion, clocks) was applied by whoever made the row, with the functions of `gipt.domain.outcomes`,
`attendance` and `risk`.
"""

from dataclasses import dataclass, field
from datetime import date

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.people import Disability, Displacement, ExitType, Sex
from gipt.domain.risk import Level
from gipt.domain.scheduling import CancelReason, SessionStatus


@dataclass(frozen=True, slots=True)
class Traits:
    """What a figure may be broken down by.

    `age` in completed years at enrolment or screening, None = unknown.
    """

    sex: Sex = Sex.MISSING
    age: int | None = None
    disability: Disability = Disability.UNKNOWN
    displacement: Displacement = Displacement.UNKNOWN
    population: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One valid total of the report's measure; `totals_only` = imported without answers, safety unknown."""

    on: date
    total: int
    totals_only: bool = False


@dataclass(frozen=True, slots=True)
class EnrolmentFact:
    """One enrolment in one cycle.

    `sessions`: N of the curriculum. `threshold`: sessions that make a completion. `attended`, `expected`:
    core sessions (`gipt.domain.attendance.summarise`). `started_on`: day of the first session attended.
    `ended_on`: day of the exit or of the last session of a closed cycle. `baseline`, `endline`: chosen by
    `gipt.domain.outcomes`, the endline inside its window; `late_endline`: one came after the window.
    `last_valid`: last valid total after the baseline, for LOCF. `follow_ups`: valid and inside their
    windows, by date. `function_pre`, `function_post`: totals of the function measure.
    """

    person: str
    enrolment: str
    site: str
    cycle: str
    enrolled_on: date
    traits: Traits
    sessions: int
    threshold: int
    attended: int
    expected: int
    completed: bool
    cycle_closed: bool
    exit: ExitType | None = None
    made_up: int = 0
    started_on: date | None = None
    ended_on: date | None = None
    baseline: Score | None = None
    endline: Score | None = None
    late_endline: bool = False
    last_valid: int | None = None
    function_pre: int | None = None
    function_post: int | None = None
    follow_ups: tuple[Score, ...] = ()

    @property
    def started(self) -> bool:
        """Say whether at least one core session was attended (funnel F6)."""
        return self.attended >= 1


@dataclass(frozen=True, slots=True)
class ScreeningFact:
    """One screening; `cut_off` is the one in force that day; `positive` None = incomplete, so not known."""

    person: str
    site: str
    on: date
    traits: Traits
    complete: bool
    positive: bool | None
    eligible: bool
    cut_off: int | None = None
    totals_only: bool = False


@dataclass(frozen=True, slots=True)
class SessionFact:
    """One numbered core session of a cycle; `first_confirmed_on` is what "on time" is measured against."""

    site: str
    cycle: str
    number: int
    planned_on: date
    status: SessionStatus
    first_confirmed_on: date | None = None
    held_on: date | None = None
    cancel_reason: CancelReason | None = None

    @property
    def due_on(self) -> date:
        """Give the date first confirmed, else the planned one."""
        return self.first_confirmed_on or self.planned_on


@dataclass(frozen=True, slots=True)
class AttendanceFact:
    """One member at one held core session; `expected`, `attended` by `gipt.domain.attendance`."""

    enrolment: str
    number: int
    status: AttendanceStatus | None
    expected: bool
    attended: bool


@dataclass(frozen=True, slots=True)
class SafetyFact:
    """One safety episode; `in_time` None = its clock has not run out yet. `level` None = not triaged."""

    person: str
    site: str
    opened_on: date
    level: Level | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class ReferralFact:
    """One referral given; `arrived` None = not known yet."""

    person: str
    site: str
    given_on: date
    arrived: bool | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything a report is counted from; may hold more than the period, indicators take what lies in it."""

    enrolments: tuple[EnrolmentFact, ...] = ()
    screenings: tuple[ScreeningFact, ...] = ()
    sessions: tuple[SessionFact, ...] = ()
    attendance: tuple[AttendanceFact, ...] = ()
    safety: tuple[SafetyFact, ...] = ()
    referrals: tuple[ReferralFact, ...] = ()
    sites: tuple[str, ...] = field(default=())
    """Codes of the sites the report is about, also those where nothing happened."""

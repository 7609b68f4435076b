"""The rows that indicators are counted from: frozen, pseudonymous, already limited to what the user may see.

Conventions. Keys (`person`, `enrolment`) are random codes, never a name; the same person has one key
everywhere. Each rule that needs more than one table (baseline, endline window, expected sessions,
completion, clocks) was applied by whoever made the row, with the functions of `gipt.domain.outcomes`,
`attendance` and `risk`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.costs import CostScope
from gipt.domain.data_quality import Quality
from gipt.domain.incidents import IncidentCategory
from gipt.domain.people import Disability, Displacement, ExitType, Sex
from gipt.domain.periods import Period
from gipt.domain.records import RecordKind, is_recorded
from gipt.domain.risk import Level
from gipt.domain.satisfaction import SatisfactionAnswer
from gipt.domain.scheduling import CancelReason, SessionStatus
from gipt.domain.targets import Target


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


class AskedBy(StrEnum):
    """Who put the questions to somebody.

    Evaluators discount what a facilitator was told about the own group (domain.md 2.1: GiveWell took 0.8).
    """

    OWN_FACILITATOR = "own_facilitator"
    OTHER_FACILITATOR = "other_facilitator"
    INDEPENDENT = "independent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """One valid total of the report's measure; `totals_only` = imported without answers, safety unknown."""

    on: date
    total: int
    totals_only: bool = False
    asked_by: AskedBy = AskedBy.UNKNOWN


@dataclass(frozen=True, slots=True)
class EnrolmentFact:
    """One enrolment in one cycle.

    `sessions`: N of the curriculum. `threshold`: sessions that make a completion. `attended`, `expected`:
    core sessions (`gipt.domain.attendance.summarise`). `started_on`: day of the first session attended.
    `ended_on`: day of the exit or of the last session of a closed cycle. `baseline`, `endline`: chosen by
    `gipt.domain.outcomes`, the endline inside its window; `late_endline`: one came after the window.
    `last_valid`: last valid total after the baseline, for LOCF. `follow_ups`: valid and inside their
    windows, by date. `function_pre`, `function_post`: totals of the function measure. `screening`: total of
    the screening that led to the enrolment; `midline`: last valid total half-way.
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
    screening: int | None = None
    midline: int | None = None

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
class IncidentFact:
    """One adverse event; `in_time`: a serious one reported in time, None = not serious or its clock still runs."""

    site: str
    on: date
    category: IncidentCategory
    in_time: bool | None = None


@dataclass(frozen=True, slots=True)
class SatisfactionFact:
    """One answer at the end; `independent`: given to somebody else than a leader of the own group."""

    enrolment: str
    on: date
    answer: SatisfactionAnswer
    independent: bool


@dataclass(frozen=True, slots=True)
class ComplaintFact:
    """One complaint; `site` None = not said where. `in_time` None = open, and its time has not run out."""

    site: str | None
    received_on: date
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class CostFact:
    """Money spent on a day or in the month that begins on it; `minor` in the smallest unit of `currency`.

    `site` None = for the whole programme. `funder`: code of who paid, None = not said.
    """

    on: date
    scope: CostScope
    currency: str
    minor: int
    site: str | None = None
    funder: str | None = None


@dataclass(frozen=True, slots=True)
class VolunteerFact:
    """Minutes that volunteers gave, on a day or in the month that begins on it; never turned into money."""

    on: date
    scope: CostScope
    minutes: int
    site: str | None = None


@dataclass(frozen=True, slots=True)
class FundingShare:
    """A funder's share of a cycle in whole per cent; those of one cycle never add to more than 100."""

    cycle: str
    funder: str
    percent: int


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything a report is counted from; may hold more than the period, indicators take what lies in it."""

    enrolments: tuple[EnrolmentFact, ...] = ()
    screenings: tuple[ScreeningFact, ...] = ()
    sessions: tuple[SessionFact, ...] = ()
    attendance: Iterable[AttendanceFact] = ()
    """May be read more than once."""
    safety: tuple[SafetyFact, ...] = ()
    referrals: tuple[ReferralFact, ...] = ()
    sites: tuple[str, ...] = field(default=())
    """Codes of the sites the report is about, also those where nothing happened."""
    incidents: tuple[IncidentFact, ...] = ()
    satisfaction: tuple[SatisfactionFact, ...] = ()
    complaints: tuple[ComplaintFact, ...] = ()
    costs: tuple[CostFact, ...] = ()
    volunteers: tuple[VolunteerFact, ...] = ()
    funding: tuple[FundingShare, ...] = ()
    funders: tuple[tuple[str, str], ...] = ()
    """Code and name of every funder, by code."""
    targets: tuple[Target, ...] = ()
    """Those that fit the sites of the report (`gipt.domain.targets.fitting`)."""
    recorded_since: tuple[tuple[RecordKind, date], ...] = ()
    """First day on which each kind was recorded; a kind that is not named was never recorded."""
    whole_programme: bool = True
    """The report is about every site, so that what belongs to none of them is in it too."""
    quality: Quality | None = None
    """What the checks of the data found; None where the report does not show it."""

    def records(self, kind: RecordKind, period: Period) -> bool:
        """Say whether a kind was recorded in the period: otherwise its figures are "not recorded", not 0."""
        return is_recorded(kind, dict(self.recorded_since), period)

"""The nouns of planning: request, session, clash, plan, change.

Conventions: `weekday` is Monday 0 to Sunday 6; a session is a local civil date with a local time and the name
of its IANA zone, never an instant; a window is closed on both sides; ids are opaque text. A clash says why in
codes and values, never in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from gipt.domain.guides import Phase
from gipt.domain.problems import Invalid

LONGEST_SESSION = 8 * 60
LONGEST_RHYTHM = 60
FIRST_YEAR, LAST_YEAR = 1950, 2150


class SessionStatus(StrEnum):
    """Name what became of a numbered session; `postponed` keeps its number and has a new date."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    HELD = "held"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    MERGED = "merged"
    NOT_HELD_NO_REPORT = "not_held_no_report"


OPEN_STATUSES = frozenset(
    {
        SessionStatus.PLANNED,
        SessionStatus.CONFIRMED,
        SessionStatus.POSTPONED,
        SessionStatus.NOT_HELD_NO_REPORT,
    }
)
"""Sessions that may still take place, and so may still be moved."""


class CancelReason(StrEnum):
    """Name why a session was cancelled."""

    FACILITATOR = "facilitator"
    VENUE = "venue"
    WEATHER = "weather"
    SECURITY = "security"
    FUNERAL = "funeral"
    HOLIDAY = "holiday"
    LOW_TURNOUT = "low_turnout"
    OTHER = "other"


class Gap(StrEnum):
    """Say what was decided about the number that a cancelled session left empty."""

    NONE = "none"
    OPEN = "open"
    ACCEPTED = "accepted"
    REPLACED = "replaced"


class Severity(StrEnum):
    """Tell a clash that forbids a date (hard) from one that is only said (soft)."""

    HARD = "hard"
    SOFT = "soft"


class ClashCode(StrEnum):
    """Name every reason for skipping a date or warning about it."""

    CLOSED_DAY = "closed_day"
    NEAR_ESTIMATED = "near_estimated"
    FACILITATOR_BUSY = "facilitator_busy"
    FACILITATOR_AWAY = "facilitator_away"
    SUPERVISOR_AWAY = "supervisor_away"
    VENUE_BUSY = "venue_busy"
    MEMBER_BUSY = "member_busy"
    OUT_OF_ORDER = "out_of_order"
    TRAVEL_TIME = "travel_time"
    LOAD = "load"
    WEEKEND = "weekend"
    WEEKDAY_CHANGED = "weekday_changed"
    LONG_GAP = "long_gap"
    SHORT_GAP = "short_gap"
    CLOCK_SKIPPED = "clock_skipped"
    CLOCK_REPEATED = "clock_repeated"


@dataclass(frozen=True, slots=True)
class Clash:
    """Say what stands against a date.

    `source` is the id of the closed day or the other group; `other_on` the date of the closed day or of the
    neighbouring session; `needed` and `found` are minutes (travel), days (gaps) or groups a week (load).
    """

    code: ClashCode
    severity: Severity
    on: date
    source: str = ""
    label: str = ""
    kind: str = ""
    estimated: bool = False
    other_on: date | None = None
    starts: time | None = None
    people: tuple[str, ...] = ()
    venue: str = ""
    needed: int | None = None
    found: int | None = None

    @property
    def is_hard(self) -> bool:
        """Tell whether the date is forbidden."""
        return self.severity is Severity.HARD


def no_travel(_from_venue: str, _to_venue: str) -> int:
    """Give 0 minutes between any two venues: what holds when nobody entered travel times."""
    return 0


@dataclass(frozen=True, slots=True)
class PlanningRules:
    """Hold the programme's limits for planning.

    `longest_gap` and `shortest_gap` are the days of design rule 7.1: more than 14 or fewer than 4 days
    between two sessions are warned about. `horizon_days` bounds the search for free dates after the
    last date that would have been used with nothing in the way.
    """

    travel_minutes: Callable[[str, str], int] = no_travel
    groups_a_week: int | None = None
    longest_gap: int = 14
    shortest_gap: int = 4
    weekend: frozenset[int] = frozenset()
    horizon_days: int = 366
    day_starts: time = time(8, 0)
    day_ends: time = time(18, 0)


@dataclass(frozen=True, slots=True)
class CycleRequest:
    """Hold what the coordinator asks for; `None` in `rhythm_days` and `minutes` means the curriculum's value.

    `start` is the earliest date of session 1; with `weekday` the first matching date on or after it is taken.
    Individual pre-group meetings are held from `pre_group_from` to `pre_group_to` days ahead of session 1.
    """

    group: str
    start: date
    starts: time
    zone: str
    weekday: int | None = None
    rhythm_days: int | None = None
    minutes: int | None = None
    venue: str = ""
    facilitators: tuple[str, ...] = ()
    supervisor: str = ""
    members: frozenset[str] = frozenset()
    pre_group_from: int = 7
    pre_group_to: int = 1

    def __post_init__(self) -> None:
        """Refuse values outside their bounds with `Invalid`, naming the field."""
        _within("start", self.start.year, FIRST_YEAR, LAST_YEAR)
        _within("weekday", self.weekday, 0, 6)
        _within("rhythm_days", self.rhythm_days, 1, LONGEST_RHYTHM)
        _within("minutes", self.minutes, 10, LONGEST_SESSION)
        _within("pre_group_from", self.pre_group_from, 1, 60)
        _within("pre_group_to", self.pre_group_to, 1, self.pre_group_from)


def _within(field: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise Invalid(field=field, reason="out_of_range", value=value, low=low, high=high)


@dataclass(frozen=True, slots=True)
class ScheduledSession:
    """Hold one numbered session as planned or as it became; `key` is the id of a stored row, else empty."""

    number: int
    phase: Phase
    on: date
    starts: time
    minutes: int
    zone: str
    venue: str = ""
    facilitators: tuple[str, ...] = ()
    status: SessionStatus = SessionStatus.PLANNED
    cancel_reason: CancelReason | None = None
    gap: Gap = Gap.NONE
    key: str = ""
    clashes: tuple[Clash, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether the session may still take place."""
        return self.status in OPEN_STATUSES

    @property
    def is_live(self) -> bool:
        """Tell whether the session counts in order and spacing: held, or still to be held."""
        return self.is_open or self.status is SessionStatus.HELD


@dataclass(frozen=True, slots=True)
class Skip:
    """Say why a date of the rhythm was not given to session `number`; `reasons` are hard and never empty."""

    on: date
    number: int
    reasons: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Hold a span of days, both ends included, and the days in it that are closed."""

    first: date
    last: date
    closed: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpDate:
    """Hold one follow-up meeting: the day proposed inside its window and what stands against it."""

    key: str
    label: str
    on: date
    window: Window
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """Hold a planned cycle: sessions 1..N in order, every skipped date with its reasons, and the windows."""

    request: CycleRequest
    curriculum_id: str
    curriculum_version: str
    sessions: tuple[ScheduledSession, ...]
    skipped: tuple[Skip, ...]
    pre_group: Window
    endline: Window
    follow_ups: tuple[FollowUpDate, ...]

    @property
    def warnings(self) -> tuple[tuple[int, Clash], ...]:
        """Give (session number, clash) for everything that is only said."""
        return tuple((session.number, clash) for session in self.sessions for clash in session.clashes)


class ChangeKind(StrEnum):
    """Name what was done to a schedule."""

    MOVE_ONE = "move_one"
    MOVE_THIS_AND_AFTER = "move_this_and_after"
    CANCEL = "cancel"
    APPEND = "append"
    ACCEPT = "accept"
    HELD_ON_ANOTHER_DAY = "held_on_another_day"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one changed session before and after; `before` is None for a session that did not exist."""

    before: ScheduledSession | None
    after: ScheduledSession


@dataclass(frozen=True, slots=True)
class Change:
    """Hold the whole schedule after a change, only the changed sessions as pairs, and the dates skipped."""

    kind: ChangeKind
    sessions: tuple[ScheduledSession, ...]
    pairs: tuple[Pair, ...]
    skipped: tuple[Skip, ...] = ()

    @property
    def clashes(self) -> tuple[tuple[int, Clash], ...]:
        """Give (session number, clash) of every changed session."""
        return tuple((pair.after.number, clash) for pair in self.pairs for clash in pair.after.clashes)

    @property
    def is_blocked(self) -> bool:
        """Tell whether a hard clash stands against the change."""
        return any(clash.is_hard for _number, clash in self.clashes)


class SuggestionKind(StrEnum):
    """Name the three ways out that the planner offers."""

    SAME_WEEK = "same_week"
    SAME_DAY = "same_day"
    NEXT_WEEK_ALL_AFTER = "next_week_all_after"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Offer one way out: where session would stand, and the change that would bring it there."""

    kind: SuggestionKind
    on: date
    starts: time
    everybody_free: bool
    change: Change

"""The shape of every counted indicator: who is in the numerator, who in the denominator, and of what kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from gipt.domain.indicators.facts import AskedBy, Traits
from gipt.domain.people import (
    DEFAULT_AGE_BANDS,
    AgeBand,
    Disability,
    Displacement,
    Sex,
    age_band,
    age_band_codes,
)
from gipt.domain.statistics import Interval, wilson_interval


class Unit(StrEnum):
    """What is counted."""

    PEOPLE = "people"
    ENROLMENTS = "enrolments"
    ATTENDANCES = "attendances"
    SESSIONS = "sessions"
    EPISODES = "episodes"
    REFERRALS = "referrals"
    INCIDENTS = "incidents"
    COMPLAINTS = "complaints"


class Dimension(StrEnum):
    """What a figure may be broken down by."""

    SEX = "sex"
    AGE_BAND = "age_band"
    SITE = "site"
    DISABILITY = "disability"
    DISPLACEMENT = "displacement"
    POPULATION = "population"
    SESSIONS_ATTENDED = "sessions_attended"
    CANCEL_REASON = "cancel_reason"
    LEVEL = "level"
    INCIDENT_CATEGORY = "incident_category"
    FUNDER = "funder"
    ASKED_BY = "asked_by"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one unit, or several alike, adds: 0 or 1 above and below the line for people, more for attendances.

    numerator <= denominator, except for a bare count, which has nothing below the line.
    """

    site: str
    traits: Traits | None
    numerator: int
    denominator: int
    group: str | None = None
    """The value of the indicator's own dimension: a level, a reason."""


def added_up(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give one entry for all units of the same place, traits and group.

    A report of 100,000 people stays small.
    """
    # First by the traits as objects, which are shared by most people alike: comparing their values costs far more.
    shared: dict[tuple[str, int, str | None], tuple[Traits | None, int, int]] = {}
    for entry in entries:
        of_object = (entry.site, id(entry.traits), entry.group)
        traits, above, below = shared.get(of_object, (entry.traits, 0, 0))
        shared[of_object] = (traits, above + entry.numerator, below + entry.denominator)
    sums: dict[tuple[str, Traits | None, str | None], tuple[int, int]] = {}
    for (site, _, group), (traits, more_above, more_below) in shared.items():
        above, below = sums.get((site, traits, group), (0, 0))
        sums[site, traits, group] = (above + more_above, below + more_below)
    return tuple(
        Entry(site, traits, above, below, group) for (site, traits, group), (above, below) in sums.items()
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """One counted indicator.

    `numerator_set`, `denominator_set`, `rest_set`: names of what is counted; two tallies that count the
    same people use the same name, so that a report hides it in both places. `denominator_set` is None for a
    bare count. `missing_set`, `missing`: units of which the answer is not known, by their own name.
    `excluded_set`, `excluded`: units that are known and left out by a rule, by theirs.
    `rules`: codes of the sentences that say how it is counted. `sensitive`: 0 % and 100 % tell something
    about everybody.
    """

    code: str
    unit: Unit
    numerator_set: str
    entries: tuple[Entry, ...]
    denominator_set: str | None = None
    rest_set: str | None = None
    missing_set: str | None = None
    missing: int = 0
    excluded_set: str | None = None
    excluded: int = 0
    rules: tuple[str, ...] = ()
    sensitive: bool = False
    recorded: bool = True
    """False: the programme does not record this, so that the counts say nothing and are printed as "not recorded"."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", added_up(self.entries))

    @property
    def numerator(self) -> int:
        return sum(entry.numerator for entry in self.entries)

    @property
    def denominator(self) -> int | None:
        """Give the sum below the line; None for a bare count."""
        return None if self.denominator_set is None else sum(entry.denominator for entry in self.entries)

    @property
    def n(self) -> int:
        """Give how many units the figure is made of."""
        return self.numerator if self.denominator is None else self.denominator

    @property
    def value(self) -> float | None:
        """Give the share as a fraction of 1; None for a bare count and for an empty denominator."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """Give Wilson's 95 % interval of the share; None without a denominator."""
        return wilson_interval(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Slice:
    """A tally within one value of one dimension."""

    dimension: Dimension
    value: str
    numerator: int
    denominator: int | None


def reader(dimension: Dimension, bands: tuple[AgeBand, ...]) -> Callable[[Entry], str]:
    """Give the function that reads an entry's value in a dimension; what is not known has a value too."""
    nobody = Traits()
    readers: dict[Dimension, Callable[[Entry], str]] = {
        Dimension.SEX: lambda entry: (entry.traits or nobody).sex.value,
        Dimension.AGE_BAND: lambda entry: age_band((entry.traits or nobody).age, bands),
        Dimension.SITE: lambda entry: entry.site,
        Dimension.DISABILITY: lambda entry: (entry.traits or nobody).disability.value,
        Dimension.DISPLACEMENT: lambda entry: (entry.traits or nobody).displacement.value,
        Dimension.POPULATION: lambda entry: (entry.traits or nobody).population or "unknown",
    }
    return readers.get(dimension, lambda entry: entry.group or "unknown")


def values_of(
    dimension: Dimension, bands: tuple[AgeBand, ...], sites: Iterable[str], found: Iterable[str]
) -> tuple[str, ...]:
    """Give all values of a dimension in the order of a table, those that did not occur included."""
    fixed: dict[Dimension, tuple[str, ...]] = {
        Dimension.SEX: tuple(Sex),
        Dimension.AGE_BAND: age_band_codes(bands),
        Dimension.SITE: tuple(sites),
        Dimension.DISABILITY: tuple(Disability),
        Dimension.DISPLACEMENT: tuple(Displacement),
        Dimension.ASKED_BY: tuple(AskedBy),
    }
    known = tuple(str(value) for value in fixed.get(dimension, ()))
    return known + tuple(sorted(set(found) - set(known)))


def slices(
    tally: Tally,
    dimension: Dimension,
    bands: tuple[AgeBand, ...] = DEFAULT_AGE_BANDS,
    sites: Iterable[str] = (),
) -> tuple[Slice, ...]:
    """Break a tally down by one dimension: one slice per value, missing included.

    They add up to the tally.
    """
    value_of = reader(dimension, bands)
    above: dict[str, int] = {}
    below: dict[str, int] = {}
    for entry in tally.entries:
        value = value_of(entry)
        above[value] = above.get(value, 0) + entry.numerator
        below[value] = below.get(value, 0) + entry.denominator
    counted = tally.denominator_set is not None
    return tuple(
        Slice(dimension, value, above.get(value, 0), below.get(value, 0) if counted else None)
        for value in values_of(dimension, bands, sites, above)
    )


def parts_of(tally: Tally, dimension: Dimension, values: Iterable[str]) -> tuple[Slice, ...]:
    """Break a tally down into the given values in their order, those that did not occur included."""
    found = {part.value: part for part in slices(tally, dimension)}
    below = None if tally.denominator_set is None else 0
    return tuple(found.get(value, Slice(dimension, value, 0, below)) for value in values)

"""Codes about people, and how ages become bands.

Lives here: sex, age bands, disability, displacement, ways to leave. Missing is a value of its own everywhere
and is never dropped from a table (domain.md 5.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from gipt.domain.problems import Invalid

ADULT_FROM = 18  # Convention on the Rights of the Child, article 1; a programme may set its country's own age
OLDEST = 120


class Sex(StrEnum):
    """Sex or gender as recorded; nobody is made to choose one of two."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    MISSING = "missing"


class Displacement(StrEnum):
    """Where somebody stands towards the place they live in."""

    HOST = "host"
    REFUGEE = "refugee"
    IDP = "idp"
    RETURNEE = "returnee"
    STATELESS = "stateless"
    UNKNOWN = "unknown"


class ExitType(StrEnum):
    """How an enrolment ended; only `dropped_out` can be dropout."""

    COMPLETED = "completed"
    DROPPED_OUT = "dropped_out"
    MOVED = "moved"
    DIED = "died"
    EXCLUDED = "excluded"
    REFERRED_OUT = "referred_out"
    WITHDREW_CONSENT = "withdrew_consent"
    OTHER = "other"


class Disability(StrEnum):
    """What the Washington Group Short Set says about one person."""

    WITH = "with"
    WITHOUT = "without"
    UNKNOWN = "unknown"


class FunctionDomain(StrEnum):
    """The six domains of the Washington Group Short Set, in its order."""

    SEEING = "seeing"
    HEARING = "hearing"
    WALKING = "walking"
    REMEMBERING = "remembering"
    SELF_CARE = "self_care"
    COMMUNICATING = "communicating"


class Difficulty(StrEnum):
    """The four answers of the Washington Group Short Set."""

    NONE = "none"
    SOME = "some"
    A_LOT = "a_lot"
    CANNOT = "cannot"


_DISABLING = frozenset({Difficulty.A_LOT, Difficulty.CANNOT})


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ages in completed years, both ends included; `high` None = no upper end."""

    low: int
    high: int | None

    @property
    def code(self) -> str:
        return f"{self.low}+" if self.high is None else f"{self.low}-{self.high}"

    def holds(self, age: int) -> bool:
        return self.low <= age and (self.high is None or age <= self.high)


DEFAULT_AGE_BANDS = (
    AgeBand(10, 14),
    AgeBand(15, 17),
    AgeBand(18, 24),
    AgeBand(25, 49),
    AgeBand(50, 59),
    AgeBand(60, None),
)
UNKNOWN_AGE = "unknown"


def check_age_bands(bands: Sequence[AgeBand]) -> None:
    """Refuse bands that are missing, overlap, leave a gap or have no open end (Invalid, `age_bands`)."""
    if not bands:
        raise Invalid(field="age_bands", reason="missing")
    for band, following in pairwise(bands):
        if band.high is None or band.high < band.low or following.low != band.high + 1:
            raise Invalid(field="age_bands", reason="gap_or_overlap", band=band.code)
    if bands[-1].high is not None:
        raise Invalid(field="age_bands", reason="no_open_end", band=bands[-1].code)


def age_band(age: int | None, bands: Sequence[AgeBand] = DEFAULT_AGE_BANDS) -> str:
    """Give the band of `age` as a code: `18-24`, `60+`, `under_10` below the first, `unknown` for None."""
    if age is None:
        return UNKNOWN_AGE
    found = next((band.code for band in bands if band.holds(age)), None)
    return found or f"under_{bands[0].low}"


def age_band_codes(bands: Sequence[AgeBand] = DEFAULT_AGE_BANDS) -> tuple[str, ...]:
    """Give every code that `age_band` can give, in the order of a table."""
    return (f"under_{bands[0].low}", *(band.code for band in bands), UNKNOWN_AGE)


def age_on(day: date, *, born_on: date | None = None, birth_year: int | None = None) -> int | None:
    """Give the age in completed years on `day`; None when nothing is known.

    With the year alone the birthday is not known; the person counts as having had it, which is at most one
    year too many. Raises Invalid (field `birth`, reason `in_future` or `too_old`) for an age outside 0-120.
    """
    if born_on is not None:
        age = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
    elif birth_year is not None:
        age = day.year - birth_year
    else:
        return None
    if not 0 <= age <= OLDEST:
        raise Invalid(field="birth", reason="in_future" if age < 0 else "too_old", high=OLDEST)
    return age


def is_minor(age: int | None, adult_from: int = ADULT_FROM) -> bool | None:
    """Say whether somebody is a minor; None when the age is not known."""
    return None if age is None else age < adult_from


def disability(answers: Mapping[FunctionDomain, Difficulty | None]) -> Disability:
    """Give what the Short Set says: with disability = at least one domain `a_lot` or `cannot`.

    Without needs all six answers. Source: Washington Group on Disability Statistics, Short Set on
    Functioning, recommended cut-off.
    """
    given = [answers.get(domain) for domain in FunctionDomain]
    if any(answer in _DISABLING for answer in given):
        return Disability.WITH
    return Disability.UNKNOWN if None in given else Disability.WITHOUT

"""Who may be in a research package, and what it is handed over for (decision 11, domain.md 5.7).

Taking part is one consent, research another. A minor needs both words: own assent and the caregiver's consent
(domain.md 1.4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gipt.domain.deidentify import LEAST_K, PUBLIC_K, Traits
from gipt.domain.problems import Invalid

LONGEST = 200
MOST_K = 50


class Licence(StrEnum):
    """What the recipient may do with the rows."""

    AGREEMENT = "agreement"
    CC_BY_NC = "cc_by_nc"


class PackageForm(StrEnum):
    """What the tables of a package are written as; the codebook and the log are always CSV."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom and on what terms a package is made: reference of the agreement, who receives it, licence, k, form."""

    agreement: str | None = None
    recipient: str | None = None
    licence: Licence = Licence.AGREEMENT
    k: int = LEAST_K
    form: PackageForm = PackageForm.CSV


@dataclass(frozen=True, slots=True)
class Word:
    """One word about research: by whom, yes or no, on which day; a list of them goes from the oldest on."""

    given_by: str
    given: bool
    on: date


def check_terms(terms: Terms | None, least: int) -> Terms:
    """Give terms whose texts are trimmed; raise Invalid for what is missing, too long or too low.

    `least`: the least k of the report. With a public licence at least 11, because anybody may then try.
    """
    given = terms or Terms()
    texts = {"agreement": (given.agreement or "").strip(), "recipient": (given.recipient or "").strip()}
    for name, text in texts.items():
        if not text:
            raise Invalid(field=name, reason="missing")
        if len(text) > LONGEST:
            raise Invalid(field=name, reason="too_long", high=LONGEST)
    low = max(least, LEAST_K)
    if given.licence is not Licence.AGREEMENT and given.k < PUBLIC_K:
        raise Invalid(field="k", reason="public_needs_more", least=PUBLIC_K)
    if not low <= given.k <= MOST_K:
        raise Invalid(field="k", reason="out_of_range", low=low, high=MOST_K)
    return Terms(texts["agreement"], texts["recipient"], given.licence, given.k, given.form)


def agrees(words: Iterable[Word], cut_off: date, *, minor: bool) -> bool:
    """Say whether somebody's latest words let their rows be used for research.

    A yes counts from its day on, a no whatever day it bears: it was said, and who said it must be out.
    """
    latest: dict[str, Word] = {}
    for word in words:
        if word.on <= cut_off or not word.given:
            latest[word.given_by] = word
    return _all_yes(latest, ("self", "caregiver") if minor else ("self",))


def _all_yes(latest: Mapping[str, Word], needed: tuple[str, ...]) -> bool:
    """Say whether everybody asked for said yes, and nobody else no."""
    return all(one.given for one in latest.values()) and all(name in latest for name in needed)


# --- the people as they are read ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session of the curriculum for one person; `attended` None = not held, or not expected at it.

    `week` counts from the group's first meeting, which is in week 0.
    """

    number: int
    week: int | None
    attended: bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One valid total; `occasion` counts those of one measure at one point, `week` as in `Meeting`, may be negative."""

    measure: str
    point: str
    occasion: int
    week: int | None
    total: int
    prorated: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """One person who agreed, before anything is made coarse; holds no name, no code and no id.

    `flag`: a concern about safety since enrolling, None = not known. `completed` None = still under way.
    """

    traits: Traits
    flag: bool | None
    expected: int
    attended: int
    completed: bool | None
    baseline: int | None
    endline: int | None
    meetings: tuple[Meeting, ...] = ()
    measured: tuple[Measured, ...] = ()

"""What speaks against putting these people into one group.

Hard findings forbid, warnings ask for a reason (domain.md 1.5). Everything is a code with the ids it is
about; why two people should not meet stays where it is recorded and never appears here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gipt.domain.people import ADULT_FROM, Sex, is_minor
from gipt.domain.risk import Level


class Audience(StrEnum):
    """For whom a group is."""

    ADULTS = "adults"
    MINORS = "minors"


class LinkKind(StrEnum):
    """What binds two people so that one group is not safe for both."""

    RELATIVE = "relative"
    HOUSEHOLD = "household"
    SAFETY = "safety"
    OTHER = "other"


class FindingCode(StrEnum):
    """What was found."""

    ACTIVE_ELSEWHERE = "active_elsewhere"
    NO_CONSENT = "no_consent"
    NO_CAREGIVER_CONSENT = "no_caregiver_consent"
    IMMINENT_RISK_OPEN = "imminent_risk_open"
    MINOR_IN_ADULT_GROUP = "minor_in_adult_group"
    ADULT_IN_MINOR_GROUP = "adult_in_minor_group"
    AGE_UNKNOWN = "age_unknown"
    MIXED_SEX = "mixed_sex"
    FACILITATOR_OTHER_SEX = "facilitator_other_sex"
    LANGUAGE_MISMATCH = "language_mismatch"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    LINKED = "linked"
    LINKED_TO_FACILITATOR = "linked_to_facilitator"
    NOT_TOGETHER = "not_together"


_C = FindingCode
HARD = frozenset(
    {
        _C.ACTIVE_ELSEWHERE,
        _C.NO_CONSENT,
        _C.NO_CAREGIVER_CONSENT,
        _C.IMMINENT_RISK_OPEN,
        _C.MINOR_IN_ADULT_GROUP,
    }
)


@dataclass(frozen=True, slots=True)
class GroupCandidate:
    """Somebody who may join; `languages` are tags, `open_level` is that of an open safety episode."""

    id: str
    sex: Sex
    age: int | None
    languages: frozenset[str]
    consented: bool
    caregiver_consented: bool = False
    active_elsewhere: bool = False
    open_level: Level | None = None


@dataclass(frozen=True, slots=True)
class GroupFacilitator:
    """Somebody who leads the group."""

    id: str
    sex: Sex


@dataclass(frozen=True, slots=True)
class Link:
    """Two people, members or facilitators, who are bound in a way that matters; order means nothing."""

    first: str
    second: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """The group and its limits; sizes are those of WHO-style groups unless the curriculum says others."""

    language: str
    audience: Audience = Audience.ADULTS
    size_min: int = 6
    size_target: int = 8
    size_max: int = 10
    adult_from: int = ADULT_FROM


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, about whom, with what is needed to say it well."""

    code: FindingCode
    people: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_hard(self) -> bool:
        return self.code in HARD


def group_findings(
    candidates: Sequence[GroupCandidate],
    facilitators: Sequence[GroupFacilitator],
    settings: GroupSettings,
    links: Iterable[Link] = (),
) -> tuple[Finding, ...]:
    """Give everything that speaks against this group, hard findings first, people in the order given."""
    found = [
        *(finding for one in candidates for finding in _about_one(one, settings)),
        *_about_sex(candidates, facilitators),
        *_about_size(len(candidates), settings),
        *_about_links(candidates, facilitators, links),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.is_hard))


def may_form(findings: Iterable[Finding]) -> bool:
    """Say whether nothing hard was found."""
    return not any(finding.is_hard for finding in findings)


def _about_one(one: GroupCandidate, settings: GroupSettings) -> list[Finding]:
    minor = is_minor(one.age, settings.adult_from)
    adults = settings.audience is Audience.ADULTS
    checks = (
        (one.active_elsewhere, _C.ACTIVE_ELSEWHERE),
        (not one.consented, _C.NO_CONSENT),
        (minor is True and not one.caregiver_consented, _C.NO_CAREGIVER_CONSENT),
        (one.open_level is Level.NOW, _C.IMMINENT_RISK_OPEN),
        (minor is True and adults, _C.MINOR_IN_ADULT_GROUP),
        (minor is False and not adults, _C.ADULT_IN_MINOR_GROUP),
        (minor is None, _C.AGE_UNKNOWN),
        (settings.language not in one.languages, _C.LANGUAGE_MISMATCH),
    )
    return [Finding(code, (one.id,)) for is_so, code in checks if is_so]


def _about_sex(
    candidates: Sequence[GroupCandidate], facilitators: Sequence[GroupFacilitator]
) -> list[Finding]:
    """Only recorded female and male are compared: whoever gave no answer is not made conspicuous by it."""
    by_sex: dict[Sex, int] = defaultdict(int)
    for one in candidates:
        if one.sex in (Sex.FEMALE, Sex.MALE):
            by_sex[one.sex] += 1
    if len(by_sex) == 2:
        return [Finding(_C.MIXED_SEX, (), {"female": by_sex[Sex.FEMALE], "male": by_sex[Sex.MALE]})]
    return [
        Finding(_C.FACILITATOR_OTHER_SEX, (leader.id,))
        for leader in facilitators
        if by_sex and leader.sex in (Sex.FEMALE, Sex.MALE) and leader.sex not in by_sex
    ]


def _about_size(size: int, settings: GroupSettings) -> list[Finding]:
    if size < settings.size_min:
        return [Finding(_C.TOO_FEW, (), {"size": size, "minimum": settings.size_min})]
    if size > settings.size_max:
        return [Finding(_C.TOO_MANY, (), {"size": size, "maximum": settings.size_max})]
    return []


def _about_links(
    candidates: Sequence[GroupCandidate], facilitators: Sequence[GroupFacilitator], links: Iterable[Link]
) -> list[Finding]:
    members = {one.id for one in candidates}
    leaders = {one.id for one in facilitators}
    found = []
    for link in links:
        pair = {link.first, link.second}
        if len(pair) < 2 or not pair <= members | leaders or pair <= leaders:
            continue
        if link.kind is LinkKind.SAFETY:
            code = _C.NOT_TOGETHER
        else:
            code = _C.LINKED if pair <= members else _C.LINKED_TO_FACILITATOR
        found.append(Finding(code, (link.first, link.second), {"kind": link.kind.value}))
    return found

"""Rows about people made so coarse that nobody stands out: k-anonymity by global recoding, then suppression.

Every trait by which a neighbour could know somebody (a quasi-identifier) has a hierarchy, from fine to one value for
all. The levels are the same for the whole package. Of all combinations of levels the one that loses least is taken;
records that then still stand in a class of fewer than k are left out whole. Exhaustive: there are few traits.
Sources: decision 11 and domain.md 5.7 (own kind, research consent only, k of 5 or more); Samarati and Sweeney
(k-anonymity); El Emam et al. 2009 (Optimal Lattice Anonymization: the same levels for all rows); Machanavajjhala et
al. 2007 (l-diversity). What this does not protect from: docs/adr/0017-research-packages.md.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from gipt.domain.people import Disability, Displacement, Sex
from gipt.domain.problems import Conflict

LEAST_K = 5
PUBLIC_K = 11
"""Least k where anybody may read the rows: 1 in 11 is 9 %, as guidance on EMA policy 0070 asks for public reports."""
LEAST_CLASSES = 5
"""People who agreed, as a multiple of k, below which no package is made: too little would be left to tell apart."""
LEAST_VALUES = 2
"""l: distinct known values of the safety flag that a class must have before any of them is shown."""
ALL, UNKNOWN = "all", "unknown"
OLDEST = 85
"""Ages from here on are one band at every level; the safe harbour rule pools from 90 on (45 CFR 164.514(b)(2))."""
SIGNS = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters of pseudonyms: no vowels make no words, no digits make no numbers."""
LENGTH = 10


class Quasi(StrEnum):
    """A trait by which somebody who knows a person could find them in the rows."""

    AGE = "age"
    SEX = "sex"
    AREA = "area"
    DISPLACEMENT = "displacement"
    DISABILITY = "disability"
    ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site lies, as far as a package may say it; the site itself is never in one."""

    district: str | None
    country: str


@dataclass(frozen=True, slots=True)
class Traits:
    """What a person could be known by; `age` in completed years when enrolled, None = not known.

    `sessions`: number of sessions of the curriculum. It has no hierarchy: the rows of meetings show it anyway.
    """

    age: int | None
    sex: Sex
    place: Place
    displacement: Displacement
    disability: Disability
    enrolled_on: date
    sessions: int


Step = Callable[[Traits], str]


def band(age: int | None, years: int) -> str:
    """Give the band of `years` years that holds an age, as `25-29`; `85+`, or `80+` where bands are wider."""
    if age is None:
        return UNKNOWN
    last = OLDEST // years * years
    low = min(age // years * years, last)
    return f"{low}+" if low == last else f"{low}-{low + years - 1}"


def half_year(on: date) -> str:
    """Give the half-year of a day, as `2026-H1`."""
    return f"{on.year}-H{1 if on.month <= 6 else 2}"


def _all(traits: Traits) -> str:
    return ALL


def _moved(traits: Traits) -> str:
    """Give whether somebody was displaced, without saying how."""
    kept = (Displacement.HOST, Displacement.UNKNOWN)
    return traits.displacement.value if traits.displacement in kept else "displaced"


HIERARCHIES: Mapping[Quasi, tuple[tuple[str, Step], ...]] = {
    Quasi.AGE: (
        ("5_years", lambda one: band(one.age, 5)),
        ("10_years", lambda one: band(one.age, 10)),
        ("20_years", lambda one: band(one.age, 20)),
        (ALL, _all),
    ),
    Quasi.SEX: (("as_recorded", lambda one: one.sex.value), (ALL, _all)),
    Quasi.AREA: (
        ("district", lambda one: f"{one.place.country} / {one.place.district or UNKNOWN}"),
        ("country", lambda one: one.place.country),
        (ALL, _all),
    ),
    Quasi.DISPLACEMENT: (
        ("as_recorded", lambda one: one.displacement.value),
        ("displaced_or_not", _moved),
        (ALL, _all),
    ),
    Quasi.DISABILITY: (("as_recorded", lambda one: one.disability.value), (ALL, _all)),
    Quasi.ENROLLED: (
        ("quarter", lambda one: f"{one.enrolled_on.year}-Q{(one.enrolled_on.month + 2) // 3}"),
        ("half_year", lambda one: half_year(one.enrolled_on)),
        ("year", lambda one: str(one.enrolled_on.year)),
        (ALL, _all),
    ),
}
"""The levels of every trait, fine to coarse, each with its name; the last says nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a definition asks for: the traits in their order, least k, greatest share left out in per cent."""

    quasi: tuple[Quasi, ...]
    k: int = LEAST_K
    most_left_out: int = 10


Levels = tuple[int, ...]
Class = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generalised:
    """What was decided for a package.

    `levels` by the order of the traits; `classes`: of each person in order, None = left out; `smallest`: the fewest
    people in one class, None where nobody is left; `flags`: the safety flag as it may be shown, None = not known or
    hidden; `hidden_flags`: how many people's known flag is hidden.
    """

    quasi: tuple[Quasi, ...]
    k: int
    levels: Levels
    classes: tuple[Class | None, ...]
    flags: tuple[bool | None, ...] = ()
    hidden_flags: int = 0
    smallest: int | None = field(init=False)

    def __post_init__(self) -> None:
        sizes = Counter(one for one in self.classes if one is not None)
        object.__setattr__(self, "smallest", min(sizes.values(), default=None))

    @property
    def kept(self) -> int:
        return sum(one is not None for one in self.classes)

    @property
    def left_out(self) -> int:
        return len(self.classes) - self.kept

    def level_names(self) -> dict[str, str]:
        """Give the name of the level of each trait."""
        return {
            quasi.value: HIERARCHIES[quasi][level][0]
            for quasi, level in zip(self.quasi, self.levels, strict=True)
        }


def deidentify(
    people: Sequence[Traits],
    flags: Sequence[bool | None],
    rules: Rules,
    at_least: Mapping[Quasi, int] | None = None,
) -> Generalised:
    """Choose the levels and say who is left out and whose flag is hidden.

    `at_least`: levels below which a trait must not go, because a package about the same people went out before.
    Raises Conflict `research_too_few` below 5 × k people, or when fewer than k would be left.
    """
    if len(people) < LEAST_CLASSES * rules.k:
        raise Conflict(reason="research_too_few")
    levels = best_levels(people, rules, at_least or {})
    classes = classes_at(people, rules.quasi, levels)
    sizes = Counter(classes)
    kept = tuple(one if sizes[one] >= rules.k else None for one in classes)
    if not any(kept):
        raise Conflict(reason="research_too_few")
    shown, hidden = diverse(kept, flags)
    return Generalised(rules.quasi, rules.k, levels, kept, shown, hidden)


def classes_at(people: Iterable[Traits], quasi: Sequence[Quasi], levels: Levels) -> list[Class]:
    """Give the class of each person at some levels; the number of sessions always belongs to it."""
    steps = [HIERARCHIES[one][level][1] for one, level in zip(quasi, levels, strict=True)]
    return [(str(one.sessions), *(step(one) for step in steps)) for one in people]


def best_levels(people: Sequence[Traits], rules: Rules, at_least: Mapping[Quasi, int]) -> Levels:
    """Give the levels that lose least among those that leave out no more than the rules allow.

    Where none does, those that leave out fewest. The same people give the same levels in whatever order.
    """
    alike = Counter(people)
    nodes = product(*(range(at_least.get(one, 0), len(HIERARCHIES[one])) for one in rules.quasi))
    most = rules.most_left_out * len(people) / 100

    def worth(levels: Levels) -> tuple[int, float, int, Levels]:
        left = left_out(alike, rules, levels)
        too_many = max(0, left - int(most))
        return too_many, loss(rules.quasi, levels, left, len(people)), left, levels

    return min(nodes, key=worth)


def left_out(alike: Mapping[Traits, int], rules: Rules, levels: Levels) -> int:
    """Count the people in classes of fewer than k at some levels."""
    sizes: Counter[Class] = Counter()
    for one, count in zip(classes_at(alike, rules.quasi, levels), alike.values(), strict=True):
        sizes[one] += count
    return sum(count for count in sizes.values() if count < rules.k)


def loss(quasi: Sequence[Quasi], levels: Levels, left: int, people: int) -> float:
    """Give what is lost, 0 to 1: the mean height in the hierarchies of who is kept; all of who is left out."""
    tops = [len(HIERARCHIES[one]) - 1 for one in quasi]
    height = sum(level / top for level, top in zip(levels, tops, strict=True)) / max(1, len(tops))
    return round((left + (people - left) * height) / max(1, people), 9)


def diverse(
    classes: Sequence[Class | None], flags: Sequence[bool | None]
) -> tuple[tuple[bool | None, ...], int]:
    """Give the flags as they may be shown, and how many known ones are hidden.

    Where all known flags of a class say the same, who is known to be in the class would be known to have it.
    """
    values: dict[Class, set[bool]] = defaultdict(set)
    for one, flag in zip(classes, flags, strict=True):
        if one is not None and flag is not None:
            values[one].add(flag)
    shown = tuple(
        flag if one is not None and len(values[one]) >= LEAST_VALUES else None
        for one, flag in zip(classes, flags, strict=True)
    )
    hidden = sum(
        one is not None and flag is not None and after is None
        for one, flag, after in zip(classes, flags, shown, strict=True)
    )
    return shown, hidden


def shared(patterns: Iterable[Hashable], k: int) -> list[bool]:
    """Say of each pattern whether at least k have the same: weeks of meetings would else name a group."""
    listed = list(patterns)
    counts = Counter(listed)
    return [counts[one] >= k for one in listed]


def pseudonyms(count: int) -> list[str]:
    """Give new random names, all different, of which nothing is kept: two packages share none."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(secrets.choice(SIGNS) for _ in range(LENGTH))] = None
    return list(found)


def shown_count(count: int, k: int) -> str:
    """Give a count of people as the suppression log prints it: below k only that it is below."""
    return f"<{k}" if 0 < count < k else str(count)

"""What a report must hide because of reports that went out before: protection against subtracting two of them.

Lives here: the marks that earlier reports allow. Does not live here: the marking of one table
(`gipt.domain.disclosure`).

Why it holds, for a later report N around an earlier one E. The people of N that are not in E are a table of their own,
D. D is protected as if it were printed, and a number of N is printed only where E printed its own and D may print its
own. Then E and N together tell exactly what E and D tell, and E and D have nobody in common: neither says anything of
the other. A hidden number of N is hidden in E or in D and takes at least as many values as it does there. That D is
never printed makes no difference: it can be subtracted. Hidden counts of N are marked `*`, which promises nothing.

Where the later report lies inside an earlier one, its numbers would be tied to those of the rest by sums that went out
already. It tells only what was told of the very same people before: make the narrow report first.

Conventions. A scope is a period and places; one lies inside another when its days and its places do.

Source: minimum change and the same mask in successive releases: Hundepool et al., Statistical Disclosure Control
(Wiley 2012), on linked tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from gipt.domain.disclosure import Count, Mark, Relation, is_small, protect
from gipt.domain.periods import Period

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """Days and places that a table is about."""

    period: Period
    sites: frozenset[str]

    def holds(self, other: "Scope") -> bool:
        """Say whether the other scope lies inside this one, or is the same."""
        inside = self.period.first <= other.period.first and other.period.last <= self.period.last
        return inside and other.sites <= self.sites

    def is_apart_from(self, other: "Scope") -> bool:
        """Say whether nothing can be counted in both."""
        days = self.period.last < other.period.first or other.period.last < self.period.first
        return days or not self.sites & other.sites


@dataclass(frozen=True, slots=True)
class Told:
    """One count of an earlier report: its true value, and how it was printed; None = not printed at all."""

    value: int
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Published:
    """One earlier report: its counts by key."""

    scope: Scope
    counts: Mapping[str, Told] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Earlier reports as they stand to one that is being made about `scope`."""

    scope: Scope
    history: tuple[Published, ...] = field(default=(), repr=False)


def marks_beside(
    counts: Sequence[Count],
    relations: Sequence[Relation],
    own: Mapping[str, Mark],
    earlier: Earlier,
    threshold: int,
) -> dict[str, Mark]:
    """Give the marks of a report's counts beside earlier reports; `own` are those that it would have alone."""
    whole = [(one.scope, one.counts) for one in earlier.history]
    single = [one for one in whole if len(one[0].sites) == 1]
    # What a wider report says of one site is a report about that site; its other breakdowns stand in its own table.
    by_site = [table for one in earlier.history for table in tables(one.scope, one.counts)[1:]]
    by_key = {one.key: one for one in counts}
    found: dict[str, set[Mark]] = {}
    settled: dict[str, set[Mark]] = {}
    for scope, keys in tables(earlier.scope, {one.key: one.key for one in counts}):
        # Sums within this table, by the names that the earlier tables know.
        name_of = {key: name for name, key in keys.items()}
        inner = [
            Relation(name_of[one.total], tuple((weight, name_of[key]) for weight, key in one.parts))
            for one in relations
            if one.total in name_of and all(key in name_of for _, key in one.parts)
        ]
        here = {name: by_key[key] for name, key in keys.items()}
        past = whole if scope == earlier.scope else single
        for sign, table in views(scope, past, by_site if scope == earlier.scope else ()):
            allowed = allowed_beside(here, inner, table, sign, threshold)
            for name, mark in allowed.items():
                found.setdefault(keys[name], set()).add(mark)
        for other, table in [*past, *(by_site if scope == earlier.scope else ())]:
            # Told before, of the very same people: telling it again adds nothing.
            same = {name: table[name] for name in here.keys() & table.keys()} if other == scope else {}
            if all(here[name].value == one.value for name, one in same.items()):
                settled |= {keys[name]: {one.mark} for name, one in same.items() if one.mark is not None}
    found |= settled
    marks = {one.key: joint_mark(one, own[one.key], found.get(one.key, set()), threshold) for one in counts}
    if not found or all(one.key in found for one in counts if one.printed):
        return marks
    # An earlier report of another kind knows only some of these counts. What it allows them was worked out among
    # those it knows; the others are tied to them by sums of which it knew nothing.
    told = {key for key in settled if marks[key] is Mark.SHOWN}
    return protect(counts, relations, threshold, begun=marks, known=told)


def joint_mark(count: Count, own: Mark, allowed: set[Mark], threshold: int) -> Mark:
    """Give the mark that all earlier tables allow.

    A number that can be added up from what they tell is printed even if this report alone would hide it: hiding it
    would protect nobody. A small one never is, whatever threshold they had.
    """
    if not allowed or not count.printed:
        return own
    if allowed == {Mark.SHOWN} and not is_small(count.value, threshold):
        return Mark.SHOWN
    return Mark.SMALL if allowed == {Mark.SMALL} and is_small(count.value, threshold) else Mark.HIDDEN


def allowed_beside(
    here: Mapping[str, Count],
    relations: Sequence[Relation],
    table: Mapping[str, Told],
    sign: int,
    threshold: int,
) -> dict[str, Mark]:
    """Give how each count may be printed beside one earlier table.

    `sign` 1: the earlier people are part of these, -1: these are part of the earlier ones.
    """
    known = {kind_of(name) for name in table}
    # A place that the earlier report does not know has nobody there; a breakdown that it does not know tells nothing.
    before = {name: table.get(name, Told(0, Mark.SHOWN)) for name in here if kind_of(name) in known}
    change = {name: sign * (here[name].value - one.value) for name, one in before.items()}
    if sign < 0:
        # What is counted beside these people is tied to them by numbers that went out already and cannot be hidden.
        return {name: Mark.HIDDEN for name, one in before.items() if one.mark is not None}
    if not any(change.values()):
        return {name: one.mark for name, one in before.items() if one.mark is not None}
    if min(change.values()) < 0:
        # Corrections, not only later entries: what changed at all is hidden.
        shown = {name for name, moved in change.items() if not moved}
    else:
        between = [
            # What the later report does not print, nobody can subtract.
            Count(name, moved, here[name].rank, before[name].mark is not None and here[name].printed)
            for name, moved in change.items()
        ]
        sums = [one for one in relations if holds(one, change)]
        shown = {name for name, mark in protect(between, sums, threshold).items() if mark is Mark.SHOWN}
    return {
        name: Mark.SHOWN if name in shown and one.mark is Mark.SHOWN else Mark.HIDDEN
        for name, one in before.items()
        if one.mark is not None
    }


def kind_of(name: str) -> tuple[str, str]:
    """Give what is counted and by what it is broken down."""
    counted, _, where = name.partition("@")
    return counted, where.partition("|")[0]


def holds(relation: Relation, values: Mapping[str, int]) -> bool:
    """Say whether all counts of a sum are known and it is true of them."""
    if relation.total not in values or not all(key in values for _, key in relation.parts):
        return False
    return values[relation.total] == sum(weight * values[key] for weight, key in relation.parts)


def tables(scope: Scope, cells: Mapping[str, T]) -> list[tuple[Scope, dict[str, T]]]:
    """Give a report's own table, and that of each site, which its breakdown by site is."""
    found = [(scope, dict(cells))]
    if len(scope.sites) > 1:
        for site in sorted(scope.sites):
            end = f"@site|{site}"
            own = {key.removesuffix(end): cell for key, cell in cells.items() if key.endswith(end)}
            found.append((Scope(scope.period, frozenset({site})), own))
    return found


Table = tuple[Scope, Mapping[str, Told]]


def views(
    scope: Scope, past: Sequence[Table], by_site: Sequence[Table] = ()
) -> list[tuple[int, Mapping[str, Told]]]:
    """Give what earlier tables say of parts of a scope (1) and of what it is part of (-1).

    Each table by itself, all parts together, and each larger one less its other parts: three months subtract from
    their quarter.
    """
    parts = [one for one in past if scope.holds(one[0])]
    found = [(1, counts) for _, counts in parts]
    if len(scope.sites) == 1:
        found += [(1, counts) for other, counts in by_site if scope.holds(other)]
        found += [(-1, counts) for other, counts in by_site if other.holds(scope) and other != scope]
    separate = apart(parts)
    if len(separate) > 1:
        found.append((1, added([counts for _, counts in separate])))
    for whole in past:
        if whole[0].holds(scope) and whole[0] != scope:
            found.append((-1, whole[1]))
            others = apart([one for one in past if whole[0].holds(one[0]) and one[0].is_apart_from(scope)])
            if others:
                found.append((-1, less(whole[1], added([counts for _, counts in others]))))
    return found


def apart(found: Iterable[Table]) -> list[Table]:
    """Give tables that count nothing twice, the widest first."""
    chosen: list[Table] = []
    for one in sorted(found, key=lambda table: (-len(table[0].sites), -days(table[0]))):
        if all(one[0].is_apart_from(other) for other, _ in chosen):
            chosen.append(one)
    return chosen


def days(scope: Scope) -> int:
    """Give the length of a scope's period in days."""
    return (scope.period.last - scope.period.first).days


def added(found: Sequence[Mapping[str, Told]]) -> dict[str, Told]:
    """Give the sums of several tables; a sum is printed where all of it was."""
    names = {name: None for counts in found for name in counts}
    nobody = Told(0, Mark.SHOWN)
    return {name: joined([counts.get(name, nobody) for counts in found], 1) for name in names}


def less(whole: Mapping[str, Told], parts: Mapping[str, Told]) -> dict[str, Told]:
    """Give what is left of a whole."""
    nobody = Told(0, Mark.SHOWN)
    return {name: joined([one, parts.get(name, nobody)], -1) for name, one in whole.items()}


def joined(found: Sequence[Told], sign: int) -> Told:
    """Give the first count with the others added or taken away."""
    value = found[0].value + sign * sum(one.value for one in found[1:])
    return Told(value, Mark.SHOWN if all(one.mark is Mark.SHOWN for one in found) else Mark.HIDDEN)

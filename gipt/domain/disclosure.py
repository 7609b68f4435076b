"""Disclosure control: which counts may be read, so that no small group of people can be worked out.

Lives here: the marking of counts over a whole workbook. Does not live here: rates and means (a report shows
one only where every count it is made of is shown).

Conventions. A count is a whole number of people, attendances, meetings or episodes. The same count on two
sheets has one key. A relation says `total = sum of coefficient * part` and must be true of the values given.
`threshold` is the first count that is safe to show; the default is 10, and it is never below 5.

Sources: primary suppression of small counts and of what lets one be derived, zeros allowed: US CMS cell size
suppression policy (no cell 1-10, nor a number that lets one be derived); Washington State Department of
Health, small numbers guidelines (counts under 10, secondary suppression). The feasible-interval view of an
attacker who knows every published number: Hundepool et al., Statistical Disclosure Control (Wiley 2012).

How it is shown to hold: every hidden count keeps a set of values that it takes in tables which agree with all
that is printed. Such tables are reached by walking from the true one in steps that keep every relation true.
A mark is only ever weakened, so a table found once stays possible, and nothing has to be checked twice.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gipt.domain.disclosure_steps import Draft, Layout, Step, System
from gipt.domain.problems import Invalid

LEAST_THRESHOLD = 5
"""Lowest threshold that a report definition may set (decision 11)."""
DEFAULT_THRESHOLD = 10

# Costs of a step of the search: pass through a hidden count, turn `<10` into `*`, hide one more count.
PASS, WEAKEN, HIDE = 1.0, 12.0, 100.0
# Moves tried before the search gives up: to mend what a guided beginning left over, and without any guide.
PATIENCE_MENDING, PATIENCE = 150, 400


class Mark(StrEnum):
    """Say how a count is printed."""

    SHOWN = "shown"
    SMALL = "small"
    """Printed `<10`: between 1 and threshold - 1."""
    HIDDEN = "hidden"
    """Printed `*`: promises nothing, not even that the count is large."""


@dataclass(frozen=True, slots=True)
class Count:
    """Hold one number of the workbook.

    `key`: a name, or `name@dimension|value` for one value of one dimension; the search for what to hide
    treats counts of one name alike. `rank`: how dear the count is to the reader; the search hides a low
    rank first. `printed`: False for a number that nobody prints but everybody can subtract (a rest, a
    difference). `forced`: hide it whatever its size (a rate of 0 % or 100 % that speaks of everybody in a
    small group).
    """

    key: str
    value: int
    rank: int = 0
    printed: bool = True
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """Say that `total` equals the sum of its parts, each with a whole coefficient."""

    total: str
    parts: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, total: str, parts: Iterable[str]) -> "Relation":
        """Give the plain sum of `parts`."""
        return cls(total, tuple((1, part) for part in parts))


def check_threshold(threshold: int) -> int:
    """Give the threshold back; raise Invalid when it is below 5."""
    if threshold < LEAST_THRESHOLD:
        raise Invalid(field="threshold", reason="too_low", value=threshold, least=LEAST_THRESHOLD)
    return threshold


def is_small(value: int, threshold: int) -> bool:
    """Say whether a count is too small to be shown: 1 to threshold - 1; zero is shown."""
    return 0 < value < threshold


def speaks_of_everybody(numerator: int, denominator: int, threshold: int) -> bool:
    """Say whether a rate of 0 % or 100 % tells something about each of few people.

    Few means under twice the threshold (decision 11).
    """
    return 0 < denominator < 2 * threshold and numerator in (0, denominator)


def printed(value: int, mark: Mark, threshold: int) -> int | str:
    """Give what stands in the cell: the number, `<10` or `*`."""
    if mark is Mark.SHOWN:
        return value
    return f"<{threshold}" if mark is Mark.SMALL else "*"


def protect(
    counts: Sequence[Count],
    relations: Sequence[Relation],
    threshold: int,
    *,
    begun: Mapping[str, Mark] | None = None,
    known: Collection[str] = (),
) -> dict[str, Mark]:
    """Give the mark of every count, so that no hidden one can be narrowed below threshold - 1 values.

    Zeros are shown unless forced; only a forced zero may take fewer values. Counts that are not printed
    come back as hidden. `begun`: marks that are given and may only be weakened; `known`: counts that somebody
    knows already, so that hiding them would hide nothing. Where these alone give a count away, all that is tied
    to it and is not known is hidden, which adds nothing to what they tell. Raises Invalid when a key stands for
    two values, a relation names an unknown key or is not true, or the threshold is below 5.
    """
    table = Table(counts, relations, check_threshold(threshold), begun or {}, frozenset(known))
    for index in sorted(range(len(table.counts)), key=lambda i: (-table.counts[i].rank, i)):
        if table.needs_cover(index):
            table.cover(index)
    # Hiding one more count makes it one to be covered too; each pass covers what the last one hid.
    while open_ones := [i for i in range(len(table.counts)) if table.needs_cover(i)]:
        for index in open_ones:
            table.cover(index)
    return {count.key: mark for count, mark in zip(table.counts, table.marks, strict=True)}


class Table:
    """Hold the counts, their marks and the values that each hidden count is known to be able to take."""

    def __init__(
        self,
        counts: Sequence[Count],
        relations: Sequence[Relation],
        threshold: int,
        begun: Mapping[str, Mark],
        known: frozenset[str],
    ) -> None:
        self.threshold = threshold
        self.counts = unique_counts(counts)
        self.truth = [count.value for count in self.counts]
        self.marks = [begun.get(count.key) or first_mark(count, threshold) for count in self.counts]
        self.known = {index for index, count in enumerate(self.counts) if count.key in known}
        self.lost: set[int] = set()
        """Counts for which nothing more can be hidden: what is known ties them too closely."""
        self.system = System(indexed_relations(self.counts, relations), len(self.counts))
        self.layout = Layout([count.key for count in self.counts], self.system)
        self.seen: list[set[int]] = [{value} for value in self.truth]

    def needs_cover(self, index: int) -> bool:
        """Say whether a hidden count still takes too few values.

        A zero that was forced into hiding may stay narrower: a zero may be shown, so nothing else is hidden
        for its sake.
        """
        count, mark = self.counts[index], self.marks[index]
        if mark is Mark.SHOWN or index in self.lost:
            return False
        if count.value == 0 or not (count.printed or is_small(count.value, self.threshold)):
            return False
        if mark is Mark.SMALL:
            return not self.seen[index].issuperset(range(1, self.threshold))
        return len(self.seen[index]) < self.threshold - 1

    def cover(self, index: int) -> None:
        """Make sure that a hidden count can take enough values, by hiding as little more as is found."""
        if self.walk(index):
            return
        if self.marks[index] is Mark.SMALL:
            self.marks[index] = Mark.HIDDEN
            if self.walk(index):
                return
        self.hide_around(index)
        if not self.walk(index):
            self.hide_connected(index)

    def may_hide(self, index: int) -> bool:
        """Say whether a count may be hidden for the sake of another.

        A zero only beside counts that are known already: it would tell that two of them are one.
        """
        return index not in self.known and (self.truth[index] != 0 or bool(self.known))

    def hide_around(self, index: int) -> None:
        """Hide what shares a sum with a count, and what shares one with that, except zeros."""
        near = self.neighbours({index})
        for member in near | self.neighbours(near):
            if self.may_hide(member):
                self.marks[member] = Mark.HIDDEN

    def neighbours(self, members: Iterable[int]) -> set[int]:
        """Give the counts that stand in a sum with any of `members`, and these themselves."""
        return {
            index
            for member in members
            for number, _ in self.system.within[member]
            for index in self.system.relations[number]
        } | set(members)

    def walk(self, index: int) -> bool:
        """Walk up and down from the true table; say whether the count now takes enough values.

        First only where nothing more has to be hidden, then at the least cost.
        """
        for free in (True, False):
            for direction in (1, -1):
                self.walk_one_way(index, direction, free)
        return not self.needs_cover(index)

    def walk_one_way(self, index: int, direction: int, free: bool) -> None:
        """Walk from the true table in one direction as long as it is needed and there is a way."""
        position = list(self.truth)
        while self.needs_cover(index):
            step = self.find_step(index, direction, position, free)
            if step is None:
                return
            self.take(step, position)
            while self.needs_cover(index) and self.costs_nothing(step, position):
                self.take(step, position)

    def take(self, step: Step, position: list[int]) -> None:
        """Move to the next table, weaken the marks that it breaks, note the values it shows possible."""
        for index, change in step.items():
            position[index] += change
            if not self.allows(index, position[index]):
                self.marks[index] = Mark.HIDDEN
            self.seen[index].add(position[index])

    def allows(self, index: int, value: int) -> bool:
        """Say whether a value agrees with what is printed for a count."""
        mark = self.marks[index]
        if mark is Mark.HIDDEN:
            return value >= 0
        return 0 < value < self.threshold if mark is Mark.SMALL else value == self.truth[index]

    def costs_nothing(self, step: Step, position: list[int]) -> bool:
        """Say whether a step keeps within all present marks."""
        return all(self.allows(index, position[index] + change) for index, change in step.items())

    def cost(self, index: int, value: int) -> float:
        """Give what it costs the reader to let a count take a value; infinite where it cannot."""
        if value < 0:
            return math.inf
        if self.allows(index, value):
            return PASS
        if self.marks[index] is Mark.SMALL:
            return WEAKEN
        count = self.counts[index]
        if not self.may_hide(index):
            return math.inf
        return HIDE * (1 + count.rank) + 8 * math.log2(1 + count.value)

    def find_step(self, start: int, change: int, position: list[int], free: bool) -> Step | None:
        """Find a cheap change of the table that moves one count by `change` and keeps every relation true.

        `free`: only where it weakens no mark.
        """
        if not self.allows(start, position[start] + change):
            return None

        def price(index: int, move: int) -> float:
            cost = self.cost(index, position[index] + move)
            return math.inf if free and cost > PASS else cost

        best, least = None, math.inf
        for begun in self.layout.beginnings(start, change, price):
            draft = Draft(self.system, price)
            if draft.begin(begun) and draft.spent < least and draft.finish(least, PATIENCE_MENDING):
                best, least = draft.step, draft.spent
        if best is not None:
            return best
        draft = Draft(self.system, price)
        return draft.step if draft.begin({start: change}) and draft.finish(math.inf, PATIENCE) else None

    def hide_connected(self, index: int) -> None:
        """Hide everything that a relation ties to a count.

        All relations are sums without constants, so with all non-zero counts of the part hidden every
        multiple of the true table agrees with what is printed: each count can be any multiple of itself.
        """
        part, wider = {index}, self.neighbours({index})
        while len(wider) > len(part):
            part, wider = wider, self.neighbours(wider)
        if part & self.known:
            self.hide_beside_known(index, part)
            return
        for member in part:
            if self.may_hide(member):
                self.marks[member] = Mark.HIDDEN
        for member in part:
            if self.truth[member]:
                self.seen[member] |= {self.truth[member] * k for k in range(1, self.threshold)}

    def hide_beside_known(self, index: int, part: set[int]) -> None:
        """Walk as if everything that is not known were hidden, and hide what moved.

        Where even that is no way, what is known gives the count away by itself, and nothing that is hidden or
        printed here changes that.
        """
        before, known_values = list(self.marks), [len(values) for values in self.seen]
        for member in part:
            if self.may_hide(member):
                self.marks[member] = Mark.HIDDEN
        if not self.walk(index):
            self.lost.add(index)
        for member in part:
            if len(self.seen[member]) == known_values[member]:
                self.marks[member] = before[member]


def unique_counts(counts: Iterable[Count]) -> list[Count]:
    """Give each key once, dearest rank, forced if anywhere forced, printed if anywhere printed."""
    merged: dict[str, Count] = {}
    for count in counts:
        other = merged.get(count.key)
        if other is None:
            merged[count.key] = count
            continue
        if other.value != count.value:
            raise Invalid(field="count", reason="two_values", value=count.key)
        merged[count.key] = Count(
            count.key,
            count.value,
            max(count.rank, other.rank),
            count.printed or other.printed,
            count.forced or other.forced,
        )
    return list(merged.values())


def first_mark(count: Count, threshold: int) -> Mark:
    """Give the mark a count has before others are looked at."""
    if not count.printed or (count.forced and not is_small(count.value, threshold)):
        return Mark.HIDDEN
    return Mark.SMALL if is_small(count.value, threshold) else Mark.SHOWN


def indexed_relations(counts: Sequence[Count], relations: Iterable[Relation]) -> list[Mapping[int, int]]:
    """Give each relation as coefficients by index that sum to zero; raise Invalid on an untrue one."""
    index_of = {count.key: index for index, count in enumerate(counts)}
    found: list[Mapping[int, int]] = []
    for relation in relations:
        row: dict[int, int] = {}
        for coefficient, key in ((-1, relation.total), *relation.parts):
            if key not in index_of:
                raise Invalid(field="relation", reason="unknown_count", value=key)
            row[index_of[key]] = row.get(index_of[key], 0) + coefficient
        row = {index: coefficient for index, coefficient in row.items() if coefficient}
        if sum(coefficient * counts[index].value for index, coefficient in row.items()):
            raise Invalid(field="relation", reason="not_true", value=relation.total)
        if row and row not in found:
            found.append(row)
    return found

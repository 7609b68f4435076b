"""Every count of a workbook under one name, with the sums that tie them: what disclosure control works on.

A set is a kind of thing counted (`started`, `not_started`); a place is the whole (`TOTAL`) or one value of
one dimension (`sex|female`). A set at a place is one count, however many sheets print it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gipt.domain.disclosure import Count, Mark, Relation, printed, protect, speaks_of_everybody
from gipt.domain.disclosure_history import Earlier, Told, marks_beside
from gipt.domain.indicators import Dimension, Slice, Tally

TOTAL = ""
# What a reader misses most when it is hidden: parts go first, then rests, then totals by their own worth.
RANK_PART, RANK_REST, RANK_TOTAL, RANK_HEADLINE = 0, 4, 12, 60


def place(dimension: Dimension | str, value: str) -> str:
    """Give the name of one value of one dimension."""
    return f"{dimension}|{value}"


def count_key(name: str, where: str = TOTAL) -> str:
    """Give the key of a set at a place."""
    return f"{name}@{where}" if where else name


def dose_place(code: str) -> str:
    """Give the place of the people who attended so many sessions."""
    return place(Dimension.SESSIONS_ATTENDED, code)


@dataclass(slots=True)
class Ledger:
    """Collect counts and sums, then give the marks; `threshold` None = inside the organisation, all shown."""

    threshold: int | None
    counts: dict[str, Count] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    earlier: Earlier | None = None
    only: frozenset[str] | None = None
    """Sets whose totals are printed; None = whatever is noted as shown."""
    held_back: int = 0
    """Counts that are hidden for the sake of what earlier reports printed."""

    def record(
        self,
        name: str,
        value: int,
        where: str = TOTAL,
        *,
        rank: int = RANK_REST,
        shown: bool = True,
        forced: bool = False,
    ) -> str:
        """Note one count and give its key; the same count may be noted again."""
        key = count_key(name, where)
        shown = shown and (self.only is None or (where == TOTAL and name in self.only))
        old = self.counts.get(key)
        self.counts[key] = Count(
            key,
            value if old is None else same(key, old.value, value),
            max(rank if where == TOTAL else RANK_PART, 0 if old is None else old.rank),
            shown or (old is not None and old.printed),
            forced or (old is not None and old.forced),
        )
        return key

    def add_tally(
        self, tally: Tally, breakdowns: Iterable[tuple[Slice, ...]] = (), rank: int = RANK_TOTAL
    ) -> None:
        """Note a tally, and its slices, and that they add up; `rank` is the worth of its totals."""
        self.add_share(tally, TOTAL, tally.numerator, tally.denominator, rank)
        if tally.missing_set is not None:
            self.record(tally.missing_set, tally.missing)
        if tally.excluded_set is not None:
            self.record(tally.excluded_set, tally.excluded)
        for parts in breakdowns:
            wheres = [place(part.dimension, part.value) for part in parts]
            for where, part in zip(wheres, parts, strict=True):
                self.add_share(tally, where, part.numerator, part.denominator)
            for name in filter(None, (tally.numerator_set, tally.denominator_set, tally.rest_set)):
                self.relations.append(
                    Relation.of(count_key(name), [count_key(name, where) for where in wheres])
                )

    def add_share(
        self, tally: Tally, where: str, numerator: int, denominator: int | None, rank: int = RANK_PART
    ) -> None:
        """Note numerator, denominator and rest at one place."""
        forced = (
            tally.sensitive
            and self.threshold is not None
            and denominator is not None
            and speaks_of_everybody(numerator, denominator, self.threshold)
        )
        above = self.record(tally.numerator_set, numerator, where, rank=rank, forced=forced)
        if denominator is None or tally.denominator_set is None or tally.rest_set is None:
            return
        rest = self.record(tally.rest_set, denominator - numerator, where, forced=forced)
        below = self.record(tally.denominator_set, denominator, where, rank=rank)
        self.relations.append(Relation.of(below, [above, rest]))

    def tie(self, whole: str, parts: tuple[str, ...], left_over: str, within: str = "") -> None:
        """Say, at every place where all are known, that sets are disjoint parts of a whole.

        `within`: only at the places of this dimension. What is left over is a count that a reader can
        subtract, so it is protected though nobody prints it.
        """
        split = [key.partition("@") for key in self.counts]
        wheres = [where for name, _, where in split if name == whole and where.startswith(within)]
        for where in wheres:
            found = [self.counts.get(count_key(part, where)) for part in parts]
            known = [one for one in found if one is not None]
            if len(known) != len(parts):
                continue
            rest = self.counts[count_key(whole, where)].value - sum(one.value for one in known)
            if rest >= 0:
                keys = [one.key for one in known] + [self.record(left_over, rest, where, shown=False)]
                self.relations.append(Relation.of(count_key(whole, where), keys))

    def close(self) -> None:
        """Work out the marks of all counts; call once, after the last count."""
        if self.threshold is None:
            self.marks = dict.fromkeys(self.counts, Mark.SHOWN)
        else:
            counts = list(self.counts.values())
            self.marks = protect(counts, self.relations, self.threshold)
            if self.earlier is not None and self.earlier.history:
                alone = self.marks
                self.marks = marks_beside(counts, self.relations, alone, self.earlier, self.threshold)
                self.held_back = sum(
                    one.printed and self.marks[one.key] is not alone[one.key] for one in counts
                )

    def told(self) -> dict[str, Told]:
        """Give every count with its mark, for the reports that come after."""
        return {
            key: Told(one.value, self.marks[key] if one.printed else None) for key, one in self.counts.items()
        }

    def cell(self, name: str, where: str = TOTAL) -> int | str:
        """Give what is printed for a count: the number, `<10` or `*`."""
        count = self.counts[count_key(name, where)]
        return printed(count.value, self.marks[count.key], self.threshold or 0)

    def value(self, name: str, where: str = TOTAL) -> int:
        """Give the true number of a count."""
        return self.counts[count_key(name, where)].value

    def shows(self, name: str, where: str = TOTAL) -> bool:
        """Say whether a count is printed as a number."""
        return self.marks[count_key(name, where)] is Mark.SHOWN


def same(key: str, first: int, second: int) -> int:
    """Give the value that two sheets agree on; two values for one count are an error in the report."""
    if first != second:
        raise AssertionError(f"{key} is counted as {first} and as {second}")
    return first

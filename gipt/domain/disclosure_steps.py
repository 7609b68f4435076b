"""Steps from one table of counts to another that keep every sum true: the search behind disclosure control.

A step says which counts move and by how much. What a move costs is told by a price; an infinite price
forbids it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

Step = dict[int, int]
Price = Callable[[int, int], float]
"""What it costs to move a count (index) by a whole number."""

# What one more relation out of balance is likely to cost.
FOLLOW_UP = 30.0
# Moves tried to find how the names of one column may change together.
PATIENCE_NAMES = 300


class System:
    """Hold the relations, each as coefficients by index that sum to zero.

    And where each count stands in them.
    """

    def __init__(self, relations: Sequence[Mapping[int, int]], size: int) -> None:
        self.relations = relations
        self.within: list[list[tuple[int, int]]] = [[] for _ in range(size)]
        for number, relation in enumerate(relations):
            for index, coefficient in relation.items():
                self.within[index].append((number, coefficient))


class Draft:
    """Hold a step while it is being made: what moves, what is out of balance, what it costs."""

    def __init__(self, system: System, price: Price) -> None:
        self.system = system
        self.price = price
        self.step: Step = {}
        self.broken: dict[int, int] = {}
        self.spent = 0.0
        self.patience = 0

    def begin(self, step: Mapping[int, int]) -> bool:
        """Take the first moves; False when one of them is forbidden."""
        for index, change in step.items():
            self.move(index, change)
        return math.isfinite(self.spent)

    def move(self, index: int, change: int) -> None:
        """Let a count move that has not moved yet, and note which relations that breaks or mends."""
        self.spent += self.price(index, change)
        self.step[index] = change
        self.shift(index, change)

    def take_back(self, index: int) -> None:
        """Undo the move of a count."""
        change = self.step.pop(index)
        self.spent -= self.price(index, change)
        self.shift(index, -change)

    def shift(self, index: int, change: int) -> None:
        """Add a change to the balance of every relation that a count stands in."""
        for number, coefficient in self.system.within[index]:
            rest = self.broken.pop(number, 0) + coefficient * change
            if rest:
                self.broken[number] = rest

    def finish(self, limit: float, patience: int) -> bool:
        """Mend what is broken within `limit`, trying at most `patience` moves; False when given up."""
        self.patience = patience
        return self.mend(limit)

    def mend(self, limit: float) -> bool:
        """Mend the cheapest way first, going back where there is no way on."""
        if not self.broken:
            return True
        for _, index, change in self.repairs():
            self.patience -= 1
            if self.patience < 0 or self.spent >= limit:
                return False
            self.move(index, change)
            if self.mend(limit):
                return True
            self.take_back(index)
        return False

    def repairs(self) -> list[tuple[float, int, int]]:
        """Give the ways to mend the broken relation that has fewest: likely cost, count, change.

        Cheapest first.
        """
        best: list[tuple[float, int, int]] | None = None
        for number, rest in self.broken.items():
            ways = list(self.ways(number, rest))
            if best is None or len(ways) < len(best):
                best = ways
            if len(best) < 2:
                break
        return sorted(best or [])

    def ways(self, number: int, rest: int) -> Iterator[tuple[float, int, int]]:
        """Give each count that could mend a relation, with what it costs now and is likely to cost after."""
        for index, coefficient in self.system.relations[number].items():
            if index in self.step or rest % coefficient:
                continue
            change = -rest // coefficient
            price = self.price(index, change)
            if math.isfinite(price):
                yield price + FOLLOW_UP * self.also_broken(index, change), index, change

    def also_broken(self, index: int, change: int) -> int:
        """Give how many more relations would be out of balance after a move."""
        return sum(
            1 if number not in self.broken else -(self.broken[number] + coefficient * change == 0)
            for number, coefficient in self.system.within[index]
        )


class Layout:
    """Know which counts are the same name in different columns, so that whole columns can move alike.

    Keys read `name@dimension|value`; no `@` means the column of totals. What may change together within one
    column (one more who completed, one fewer who did not) is searched in the small system of names, once
    for the pair of columns that exchange it; the search over all counts would lose its way among them.
    """

    def __init__(self, keys: Sequence[str], system: System) -> None:
        split = [key.partition("@") for key in keys]
        self.names = list(dict.fromkeys(name for name, _, _ in split))
        number = {name: index for index, name in enumerate(self.names)}
        self.name_of = [number[name] for name, _, _ in split]
        self.column_of = [column for _, _, column in split]
        self.at: dict[tuple[int, str], int] = {
            (name, column): index
            for index, (name, column) in enumerate(zip(self.name_of, self.column_of, strict=True))
        }
        self.columns: dict[str, list[str]] = {}
        for column in dict.fromkeys(self.column_of):
            self.columns.setdefault(family(column), []).append(column)
        self.system = System(self.relations_of_names(system), len(self.names))

    def relations_of_names(self, system: System) -> list[Mapping[int, int]]:
        """Give the relations that hold within one column, each once."""
        found: list[Mapping[int, int]] = []
        for relation in system.relations:
            if len({self.column_of[index] for index in relation}) == 1:
                named = {self.name_of[index]: coefficient for index, coefficient in relation.items()}
                if len(named) > 1 and named not in found:
                    found.append(named)
        return found

    def beginnings(self, start: int, change: int, price: Price) -> Iterator[Step]:
        """Give steps that move one count by `change` and keep the columns of its dimension in balance."""
        own = self.column_of[start]
        for other in self.columns[family(own)] if own else ():
            if other != own:
                yield from self.aligned(start, change, price, {own: 1, other: -1})
        yield from self.aligned(start, change, price, {own: 1, "": 1} if own else {"": 1})
        if own:
            yield from self.split(start, change, price)

    def aligned(self, start: int, change: int, price: Price, shares: Mapping[str, int]) -> Iterator[Step]:
        """Give the step, if one is found, that makes the same change of names in some columns.

        By their sign.
        """
        names = self.change_of_names(start, change, price, shares)
        if names is None:
            return
        step = self.placed(names, shares)
        if "" in shares:
            step |= self.spread(names, {family(column) for column in shares}, price)
        yield step

    def split(self, start: int, change: int, price: Price) -> Iterator[Step]:
        """Give steps whose change of the totals is shared out between two columns of the dimension."""
        own = self.column_of[start]
        here = self.change_of_names(start, change, price, {own: 1})
        total = self.change_of_names(start, change, price, {"": 1})
        if here is None or total is None or here == total:
            return
        there = {name: total.get(name, 0) - here.get(name, 0) for name in {*here, *total}}
        there = {name: move for name, move in there.items() if move}
        common = self.placed(total, {"": 1}) | self.placed(here, {own: 1})
        common |= self.spread(total, {"", family(own)}, price)
        for other in self.columns[family(own)]:
            if other != own:
                yield common | self.placed(there, {other: 1})

    def change_of_names(
        self, start: int, change: int, price: Price, shares: Mapping[str, int]
    ) -> Mapping[int, int] | None:
        """Find which names move with the one of `start`, as cheap as it is in the given columns.

        None if none.
        """

        def price_of_name(name: int, move: int) -> float:
            return sum(
                price(index, sign * move)
                for column, sign in shares.items()
                if (index := self.at.get((name, column))) is not None
            )

        draft = Draft(self.system, price_of_name)
        begun = draft.begin({self.name_of[start]: change})
        return draft.step if begun and draft.finish(math.inf, PATIENCE_NAMES) else None

    def spread(self, names: Mapping[int, int], done: set[str], price: Price) -> Step:
        """Give the change of names in one column of every other dimension, where it costs least."""
        step: Step = {}
        for dimension in self.columns:
            if dimension not in done and dimension:
                step |= self.cheapest_column(names, dimension, price)
        return step

    def placed(self, names: Mapping[int, int], shares: Mapping[str, int]) -> Step:
        """Give a change of names as a step in the given columns."""
        return {
            index: sign * move
            for name, move in names.items()
            for column, sign in shares.items()
            if (index := self.at.get((name, column))) is not None
        }

    def cheapest_column(self, names: Mapping[int, int], dimension: str, price: Price) -> Step:
        """Give the change of names in that column of a dimension where it costs least.

        Empty where none can.
        """
        best: Step = {}
        least = math.inf
        for column in self.columns[dimension]:
            step = self.placed(names, {column: 1})
            cost = sum(price(index, move) for index, move in step.items())
            if step and cost < least:
                best, least = step, cost
        return best


def family(column: str) -> str:
    """Give the dimension of a column; empty for the totals."""
    return column.partition("|")[0]

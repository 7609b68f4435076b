"""Somebody who wants to know: reads finished workbooks, every number of them, and solves for what they hide.

Shares nothing with disclosure control but the workbook. Which cells are one count is read from the Dictionary: the
same words stand for the same people. What is known beside the numbers stands in the tables of this file: what the
marks mean, what adds up, who is part of whom. Bounds come from whole-number programming (HiGHS by SciPy).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from gipt.reports.workbook import Workbook, plain

CEILING = 20_000.0
"""No count of these invented programmes is larger; the attacker may believe so."""

# Who is part of whom, by code of the indicator, way of counting and column. A reader of the definitions knows.
PARTS: tuple[tuple[str, str], ...] = (
    ("I-02 . denominator", "I-01 . numerator"),
    ("I-03 . denominator", "I-01 . numerator"),
    ("I-03 . denominator", "I-02 . numerator"),
    ("I-03 . numerator", "F5 . numerator"),
    ("F5 . numerator", "F5-E . numerator"),
    ("I-05 . numerator", "I-08 . numerator"),
    ("I-06 . numerator", "I-05 . rest"),
    ("I-09-L . numerator", "I-09 . rest"),
    ("I-14a observed denominator", "I-09 . numerator"),
    ("I-11 observed denominator", "I-14a observed denominator"),
    ("I-11 observed denominator", "I-11 conservative denominator"),
    ("I-11 observed denominator", "I-11 locf denominator"),
    ("I-11 locf denominator", "I-11 conservative denominator"),
    ("I-11 conservative denominator", "I-04 . numerator"),
    ("I-11 observed numerator", "I-11 locf numerator"),
    ("I-12 observed numerator", "I-12 locf numerator"),
    ("I-13 observed numerator", "I-13 locf numerator"),
    ("I-14a observed numerator", "I-14a locf numerator"),
    ("I-12 observed numerator", "I-11 observed numerator"),
    ("I-12 observed numerator", "I-13 observed numerator"),
    ("I-14a observed denominator", "I-14a locf denominator"),
    ("I-14a locf denominator", "I-04 . numerator"),
    ("I-16 . denominator", "I-12 observed numerator"),
    ("I-18 . denominator", "I-17 . numerator"),
    ("I-21 . denominator", "I-21-N . numerator"),
    ("I-22 . missing", "I-22 . rest"),
    ("I-23S . numerator", "I-23 . numerator"),
    ("I-23T . denominator", "I-23S . numerator"),
    ("I-27 . denominator", "I-27N . numerator"),
)
# One count under two headings which the Dictionary does not name.
SAME: tuple[tuple[str, str], ...] = (
    *(
        (f"{code} {which} denominator", f"{first} {which} denominator")
        for first, codes in (("I-11", ("I-12", "I-13")), ("I-14a", ("I-14b",)))
        for code in codes
        for which in ("observed", "conservative", "locf")
    ),
    *(
        (f"{code} conservative numerator", f"{code} observed numerator")
        for code in ("I-11", "I-12", "I-13", "I-14a", "I-14b")
    ),
    ("I-10 locf n", "I-14a locf denominator"),
    ("I-14a conservative denominator", "I-04 . numerator"),
)
# Disjoint parts of a whole: whole, parts.
SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("I-04 . numerator", ("I-14a observed denominator", "I-14a observed missing")),
    ("I-04 . numerator", ("I-14a locf denominator", "I-14a locf missing")),
    ("I-04 . numerator", ("I-11 conservative denominator", "I-11 conservative excluded")),
    ("I-12 observed numerator", ("I-16 . denominator", "I-16 . missing")),
    ("I-17 . numerator", ("I-18 . denominator", "I-18 . missing")),
    ("I-14a observed denominator", ("I-10-S . n", "I-10-S . missing")),
    ("I-14a observed denominator", ("I-10-M . n", "I-10-M . missing")),
    ("I-04 . numerator", ("I-15 . denominator", "I-15 . missing")),
)
LEAST_TO_COMPLETE = 6
"""Core sessions, as the cover says."""


@dataclass
class Attacker:
    """Unknown counts, and what is known of them: the same count of two workbooks is two unknowns."""

    threshold: int = 10
    numbers: dict[str, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    known: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Shares, means and intervals that stand beside a hidden count: each would give it away."""

    def unknown(self, name: str) -> int:
        """Give the number of a count, a new one where nothing is known of it yet."""
        if name not in self.numbers:
            self.numbers[name] = len(self.low)
            self.low.append(0.0)
            self.high.append(CEILING)
        return self.numbers[name]

    def note(self, name: str, cell: Any) -> int:
        """Take in what is printed for a count."""
        index = self.unknown(name)
        if isinstance(cell, str):
            self.hidden.add(name)
        low, high = meaning(cell, self.threshold)
        self.low[index], self.high[index] = max(self.low[index], low), min(self.high[index], high)
        assert self.low[index] <= self.high[index], (name, cell)
        return index

    def say(self, terms: Iterable[tuple[float, str]], low: float = 0.0, high: float = 0.0) -> None:
        """Note that a weighted sum of counts lies between two numbers."""
        row: dict[int, float] = {}
        for weight, name in terms:
            row[self.unknown(name)] = row.get(self.unknown(name), 0.0) + weight
        self.known.append((row, low, high))

    # --- solving

    def solve(self, goal: Mapping[int, float], more: Sequence[tuple[int, float, float]] = ()) -> Any:
        """Give the table of counts that makes a weighted sum least."""
        low, high = numpy.array(self.low), numpy.array(self.high)
        for index, least, most in more:
            low[index], high[index] = max(low[index], least), min(high[index], most)
        wanted = numpy.zeros(len(low))
        for index, weight in goal.items():
            wanted[index] = weight
        entries = [(number, i, w) for number, (row, _, _) in enumerate(self.known) for i, w in row.items()]
        rows, columns, weights = zip(*entries, strict=True)
        matrix = csr_array((weights, (rows, columns)), shape=(len(self.known), len(low)))
        limits = LinearConstraint(matrix, [k[1] for k in self.known], [k[2] for k in self.known])
        found = milp(wanted, constraints=limits, bounds=Bounds(low, high), integrality=numpy.ones(len(low)))
        assert found.status == 0, found.message
        return numpy.rint(found.x)

    def intervals(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Give the least and the most that each count can be, as far as it is narrower than is needed.

        A table that makes one count large often shows others large too, so each answer is used for all of them.
        """
        wanted = {name: self.numbers[name] for name in names}
        seen = dict.fromkeys(wanted, (CEILING, 0.0))

        def take(table: Any) -> None:
            for name, index in wanted.items():
                value = float(table[index])
                seen[name] = (min(seen[name][0], value), max(seen[name][1], value))

        def wide(name: str) -> bool:
            return seen[name][1] - seen[name][0] + 1 >= self.threshold - 1

        for sign in (1.0, -1.0):
            take(self.solve(dict.fromkeys(wanted.values(), sign)))
        for sign in (1.0, -1.0, 1.0, -1.0):
            take(self.solve({wanted[name]: sign for name in wanted if not wide(name)}))
        for name in wanted:
            for sign in (1, -1):
                if not wide(name):
                    take(self.solve({wanted[name]: float(sign)}))
        return {name: (int(low), int(high)) for name, (low, high) in seen.items()}

    def won(self, truth: Mapping[str, int]) -> dict[str, tuple[int, int, int]]:
        """Give the hidden counts that take fewer than threshold - 1 values: least, truth, most.

        Zeros may be printed, so that somebody who finds one has won nothing.
        """
        tried = [name for name in self.hidden if truth[name]]
        return {
            name: (low, truth[name], high)
            for name, (low, high) in self.intervals(tried).items()
            if high - low + 1 < self.threshold - 1
        }


def meaning(cell: Any, threshold: int) -> tuple[float, float]:
    """Give what the Dictionary says of a printed count: 1 to 9, anything, or the number itself."""
    if cell == "*":
        return 0.0, CEILING
    if cell == f"<{threshold}":
        return 1.0, threshold - 1.0
    assert isinstance(cell, int), cell
    return float(cell), float(cell)


# --- reading a workbook -----------------------------------------------------------------------------------------------


def rows_of(workbook: Workbook, code: str) -> Iterator[dict[str, Any]]:
    """Give the rows of a sheet by column; none where there is no such sheet."""
    for sheet in workbook.sheets:
        if sheet.code == code:
            for row in sheet.rows:
                yield {column.code: plain(cell) for column, cell in zip(sheet.columns, row, strict=True)}


class Names:
    """Say which cells are one count, by the words of the Dictionary."""

    def __init__(self, workbook: Workbook) -> None:
        self.words = {
            f"{row['code']} {column}": row[column]
            for row in rows_of(workbook, "dictionary")
            for column in ("numerator", "denominator", "missing", "excluded")
            if row["code"] and row[column]
        }
        self.same = dict(SAME)

    def count(self, handle: str) -> str:
        """Give the name of a count from code, way of counting and column."""
        handle = self.same.get(handle, handle)
        code, which, column = handle.split(" ")
        if which in (".", "observed"):
            column = "denominator" if column == "n" else column
            return self.words.get(f"{code} {column}", f"{code} . {column}")
        if code in ("I-11", "I-12", "I-13") and column == "excluded":
            return self.words.get("I-11 excluded", "I-11 . excluded")
        if which == "conservative" and column == "missing":
            return self.words.get(f"{code} missing", f"{code} . missing")
        group = (
            {"I-12": "I-11", "I-13": "I-11", "I-14b": "I-14a"} if column in ("missing", "excluded") else {}
        )
        return f"{group.get(code, code)} {which} {column}"


def read(attacker: Attacker, workbook: Workbook, prefix: str = "") -> dict[str, Any]:
    """Take in a whole workbook; gives every printed count by its name."""
    names = Names(workbook)
    cells: dict[str, Any] = {}

    def note(handle: str, cell: Any, where: str = "") -> str:
        name = f"{prefix}{names.count(handle)}{where and '@' + where}"
        known = cells.setdefault(name, cell)
        if isinstance(known, int) and isinstance(cell, int):
            assert known == cell, f"{name} is printed as {known} and as {cell}"
        attacker.note(name, cell)
        if isinstance(known, int) or isinstance(cell, int):
            # Printed in one place is printed.
            cells[name] = known if isinstance(known, int) else cell
            attacker.hidden.discard(name)
        return name

    for sheet in ("indicators", "outcomes", "safety", "disaggregation"):
        for row in rows_of(workbook, sheet):
            read_row(attacker, row, note)
    for row in rows_of(workbook, "attendance"):
        where = f"session|{row['session_number']}"
        counts = {"numerator": row["came"], "denominator": row["expected"], "rest": row["did_not_come"]}
        share_row(attacker, "I-07 .", where, counts, row["share"], note)
    for row in rows_of(workbook, "dose"):
        where = f"sessions_attended|{row['sessions_attended']:02d}"
        note("I-08 . numerator", row["people"], where)
        pairs = note("I-14a observed denominator", row["pairs"], where)
        counts = {"numerator": row["response"], "denominator": row["cases"], "rest": row["no_response"]}
        share_row(attacker, "I-11 observed", where, counts, row["response_share"], note)
        if row["mean_change"] is not None and pairs in attacker.hidden:
            attacker.beside.append(pairs)
    for row in rows_of(workbook, "data_quality"):
        if row["found"] is not None:
            note(f"quality . {row['check']}", row["found"])
    for row in rows_of(workbook, "framework"):
        framework_row(attacker, row, note)
    for row in rows_of(workbook, "who_what_where"):
        if row["people"] is not None:
            note(f"{row['code']} . numerator", row["people"], f"site|{row['site']}")
    for row in rows_of(workbook, "community"):
        note(COMMUNITY[row["code"]], row["how_many"])
    tie(attacker, names, cells, prefix)
    return cells


def read_row(attacker: Attacker, row: Mapping[str, Any], note: Any) -> None:
    """Take in one row of figures."""
    code, which = row["code"], row.get("set") or "."
    if row["n"] is None:
        return
    if "/" in which:
        cost_row(attacker, row, note, which)
        return
    level = LEVELS.get(row.get("level") or "", "")
    where = f"{row['dimension']}|{row['part']}" if row.get("dimension") else level and f"level|{level}"
    base = f"{code} {which}"
    if row["numerator"] is None:
        n = note(f"{base} n", row["n"])
        if row["value"] is not None and n in attacker.hidden:
            attacker.beside.append(n)
    elif code == "I-23R":
        rate_row(attacker, row, note)
    elif row["denominator"] is None:
        # Reasons are those of the meetings that were not held: the rest of I-17.
        column = "rest" if row.get("dimension") == "cancel_reason" else "numerator"
        name = note(f"{base} {column}", row["numerator"], where)
        target_cells(attacker, row, name)
    else:
        share_row(attacker, base, where, row, row["value"], note)
    for column in ("missing", "excluded"):
        if row.get(column) is not None and not where:
            note(f"{base} {column}", row[column])


LEVELS = {"Talk and plan": "1", "Today": "2", "Now": "3", "Not yet sorted": "untriaged"}


COMMUNITY = {
    "enrolled": "F5 . numerator", "started": "I-04 . numerator", "sessions_held": "I-17 . numerator",
    "completed": "I-05 . numerator", "scored_observed": "I-14a observed denominator",
    "reliable_improvement": "I-14a observed numerator", "reliable_deterioration": "I-14b observed numerator",
    "satisfied": "I-26 . numerator",
}  # fmt: skip


def framework_row(attacker: Attacker, row: Mapping[str, Any], note: Any) -> None:
    """Take in one row of a funder's table: the rest is not printed there, and can be subtracted."""
    above, below = row["numerator"], row["denominator"]
    if above is None:
        return
    where = f"{row['dimension']}|{row['part']}" if row["dimension"] else ""
    base = f"{row['code']} {row['set'] or '.'}"
    if below is None:
        # What the row counts stands in the column Numerator, whatever it is called elsewhere.
        note(f"{base} numerator", above, where)
        return
    known = isinstance(above, int) and isinstance(below, int)
    rest = below - above if known else "*"
    if known and 0 < rest < attacker.threshold:
        attacker.beside.append(f"{base} rest{where and '@' + where}")
    counts = {"numerator": above, "rest": rest, "denominator": below}
    share_row(attacker, base, where, counts, row["value"], note)


def share_row(
    attacker: Attacker, base: str, where: str, row: Mapping[str, Any], value: float | None, note: Any
) -> None:
    """Take in numerator, rest and denominator, that they add up, and a share in whole per cent."""
    above, rest, below = (
        note(f"{base} {column}", row[column], where) for column in ("numerator", "rest", "denominator")
    )
    attacker.say([(1, above), (1, rest), (-1, below)])
    if value is None:
        return
    if attacker.hidden & {above, rest, below}:
        attacker.beside.append(above)
    attacker.say([(1, above), (-(value + 0.005), below)], -CEILING, 1e-9)
    attacker.say([(1, above), (-(value - 0.005), below)], -1e-9, CEILING)


def target_cells(attacker: Attacker, row: Mapping[str, Any], name: str) -> None:
    """Take in how much of its target a plain count reached."""
    if row.get("target_share") is None or not row.get("target_period"):
        return
    low, high = ((row["target_share"] + end) * row["target_period"] for end in (-0.005, 0.005))
    attacker.say([(1, name)], low - 1e-6, high + 1e-6)


def cost_row(attacker: Attacker, row: Mapping[str, Any], note: Any, which: str) -> None:
    """Take in what each person cost: the sum, which is printed, over it is the number of people."""
    stage = which.rpartition("/")[2]
    handle = {
        "screened_positive": "I-02 . numerator", "enrolled": "F5 . numerator", "started": "I-04 . numerator",
        "completed": "I-05 . numerator", "responder": "I-11 observed numerator",
    }[stage]  # fmt: skip
    name = note(handle, row["denominator"])
    if row["value"] is not None and name in attacker.hidden:
        attacker.beside.append(name)


def rate_row(attacker: Attacker, row: Mapping[str, Any], note: Any) -> None:
    """Take in incidents for each 100 people who started."""
    events = note("I-23 . numerator", row["numerator"])
    people = note("I-04 . numerator", row["denominator"])
    if row["value"] is not None and attacker.hidden & {events, people}:
        attacker.beside.append(events)


def tie(attacker: Attacker, names: Names, cells: Mapping[str, Any], prefix: str) -> None:
    """Use all that adds up: parts of a breakdown, parts of a whole, who lies in whom, sessions and people."""
    families: dict[tuple[str, str], list[str]] = {}
    places: dict[str, set[str]] = {}
    for name in cells:
        whole, _, where = name.partition("@")
        places.setdefault(whole, set()).add(where)
        if where:
            families.setdefault((whole, where.partition("|")[0]), []).append(name)
    for (whole, _), parts in families.items():
        if whole in cells:
            attacker.say([(-1, whole), *((1, part) for part in parts)])
    for small, large in PARTS:
        one, other = prefix + names.count(small), prefix + names.count(large)
        for where in places.get(one, set()) & places.get(other, set()):
            end = where and "@" + where
            attacker.say([(1, other + end), (-1, one + end)], 0, CEILING)
    for total, shares in SUMS:
        found = [prefix + names.count(one) for one in (total, *shares)]
        if all(one in cells for one in found):
            attacker.say([(-1, found[0]), *((1, one) for one in found[1:])])
    better, worse, scored = (
        prefix + names.count(f"{one} observed {column}")
        for one, column in (("I-14a", "numerator"), ("I-14b", "numerator"), ("I-14a", "denominator"))
    )
    attacker.say([(1, scored), (-1, better), (-1, worse)], 0, CEILING)
    tie_sessions(attacker, names, families, prefix)


def tie_sessions(
    attacker: Attacker, names: Names, families: Mapping[tuple[str, str], list[str]], prefix: str
) -> None:
    """Use that somebody who completed came six times, and that people times sessions are attendances."""
    came, completed, started, enrolled = (
        prefix + names.count(one)
        for one in ("I-07 . numerator", "I-05 . numerator", "I-04 . numerator", "I-08 . numerator")
    )
    attacker.say([(1, came), (-(LEAST_TO_COMPLETE - 1), completed), (-1, started)], 0, 100 * CEILING)
    by_dose = {int(one.rpartition("|")[2]): one for one in families.get((enrolled, "sessions_attended"), ())}
    if by_dose:
        attacker.say([(1, came), *((-k, one) for k, one in by_dose.items())], 0, 100 * CEILING)
        enough = [(-1.0, one) for k, one in by_dose.items() if k >= LEAST_TO_COMPLETE]
        attacker.say([(1, completed), *enough], 0, CEILING)

"""What an import would do: rows as they were read, laid against what is known, with everything a person chose.

A plan is worked out again for every page and once more inside the confirming transaction; it is never stored.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gipt.domain.problems import Invalid
from gipt.intake.dates import DateChoice
from gipt.intake.fields import Kind
from gipt.intake.grid import Grid, Sheet, pack_value, unpack_value
from gipt.intake.preview import ColumnQuestion, Preview, make_preview
from gipt.intake.recognise import Recognition, apply_mapping, recognise
from gipt.intake.records import from_data, to_data
from gipt.intake.results import RowResult, RowState
from gipt.intake.rows import PreviewOptions, RowProblem

GOOD = frozenset({RowState.NEW, RowState.UPDATE})
"""States of rows that confirming writes."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Hold what a person chose on the page; keys as `PreviewOptions` names them.

    `mapping` is "SHEET:COLUMN" → field key ("" leaves the column out). `decisions` is "SHEET!ROW" → "different",
    "same:ID" (a known person) or "row:NUMBER" (the person of an earlier row).
    """

    mapping: dict[str, str] = field(default_factory=dict)
    date_choices: dict[str, DateChoice] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    conventions: dict[str, str] = field(default_factory=dict)
    scales: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Say where and when a sheet is read: the programme's country and the civil day there."""

    today: date
    country: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Name somebody known, or the row of the same file, who may be the person of a row."""

    choice: str
    code: str
    name: str
    birth_year: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """Hold one row with what would become of it.

    `target` is the id of what it updates, `fields` the labels of what differs, `facts` what was resolved for the
    writing, `urgent` whether it holds a safety answer that somebody has to see today.
    """

    result: RowResult
    target: str = ""
    fields: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    decided: str = ""
    urgent: bool = False
    facts: Any = None

    @property
    def key(self) -> str:
        """Give the key under which choices name the row."""
        return f"{self.result.sheet}!{self.result.row}"

    @property
    def state(self) -> RowState:
        """Give what would become of the row."""
        return self.result.state

    @property
    def asks(self) -> bool:
        """Say whether somebody has to look at this row."""
        return self.state in (RowState.PROBLEM, RowState.MAYBE_SAME)


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold everything that confirming would do."""

    kind: Kind
    rows: tuple[PlannedRow, ...]
    questions: tuple[ColumnQuestion, ...] = ()

    def counts(self) -> dict[str, int]:
        """Give the number of rows in each state, all states named."""
        found = Counter(row.state for row in self.rows)
        return {state.value: found[state] for state in RowState}

    @property
    def good(self) -> tuple[PlannedRow, ...]:
        """Give the rows that confirming writes."""
        return tuple(row for row in self.rows if row.state in GOOD)

    @property
    def waiting(self) -> tuple[PlannedRow, ...]:
        """Give the rows that are kept for later."""
        return tuple(row for row in self.rows if row.asks)

    @property
    def urgent(self) -> tuple[PlannedRow, ...]:
        """Give the rows that are not good and hold a safety answer that cannot wait."""
        return tuple(row for row in self.rows if row.urgent and row.asks)

    @property
    def may_confirm(self) -> bool:
        """Say whether no date column waits for an answer and there is something to write."""
        return not self.questions and bool(self.good or self.urgent)


def pack_grid(grid: Grid) -> str:
    """Give a grid as the text that is sealed between upload and confirm."""
    sheets = [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "rows": [[pack_value(one) for one in row] for row in sheet.rows],
        }
        for sheet in grid.sheets
    ]
    return json.dumps({"source": grid.source, "sheets": sheets}, ensure_ascii=False, separators=(",", ":"))


def unpack_grid(text: str) -> Grid:
    """Give back a grid; ValueError where the text is none."""
    data = json.loads(text)
    sheets = tuple(
        Sheet(
            one["name"],
            tuple(tuple(unpack_value(cell) for cell in row) for row in one["rows"]),
            one["hidden"],
        )
        for one in data["sheets"]
    )
    return Grid(sheets, data["source"])


def pack_choices(choices: Choices) -> str:
    """Give the choices as the text that is sealed with the run."""
    return json.dumps(to_data(choices), ensure_ascii=False)


def unpack_choices(text: str | None) -> Choices:
    """Give back the choices; none were made where there is no text."""
    return from_data(Choices, json.loads(text)) if text else Choices()


def recognised(grid: Grid, kind: Kind, choices: Choices) -> Recognition:
    """Give what the sheets are taken for, with the columns as the person chose them.

    A choice that no column can have is forgotten: the page offers the columns again.
    """
    found = recognise(grid, kind)
    tables = []
    for guess in found.tables:
        own = {
            int(key.partition(":")[2]): value
            for key, value in choices.mapping.items()
            if key.partition(":")[0] == str(guess.sheet)
        }
        tables.append(apply_mapping(guess, own) if own else guess)
    return replace(found, tables=tuple(tables))


def options_of(choices: Choices, place: Place) -> PreviewOptions:
    """Give the choices as the reading of the rows takes them."""
    return PreviewOptions(
        today=place.today,
        country=place.country,
        date_choices=choices.date_choices,
        defaults=choices.defaults,
        conventions=choices.conventions,
        scales=choices.scales,
        edits=choices.edits,
        skip=frozenset(choices.skip),
    )


def read_rows(grid: Grid, columns: Recognition, choices: Choices, place: Place) -> Preview:
    """Read every row of the recognised tables; raises Invalid (`columns_missing`). Needs no database."""
    return make_preview(grid, columns, options_of(choices, place))


def without_rows(grid: Grid, done: Mapping[int, frozenset[int]]) -> Grid:
    """Give the grid with the rows of each sheet that are done emptied; all others keep their numbers."""
    sheets = []
    for number, sheet in enumerate(grid.sheets):
        gone = done.get(number, frozenset())
        rows = tuple(() if row in gone else cells for row, cells in enumerate(sheet.rows, start=1))
        sheets.append(replace(sheet, rows=rows))
    return replace(grid, sheets=tuple(sheets))


def with_problem(
    row: RowResult, code: str, *, column: str = "", cell: str = "", blocking: bool = True, **details: Any
) -> RowResult:
    """Give a row with one more fault; a blocking one keeps it out."""
    plain = {
        name: one if isinstance(one, int | str) or one is None else str(one) for name, one in details.items()
    }
    problem = RowProblem(row.row, cell, column, code, plain, blocking)
    state = RowState.PROBLEM if blocking else row.state
    return replace(row, state=state, problems=(*row.problems, problem))


def check_kind(text: str) -> Kind:
    """Read a kind of import; raise Invalid for another word."""
    try:
        return Kind(text)
    except ValueError:
        raise Invalid(field="kind", reason="unknown_choice") from None

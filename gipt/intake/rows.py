"""One row while it is being read: fields by key, faults with their cells, measures put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from gipt.domain.measures import (
    Measure,
    MissingReason,
    TotalScale,
    get_measure,
    measure_codes,
    parse_answer_line,
    parse_total,
)
from gipt.domain.problems import Invalid, Unknown
from gipt.intake import values
from gipt.intake.dates import DateChoice, Window, read_date
from gipt.intake.fields import TABLES, Field
from gipt.intake.grid import CellValue, Sheet, address, as_text
from gipt.intake.recognise import TableGuess
from gipt.intake.records import MeasureEntry
from gipt.intake.sentences import cell_sentence, column_label

T = TypeVar("T")
LONGEST_LIFE = 120
Detail = str | int | None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Name one fault of a row: the cell, the heading above it, a code, and what its sentence needs.

    `blocking` faults keep the row out; the others are only said. `cell` is "" where the whole row is meant.
    """

    row: int
    cell: str
    column: str
    code: str
    details: dict[str, Detail]
    blocking: bool = True

    def sentence(self) -> str:
        """Give the sentence in the language in use."""
        return cell_sentence(self.code, self.row, self.column, self.details)


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """Hold what the reading of a grid depends on beside the grid.

    `country` is the programme's ISO code; `today` the civil date there. `date_choices` are confirmed
    choices by "SHEET:COLUMN" (numbers, sheets from 0). `defaults` fill fields that have no column (group,
    site …). `conventions` and `scales` say how a measure is numbered (`whodas12`: `1-5`; `who5`: `raw`).
    `edits` are new texts by "SHEET!C12", `skip` rows left out by "SHEET!12".
    """

    today: date
    country: str = ""
    date_choices: Mapping[str, DateChoice] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    conventions: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()


def window_of(field: Field | None, today: date) -> Window:
    """Give the dates that can be true for a field: births within a life, the rest within 30 years."""
    if field is not None and field.key == "birth_date":
        return Window(date(today.year - LONGEST_LIFE, 1, 1), today)
    latest = today if field is None or field.past else today + timedelta(days=3660)
    return Window(date(today.year - 30, 1, 1), latest)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Hold what only the whole table tells: the letters in its column of sex, and what "x" means in its marks."""

    sexes: tuple[str, ...] = ()
    x_means: str = "present"


class RowReader:
    """Read the fields of one row; every fault becomes a `RowProblem` and the field stays empty."""

    def __init__(
        self, sheet: Sheet, guess: TableGuess, row: int, options: PreviewOptions, facts: TableFacts
    ) -> None:
        self.sheet, self.guess, self.row, self.options, self.facts = sheet, guess, row, options, facts
        self.table = TABLES[guess.table]
        self.problems: list[RowProblem] = []
        self._columns = {column.field: column for column in guess.columns if column.field}
        self._dates: Mapping[int, DateChoice | None] = {}

    def with_dates(self, choices: Mapping[int, DateChoice | None]) -> "RowReader":
        """Take the settled choice of each date column; None marks one that is still asked about."""
        self._dates = choices
        return self

    def cell(self, key: str) -> CellValue:
        """Give the raw cell of a field, its default where the sheet has no such column, None when empty."""
        column = self._columns.get(key)
        value = self.sheet.cell(self.row, column.column) if column else self.options.defaults.get(key) or None
        return None if isinstance(value, str) and not value.strip() else value

    def label(self, key: str) -> str:
        """Give the heading above a field."""
        column = self._columns.get(key)
        return column_label(self.guess.table, key, column.header if column else "")

    def address(self, key: str) -> str:
        """Give the address of a field's cell, "" where the sheet has no such column."""
        column = self._columns.get(key)
        return address(self.row, column.column) if column else ""

    def say(self, key: str, code: str, *, blocking: bool = True, **details: Any) -> None:
        """Note a fault of a field; key "" means the row."""
        plain = {name: _plain(value) for name, value in details.items()}
        label = self.label(key) if key else ""
        self.problems.append(RowProblem(self.row, self.address(key), label, code, plain, blocking))

    def read(self, key: str, parse: Callable[[CellValue], T]) -> T | None:
        """Give a field through a function of `values`; None when empty or wrong."""
        value = self.cell(key)
        if value is None:
            return None
        try:
            if isinstance(value, str):
                values.note(value)
            return parse(value)
        except Invalid as fault:
            details = {name: one for name, one in fault.details.items() if name not in {"field", "reason"}}
            self.say(key, str(fault.details["reason"]), **{**details, "value": as_text(value)})
            return None

    def text(self, key: str) -> str:
        """Give a text field; a needed one that is empty is a fault."""
        found = self.read(key, values.note if key == "notes" else values.text) or ""
        field = self.table.find(key)
        if not found and field is not None and field.needed and not self.problems_at(key):
            self.say(key, "empty")
        return found

    def problems_at(self, key: str) -> bool:
        """Say whether a fault of this field was noted already."""
        return any(problem.cell and problem.cell == self.address(key) for problem in self.problems)

    def day(self, key: str) -> date | None:
        """Give a date field under the confirmed choice of its column."""
        window = window_of(self.table.find(key), self.options.today)
        column = self._columns.get(key)
        choice = self._dates.get(column.column, DateChoice()) if column else DateChoice()
        if choice is None:
            if self.cell(key) is not None:
                self.say(key, "date_order_unsettled", value=as_text(self.cell(key)))
            return None
        settled = choice
        return self.read(key, lambda value: read_date(value, settled, window, self.options.today))

    def marks(self) -> list[str]:
        """Give the keys of columns that hold one session's marks each."""
        return [key for key in self._columns if key.startswith("mark@")]

    def measures(
        self, default_point: str, session: int | None, taken_on: date | None
    ) -> tuple[MeasureEntry, ...]:
        """Give one entry for each measure and time that the row holds anything of."""
        found = []
        for (code, when), parts in self._measure_parts().items():
            if all(self.cell(key) is None for key in parts.values()):
                continue
            entry = self._entry(code, when, parts, default_point, session, taken_on)
            if entry is not None:
                found.append(entry)
        return tuple(found)

    def _measure_parts(self) -> dict[tuple[str, str], dict[str, str]]:
        grouped: dict[tuple[str, str], dict[str, str]] = {}
        for key in self._columns:
            name, _, when = key.partition("@")
            code, _, part = name.partition(".")
            if part and code in measure_codes():
                grouped.setdefault((code, when), {})[part] = key
        return grouped

    def _entry(
        self,
        code: str,
        when: str,
        parts: dict[str, str],
        default_point: str,
        session: int | None,
        on: date | None,
    ) -> MeasureEntry | None:
        first = next(key for key in parts.values() if self.cell(key) is not None)
        try:
            measure = get_measure(code, self.options.conventions.get(code))
        except (Invalid, Unknown):
            self.say(first, "convention_not_chosen")
            return None
        point = "session" if when[:1] == "s" and when[1:].isdigit() else when or default_point
        number = int(when[1:]) if point == "session" and when else session if point == "session" else None
        if not point:
            self.say(first, "point_missing")
            return None
        answers = self._answers(measure, parts)
        total = self._total(measure, parts, answers)
        if not answers and total is None:
            return None
        own_date = on if not when or when == default_point else None
        return MeasureEntry(
            measure.key, point, tuple(answers.items()), total, number, own_date, self.address(first)
        )

    def _answers(self, measure: Measure, parts: dict[str, str]) -> dict[str, int | str]:
        """Give what the row holds of the items; an empty cell beside answered ones is blank, never zero."""
        answers: dict[str, int | str] = {}
        if "line" in parts and self.cell(parts["line"]) is not None:
            answers.update(self._line(measure, parts["line"]))
        for item in measure.items:
            key = parts.get(item.id)
            if key is None:
                continue
            given = self.read(key, lambda value, item=item: values.answer(value, item))  # type: ignore[misc]
            if given is not None:
                answers[item.id] = given if isinstance(given, int) else given.value
            elif item.scored:
                answers[item.id] = MissingReason.BLANK.value
        if (
            any(isinstance(value, int) for value in answers.values())
            or MissingReason.REFUSED.value in answers.values()
        ):
            return answers
        return {}

    def _line(self, measure: Measure, key: str) -> dict[str, int | str]:
        text = as_text(self.cell(key))
        try:
            line = parse_answer_line(text, measure)
        except Invalid as fault:
            if fault.details["reason"] == "wrong_length":
                self.say(
                    key, "answers_count", found=fault.details["given"], expected=fault.details["expected"]
                )
            else:
                low, high = fault.details["minimum"], fault.details["maximum"]
                self.say(key, "answer_out_of_range", value=text, low=low, high=high)
            return {}
        return {item: value if isinstance(value, int) else value.value for item, value in line.items()}

    def _total(self, measure: Measure, parts: dict[str, str], answers: dict[str, int | str]) -> int | None:
        """Give the written total on the reported scale, checked against the answers where there are any."""
        key = parts.get("total")
        if key is None or self.cell(key) is None or values.is_nothing(self.cell(key)):
            return None
        number = self.read(key, lambda value: values.number(value, 0, measure.total_max))
        if number is None:
            return None
        scored = [answers.get(item.id) for item in measure.scored_items]
        figures = [value for value in scored if isinstance(value, int)]
        if len(figures) == len(scored):
            if number not in {sum(figures), sum(figures) * measure.multiplier}:
                self.say(key, "total_differs", value=number, sum=sum(figures))
            return sum(figures) * measure.multiplier
        if figures:
            self.say(key, "total_without_all", blocking=False, missing=len(scored) - len(figures))
            return None
        return self._checked_total(measure, key, number)

    def _checked_total(self, measure: Measure, key: str, number: int) -> int | None:
        scale = self.options.scales.get(measure.code)
        try:
            return parse_total(str(number), measure, scale=TotalScale(scale) if scale else None)
        except (Invalid, ValueError) as fault:
            details = fault.details if isinstance(fault, Invalid) else {"reason": "scale_not_chosen"}
            low, high, step = (details.get(name) for name in ("minimum", "maximum", "step"))
            self.say(key, str(details["reason"]), value=number, low=low, high=high, step=step)
            return None


def _plain(value: Any) -> Detail:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int) else str(value)

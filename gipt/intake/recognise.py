"""Guess what a sheet holds: where its headings stand, and which field each column is.

A guess is only ever a proposal: `apply_mapping` puts what the user chose over it, and nothing is read before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gipt.domain.measures import AssessmentPoint, all_measures
from gipt.domain.problems import Invalid, Unknown
from gipt.intake.fields import TABLES, Kind, Table, tables_of
from gipt.intake.grid import CellValue, Grid, Sheet, as_text, column_letters
from gipt.intake.headers import (
    field_of,
    mark_key,
    measure_key,
    normal_header,
    numbered_question,
    says_total,
    sheet_titles,
)

HEADER_ROWS = 25  # headings are looked for in the first rows; titles, logos and dates may stand above them
EXAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Say what one column is taken for; `field` is "" when it is left out, `sure` is 0–100."""

    column: int
    header: str
    field: str
    sure: int

    @property
    def letters(self) -> str:
        """Give the letters that Excel shows above the column."""
        return column_letters(self.column)


@dataclass(frozen=True, slots=True)
class TableGuess:
    """Say that a sheet holds a table; `header_row` is 0 where no headings were found."""

    sheet: int
    sheet_name: str
    table: str
    header_row: int
    columns: tuple[ColumnGuess, ...]

    def column_of(self, field: str) -> int | None:
        """Give the number of the column that holds a field."""
        return next((guess.column for guess in self.columns if guess.field == field), None)

    @property
    def fields(self) -> tuple[str, ...]:
        """Give the fields that were found, in the order of the columns."""
        return tuple(guess.field for guess in self.columns if guess.field)

    @property
    def missing(self) -> tuple[str, ...]:
        """Give the keys of needed fields without a column."""
        needed = (field.key for field in TABLES[self.table].fields if field.needed)
        return tuple(key for key in needed if key not in self.fields)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Hold the guesses for one grid; sheets that look like nothing known are named in `ignored`."""

    kind: Kind
    tables: tuple[TableGuess, ...]
    ignored: tuple[str, ...] = ()


def recognise(grid: Grid, kind: Kind) -> Recognition:
    """Guess the tables of a grid.

    People and register files have one table: the sheet that looks most like it. Programme files have one
    table for each sheet that looks like sites, venues, staff or closed days. Raises
    Invalid(reason="nothing_recognised").
    """
    guesses = [
        guess
        for number, sheet in enumerate(grid.sheets)
        if not sheet.hidden and sheet.rows and (guess := _best_table(number, sheet, kind)) is not None
    ]
    if kind is Kind.PROGRAMME:
        # The sheet of instructions speaks of columns too, but has not those that make a row.
        guesses = [guess for guess in guesses if not guess.missing or _titled(guess)]
    elif guesses:
        guesses = [max(guesses, key=_weight)]
    if not guesses:
        raise Invalid(field="file", reason="nothing_recognised", kind=kind.value)
    used = {guess.sheet for guess in guesses}
    ignored = tuple(
        sheet.name for number, sheet in enumerate(grid.sheets) if number not in used and not sheet.hidden
    )
    return Recognition(kind, tuple(guesses), ignored)


def apply_mapping(
    guess: TableGuess, mapping: Mapping[int, str], *, header_row: int | None = None
) -> TableGuess:
    """Give a guess with the user's choice: column number → field key, "" to leave a column out.

    A field chosen for one column is taken from any other. Raises Unknown for a key that no column can have.
    """
    for field in mapping.values():
        if field and not is_field(field, guess.table):
            raise Unknown(kind="column", name=field, known=[one.key for one in TABLES[guess.table].fields])
    chosen = {field for field in mapping.values() if field}
    columns = []
    for column in guess.columns:
        if column.column in mapping:
            columns.append(replace(column, field=mapping[column.column], sure=100))
        else:
            columns.append(replace(column, field="", sure=0) if column.field in chosen else column)
    return replace(
        guess, columns=tuple(columns), header_row=guess.header_row if header_row is None else header_row
    )


def is_field(key: str, table: str) -> bool:
    """Say whether a key is a column that this table can have."""
    if TABLES[table].find(key) is not None:
        return True
    name, _, when = key.partition("@")
    if name == "mark":
        return table == "register" and bool(when)
    code, _, part = name.partition(".")
    parts = {item.id for measure in all_measures() if measure.code == code for item in measure.items}
    if table not in {"people", "register"} or part not in parts | {"total", "line"} or not parts:
        return False
    return not when or when in list(AssessmentPoint) or re.fullmatch(r"s\d{1,2}", when) is not None


def _best_table(number: int, sheet: Sheet, kind: Kind) -> TableGuess | None:
    titled = sheet_titles().get(normal_header(sheet.name))
    best: TableGuess | None = None
    for table in tables_of(kind):
        guess = _guess(number, sheet, table)
        bonus = 200 if table.key == titled else 0
        if guess.header_row and (best is None or _weight(guess) + bonus > _weight(best)):
            best = guess
            if bonus:
                break
    return best


def _titled(guess: TableGuess) -> bool:
    return sheet_titles().get(normal_header(guess.sheet_name)) == guess.table


def _guess(number: int, sheet: Sheet, table: Table) -> TableGuess:
    """Take the first row that names most fields as the headings; a row that names fewer than two is none."""
    best_row, best_columns = 0, tuple[ColumnGuess, ...]()
    for row, cells in sheet.filled_rows():
        if row > HEADER_ROWS:
            break
        columns = _columns(cells, table)
        named = sum(1 for guess in columns if guess.field)
        if named > sum(1 for guess in best_columns if guess.field) and named >= min(2, len(cells)):
            best_row, best_columns = row, columns
    return TableGuess(
        number, sheet.name, table.key, best_row, _settle_measures(sheet, best_row, best_columns)
    )


def _columns(cells: tuple[CellValue, ...], table: Table) -> tuple[ColumnGuess, ...]:
    """Give one guess for each filled heading; a field goes to the heading that names it best."""
    guesses = [
        ColumnGuess(number, as_text(value), *_field(value, table))
        for number, value in enumerate(cells, start=1)
        if value is not None
    ]
    taken: dict[str, ColumnGuess] = {}
    for guess in guesses:
        rival = taken.get(guess.field)
        if guess.field and (rival is None or guess.sure > rival.sure):
            taken[guess.field] = guess
    return tuple(
        guess if taken.get(guess.field) is guess else replace(guess, field="", sure=0) for guess in guesses
    )


def _field(value: CellValue, table: Table) -> tuple[str, int]:
    key, sure = field_of(value, table.key)
    if sure >= 98:
        return key, sure
    if table.kind is not Kind.PROGRAMME:
        measure = measure_key(value)
        if measure:
            return measure, 95
        if table.key == "register" and (mark := mark_key(value)):
            return mark, 90
    return (key, sure) if isinstance(value, str) else ("", 0)


def _settle_measures(
    sheet: Sheet, header_row: int, columns: tuple[ColumnGuess, ...]
) -> tuple[ColumnGuess, ...]:
    """Settle headings that mean one thing alone and another beside their neighbours.

    "PHQ9" after PHQ1 to PHQ8 is the ninth question, not the total; "Total" behind the questions of one
    measure is its total; a column of all digits ("120301100") is headed like a column of totals.
    """
    fields = {guess.field for guess in columns}
    measured = {field.partition(".")[0] for field in fields if re.fullmatch(r"\w+\.(q\d+|line)", field)}
    settled = []
    for guess in columns:
        field = guess.field
        question = numbered_question(guess.header)
        if question and _in_series(question, fields):
            field = f"{question[0]}.q{question[1]}"
        elif not field and len(measured) == 1 and says_total(guess.header):
            field = f"{next(iter(measured))}.total"
        elif ".total" in field and _holds_lines(sheet, header_row, guess.column):
            field = field.replace(".total", ".line")
        settled.append(guess if field == guess.field else replace(guess, field=field, sure=95))
    return _freed(tuple(settled))


def _in_series(question: tuple[str, int], fields: set[str]) -> bool:
    """Say whether the neighbours of a numbered question are there, and it is not taken already."""
    measure, number = question
    neighbours = {f"{measure}.q{number - 1}", f"{measure}.q{number + 1}"}
    return bool(neighbours & fields) and f"{measure}.q{number}" not in fields


def _freed(columns: tuple[ColumnGuess, ...]) -> tuple[ColumnGuess, ...]:
    """Give a total that lost its place to "PHQ9" its place again, now that PHQ9 is a question."""
    used = {guess.field for guess in columns}
    return tuple(
        replace(guess, field=key, sure=95)
        if not guess.field and (key := measure_key(guess.header)) and key not in used
        else guess
        for guess in columns
    )


def _holds_lines(sheet: Sheet, header_row: int, column: int) -> bool:
    cells = (as_text(sheet.cell(row, column)) for row in range(header_row + 1, len(sheet.rows) + 1))
    filled = [text.replace(" ", "") for text in cells if text]
    return 2 * sum(len(text) >= 7 for text in filled) > len(filled)


def _weight(guess: TableGuess) -> int:
    return sum(column.sure for column in guess.columns) - 60 * len(guess.missing)


def examples(grid: Grid, guess: TableGuess) -> list[list[str]]:
    """Give the first rows below the headings as text, to show beside the guess."""
    sheet = grid.sheets[guess.sheet]
    rows = [row for row, _ in sheet.filled_rows() if row > guess.header_row][:EXAMPLE_ROWS]
    return [[as_text(sheet.cell(row, column.column)) for column in guess.columns] for row in rows]

"""What would happen if a grid were imported: every row with its state, every fault in a sentence, nothing
written.

This is the part that needs no database. The actions layer adds what is known already (`RowResult.state`
becomes UPDATE, UNCHANGED or MAYBE_SAME) and writes on confirm. The whole preview goes to JSON and back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gipt.domain.problems import Invalid
from gipt.intake.dates import DateChoice, DateQuestion, is_confirmed, study_column
from gipt.intake.duplicates import find_duplicates
from gipt.intake.fields import TABLES, Holds, Kind
from gipt.intake.grid import CellValue, Grid, Sheet, address, as_text
from gipt.intake.read_rows import READERS, table_facts
from gipt.intake.recognise import Recognition, TableGuess
from gipt.intake.records import RECORDS, from_data, to_data
from gipt.intake.results import RowResult, RowState
from gipt.intake.rows import PreviewOptions, RowReader, window_of


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """Ask the user how one date column is to be read; `header` is what stands above it."""

    sheet: int
    table: str
    header: str
    question: DateQuestion

    @property
    def key(self) -> str:
        """Give the key under which `PreviewOptions.date_choices` takes the answer."""
        return f"{self.sheet}:{self.question.column}"


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold everything that a person looks at before confirming."""

    kind: Kind
    rows: tuple[RowResult, ...]
    questions: tuple[ColumnQuestion, ...] = ()

    @property
    def may_confirm(self) -> bool:
        """Say whether no date column waits for an answer and at least one row could be imported."""
        good = {RowState.NEW, RowState.UPDATE, RowState.MAYBE_SAME}
        return not self.questions and any(row.state in good for row in self.rows)

    def counts(self) -> dict[str, int]:
        """Give the number of rows in each state, all states named."""
        found = Counter(row.state for row in self.rows)
        return {state.value: found[state] for state in RowState}


def make_preview(grid: Grid, recognition: Recognition, options: PreviewOptions) -> Preview:
    """Read all rows of the recognised tables.

    Raises Invalid(reason="columns_missing", columns=[…]) where a needed field has neither column nor default.
    """
    grid = with_edits(grid, options.edits)
    results: list[RowResult] = []
    questions: list[ColumnQuestion] = []
    for guess in recognition.tables:
        check_needed(guess, options)
        sheet = grid.sheets[guess.sheet]
        choices, asked = settle_dates(sheet, guess, options)
        questions += asked
        results += _read_table(sheet, guess, options, choices)
    return Preview(recognition.kind, tuple(find_duplicates(results)), tuple(questions))


def check_needed(guess: TableGuess, options: PreviewOptions) -> None:
    """Refuse a table without the columns that make a row."""
    missing = [key for key in guess.missing if not options.defaults.get(key)]
    if guess.table == "register" and not {"member_code", "member_name"} & set(guess.fields):
        missing.append("member_code")
    if missing:
        raise Invalid(field="file", reason="columns_missing", columns=missing, sheet=guess.sheet_name)


def with_edits(grid: Grid, edits: Mapping[str, str]) -> Grid:
    """Give the grid with cells that were changed on the page ("SHEET!C12" → text)."""
    if not edits:
        return grid
    sheets = []
    for number, sheet in enumerate(grid.sheets):
        own = {
            key.partition("!")[2]: text for key, text in edits.items() if key.partition("!")[0] == str(number)
        }
        sheets.append(replace(sheet, rows=tuple(_edited(sheet, own))) if own else sheet)
    return replace(grid, sheets=tuple(sheets))


def _edited(sheet: Sheet, edits: Mapping[str, str]) -> Iterator[tuple[CellValue, ...]]:
    width = sheet.width
    for row, cells in enumerate(sheet.rows, start=1):
        if any(address(row, column) in edits for column in range(1, width + 1)):
            padded = [*cells, *([None] * (width - len(cells)))]
            yield tuple(
                edits.get(address(row, column), value) for column, value in enumerate(padded, start=1)
            )
        else:
            yield cells


def settle_dates(
    sheet: Sheet, guess: TableGuess, options: PreviewOptions
) -> tuple[dict[int, DateChoice | None], list[ColumnQuestion]]:
    """Give how each date column is read; None and a question until an example is confirmed."""
    choices: dict[int, DateChoice | None] = {}
    questions = []
    for column in guess.columns:
        field = TABLES[guess.table].find(column.field)
        if field is None or field.holds is not Holds.DATE:
            continue
        cells = [
            (address(row, column.column), value)
            for row in range(guess.header_row + 1, len(sheet.rows) + 1)
            if (value := sheet.cell(row, column.column)) is not None and not is_skipped(guess, row, options)
        ]
        window = window_of(field, options.today)
        safe, question = study_column(
            column.column, cells, country=options.country, window=window, today=options.today
        )
        chosen = options.date_choices.get(f"{guess.sheet}:{column.column}")
        if question is None:
            choices[column.column] = safe
        elif chosen is not None and is_confirmed(
            chosen, dict(cells)[question.example], question, options.today
        ):
            choices[column.column] = chosen
        else:
            choices[column.column] = None
            questions.append(ColumnQuestion(guess.sheet, guess.table, column.header, question))
    return choices, questions


def is_skipped(guess: TableGuess, row: int, options: PreviewOptions) -> bool:
    """Say whether the user left this row out."""
    return f"{guess.sheet}!{row}" in options.skip


def _read_table(
    sheet: Sheet, guess: TableGuess, options: PreviewOptions, choices: Mapping[int, DateChoice | None]
) -> Iterator[RowResult]:
    mapped = [column.column for column in guess.columns if column.field]
    facts = table_facts(sheet, guess)
    for row, _ in sheet.filled_rows():
        if row <= guess.header_row or all(sheet.cell(row, column) is None for column in mapped):
            continue
        cells = tuple(as_text(sheet.cell(row, column)) for column in mapped)
        if is_skipped(guess, row, options):
            yield RowResult(guess.table, guess.sheet, row, RowState.SKIP, None, cells=cells)
            continue
        reader = RowReader(sheet, guess, row, options, facts).with_dates(choices)
        record = READERS[guess.table](reader)
        blocked = record is None or any(problem.blocking for problem in reader.problems)
        state = RowState.PROBLEM if blocked else RowState.NEW
        yield RowResult(guess.table, guess.sheet, row, state, record, tuple(reader.problems), cells=cells)


def preview_to_data(preview: Preview) -> dict[str, Any]:
    """Give the JSON form of a preview."""
    data: dict[str, Any] = to_data(preview)
    return data


def preview_from_data(data: Any) -> Preview:
    """Give back a preview; ValueError where the data is of another shape."""
    if not isinstance(data, dict) or not isinstance(data.get("rows"), list):
        raise ValueError("not a preview")
    questions = tuple(from_data(ColumnQuestion, one) for one in data.get("questions", []))
    return Preview(Kind(str(data.get("kind"))), tuple(row_from_data(one) for one in data["rows"]), questions)


def row_from_data(data: Any) -> RowResult:
    """Give back one row; its record is read as its table says."""
    if not isinstance(data, dict) or data.get("table") not in RECORDS or "record" not in data:
        raise ValueError("not a row")
    record = None if data["record"] is None else from_data(RECORDS[data["table"]], data["record"])
    rest = from_data(RowResult, {**data, "record": None})
    return replace(rest, record=record)

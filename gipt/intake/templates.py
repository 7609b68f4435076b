"""The workbooks that intake gives out: empty templates with lists, and a sent workbook with remarks.

Writing with openpyxl here, beside `reports/xlsx.py`, is meant: templates and remarks belong to the format
that intake reads, and hold no figures of a report. Words come from the language in use when the function is
called. Text that people sent is always written as text, never as a formula.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gipt.domain.measures import PHQ9
from gipt.i18n import N_, current_language, gettext
from gipt.intake.fields import Field, Holds, Kind, Table, tables_of
from gipt.intake.grid import CellValue, Grid, column_letters
from gipt.intake.preview import Preview
from gipt.words import labels

LIST_ROWS = 2000  # rows below the headings in which the lists stand open
HEAD_FILL = PatternFill("solid", start_color="E6EEF0")
REMARK_FILL = PatternFill("solid", start_color="FCE8D5")

HINTS: Mapping[Holds, str] = {
    Holds.TEXT: N_("Text"),
    Holds.NUMBER: N_("A whole number"),
    Holds.DATE: N_("A date, like 2026-03-14"),
    Holds.SEX: N_("One of the list"),
    Holds.YES_NO: N_("Yes or no"),
    Holds.DISABILITY: N_("Yes, no or unknown"),
    Holds.DISPLACEMENT: N_("One of the list"),
    Holds.COUNTRY: N_("A code of two letters, like UG"),
    Holds.PHONE: N_("6 to 15 digits"),
    Holds.DAYS: N_("Days, like Mon, Wed"),
    Holds.AGE: N_("Age in years, or the birth year"),
    Holds.MARK: N_("1 came, 0 did not come, L late"),
    Holds.POINT: N_("One of the list"),
    Holds.ROLE: N_("One of the list"),
    Holds.ANSWER: N_("A number from 0 to 3, - for no answer"),
    Holds.PURPOSE: N_("One of the list"),
    Holds.AMOUNT: N_("A number, like 1250.50"),
}
GUIDANCE: Mapping[Kind, Sequence[str]] = {
    Kind.PEOPLE: (
        N_("Write one person in each row. Only the name is needed."),
        N_("Write the age or the birth year. About is good enough."),
        N_("Write each answer as the number beside it. Leave a box empty when there was no answer."),
        N_("If you only have a total, write it alone. It is stored as a total only."),
    ),
    Kind.REGISTER: (
        N_("Write one member and one session in each row."),
        N_("Write 1 for came, 0 for did not come, L for late. Leave it empty when nothing was written."),
        N_("Use the member's code or the name as it is in the list of people."),
    ),
    Kind.PROGRAMME: (
        N_("Each sheet is a list of its own. Leave a sheet empty when you do not need it."),
        N_("Write the sites first. The other lists name them."),
        N_("A cost has a date, or a month such as 2026-03. In another currency it needs the exchange rate."),
    ),
}
EVERYWHERE = (
    N_("Do not change the headings. You may change their order, or take some away."),
    N_("Nothing is saved before you have seen every row and confirmed."),
)


def make_template(kind: Kind, *, lists: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Give the .xlsx template of a kind in the language in use.

    `lists` adds choices of the programme by field key, such as `site`, `group`, `language`, `name` of venues.
    """
    book = Workbook()
    guide = _first_sheet(book, gettext("Read me"))
    choices = book.create_sheet(gettext("Lists"))
    for table in tables_of(kind):
        sheet = book.create_sheet(gettext(table.title)[:31], len(book.worksheets) - 1)
        _fill_table(sheet, table, choices, lists or {})
    _fill_guide(guide, kind)
    choices.sheet_state = "hidden"
    book.move_sheet(guide, len(book.worksheets) - 1)
    book.active = 0
    if current_language().direction == "rtl":
        for sheet in book.worksheets:
            sheet.sheet_view.rightToLeft = True
    return _bytes(book)


def headings(table: Table) -> list[tuple[str, Holds]]:
    """Give the headings of a template in the language in use, with what their cells hold."""
    found = [(gettext(field.label), field.holds) for field in table.fields]
    if table.kind in (Kind.PEOPLE, Kind.REGISTER):
        found += [(f"PHQ-9 Q{item.number}", Holds.ANSWER) for item in PHQ9.scored_items]
        found += [(gettext("PHQ-9 function"), Holds.ANSWER), (gettext("PHQ-9 total"), Holds.NUMBER)]
    return found


def _first_sheet(book: Workbook, title: str) -> Worksheet:
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    return sheet


def _fill_table(
    sheet: Worksheet, table: Table, choices: Worksheet, lists: Mapping[str, Sequence[str]]
) -> None:
    for column, (heading, holds) in enumerate(headings(table), start=1):
        cell = sheet.cell(1, column)
        put_text(cell, heading)
        cell.font, cell.fill = Font(bold=True), HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letters = column_letters(column)
        sheet.column_dimensions[letters].width = max(12, min(28, len(heading) + 4))
        field = table.fields[column - 1] if column <= len(table.fields) else None
        words = _choices_of(field, holds, lists)
        if words:
            _add_list(sheet, letters, choices, words)
        if holds is Holds.DATE:
            for row in range(2, 302):
                sheet.cell(row, column).number_format = "yyyy-mm-dd"
        if holds is Holds.PHONE:
            # Text keeps the zero in front of a number.
            for row in range(2, 302):
                sheet.cell(row, column).number_format = "@"
    sheet.freeze_panes = "A2"


def _choices_of(field: Field | None, holds: Holds, lists: Mapping[str, Sequence[str]]) -> list[str]:
    if field is not None and lists.get(field.key):
        return list(lists[field.key])
    if holds is Holds.SEX:
        return [gettext("female"), gettext("male"), gettext("other")]
    if holds in (Holds.YES_NO, Holds.DISABILITY):
        return [gettext("yes"), gettext("no")]
    if holds is Holds.PURPOSE:
        return [word for _code, word in labels("cost_scope")]
    if holds is Holds.DISPLACEMENT:
        return ["host", "refugee", "idp", "returnee", "stateless"]
    if holds is Holds.POINT:
        return ["screening", "pre_group", "session", "midline", "endline", "follow_up"]
    if holds is Holds.ROLE:
        return [code for code, _ in labels("role")]
    if holds is Holds.MARK:
        return ["1", "0", "L"]
    return []


def _add_list(sheet: Worksheet, letters: str, choices: Worksheet, words: Sequence[str]) -> None:
    """Open a list for a column; the words stand on a hidden sheet, because a list in the cell ends at 255 signs."""
    column = 1 if choices.cell(1, 1).value is None else choices.max_column + 1
    for row, word in enumerate(words, start=1):
        put_text(choices.cell(row, column), word)
    place = column_letters(column)
    name = choices.title.replace("'", "''")
    rule = DataValidation(
        type="list", formula1=f"'{name}'!${place}$1:${place}${len(words)}", allow_blank=True
    )
    rule.showErrorMessage = False
    sheet.add_data_validation(rule)
    rule.add(f"{letters}2:{letters}{LIST_ROWS}")


def _fill_guide(sheet: Worksheet, kind: Kind) -> None:
    lines: list[tuple[str, str]] = [(gettext(line), "") for line in (*GUIDANCE[kind], *EVERYWHERE)]
    for table in tables_of(kind):
        lines += [("", ""), (gettext(table.title), "")]
        lines += [(heading, gettext(HINTS[holds])) for heading, holds in headings(table) if holds in HINTS]
    for row, (left, right) in enumerate(lines, start=1):
        put_text(sheet.cell(row, 1), left)
        put_text(sheet.cell(row, 2), right)
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 48


def annotate(grid: Grid, preview: Preview) -> bytes:
    """Give the sent sheets again with remarks: one in a last column, and a comment on each cell it speaks of.

    For those who prefer to mend in Excel and send the workbook once more.
    """
    book = Workbook()
    for number, sheet in enumerate(grid.sheets):
        page = book.worksheets[0] if number == 0 else book.create_sheet()
        page.title = _title(sheet.name, number)
        for row, cells in enumerate(sheet.rows, start=1):
            for column, value in enumerate(cells, start=1):
                _put(page.cell(row, column), value)
        _remark(page, sheet.width + 1, (result for result in preview.rows if result.sheet == number))
    return _bytes(book)


def _remark(page: Worksheet, last: int, results: Iterable[Any]) -> None:
    for result in results:
        if not result.problems:
            continue
        put_text(page.cell(result.row, last), " ".join(problem.sentence() for problem in result.problems))
        page.cell(result.row, last).fill = REMARK_FILL
        for problem in result.problems:
            if problem.cell:
                page[problem.cell].comment = Comment(problem.sentence(), "gipt")
                page[problem.cell].fill = REMARK_FILL
    page.column_dimensions[column_letters(last)].width = 60


def _title(name: str, number: int) -> str:
    clean = "".join(mark for mark in name if mark not in "[]:*?/\\'")[:31]
    return clean or f"{number + 1}"


def _put(cell: Any, value: CellValue) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    elif value is not None:
        cell.value = value


def put_text(cell: Any, text: str) -> None:
    """Write text as text: a name that begins with "=" never becomes a formula."""
    assert isinstance(cell, Cell)
    if not text:
        return
    cell.value = text
    cell.data_type = "s"
    if text[:1] in "=+-@":
        cell.quotePrefix = True


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

"""A catalog as a workbook for people who work in Excel: one row for each entry, only translation and remark open.

Columns: key, context, source, (source_plural), note, translation (one for each plural form), remark, status. The
second sheet says which domain and language it is and what the numbers of the plural columns mean. Text is always text,
never a formula. Reading back finds columns by their headings, so their order may change.
"""

import io
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

from gipt.domain.problems import BadFile
from gipt.i18n import Language, gettext
from gipt.i18n.catalogs import MESSAGES
from gipt.i18n.exchange import CatalogFile, Entry, State, trimmed
from gipt.i18n.lint import PROBED, Plural
from gipt.intake.grid import CellValue, Grid, Sheet, as_text, column_letters
from gipt.intake.templates import put_text

ENTRIES, ABOUT = "entries", "about"
KEY, CONTEXT, SOURCE, SOURCE_PLURAL, NOTE = "key", "context", "source", "source_plural", "note"
TRANSLATION, REMARK, STATUS, PREVIOUS = "translation", "remark", "status", "source_before"
WIDTHS = {KEY: 28, CONTEXT: 18, SOURCE: 48, SOURCE_PLURAL: 40, NOTE: 30, REMARK: 30, STATUS: 12, PREVIOUS: 40}
OPEN_FILL, HEAD_FILL = PatternFill("solid", start_color="FFFBE6"), PatternFill("solid", start_color="E6EEF0")
MOST_ENTRIES = 20_000
LONGEST = 32_767
"""Signs that a cell of Excel can hold."""


# --- out ----------------------------------------------------------------------------------------------------------


def as_sheet(file: CatalogFile, language: Language) -> bytes:
    """Give the workbook (.xlsx); its second sheet explains it in the language in use."""
    plural = Plural(file.plural)
    has_plurals = any(one.has_plural for one in file.entries)
    counted = plural.count if has_plurals else 1
    translations = [TRANSLATION, *(f"{TRANSLATION}[{form}]" for form in range(1, counted))]
    heads = [
        KEY, CONTEXT, SOURCE, *([SOURCE_PLURAL] if has_plurals else []), NOTE, *translations, REMARK, STATUS,
        *([PREVIOUS] if any(one.previous for one in file.entries) else []),
    ]  # fmt: skip
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = ENTRIES
    _row(sheet, 1, heads, opened=())
    for number, entry in enumerate(file.entries, start=2):
        cells = _cells(file.domain, entry, counted)
        _row(sheet, number, [cells.get(head, "") for head in heads], [*translations, REMARK], heads)
    _dress(sheet, heads, translations)
    _about(book.create_sheet(ABOUT), file, plural, translations)
    sheet.sheet_view.rightToLeft = language.is_rtl
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cells(domain: str, entry: Entry, counted: int) -> dict[str, str]:
    """Give what stands under each heading for an entry."""
    is_interface = domain == MESSAGES
    texts = {f"{TRANSLATION}[{form}]": text for form, text in enumerate(entry.texts[:counted]) if form}
    return {
        KEY: entry.ident if is_interface else entry.key,
        CONTEXT: entry.key if is_interface else "",
        SOURCE: entry.source[0],
        SOURCE_PLURAL: entry.source[1] if entry.has_plural else "",
        NOTE: "\n".join(entry.notes),
        TRANSLATION: "".join(entry.texts[:1]),
        **texts,
        REMARK: entry.remark,
        STATUS: entry.state.value,
        PREVIOUS: "\n".join(entry.previous[:1]),
    }


def _row(
    sheet: Worksheet, number: int, cells: Sequence[str], opened: Sequence[str], heads: Sequence[str] = ()
) -> None:
    for column, text in enumerate(cells, start=1):
        cell = sheet.cell(number, column)
        put_text(cell, text[:LONGEST])
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font, cell.fill = Font(bold=True), HEAD_FILL
        elif heads[column - 1] in opened:
            cell.protection, cell.fill = Protection(locked=False), OPEN_FILL


def _dress(sheet: Worksheet, heads: Sequence[str], translations: Sequence[str]) -> None:
    for column, head in enumerate(heads, start=1):
        sheet.column_dimensions[column_letters(column)].width = WIDTHS.get(head, 48)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{column_letters(len(heads))}{max(sheet.max_row, 2)}"
    # No password: it keeps a slip of the hand out, not a person.
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.formatColumns = sheet.protection.formatRows = False


def _about(sheet: Worksheet, file: CatalogFile, plural: Plural, translations: Sequence[str]) -> None:
    rows = [
        ("domain", file.domain),
        ("language", file.tag),
        ("plural", file.plural),
        *file.headers.items(),
        ("", gettext("Write in the columns “translation” and “remark” only. The others are locked.")),
        ("", gettext("Leave names in the form %%(name)s as they are.")),
        *(
            (head, ", ".join(numbers_of(plural, form)))
            for form, head in enumerate(translations)
            if len(translations) > 1
        ),
    ]
    for number, (name, text) in enumerate(rows, start=1):
        put_text(sheet.cell(number, 1), name)
        put_text(sheet.cell(number, 2), text)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90
    sheet.protection.sheet = True


def numbers_of(plural: Plural, form: int, most: int = 6) -> list[str]:
    """Give some numbers that take a plural form: "1", "21", "31"."""
    found = [str(number) for number in PROBED if plural.index(number) == form]
    return [*found[:most], "…"] if len(found) > most else found


# --- back ---------------------------------------------------------------------------------------------------------


def from_sheet(grid: Grid) -> CatalogFile:
    """Read a workbook that came back; raise BadFile (`not_a_catalog_sheet`) naming the heading that is missing."""
    sheet = next((one for one in grid.visible if one.name == ENTRIES), next(iter(grid.visible), None))
    if sheet is None:
        raise BadFile(reason="empty")
    heads = {as_text(value).strip().casefold(): column for column, value in enumerate(sheet.rows[0], start=1)}
    missing = next((head for head in (KEY, SOURCE, TRANSLATION) if head not in heads), None)
    if missing:
        raise BadFile(reason="no_heading", heading=missing)
    said = _said(grid)
    domain, plural = said.get("domain", ""), said.get("plural", "")
    entries = tuple(_entries(sheet, heads, is_interface=domain == MESSAGES, plural=plural))
    if len(entries) > MOST_ENTRIES:
        raise BadFile(reason="too_many_rows", high=MOST_ENTRIES)
    if not entries:
        raise BadFile(reason="empty")
    own = {name: text for name, text in said.items() if name.startswith("X-")}
    return CatalogFile(domain, said.get("language", ""), plural, entries, own)


def _said(grid: Grid) -> dict[str, str]:
    sheet = next((one for one in grid.sheets if one.name == ABOUT), None)
    return {
        as_text(row[0]): as_text(row[1]) for row in (sheet.rows if sheet else ()) if len(row) > 1 and row[0]
    }


def _entries(sheet: Sheet, heads: dict[str, int], *, is_interface: bool, plural: str) -> Iterator[Entry]:
    count = _count(plural)
    for number, row in sheet.filled_rows():
        if number == 1:
            continue

        def cell(head: str, row: tuple[CellValue, ...] = row) -> str:
            column = heads.get(head, 0)
            return exact_text(row[column - 1]) if 0 < column <= len(row) else ""

        key, source, second = cell(CONTEXT if is_interface else KEY), cell(SOURCE), cell(SOURCE_PLURAL)
        if not source and not cell(KEY):
            continue
        forms = [cell(TRANSLATION), *(cell(f"{TRANSLATION}[{form}]") for form in range(1, count))]
        texts = trimmed(tuple(forms) if second else (forms[0],))
        yield Entry(
            key, (source, second) if second else (source,), texts, _state(cell(STATUS), texts),
            tuple(cell(NOTE).splitlines()), cell(REMARK), _previous(cell(STATUS), cell(PREVIOUS)), number,
        )  # fmt: skip


def _count(plural: str) -> int:
    try:
        return Plural(plural).count
    except ValueError:
        return 2


def _state(word: str, texts: tuple[str, ...]) -> State:
    """Give the state that a row says; a text that was typed where none stood is taken as done."""
    if not texts:
        return State.MISSING
    known = next((one for one in State if one.value == word.strip().casefold()), State.TRANSLATED)
    return State.TRANSLATED if known is State.MISSING else known


def _previous(word: str, text: str) -> tuple[str, ...]:
    return (text,) if text and word.strip().casefold() == State.STALE.value else ()


def exact_text(value: CellValue) -> str:
    """Give a cell as text, exactly as it stands where it is text."""
    return value if isinstance(value, str) else as_text(value)

"""A wording from a workbook: an XLSForm (sheets `survey` and `choices`), or a plain sheet of item, text and answers.

XLSForm by https://xlsform.org/en/: one row of `survey` for each question, `select_one LIST`; the values are the names
in `choices`. The plain sheet has the headings `item`, `text` and one for each value (0, 1, 2, 3); `make_sheet` gives
an empty one.
"""

import io
import re
from collections.abc import Iterator, Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from gipt.domain.measures import Item, Measure
from gipt.domain.measures.wordings import SentItem, SentOption, SentWording, plain_name
from gipt.domain.problems import BadFile, Invalid
from gipt.i18n import Language, digits_to_ascii
from gipt.intake.catalog_sheet import exact_text
from gipt.intake.grid import Grid, Sheet, as_text
from gipt.intake.templates import put_text

SURVEY, CHOICES = "survey", "choices"
STEM = "stem"
SELECT = re.compile(r"select[_ ]one\s+(\S+)(?:\s+or_other)?", re.IGNORECASE)
LABEL = re.compile(r"label\s*(?:::?\s*(.+))?", re.IGNORECASE)
NAMED = re.compile(r"(.*?)\s*\(([^()]+)\)")


def from_workbook(grid: Grid, language: Language) -> tuple[str, SentWording]:
    """Read a workbook; gives its kind (`xlsform` or `xlsx`) and the wording. Raises BadFile, Invalid."""
    sheets = {one.name.strip().casefold(): one for one in grid.sheets}
    if SURVEY in sheets and CHOICES in sheets:
        return "xlsform", from_xlsform(sheets[SURVEY], sheets[CHOICES], language)
    return "xlsx", from_plain(next(iter(grid.visible), None))


# --- XLSForm ------------------------------------------------------------------------------------------------------


def from_xlsform(survey: Sheet, choices: Sheet, language: Language) -> SentWording:
    """Read an XLSForm in one of its languages."""
    lists = dict(_lists(choices, language))
    heads = headings(survey)
    label = label_column(heads, language)
    items, stem = [], ""
    for row in rows_of(survey, heads, ("type", "name")):
        kind, text = row["type"].strip(), row[label]
        choice = SELECT.fullmatch(kind)
        if choice:
            items.append(SentItem(row["name"], text, lists.get(choice[1], ())))
        elif kind.casefold().replace("_", " ") in ("note", "begin group") and text.strip():
            stem = stem or text
    return SentWording(items, stem)


def _lists(choices: Sheet, language: Language) -> Iterator[tuple[str, tuple[SentOption, ...]]]:
    heads = headings(choices)
    named = next((name for name in ("list_name", "list name") if name in heads), None)
    if named is None:
        raise BadFile(reason="no_heading", heading="list_name")
    label = label_column(heads, language)
    found: dict[str, list[SentOption]] = {}
    for row in rows_of(choices, heads, (named, "name")):
        found.setdefault(row[named].strip(), []).append(SentOption(row[label], whole(row["name"])))
    yield from ((name, tuple(options)) for name, options in found.items())


def headings(sheet: Sheet) -> dict[str, int]:
    """Give the columns of a sheet by the headings of its first row, in small letters."""
    first = sheet.rows[0] if sheet.rows else ()
    found: dict[str, int] = {}
    for column, value in enumerate(first):
        found.setdefault(as_text(value).strip().casefold(), column)
    found.pop("", None)
    return found


def label_column(heads: Mapping[str, int], language: Language) -> str:
    """Name the column of labels in a language; raise Invalid naming the languages that the file has."""
    labels = {head: match[1] or "" for head in heads if (match := LABEL.fullmatch(head))}
    if list(labels.values()) == [""]:
        return next(iter(labels))
    if not labels:
        raise BadFile(reason="no_heading", heading="label")
    wanted = {
        language.tag.casefold(),
        language.html_tag.casefold(),
        *(one.casefold() for one in language.chain),
    }
    names = {language.name.casefold(), language.english_name.casefold()}
    for head, said in labels.items():
        match = NAMED.fullmatch(said)
        name, tag = (match[1], match[2]) if match else (said, "")
        if (tag and tag.strip() in wanted) or (not tag and name.strip() in names | wanted):
            return head
    known = ", ".join(filter(None, labels.values()))
    raise Invalid(field="file", reason="wording_language", value=known[:80], language=language.tag)


def rows_of(sheet: Sheet, heads: Mapping[str, int], needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the rows below the headings as texts by heading; raise BadFile for a heading that is missing."""
    missing = next((one for one in needed if one not in heads), None)
    if missing:
        raise BadFile(reason="no_heading", heading=missing)
    for number, cells in sheet.filled_rows():
        if number > 1:
            yield {
                head: exact_text(cells[column]) if column < len(cells) else ""
                for head, column in heads.items()
            }


def whole(text: str) -> int | None:
    """Read a whole number in digits of any script; None for anything else."""
    digits = digits_to_ascii(text.strip())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else None


# --- a plain sheet ------------------------------------------------------------------------------------------------


def from_plain(sheet: Sheet | None) -> SentWording:
    """Read a sheet with the columns item, text, 0, 1, 2, 3; empty answers are those of the question above."""
    if sheet is None:
        raise BadFile(reason="empty")
    heads = headings(sheet)
    values = {head: value for head in heads if (value := whole(head)) is not None}
    items: list[SentItem] = []
    stem = ""
    above: tuple[SentOption, ...] = ()
    for row in rows_of(sheet, heads, ("item", "text")):
        name = row["item"]
        if plain_name(name) == STEM:
            stem = row["text"]
            continue
        options = tuple(SentOption(row[head], value) for head, value in values.items() if row[head].strip())
        above = options or above
        items.append(SentItem(name, row["text"], above))
    if not items:
        raise BadFile(reason="empty")
    return SentWording(items, stem)


def make_sheet(measure: Measure) -> bytes:
    """Give the empty sheet of a measure: its items by name, beside the English coded term where that may be shown."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = measure.name[:31]
    values = sorted({value for item in measure.items for value in item.values})
    rows: list[list[str]] = [["item", "text", *map(str, values), "english"]]
    if measure.stem:
        rows.append([STEM, "", *[""] * len(values), measure.stem])
    rows += [[item.id, "", *[""] * len(values), english_of(item)] for item in measure.items]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            put_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 60
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def english_of(item: Item) -> str:
    """Give the coded English term of an item with its answers, or its neutral code."""
    answers = ", ".join(f"{one.value} = {one.text or one.label.replace('_', ' ')}" for one in item.options)
    return f"{item.text or item.label.replace('_', ' ')} ({answers})"

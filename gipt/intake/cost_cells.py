"""One row of a list of costs: the day or month, what it was for, the amount and its currency as they are written.

Amounts stay text here: how one is read depends on its currency, and the ledger's is not known to who reads a sheet.
"""

import re
from datetime import date, datetime
from functools import cache

from gipt.calendars import CalendarKind
from gipt.domain.costs import CostScope
from gipt.i18n import languages, use_language
from gipt.intake import values
from gipt.intake.dates import latin_digits
from gipt.intake.grid import CellValue, as_text
from gipt.intake.headers import normal_header
from gipt.intake.months import MONTHS
from gipt.intake.records import CostRow
from gipt.intake.rows import RowReader
from gipt.intake.vocabulary import COST_SCOPES
from gipt.words import label

NUMBERED = re.compile(r"(?:(?P<year>\d{4})[-/. ](?P<month>\d{1,2})|(?P<first>\d{1,2})[-/. ](?P<last>\d{4}))")
FIRST_YEAR = 1900
"""What is older is a slip of the hand."""
NAMED = re.compile(r"(?P<name>\D+?)\s*[-/., ]\s*(?P<year>\d{4})")


def read_cost(row: RowReader) -> CostRow | None:
    """Give one line of spending; None without its day or month, its purpose or its amount."""
    spent_on, whole_month = _spent(row)
    scope = row.read("cost_scope", cost_scope)
    if row.cell("cost_scope") is None:
        row.say("cost_scope", "empty")
    written = row.cell("amount")
    amount = row.text("amount")
    if spent_on is None or scope is None or not amount:
        return None
    return CostRow(
        sheet=row.sheet.name,
        row=row.row,
        spent_on=spent_on,
        scope=scope,
        amount=latin_digits(amount),
        is_number=isinstance(written, int | float) and not isinstance(written, bool),
        whole_month=whole_month,
        currency=row.text("currency").upper(),
        rate=latin_digits(row.text("rate")),
        rate_on=row.day("rate_on"),
        site=row.text("site"),
        funder=row.text("funder"),
        note=row.text("notes"),
    )


def _spent(row: RowReader) -> tuple[date | None, bool]:
    """Give the day, or the first of a month and True; a month may stand in the column of days too."""
    for key in ("spent_on", "month"):
        value = row.cell(key)
        if value is None:
            continue
        month = month_of(value)
        if key == "month" and isinstance(value, date):
            month = value.date() if isinstance(value, datetime) else value
        if month is not None:
            month = month.replace(day=1)
            if month > row.options.today:
                row.say(key, "date_in_future", value=as_text(value), day=month)
                return None, True
            return month, True
        if key == "spent_on":
            return row.day(key), False
        row.say(key, "not_a_month", value=as_text(value))
        return None, False
    row.say("spent_on" if row.guess.column_of("spent_on") else "month", "empty")
    return None, False


def month_of(value: CellValue) -> date | None:
    """Give the first of a Gregorian month such as "March 2026", "2026-03" or "3/2026"; None for anything else."""
    if not isinstance(value, str):
        return None
    text = latin_digits(value).strip()
    found = NUMBERED.fullmatch(text)
    if found:
        year, number = int(found["year"] or found["last"]), int(found["month"] or found["first"])
        return date(year, number, 1) if year >= FIRST_YEAR and 1 <= number <= 12 else None
    named = NAMED.fullmatch(text)
    calendar, number = MONTHS.get(normal_header(named["name"]), (None, 0)) if named else (None, 0)
    if named is None or calendar is not CalendarKind.GREGORIAN or int(named["year"]) < FIRST_YEAR:
        return None
    return date(int(named["year"]), number, 1)


def cost_scope(value: CellValue) -> str:
    """Give the code of what money was spent on; raises Invalid: `unknown_cost_scope`."""
    written = normal_header(value)
    for code in CostScope:
        if written == code.value or written in _ours(code):
            return code.value
    found = values.meaning(value, COST_SCOPES)
    if found is None:
        raise values.fault("unknown_cost_scope", value)
    return found


@cache
def _ours(code: CostScope) -> frozenset[str]:
    """Give the words that the page of costs shows for a purpose, in every language."""
    found = set()
    for language in languages():
        with use_language(language):
            found.add(normal_header(label("cost_scope", code)))
    return frozenset(found)

"""The sheets that tell of the report itself: cover, contents, dictionary."""

from datetime import UTC, datetime

from gipt.calendars import CalendarKind
from gipt.domain.disclosure import Mark, printed
from gipt.domain.indicators import Dimension
from gipt.domain.indicators.change import ANALYSIS_SETS
from gipt.i18n import format_date, format_datetime, gettext
from gipt.reports import labels
from gipt.reports.context import ReportContext
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.indicator_labels import RULES_OF
from gipt.reports.local_dates import words_of
from gipt.reports.rows import columns, definition_text, indicator_name, set_name, unknown_safety
from gipt.reports.workbook import Column, Kind, Row, Sheet
from gipt.words import label

COVER_COLUMNS = (("field", Kind.TEXT), ("content", Kind.TEXT))
CONTENTS_COLUMNS = (("sheet", Kind.TEXT), ("purpose", Kind.TEXT))
DICTIONARY_COLUMNS = (
    ("kind", Kind.TEXT), ("code", Kind.TEXT), ("name", Kind.TEXT), ("type", Kind.TEXT), ("definition", Kind.TEXT),
    ("numerator", Kind.TEXT), ("denominator", Kind.TEXT), ("missing", Kind.TEXT), ("excluded", Kind.TEXT),
    ("allowed", Kind.TEXT),
)  # fmt: skip
ALLOWED: dict[str, tuple[str, ...]] = {
    "set": tuple(ANALYSIS_SETS),
    "dimension": tuple(Dimension),
}
"""Codes that a column takes, in English in every language."""


def dictionary_sheet(
    definition: Definition, sheets: list[Sheet], counted: Counted, words: dict[str, str]
) -> Sheet:
    """Give what every sheet, column, indicator and mark means."""
    rows: list[Row] = [
        entry("sheet", one.code, one.title, definition=gettext(labels.PURPOSES[one.code])) for one in sheets
    ]
    rows += column_entries([column for one in sheets for column in one.columns])
    rows += [indicator_entry(counted, code, words) for code in dictionary_codes(definition, counted)]
    rows += mark_entries(definition.threshold)
    return Sheet(
        "dictionary",
        gettext(labels.SHEETS["dictionary"]),
        columns(DICTIONARY_COLUMNS),
        tuple(rows),
        (gettext(labels.SHEETS["dictionary"]), gettext(labels.PURPOSES["dictionary"])),
        about=True,
    )


def entry(kind: str, code: str | None, name: str | None, **cells: str | None) -> Row:
    """Give one row of the dictionary; `cells` by column."""
    known: dict[str, str | None] = {"kind": gettext(labels.KINDS[kind]), "code": code, "name": name, **cells}
    return tuple(known.get(column) for column, _ in DICTIONARY_COLUMNS)


def dictionary_codes(definition: Definition, counted: Counted) -> list[str]:
    """Give the indicators of the report, and what stands beside them on the other sheets."""
    beside = [*(tally.code for tally, _ in counted.breakdowns), *(one.code for one in counted.means.values())]
    return list(dict.fromkeys([*definition.indicators, *beside]))


def indicator_entry(counted: Counted, code: str, words: dict[str, str]) -> Row:
    """Give how an indicator is counted: of whom, how many of them, who is not known and who is left out."""
    name = indicator_name(code, words)
    mean = next((one for one in counted.means.values() if one.code == code), None)
    if mean is not None:
        return entry(
            "indicator", code, name,
            definition=definition_text(mean.rules, words),
            denominator=set_name(mean.n_set, words),
            missing=set_name(mean.missing_set, words),
        )  # fmt: skip
    tally = counted.tallies.get(code) or next(
        (one for one, _ in counted.breakdowns if one.code == code), None
    )
    if tally is None:
        text = definition_text(RULES_OF.get(code, ()), words)
        return entry("indicator", code, name, type=gettext(labels.NOTES["not_recorded"]), definition=text)
    sets = {
        "numerator": tally.numerator_set,
        "denominator": tally.denominator_set,
        "missing": tally.missing_set,
        "excluded": tally.excluded_set,
    }
    named = {column: set_name(one, words) for column, one in sets.items() if one is not None}
    text = definition_text(tally.rules, words)
    return entry("indicator", code, name, type=label("unit", tally.unit), definition=text, **named)


def column_entries(found: list[Column]) -> list[Row]:
    """Give one entry per column code."""
    once = {column.code: column for column in reversed(found)}
    return [
        entry(
            "column", code, column.title,
            type=gettext(labels.TYPES[column.kind]),
            definition=gettext(labels.MEANINGS[code]) if code in labels.MEANINGS else None,
            allowed=", ".join(ALLOWED[code]) if code in ALLOWED else None,
        )
        for code, column in reversed(once.items())
    ]  # fmt: skip


def mark_entries(threshold: int | None) -> list[Row]:
    """Give what the marks in place of numbers mean."""
    if threshold is None:
        return []
    small, hidden = printed(1, Mark.SMALL, threshold), printed(1, Mark.HIDDEN, threshold)
    text = gettext("A count from 1 to %(most)s.", most=threshold - 1)
    star = gettext("A hidden count of any size: a small one could be worked out from it.")
    not_recorded = gettext("The programme keeps no record of it. It is not known to be 0.")
    return [
        entry("mark", str(small), None, definition=text),
        entry("mark", str(hidden), None, definition=star),
        entry("mark", None, gettext("empty"), definition=gettext(labels.SENTENCES["blank"])),
        entry("mark", None, gettext(labels.NOTES["not_recorded"]), definition=not_recorded),
    ]


def contents_sheet(definition: Definition) -> Sheet:
    """Give the list of sheets."""
    rows = tuple((gettext(labels.SHEETS[code]), gettext(labels.PURPOSES[code])) for code in definition.sheets)
    head = (gettext(labels.SHEETS["contents"]),)
    return Sheet("contents", head[0], columns(CONTENTS_COLUMNS), rows, head, about=True)


def cover_sheet(
    definition: Definition,
    counted: Counted,
    context: ReportContext,
    words: dict[str, str],
    checksum: str | None = None,
) -> Sheet:
    """Give the cover: what the report is, and every rule it was made by; one for inside has no checksum on it."""
    rows = tuple(
        (gettext(labels.COVER[name]), content)
        for name, content in cover_lines(definition, counted, context, words, checksum)
        if content is not None
    )
    title = gettext(definition.title)
    return Sheet("cover", gettext(labels.SHEETS["cover"]), columns(COVER_COLUMNS), rows, (title,), about=True)


def local_period(context: ReportContext) -> str | None:
    """Give the period in the calendar of the programme; None where that is the Gregorian one."""
    if context.calendar is CalendarKind.GREGORIAN:
        return None
    written = words_of(context.calendar, context.language)
    first, last = written(context.period.first), written(context.period.last)
    return gettext(labels.SENTENCES["period"], first=first, last=last) if first and last else None


def small_text(threshold: int | None) -> str | None:
    """Say how few people are hidden; None inside the organisation."""
    if threshold is None:
        return None
    mark = printed(1, Mark.SMALL, threshold)
    return gettext(labels.SENTENCES["small"], most=threshold - 1, mark=mark)


def moment_text(moment: datetime) -> str:
    """Write a moment with its zone, which is always UTC in a report."""
    return gettext(labels.SENTENCES["moment"], moment=format_datetime(moment, zone=UTC))


def cover_lines(
    definition: Definition,
    counted: Counted,
    context: ReportContext,
    words: dict[str, str],
    checksum: str | None,
) -> list[tuple[str, str | None]]:
    """Give the lines of the cover: name of the field, content; None where there is nothing to say."""
    choices, period = counted.choices, context.period
    first, last = format_date(period.first), format_date(period.last)
    names = "no_names" if definition.threshold is not None else "codes"
    cut_off = gettext(labels.SENTENCES["cut_off"], cut_off=choices.cut_off, citation=choices.cut_off_citation)
    unknown = gettext(labels.SENTENCES["safety_unknown"], count=unknown_safety(counted))
    return [
        ("title", gettext(definition.title)),
        ("programme", context.programme),
        ("period", gettext(labels.SENTENCES["period"], first=first, last=last)),
        ("period_local", local_period(context)),
        ("sites", "; ".join(f"{one.code} {one.name}" for one in context.places)),
        ("cut_off_at", moment_text(context.cut_off_at)),
        ("made_at", moment_text(context.made_at)),
        ("made_by", label("role", context.made_by_role)),
        ("report_id", context.report_id),
        ("definition", f"{definition.id} {definition.version}"),
        ("software", context.software),
        ("names", gettext(labels.SENTENCES[names])),
        ("small", small_text(definition.threshold)),
        *([("earlier", gettext(labels.SENTENCES["earlier"]))] if counted.ledger.held_back else []),
        ("blank", gettext(labels.SENTENCES["blank"])),
        ("basis", label("basis", choices.basis)),
        ("repeat", label("repeat", choices.repeat)),
        ("completion", words["completion"]),
        ("completion_base", label("completion_base", choices.completion_base)),
        ("measure", label("measure", choices.measure)),
        ("cut_off", cut_off.strip()),
        ("sets", gettext(labels.SENTENCES["sets"])),
        ("cause", gettext(labels.SENTENCES["cause"])),
        ("safety_unknown", unknown),
        ("checksum", checksum),
        ("verify", context.verify_at),
    ]

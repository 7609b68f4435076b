"""What a report says otherwise than an earlier one: figures as printed in both, rules and definitions, in words.

Only what both reports print is set side by side. A number of the earlier report is not repeated where this one hides
the same figure, nor where this one hides more than the earlier one did (decision 11).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gipt.i18n import N_, format_datetime, gettext
from gipt.reports import labels
from gipt.reports.context import ReportContext
from gipt.reports.frozen import FrozenSheet, Printed, frozen_sheet
from gipt.reports.workbook import Cell, Column, Kind, Sheet, Typed
from gipt.words import label

KEYS = ("code", "set", "dimension", "part", "session_number", "sessions_attended", "funder")
"""Columns that say which row it is, the same in every language."""
NAMES = ("indicator", "part_label", "level")
"""Columns that say it in words."""
FOLLOWING = frozenset({"rest", "n", "did_not_come", "low", "high"})
"""Columns that follow from the others; a change there is told once."""
SHARES = frozenset({"value", "share"})
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT})
DEFINING = frozenset({"version", "sheets", "indicators", "divided", "dimensions"})
SILENT = frozenset({"cut_off_at"})
"""Said above the table."""

RULES = {
    "version": N_("Version of the definition"),
    "sheets": N_("Sheets of the report"),
    "indicators": N_("Indicators of the report"),
    "divided": N_("Indicators that are broken down"),
    "dimensions": N_("What they are broken down by"),
    "threshold": N_("Smallest count that is printed"),
    "completion": N_("Completed means (sessions, at least)"),
    "remission_below": N_("Remission means a score below"),
    "reliable_step": N_("Points that count as reliable change"),
    "function_measure": N_("Function measure"),
    "function_step": N_("Points on the function measure that count as better"),
    "function_direction": N_("Direction of the function measure"),
    "on_time_days": N_("Days from the date first confirmed that count as on time"),
    "age_bands": N_("Age bands"),
    "cut_off_citation": N_("Source of the entry cut-off"),
}
SAID = {
    "none": N_("There is no earlier report about the same days and places."),
    "nothing": N_("Nothing differs: the same rules and the same figures."),
    "rules_only": N_("Rules differ; the printed figures are the same."),
    "late_data": N_("The rules are the same. Data were entered or corrected since then."),
    "both": N_("Rules differ, so a figure may differ by a rule, by later data or by both."),
    "hides_more": N_("Figures are not compared: this report hides more than the earlier one."),
}
KINDS = {
    "summary": N_("In short"),
    "definition": N_("Definition"),
    "rule": N_("Rule"),
    "figure": N_("Figure"),
}
COLUMNS = (
    ("kind", Kind.TEXT), ("sheet", Kind.TEXT), ("code", Kind.TEXT), ("name", Kind.TEXT), ("column", Kind.TEXT),
    ("before", Kind.INTEGER), ("after", Kind.INTEGER),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that reads otherwise: where it stands, and both values as printed; None = not there."""

    sheet: str
    code: str
    name: str
    column: str
    kind: Kind
    before: Printed
    after: Printed


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that is otherwise; plain values."""

    name: str
    before: Any
    after: Any

    @property
    def is_definition(self) -> bool:
        """Say whether the report's own definition changed, not a rule of the programme or the program."""
        return self.name in DEFINING


def is_hidden(value: Printed) -> bool:
    """Say whether a printed value is a mark in place of a number: `<10` or `*`."""
    return isinstance(value, str) and (value == "*" or (value[:1] == "<" and value[1:].isdigit()))


# --- comparing ----------------------------------------------------------------------------------------------------


def keyed(sheet: FrozenSheet) -> dict[tuple[Printed, ...], tuple[Printed, ...]]:
    """Give the rows of a sheet by what they are about, the same in every language."""
    places = [place for place, column in enumerate(sheet.columns) if column.code in KEYS]
    found: dict[tuple[Printed, ...], tuple[Printed, ...]] = {}
    if not places:
        return found
    for row in sheet.rows:
        key = tuple(row[place] for place in places)
        # Several rows of one indicator (its mean, its spread) stand in an order that never changes.
        number = 0
        while (*key, number) in found:
            number += 1
        found[*key, number] = row
    return found


def figure_changes(before: Iterable[FrozenSheet], after: Sequence[FrozenSheet]) -> list[FigureChange]:
    """Give the figures that differ, in the order of the later report; sheets that only one has are left out."""
    earlier = {one.code: one for one in before}
    return [
        change
        for sheet in after
        if sheet.code in earlier
        for change in sheet_changes(earlier[sheet.code], sheet)
    ]


def sheet_changes(before: FrozenSheet, after: FrozenSheet) -> list[FigureChange]:
    """Give the figures of one sheet that differ; rows that are gone come last."""
    old, new = keyed(before), keyed(after)
    found = [change for key, row in new.items() for change in row_changes(before, old.get(key), after, row)]
    gone = [row for key, row in old.items() if key not in new]
    return found + [change for row in gone for change in row_changes(before, row, after, None)]


def row_changes(
    before: FrozenSheet, old: tuple[Printed, ...] | None, after: FrozenSheet, new: tuple[Printed, ...] | None
) -> list[FigureChange]:
    """Give the figures of one row that differ; a share only where its counts are the same."""
    then = by_code(before, old)
    now = by_code(after, new)
    words = now if new is not None else then
    name = " · ".join(str(words[one]) for one in NAMES if words.get(one))
    code = next((str(words[one]) for one in ("code", "session_number") if words.get(one) is not None), "")
    row, sheet = (new, after) if new is not None else (old, before)
    if not name:
        # A sheet by session number has no words of its own: its heading and the number stand for them.
        name = " · ".join(f"{one.title} {words[one.code]}" for one in sheet.columns if one.code in KEYS)
    found = [
        FigureChange(
            after.code,
            code,
            name,
            column.code,
            sheet.kind_of(column, row or ()),
            then.get(column.code),
            now.get(column.code),
        )
        for column in sheet.columns
        if column.kind in NUMBERS
        and column.code not in FOLLOWING
        and column.code not in KEYS
        and then.get(column.code) != now.get(column.code)
    ]
    counts = [one for one in found if one.column not in SHARES]
    return counts or found


def by_code(sheet: FrozenSheet, row: tuple[Printed, ...] | None) -> dict[str, Printed]:
    """Give a row by the codes of its columns; empty for no row."""
    return (
        {} if row is None else {column.code: value for column, value in zip(sheet.columns, row, strict=True)}
    )


def rule_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[RuleChange]:
    """Give the rules that differ, those of the definition first."""
    names = [name for name in dict.fromkeys((*after, *before)) if name not in SILENT]
    found = [
        RuleChange(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]
    return sorted(found, key=lambda one: not one.is_definition)


def hides_more(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether the later report hides counts that the earlier one could print."""
    return (after.get("threshold") or 0) > (before.get("threshold") or 0)


def told(change: FigureChange) -> FigureChange:
    """Give a change as a later report may print it: no number of the earlier one where this one hides its own."""
    if is_hidden(change.after) and not is_hidden(change.before):
        return FigureChange(
            change.sheet, change.code, change.name, change.column, change.kind, None, change.after
        )
    return change


# --- in words -----------------------------------------------------------------------------------------------------


def rule_name(name: str) -> str:
    """Give the words for a rule."""
    if name in RULES:
        return gettext(RULES[name])
    return gettext(labels.COVER[name]) if name in labels.COVER else name.replace("_", " ")


def rule_text(name: str, value: Any) -> str | int | None:
    """Give the value of a rule in words; None for one that is too long for a cell."""
    if name in ("basis", "repeat", "completion_base", "measure") and value is not None:
        return label(name, value)
    if isinstance(value, list):
        parts = [
            " / ".join(map(str, one)) if isinstance(one, list) else str(one)
            for one in value
            if not isinstance(one, dict)
        ]
        return ", ".join(parts) or None
    return value if isinstance(value, str | int) or value is None else str(value)


def changes_sheet(sheets: Iterable[Sheet], context: ReportContext) -> Sheet:
    """Give what differs from the last finished report about the same days and places (ux.md section 5, sheet 13)."""
    now = tuple(frozen_sheet(one) for one in sheets if not one.about and one.stream is None)
    rows = [(gettext(KINDS["summary"]), None, None, gettext(SAID["none"]), None, None, None)]
    lead = [gettext(labels.SHEETS["changes"]), gettext(labels.PURPOSES["changes"])]
    if context.previous is not None:
        lead.append(compared_with(context.previous.code, context.previous.cut_off_at))
        rows = change_rows(context, now)
    columns = tuple(Column(code, gettext(labels.COLUMNS[code]), kind) for code, kind in COLUMNS)
    return Sheet("changes", lead[0], columns, tuple(rows), tuple(lead), about=True)


def compared_with(code: str, cut_off_at: datetime) -> str:
    """Say what a report is compared with."""
    moment = gettext(labels.SENTENCES["moment"], moment=format_datetime(cut_off_at, zone=UTC))
    return gettext(
        "Compared with report %(code)s, whose data are as known at %(moment)s.", code=code, moment=moment
    )


def change_rows(context: ReportContext, now: Sequence[FrozenSheet]) -> list[Any]:
    """Give the rows of the sheet: what happened in short, then rules, then figures."""
    assert context.previous is not None
    before = context.previous.frozen
    rules = rule_changes(before.rules, context.rules)
    more = hides_more(before.rules, context.rules)
    figures = [] if more else [told(one) for one in figure_changes(before.sheets, now)]
    short = gettext(SAID[in_short(bool(rules), bool(figures), more)])
    return [
        (gettext(KINDS["summary"]), None, None, short, None, None, None),
        *map(rule_row, rules),
        *(figure_row(one, now) for one in figures),
    ]


def in_short(rules: bool, figures: bool, more: bool) -> str:
    """Give the code of the sentence that sums it up."""
    if more:
        return "hides_more"
    if rules:
        return "both" if figures else "rules_only"
    return "late_data" if figures else "nothing"


def rule_row(change: RuleChange) -> tuple[Cell, ...]:
    """Give the row of a rule."""
    kind = gettext(KINDS["definition" if change.is_definition else "rule"])
    before, after = rule_text(change.name, change.before), rule_text(change.name, change.after)
    return (kind, None, None, rule_name(change.name), None, typed(before), typed(after))


def typed(value: str | int | None) -> Typed:
    """Give the value of a rule as a cell."""
    return Typed(value, Kind.INTEGER if isinstance(value, int) else Kind.TEXT)


def figure_row(change: FigureChange, sheets: Sequence[FrozenSheet]) -> tuple[Cell, ...]:
    """Give the row of a figure."""
    sheet = next(one for one in sheets if one.code == change.sheet)
    column = next(one.title for one in sheet.columns if one.code == change.column)
    return (
        gettext(KINDS["figure"]),
        sheet.title,
        change.code,
        change.name,
        column,
        Typed(change.before, change.kind),
        Typed(change.after, change.kind),
    )

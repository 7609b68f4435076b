"""Other people's lists filled with our figures: a funder's framework of indicators, and who does what, where, when."""

from collections.abc import Callable, Iterable

from gipt.domain.indicators import Dimension
from gipt.i18n import gettext
from gipt.reports import labels
from gipt.reports.context import ReportContext
from gipt.reports.definition import ActivityRow, FrameworkRow
from gipt.reports.rows import POSITIONS, columns
from gipt.reports.workbook import Cell, Kind, Row, Sheet

FRAMEWORK_COLUMNS = (
    ("funder_code", Kind.TEXT), ("area", Kind.TEXT), ("funder_label", Kind.TEXT), ("code", Kind.TEXT),
    ("indicator", Kind.TEXT), ("set", Kind.TEXT), ("dimension", Kind.TEXT), ("part", Kind.TEXT),
    ("part_label", Kind.TEXT), ("unit", Kind.TEXT), ("numerator", Kind.INTEGER), ("denominator", Kind.INTEGER),
    ("value", Kind.PERCENT), ("low", Kind.PERCENT), ("high", Kind.PERCENT), ("definition", Kind.TEXT),
    ("note", Kind.TEXT), ("to_do", Kind.TEXT),
)  # fmt: skip
WHO_COLUMNS = (
    ("who", Kind.TEXT), ("funder_code", Kind.TEXT), ("what", Kind.TEXT), ("site", Kind.TEXT), ("where", Kind.TEXT),
    ("first_on", Kind.DATE), ("last_on", Kind.DATE), ("code", Kind.TEXT), ("indicator", Kind.TEXT),
    ("people", Kind.INTEGER), ("to_do", Kind.TEXT),
)  # fmt: skip

Figures = Callable[[str], Iterable[list[Cell]]]
"""Gives the rows of figures of an indicator, as on the sheet Indicators."""
Parts = Callable[[str, Dimension], Iterable[dict[str, Cell]]]
"""Gives the parts of an indicator by a dimension, as on the sheet Disaggregation."""


def lead(code: str) -> tuple[str, ...]:
    """Give the lines above a list."""
    return (gettext(labels.SHEETS[code]), gettext(labels.PURPOSES[code]))


def framework_sheet(wanted: Iterable[FrameworkRow], figures: Figures, parts: Parts) -> Sheet:
    """Give the rows of a funder's list in its order, each followed by its breakdowns."""
    rows = [cells for one in wanted for cells in framework_rows(one, figures, parts)]
    return Sheet(
        "framework",
        gettext(labels.SHEETS["framework"]),
        columns(FRAMEWORK_COLUMNS),
        tuple(tuple(row.get(column) for column, _ in FRAMEWORK_COLUMNS) for row in rows),
        lead("framework"),
        frozen_columns=3,
    )


def framework_rows(one: FrameworkRow, figures: Figures, parts: Parts) -> list[dict[str, Cell]]:
    """Give one line of a funder's list: its figures, then one row for each part of its breakdowns."""
    head: dict[str, Cell] = {
        "funder_code": one.code or None,
        "area": gettext(one.area) if one.area else None,
        "funder_label": gettext(one.label),
    }
    found = [{column: row[place] for column, place in POSITIONS.items()} for row in figures(one.indicator)]
    for by in one.by:
        found += parts(one.indicator, by)
    return [{**row, **head, "to_do": to_do(one.code)} for row in found]


def to_do(code: str) -> str | None:
    """Say that the funder has to be asked, where the code is not known."""
    return None if code else gettext(labels.SENTENCES["ask_funder"])


def who_what_where_sheet(wanted: Iterable[ActivityRow], context: ReportContext, parts: Parts) -> Sheet:
    """Give one row for each activity and site of the report: who, what, where, when, and how many people."""
    rows = [
        activity_row(one, part, context) for one in wanted for part in parts(one.indicator, Dimension.SITE)
    ]
    code = "who_what_where"
    return Sheet(code, gettext(labels.SHEETS[code]), columns(WHO_COLUMNS), tuple(rows), lead(code))


def activity_row(one: ActivityRow, part: dict[str, Cell], context: ReportContext) -> Row:
    """Give one activity at one site; what disclosure control hides on the sheet Disaggregation is hidden here too."""
    return (
        context.programme,
        one.code or None,
        gettext(one.label),
        part["part"],
        part["part_label"],
        context.period.first,
        context.period.last,
        part["code"],
        part["indicator"],
        part["numerator"],
        to_do(one.code),
    )

"""The internal workbook.

Every row, with codes and without names, for people who may see them (decision 10).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gipt.domain.indicators import ReportFacts
from gipt.i18n import gettext, use_language
from gipt.reports import labels
from gipt.reports.build_dose import dose_sheet
from gipt.reports.build_funder import indicator_rows, outcome_rows, workbook_of
from gipt.reports.context import ReportContext
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.figures import count_facts
from gipt.reports.rows import FIGURE_COLUMNS, columns, rule_words
from gipt.reports.workbook import Kind, Sheet, Value, Workbook

Rows = Callable[[], Iterable[Sequence[Value]]]
"""Gives plain rows in the order of the columns, walked once; called when the workbook is written."""

MEMBER_COLUMNS = (
    ("member", Kind.TEXT), ("enrolment", Kind.TEXT), ("site", Kind.TEXT), ("group", Kind.TEXT), ("cycle", Kind.TEXT),
    ("enrolled_on", Kind.DATE), ("sex", Kind.TEXT), ("age", Kind.INTEGER), ("age_band", Kind.TEXT),
    ("disability", Kind.TEXT), ("displacement", Kind.TEXT), ("population", Kind.TEXT), ("sessions", Kind.INTEGER),
    ("sessions_expected", Kind.INTEGER), ("attended", Kind.INTEGER), ("made_up", Kind.INTEGER),
    ("completed", Kind.INTEGER), ("exit", Kind.TEXT), ("baseline", Kind.INTEGER), ("endline", Kind.INTEGER),
)  # fmt: skip
SESSION_COLUMNS = (
    ("member", Kind.TEXT), ("enrolment", Kind.TEXT), ("site", Kind.TEXT), ("group", Kind.TEXT), ("cycle", Kind.TEXT),
    ("curriculum", Kind.TEXT), ("session_number", Kind.INTEGER), ("planned_on", Kind.DATE),
    ("first_confirmed_on", Kind.DATE), ("held_on", Kind.DATE), ("days_off", Kind.INTEGER),
    ("session_status", Kind.TEXT), ("cancel_reason", Kind.TEXT), ("attendance", Kind.TEXT),
    ("is_expected", Kind.INTEGER), ("is_attended", Kind.INTEGER),
)  # fmt: skip
OUTCOME_COLUMNS = (
    ("member", Kind.TEXT), ("enrolment", Kind.TEXT), ("site", Kind.TEXT), ("cycle", Kind.TEXT), ("point", Kind.TEXT),
    ("session_number", Kind.INTEGER), ("measure", Kind.TEXT), ("measure_version", Kind.TEXT), ("on", Kind.DATE),
    ("mode", Kind.TEXT), ("language", Kind.TEXT), ("total", Kind.INTEGER), ("answered", Kind.INTEGER),
    ("complete", Kind.INTEGER), ("prorated", Kind.INTEGER), ("totals_only", Kind.INTEGER),
)  # fmt: skip
"""No column says what was answered to a safety question (domain.md 5.7)."""


@dataclass(frozen=True, slots=True)
class FullRows:
    """The large tables of the full-data workbook, each in the order of its columns.

    Codes, 1 and 0, real dates.
    """

    members: Rows
    sessions: Rows
    outcomes: Rows


def build_internal(
    definition: Definition, facts: ReportFacts, rows: FullRows, context: ReportContext
) -> Workbook:
    """Give the full-data workbook; nothing is hidden in it, and its rows are read only when it is written."""
    with use_language(context.language):
        sheets = {
            "members": streamed("members", MEMBER_COLUMNS, rows.members),
            "sessions": streamed("sessions", SESSION_COLUMNS, rows.sessions),
            "outcomes": streamed("outcomes", OUTCOME_COLUMNS, rows.outcomes),
        }
        if {"summary", "dose"} & set(definition.sheets):
            counted = count_facts(definition, facts, context.period, context.choices)
            sheets |= {"summary": summary_sheet(definition, counted), "dose": dose_sheet(counted)}
        wanted = tuple(sheets[code] for code in definition.sheets)
        return workbook_of(definition, context, wanted, footer="footer_internal")


def streamed(code: str, wanted: Sequence[tuple[str, Kind]], rows: Rows) -> Sheet:
    """Give a large sheet: its header in the first row, so that any program can read it as a table."""
    sized = tuple(replace(column, width=max(11, len(column.title))) for column in columns(wanted))
    return Sheet(code, gettext(labels.SHEETS[code]), sized, stream=rows, frozen_columns=1)


def summary_sheet(definition: Definition, counted: Counted) -> Sheet:
    """Give the indicators over the same rows, every way of counting change beside them."""
    words = rule_words(counted)
    rows = indicator_rows(definition, counted, words)
    listed = {row[0] for row in rows}
    # Coverage, function and follow-up stand in the list of indicators already.
    rows += [row for row in outcome_rows(counted, words) if row[2] is not None or row[0] not in listed]
    return Sheet(
        "summary", gettext(labels.SHEETS["summary"]), columns(FIGURE_COLUMNS), tuple(rows), frozen_columns=2
    )

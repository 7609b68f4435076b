"""The internal workbooks: every row or every group, with codes and without names (decision 10)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gipt.domain.indicators import ReportFacts
from gipt.i18n import gettext, use_language
from gipt.reports import labels
from gipt.reports.about import cover_sheet, dictionary_sheet
from gipt.reports.build_dose import dose_sheet
from gipt.reports.build_funder import indicator_rows, lead, outcome_rows, safety_sheet, workbook_of
from gipt.reports.build_quality import quality_sheet
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
MEMBER_RUNS, SESSION_RUNS, OUTCOME_RUNS = (2, 4, 6, 6, 2), (5, 8, 3), (4, 7, 5)
"""Columns of each list that come again together: of one person, of one meeting, of one occasion (`Sheet.runs`)."""
CYCLE_COLUMNS = (
    ("group", Kind.TEXT), ("site", Kind.TEXT), ("cycle", Kind.TEXT), ("curriculum", Kind.TEXT),
    ("cycle_status", Kind.TEXT), ("first_held_on", Kind.DATE), ("last_held_on", Kind.DATE), ("planned", Kind.INTEGER),
    ("held", Kind.INTEGER), ("not_held", Kind.INTEGER), ("main_reason", Kind.TEXT), ("members", Kind.INTEGER),
    ("started", Kind.INTEGER), ("median_came", Kind.DECIMAL), ("completed_people", Kind.INTEGER),
    ("dropped_out", Kind.INTEGER), ("endlines", Kind.INTEGER), ("fidelity_meetings", Kind.INTEGER),
    ("fidelity_done", Kind.INTEGER), ("fidelity_rated", Kind.INTEGER),
)  # fmt: skip
"""One row for each group's cycle, for supervisors: a group is a few people, so it never leaves (domain.md 5.6)."""


@dataclass(frozen=True, slots=True)
class FullRows:
    """The large tables of the full-data workbook, each in the order of its columns.

    Codes, 1 and 0, real dates.
    """

    members: Rows
    sessions: Rows
    outcomes: Rows
    cycles: Rows = tuple


Streamed = tuple[Sequence[tuple[str, Kind]], Rows, tuple[int, ...]]
"""Columns of a large table, its rows, and which columns come together."""


def build_internal(
    definition: Definition, facts: ReportFacts, rows: FullRows, context: ReportContext
) -> Workbook:
    """Give the full-data workbook; nothing is hidden in it, and its rows are read only when it is written."""
    with use_language(context.language):
        streams: dict[str, Streamed] = {
            "members": (MEMBER_COLUMNS, rows.members, MEMBER_RUNS),
            "sessions": (SESSION_COLUMNS, rows.sessions, SESSION_RUNS),
            "outcomes": (OUTCOME_COLUMNS, rows.outcomes, OUTCOME_RUNS),
            "cycles": (CYCLE_COLUMNS, rows.cycles, ()),
        }
        sheets = {code: streamed(code, *streams[code]) for code in definition.sheets if code in streams}
        if set(definition.sheets) - set(streams):
            sheets |= counted_sheets(
                definition, count_facts(definition, facts, context.period, context.choices), context, sheets
            )
        wanted = tuple(sheets[code] for code in definition.sheets)
        return workbook_of(definition, context, wanted, footer="footer_internal")


def counted_sheets(
    definition: Definition, counted: Counted, context: ReportContext, streams: dict[str, Sheet]
) -> dict[str, Sheet]:
    """Give the sheets of figures, and those that tell of the report itself."""
    words = rule_words(counted)
    makers = {
        "summary": lambda: summary_sheet(definition, counted),
        "dose": lambda: dose_sheet(counted),
        "safety": lambda: safety_sheet(counted, words),
        "data_quality": lambda: quality_sheet(counted, lead("data_quality")),
        "cover": lambda: cover_sheet(definition, counted, context, words),
    }
    made = {code: makers[code]() for code in definition.sheets if code in makers}
    if "dictionary" in definition.sheets:
        told = [(streams | made)[code] for code in definition.sheets if code in streams | made]
        made["dictionary"] = dictionary_sheet(definition, told, counted, words)
    return made


def streamed(code: str, wanted: Sequence[tuple[str, Kind]], rows: Rows, runs: tuple[int, ...]) -> Sheet:
    """Give a large sheet: its header in the first row, so that any program can read it as a table."""
    sized = tuple(replace(column, width=max(11, len(column.title))) for column in columns(wanted))
    return Sheet(code, gettext(labels.SHEETS[code]), sized, stream=rows, frozen_columns=1, runs=runs)


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

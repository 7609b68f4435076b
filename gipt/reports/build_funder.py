"""The external workbook: figures about all, never a row about one person (decision 10)."""

from gipt.domain.disclosure_history import Earlier, Published, Scope
from gipt.domain.indicators import Dimension, ReportFacts, Slice, Tally
from gipt.domain.indicators.change import ANALYSIS_SETS
from gipt.domain.indicators.safety import LEVELS
from gipt.domain.periods import check_whole_months
from gipt.i18n import format_date, gettext, use_language
from gipt.reports import labels
from gipt.reports.about import contents_sheet, cover_sheet, dictionary_sheet
from gipt.reports.build_charts import charts_sheet
from gipt.reports.build_community import community_sheet
from gipt.reports.build_dose import dose_sheet
from gipt.reports.build_lists import framework_sheet, who_what_where_sheet
from gipt.reports.build_quality import quality_sheet
from gipt.reports.changes import changes_sheet
from gipt.reports.context import ReportContext
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.figures import count_facts
from gipt.reports.ledger import place
from gipt.reports.life import NO_LIFE, Life, LifeFigures, figures_over_life
from gipt.reports.local_dates import with_local_dates
from gipt.reports.record_figures import NO_FUNDER, cost_rows, rows_beside
from gipt.reports.rows import (
    FIGURE_COLUMNS,
    columns,
    definition_text,
    indicator_name,
    mean_row,
    mean_rows,
    not_recorded_row,
    rule_words,
    share_cells,
    tally_row,
    unknown_safety,
)
from gipt.reports.sums import SESSION
from gipt.reports.target_cells import LIFE_COLUMNS, TARGET_COLUMNS, with_targets
from gipt.reports.workbook import Cell, Chart, Kind, Row, Sheet, Value, Workbook, canonical_sha256
from gipt.words import label

DISAGGREGATION_COLUMNS = (
    ("code", Kind.TEXT), ("indicator", Kind.TEXT), ("unit", Kind.TEXT), ("dimension", Kind.TEXT),
    ("part", Kind.TEXT), ("part_label", Kind.TEXT), ("numerator", Kind.INTEGER), ("rest", Kind.INTEGER),
    ("denominator", Kind.INTEGER), ("value", Kind.PERCENT), ("low", Kind.PERCENT), ("high", Kind.PERCENT),
    ("n", Kind.INTEGER), ("note", Kind.TEXT),
)  # fmt: skip
ATTENDANCE_COLUMNS = (
    ("session_number", Kind.INTEGER), ("expected", Kind.INTEGER), ("came", Kind.INTEGER),
    ("did_not_come", Kind.INTEGER), ("share", Kind.PERCENT), ("low", Kind.PERCENT), ("high", Kind.PERCENT),
)  # fmt: skip
SAFETY_COLUMNS = (
    ("code", Kind.TEXT), ("indicator", Kind.TEXT), ("level", Kind.TEXT), ("unit", Kind.TEXT),
    ("numerator", Kind.INTEGER), ("rest", Kind.INTEGER), ("denominator", Kind.INTEGER), ("value", Kind.PERCENT),
    ("low", Kind.PERCENT), ("high", Kind.PERCENT), ("n", Kind.INTEGER), ("missing", Kind.INTEGER),
    ("definition", Kind.TEXT), ("note", Kind.TEXT),
)  # fmt: skip


OUTCOMES_OF_ONE_SET = ("I-09", "I-09-L", "I-15", "I-16", "I-16-C")
"""Shown on the sheet Outcomes too: coverage, function and follow-up, which are counted in one way only."""


def build_external(definition: Definition, facts: ReportFacts, context: ReportContext) -> Workbook:
    """Give the funder's workbook in the report's language; raises Invalid for a period that cuts a month."""
    return told_workbook(definition, facts, context)[0]


def told_workbook(
    definition: Definition, facts: ReportFacts, context: ReportContext, life: Life | None = None
) -> tuple[Workbook, list[Published]]:
    """Give the funder's workbook, and what it tells of each count: later reports have to keep to that.

    `life`: facts of the whole project, where something was promised for it and it began before the period. What is
    told: the counts of the report, and what can be worked out of the time before it.
    """
    check_whole_months(context.period)
    scope = Scope(context.period, frozenset(one.code for one in context.places))
    with use_language(context.language):
        earlier = Earlier(scope, context.history)
        counted = count_facts(definition, facts, context.period, context.choices, earlier)
        words = rule_words(counted)
        over_life = figures_over_life(
            definition, counted, context, life, lambda code, found: rows_of(code, found, words)[0]
        )
        told = [Published(scope, counted.ledger.told()), *filter(None, [over_life.before])]
        return external_workbook(definition, counted, context, over_life), told


def external_workbook(
    definition: Definition, counted: Counted, context: ReportContext, over_life: LifeFigures = NO_LIFE
) -> Workbook:
    """Put the sheets together; the cover carries the checksum of the others, so it is made last."""
    words = rule_words(counted)
    makers = {
        "indicators": lambda: indicators_sheet(definition, counted, words, over_life),
        "disaggregation": lambda: disaggregation_sheet(counted, context, words),
        "attendance": lambda: attendance_sheet(counted, "attendance" in definition.charts),
        "outcomes": lambda: figures_sheet("outcomes", outcome_rows(counted, words)),
        "dose": lambda: dose_sheet(counted, lead("dose")),
        "safety": lambda: safety_sheet(counted, words),
        "community": lambda: community_sheet(definition, counted, context),
        "framework": lambda: framework_sheet(
            definition.framework,
            lambda code: rows_of(code, counted, words),
            lambda code, by: parts_by(code, by, counted, context, words),
        ),
        "who_what_where": lambda: who_what_where_sheet(
            definition.activities, context, lambda code, by: parts_by(code, by, counted, context, words)
        ),
        "charts": lambda: charts_sheet(definition, counted, words),
        "data_quality": lambda: quality_sheet(counted, lead("data_quality")),
    }
    made = {code: makers[code]() for code in definition.sheets if code in makers}
    if "dictionary" in definition.sheets:
        made["dictionary"] = dictionary_sheet(definition, list(made.values()), counted, words)
    if "changes" in definition.sheets:
        made["changes"] = changes_sheet(list(made.values()), context)
    checksum = canonical_sha256(workbook_of(definition, context, tuple(made.values())))
    if "contents" in definition.sheets:
        made["contents"] = contents_sheet(definition)
    if "cover" in definition.sheets:
        made["cover"] = cover_sheet(definition, counted, context, words, checksum)
    return workbook_of(definition, context, tuple(made[code] for code in definition.sheets))


def workbook_of(
    definition: Definition, context: ReportContext, sheets: tuple[Sheet, ...], footer: str = "footer"
) -> Workbook:
    """Give a workbook with the report's title, footer and direction."""
    return Workbook(
        title=gettext(definition.title),
        creator=context.programme,
        made_at=context.made_at,
        language=context.language,
        right_to_left=context.right_to_left,
        footer=gettext(
            labels.SENTENCES[footer],
            # A mark from the right after it, so that the digits of the date do not join a Latin name.
            programme=f"{context.programme}\u200f" if context.right_to_left else context.programme,
            first=format_date(context.period.first),
            last=format_date(context.period.last),
        ),
        sheets=tuple(with_local_dates(one, context.calendar, context.language) for one in sheets),
    )


def lead(code: str) -> tuple[str, ...]:
    """Give the lines above a table."""
    return (
        gettext(labels.SHEETS[code]),
        gettext(labels.PURPOSES[code]),
        gettext(labels.SENTENCES["one_table"]),
    )


def indicators_sheet(
    definition: Definition, counted: Counted, words: dict[str, str], over_life: LifeFigures
) -> Sheet:
    """Give the sheet of indicators, with what was promised of them where anything was."""
    rows = indicator_rows(definition, counted, words)
    if not counted.promised:
        return figures_sheet("indicators", rows)
    more = (*TARGET_COLUMNS, *(LIFE_COLUMNS if over_life.rows else ()))
    return figures_sheet("indicators", with_targets(rows, counted.promised, over_life.rows), more)


def figures_sheet(code: str, rows: list[list[Cell]], more: tuple[tuple[str, Kind], ...] = ()) -> Sheet:
    """Give a sheet of figures with their definitions, and `more` columns at its end."""
    return Sheet(
        code,
        gettext(labels.SHEETS[code]),
        columns((*FIGURE_COLUMNS, *more)),
        tuple(rows),
        lead(code),
        frozen_columns=2,
    )


def indicator_rows(definition: Definition, counted: Counted, words: dict[str, str]) -> list[list[Cell]]:
    """Give one row per indicator in the order of the definition; what is not recorded says so."""
    return [row for code in definition.indicators for row in rows_of(code, counted, words)]


def rows_of(code: str, counted: Counted, words: dict[str, str]) -> list[list[Cell]]:
    """Give the rows of one indicator: its own, and what stands beside it."""
    if code == "I-25":
        return cost_rows(counted, words)
    return [indicator_row(code, counted, words), *rows_beside(code, counted, words)]


def indicator_row(code: str, counted: Counted, words: dict[str, str]) -> list[Cell]:
    """Give the row of one indicator."""
    if code == "I-10":
        return mean_row(counted, "observed", words)
    tally = counted.tallies.get(code)
    return not_recorded_row(code, words) if tally is None else tally_row(counted, tally, words)


def outcome_rows(counted: Counted, words: dict[str, str]) -> list[list[Cell]]:
    """Give every definition of change, its three ways of counting side by side, then means and spreads."""
    codes = dict.fromkeys(code for code, _ in counted.by_set)
    shares = [
        tally_row(counted, counted.by_set[code, which], words, which)
        for code in codes
        for which in ANALYSIS_SETS
    ]
    others = [indicator_row(code, counted, words) for code in OUTCOMES_OF_ONE_SET]
    return shares + others + mean_rows(counted, words)


def disaggregation_sheet(counted: Counted, context: ReportContext, words: dict[str, str]) -> Sheet:
    """Give the breakdowns in long form: indicator, dimension, part."""
    rows = [
        slice_row(counted, tally, part, site_names(context), words)
        for tally, parts in counted.breakdowns
        for part in parts
    ]
    return Sheet(
        "disaggregation",
        gettext(labels.SHEETS["disaggregation"]),
        columns(DISAGGREGATION_COLUMNS),
        tuple(rows),
        lead("disaggregation"),
        frozen_columns=1,
    )


def site_names(context: ReportContext) -> dict[str, str]:
    """Give the names of the sites by code."""
    return {one.code: one.name for one in context.places}


def parts_by(
    code: str, by: Dimension, counted: Counted, context: ReportContext, words: dict[str, str]
) -> list[dict[str, Cell]]:
    """Give the parts of one indicator by one dimension, each by column; none where nothing is recorded."""
    names = [column for column, _ in DISAGGREGATION_COLUMNS]
    return [
        dict(zip(names, slice_row(counted, tally, part, site_names(context), words), strict=True))
        for tally, parts in counted.breakdowns
        for part in parts
        if (tally.code, part.dimension) == (code, by)
    ]


def slice_row(
    counted: Counted, tally: Tally, part: Slice, sites: dict[str, str], words: dict[str, str]
) -> list[Cell]:
    """Give one row of the long form."""
    ledger, where = counted.ledger, place(part.dimension, part.value)
    below, rest = tally.denominator_set, tally.rest_set
    value, low, high, note = share_cells(counted, tally, where)
    return [
        tally.code,
        indicator_name(tally.code, words),
        label("unit", tally.unit),
        part.dimension.value,
        part.value,
        part_label(part.dimension, part.value, sites),
        ledger.cell(tally.numerator_set, where),
        ledger.cell(rest, where) if rest else None,
        ledger.cell(below, where) if below else None,
        value,
        low,
        high,
        ledger.cell(below or tally.numerator_set, where),
        note,
    ]


def part_label(dimension: Dimension, value: str, sites: dict[str, str]) -> str:
    """Give the words for one part of a breakdown."""
    if dimension is Dimension.SITE:
        return sites.get(value, value)
    if dimension is Dimension.SESSIONS_ATTENDED:
        return str(int(value))
    if dimension is Dimension.CANCEL_REASON and value in labels_of_status():
        return label("session_status", value)
    if dimension is Dimension.FUNDER:
        return gettext("No funder named") if value == NO_FUNDER else value
    kind = "safety_level" if dimension is Dimension.LEVEL else dimension.value
    return label(kind, value)


def labels_of_status() -> frozenset[str]:
    """Give the session states that stand where no reason was given."""
    return frozenset({"planned", "confirmed", "cancelled", "postponed", "merged", "not_held_no_report"})


def attendance_sheet(counted: Counted, with_chart: bool) -> Sheet:
    """Give expected and came by session number, with its chart."""
    rows = tuple(attendance_row(counted, number) for number in counted.attendance)
    title = gettext(labels.CHART["title"])
    description = gettext(labels.CHART["described"], count=len(rows))
    chart = Chart(
        title,
        description,
        labels="session_number",
        series=("expected", "came"),
        x_title=gettext(labels.COLUMNS["session_number"]),
        y_title=gettext(labels.CHART["y"]),
    )
    drawn = with_chart and bool(rows)
    return Sheet(
        "attendance",
        gettext(labels.SHEETS["attendance"]),
        columns(ATTENDANCE_COLUMNS),
        rows,
        (*lead("attendance"), description) if drawn else lead("attendance"),
        charts=(chart,) if drawn else (),
        frozen_columns=1,
    )


def attendance_row(counted: Counted, number: int) -> Row:
    """Give one session number; the share only where its counts are printed."""
    ledger, where = counted.ledger, place(SESSION, f"{number:02d}")
    value, low, high, _ = share_cells(counted, counted.tallies["I-07"], where)
    return (
        number,
        ledger.cell("expected_attendances", where),
        ledger.cell("attendances", where),
        ledger.cell("missed_attendances", where),
        value,
        low,
        high,
    )


def safety_sheet(counted: Counted, words: dict[str, str]) -> Sheet:
    """Give counts of episodes by level, of referrals, and of scores whose safety question is not known."""
    rows = [
        *(episode_row(counted, level, words) for level in ("", *LEVELS)),
        *(in_time_row(counted, level, words) for level in ("", *LEVELS)),
        referral_row(counted, words),
        unknown_row(counted, words),
    ]
    return Sheet(
        "safety", gettext(labels.SHEETS["safety"]), columns(SAFETY_COLUMNS), tuple(rows), lead("safety")
    )


def level_place(level: str) -> str:
    """Give the place of a level in the ledger; empty for all levels."""
    return place(Dimension.LEVEL, level) if level else ""


def level_word(level: str) -> str:
    """Give the words for a level."""
    return label("safety_level", level) if level else gettext("All levels")


def episode_row(counted: Counted, level: str, words: dict[str, str]) -> Row:
    """Give the episodes opened."""
    cell = counted.ledger.cell("episodes", level_place(level))
    name, text = gettext("Safety episodes opened"), definition_text(("episodes",), words)
    return count_row("I-21-N", name, level_word(level), label("unit", "episodes"), cell, text)


def count_row(code: str, name: str, level: str | None, unit: str, cell: Value, text: str) -> Row:
    """Give the row of a plain count."""
    return (code, name, level, unit, cell, None, None, None, None, None, cell, None, text, None)


def in_time_row(counted: Counted, level: str, words: dict[str, str]) -> Row:
    """Give the episodes acknowledged within their limit."""
    tally, where = counted.tallies["I-21"], level_place(level)
    return share_row(counted, tally, level_word(level), where, words)


def referral_row(counted: Counted, words: dict[str, str]) -> Row:
    """Give the referrals that arrived."""
    return share_row(counted, counted.tallies["I-22"], "", "", words)


def share_row(counted: Counted, tally: Tally, level: str, where: str, words: dict[str, str]) -> Row:
    """Give a row with counts and share of one tally at one place."""
    ledger, below = counted.ledger, tally.denominator_set or ""
    value, low, high, note = share_cells(counted, tally, where)
    missing = tally.missing_set if tally.missing_set and not where else None
    return (
        tally.code,
        indicator_name(tally.code, words),
        level or None,
        label("unit", tally.unit),
        ledger.cell(tally.numerator_set, where),
        ledger.cell(tally.rest_set or "", where),
        ledger.cell(below, where),
        value,
        low,
        high,
        ledger.cell(below, where),
        ledger.cell(missing) if missing else None,
        definition_text(tally.rules, words),
        note,
    )


def unknown_row(counted: Counted, words: dict[str, str]) -> Row:
    """Give the scores that were taken over without answers."""
    cell = unknown_safety(counted)
    name, text = gettext("Totals without answers"), definition_text(("safety_unknown",), words)
    return count_row("TOTALS", name, None, gettext("Scores"), cell, text)

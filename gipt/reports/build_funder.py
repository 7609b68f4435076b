"""The external workbook: figures about all, never a row about one person (decision 10)."""

from gipt.domain.disclosure import Mark, printed
from gipt.domain.indicators import Dimension, ReportFacts, Slice, Tally
from gipt.domain.indicators.change import ANALYSIS_SETS
from gipt.domain.indicators.safety import LEVELS
from gipt.domain.periods import check_whole_months
from gipt.i18n import format_date, format_datetime, gettext, use_language
from gipt.reports import labels
from gipt.reports.context import ReportContext
from gipt.reports.definition import Definition
from gipt.reports.figures import SESSION, Counted, count_facts
from gipt.reports.ledger import place
from gipt.reports.rows import (
    FIGURE_COLUMNS,
    columns,
    definition_text,
    indicator_name,
    may_show_share,
    mean_row,
    mean_rows,
    rule_words,
    share,
    tally_row,
    unknown_safety,
)
from gipt.reports.workbook import Cell, Chart, Column, Kind, Row, Sheet, Workbook, canonical_sha256
from gipt.words import label

DISAGGREGATION_COLUMNS = (
    ("code", Kind.TEXT), ("indicator", Kind.TEXT), ("unit", Kind.TEXT), ("dimension", Kind.TEXT),
    ("part", Kind.TEXT), ("part_label", Kind.TEXT), ("numerator", Kind.INTEGER), ("rest", Kind.INTEGER),
    ("denominator", Kind.INTEGER), ("value", Kind.PERCENT), ("n", Kind.INTEGER),
)  # fmt: skip
ATTENDANCE_COLUMNS = (
    ("session_number", Kind.INTEGER), ("expected", Kind.INTEGER), ("came", Kind.INTEGER),
    ("did_not_come", Kind.INTEGER), ("share", Kind.PERCENT),
)  # fmt: skip
SAFETY_COLUMNS = (
    ("code", Kind.TEXT), ("indicator", Kind.TEXT), ("level", Kind.TEXT), ("unit", Kind.TEXT),
    ("numerator", Kind.INTEGER), ("rest", Kind.INTEGER), ("denominator", Kind.INTEGER), ("value", Kind.PERCENT),
    ("n", Kind.INTEGER), ("missing", Kind.INTEGER), ("definition", Kind.TEXT),
)  # fmt: skip
COVER_COLUMNS = (("field", Kind.TEXT), ("content", Kind.TEXT))
CONTENTS_COLUMNS = (("sheet", Kind.TEXT), ("purpose", Kind.TEXT))
DICTIONARY_COLUMNS = (
    ("kind", Kind.TEXT), ("code", Kind.TEXT), ("name", Kind.TEXT), ("type", Kind.TEXT), ("definition", Kind.TEXT),
)  # fmt: skip


def build_external(definition: Definition, facts: ReportFacts, context: ReportContext) -> Workbook:
    """Give the funder's workbook in the report's language; raises Invalid for a period that cuts a month."""
    check_whole_months(context.period)
    with use_language(context.language):
        counted = count_facts(definition, facts, context.period, context.choices)
        return external_workbook(definition, counted, context)


def external_workbook(definition: Definition, counted: Counted, context: ReportContext) -> Workbook:
    """Put the sheets together; the cover carries the checksum of the others, so it is made last."""
    words = rule_words(counted)
    makers = {
        "indicators": lambda: figures_sheet("indicators", indicator_rows(definition, counted, words)),
        "disaggregation": lambda: disaggregation_sheet(counted, context, words),
        "attendance": lambda: attendance_sheet(counted, definition.chart == "attendance"),
        "outcomes": lambda: figures_sheet("outcomes", outcome_rows(counted, words)),
        "safety": lambda: safety_sheet(counted, words),
    }
    made = {code: makers[code]() for code in definition.sheets if code in makers}
    if "dictionary" in definition.sheets:
        made["dictionary"] = dictionary_sheet(definition, list(made.values()), words)
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
            programme=context.programme,
            first=format_date(context.period.first),
            last=format_date(context.period.last),
        ),
        sheets=sheets,
    )


def lead(code: str) -> tuple[str, ...]:
    """Give the lines above a table."""
    return (
        gettext(labels.SHEETS[code]),
        gettext(labels.PURPOSES[code]),
        gettext(labels.SENTENCES["one_table"]),
    )


def figures_sheet(code: str, rows: list[list[Cell]]) -> Sheet:
    """Give a sheet of figures with their definitions."""
    return Sheet(
        code,
        gettext(labels.SHEETS[code]),
        columns(FIGURE_COLUMNS),
        tuple(rows),
        lead(code),
        frozen_columns=2,
    )


def indicator_rows(definition: Definition, counted: Counted, words: dict[str, str]) -> list[list[Cell]]:
    """Give one row per indicator in the order of the definition."""
    return [
        mean_row(counted, words) if code == "I-10" else tally_row(counted, counted.tallies[code], words)
        for code in definition.indicators
    ]


def outcome_rows(counted: Counted, words: dict[str, str]) -> list[list[Cell]]:
    """Give every definition of change, its three ways of counting side by side, then means and spreads."""
    codes = dict.fromkeys(code for code, _ in counted.by_set)
    shares = [
        tally_row(counted, counted.by_set[code, which], words, which)
        for code in codes
        for which in ANALYSIS_SETS
    ]
    return shares + mean_rows(counted, words)


def disaggregation_sheet(counted: Counted, context: ReportContext, words: dict[str, str]) -> Sheet:
    """Give the breakdowns in long form: indicator, dimension, part."""
    names = {one.code: one.name for one in context.places}
    rows = [
        slice_row(counted, tally, part, names, words) for tally, parts in counted.breakdowns for part in parts
    ]
    return Sheet(
        "disaggregation",
        gettext(labels.SHEETS["disaggregation"]),
        columns(DISAGGREGATION_COLUMNS),
        tuple(rows),
        lead("disaggregation"),
        frozen_columns=1,
    )


def slice_row(
    counted: Counted, tally: Tally, part: Slice, sites: dict[str, str], words: dict[str, str]
) -> list[Cell]:
    """Give one row of the long form."""
    ledger, where = counted.ledger, place(part.dimension, part.value)
    below, rest = tally.denominator_set, tally.rest_set
    shown = part.denominator and may_show_share(counted, tally, where)
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
        share(part.numerator / part.denominator) if shown and part.denominator else None,
        ledger.cell(below or tally.numerator_set, where),
    ]


def part_label(dimension: Dimension, value: str, sites: dict[str, str]) -> str:
    """Give the words for one part of a breakdown."""
    if dimension is Dimension.SITE:
        return sites.get(value, value)
    if dimension is Dimension.SESSIONS_ATTENDED:
        return str(int(value))
    if dimension is Dimension.CANCEL_REASON and value in labels_of_status():
        return label("session_status", value)
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
        chart=chart if drawn else None,
        frozen_columns=1,
    )


def attendance_row(counted: Counted, number: int) -> Row:
    """Give one session number; the share only where its counts are printed."""
    ledger, where = counted.ledger, place(SESSION, f"{number:02d}")
    came, expected = counted.attendance[number]
    tally = counted.tallies["I-07"]
    shown = expected and may_show_share(counted, tally, where)
    return (
        number,
        ledger.cell("expected_attendances", where),
        ledger.cell("attendances", where),
        ledger.cell("missed_attendances", where),
        share(came / expected) if shown else None,
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
    text = definition_text(("episodes",), words)
    units = label("unit", "episodes")
    return (
        "I-21-N",
        gettext("Safety episodes opened"),
        level_word(level),
        units,
        cell,
        None,
        None,
        None,
        cell,
        None,
        text,
    )


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
    denominator, numerator = ledger.value(below, where), ledger.value(tally.numerator_set, where)
    missing = tally.missing_set if tally.missing_set and not where else None
    shown = denominator and may_show_share(counted, tally, where)
    return (
        tally.code,
        indicator_name(tally.code, words),
        level or None,
        label("unit", tally.unit),
        ledger.cell(tally.numerator_set, where),
        ledger.cell(tally.rest_set or "", where),
        ledger.cell(below, where),
        share(numerator / denominator) if shown else None,
        ledger.cell(below, where),
        ledger.cell(missing) if missing else None,
        definition_text(tally.rules, words),
    )


def unknown_row(counted: Counted, words: dict[str, str]) -> Row:
    """Give the scores that were taken over without answers."""
    cell = unknown_safety(counted)
    name, text = gettext("Totals without answers"), definition_text(("safety_unknown",), words)
    return ("TOTALS", name, None, gettext("Scores"), cell, None, None, None, cell, None, text)


def dictionary_sheet(definition: Definition, sheets: list[Sheet], words: dict[str, str]) -> Sheet:
    """Give what every sheet, column, indicator and mark means."""
    rows: list[Row] = [
        (gettext(labels.KINDS["sheet"]), one.code, one.title, None, gettext(labels.PURPOSES[one.code]))
        for one in sheets
    ]
    rows += column_entries([column for one in sheets for column in one.columns])
    rows += [
        (gettext(labels.KINDS["indicator"]), code, indicator_name(code, words), None, None)
        for code in definition.indicators
    ]
    rows += mark_entries(definition.threshold)
    return Sheet(
        "dictionary",
        gettext(labels.SHEETS["dictionary"]),
        columns(DICTIONARY_COLUMNS),
        tuple(rows),
        (gettext(labels.SHEETS["dictionary"]), gettext(labels.PURPOSES["dictionary"])),
        about=True,
    )


def column_entries(found: list[Column]) -> list[Row]:
    """Give one entry per column code."""
    once = {column.code: column for column in reversed(found)}
    kind = gettext(labels.KINDS["column"])
    return [
        (
            kind,
            code,
            column.title,
            gettext(labels.TYPES[column.kind]),
            gettext(labels.MEANINGS[code]) if code in labels.MEANINGS else None,
        )
        for code, column in reversed(once.items())
    ]


def mark_entries(threshold: int | None) -> list[Row]:
    """Give what the marks in place of numbers mean."""
    if threshold is None:
        return []
    kind, small = gettext(labels.KINDS["mark"]), printed(1, Mark.SMALL, threshold)
    hidden = printed(1, Mark.HIDDEN, threshold)
    text = gettext("A count from 1 to %(most)s.", most=threshold - 1)
    star = gettext("A hidden count of any size: a small one could be worked out from it.")
    return [
        (kind, small, None, None, text),
        (kind, hidden, None, None, star),
        (kind, None, gettext("empty"), None, gettext(labels.SENTENCES["blank"])),
    ]


def contents_sheet(definition: Definition) -> Sheet:
    """Give the list of sheets."""
    rows = tuple((gettext(labels.SHEETS[code]), gettext(labels.PURPOSES[code])) for code in definition.sheets)
    head = (gettext(labels.SHEETS["contents"]),)
    return Sheet("contents", head[0], columns(CONTENTS_COLUMNS), rows, head, about=True)


def cover_sheet(
    definition: Definition, counted: Counted, context: ReportContext, words: dict[str, str], checksum: str
) -> Sheet:
    """Give the cover: what the report is, and every rule it was made by."""
    rows = tuple(
        (gettext(labels.COVER[name]), content)
        for name, content in cover_lines(definition, counted, context, words, checksum)
    )
    title = gettext(definition.title)
    return Sheet("cover", gettext(labels.SHEETS["cover"]), columns(COVER_COLUMNS), rows, (title,), about=True)


def cover_lines(
    definition: Definition, counted: Counted, context: ReportContext, words: dict[str, str], checksum: str
) -> list[tuple[str, str]]:
    """Give the lines of the cover: name of the field, content."""
    choices, period, threshold = counted.choices, context.period, definition.threshold or 0
    first, last = format_date(period.first), format_date(period.last)
    small = gettext(labels.SENTENCES["small"], most=threshold - 1, mark=printed(1, Mark.SMALL, threshold))
    cut_off = gettext(labels.SENTENCES["cut_off"], cut_off=choices.cut_off, citation=choices.cut_off_citation)
    unknown = gettext(labels.SENTENCES["safety_unknown"], count=unknown_safety(counted))
    return [
        ("title", gettext(definition.title)),
        ("programme", context.programme),
        ("period", gettext(labels.SENTENCES["period"], first=first, last=last)),
        ("sites", "; ".join(f"{one.code} {one.name}" for one in context.places)),
        ("cut_off_at", format_datetime(context.cut_off_at)),
        ("made_at", format_datetime(context.made_at)),
        ("made_by", label("role", context.made_by_role)),
        ("report_id", context.report_id),
        ("definition", f"{definition.id} {definition.version}"),
        ("software", context.software),
        ("names", gettext(labels.SENTENCES["no_names"])),
        ("small", small),
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
    ]

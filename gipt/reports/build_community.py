"""The sheet for a meeting with the community: a few counts in plain words, no score and no diagnosis (ux.md 2.2)."""

from gipt.i18n import N_, format_date, gettext
from gipt.reports import labels
from gipt.reports.context import ReportContext
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.rows import columns
from gipt.reports.workbook import Chart, Kind, Sheet

COLUMNS = (("what_we_counted", Kind.TEXT), ("how_many", Kind.INTEGER), ("code", Kind.TEXT))
COUNTS = {
    "enrolled": N_("People who joined a group"),
    "started": N_("People who came to at least one meeting"),
    "sessions_held": N_("Meetings that were held"),
    "completed": N_("People who came to enough meetings"),
    "scored_observed": N_("People whom we asked at the start and at the end how they are"),
    "reliable_improvement": N_("People who are clearly better at the end"),
    "reliable_deterioration": N_("People who are clearly worse at the end"),
    "satisfied": N_("People who are content with the group"),
}
"""What is counted, by the name of the set; one that is not recorded has no row."""


def community_sheet(definition: Definition, counted: Counted, context: ReportContext) -> Sheet:
    """Give the counts, hidden by the same marks as everywhere, and their chart where it is asked for."""
    ledger = counted.ledger
    rows = tuple(
        (gettext(words), ledger.cell(code), code) for code, words in COUNTS.items() if code in ledger.counts
    )
    title = gettext(labels.SHEETS["community"])
    return Sheet(
        "community",
        title,
        columns(COLUMNS),
        rows,
        (title, *lead_lines(definition, context)),
        charts=(community_chart(len(rows)),) if "community" in definition.charts else (),
    )


def lead_lines(definition: Definition, context: ReportContext) -> tuple[str, ...]:
    """Give what stands above the table: of whom, of when, and what the marks mean."""
    first, last = format_date(context.period.first), format_date(context.period.last)
    least = definition.threshold or 0
    return (
        context.programme,
        gettext(labels.SENTENCES["period"], first=first, last=last),
        "; ".join(one.name for one in context.places),
        gettext(labels.SENTENCES["community_names"]),
        gettext(labels.SENTENCES["community_marks"], most=least - 1, mark=f"<{least}"),
        gettext(labels.SENTENCES["community_cause"]),
    )


def community_chart(bars: int) -> Chart:
    """Give the chart of all counts."""
    return Chart(
        title=gettext(labels.CHARTS["community"]),
        description=gettext(labels.CHART_WORDS["community"], count=bars),
        labels="what_we_counted",
        series=("how_many",),
        x_title=gettext(labels.COLUMNS["what_we_counted"]),
        y_title=gettext(labels.COLUMNS["how_many"]),
    )

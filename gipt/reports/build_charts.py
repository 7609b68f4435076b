"""The sheet of charts: one table of what is drawn, the charts beside it; every number stands on another sheet too."""

from dataclasses import dataclass

from gipt.i18n import gettext
from gipt.reports import labels
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.rows import columns, decimal, indicator_name, set_name, statistic_of, why_no_mean
from gipt.reports.target_cells import number
from gipt.reports.workbook import Chart, Kind, Row, Sheet

CHART_COLUMNS = (
    ("chart", Kind.TEXT), ("part", Kind.TEXT), ("part_label", Kind.TEXT), ("target_period", Kind.DECIMAL),
    ("people", Kind.INTEGER), ("mean_score", Kind.DECIMAL),
)  # fmt: skip
FLOW = ("screened", "positive", "eligible", "enrolled", "started", "completed", "endline")
"""From the first question to the last (domain.md 5.1), by the names of the sets."""
REACH = {"I-01": "screened", "F5": "enrolled"}
"""Plain counts of people, of which a number may be promised."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart: the rows that it draws and the columns whose bars it shows."""

    name: str
    rows: tuple[Row, ...]
    series: tuple[str, ...]


def charts_sheet(definition: Definition, counted: Counted, words: dict[str, str]) -> Sheet:
    """Give the charts of a definition that have anything to draw.

    The sheet tells nothing that others do not, so it is no part of the data.
    """
    makers = {"reach": reach_rows, "flow": flow_rows, "change": change_rows}
    found = [makers[name](counted, words) for name in definition.charts if name in makers]
    drawn = [one for one in found if one.rows]
    charts, at = [], 0
    for one in drawn:
        charts.append(chart_of(one, at))
        at += len(one.rows)
    title = gettext(labels.SHEETS["charts"])
    return Sheet(
        "charts",
        title,
        columns(CHART_COLUMNS),
        tuple(row for one in drawn for row in one.rows),
        (title, gettext(labels.PURPOSES["charts"]), *(chart.description for chart in charts)),
        about=True,
        charts=tuple(charts),
        frozen_columns=1,
    )


def chart_of(one: Drawn, at: int) -> Chart:
    """Give a chart of the rows that begin at `at`."""
    return Chart(
        title=gettext(labels.CHARTS[one.name]),
        description=gettext(labels.CHART_WORDS[one.name], count=len(one.rows)),
        labels="part_label",
        series=one.series,
        x_title=gettext(labels.COLUMNS["part_label"]),
        y_title=gettext(labels.COLUMNS[one.series[-1]]),
        rows=(at, at + len(one.rows)),
    )


def flow_rows(counted: Counted, words: dict[str, str]) -> Drawn:
    """Give how many people reached each stage."""
    title = gettext(labels.CHARTS["flow"])
    rows = tuple((title, name, set_name(name, words), None, counted.ledger.cell(name), None) for name in FLOW)
    return Drawn("flow", rows, ("people",))


def reach_rows(counted: Counted, words: dict[str, str]) -> Drawn:
    """Give people reached beside the number promised for the period; nothing where none was promised."""
    title = gettext(labels.CHARTS["reach"])
    rows = tuple(
        (title, code, indicator_name(code, words), number(target.period), counted.ledger.cell(name), None)
        for code, name in REACH.items()
        if (target := counted.promised.get(code)) is not None and target.period is not None
    )
    return Drawn("reach", rows, ("target_period", "people"))


def change_rows(counted: Counted, words: dict[str, str]) -> Drawn:
    """Give the mean score at both ends of the same people; nothing where it may not be printed."""
    title = gettext(labels.CHARTS["change"])
    if why_no_mean(counted, "observed") is not None:
        return Drawn("change", (), ("mean_score",))
    rows = []
    for statistic in ("mean_before", "mean_after"):
        value, _ = statistic_of(counted.means["observed"], statistic)
        name = gettext(labels.MEANS[statistic])
        rows.append((title, statistic, name, None, None, decimal(value)))
    return Drawn("change", tuple(rows), ("mean_score",))

"""The value of each cell of a template: exactly what stands in the funder's workbook for the same figure.

The sheets of that workbook are built for every period and read from; so a figure, its rounding and whether it is
hidden are the same in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gipt.domain.indicators import Dimension
from gipt.domain.indicators.costs import CostBasis
from gipt.domain.periods import Period
from gipt.domain.targets import Promised
from gipt.i18n import format_date, format_number, format_percent, gettext
from gipt.reports import labels
from gipt.reports.build_funder import (
    ATTENDANCE_COLUMNS,
    DISAGGREGATION_COLUMNS,
    SAFETY_COLUMNS,
    attendance_row,
    episode_row,
    indicator_row,
    level_place,
    level_word,
    share_row,
    slice_row,
)
from gipt.reports.context import ReportContext
from gipt.reports.counted import Counted
from gipt.reports.record_figures import cost_row
from gipt.reports.rows import FIGURE_COLUMNS, rule_words, share_cells, statistic_row, tally_row
from gipt.reports.target_cells import TARGET_COLUMNS, target_cells
from gipt.reports.template_cells import Spot
from gipt.reports.template_count import Counts, cross_place, mean_of
from gipt.reports.template_places import ASKED, OPENED, SESSION, STAGE, Wanted, period_of
from gipt.reports.workbook import Cell, Kind, Typed, Value

MARKS = ("*",)


class State(StrEnum):
    """What became of a figure."""

    FILLED = "filled"
    HIDDEN = "hidden"
    NOTHING = "nothing"
    LATER = "later"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its kind, or why there is none; `note` in the report's language."""

    state: State
    value: Value = None
    kind: Kind = Kind.TEXT
    note: str | None = None


Row = Mapping[str, tuple[Cell, Kind]]
NOBODY: Row = {"numerator": (0, Kind.INTEGER), "value": (None, Kind.PERCENT), "n": (0, Kind.INTEGER)}


def named(columns: Sequence[tuple[str, Kind]], row: Sequence[Cell]) -> Row:
    """Give a row by the codes of its columns."""
    return {code: (cell, kind) for (code, kind), cell in zip(columns, row, strict=True)}


def with_promises(code: str, row: list[Cell], counted: Counted) -> Row:
    """Give a row of the sheet Indicators with its baseline and targets, which are empty where none was promised."""
    longer = [*row, *target_cells(row, counted.promised.get(code, Promised()))]
    return named((*FIGURE_COLUMNS, *TARGET_COLUMNS), longer)


class Figures:
    """Answer what a template asks for; use it within the report's language."""

    def __init__(self, counts: Mapping[Period, Counts], context: ReportContext) -> None:
        self.counts = counts
        self.context = context
        self.words = {period: rule_words(one.counted) for period, one in counts.items()}

    def figure(self, wanted: Wanted) -> Figure:
        """Give one figure."""
        if wanted.frame:
            return Figure(State.FILLED, self.frame(wanted.frame))
        period = period_of(wanted.period, self.context.period)
        if period.last > self.context.period.last:
            return Figure(State.LATER)
        row = self.row(wanted, period)
        return Figure(State.ABSENT) if row is None else self.read(wanted, row)

    def frame(self, code: str) -> str:
        """Give something about the report itself."""
        context = self.context
        period = {"first": format_date(context.period.first), "last": format_date(context.period.last)}
        return {
            "programme": context.programme,
            "period": gettext(labels.SENTENCES["period"], **period),
            "from": period["first"],
            "to": period["last"],
            "sites": "; ".join(one.name for one in context.places),
            "report": context.report_id,
            "made": format_date(context.made_at.date()),
        }[code]

    def row(self, wanted: Wanted, period: Period) -> Row | None:
        """Give the row of the funder's workbook in which a figure stands; None when it has no such row."""
        found, words = self.counts[period], self.words[period]
        cuts = dict(wanted.cuts)
        if len(wanted.dimensions) == 2:
            return self.crossed_row(found, wanted)
        if SESSION in cuts:
            number = int(cuts[SESSION])
            known = number in found.counted.attendance
            return named(ATTENDANCE_COLUMNS, attendance_row(found.counted, number)) if known else None
        if STAGE in cuts:
            return self.cost_row(found, cuts[STAGE], words)
        if "level" in cuts or wanted.indicator == OPENED:
            return self.safety_row(found, wanted.indicator, cuts.get("level", ""), words)
        if cuts:
            ((dimension, value),) = cuts.items()
            return self.part_row(found, wanted.indicator, Dimension(dimension), value, words)
        return self.whole_row(found, wanted, words)

    def whole_row(self, found: Counts, wanted: Wanted, words: dict[str, str]) -> Row | None:
        """Give the row of an indicator over everybody."""
        counted, code = found.counted, wanted.indicator
        if (name := mean_of(wanted)) is not None:
            if name not in counted.means:
                return None
            if code == "I-10" and wanted.statistic is None and wanted.which is None:
                return with_promises(code, indicator_row(code, counted, words), counted)
            statistic = wanted.statistic or "mean_change"
            return named(FIGURE_COLUMNS, statistic_row(counted, name, statistic, "", words))
        if wanted.which is not None:
            tally = counted.by_set.get((code, wanted.which))
            return (
                None
                if tally is None
                else named(FIGURE_COLUMNS, tally_row(counted, tally, words, wanted.which))
            )
        if code == ASKED:
            return None
        return with_promises(code, indicator_row(code, counted, words), counted)

    def part_row(
        self, found: Counts, code: str, dimension: Dimension, value: str, words: dict[str, str]
    ) -> Row | None:
        """Give the row of one part; a part in which nobody is has zeros, one that does not exist has no row."""
        code = ASKED if dimension is Dimension.ASKED_BY else code
        for tally, parts in found.counted.breakdowns:
            for part in parts:
                if tally.code == code and part.dimension is dimension and part.value == value:
                    return named(DISAGGREGATION_COLUMNS, slice_row(found.counted, tally, part, {}, words))
        # Reasons that did not occur have no row; their codes were checked when the placeholder was read.
        return NOBODY if dimension is Dimension.CANCEL_REASON else None

    def cost_row(self, found: Counts, stage: str, words: dict[str, str]) -> Row | None:
        """Give the full cost per person at a stage; no row where it is not recorded or in several currencies."""
        fitting = [
            one for one in found.counted.costs if one.stage.value == stage and one.basis is CostBasis.FULL
        ]
        return (
            named(FIGURE_COLUMNS, cost_row(found.counted, fitting[0], words)) if len(fitting) == 1 else None
        )

    def safety_row(self, found: Counts, code: str, level: str, words: dict[str, str]) -> Row | None:
        """Give a row of the sheet Safety."""
        counted = found.counted
        if code == OPENED:
            return named(SAFETY_COLUMNS, episode_row(counted, level, words))
        tally = counted.tallies[code]
        return named(SAFETY_COLUMNS, share_row(counted, tally, level_word(level), level_place(level), words))

    def crossed_row(self, found: Counts, wanted: Wanted) -> Row | None:
        """Give the counts and share within two values at once."""
        (_, one), (_, two) = wanted.cuts
        first, second = wanted.dimensions
        cell = found.crossed.get((wanted.indicator, cross_place(first, one, second, two)))
        if cell is None:
            return None
        ledger, tally = found.counted.ledger, cell.tally
        below, rest = tally.denominator_set, tally.rest_set
        value, low, high, note = share_cells(found.counted, tally, cell.where)
        return {
            "numerator": (ledger.cell(tally.numerator_set, cell.where), Kind.INTEGER),
            "rest": (ledger.cell(rest, cell.where) if rest else None, Kind.INTEGER),
            "denominator": (ledger.cell(below, cell.where) if below else None, Kind.INTEGER),
            "value": (value, Kind.PERCENT),
            "low": (low, Kind.PERCENT),
            "high": (high, Kind.PERCENT),
            "note": (note, Kind.TEXT),
            "n": (ledger.cell(below or tally.numerator_set, cell.where), Kind.INTEGER),
        }

    def read(self, wanted: Wanted, row: Row) -> Figure:
        """Give one column of a row as a figure; a mark means that it is hidden."""
        part = wanted.part or default_part(row)
        percent = part == "percent"
        name = {"percent": "value", "value": "value" if "value" in row else "share"}.get(part, part)
        if name not in row:
            return Figure(State.ABSENT)
        cell, kind = row[name]
        value, kind = (cell.value, cell.kind) if isinstance(cell, Typed) else (cell, kind)
        note = row["note"][0] if "note" in row else None
        if is_mark(value):
            return Figure(State.HIDDEN)
        if isinstance(value, str) and kind is not Kind.TEXT:
            return Figure(State.ABSENT, note=value)  # not recorded
        if value is None:
            return Figure(self.why_empty(row, name), note=note if isinstance(note, str) else None)
        if percent and isinstance(value, int | float):
            return Figure(
                State.FILLED, round(value * 100, 6) if kind is Kind.PERCENT else value, Kind.DECIMAL
            )
        return Figure(State.FILLED, value, kind)

    @staticmethod
    def why_empty(row: Row, name: str) -> State:
        """Say whether a figure is empty because it is hidden: a count beside it is, or a note says so."""
        note = row["note"][0] if "note" in row else None
        if note == gettext(labels.NOTES["hidden"]):
            return State.HIDDEN
        beside = [
            row[one][0] for one in ("numerator", "rest", "denominator", "expected", "came") if one in row
        ]
        derived = name in ("value", "share", "low", "high", "target_share")
        if derived and any(map(is_mark, beside)):
            return State.HIDDEN
        below = row.get("denominator", row.get("expected", (None, Kind.INTEGER)))[0]
        bare = name != "target_share" and derived
        return State.HIDDEN if bare and note is None and below else State.NOTHING


def default_part(row: Row) -> str:
    """Give what a figure is when no part is named: the share, mean or count."""
    if "share" in row:
        return "share"
    denominator = row.get("denominator", (None, Kind.INTEGER))[0]
    numerator = row.get("numerator", (None, Kind.INTEGER))[0]
    return (
        "numerator" if denominator is None and row["value"][0] is None and numerator is not None else "value"
    )


def is_mark(value: object) -> bool:
    """Say whether a cell hides a count: `<10` or `*`."""
    text = value.value if isinstance(value, Typed) else value
    return isinstance(text, str) and (text in MARKS or (text[:1] == "<" and text[1:].isdigit()))


def cell_value(spot: Spot, figures: Sequence[Figure]) -> float | int | str | None:
    """Give what is written into a cell whose figures are all there: a number alone, or a text with figures in it."""
    if len(spot.pieces) == 1:
        value = figures[0].value
        return value if isinstance(value, int | float | str) else None
    texts = iter(figures)
    return "".join(one if isinstance(one, str) else in_text(next(texts)) for one in spot.pieces)


def in_text(figure: Figure) -> str:
    """Write a figure as part of a sentence, as the report's language does."""
    if not isinstance(figure.value, int | float):
        return str(figure.value)
    if figure.kind is Kind.PERCENT:
        return format_percent(figure.value)
    return format_number(figure.value, 2 if figure.kind is Kind.DECIMAL and figure.value % 1 else None)

"""The sheet about change by sessions attended: who came how often, and how their scores changed."""

from gipt.domain.indicators.dose import DosePart
from gipt.domain.statistics import LEAST_N_FOR_EFFECT_SIZE
from gipt.i18n import gettext
from gipt.reports import labels
from gipt.reports.counted import Counted
from gipt.reports.ledger import dose_place
from gipt.reports.rows import columns, decimal, share_cells
from gipt.reports.workbook import Cell, Kind, Row, Sheet

DOSE_COLUMNS = (
    ("sessions_attended", Kind.INTEGER), ("people", Kind.INTEGER), ("pairs", Kind.INTEGER),
    ("mean_change", Kind.DECIMAL), ("sd_change", Kind.DECIMAL), ("mean_low", Kind.DECIMAL),
    ("mean_high", Kind.DECIMAL), ("cases", Kind.INTEGER), ("response", Kind.INTEGER), ("no_response", Kind.INTEGER),
    ("response_share", Kind.PERCENT), ("low", Kind.PERCENT), ("high", Kind.PERCENT), ("note", Kind.TEXT),
)  # fmt: skip


def dose_sheet(counted: Counted, lead: tuple[str, ...] = ()) -> Sheet:
    """Give one row for each number of sessions that somebody who started attended.

    No row where too few people have both scores (`figures.with_doses`).
    """
    too_few = () if counted.doses else (gettext(labels.SENTENCES["too_few_for_dose"]),)
    return Sheet(
        "dose",
        gettext(labels.SHEETS["dose"]),
        columns(DOSE_COLUMNS),
        tuple(dose_row(counted, part) for part in counted.doses),
        (*lead, *too_few) if lead else (),
        frozen_columns=1,
    )


def dose_row(counted: Counted, part: DosePart) -> Row:
    """Give the people who came so often: how many, their mean change, and how many of the cases responded."""
    ledger, where = counted.ledger, dose_place(part.code)
    value, low, high, note = share_cells(counted, counted.tallies["I-11"], where)
    mean, spread, mean_low, mean_high, why = mean_cells(counted, part)
    return (
        part.attended,
        ledger.cell("enrolled", where),
        ledger.cell("scored_observed", where),
        mean,
        spread,
        mean_low,
        mean_high,
        ledger.cell("cases_observed", where),
        ledger.cell("response", where),
        ledger.cell("response_not_observed", where),
        value,
        low,
        high,
        why or note,
    )


def mean_cells(counted: Counted, part: DosePart) -> tuple[Cell, Cell, Cell, Cell, str | None]:
    """Give mean change, its spread and its interval, and why there is none."""
    change = part.change
    if not change.n:
        return None, None, None, None, gettext(labels.NOTES["nothing"])
    if part.code not in counted.standing:
        return None, None, None, None, gettext(labels.NOTES["hidden"])
    if change.n < LEAST_N_FOR_EFFECT_SIZE or change.change_interval is None:
        return decimal(change.mean_change), None, None, None, gettext(labels.NOTES["too_small"])
    ends = change.change_interval
    return (
        decimal(change.mean_change),
        decimal(change.sd_change),
        decimal(ends.low),
        decimal(ends.high),
        None,
    )

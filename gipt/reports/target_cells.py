"""Baseline and targets beside the figures of the sheet Indicators, where something was promised.

A share of a target stands only where the figure itself is printed, so it tells nothing that the figure does not.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from gipt.domain.targets import Promised
from gipt.reports.rows import POSITIONS
from gipt.reports.workbook import Cell, Kind, Typed

TARGET_COLUMNS = (
    ("target_baseline", Kind.DECIMAL),
    ("target_period", Kind.DECIMAL),
    ("target_share", Kind.PERCENT),
    ("target_life", Kind.DECIMAL),
)


def with_targets(rows: Sequence[list[Cell]], promises: Mapping[str, Promised]) -> list[list[Cell]]:
    """Give the rows with four more cells: those of the first row of each indicator, empty where none was promised."""
    seen: set[object] = set()
    longer = []
    for row in rows:
        code = row[POSITIONS["code"]]
        found = Promised() if code in seen else promises.get(str(code), Promised())
        seen.add(code)
        longer.append([*row, *target_cells(row, found)])
    return longer


def target_cells(row: Sequence[Cell], found: Promised) -> list[Cell]:
    """Give baseline, target of the period, how much of it was reached, and target of the project's life."""
    reached = share_of(row, found.period)
    return [number(found.baseline), number(found.period), Typed(reached, Kind.PERCENT), number(found.life)]


def number(value: Decimal | None) -> Typed:
    """Give a promised number in the unit of its indicator; shares are in per cent."""
    return Typed(None if value is None else float(value), Kind.DECIMAL)


def share_of(row: Sequence[Cell], target: Decimal | None) -> float | None:
    """Give the figure of a row as a fraction of its target, in whole per cent; None where either is not there."""
    cell = row[POSITIONS["value"]]
    value, kind = (cell.value, cell.kind) if isinstance(cell, Typed) else (cell, Kind.DECIMAL)
    if not target or not isinstance(value, (int, float)):
        return None
    return round((100 * value if kind is Kind.PERCENT else value) / float(target), 2)

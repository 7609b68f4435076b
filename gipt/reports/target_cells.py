"""Baseline and targets beside the figures of the sheet Indicators, where something was promised.

A share of a target stands only where the figure itself is printed, so it tells nothing that the figure does not.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from gipt.domain.targets import Promised
from gipt.i18n import format_number, gettext
from gipt.reports import labels
from gipt.reports.rows import POSITIONS
from gipt.reports.workbook import Cell, Kind, Typed

TARGET_COLUMNS = (
    ("target_baseline", Kind.DECIMAL),
    ("target_period", Kind.DECIMAL),
    ("target_share", Kind.PERCENT),
    ("target_difference", Kind.TEXT),
    ("target_life", Kind.DECIMAL),
)
LIFE_COLUMNS = (("life_value", Kind.PERCENT), ("life_share", Kind.PERCENT))
"""What the indicator came to over the whole project, of whatever unit its figure is, and as a part of that target."""
LOWER_IS_BETTER = frozenset({"I-06", "I-09-L", "I-14b", "I-23", "I-23S", "I-25"})


def with_targets(
    rows: Sequence[list[Cell]],
    promises: Mapping[str, Promised],
    over_life: Mapping[str, Sequence[Cell]] = MappingProxyType({}),
) -> list[list[Cell]]:
    """Give the rows with more cells: those of the first row of each indicator, empty where none was promised.

    `over_life`: the row of each indicator over the whole project; without any there are no columns for it.
    """
    seen: set[object] = set()
    longer = []
    for row in rows:
        code = row[POSITIONS["code"]]
        first = code not in seen
        seen.add(code)
        found = promises.get(str(code), Promised()) if first else Promised()
        more = life_cells(over_life.get(str(code)) if first else None, found) if over_life else []
        longer.append([*row, *target_cells(row, found), *more])
    return longer


def life_cells(row: Sequence[Cell] | None, found: Promised) -> list[Cell]:
    """Give the figure over the whole project, with its mark where it is hidden, and how much of its target it is."""
    if row is None:
        return [None, None]
    return [row[POSITIONS["value"]], Typed(share_of(row, found.life), Kind.PERCENT)]


def target_cells(row: Sequence[Cell], found: Promised) -> list[Cell]:
    """Give baseline, target of the period, how much of it was reached, and target of the project's life."""
    reached = share_of(row, found.period)
    return [
        number(found.baseline), number(found.period), Typed(reached, Kind.PERCENT), difference(row, found.period),
        number(found.life),
    ]  # fmt: skip


def number(value: Decimal | None) -> Typed:
    """Give a promised number in the unit of its indicator; shares are in per cent."""
    whole = value is not None and value == value.to_integral_value()
    return Typed(None if value is None else float(value), Kind.INTEGER if whole else Kind.DECIMAL)


def difference(row: Sequence[Cell], target: Decimal | None) -> str | None:
    """Give in words how the printed figure stands to its target; a hidden figure is compared with nothing."""
    if target is None:
        return None
    value, kind = printed_value(row)
    if value is None:
        return gettext(labels.DIFFERENCES["no_value"])
    gap = Decimal(str(value)) * (100 if kind is Kind.PERCENT else 1) - target
    lower = row[POSITIONS["code"]] in LOWER_IS_BETTER
    name = "reached" if (gap <= 0 if lower else gap >= 0) else ("above" if gap > 0 else "below")
    unit = "_points" if kind is Kind.PERCENT and name != "reached" else ""
    return gettext(labels.DIFFERENCES[name + unit], gap=format_number(float(abs(gap))))


def printed_value(row: Sequence[Cell]) -> tuple[float | None, Kind]:
    """Give the number in the cell of the value and its format; None for a mark and for an empty cell."""
    cell = row[POSITIONS["value"]]
    value, kind = (cell.value, cell.kind) if isinstance(cell, Typed) else (cell, Kind.DECIMAL)
    return (value, kind) if isinstance(value, (int, float)) else (None, kind)


def share_of(row: Sequence[Cell], target: Decimal | None) -> float | None:
    """Give the figure of a row as a fraction of its target, in whole per cent; None where either is not there."""
    value, kind = printed_value(row)
    if not target or value is None:
        return None
    return round((100 * value if kind is Kind.PERCENT else value) / float(target), 2)

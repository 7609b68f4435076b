"""What becomes of one row."""

from dataclasses import dataclass
from enum import StrEnum

from gipt.intake.records import Record
from gipt.intake.rows import RowProblem


class RowState(StrEnum):
    """Say what would become of a row."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    MAYBE_SAME = "maybe_same"
    PROBLEM = "problem"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class RowResult:
    """Hold one row: its record where it could be made, its faults, and rows of the file it is much like."""

    table: str
    sheet: int
    row: int
    state: RowState
    record: Record | None
    problems: tuple[RowProblem, ...] = ()
    like_rows: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()

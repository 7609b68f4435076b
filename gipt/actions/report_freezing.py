"""What is kept of a workbook when it is made: its figures as printed, its rules, its cells for the later check."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from gipt.actions.base import canonical
from gipt.domain.disclosure_history import Published
from gipt.domain.indicators import ReportFacts
from gipt.intake import child
from gipt.intake.grid import unpack_value
from gipt.reports.context import ReportContext
from gipt.reports.definition import Definition, ReportKind
from gipt.reports.frozen import Frozen, freeze_sheets
from gipt.reports.proof import Pages, pages_of
from gipt.reports.workbook import Sheet, Workbook, plain


@dataclass(frozen=True, slots=True)
class Part:
    """A workbook that is written and not yet in its place."""

    workbook: Workbook
    rows: dict[str, int]
    data_sha256: str
    rules: Mapping[str, Any]
    told: tuple[Published, ...] = ()


def freeze(written: Part, part: Path, kind: ReportKind) -> Frozen:
    """Give what is kept of a finished report."""
    pages = file_pages(part) if kind is ReportKind.EXTERNAL else None
    return Frozen(freeze_sheets(written.workbook), written.rules, pages, written.told)


def file_pages(path: Path) -> Pages | None:
    """Read a file of ours back, with the very reader that looks at files sent for the check.

    None when it is larger than that reader takes.
    """
    found = child.read(path.read_bytes(), "xlsx", child.LIMITS)
    if "refused" in found:
        return None
    return pages_of(
        (one["name"], [[unpack_value(cell) for cell in row] for row in one["rows"]])
        for one in found["sheets"]
    )


def rules_of(definition: Definition, facts: ReportFacts, context: ReportContext) -> dict[str, Any]:
    """Give the rules of a report as plain values, the same in every language."""
    chosen = replace(
        context.choices,
        basis=definition.basis,
        repeat=definition.repeat,
        completion_base=definition.completion_base,
    )
    plain_rules: dict[str, Any] = canonical(
        {
            **canonical(chosen),
            "version": definition.version,
            "threshold": definition.threshold,
            "sheets": definition.sheets,
            "indicators": definition.indicators,
            "divided": definition.divided,
            "dimensions": definition.dimensions,
            "completion": sorted({(one.sessions, one.threshold) for one in facts.enrolments}),
            "software": context.software,
            "cut_off_at": context.cut_off_at.astimezone(UTC),
        }
    )
    return plain_rules


def hidden_cells(workbook: Workbook) -> int:
    """Count the cells in which a number is hidden: `<10` and `*`."""
    return sum(
        isinstance(value := plain(cell), str) and (value == "*" or (value[:1] == "<" and value[1:].isdigit()))
        for sheet in workbook.sheets
        if not sheet.about
        for row in sheet.rows
        for cell in row
    )


def figures_of(workbook: Workbook) -> dict[str, list[int | str | None]]:
    """Give numerator and denominator of each indicator as printed, to say later what changed."""
    sheet = next((one for one in workbook.sheets if one.code in ("indicators", "summary")), None)
    if sheet is None:
        return {}
    found: dict[str, list[int | str | None]] = {}
    above, below = (column_index(sheet, name) for name in ("numerator", "denominator"))
    for row in sheet.rows:
        values = [plain(row[above]), plain(row[below])]
        found.setdefault(
            str(plain(row[0])), [value if isinstance(value, int | str) else None for value in values]
        )
    return found


def column_index(sheet: Sheet, code: str) -> int:
    """Give the place of a column."""
    return [column.code for column in sheet.columns].index(code)

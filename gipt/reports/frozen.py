"""What is kept of a finished report when its file is gone: figures as printed, rules, and every cell for the check.

Only what stands in the workbook is kept, so a hidden number is kept as the mark that hides it (decision 11).
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gipt.domain.disclosure import Mark
from gipt.domain.disclosure_history import Published, Scope, Told
from gipt.domain.periods import Period
from gipt.reports.proof import Pages
from gipt.reports.workbook import Kind, Sheet, Workbook, plain

Printed = str | int | float | None
BESIDE = "|beside"
"""Key of what a report tells of other days; no count is named so."""


@dataclass(frozen=True, slots=True)
class FrozenColumn:
    """One column: stable code, title in the report's language, kind of its values."""

    code: str
    title: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class FrozenSheet:
    """One table as printed; dates are ISO text."""

    code: str
    title: str
    columns: tuple[FrozenColumn, ...]
    rows: tuple[tuple[Printed, ...], ...]

    def kind_of(self, column: FrozenColumn, row: Sequence[Printed]) -> Kind:
        """Give what a value is: counts and means stand in the column of shares where there is no denominator."""
        codes = [one.code for one in self.columns]
        has_share = "denominator" not in codes or row[codes.index("denominator")] is not None
        return column.kind if has_share or column.kind is not Kind.PERCENT else Kind.DECIMAL


@dataclass(frozen=True, slots=True)
class Frozen:
    """A finished report: its tables, the rules it was made by, and the cells of its file.

    `rules`: plain values by name, the same in every language. `pages` None: too large to be checked cell by cell.
    `told`: every count with its mark, so that later reports do not tell the rest; kept sealed, apart from the others.
    """

    sheets: tuple[FrozenSheet, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    pages: Pages | None = None
    told: tuple[Published, ...] = ()

    def sheet(self, *codes: str) -> FrozenSheet | None:
        """Give the first sheet of one of these codes."""
        return next((one for one in self.sheets if one.code in codes), None)


def freeze_sheets(workbook: Workbook) -> tuple[FrozenSheet, ...]:
    """Give the tables of a workbook that hold its figures; not those about the report, not rows about people."""
    return tuple(frozen_sheet(sheet) for sheet in workbook.sheets if not sheet.about and sheet.stream is None)


def frozen_sheet(sheet: Sheet) -> FrozenSheet:
    """Give one table as it is kept."""
    return FrozenSheet(
        sheet.code,
        sheet.title,
        tuple(FrozenColumn(column.code, column.title, column.kind) for column in sheet.columns),
        tuple(tuple(map(printed, row)) for row in sheet.rows),
    )


def printed(cell: Any) -> Printed:
    """Give a cell as it is kept: dates as ISO text."""
    value = plain(cell)
    return value.isoformat() if isinstance(value, date) else value


def pack(frozen: Frozen) -> bytes:
    """Give the packed form that is stored."""
    content = {
        "sheets": [
            [
                one.code,
                one.title,
                [[column.code, column.title, column.kind.value] for column in one.columns],
                one.rows,
            ]
            for one in frozen.sheets
        ],
        "rules": dict(frozen.rules),
        "pages": frozen.pages,
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpack(content: bytes) -> Frozen:
    """Give back what `pack` stored."""
    found = json.loads(zlib.decompress(content))
    pages = found["pages"]
    return Frozen(
        tuple(
            FrozenSheet(
                code,
                title,
                tuple(FrozenColumn(one, words, Kind(kind)) for one, words, kind in columns),
                tuple(map(tuple, rows)),
            )
            for code, title, columns, rows in found["sheets"]
        ),
        found["rules"],
        None if pages is None else tuple((name, rows_of(rows)) for name, rows in pages),
    )


def pack_told(told: Sequence[Published]) -> str:
    """Give what a report tells as it is sealed: its own counts, then those that can be worked out beside it."""
    (own, *others) = told
    plain_counts: dict[str, Any] = counts_of(own)
    if others:
        plain_counts[BESIDE] = [
            [one.scope.period.first.isoformat(), one.scope.period.last.isoformat(), counts_of(one)]
            for one in others
        ]
    return json.dumps(plain_counts, separators=(",", ":"))


def counts_of(one: Published) -> dict[str, Any]:
    """Give counts and marks as plain values."""
    return {key: [told.value, told.mark] for key, told in one.counts.items()}


def unpack_told(text: str, scope: Scope) -> list[Published]:
    """Give back what `pack_told` made of a report about `scope`."""
    found = json.loads(text)
    others = found.pop(BESIDE, [])
    return [
        Published(scope, told_of(found)),
        *(
            Published(Scope(Period(date.fromisoformat(first), date.fromisoformat(last)), scope.sites), told_of(counts))
            for first, last, counts in others
        ),
    ]  # fmt: skip


def told_of(counts: Mapping[str, Any]) -> dict[str, Told]:
    """Give counts and marks from plain values."""
    return {key: Told(value, None if mark is None else Mark(mark)) for key, (value, mark) in counts.items()}


def rows_of(rows: Sequence[Sequence[str | None]]) -> tuple[tuple[str | None, ...], ...]:
    """Give rows as they are compared."""
    return tuple(map(tuple, rows))

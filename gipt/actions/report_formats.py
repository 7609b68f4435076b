"""Reports that are no workbook: tables as CSV files in a zip, and measurements as FHIR resources."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import Connection

from gipt.domain.indicators import Basis
from gipt.domain.periods import Period
from gipt.interop.csv_zip import Table, write_csv_zip
from gipt.interop.fhir import SPACE, Frame, write_bundle
from gipt.queries.report_measures import read_given
from gipt.queries.report_rows import Scope
from gipt.reports.workbook import Workbook, plain
from gipt.secrecy import blind_index

ENDINGS = {"xlsx": ".xlsx", "csv": ".zip", "fhir": ".json"}
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".json": "application/fhir+json",
}


def write_tables(
    workbook: Workbook, part: Path, on_progress: Callable[[int], None]
) -> tuple[dict[str, int], str]:
    """Write the sheets of a workbook as CSV files; give their rows and the SHA-256 of their text."""
    with part.open("wb") as target:
        return write_csv_zip(tables_of(workbook), target, on_progress)


def tables_of(workbook: Workbook) -> Iterator[Table]:
    """Give each sheet as a table whose head is the codes of its columns, the same in every language."""
    for sheet in workbook.sheets:
        rows: Any = (
            sheet.stream()
            if sheet.stream is not None
            else ([plain(cell) for cell in row] for row in sheet.rows)
        )
        yield Table(sheet.code, [column.code for column in sheet.columns], rows)


class Hashing:
    """Write to a file and take the hash on the way."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.digest = target, hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Write a piece."""
        self.digest.update(content)
        return self.target.write(content)


def write_measures(
    connection: Connection,
    site_ids: tuple[str, ...],
    period: Period,
    basis: Basis,
    part: Path,
    now: datetime,
    *,
    with_safety: bool,
) -> tuple[dict[str, int], str]:
    """Write the measurements of a period as a FHIR bundle; give the resources by kind, and the SHA-256."""
    given = read_given(connection, Scope(site_ids, period, basis), with_safety=with_safety)
    with part.open("wb") as raw:
        target = Hashing(raw)
        counts = write_bundle(given, frame_of(now), target)  # type: ignore[arg-type]
    return counts, target.digest.hexdigest()


def frame_of(now: datetime) -> Frame:
    """Give the name space of this installation's codes and ids: always the same, and telling nobody which it is."""
    space = uuid.uuid5(SPACE, blind_index("programme", "fhir.system"))
    return Frame(f"urn:uuid:{space}", now, blind_index("resources", "fhir.ids"))

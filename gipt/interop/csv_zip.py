"""Tables as CSV files in one zip: RFC 4180 with a byte order mark, so that Excel reads the letters right.

Every field is quoted. A text that a program could take for a formula gets an apostrophe before it, which gipt's own
reader takes off again.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

RISKY = ("=", "+", "-", "@", "\t", "\r")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
EVERY = 1_000
"""Rows between two signs of life."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its name without ending, the codes of its columns, and its rows, walked once."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_csv_zip(
    tables: Iterable[Table], target: IO[bytes], on_progress: Progress | None = None
) -> tuple[dict[str, int], str]:
    """Write the zip; give the rows of each table, and the SHA-256 of all their text."""
    counts: dict[str, int] = {}
    digest = hashlib.sha256()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for table in tables:
            head = zipfile.ZipInfo(f"{table.name}.csv", LONG_AGO)
            head.compress_type, head.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with package.open(head, "w") as raw:
                counts[table.name] = write_table(table, raw, digest, on_progress)
    return counts, digest.hexdigest()


def write_table(table: Table, raw: IO[bytes], digest: "hashlib._Hash", on_progress: Progress | None) -> int:
    """Write one table; give its rows."""
    raw.write(b"\xef\xbb\xbf")
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(table.columns)
    count = waiting = 0
    for row in table.rows:
        writer.writerow([field_text(value) for value in row])
        count, waiting = count + 1, waiting + 1
        if waiting == EVERY:
            flush(buffer, raw, digest)
            waiting = 0
            if on_progress is not None:
                on_progress(EVERY)
    flush(buffer, raw, digest)
    if on_progress is not None:
        on_progress(waiting)
    return count


def flush(buffer: io.StringIO, raw: IO[bytes], digest: "hashlib._Hash") -> None:
    """Move what is waiting into the file."""
    content = buffer.getvalue().encode("utf-8", "replace")
    digest.update(content)
    raw.write(content)
    buffer.seek(0)
    buffer.truncate()


def field_text(value: Any) -> str:
    """Give a value as a field: dates as ISO text, numbers as they are, texts that nobody takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(RISKY) else text

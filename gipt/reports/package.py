"""The zip package of a workbook, rewritten after openpyxl: streamed rows, chart descriptions, neutral properties.

The same workbook gives the same bytes: openpyxl's clock times and zip dates are replaced.
"""

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from xml.sax.saxutils import quoteattr

from gipt.domain.problems import Invalid
from gipt.reports.row_stream import Styles, column_letters, encoded_rows
from gipt.reports.workbook import Sheet

COMPRESSION = 2
"""Deflate level: a quarter of the time of the default 6, for a file about a fifth larger (`make bench` shows both)."""
MOST_ROWS = 1_048_575
"""Data rows that one sheet may hold beside its header (Excel's own limit)."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_CELL_STYLE = re.compile(rb'<c r="[A-Z]+\d+"(?: s="(\d+)")?')

Progress = Callable[[int], None]
"""Called with the number of rows written so far."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """A sheet whose rows are still to be put into its part; `header` is the row number of its header."""

    sheet: Sheet
    part: str
    table_part: str
    header: int


@dataclass(frozen=True, slots=True)
class Described:
    """A drawing part and title and description of each of its charts, in their order."""

    part: str
    charts: tuple[tuple[str, str], ...]


def rewrite(
    source: zipfile.ZipFile,
    target: IO[bytes],
    streams: Mapping[str, Streamed],
    drawings: Mapping[str, Described],
    made_at: datetime,
    digest: "hashlib._Hash",
    on_progress: Progress | None = None,
) -> dict[str, int]:
    """Copy a package and finish it on the way; give the rows of each streamed sheet by its code."""
    rows: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as package:
        # Tables stand after their sheets, because they name the last row.
        for name in sorted(
            source.namelist(), key=lambda name: (name.startswith("xl/tables/"), name != "[Content_Types].xml")
        ):
            content = source.read(name)
            with package.open(entry(name), "w") as part:
                if name in streams:
                    rows[streams[name].sheet.code] = put_rows(
                        content, part, streams[name], digest, on_progress
                    )
                else:
                    part.write(finished(name, content, streams, drawings, made_at, rows))
    return rows


def entry(name: str) -> zipfile.ZipInfo:
    """Give the head of a part, without the hour it was made."""
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    # Python 3.13 names the level in public; the private name serves 3.11 and 3.12 too.
    setattr(info, "compress_level" if hasattr(info, "compress_level") else "_compresslevel", COMPRESSION)
    return info


def finished(
    name: str,
    content: bytes,
    streams: Mapping[str, Streamed],
    drawings: Mapping[str, Described],
    made_at: datetime,
    rows: Mapping[str, int],
) -> bytes:
    """Give a part as it is to be stored."""
    if name == "docProps/core.xml":
        moment = made_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + moment, content)
    if name in drawings:
        return described(content, drawings[name])
    for stream in streams.values():
        if name == stream.table_part:
            last = stream.header + max(1, rows[stream.sheet.code])
            area = f"A{stream.header}:{column_letters(len(stream.sheet.columns))}{last}"
            return re.sub(rb'ref="[^"]*"', f'ref="{area}"'.encode(), content)
    return content


def described(content: bytes, drawing: Described) -> bytes:
    """Write titles and descriptions into the drawing, where a screen reader looks for them."""
    left = iter(drawing.charts)

    def worded(found: "re.Match[bytes]") -> bytes:
        title, description = next(left)
        words = f" title={quoteattr(title)} descr={quoteattr(description)}".encode()
        return b"<" + found[1] + found[2] + words + b"/>"

    return re.sub(rb"<((?:\w+:)?cNvPr)\b([^>]*?)\s*/>", worded, content, count=len(drawing.charts))


def put_rows(
    content: bytes, part: IO[bytes], stream: Streamed, digest: "hashlib._Hash", on_progress: Progress | None
) -> int:
    """Write a sheet part with the rows of its stream; its two sample rows give the styles and are dropped."""
    head, samples, tail = around_samples(content, stream.header)
    part.write(re.sub(rb"<dimension [^>]*/>", b"", head))
    styles = [Styles(plain, risky) for plain, risky in zip(*samples, strict=True)]
    total = 0
    for text, count in stream_of(stream, styles):
        encoded = text.encode()
        digest.update(encoded)
        part.write(encoded)
        total += count
        if total > MOST_ROWS:
            raise Invalid(field="rows", reason="too_many_rows", most=MOST_ROWS, sheet=stream.sheet.code)
        if on_progress is not None:
            on_progress(count)
    part.write(tail)
    return total


def stream_of(stream: Streamed, styles: list[Styles]) -> Iterator[tuple[str, int]]:
    """Give the rows of a stream as XML."""
    assert stream.sheet.stream is not None
    kinds = [column.kind for column in stream.sheet.columns]
    return encoded_rows(stream.sheet.stream(), kinds, styles, stream.header + 1, stream.sheet.runs)


def around_samples(content: bytes, header: int) -> tuple[bytes, list[list[str]], bytes]:
    """Split a sheet part before its sample rows and after them; give the styles of both."""
    start = content.index(f'<row r="{header + 1}"'.encode())
    end = content.index(b"</sheetData>")
    rows = content[start:end].split(b"</row>")[:2]
    return (
        content[:start],
        [[(found or b"0").decode() for found in _CELL_STYLE.findall(row)] for row in rows],
        content[end:],
    )

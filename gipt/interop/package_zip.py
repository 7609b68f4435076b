"""A package of files about research in one zip: the same bytes for the same content, readable by its owner only."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from gipt.interop.csv_zip import LONG_AGO, Table, write_table


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> tuple[bytes, str]:
    """Give one table as CSV (`gipt.interop.csv_zip`), and the SHA-256 of its text without the byte order mark."""
    raw, digest = io.BytesIO(), hashlib.sha256()
    write_table(Table(name, columns, rows), raw, digest, None)
    return raw.getvalue(), digest.hexdigest()


def write_package(files: Mapping[str, bytes], target: IO[bytes]) -> None:
    """Write files by name into a zip, in their order."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            head = zipfile.ZipInfo(name, LONG_AGO)
            head.compress_type, head.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            package.writestr(head, content)

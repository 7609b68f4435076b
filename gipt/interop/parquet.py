"""Tables as Parquet files, where pyarrow is installed (extra `parquet`); types are those of the codebook."""

import io
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

from gipt.domain.problems import NotReady


def is_installed() -> bool:
    """Say whether Parquet files can be written here."""
    return find_spec("pyarrow") is not None


def parquet_file(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> bytes:
    """Give one table as a file; `columns` are codes with `text`, `integer` or `boolean`. Raises NotReady without it."""
    if not is_installed():
        raise NotReady(missing=["parquet"])
    import pyarrow
    import pyarrow.parquet

    types = {"text": pyarrow.string(), "integer": pyarrow.int64(), "boolean": pyarrow.bool_()}
    listed = list(rows)
    arrays = [pyarrow.array([row[at] for row in listed], types[kind]) for at, (_, kind) in enumerate(columns)]
    table = pyarrow.Table.from_arrays(arrays, names=[code for code, _ in columns])
    target = io.BytesIO()
    pyarrow.parquet.write_table(table, target)
    return target.getvalue()

"""Read a spreadsheet that somebody sent, without ever opening it in this process.

`read_upload` and `read_paste` start `child.py`, wait for it inside a wall-clock limit, and check every word
of its answer before believing it. All faults are `BadFile(reason=…)`; sentences are in
`gipt.intake.sentences`. Limits: decision 36.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from gipt.domain.problems import BadFile
from gipt.i18n.zawgyi import is_zawgyi
from gipt.intake.child import EXACT, LIMITS
from gipt.intake.grid import CellValue, Grid, Sheet, address, unpack_value
from gipt.intake.xml_tree import Node, unpack_node

MAX_UPLOAD = 16 * 1024 * 1024
WALL_SECONDS = 45.0
MAX_ANSWER = 96 * 1024 * 1024
# Two files at once is what a small server can feed; others wait, and are told so when that is too long.
_places = threading.BoundedSemaphore(2)
_CHILD = Path(__file__).with_name("child.py")
# What an interpreter may need to start; secrets and settings stay out of the child.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_log = logging.getLogger(__name__)

REASONS = frozenset({
    "empty", "too_big", "not_a_workbook", "encrypted", "old_xls", "macro", "xlsb", "ods", "truncated",
    "unreadable", "zip_bomb", "hostile", "too_heavy", "too_slow", "too_many_rows", "too_many_sheets",
    "far_cell", "long_cell", "unknown_extension", "busy", "not_xml", "zawgyi",
})  # fmt: skip


def read_upload(raw: bytes, filename: str, *, wall_seconds: float = WALL_SECONDS) -> Grid:
    """Give the grid of an uploaded .xlsx, .csv, .tsv or .txt file.

    The name decides nothing but the sentence: a workbook called .csv is read as a workbook. Raises BadFile.
    """
    extension = Path(filename).suffix.lower()
    if extension == ".xlsm":
        raise BadFile(reason="macro")
    if extension not in {".xlsx", ".csv", ".tsv", ".txt", ".xls", ""}:
        raise BadFile(reason="unknown_extension", extension=extension[:8])
    looks_packed = raw.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    kind = "xlsx" if looks_packed or extension in {".xlsx", ".xls"} else "csv"
    return _read(raw, kind, wall_seconds)


def read_exact(raw: bytes, *, wall_seconds: float = WALL_SECONDS) -> Grid:
    """Give the grid of an .xlsx file with every text exactly as it stands, blanks and unseen signs included.

    For texts that are checked sign by sign afterwards (translations, wordings). Raises BadFile.
    """
    return _believe(_answer(raw, EXACT, wall_seconds), "xlsx")


def read_xml(raw: bytes, *, wall_seconds: float = WALL_SECONDS) -> Node:
    """Give the root of an XML document; raise BadFile (`not_xml` where it is none, `hostile` for one with a DTD)."""
    answer = _answer(raw, "xml", wall_seconds)
    try:
        said = json.loads(answer)
        if "refused" in said:
            raise _refusal(said)
        return unpack_node(said["root"])
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise BadFile(reason="not_xml") from fault


def read_paste(text: str, *, wall_seconds: float = WALL_SECONDS) -> Grid:
    """Give the grid of cells pasted from Excel or LibreOffice (tab-separated text)."""
    return _read(text.encode("utf-8", "replace"), "paste", wall_seconds)


def refuse_zawgyi(grid: Grid) -> None:
    """Raise BadFile with the first cell whose Burmese is in Zawgyi: stored, it would be other words to every reader."""
    for sheet in grid.sheets:
        for number, cells in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(cells, start=1):
                if isinstance(cell, str) and not cell.isascii() and is_zawgyi(cell):
                    raise BadFile(reason="zawgyi", sheet=sheet.name[:40], cell=address(number, column))


def read_file(path: Path) -> Grid:
    """Give the grid of a file on this machine (the command line)."""
    return read_upload(read_raw(path), path.name)


def read_raw(path: Path) -> bytes:
    """Give the bytes of a file on this machine; raise BadFile where it is too big or cannot be read."""
    try:
        if path.stat().st_size > MAX_UPLOAD:
            raise BadFile(reason="too_big", megabytes=MAX_UPLOAD // 1024 // 1024)
        return path.read_bytes()
    except OSError as fault:
        raise BadFile(reason="unreadable") from fault


def _read(raw: bytes, kind: str, wall_seconds: float) -> Grid:
    return _believe(_answer(raw, kind, wall_seconds), kind)


def _answer(raw: bytes, kind: str, wall_seconds: float) -> bytes:
    """Give what a child says about a file, once there is room for one more."""
    if len(raw) > MAX_UPLOAD:
        raise BadFile(reason="too_big", megabytes=MAX_UPLOAD // 1024 // 1024)
    if not raw.strip():
        raise BadFile(reason="empty")
    if not _places.acquire(timeout=wall_seconds):
        raise BadFile(reason="busy")
    try:
        return _ask_child(raw, kind, wall_seconds)
    finally:
        _places.release()


def _ask_child(raw: bytes, kind: str, wall_seconds: float) -> bytes:
    """Give what the child printed; a child that dies or dawdles is a refusal."""
    command = [sys.executable, "-I", str(_CHILD), json.dumps(sys.path), kind, json.dumps(LIMITS)]
    with subprocess.Popen(  # noqa: S603  our own interpreter and file, no shell, no user text
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        close_fds=True,
    ) as child:
        late = threading.Event()
        timer = threading.Timer(wall_seconds, _end, (child, late))
        feeder = threading.Thread(target=_feed, args=(child, raw), daemon=True)
        timer.start()
        feeder.start()
        try:
            assert child.stdout is not None
            answer = child.stdout.read(MAX_ANSWER + 1)
            if len(answer) > MAX_ANSWER:
                child.kill()
                raise BadFile(reason="too_heavy")
            child.wait()
        finally:
            timer.cancel()
            child.kill()
            feeder.join()
    if late.is_set() or child.returncode in (-24, -9):  # SIGXCPU, and the hard limit's SIGKILL
        raise BadFile(reason="too_slow")
    if child.returncode != 0 and not answer:
        _log.warning("the spreadsheet reader ended with status %s", child.returncode)
        raise BadFile(reason="too_heavy")
    return answer


def _end(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _feed(child: "subprocess.Popen[bytes]", raw: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(raw)
        child.stdin.close()
    except OSError:  # the child refused before reading everything, or was ended
        pass


def _believe(answer: bytes, kind: str) -> Grid:
    """Give the grid that the child printed if it is exactly of the agreed shape."""
    try:
        said = json.loads(answer)
        if not isinstance(said, dict):
            raise ValueError("no object")
        if "refused" in said:
            raise _refusal(said)
        sheets = said["sheets"]
        if not isinstance(sheets, list) or len(sheets) > LIMITS["sheets"]:
            raise ValueError("no sheets")
        return Grid(tuple(_sheet(sheet) for sheet in sheets), kind, said.get("formulas") is True)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise BadFile(reason="unreadable") from fault


def _refusal(said: dict[str, Any]) -> BadFile:
    reason = said["refused"] if said["refused"] in REASONS else "unreadable"
    if str(said.get("fault", "")).isidentifier():
        _log.info("the spreadsheet library failed with %s", str(said["fault"])[:60])
    details: dict[str, Any] = {}
    for name in ("high",):
        if isinstance(said.get(name), int):
            details[name] = said[name]
    row, column = said.get("row"), said.get("column")
    if isinstance(row, int) and isinstance(column, int):
        details["cell"] = address(row, column)
    if isinstance(said.get("sheet"), str):
        details["sheet"] = said["sheet"][:40]
    return BadFile(reason=reason, **details)


def _sheet(said: Any) -> Sheet:
    name, hidden, rows = said["name"], said["hidden"], said["rows"]
    if not isinstance(name, str) or not isinstance(hidden, bool) or not isinstance(rows, list):
        raise ValueError("no sheet")
    if len(name) > 100 or len(rows) > LIMITS["row_index"]:
        raise ValueError("too large")
    return Sheet(name, tuple(_row(row) for row in rows), hidden)


def _row(said: Any) -> tuple[CellValue, ...]:
    if not isinstance(said, list) or len(said) > LIMITS["columns"]:
        raise ValueError("no row")
    row = tuple(unpack_value(cell) for cell in said)
    if any(isinstance(cell, str) and len(cell) > LIMITS["cell_text"] for cell in row):
        raise ValueError("too long")
    return row

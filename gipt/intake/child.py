"""The only place where an untrusted file is opened: a process of its own, under limits.

Run by `reader.py` as `python -I child.py SYS_PATH_JSON KIND LIMITS_JSON` with the file on standard input;
prints one JSON object, a grid, the nodes of an XML document, or `{"refused": reason, …}`. It imports nothing
of ours, so that it starts in a fraction of a second and holds no secret. Before a workbook is opened its zip
directory is checked (decision 36). An audit hook that cannot be taken off again refuses sockets, new
processes, writing, and reading anything but code.
"""

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

# Decision 36; the parent sends its own copy, tests send smaller ones.
LIMITS: dict[str, int] = {
    "members": 500,
    "unpacked": 50 * 1024 * 1024,
    "ratio": 200,
    "ratio_from": 1024 * 1024,
    "rows": 20_000,
    "row_index": 30_000,
    "columns": 500,
    "sheets": 50,
    "cell_text": 32_767,
    "nodes": 300_000,
    "depth": 40,
    "memory": 512 * 1024 * 1024,
    "cpu": 30,
}
# Texts of a catalog come back as they are: a no-break space belongs to French, a direction mark to Arabic.
EXACT = "catalog"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SYMLINK_MODE = 0o120000
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.spawn",
             "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink",
             "shutil.", "ftplib.", "urllib.", "ctypes.dlopen", "pty.")  # fmt: skip
NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
CODE = (".py", ".pyc", ".so", ".pyd")


class Refused(Exception):
    """Carry the reason code and what the sentence needs."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, **details}


def lock_down(limits: dict[str, int]) -> None:
    """Set the limits of memory, time and written files, and forbid network, processes and foreign files."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
        resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"] + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    except (ImportError, ValueError, OSError):  # no such limits on this system: wall clock and checks remain
        pass
    roots = tuple(path for path in sys.path if path)

    def refuse(event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(event)
        if event == "open" and isinstance(args[0], str | bytes):
            path = args[0].decode(errors="replace") if isinstance(args[0], bytes) else args[0]
            writes = isinstance(args[1], str) and set(args[1]) & set("wax+")
            is_code = path.startswith(roots) and ".." not in path and path.endswith(CODE)
            if writes or not is_code:
                raise PermissionError(event)

    sys.addaudithook(refuse)


def check_directory(raw: bytes, limits: dict[str, int]) -> zipfile.ZipFile:
    """Open the zip directory only, and refuse what no honest workbook has."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise Refused("truncated") from fault
    members = archive.infolist()
    if len(members) > limits["members"]:
        raise Refused("zip_bomb")
    if sum(member.file_size for member in members) > limits["unpacked"]:
        raise Refused("zip_bomb")
    for member in members:
        check_member(member, limits)
    check_overlap(members)
    return archive


def check_member(member: zipfile.ZipInfo, limits: dict[str, int]) -> None:
    """Refuse one zip member that is too dense, linked, encrypted or named outside the folder."""
    name = member.filename
    size, packed = member.file_size, max(member.compress_size, 1)
    if size > limits["ratio_from"] and size > limits["ratio"] * packed:
        raise Refused("zip_bomb")
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise Refused("hostile")
    if (member.external_attr >> 16) & 0o170000 == SYMLINK_MODE:
        raise Refused("hostile")
    if member.flag_bits & 0x1:
        raise Refused("encrypted")


def check_overlap(members: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes or names (the densest known bombs reuse one kernel)."""
    if len({member.filename for member in members}) != len(members):
        raise Refused("hostile")
    ordered = sorted(members, key=lambda member: member.header_offset)
    for member, following in pairwise(ordered):
        # 30 bytes is the fixed part of a local header (APPNOTE 4.3.7); its extra field may add more.
        if member.header_offset + 30 + len(member.filename) + member.compress_size > following.header_offset:
            raise Refused("hostile")


def check_kind(archive: zipfile.ZipFile, limits: dict[str, int]) -> None:
    """Refuse packages that are not a plain .xlsx workbook."""
    names = set(archive.namelist())
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
        raise Refused("macro")
    if "xl/workbook.bin" in names:
        raise Refused("xlsb")
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise Refused("ods")
    if not types or not any(name.startswith("xl/") for name in names):
        raise Refused("not_a_workbook")
    for name in names:
        if name.lower().endswith("workbook.xml"):
            found = len(re.findall(rb"<(?:\w+:)?sheet[\s/>]", archive.read(name)))
            if found > limits["sheets"]:
                raise Refused("too_many_sheets", high=limits["sheets"])


def plain(value: Any, *, exact: bool = False) -> Any:
    """Give the JSON form of one cell value (the tags of `grid.pack_value`); `exact` leaves a text as it is."""
    if exact and isinstance(value, str):
        return value.replace("\r\n", "\n") or None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()} if value.time() == time() else {"m": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    if isinstance(value, timedelta):
        return str(value)
    text = CONTROL.sub("", str(value)).replace("\u00a0", " ").replace("\r\n", "\n").strip()
    return text or None


class Rows:
    """Gather the rows of one sheet and stop at the limits; nothing is ever cut."""

    def __init__(self, sheet: str, limits: dict[str, int]) -> None:
        self.sheet, self.limits = sheet, limits
        self.rows: list[list[Any]] = []
        self.filled = 0

    def add(self, number: int, values: list[Any]) -> None:
        while values and values[-1] is None:
            values.pop()
        if not values:
            return
        self.filled += 1
        self.check(number, values)
        while len(self.rows) < number - 1:
            self.rows.append([])
        self.rows.append(values)

    def check(self, number: int, values: list[Any]) -> None:
        limits = self.limits
        if self.filled > limits["rows"] + 1:
            raise Refused("too_many_rows", high=limits["rows"])
        if number > limits["row_index"] or len(values) > limits["columns"]:
            raise Refused("far_cell", sheet=self.sheet[:40], row=number, column=len(values))
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and len(value) > limits["cell_text"]:
                raise Refused("long_cell", sheet=self.sheet[:40], row=number, column=column)


def read_workbook(raw: bytes, limits: dict[str, int], *, exact: bool = False) -> list[dict[str, Any]]:
    """Give the sheets of an .xlsx file: cached values of formulas, text of those that have none."""
    import openpyxl

    check_kind(check_directory(raw, limits), limits)
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    sheets = []
    for sheet in book.worksheets:
        sheets.append({"name": sheet.title[:100], "hidden": sheet.sheet_state != "visible",
                       "rows": sheet_rows(sheet, limits, exact=exact).rows})  # fmt: skip
    if has_formula(raw):
        fill_formulas(raw, sheets, limits)
    return sheets


def sheet_rows(sheet: Any, limits: dict[str, int], *, exact: bool = False) -> Rows:
    """Give the rows of one sheet, trusting the cells and not the size that the file declares."""
    rows = Rows(sheet.title, limits)
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if cells and any(value is not None for value in cells):
            rows.add(number, [plain(value, exact=exact) for value in cells])
    return rows


def has_formula(raw: bytes) -> bool:
    """Say whether any sheet holds a formula."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return any(
            re.search(rb"<(?:\w+:)?f[\s/>]", archive.read(name))
            for name in archive.namelist()
            if "worksheets/" in name and name.endswith(".xml")
        )


def fill_formulas(raw: bytes, sheets: list[dict[str, Any]], limits: dict[str, int]) -> None:
    """Show a formula whose result was never stored as its text, so that it is refused aloud, not lost."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    for sheet, found in zip(book.worksheets, sheets, strict=True):
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            for column, value in enumerate(cells or (), start=1):
                if isinstance(value, str) and value.startswith("="):
                    show_formula(found["rows"], number, column, value, limits)


def show_formula(rows: list[list[Any]], number: int, column: int, text: str, limits: dict[str, int]) -> None:
    """Put the text of one formula into its place unless its result stands there."""
    if number > limits["row_index"] or column > limits["columns"]:
        raise Refused("far_cell", sheet="", row=number, column=column)
    while len(rows) < number:
        rows.append([])
    row = rows[number - 1]
    row.extend([None] * (column - len(row)))
    if row[column - 1] is None:
        row[column - 1] = plain(text)[: limits["cell_text"]]


def decode(raw: bytes) -> str:
    """Give the text of a CSV file: byte order marks, UTF-8, then the Windows code page that reads best."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    sample = raw[:4000]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[start::2].count(0) > len(sample) // 4:
            return raw.decode(name, errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    # In Windows-1256 Arabic words are runs of high bytes; in Western text high bytes stand alone.
    runs = re.findall(rb"[\xc0-\xff\x81\x8d\x8e\x90]{3,}", raw)
    arabic = sum(map(len, runs)) * 2 > sum(byte >= 0xC0 for byte in raw)
    return raw.decode("cp1256" if arabic else "cp1252", errors="replace")


def delimiter_of(text: str) -> str:
    """Give the delimiter that stands oftest, and equally often, in the first lines."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, best_rank = ",", (0, 0)
    for mark in ("\t", ";", ",", "|"):
        counts = [line.count(mark) for line in lines]
        common = max(set(counts), key=counts.count, default=0)
        rank = (counts.count(common) if common else 0, common)
        if rank > best_rank:
            best, best_rank = mark, rank
    return best


def read_text(raw: bytes, kind: str, limits: dict[str, int]) -> list[dict[str, Any]]:
    """Give the one sheet of a CSV file or of cells pasted from Excel (tab-separated)."""
    text = decode(raw)
    if text.count("\x00"):
        raise Refused("not_a_workbook")
    # Excel's own hint in the first line wins, and is no row.
    hint = re.match(r"sep=(.)\r?\n", text)
    if hint:
        text = text[hint.end() :]
    mark = hint.group(1) if hint else "\t" if kind == "paste" and "\t" in text else delimiter_of(text)
    csv.field_size_limit(1 << 20)
    rows = Rows("", limits)
    for number, record in enumerate(records(text, mark), start=1):
        if len(record) > limits["columns"] and any(cell.strip() for cell in record[limits["columns"] :]):
            raise Refused("far_cell", sheet="", row=number, column=len(record))
        rows.add(number, [plain(cell) for cell in record])
    return [{"name": "", "hidden": False, "rows": rows.rows}]


def records(text: str, mark: str) -> Iterator[list[str]]:
    """Yield the records of delimited text; an apostrophe that guards a formula sign is taken off."""
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            yield [cell[1:] if re.match(r"'[=+\-@\t]", cell) else cell for cell in record]
    except csv.Error as fault:
        raise Refused("not_a_workbook") from fault


def read_xml(raw: bytes, limits: dict[str, int]) -> list[Any]:
    """Give the root of an XML document as [name, attributes, text, children, tail, line], namespaces left out.

    No document type is allowed, so no entity can grow and nothing outside can be named.
    """
    from defusedxml.ElementTree import ParseError, XMLParser  # type: ignore[import-untyped]

    class Builder:
        """Make nodes as the parser finds them."""

        def __init__(self) -> None:
            self.top: list[Any] = ["", {}, "", [], "", 0]
            self.open = [self.top]
            self.count = 0

        def start(self, tag: str, attributes: dict[str, str]) -> None:
            self.count += 1
            if self.count > limits["nodes"] or len(self.open) > limits["depth"]:
                raise Refused("too_heavy")
            named = {str(name).rpartition("}")[2]: str(text) for name, text in attributes.items()}
            node = [str(tag).rpartition("}")[2], named, "", [], "", parser.parser.CurrentLineNumber]
            self.open[-1][3].append(node)
            self.open.append(node)

        def end(self, tag: str) -> None:
            self.open.pop()

        def data(self, text: str) -> None:
            node = self.open[-1]
            place, at = (node[3][-1], 4) if node[3] else (node, 2)
            place[at] += text

        def comment(self, text: str) -> None:
            """Leave a remark out."""

        def close(self) -> list[Any]:
            return self.top[3][0]  # type: ignore[no-any-return]

    parser = XMLParser(target=Builder(), forbid_dtd=True)
    try:
        parser.feed(raw)
        return parser.close()  # type: ignore[no-any-return]
    except (ParseError, IndexError) as fault:
        raise Refused("not_xml") from fault


def refuse_by_magic(raw: bytes, kind: str) -> None:
    """Refuse at once what its first bytes give away."""
    if not raw.strip():
        raise Refused("empty")
    if raw.startswith(OLE_MAGIC):
        raise Refused("encrypted" if "EncryptedPackage".encode("utf-16-le") in raw else "old_xls")
    is_zip = raw.startswith(b"PK")
    if kind in ("xlsx", EXACT) and not is_zip:
        raise Refused("not_a_workbook")
    if kind not in ("xlsx", EXACT) and (is_zip or raw.startswith(NOT_TEXT)):
        raise Refused("not_xml" if kind == "xml" else "not_a_workbook")


def read(raw: bytes, kind: str, limits: dict[str, int]) -> dict[str, Any]:
    """Give the whole answer for one file; every fault becomes a refusal."""
    try:
        refuse_by_magic(raw, kind)
        if kind == "xml":
            return {"root": read_xml(raw, limits)}
        is_book = kind in ("xlsx", EXACT)
        sheets = read_workbook(raw, limits, exact=kind == EXACT) if is_book else read_text(raw, kind, limits)
        if not any(sheet["rows"] for sheet in sheets):
            raise Refused("empty")
        return {"sheets": sheets, "source": kind, "formulas": is_book and has_formula(raw)}
    except Refused as refusal:
        return refusal.answer
    except (MemoryError, RecursionError):
        return {"refused": "too_heavy"}
    except BaseException as fault:  # whatever a foreign file provokes inside the library is one refusal
        cause = fault.__cause__ or fault.__context__ or fault
        forbidden = any("defusedxml" in type(one).__module__ for one in (fault, cause))
        return {"refused": "hostile" if forbidden else "unreadable", "fault": type(cause).__name__}


def main() -> None:
    """Read standard input, print the answer; the libraries come first, nothing of the file is known yet."""
    sys.path[:] = json.loads(sys.argv[1])
    kind, limits = sys.argv[2], json.loads(sys.argv[3])
    if kind == "xml":
        import defusedxml.ElementTree  # type: ignore[import-untyped]
    elif kind in ("xlsx", EXACT):
        # openpyxl reads every part through it once it can be imported
        import defusedxml  # noqa: F401
        import openpyxl  # noqa: F401
    lock_down(limits)
    answer = read(sys.stdin.buffer.read(), kind, limits)
    try:
        sys.stdout.write(json.dumps(answer, ensure_ascii=True))
    except MemoryError:
        sys.stdout.write('{"refused": "too_heavy"}')


if __name__ == "__main__":
    main()

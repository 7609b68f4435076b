"""A sheet of somebody else's workbook as bytes: where each cell lies, what it holds, and new bytes in its place.

Nothing is ever written anew: the cells that change are cut out and put in by their byte offsets, so whatever else the
sheet holds (validations, pictures, sparklines, things nobody here knows of) stays as it is, byte by byte.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from gipt.domain.problems import BadFile
from gipt.reports.cell_text import clean_text
from gipt.reports.row_stream import column_letters

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Namespace of workbooks, transitional and strict."""
ADDRESS = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
_TYPE = re.compile(rb"\s(?:t|cm|vm|ph)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']")


@dataclass(slots=True)
class Cell:
    """One cell: bytes `start` to `end` of its part, `style` by number, `text` when it is written in the cell.

    `shared` is the number of its text in the workbook's list of texts. `value`: bytes of its stored value, which is
    the last result where it has a formula. A formula without text is that of another cell, moved along.
    """

    row: int
    column: int
    start: int
    end: int = 0
    style: str | None = None
    kind: str = ""
    text: str = ""
    shared: int | None = None
    formula: str | None = None
    value: tuple[int, int] | None = None
    filled: bool = False

    @property
    def address(self) -> str:
        return f"{column_letters(self.column)}{self.row}"

    @property
    def is_empty(self) -> bool:
        """Say whether nothing stands in the cell."""
        return not self.filled and self.formula is None


@dataclass(slots=True)
class Scan:
    """What was found in one sheet; areas are (first column, first row, last column, last row).

    `arrays`: where one formula fills several cells.
    """

    cells: dict[str, Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    arrays: list[tuple[int, int, int, int]] = field(default_factory=list)
    protected: bool = False

    def covered(self, cell: Cell) -> bool:
        """Say whether a cell lies under a merged one, where nobody would see it."""
        return any(within(area, cell) and (cell.column, cell.row) != area[:2] for area in self.merged)

    def calculated(self, cell: Cell) -> bool:
        """Say whether a formula gives what stands in a cell, its own or one that fills an area."""
        return cell.formula is not None or any(within(area, cell) for area in self.arrays)


def within(area: tuple[int, int, int, int], cell: Cell) -> bool:
    """Say whether a cell lies in an area."""
    left, top, right, bottom = area
    return left <= cell.column <= right and top <= cell.row <= bottom


def place_of(address: str) -> tuple[int, int]:
    """Give column and row of an address; raise ValueError for anything else."""
    found = ADDRESS.match(address)
    if found is None:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])


def area_of(reference: str) -> tuple[int, int, int, int]:
    """Give an area such as B2:C5 as first column, first row, last column, last row."""
    first, _, last = reference.partition(":")
    return (*place_of(first), *place_of(last or first))


def refuse_odd(content: bytes) -> None:
    """Raise BadFile for a part that is not plain UTF-8 XML: its offsets would mean something else."""
    found = _ENCODING.match(content)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (
        found and found[1].lower() not in (b"utf-8", b"us-ascii")
    ):
        raise BadFile(reason="unreadable")


def scan_sheet(content: bytes) -> Scan:
    """Give every cell of a sheet part; raise BadFile when it cannot be read."""
    refuse_odd(content)
    scanner = Scanner(content)
    try:
        scanner.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, IndexError) as fault:
        raise BadFile(reason="unreadable") from fault
    return scanner.scan


class Scanner:
    """Walk through one part with expat, which tells at which byte each tag begins."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.scan = Scan()
        self.cell: Cell | None = None
        self.row = self.column = 0
        self.inside: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_: object) -> None:
        """Refuse a document type: no workbook has one."""
        raise BadFile(reason="hostile")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take note of a tag that begins."""
        space, _, local = name.rpartition(" ")
        local = local if space in MAIN else ""
        self.inside.append(local)
        if local == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif local == "c":
            self.open_cell(attributes)
        elif local == "mergeCell":
            self.scan.merged.append(area_of(attributes["ref"]))
        elif local == "sheetProtection":
            self.scan.protected = True
        elif self.cell is not None:
            self.open_part(self.cell, local, attributes)

    def open_cell(self, attributes: dict[str, str]) -> None:
        """Begin a cell; one without an address stands right of the one before it."""
        if "r" in attributes:
            self.column, self.row = place_of(attributes["r"])
        else:
            self.column += 1
        self.cell = Cell(
            self.row,
            self.column,
            self.parser.CurrentByteIndex,
            style=attributes.get("s"),
            kind=attributes.get("t", ""),
        )

    def open_part(self, cell: Cell, local: str, attributes: dict[str, str]) -> None:
        """Begin a formula or a value."""
        if local == "f":
            cell.formula = ""
            if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
                self.scan.arrays.append(area_of(attributes["ref"]))
        elif local == "v":
            cell.value = (self.parser.CurrentByteIndex, 0)

    def characters(self, text: str) -> None:
        """Gather the text of a cell, without the reading aids that stand beside it."""
        if self.cell is None or "rPh" in self.inside:
            return
        if self.inside[-1] == "f":
            self.cell.formula = (self.cell.formula or "") + text
        elif self.inside[-1] in ("v", "t"):
            self.cell.text += text
            self.cell.filled = True

    def end(self, name: str) -> None:
        """Take note of a tag that ends."""
        local = self.inside.pop()
        if self.cell is None:
            return
        if local == "v" and self.cell.value is not None:
            self.cell.value = (self.cell.value[0], self.end_of(self.cell.value[0]))
        elif local == "c":
            self.close_cell(self.cell)

    def close_cell(self, cell: Cell) -> None:
        """Finish a cell."""
        cell.end = self.end_of(cell.start)
        if cell.kind == "s" and cell.text.strip().isdigit():
            cell.shared, cell.text = int(cell.text), ""
        self.scan.cells[cell.address] = cell
        self.cell = None

    def end_of(self, start: int) -> int:
        """Give the byte after the element that ends here."""
        return element_end(self.content, start, self.parser.CurrentByteIndex)


def element_end(content: bytes, start: int, now: int) -> int:
    """Give the byte after an element that begins at `start`, when expat, at `now`, says that it ends.

    For an element without an inside expat is behind its tag already.
    """
    opening = _TAG.match(content, start)
    if opening is None:
        raise ValueError("no tag")
    if opening[0].endswith(b"/>"):
        return opening.end()
    return content.index(b">", now) + 1


# --- new bytes ----------------------------------------------------------------------------------------------------


def written(content: bytes, cell: Cell, value: float | int | str | None) -> bytes:
    """Give the bytes of a cell with a new value: style and everything else of its tag stay.

    A number is a number, a text stands in the cell itself and is never a formula, None is an empty cell.
    """
    opening = _TAG.match(content, cell.start)
    assert opening is not None
    tag = _TYPE.sub(b"", opening[0][1:-1].rstrip(b"/").rstrip())
    prefix = tag.split(maxsplit=1)[0][:-1]
    if value is None:
        return b"<" + tag + b"/>"
    if isinstance(value, str):
        text = escape(clean_text(value)).encode()
        inside = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (prefix, prefix, text, prefix, prefix)
        return b"<" + tag + b' t="inlineStr">' + inside + b"</" + prefix + b"c>"
    number = repr(int(value) if isinstance(value, int) else float(value)).encode()
    return b"<%s><%sv>%s</%sv></%sc>" % (tag, prefix, number, prefix, prefix)


def without_value(content: bytes, cell: Cell) -> bytes:
    """Give the bytes of a formula's cell without the result that was stored last."""
    assert cell.value is not None
    opening = _TAG.match(content, cell.start)
    assert opening is not None
    tag = _TYPE.sub(lambda found: b"" if found[0].lstrip()[:1] == b"t" else found[0], opening[0])
    return tag + content[opening.end() : cell.value[0]] + content[cell.value[1] : cell.end]


def spliced(content: bytes, changes: Mapping[tuple[int, int], bytes]) -> bytes:
    """Give a part with some stretches of bytes replaced, and every other byte as it was."""
    pieces, at = [], 0
    for (start, end), new in sorted(changes.items()):
        pieces += [content[at:start], new]
        at = end
    return b"".join([*pieces, content[at:]])


def changed_sheet(
    content: bytes, scan: Scan, values: Mapping[str, float | int | str | None], stale: Iterable[str]
) -> bytes:
    """Give a sheet part with values in some cells, and without the stored results of formulas that depend on them."""
    changes = {}
    for address, value in values.items():
        cell = scan.cells[address]
        changes[cell.start, cell.end] = written(content, cell, value)
    for address in stale:
        cell = scan.cells[address]
        if cell.value is not None:
            changes[cell.start, cell.end] = without_value(content, cell)
    return spliced(content, changes)

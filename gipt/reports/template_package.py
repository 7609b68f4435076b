"""Somebody else's workbook as a zip package: its sheets and texts, and what could not be kept if it were filled.

The file was read by the guarded reader of imports before (decision 36), so its size and its members are known to be
harmless; nothing here trusts what it says about itself.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from posixpath import dirname, join, normpath
from xml.etree import ElementTree

from gipt.domain.problems import BadFile
from gipt.reports.template_sheet import MAIN, Cell, Scan, refuse_odd, scan_sheet

WORKBOOK, TYPES = "xl/workbook.xml", "[Content_Types].xml"
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
WORKSHEET = tuple(f"{space}/worksheet" for space in _OFFICE)
# What stands in a package, by the beginning of a part's name, and what becomes of it (words in gipt.words.templates).
SIGNS = (
    ("_xmlsignatures/", "signature"),
    ("xl/pivotCache/", "pivot"),
    ("xl/externalLinks/", "links"),
    ("xl/connections", "queries"),
    ("xl/queryTables/", "queries"),
    ("xl/embeddings/", "embedded"),
    ("xl/charts/", "charts"),
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet with cells: its name, where it lies in the package, whether it is out of sight."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class SharedText:
    """One text of the workbook's list; `mixed` when parts of it look different."""

    text: str
    mixed: bool


class Package:
    """The parts of a workbook, read when they are asked for; raises BadFile for a package that is none."""

    def __init__(self, raw: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(BytesIO(raw))
            self.names = set(self.archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError) as fault:
            raise BadFile(reason="truncated") from fault
        if not {WORKBOOK, TYPES} <= self.names:
            raise BadFile(reason="not_a_workbook")
        self._scans: dict[str, Scan] = {}

    def read(self, name: str) -> bytes:
        """Give the bytes of a part; raise BadFile when they are damaged."""
        try:
            return self.archive.read(name)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as fault:
            raise BadFile(reason="truncated") from fault

    def tree(self, name: str) -> ElementTree.Element:
        """Give a small part as a tree; raise BadFile when it cannot be read."""
        content = self.read(name)
        refuse_odd(content)
        if b"<!DOCTYPE" in content:
            raise BadFile(reason="hostile")
        try:
            return ElementTree.fromstring(content)  # noqa: S314  no document type: nothing can be expanded
        except ElementTree.ParseError as fault:
            raise BadFile(reason="unreadable") from fault

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """Give the sheets with cells, in the order of the workbook."""
        targets = self.targets(WORKBOOK, WORKSHEET)
        found = []
        for sheet in self.tree(WORKBOOK).iter():
            if local(sheet.tag) != "sheet":
                continue
            link = next(
                (sheet.get(f"{{{space}}}id") for space in _OFFICE if sheet.get(f"{{{space}}}id")), None
            )
            part = targets.get(link or "")
            if part in self.names:
                name, state = sheet.get("name", ""), sheet.get("state", "visible")
                found.append(SheetPart(name, part, state != "visible"))
        return tuple(found)

    def targets(self, part: str, types: tuple[str, ...]) -> dict[str, str]:
        """Give the parts that a part refers to by relations of some types, by the id of the relation."""
        links = relations_of(part)
        if links not in self.names:
            return {}
        return {
            one.get("Id", ""): resolved(part, one.get("Target", ""))
            for one in self.tree(links)
            if one.get("Type") in types and one.get("TargetMode") != "External"
        }

    @cached_property
    def texts(self) -> tuple[SharedText, ...]:
        """Give the workbook's list of texts."""
        types = tuple(f"{space}/sharedStrings" for space in _OFFICE)
        part = next(iter(self.targets(WORKBOOK, types).values()), "")
        if part not in self.names:
            return ()
        return tuple(shared_text(one) for one in self.tree(part) if local(one.tag) == "si")

    @cached_property
    def defined_names(self) -> frozenset[str]:
        """Give the names that stand for cells of the workbook, without case."""
        return frozenset(
            one.get("name", "").casefold()
            for one in self.tree(WORKBOOK).iter()
            if local(one.tag) == "definedName"
        )

    def scan(self, sheet: SheetPart) -> Scan:
        """Give the cells of a sheet, their texts filled in."""
        if sheet.part not in self._scans:
            found = scan_sheet(self.read(sheet.part))
            for cell in found.cells.values():
                if cell.shared is not None and cell.shared < len(self.texts):
                    cell.text = self.texts[cell.shared].text
            self._scans[sheet.part] = found
        return self._scans[sheet.part]

    def is_mixed(self, cell: Cell) -> bool:
        """Say whether the text of a cell is written in several looks, of which a new text has one."""
        return cell.shared is not None and cell.shared < len(self.texts) and self.texts[cell.shared].mixed

    def remarks(self) -> tuple[str, ...]:
        """Give the codes of what a reader should know before the workbook is filled."""
        found = [code for begin, code in SIGNS if any(name.startswith(begin) for name in self.names)]
        if any(sheet.hidden for sheet in self.sheets):
            found.append("hidden_sheets")
        if any(self.scan(sheet).protected for sheet in self.sheets):
            found.append("protected")
        return tuple(dict.fromkeys(found))


def local(tag: str) -> str:
    """Give the name of an element of a workbook; empty for one of another vocabulary."""
    space, mark, name = tag.removeprefix("{").partition("}")
    return name if mark and space in MAIN else ""


def relations_of(part: str) -> str:
    """Give the part that holds the relations of a part."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def resolved(part: str, target: str) -> str:
    """Give the name of a part that another one refers to."""
    return target.removeprefix("/") if target.startswith("/") else normpath(join(dirname(part), target))


def shared_text(element: ElementTree.Element) -> SharedText:
    """Give one text without the reading aids that stand beside it."""
    runs = [one for one in element if local(one.tag) == "r"]
    texts = [one for one in element if local(one.tag) == "t"] + [
        one for run in runs for one in run if local(one.tag) == "t"
    ]
    return SharedText("".join(one.text or "" for one in texts), len(runs) > 1)


def formulas_of(package: Package) -> Iterator[tuple[str, Cell]]:
    """Give every cell with a formula, with the name of its sheet."""
    for sheet in package.sheets:
        for cell in package.scan(sheet).cells.values():
            if cell.formula is not None:
                yield sheet.name, cell

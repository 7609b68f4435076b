"""Rules of Office Open XML (ECMA-376 part 1, clause 18) held against a package, without any workbook library.

Broken ones are what makes Excel offer to repair a file. Clauses are named beside the rules.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# 18.3.1.99 worksheet: a sequence, so the order is part of the format (what we write of it).
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "autoFilter",
    "mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "drawing", "legacyDrawing", "tableParts",
)  # fmt: skip
CELL_TYPES = {None, "n", "s", "inlineStr", "b", "d"}  # 18.18.11, without formulas and errors
BUILT_IN = {"_xlnm.Print_Titles", "_xlnm.Print_Area", "_xlnm._FilterDatabase"}
SHARED = "xl/sharedStrings.xml"
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d*)")


class Package:
    """One opened package: its parts, parsed when they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(BytesIO(content))
        self.names = self.zip.namelist()

    def xml(self, name: str) -> ET.Element:
        return ET.fromstring(self.zip.read(name))

    def parts(self, start: str) -> list[str]:
        return [name for name in self.names if re.fullmatch(start + r"\d*\.xml", name)]

    def links(self, name: str) -> dict[str, str]:
        """Give the parts that a part leads to, by id."""
        folder, leaf = posixpath.split(name)
        rels = f"{folder}/_rels/{leaf}.rels"
        if rels not in self.names:
            return {}
        return {
            one.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip(
                "/"
            )
            for one in self.xml(rels).findall(f"{LINK}Relationship")
        }


def problems(content: bytes) -> list[str]:
    """Give every rule that a package breaks, empty for a sound one."""
    package = Package(content)
    checks = (package_problems, workbook_problems, sheet_problems, table_problems, chart_problems)
    return [problem for check in checks for problem in check(package)]


def package_problems(package: Package) -> Iterator[str]:
    """Parts are there once, have a type, and every link leads to one of them (part 2, clauses 8 and 9)."""
    if len(set(package.names)) != len(package.names):
        yield "a part is there twice"
    types = package.xml("[Content_Types].xml")
    named = {one.get("PartName", "").lstrip("/") for one in types.findall(f"{TYPES}Override")}
    endings = {one.get("Extension") for one in types.findall(f"{TYPES}Default")}
    yield from (f"a type for no part: {name}" for name in named - set(package.names))
    for name in package.names:
        if name != "[Content_Types].xml" and name not in named and name.rpartition(".")[2] not in endings:
            yield f"no type: {name}"
        for target in package.links(name).values():
            if target not in package.names:
                yield f"{name} leads to nothing: {target}"
    for name in package.names:
        if name.endswith(".rels") and b'TargetMode="External"' in package.zip.read(name):
            yield f"leads outside: {name}"


def workbook_problems(package: Package) -> Iterator[str]:
    """Sheets have names of their own of at most 31 signs; only built-in names are defined (18.2.19, 18.2.5)."""
    book = package.xml("xl/workbook.xml")
    sheets = book.findall(f"{MAIN}sheets/{MAIN}sheet")
    names = [one.get("name", "") for one in sheets]
    if len({name.casefold() for name in names}) != len(names) or len(
        {one.get("sheetId") for one in sheets}
    ) != len(sheets):
        yield "two sheets share a name or number"
    yield from (
        f"sheet name: {name}" for name in names if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name)
    )
    yield from (
        f"not visible: {one.get('name')}" for one in sheets if one.get("state", "visible") != "visible"
    )
    for one in book.findall(f"{MAIN}definedNames/{MAIN}definedName"):
        if one.get("name") not in BUILT_IN:
            yield f"defined name: {one.get('name')}"


def sheet_problems(package: Package) -> Iterator[str]:
    """Elements, rows and cells stand in order; styles and strings exist; no formula, no merged cell (18.3.1)."""
    formats = len(package.xml("xl/styles.xml").findall(f"{MAIN}cellXfs/{MAIN}xf"))
    strings = len(package.xml(SHARED).findall(f"{MAIN}si")) if SHARED in package.names else 0
    for name in package.parts("xl/worksheets/sheet"):
        root = package.xml(name)
        found = [child.tag.removeprefix(MAIN) for child in root]
        if found != sorted(found, key=ORDER.index) or "mergeCells" in found:
            yield f"{name}: {found}"
        for problem in cell_problems(root, formats, strings):
            yield f"{name}: {problem}"


def cell_problems(root: ET.Element, formats: int, strings: int) -> Iterator[str]:
    """Give what is wrong with the cells of one sheet (18.3.1.73 row, 18.3.1.4 c)."""
    last_row = 0
    for row in root.iter(f"{MAIN}row"):
        number, last_column = int(row.get("r", "0")), 0
        if number <= last_row:
            yield f"row {number} after {last_row}"
        last_row = number
        for cell in row:
            address = ADDRESS.fullmatch(cell.get("r", ""))
            if address is None or int(address[2]) != number or column_number(address[1]) <= last_column:
                yield f"cell out of order: {cell.get('r')}"
                continue
            last_column = column_number(address[1])
            kind, value = cell.get("t"), cell.findtext(f"{MAIN}v")
            if (
                kind not in CELL_TYPES
                or cell.find(f"{MAIN}f") is not None
                or int(cell.get("s", "0")) >= formats
            ):
                yield f"type, formula or format: {cell.get('r')}"
            if kind == "s" and not 0 <= int(value or -1) < strings:
                yield f"no such string: {cell.get('r')}"
            if kind in (None, "n") and value is not None:
                float(value)


def column_number(letters: str) -> int:
    """Give the number of a column, A = 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def table_problems(package: Package) -> Iterator[str]:
    """Tables have names and numbers of their own, and columns named as the cells of their header (18.5.1)."""
    tables = [(name, package.xml(name)) for name in package.parts("xl/tables/table")]
    for key in ("id", "name", "displayName"):
        if len({table.get(key) for _, table in tables}) != len(tables):
            yield f"two tables share a {key}"
    for name, table in tables:
        if not re.fullmatch(r"[A-Za-z_][\w.]{0,254}", table.get("displayName", "")):
            yield f"{name}: name"
        filtered = table.find(f"{MAIN}autoFilter")
        if filtered is None or filtered.get("ref") != table.get("ref"):
            yield f"{name}: filter"
        columns = table.findall(f"{MAIN}tableColumns/{MAIN}tableColumn")
        titles = [one.get("name", "") for one in columns]
        if len({one.casefold() for one in titles}) != len(titles) or len(
            {one.get("id") for one in columns}
        ) != len(titles):
            yield f"{name}: two columns alike"
        if titles != list(header_texts(package, name, table)):
            yield f"{name}: header"


def header_texts(package: Package, part: str, table: ET.Element) -> Iterator[str]:
    """Give the texts of the cells under a table's header."""
    sheet = next(
        name for name in package.parts("xl/worksheets/sheet") if part in package.links(name).values()
    )
    first, last = (ADDRESS.fullmatch(one) for one in table.get("ref", "").split(":"))
    assert first is not None
    assert last is not None
    shared = package.xml(SHARED).findall(f"{MAIN}si") if SHARED in package.names else []
    strings = ["".join(one.itertext()) for one in shared]
    row = next(one for one in package.xml(sheet).iter(f"{MAIN}row") if one.get("r") == first[2])
    assert int(last[2]) > int(first[2])
    for cell in row:
        # A line break in a header is written as _x000a_ in the table; ours have none.
        text = cell.findtext(f"{MAIN}v")
        yield strings[int(text or 0)] if cell.get("t") == "s" else "".join(cell.itertext())


def chart_problems(package: Package) -> Iterator[str]:
    """Charts draw cells of sheets that are there, and have a title (21.2.2.27)."""
    names = [one.get("name", "") for one in package.xml("xl/workbook.xml").iter(f"{MAIN}sheet")]
    for part in package.parts("xl/charts/chart"):
        root = package.xml(part)
        if root.find(f"{CHART}chart/{CHART}title") is None:
            yield f"{part}: no title"
        for one in root.iter(f"{CHART}f"):
            sheet = (one.text or "").rpartition("!")[0].strip("'").replace("''", "'")
            if sheet not in names:
                yield f"{part}: draws {one.text}"

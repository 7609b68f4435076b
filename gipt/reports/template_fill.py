"""A filled copy of somebody else's workbook: the touched cells differ, every other part is copied byte by byte.

The stored order of calculation is left out and the workbook is told to calculate when it is opened (dependencies.md
6.9). A sheet of text can be added at the end.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from gipt.domain.problems import BadFile
from gipt.reports.cell_text import clean_text
from gipt.reports.row_stream import column_letters
from gipt.reports.template_formulas import Place, dependent, read_formula
from gipt.reports.template_package import TYPES, WORKBOOK, WORKSHEET, Package, formulas_of, relations_of
from gipt.reports.template_sheet import MAIN, area_of, changed_sheet, element_end, refuse_odd, spliced

Values = Mapping[tuple[str, str], float | int | str | None]
"""What to write, by sheet and address; None empties a cell."""
CHAIN = "xl/calcChain.xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# After these the element with the settings of calculation may stand (ECMA-376 part 1, 18.2.27).
BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")
LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A sheet to add: its name, and rows of texts whose first is the heading; `widths` in characters."""

    name: str
    rows: Sequence[Sequence[str]]
    widths: tuple[int, ...]
    right_to_left: bool = False


def fill_package(raw: bytes, values: Values, added: TextSheet | None = None) -> bytes:
    """Give the workbook with values in its cells; raise BadFile when it cannot be read."""
    package = Package(raw)
    changed = changed_parts(package, values)
    changed[WORKBOOK] = calculating(package.read(WORKBOOK))
    dropped = set()
    if CHAIN in package.names:
        drop_chain(package, changed)
        dropped.add(CHAIN)
    extra = add_sheet(package, changed, added) if added else {}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for info in package.archive.infolist():
            if info.filename not in dropped:
                head = zipfile.ZipInfo(info.filename, info.date_time)
                head.compress_type, head.external_attr = info.compress_type, info.external_attr
                out.writestr(head, changed.get(info.filename) or package.read(info.filename))
        for name, content in extra.items():
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def changed_parts(package: Package, values: Values) -> dict[str, bytes]:
    """Give the sheet parts that differ: filled cells, and formulas that lose a result that no longer fits."""
    filled = {(sheet.casefold(), *area_of(address)[:2]) for sheet, address in values}
    stale = stale_places(package, filled)
    changed = {}
    for sheet in package.sheets:
        own = {address: value for (name, address), value in values.items() if name == sheet.name}
        column_row = {(column, row) for name, column, row in stale if name == sheet.name.casefold()}
        lost = [f"{column_letters(column)}{row}" for column, row in column_row]
        if own or lost:
            changed[sheet.part] = changed_sheet(package.read(sheet.part), package.scan(sheet), own, lost)
    return changed


def stale_places(package: Package, filled: set[Place]) -> set[Place]:
    """Give the places of formulas whose stored result no longer fits."""
    formulas = [
        read_formula((name.casefold(), cell.column, cell.row), cell.formula or "", package.defined_names)
        for name, cell in formulas_of(package)
    ]
    return dependent(formulas, filled)


# --- the other parts that change ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tag:
    """Where an element of a part lies: byte of its beginning, byte after its end, and the prefix of its name."""

    start: int
    end: int
    prefix: str


def tags_of(content: bytes, spaces: Sequence[str]) -> list[tuple[str, Tag, dict[str, str]]]:
    """Give the elements one level below the root, with their places and attributes."""
    refuse_odd(content)
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[tuple[str, Tag, dict[str, str]]] = []
    depth = 0
    begun: tuple[int, dict[str, str]] = (0, {})

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, begun
        depth += 1
        if depth == 2:
            begun = (parser.CurrentByteIndex, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        space, _, local = name.rpartition(" ")
        if depth == 1 and space in spaces:
            close = element_end(content, begun[0], parser.CurrentByteIndex)
            prefix = re.match(rb"<(?:([\w.-]+):)?", content[begun[0] :])
            assert prefix is not None
            found.append((local, Tag(begun[0], close, (prefix[1] or b"").decode()), begun[1]))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as fault:
        raise BadFile(reason="unreadable") from fault
    return found


def calculating(content: bytes) -> bytes:
    """Give the workbook part with the order to calculate everything when it is opened."""
    tags = tags_of(content, MAIN)
    own = next((tag for name, tag, _ in tags if name == "calcPr"), None)
    if own is not None:
        text = content[own.start : own.end]
        text = re.sub(rb"\sfullCalcOnLoad\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", text)
        opening = re.sub(rb"^(<[\w.:-]+)", rb'\g<1> fullCalcOnLoad="1"', text)
        return spliced(content, {(own.start, own.end): opening})
    last = max(
        (tag for name, tag, _ in tags if name in BEFORE_CALCULATION), key=lambda tag: tag.end, default=None
    )
    if last is None:
        raise BadFile(reason="not_a_workbook")
    prefix = f"{last.prefix}:" if last.prefix else ""
    return spliced(content, {(last.end, last.end): f'<{prefix}calcPr fullCalcOnLoad="1"/>'.encode()})


def drop_chain(package: Package, changed: dict[str, bytes]) -> None:
    """Take the stored order of calculation out of the lists of parts."""
    for name, attribute, wanted in (
        (TYPES, "PartName", f"/{CHAIN}"),
        (relations_of(WORKBOOK), "Target", None),
    ):
        content = changed.get(name) or package.read(name)
        cut = {
            (tag.start, tag.end): b""
            for _, tag, attributes in tags_of(content, ALL_SPACES)
            if (attributes.get(attribute, "") == wanted)
            or (wanted is None and attributes.get(attribute, "").endswith("calcChain.xml"))
        }
        changed[name] = spliced(content, cut)


TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
ALL_SPACES = (TYPES_SPACE, RELATIONS_SPACE)


def add_sheet(package: Package, changed: dict[str, bytes], sheet: TextSheet) -> dict[str, bytes]:
    """Add a sheet of text behind the others; give the part, having named it in the lists of parts."""
    numbers = [int(found[1]) for name in package.names if (found := re.search(r"sheet(\d+)\.xml$", name))]
    part = f"xl/worksheets/sheet{max(numbers, default=0) + 1}.xml"
    strict = any(b"purl.oclc.org" in package.read(name) for name in (WORKBOOK,))
    links = relations_of(WORKBOOK)
    link = free_link(package, links)
    put_last(changed, package, TYPES, f'<{{}}Override PartName="/{part}" ContentType="{SHEET_TYPE}"/>')
    target = part.removeprefix("xl/")
    kind = WORKSHEET[1 if strict else 0]
    put_last(changed, package, links, f'<{{}}Relationship Id="{link}" Type="{kind}" Target="{target}"/>')
    changed[WORKBOOK] = with_sheet(
        changed[WORKBOOK], package, sheet.name, link, kind.removesuffix("/worksheet")
    )
    return {part: text_sheet(sheet, MAIN[1 if strict else 0])}


def free_link(package: Package, part: str) -> str:
    """Give an id that no relation of a part has."""
    taken = {one.get("Id", "") for one in package.tree(part)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"rIdGipt{number}") not in taken)


def put_last(changed: dict[str, bytes], package: Package, part: str, element: str) -> None:
    """Put an element before the end of a part's root."""
    content = changed.get(part) or package.read(part)
    end = content.rindex(b"</")
    found = re.match(rb"</(?:([\w.-]+):)?", content[end:])
    prefix = f"{found[1].decode()}:" if found and found[1] else ""
    changed[part] = content[:end] + element.format(prefix).encode() + content[end:]


def with_sheet(content: bytes, package: Package, name: str, link: str, space: str) -> bytes:
    """Give the workbook part with one more sheet at the end of its list."""
    sheets = next(tag for local, tag, _ in tags_of(content, MAIN) if local == "sheets")
    end = content.rindex(b"</", 0, sheets.end)
    ids = [int(one) for one in re.findall(rb"sheetId\s*=\s*[\"'](\d+)", content[sheets.start : sheets.end])]
    prefix = f"{sheets.prefix}:" if sheets.prefix else ""
    taken = [sheet.name for sheet in package.sheets]
    # Declared on the element itself: elsewhere in the part any prefix may stand for anything.
    element = (
        f'<{prefix}sheet xmlns:own="{space}" name={quoteattr(free_name(name, taken))} '
        f'sheetId="{max(ids, default=0) + 1}" own:id="{link}"/>'
    )
    return content[:end] + element.encode() + content[end:]


def free_name(name: str, taken: Sequence[str]) -> str:
    """Give a sheet's name that no other has: 31 signs at most, none of []:*?/\\'."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", clean_text(name))[:LONGEST_NAME].strip() or "gipt"
    used = {one.casefold() for one in taken}
    return next(
        tried
        for number in range(1, len(taken) + 3)
        if (tried := plain if number == 1 else f"{plain[: LONGEST_NAME - 3]} {number}").casefold() not in used
    )


def text_sheet(sheet: TextSheet, space: str) -> bytes:
    """Give the part of a sheet of texts, its heading row kept in sight."""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, start=1)
    )
    rows = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{column_letters(column)}{number}" t="inlineStr"><is><t xml:space="preserve">'
            f"{escape(clean_text(text))}</t></is></c>"
            for column, text in enumerate(row, start=1)
        )
        + "</row>"
        for number, row in enumerate(sheet.rows, start=1)
    )
    direction = ' rightToLeft="1"' if sheet.right_to_left else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{space}"><sheetViews><sheetView{direction} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{rows}</sheetData></worksheet>"
    ).encode()

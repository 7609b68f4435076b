"""The cells of a template that are to be filled, those that could be, and what is wrong with it.

A cell asks for figures by `{{…}}` in its text, or because somebody chose it on a page; the choice wins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gipt.domain.problems import Invalid
from gipt.reports.template_package import Package, SheetPart, formulas_of
from gipt.reports.template_places import OPENING, PLACEHOLDER, Wanted, parse_wanted
from gipt.reports.template_sheet import Cell, Scan

MOST_CELLS = 2_000
MOST_EMPTY = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """One cell to fill: `pieces` are texts and figures in order; a lone figure becomes a number."""

    sheet: str
    address: str
    pieces: tuple[str | Wanted, ...]
    chosen: bool = False

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """Give the figures of the cell."""
        return tuple(one for one in self.pieces if isinstance(one, Wanted))

    @property
    def text(self) -> str:
        """Write the cell as it is typed."""
        if len(self.pieces) == 1 and isinstance(self.pieces[0], Wanted):
            return self.pieces[0].text()
        return "".join(one if isinstance(one, str) else f"{{{{{one.text()}}}}}" for one in self.pieces)


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a cell from being filled: the fault of its placeholder, or of the cell itself."""

    sheet: str
    address: str
    problem: Invalid


@dataclass(frozen=True, slots=True)
class EmptyCell:
    """A cell to fill, or one that could be, with the nearest text before it in its row and above it in its column."""

    sheet: str
    address: str
    beside: str
    above: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a template; `remarks` are codes of what a reader should know before it is filled."""

    sheets: tuple[str, ...]
    spots: tuple[Spot, ...]
    faults: tuple[Fault, ...]
    empty: tuple[EmptyCell, ...]
    remarks: tuple[str, ...]
    asked: tuple[EmptyCell, ...] = ()
    """The cells of `spots` and `faults` with the texts round them."""


def key_of(sheet: str, address: str) -> str:
    """Give the key under which a chosen cell is kept; no sheet's name holds an exclamation mark's place."""
    return f"{address}!{sheet}"


def look_at(raw: bytes, chosen: Mapping[str, str]) -> Look:
    """Give the cells to fill, the faults and the cells that could be filled; raise BadFile when it cannot be read."""
    package = Package(raw)
    spots: list[Spot] = []
    faults: list[Fault] = []
    empty: list[EmptyCell] = []
    asked: list[EmptyCell] = []
    seen: set[str] = set()
    mixed = False
    for sheet in package.sheets:
        scan = package.scan(sheet)
        for cell in scan.cells.values():
            key = key_of(sheet.name, cell.address)
            typed = chosen.get(key)
            seen.add(key)
            if typed is None and not OPENING.search(cell.text):
                continue
            mixed |= package.is_mixed(cell)
            found = read_cell(sheet, scan, cell, typed)
            (spots if isinstance(found, Spot) else faults).append(found)  # type: ignore[arg-type]
        own = {one.address for one in spots if one.sheet == sheet.name}
        own |= {one.address for one in faults if one.sheet == sheet.name}
        for one, free in cells_with_texts(sheet.name, scan, own):
            if not free:
                asked.append(one)
            elif not sheet.hidden:
                empty.append(one)
    faults += [lost_cell(key) for key in chosen if key not in seen]
    if len(spots) > MOST_CELLS:
        raise Invalid(field="cell", reason="too_many_places", high=MOST_CELLS)
    formulas = any(True for _ in formulas_of(package))
    remarks = (*package.remarks(), *(("formulas",) if formulas else ()), *(("mixed",) if mixed else ()))
    names = tuple(sheet.name for sheet in package.sheets)
    return Look(names, tuple(spots), tuple(faults), tuple(empty[:MOST_EMPTY]), remarks, tuple(asked))


def read_cell(sheet: SheetPart, scan: Scan, cell: Cell, typed: str | None) -> Spot | Fault:
    """Give what one cell asks for, or why it cannot be filled."""
    try:
        if scan.calculated(cell):
            raise Invalid(field="cell", reason="place_formula")
        if scan.covered(cell):
            raise Invalid(field="cell", reason="place_covered")
        pieces = (parse_wanted(typed),) if typed is not None else pieces_of(cell.text)
        return Spot(sheet.name, cell.address, pieces, typed is not None)
    except Invalid as problem:
        return Fault(sheet.name, cell.address, problem)


def pieces_of(text: str) -> tuple[str | Wanted, ...]:
    """Give the texts and figures of a cell in order; raise Invalid for braces that do not close."""
    pieces: list[str | Wanted] = []
    at = 0
    for found in PLACEHOLDER.finditer(text):
        pieces += [text[at : found.start()], parse_wanted(found[1])]
        at = found.end()
    pieces.append(text[at:])
    if any(isinstance(one, str) and OPENING.search(one) for one in pieces):
        raise Invalid(field="cell", reason="place_open")
    return tuple(one for one in pieces if not isinstance(one, str) or one.strip() or len(pieces) > 3)


def lost_cell(key: str) -> Fault:
    """Give the fault of a chosen cell that the file no longer has."""
    address, _, sheet = key.partition("!")
    return Fault(sheet, address, Invalid(field="cell", reason="place_gone"))


def cells_with_texts(sheet: str, scan: Scan, asked: set[str]) -> Iterator[tuple[EmptyCell, bool]]:
    """Give the cells that are filled or could be, in order of rows, with the texts that say what they are for.

    True with those that could be: they have a look but nothing in them, and a text stands before them in their row
    or above them in their column.
    """
    above: dict[int, str] = {}
    row, beside = 0, ""
    for cell in sorted(scan.cells.values(), key=lambda one: (one.row, one.column)):
        if cell.row != row:
            row, beside = cell.row, ""
        found = EmptyCell(sheet, cell.address, beside, above.get(cell.column, ""))
        if cell.address in asked:
            yield found, False
        elif cell.text and cell.formula is None:
            above[cell.column] = beside = " ".join(cell.text.split())[:80]
        elif (beside or found.above) and is_free(scan, cell):
            yield found, True


def is_free(scan: Scan, cell: Cell) -> bool:
    """Say whether a cell has a look of its own but nothing in it, as a funder leaves what is to be filled."""
    return cell.is_empty and bool(cell.style) and not scan.covered(cell) and not scan.calculated(cell)

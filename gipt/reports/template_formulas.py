"""Which formulas show another result once some cells are filled.

A stored result that no longer fits would be shown by every program that does not calculate, so it is taken out. What
cannot be read for certain (names, tables, moved-along formulas, functions that look up cells by text) counts as
dependent: an empty cell until it is calculated is better than a wrong number.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gipt.reports.template_sheet import area_of

Area = tuple[int, int, int, int]
Place = tuple[str, int, int]
"""Sheet without case, column, row."""
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[\w.]+)!)?"
    r"(?:(?P<area>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)|(?P<columns>\$?[A-Z]{1,3}:\$?[A-Z]{1,3})"
    r"|(?P<rows>\$?\d+:\$?\d+))(?![\w(.!])",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(
    r"\[|#REF!|\b(?:INDIRECT|OFFSET|INDEX|CELL|INFO|GETPIVOTDATA|LET|LAMBDA)\s*\(", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d][\w.]*(?![\w(.!:])")


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula: `areas` it reads by sheet; `unclear` when that is not all, or not known."""

    place: Place
    areas: tuple[tuple[str, Area], ...]
    unclear: bool


def read_formula(place: Place, text: str, names: Iterable[str]) -> Formula:
    """Give what a formula reads; an empty text is a formula that follows another cell's."""
    plain = _TEXT.sub('""', text)
    unclear = not plain.strip() or bool(_UNCLEAR.search(plain))
    areas = []
    rest = plain
    for found in _REFERENCE.finditer(plain):
        sheet = (found["sheet"] or "").strip("'").replace("''", "'").casefold() or place[0]
        areas.append((sheet, area_in(found)))
    rest = _REFERENCE.sub(" ", rest)
    known = set(names)
    unclear = unclear or any(word.casefold() in known for word in _NAME.findall(rest)) or ":" in rest
    return Formula(place, tuple(areas), unclear)


def area_in(found: "re.Match[str]") -> Area:
    """Give the area of one reference: cells, whole columns or whole rows."""
    if found["area"]:
        return area_of(found["area"].upper())
    first, _, last = (found["columns"] or found["rows"]).replace("$", "").upper().partition(":")
    if found["columns"]:
        left, top, right, _bottom = area_of(f"{first}1:{last}1")
        return left, top, right, LAST_ROW
    return 1, int(first), LAST_COLUMN, int(last)


def dependent(formulas: Iterable[Formula], filled: Iterable[Place]) -> set[Place]:
    """Give the places of formulas that depend on filled cells, also by way of other formulas."""
    waiting = list(filled)
    if not waiting:
        return set()
    open_ones = list(formulas)
    found = {one.place for one in open_ones if one.unclear}
    waiting += found
    open_ones = [one for one in open_ones if not one.unclear]
    while waiting and open_ones:
        by_sheet: dict[str, list[Place]] = {}
        for place in waiting:
            by_sheet.setdefault(place[0], []).append(place)
        hit = [one for one in open_ones if reads(one, by_sheet)]
        waiting = [one.place for one in hit]
        found.update(waiting)
        open_ones = [one for one in open_ones if one.place not in found]
    return found


def reads(formula: Formula, changed: Mapping[str, list[Place]]) -> bool:
    """Say whether a formula reads one of some cells."""
    return any(
        left <= column <= right and top <= row <= bottom
        for sheet, (left, top, right, bottom) in formula.areas
        for _, column, row in changed.get(sheet, ())
    )

"""A workbook that another program saved again says the same; one altered digit does not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.reports.frozen import Frozen, FrozenColumn, FrozenSheet, pack, unpack
from gipt.reports.proof import Change, Place, cell_text, differences, marks_of, pages_of
from gipt.reports.workbook import Kind

NINE = datetime(2026, 3, 31, 9, tzinfo=UTC)
SAME = [
    (0.07, 7.0000000000000007e-2, "the last bit of a share"),
    (3, 3.0, "a whole number with and without a fraction"),
    (0.0, -0.0, "nothing and minus nothing"),
    (date(2026, 3, 31), datetime(2026, 3, 31, tzinfo=UTC), "a day and the midnight it begins with"),
    (NINE, NINE - timedelta(microseconds=1), "a moment a little early"),
    ("two\r\nlines", "two\nlines", "line ends"),
    ("", None, "an empty text and no cell"),
    ("<10", " <10 ", "space around a text"),
]
DIFFERENT = [
    (12, 13, "a digit"),
    (0.07, 0.08, "a share"),
    (12, "12", "a number and its digits as text"),
    ("<10", "*", "a mark"),
    (None, 0, "nothing and zero"),
    (True, 1, "yes and one"),
    (date(2026, 3, 31), date(2026, 4, 1), "a day"),
    (date(2026, 3, 31), "2026-03-31", "a day and its text"),
    (time(9, 30), "09:30:01", "a time of day"),
    ("النساء", "النسا", "a letter from right to left"),
]


@pytest.mark.parametrize(("one", "other", "_what"), SAME, ids=[row[2] for row in SAME])
def test_what_another_program_may_write_otherwise_is_the_same(one: object, other: object, _what: str) -> None:
    assert cell_text(one) == cell_text(other)


@pytest.mark.parametrize(("one", "other", "_what"), DIFFERENT, ids=[row[2] for row in DIFFERENT])
def test_what_says_something_else_is_different(one: object, other: object, _what: str) -> None:
    assert cell_text(one) != cell_text(other)


MADE = pages_of(
    [("Cover", [["Report", "R-0007"], ["Checksum", "ab" * 32]]), ("Figures", [["n", 12], [None, 0.5]])]
)


def test_places_are_named_as_in_the_given_file() -> None:
    given_pages = pages_of([("Figures", [["n", 13], [], ["more"]]), ("Notes", [["x"]])])
    assert differences(MADE, given_pages) == [
        Place(Change.SHEET_GONE, "Cover"),
        Place(Change.CELL, "Figures", "B1"),
        Place(Change.CELL, "Figures", "B2"),
        Place(Change.CELL, "Figures", "A3"),
        Place(Change.SHEET_NEW, "Notes"),
    ]


def test_the_order_of_sheets_and_empty_ends_are_no_data() -> None:
    assert differences(MADE, tuple(reversed(MADE))) == []
    cover = [["Report", "R-0007", None], ["Checksum", "ab" * 32], [], [""]]
    padded = pages_of([("Cover", cover), ("Figures", [["n", 12], [None, 0.5]])])
    assert differences(MADE, padded) == []


def test_number_and_checksum_are_found_wherever_they_stand() -> None:
    assert marks_of(MADE) == (frozenset({"R-0007"}), frozenset({"ab" * 32}))
    assert marks_of(pages_of([("x", [["ab" * 33, "R-12", 7]])])) == (frozenset(), frozenset())


cells = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.floats(-1, 1).map(lambda one: round(one, 2)),
    st.text("ab <*١", max_size=4),
)
grids = st.lists(st.lists(cells, max_size=4), max_size=5)


@settings(max_examples=60, deadline=None)
@given(grids, st.integers(0, 4), st.integers(0, 3))
def test_one_changed_number_is_always_found_and_only_that(
    grid: list[list[object]], row: int, column: int
) -> None:
    changed = [list(line) for line in grid]
    while len(changed) <= row:
        changed.append([])
    changed[row] += [None] * (column + 1 - len(changed[row]))
    changed[row][column] = 4_000_000_007
    found = differences(pages_of([("s", grid)]), pages_of([("s", changed)]))
    assert found == [Place(Change.CELL, "s", f"{'ABCD'[column]}{row + 1}")]
    assert differences(pages_of([("s", grid)]), pages_of([("s", grid)])) == []


def test_what_is_kept_comes_back_as_it_was() -> None:
    rows = ((12,), ("<10",), (None,), (0.25,))
    sheet = FrozenSheet("indicators", "المؤشرات", (FrozenColumn("n", "العدد", Kind.INTEGER),), rows)
    frozen = Frozen((sheet,), {"threshold": 10, "completion": [[8, 6]]}, MADE)
    assert unpack(pack(frozen)) == frozen
    assert unpack(pack(Frozen((sheet,)))).pages is None

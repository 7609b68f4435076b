"""What a report says otherwise than the last one: in words, as printed, and never more than both print."""

from dataclasses import replace

import pytest

from gipt.reports.changes import figure_changes, hides_more, rule_changes, told
from gipt.reports.frozen import FrozenColumn, FrozenSheet, Printed
from gipt.reports.workbook import Kind

COLUMNS = (
    FrozenColumn("code", "Code", Kind.TEXT),
    FrozenColumn("indicator", "Indicator", Kind.TEXT),
    FrozenColumn("numerator", "Numerator", Kind.INTEGER),
    FrozenColumn("rest", "Rest", Kind.INTEGER),
    FrozenColumn("denominator", "Denominator", Kind.INTEGER),
    FrozenColumn("value", "Value", Kind.PERCENT),
)
Row = tuple[Printed, ...]
SHARE: Row = ("I-05", "Completion", 30, 10, 40, 0.75)
MEAN: Row = ("I-10", "Mean change", None, None, None, 6.25)


def sheet(*rows: Row) -> FrozenSheet:
    return FrozenSheet("indicators", "Indicators", COLUMNS, rows)


def with_values(row: Row, **values: Printed) -> Row:
    codes = [column.code for column in COLUMNS]
    return tuple(values.get(code, value) for code, value in zip(codes, row, strict=True))


CASES: list[tuple[str, list[Row], list[Row], list[tuple[str, Printed, Printed]]]] = [
    ("the same", [SHARE], [SHARE], []),
    ("late data: counts are told, the share follows from them", [SHARE],
     [with_values(SHARE, numerator=32, rest=8, value=0.8)], [("numerator", 30, 32)]),
    ("a share alone", [SHARE], [with_values(SHARE, value=0.76)], [("value", 0.75, 0.76)]),
    ("a mean", [MEAN], [with_values(MEAN, value=6.5)], [("value", 6.25, 6.5)]),
    ("another order is no change", [SHARE, MEAN], [MEAN, SHARE], []),
    ("a row that is new", [], [SHARE], [("numerator", None, 30), ("denominator", None, 40)]),
    ("a row that is gone", [SHARE], [], [("numerator", 30, None), ("denominator", 40, None)]),
    ("another language", [SHARE], [with_values(SHARE, indicator="الإكمال")], []),
    ("a count that is hidden now", [SHARE], [with_values(SHARE, numerator="*", value=None)],
     [("numerator", 30, "*")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_figures_that_differ(
    before: list[Row], after: list[Row], wanted: list[tuple[str, Printed, Printed]]
) -> None:
    found = figure_changes([sheet(*before)], [sheet(*after)])
    assert [(one.column, one.before, one.after) for one in found] == wanted


def test_a_mean_is_no_share_and_a_share_no_number() -> None:
    old, new = sheet(SHARE, MEAN), sheet(with_values(SHARE, value=0.5), with_values(MEAN, value=7.0))
    assert [one.kind for one in figure_changes([old], [new])] == [Kind.PERCENT, Kind.DECIMAL]


def test_several_rows_of_one_indicator_are_told_apart_by_their_order() -> None:
    spread = with_values(MEAN, indicator="Standard deviation", value=3.5)
    found = figure_changes([sheet(MEAN, spread)], [sheet(MEAN, with_values(spread, value=3.75))])
    assert [(one.name, one.before, one.after) for one in found] == [("Standard deviation", 3.5, 3.75)]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (15, "<10", (None, "<10")),
        (15, "*", (None, "*")),
        ("<10", 15, ("<10", 15)),
        ("<10", "*", ("<10", "*")),
        (15, 16, (15, 16)),
    ],
    ids=["small now", "hidden with others now", "small then", "hidden in both", "printed in both"],
)
def test_a_number_is_not_repeated_where_this_report_hides_its_own(
    before: Printed, after: Printed, wanted: tuple[Printed, Printed]
) -> None:
    (change,) = figure_changes(
        [sheet(with_values(SHARE, numerator=before))], [sheet(with_values(SHARE, numerator=after))]
    )
    assert (told(change).before, told(change).after) == wanted


def test_rules_that_differ_are_named_the_definition_first() -> None:
    before = {"threshold": 5, "version": 1, "cut_off": 10, "cut_off_at": "then"}
    after = {**before, "threshold": 10, "version": 2, "cut_off_at": "now"}
    found = rule_changes(before, after)
    assert [(one.name, one.before, one.after) for one in found] == [("version", 1, 2), ("threshold", 5, 10)]
    assert hides_more(before, after)
    assert not hides_more(after, before)


def test_a_sheet_that_only_one_of_them_has_is_no_list_of_changes() -> None:
    assert figure_changes([replace(sheet(SHARE), code="outcomes")], [sheet(MEAN)]) == []

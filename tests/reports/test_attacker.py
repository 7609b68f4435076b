"""Somebody who knows every printed number, and what the marks mean, cannot work out a hidden one."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

pytest.importorskip("scipy", reason="comes with the extra `check`")

from gipt.domain.disclosure import first_mark
from gipt.domain.indicators import ReportFacts
from gipt.domain.targets import Target
from gipt.reports import Workbook, build, load_definition, write_xlsx
from gipt.reports.ledger import Ledger
from tests.reports.attacker import Attacker, read
from tests.reports.programme import PERIOD, context, invented
from tests.reports.test_definitions_built import QUALITY
from tests.reports.test_record_figures import recorded

FUNDER = load_definition("funder-standard")
OPEN = replace(FUNDER, threshold=None)


def promised(facts: ReportFacts) -> ReportFacts:
    """Give the facts with targets, so that shares of them are printed."""
    codes = ("I-01", "I-02", "F5", "I-04", "I-05", "I-11")
    return replace(facts, targets=tuple(Target(code, Decimal(37), None, PERIOD) for code in codes))


def truth_of(facts: ReportFacts) -> dict[str, int]:
    """Give every count of the workbook without protection; what the attacker believes must be true of it."""
    open_book = Attacker()
    cells = read(open_book, build(OPEN, facts, context()))
    open_book.solve({})
    return cells


PROGRAMMES: dict[str, Any] = {
    "25 people": lambda: invented(25, 4),
    "60 people": lambda: invented(60, 1),
    "90 people, nobody twice": lambda: invented(90, 9, repeats=0),
    "150 people with targets": lambda: promised(invented(150, 2)),
    "400 people and all records": recorded,
    "1500 people, change by dose": lambda: invented(1500, 5),
}


@pytest.mark.parametrize("name", PROGRAMMES)
def test_no_hidden_count_takes_fewer_than_nine_values(name: str) -> None:
    facts = PROGRAMMES[name]()
    attacker = Attacker()
    read(attacker, build(FUNDER, facts, context()))
    assert len(attacker.hidden) > 20
    assert attacker.beside == []
    assert attacker.won(truth_of(facts)) == {}


@pytest.mark.parametrize("people", [60, 400])
@pytest.mark.parametrize("name", ["bha-indicators", "iasc-mhpss", "cycle-summary"])
def test_no_other_report_that_leaves_gives_a_hidden_count_away(name: str, people: int) -> None:
    definition = load_definition(name)
    facts = replace(invented(people, 4), quality=QUALITY)
    facts = replace(
        facts, enrolments=tuple(replace(one, ended_on=one.enrolled_on) for one in facts.enrolments)
    )
    attacker, open_book = (Attacker(definition.threshold or 0) for _ in range(2))
    read(attacker, build(definition, facts, context()))
    truth = read(open_book, build(replace(definition, threshold=None), facts, context()))
    assert len(truth) >= 5
    assert attacker.beside == []
    assert attacker.won(truth) == {}


def test_the_attacker_wins_where_only_small_counts_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without complementary suppression the same attacker must win, or the tests above show nothing."""

    def close(self: Ledger) -> None:
        self.marks = {key: first_mark(one, 10) for key, one in self.counts.items()}

    facts = invented(60, 1)
    truth = truth_of(facts)
    monkeypatch.setattr(Ledger, "close", close)
    attacker = Attacker()
    read(attacker, build(FUNDER, facts, context()))
    assert len(attacker.won(truth)) > 20


def test_a_chart_carries_no_number_of_its_own() -> None:
    """The file draws from its cells: a cache of numbers beside them could tell what a cell hides."""
    target = io.BytesIO()
    write_xlsx(build(FUNDER, invented(60, 1), context()), target)
    with zipfile.ZipFile(target) as package:
        charts = [name for name in package.namelist() if re.search(r"charts/chart\d+\.xml$", name)]
        text = "".join(package.read(name).decode() for name in charts)
    assert charts
    assert "numCache" not in text
    assert "numLit" not in text
    assert "strCache" not in text


def sheet_codes(workbook: Workbook) -> set[str]:
    return {sheet.code for sheet in workbook.sheets if not sheet.about}


READ = {
    "indicators", "disaggregation", "attendance", "outcomes", "dose", "safety", "data_quality", "framework",
    "who_what_where", "community",
}  # fmt: skip


@pytest.mark.parametrize("name", ["funder-standard", "bha-indicators", "iasc-mhpss", "cycle-summary"])
def test_every_sheet_with_figures_is_read_by_the_attacker(name: str) -> None:
    """All but the changes since the last report, of which `test_pairs` says that they print nothing new."""
    workbook = build(load_definition(name), replace(invented(60, 1), quality=QUALITY), context())
    assert sheet_codes(workbook) <= READ
    assert sheet_codes(workbook) & READ

"""The funder's workbook shows figures about all and nothing about few; the internal one shows every row."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from gipt.domain.disclosure import Mark
from gipt.domain.indicators import ReportFacts, Score
from gipt.domain.periods import Period
from gipt.domain.problems import Invalid, NotReady
from gipt.reports import FullRows, Workbook, build, leaks, load_definition, write_xlsx
from gipt.reports.build_full import MEMBER_COLUMNS, OUTCOME_COLUMNS, SESSION_COLUMNS
from gipt.reports.figures import count_facts
from gipt.reports.indicator_labels import RULES
from gipt.reports.set_labels import SETS
from gipt.reports.workbook import plain
from tests.domain.test_disclosure import narrowed
from tests.reports.programme import PERIOD, context, invented

FUNDER, FULL = load_definition("funder-standard"), load_definition("full-data")
COUNT_COLUMNS = ("numerator", "rest", "denominator", "n", "missing", "expected", "came", "did_not_come")


def tables(workbook: Workbook) -> dict[str, list[dict[str, Any]]]:
    """Give every sheet as rows by column code."""
    return {
        sheet.code: [
            {column.code: plain(cell) for column, cell in zip(sheet.columns, row, strict=True)}
            for row in sheet.rows
        ]
        for sheet in workbook.sheets
    }


@pytest.fixture(scope="module", params=[70, 400], ids=["70 people", "400 people"])
def facts(request: pytest.FixtureRequest) -> ReportFacts:
    return invented(request.param)


@pytest.fixture(scope="module")
def funder(facts: ReportFacts) -> dict[str, list[dict[str, Any]]]:
    return tables(build(FUNDER, facts, context()))


def test_the_sheets_stand_in_the_order_of_the_definition(facts: ReportFacts) -> None:
    workbook = build(FUNDER, facts, context())
    assert [sheet.code for sheet in workbook.sheets] == list(FUNDER.sheets)
    assert [sheet.title for sheet in workbook.sheets][:3] == ["Cover", "Contents", "Indicators"]


def test_no_count_from_one_to_nine_is_printed_anywhere(funder: dict[str, list[dict[str, Any]]]) -> None:
    for name, rows in funder.items():
        for row in rows:
            for column in COUNT_COLUMNS:
                value = row.get(column)
                assert not (isinstance(value, int) and 0 < value < 10), (name, row)


def test_shown_small_and_complementary_cells_all_occur(funder: dict[str, list[dict[str, Any]]]) -> None:
    printed = [row[column] for row in funder["disaggregation"] for column in ("numerator", "denominator")]
    assert "<10" in printed
    assert "*" in printed
    assert any(isinstance(value, int) and value >= 10 for value in printed)


def test_a_share_stands_only_where_all_its_counts_do(funder: dict[str, list[dict[str, Any]]]) -> None:
    for name in ("indicators", "outcomes", "disaggregation", "safety"):
        for row in funder[name]:
            if row["value"] is not None and row["denominator"] is not None:
                assert all(isinstance(row[column], int) for column in ("numerator", "rest", "denominator")), (
                    row
                )
                assert row["denominator"] >= 10
                assert row["value"] == round(row["numerator"] / row["denominator"], 2)


def test_the_same_count_is_printed_alike_on_every_sheet(funder: dict[str, list[dict[str, Any]]]) -> None:
    indicators = {row["code"]: row for row in funder["indicators"]}
    observed = {
        row["code"]: row
        for row in funder["outcomes"]
        if row["set"] == "observed" and row["numerator"] is not None
    }
    for code, row in observed.items():
        for column in ("numerator", "rest", "denominator", "value"):
            assert row[column] == indicators[code][column]
    assert (
        indicators["I-04"]["numerator"]
        == indicators["I-05"]["denominator"]
        == indicators["I-09"]["denominator"]
    )


def test_three_ways_of_counting_stand_side_by_side(funder: dict[str, list[dict[str, Any]]]) -> None:
    response = [row["set"] for row in funder["outcomes"] if row["code"] == "I-11"]
    assert response == ["observed", "conservative", "locf"]


def test_an_attacker_with_every_sum_cannot_bound_a_hidden_count_tightly(facts: ReportFacts) -> None:
    """Interval propagation by the attacker of the disclosure tests over all printed and subtractable counts."""
    ledger = count_facts(FUNDER, facts, PERIOD, context().choices).ledger
    ceiling = 10_000
    box = {
        key: {Mark.SHOWN: (one.value, one.value), Mark.SMALL: (1, 9), Mark.HIDDEN: (0, ceiling)}[
            ledger.marks[key]
        ]
        for key, one in ledger.counts.items()
    }
    sums = [[(-1, one.total), *one.parts] for one in ledger.relations]
    assert narrowed(box, sums)
    for key, one in ledger.counts.items():
        if ledger.marks[key] is not Mark.SHOWN and one.value and (one.printed or one.value < 10):
            low, high = box[key]
            assert high - low + 1 >= 9, (key, one.value, low, high)


def test_inside_the_organisation_nothing_is_hidden(facts: ReportFacts) -> None:
    ledger = count_facts(FULL, facts, PERIOD, context().choices).ledger
    assert set(ledger.marks.values()) == {Mark.SHOWN}


def test_an_external_report_takes_whole_months_only(facts: ReportFacts) -> None:
    cut = replace(context(), period=Period(date(2026, 1, 1), date(2026, 6, 29)))
    with pytest.raises(Invalid) as caught:
        build(FUNDER, facts, cut)
    assert caught.value.details["reason"] == "whole_months"


def test_the_written_file_holds_no_key_and_nothing_hidden(facts: ReportFacts) -> None:
    target = io.BytesIO()
    write_xlsx(build(FUNDER, facts, context()), target)
    keys = {one.enrolment for one in facts.enrolments} | {"C-S1", "C-S2"}
    assert leaks(target, keys) == []
    book = openpyxl.load_workbook(target)
    assert [sheet.sheet_state for sheet in book] == ["visible"] * len(FUNDER.sheets)
    assert sum(len(sheet._charts) for sheet in book) >= 2


def test_no_word_promises_more_than_was_measured(facts: ReportFacts) -> None:
    target = io.BytesIO()
    write_xlsx(build(FUNDER, facts, context()), target)
    with zipfile.ZipFile(target) as package:
        text = " ".join(
            package.read(name).decode("utf-8") for name in package.namelist() if name.endswith(".xml")
        )
    assert not re.search(r"\b(cured?|impact|effects?|p-value|significan\w+)\b", text, re.IGNORECASE)


def test_the_cover_names_every_rule_that_a_reader_needs(funder: dict[str, list[dict[str, Any]]]) -> None:
    cover = {row["field"]: row["content"] for row in funder["cover"]}
    assert cover["Completed means"] == "6 of 8 sessions"
    assert cover["Entry cut-off"] == "10 or more. Kroenke 2001"
    assert cover["Data as known at"].endswith("UTC")
    assert re.fullmatch(r"[0-9a-f]{64}", cover["Checksum of the data (SHA-256)"])
    assert "<10" in cover["Small numbers"]


def test_the_same_facts_give_the_same_checksum_and_other_facts_another() -> None:
    def checksum(facts: ReportFacts) -> str:
        return str(tables(build(FUNDER, facts, context()))["cover"][-1]["content"])

    same, other = invented(70), invented(70, seed=2)
    assert checksum(same) == checksum(invented(70)) != checksum(other)


def test_a_low_coverage_is_said_where_it_is_shown() -> None:
    facts = invented(400)
    without = replace(
        facts,
        enrolments=tuple(replace(one, endline=None) for one in facts.enrolments[:200])
        + facts.enrolments[200:],
    )
    row = next(
        one for one in tables(build(FUNDER, without, context()))["indicators"] if one["code"] == "I-09"
    )
    assert row["value"] < 0.8
    assert row["note"].startswith("Warning: fewer than 80 %")


def test_a_percent_sign_is_shown_once() -> None:
    sheets = build(FUNDER, invented(70), context()).sheets
    titles = {column.title for sheet in sheets for column in sheet.columns}
    assert {"95 % interval, low", "95 % interval, high"} <= titles
    assert not [cell for sheet in sheets for row in sheet.rows for cell in row if "%%" in str(cell)]


def test_under_ten_people_no_interval_and_no_standardised_change_are_printed() -> None:
    rows = tables(internal(invented(8, repeats=0)))
    change = next(one for one in rows["summary"] if one["code"] == "I-10")
    assert change["note"] == "n too small"
    assert (change["low"], change["high"]) == (None, None)


def full_rows() -> FullRows:
    """Give two rows for each table of the internal workbook."""
    day = date(2026, 2, 3)
    members = (
        "M-0001",
        "E-1",
        "S1",
        "G-01",
        "C-1",
        day,
        "female",
        30,
        "25-49",
        "unknown",
        "host",
        None,
        8,
        8,
        7,
        0,
        1,
        None,
        14,
        6,
    )
    sessions = (
        "M-0001",
        "E-1",
        "S1",
        "G-01",
        "C-1",
        "who-8",
        1,
        day,
        day,
        day,
        0,
        "held",
        None,
        "present",
        1,
        1,
    )
    outcomes = (
        "M-0001",
        "E-1",
        "S1",
        "C-1",
        "pre_group",
        None,
        "phq9",
        "1",
        day,
        "spoken",
        "en",
        14,
        9,
        1,
        0,
        0,
    )
    return FullRows(lambda: [members] * 2, lambda: [sessions] * 2, lambda: [outcomes] * 2)


def internal(facts: ReportFacts) -> Workbook:
    return build(FULL, facts, context(), full_rows())


def test_the_internal_workbook_has_every_row_with_codes(facts: ReportFacts) -> None:
    target = io.BytesIO()
    result = write_xlsx(internal(facts), target)
    assert (result.rows["members"], result.rows["sessions"], result.rows["outcomes"]) == (2, 2, 2)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == [
        "Members", "Sessions", "Outcomes", "Summary", "Change by sessions attended", "Dictionary",
    ]  # fmt: skip
    assert [len(book[name][1]) for name in book.sheetnames[:3]] == [
        len(MEMBER_COLUMNS),
        len(SESSION_COLUMNS),
        len(OUTCOME_COLUMNS),
    ]
    assert book["Members"]["A2"].value == "M-0001"
    assert book["Members"]["F2"].is_date
    assert book["Sessions"]["P3"].value == 1


def test_an_internal_workbook_needs_its_rows(facts: ReportFacts) -> None:
    with pytest.raises(NotReady):
        build(FULL, facts, context())


def test_an_empty_programme_gives_a_workbook_too() -> None:
    found = tables(build(FUNDER, ReportFacts(), context()))
    assert {row["numerator"] for row in found["indicators"] if row["numerator"] is not None} == {0}
    assert found["attendance"] == []
    write_xlsx(build(FUNDER, ReportFacts(), context()), io.BytesIO())


def test_a_report_can_run_from_right_to_left() -> None:
    target = io.BytesIO()
    write_xlsx(build(FUNDER, invented(70), context("ar", right_to_left=True)), target)
    assert all(sheet.sheet_view.rightToLeft for sheet in openpyxl.load_workbook(target))


def test_every_rule_of_a_tally_has_its_sentence(facts: ReportFacts) -> None:
    counted = count_facts(FUNDER, facts, PERIOD, context().choices)
    used = {rule for tally in (*counted.tallies.values(), *counted.by_set.values()) for rule in tally.rules}
    assert used <= RULES.keys()


def test_every_set_that_is_named_has_its_words() -> None:
    scored = replace(context().choices, function_measure="whodas12@0-4")
    counted = count_facts(FUNDER, invented(300), PERIOD, scored)
    tallies = (*counted.tallies.values(), *counted.by_set.values(), *(one for one, _ in counted.breakdowns))
    named = {
        name
        for tally in tallies
        for name in (tally.numerator_set, tally.denominator_set, tally.missing_set, tally.excluded_set)
    }
    means = {name for mean in counted.means.values() for name in (mean.n_set, mean.missing_set)}
    assert (named - {None}) | means <= SETS.keys()
    assert {rule for mean in counted.means.values() for rule in mean.rules} <= RULES.keys()


def statistics(facts: ReportFacts, title: str) -> dict[str | None, dict[str, Any]]:
    """Give the rows of the sheet Outcomes with this title, by way of counting."""
    rows = tables(build(FUNDER, facts, context()))["outcomes"]
    return {row["set"]: row for row in rows if row["indicator"].startswith(title)}


@pytest.mark.parametrize(("kept", "stands"), [(5, False), (20, True)], ids=["few between", "enough between"])
def test_two_means_over_nearly_the_same_people_do_not_stand_together(kept: int, stands: bool) -> None:
    facts = invented(400)
    without = [one.enrolment for one in facts.enrolments if one.endline is None]
    filled = replace(
        facts,
        enrolments=tuple(
            replace(one, endline=Score(one.enrolled_on, 9)) if one.enrolment in without[kept:] else one
            for one in facts.enrolments
        ),
    )
    found = statistics(filled, "Mean change (baseline less endline")
    observed, carried = found["observed"], found["locf"]
    printed = [row for row in (observed, carried) if row["value"] is not None]
    assert len(printed) == (2 if stands else 1)
    assert all(isinstance(row["n"], int) for row in printed)


@pytest.mark.parametrize(("unknown", "stands"), [(0, True), (4, False), (30, True)])
def test_screening_stands_beside_the_baseline_where_it_tells_of_nobody(unknown: int, stands: bool) -> None:
    facts = invented(400)
    paired = [one.enrolment for one in facts.enrolments if one.endline is not None and one.attended]
    asked = replace(
        facts,
        enrolments=tuple(
            one if one.enrolment in paired[:unknown] else replace(one, screening=20)
            for one in facts.enrolments
        ),
    )
    row = statistics(asked, "Mean screening score")[None]
    assert row["value"] == (20 if stands else None)
    assert stands or row["note"] == "Hidden to protect few people"


def test_a_low_coverage_stands_beside_every_figure_that_it_weakens() -> None:
    facts = invented(400)
    poor = replace(facts, enrolments=tuple(replace(one, endline=None) for one in facts.enrolments[:150]))
    poor = replace(poor, enrolments=poor.enrolments + facts.enrolments[150:])
    rows = [one for one in tables(build(FUNDER, poor, context()))["outcomes"] if one["value"] is not None]
    warned = {
        (one["code"], one["set"]) for one in rows if str(one["note"]).startswith("Warning: fewer than 80 %")
    }
    assert {("I-11", "observed"), ("I-10", "observed"), ("I-09", None)} <= warned
    assert not [one for one in warned if one[1] == "conservative"]

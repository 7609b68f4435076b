"""A template as a report: the figures of the funder's workbook, protected together, hidden ones empty and listed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import product
from typing import Any

import openpyxl
import pytest

from gipt.domain.costs import CostScope, minor_digits
from gipt.domain.indicators import ReportFacts
from gipt.domain.indicators.facts import CostFact
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict, Invalid
from gipt.domain.records import RecordKind
from gipt.domain.targets import Target
from gipt.reports.build_funder import external_workbook
from gipt.reports.figures import count_facts
from gipt.reports.template_cells import key_of, look_at
from gipt.reports.template_report import Filled, Template, cells_of, fill, template_definition, widest_period
from gipt.reports.workbook import Typed
from tests.reports.plain_template import plain_template
from tests.reports.programme import context, invented
from tests.reports.rich_template import rich_template

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
HALF = Period(date(2026, 1, 1), date(2026, 6, 30))


def made(template: Template, facts: ReportFacts, period: Period = HALF, language: str = "en") -> Filled:
    spots = cells_of(template)
    about = replace(context(language), period=period)
    return fill(template, spots, template_definition(template, spots), facts, about)


def values(filled: Filled, sheet: str = "Form") -> dict[str, Any]:
    book = openpyxl.load_workbook(BytesIO(filled.content))
    return {cell.coordinate: cell.value for row in book[sheet] for cell in row}


def test_each_cell_reads_as_the_same_figure_in_the_funders_workbook() -> None:
    texts = {
        "A1": "{{I-01}}", "A2": "{{I-05}}", "A3": "{{I-05, numerator}}", "A4": "{{F7}}", "A5": "{{I-05, low}}",
        "A6": "{{I-05, percent}}", "A7": "{{I-10}}", "A8": "{{I-10, sd_change, observed}}",
        "A9": "{{I-11, conservative}}",
        "B1": "{{I-05, female}}", "B2": "{{F5, female}}", "B3": "{{F5, sex=female, age=25-49}}",
        "B4": "{{I-07, session=1}}", "B5": "{{I-21-N}}", "B6": "{{I-08, dose=8}}", "B7": "{{I-17, reason=weather}}",
        "C1": "{{programme}}", "C2": "We screened {{I-01}} people ({{I-05}} completed).",
    }  # fmt: skip
    facts = invented(600)
    template = Template("t", "Form", 1, plain_template(texts))
    found = values(made(template, facts))
    definition = template_definition(template, cells_of(template))
    counted = count_facts(definition, facts, HALF, context().choices)
    book = external_workbook(
        replace(definition, sheets=("indicators", "disaggregation", "attendance", "outcomes", "safety")),
        counted,
        context(),
    )
    rows = {
        sheet.code: [
            {column.code: cell.value if isinstance(cell, Typed) else cell
             for column, cell in zip(sheet.columns, row, strict=True)}
            for row in sheet.rows
        ]
        for sheet in book.sheets
    }  # fmt: skip

    def figure(sheet: str, column: str, **keys: Any) -> Any:
        return next(
            row[column] for row in rows[sheet] if all(row[name] == value for name, value in keys.items())
        )

    assert found["A1"] == figure("indicators", "value", code="I-01") > 100
    assert found["A2"] == figure("indicators", "value", code="I-05")
    assert 0 < found["A2"] < 1
    assert found["A3"] == found["A4"] == figure("indicators", "numerator", code="I-05")
    assert found["A5"] == figure("indicators", "low", code="I-05")
    assert found["A6"] == pytest.approx(100 * found["A2"])
    assert found["A7"] == figure("indicators", "value", code="I-10")
    assert found["A8"] == figure(
        "outcomes", "value", indicator="Standard deviation of the change", set="observed"
    )
    assert found["A9"] == figure("outcomes", "value", code="I-11", set="conservative")
    assert found["B1"] == figure("disaggregation", "value", code="I-05", part="female")
    assert found["B2"] == figure("disaggregation", "numerator", code="F5", part="female")
    women = [one for one in counted.people if one.traits.sex == "female"]
    assert found["B3"] == sum(25 <= (one.traits.age or 0) <= 49 for one in women)
    assert found["B4"] == figure("attendance", "share", session_number=1)
    assert found["B5"] == figure("safety", "numerator", code="I-21-N", level="All levels")
    assert found["B6"] == figure("disaggregation", "numerator", code="I-08", part="08")
    reasons = [row["part"] for row in rows["disaggregation"] if row["dimension"] == "cancel_reason"]
    assert "weather" not in reasons
    assert found["B7"] == 0  # no meeting was cancelled for it
    assert found["C1"] == "Hope & Light"
    assert found["C2"] == f"We screened {found['A1']} people ({found['A2']:.0%} completed)."


def test_what_speaks_of_few_people_stays_empty_and_is_listed() -> None:
    texts = {"A1": "{{F5, other}}", "A2": "{{F5, sex=other}} of {{F5}}", "A3": "{{F5}}"}
    with pytest.raises(Conflict):  # "other" alone could be many things
        made(Template("t", "Form", 1, plain_template(texts)), invented())
    texts["A1"] = "{{F5, sex=other}}"
    filled = made(Template("t", "Form", 1, plain_template(texts)), invented(300))
    found = values(filled)
    assert (found["A1"], found["A2"]) == (None, None)
    assert [(one.address, one.state) for one in filled.left][:2] == [("A1", "hidden"), ("A2", "hidden")]
    assert filled.figures["Form!A1"] == ["*"]


def test_periods_still_to_come_and_parts_that_do_not_exist_stay_empty_with_their_reason() -> None:
    texts = {
        "A1": "{{F5, 2026-Q3}}",
        "A2": "{{F5, site=S9}}",
        "A3": "{{I-07, session=40}}",
        "A4": "{{F5, 2025}}",
    }
    filled = made(Template("t", "Form", 1, plain_template(texts)), invented())
    assert {one.address: one.state for one in filled.left} == {"A1": "later", "A2": "absent", "A3": "absent"}
    assert values(filled)["A4"] == 0


def in_months(people: dict[int, int]) -> ReportFacts:
    """Give facts in which so many people were enrolled in each month."""
    facts = invented(600)
    days = [date(2026, month, 10) for month, count in people.items() for _ in range(count)]
    rows = [
        replace(one, person=f"p-{number}", enrolled_on=day)
        for number, (one, day) in enumerate(zip(facts.enrolments, days, strict=False))
    ]
    assert len(rows) == sum(people.values())
    return replace(
        facts, enrolments=tuple(rows), screenings=(), attendance=(), sessions=(), safety=(), referrals=()
    )


@pytest.mark.parametrize(
    "texts",
    [
        ("this", "2026-01..2026-03", "2026-04..2026-06"),
        ("this", "2026-01..2026-05"),
        ("2026-01..2026-04", "2026-03..2026-06", "2026-03..2026-04"),
        ("ytd", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"),
    ],
    ids=["a half and its quarters", "all but a month", "overlapping", "months and the year"],
)
def test_no_month_can_be_worked_out_from_other_periods(texts: tuple[str, ...]) -> None:
    """Try every table of months: the printed cells must leave each small month many values."""
    people = {1: 40, 2: 30, 3: 60, 4: 50, 5: 35, 6: 4}
    cells = {f"A{number}": f"{{{{F5, {text}}}}}" for number, text in enumerate(texts, start=1)}
    found = values(made(Template("t", "Form", 1, plain_template(cells)), in_months(people)))
    months = {
        "this": range(1, 7), "ytd": range(1, 7), "2026-01..2026-03": range(1, 4), "2026-04..2026-06": range(4, 7),
        "2026-01..2026-05": range(1, 6), "2026-01..2026-04": range(1, 5), "2026-03..2026-06": range(3, 7),
        "2026-03..2026-04": range(3, 5), **{f"2026-{one:02d}": (one,) for one in range(1, 7)},
    }  # fmt: skip
    printed = [(months[text], found[f"A{number}"]) for number, text in enumerate(texts, start=1)]
    assert any(value is not None for _, value in printed)
    assert all(value in (None, sum(people[one] for one in which)) for which, value in printed)
    assert len(possible_of_june(printed, people)) >= 9


def possible_of_june(printed: list[tuple[Any, int | None]], people: dict[int, int]) -> set[int]:
    """Give the values that June can take while every printed sum stays true; other months may move by twelve."""
    known = [(tuple(which), value) for which, value in printed if value is not None]
    found = set()
    for june, *moves in product(range(40), *[(-12, -9, -6, -3, 0, 3, 6, 9, 12)] * 2):
        for first, second in ((1, 2), (3, 4), (4, 5), (1, 5)):
            table = {**people, 6: june}
            table[first] += moves[0]
            table[second] += moves[1]
            for shift in (0, people[6] - june):
                moved = {**table, 5: table[5] + shift}
                if min(moved.values()) >= 0 and all(
                    sum(moved[one] for one in which) == value for which, value in known
                ):
                    found.add(june)
    return found


@pytest.mark.parametrize(
    ("people", "shown"), [({1: 300, 2: 6}, 1), ({1: 250, 2: 200}, 2)], ids=["nearly the same", "apart"]
)
def test_two_means_over_nearly_the_same_people_do_not_stand_together(
    people: dict[int, int], shown: int
) -> None:
    texts = {"A1": "{{I-10, 2026-01}}", "A2": "{{I-10}}"}
    found = values(made(Template("t", "Form", 1, plain_template(texts)), in_months(people)))
    assert sum(found[address] is not None for address in texts) == shown


def test_a_crossed_part_is_protected_with_its_sides() -> None:
    texts = {"A1": "{{F5}}", "A2": "{{F5, female}}"}
    bands = ("under_10", "10-14", "15-17", "18-24", "25-49", "50-59", "60+", "unknown")
    for number, band in enumerate(bands, start=1):
        texts[f"B{number}"] = f"{{{{F5, age={band}, sex=female}}}}"
    template = Template("t", "Form", 1, plain_template(texts))
    facts = invented(400)
    found = values(made(template, facts))
    counted = count_facts(template_definition(template, cells_of(template)), facts, HALF, context().choices)
    women = [one for one in counted.people if one.traits.sex == "female"]
    hidden = [address for address in texts if found[address] is None]
    assert found["A2"] in (None, len(women))
    assert any(address.startswith("B") for address in hidden)
    if found["A2"] is not None:
        assert (
            len([address for address in hidden if address.startswith("B")]) > 1
        )  # one alone could be subtracted


def test_targets_and_costs_stand_where_they_are_asked_for() -> None:
    texts = {
        "A1": "{{I-01, target}}", "A2": "{{I-01, of target}}", "A3": "{{I-01, difference}}", "A4": "{{I-02, target}}",
        "B1": "{{I-25, stage=screened_positive}}", "B2": "{{I-25, stage=screened_positive, n}}",
    }  # fmt: skip
    facts = replace(
        invented(600),
        targets=(Target("I-01", Decimal(500), period=HALF),),
        costs=(CostFact(date(2026, 2, 1), CostScope.DELIVERY, "UGX", 6_000_000),),
        recorded_since=((RecordKind.COSTS, date(2026, 1, 1)),),
    )
    filled = made(Template("t", "Form", 1, plain_template(texts)), facts)
    found = values(filled)
    assert (found["A1"], found["A2"], found["A3"]) == (500, 1.2, "The target is reached.")
    assert found["B2"] > 100
    assert found["B1"] == round(6_000_000 / found["B2"] / 10 ** minor_digits("UGX"), minor_digits("UGX"))
    assert [(one.address, one.state) for one in filled.left] == [("A4", "nothing")]
    both = replace(facts, costs=(*facts.costs, replace(facts.costs[0], currency="USD")))
    mixed = made(Template("t", "Form", 1, plain_template({"A1": texts["B1"]})), both)
    assert [one.state for one in mixed.left] == ["absent"]  # two currencies are never added up


def test_a_definitions_sheet_says_what_each_cell_is_and_what_was_left_out() -> None:
    texts = {"A1": "{{I-05}}", "A2": "{{F5, sex=other}}", "A3": "{{I-10}}", "A4": "{{I-21-N}}"}
    template = Template("t", "Form", 1, plain_template(texts), definitions=True)
    book = openpyxl.load_workbook(BytesIO(made(template, invented(300)).content))
    assert book.sheetnames == ["Form", "Dictionary"]
    rows = {row[0]: row for row in book["Dictionary"].iter_rows(values_only=True)}
    assert "People who completed" in rows["Form!A1"][1]
    assert "6 of 8 sessions" in rows["Form!A1"][3]
    assert rows["Form!A1"][4] == "Filled"
    assert rows["Form!A2"][4] == "Empty: it would tell something about few people"
    assert "Counts from 1 to 9" in rows["Small numbers"][1]


def test_the_words_of_a_filled_file_are_in_the_reports_language() -> None:
    template = Template("t", "Form", 1, plain_template({"A1": "{{I-05}} / {{from}}"}))
    assert "janv" in values(made(template, invented(300), language="fr"))["A1"]


def test_cells_chosen_on_a_page_are_filled_and_win_over_what_is_typed() -> None:
    raw = rich_template({"B5": "{{F5}}"})
    chosen = {key_of("Indicators", "C5"): "F5", key_of("Indicators", "B5"): "I-01"}
    filled = made(Template("t", "Form", 2, raw, chosen), invented(300))
    found = values(filled, "Indicators")
    assert found["C5"] < found["B5"]
    assert filled.rows == {"Indicators": 3}  # with the period in B2


def test_faults_name_sheet_and_cell_and_nothing_is_filled() -> None:
    raw = rich_template({"B5": "{{I-99}}", "C5": "{{I-05", "D5": "{{I-05}}"})
    chosen = {key_of("Indicators", "B9"): "F5", key_of("Indicators", "B1"): "F5", key_of("Gone", "A1"): "F5"}
    look = look_at(raw, chosen)
    assert [(one.sheet, one.address, one.problem.details["reason"]) for one in look.faults] == [
        ("Indicators", "B1", "place_covered"),
        ("Indicators", "B5", "place_indicator"),
        ("Indicators", "C5", "place_open"),
        ("Indicators", "B9", "place_formula"),
        ("Gone", "A1", "place_gone"),
    ]
    with pytest.raises(Conflict):
        cells_of(Template("t", "Form", 1, raw, chosen))


def test_what_cannot_be_kept_is_known_before() -> None:
    look = look_at(rich_template({"B5": "{{I-05}}"}), {})
    assert look.remarks == ("charts", "protected", "formulas", "mixed")


def test_empty_framed_cells_are_offered_with_the_texts_beside_and_above() -> None:
    look = look_at(rich_template({"B5": "{{F5}}"}), {})
    offered = {one.address: (one.beside, one.above) for one in look.empty}
    assert offered["C5"] == ("People who completed", "Men")
    assert offered["B6"] == ("", "Women")
    assert {one.address: one.above for one in look.asked}["B5"] == "Women"
    assert "B5" not in offered
    assert "B9" not in offered


def test_a_template_needs_whole_months_and_no_more_periods_than_a_year_has() -> None:
    template = Template("t", "Form", 1, plain_template({"A1": "{{F5}}"}))
    with pytest.raises(Invalid):
        made(template, invented(), Period(date(2026, 1, 1), date(2026, 6, 29)))
    many = {f"A{year}": f"{{{{F5, {2000 + year}}}}}" for year in range(1, 16)}
    with pytest.raises(Invalid) as caught:
        made(Template("t", "Form", 1, plain_template(many)), invented())
    assert caught.value.details["reason"] == "too_many_periods"


def test_the_facts_to_read_reach_over_every_period_that_is_over() -> None:
    spots = cells_of(Template("t", "Form", 1, plain_template({"A1": "{{F5, 2024}}", "A2": "{{F5, 2027}}"})))
    assert widest_period(spots, HALF) == Period(date(2024, 1, 1), date(2026, 6, 30))

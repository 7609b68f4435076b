"""Costs out of Excel: every row is looked at, what is wrong is named by its cell, nothing is entered twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from gipt.actions.costs import CostRecord, add_cost, set_ledger_currency
from gipt.actions.funding import add_funder
from gipt.actions.imports import confirm_import, start_import
from gipt.actions.imports_undo import undo_import
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.intake.cost_cells import month_of
from gipt.intake.fields import Kind
from gipt.intake.reader import read_paste
from gipt.models import CostLine, RecordSince
from gipt.queries.imports import find_run, make_plan
from tests.cast import NOW, Cast

HEADS = "Month\tCategory\tAmount\tCurrency\tExchange rate\tSite\tFunder\tNote"


@pytest.fixture
def ledger(cast: Cast) -> Cast:
    set_ledger_currency(currency="USD", by=OPERATOR, now=NOW)
    add_funder(code="SUN", name="Sunrise Fund", by=OPERATOR, now=NOW)
    return cast


def pasted(*rows: str, by: Any = OPERATOR, heads: str = HEADS) -> str:
    text = "\n".join([heads, *rows])
    return start_import(kind=Kind.PROGRAMME, read=lambda: read_paste(text), by=by, now=NOW)


def states(import_id: str, by: Any = OPERATOR) -> list[str]:
    return [row.state.value for row in make_plan(find_run(by, import_id), by, NOW).rows]


def said(import_id: str, by: Any = OPERATOR) -> list[str]:
    plan = make_plan(find_run(by, import_id), by, NOW)
    return [problem.sentence() for row in plan.rows for problem in row.result.problems]


def lines() -> list[tuple[Any, ...]]:
    return [
        (one.spent_on, one.whole_month, one.scope, one.minor, one.original_currency, one.note)
        for one in db.session.scalars(sa.select(CostLine).order_by(CostLine.spent_on, CostLine.minor))
    ]


def test_rows_by_month_and_by_day_go_into_the_ledger_and_come_out_again(ledger: Cast) -> None:
    first = pasted(
        "2026-01\tTraining\t1,250.50\t\t\t\tSUN\tWorkshop",
        "January 2026\tdirect delivery\t480000\tUGX\t0.00027\tHILL\tSunrise Fund\tHall",
    )
    assert states(first) == ["new", "new"]
    done = confirm_import(import_id=first, by=OPERATOR, now=NOW)
    assert done["counts"]["new"] == 2
    assert lines() == [
        (date(2026, 1, 1), True, "delivery", 12_960, "UGX", "Hall"),
        (date(2026, 1, 1), True, "training", 125_050, None, "Workshop"),
    ]
    assert db.session.get_one(RecordSince, "costs").first_on == date(2026, 1, 1)
    by_day = pasted("2026-01-05\tscreening\t12\tTea", heads="Date\tBudget line\tCost\tRemark")
    assert states(by_day) == ["new"]
    undo_import(import_id=first, by=OPERATOR, now=NOW)
    assert lines() == []
    assert db.session.get(RecordSince, "costs") is None


def test_costs_stay_recorded_where_a_line_stays_that_somebody_typed(ledger: Cast) -> None:
    import_id = pasted("2026-01\tdelivery\t5")
    confirm_import(import_id=import_id, by=OPERATOR, now=NOW)
    add_cost(record=CostRecord(date(2026, 2, 1), "delivery", minor=700), by=OPERATOR, now=NOW)
    undo_import(import_id=import_id, by=OPERATOR, now=NOW)
    assert [line[3] for line in lines()] == [700]
    assert db.session.get(RecordSince, "costs") is not None


def test_a_line_that_stands_in_the_ledger_is_known_as_often_as_it_stands_there(ledger: Cast) -> None:
    tea = "2026-01\tdelivery\t12\t\t\t\t\tTea"
    confirm_import(import_id=pasted(tea), by=OPERATOR, now=NOW)
    assert states(pasted(tea, tea)) == ["unchanged", "new"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2026-13\tdelivery\t5", "Row 2, Month: “2026-13” is not a month. Write it like 2026-03."),
        ("2026-12\tdelivery\t5", "has not come yet"),
        ("\tdelivery\t5", "Row 2, Month is empty."),
        ("2026-01\tfun\t5", "Row 2, Category: “fun” is not known."),
        ("2026-01\tdelivery\t", "Row 2, Amount is empty."),
        ("2026-01\tdelivery\tabout 5", "“about 5” is not an amount above 0"),
        ("2026-01\tdelivery\t-5", "“-5” is not an amount above 0"),
        ("2026-01\tdelivery\t5,5555", "has too many decimals"),
        ("2026-01\tdelivery\t5\tdollars", "Write its three letters, like USD."),
        ("2026-01\tdelivery\t5\tUGX", "Write how many USD one UGX is."),
        ("2026-01\tdelivery\t5\t\t\tMOON", "“MOON” is not one of your sites."),
        ("2026-01\tdelivery\t5\t\t\t\tMOON", "“MOON” is not one of your funders. Write one of: SUN."),
    ],
)
def test_what_is_wrong_is_named_by_its_cell_and_the_other_rows_go_in(
    ledger: Cast, row: str, sentence: str
) -> None:
    import_id = pasted(row, "2026-01\tother\t7")
    assert states(import_id) == ["problem", "new"]
    assert any(sentence in one for one in said(import_id)), said(import_id)
    done = confirm_import(import_id=import_id, by=OPERATOR, now=NOW)
    assert (done["counts"]["new"], done["counts"]["kept"]) == (1, 1)
    assert states(done["later"]) == ["problem"]


def test_before_the_ledger_has_a_currency_it_is_asked_for(cast: Cast) -> None:
    assert "first choose the currency of your books" in said(pasted("2026-01\tdelivery\t5"))[0]


def test_a_coordinator_of_one_site_writes_to_it_and_to_no_other(ledger: Cast) -> None:
    coordinator = ledger.actor("coordinator")
    import_id = pasted("2026-01\tdelivery\t5", "2026-01\tdelivery\t5\t\t\tLAKE", by=coordinator)
    assert states(import_id, coordinator) == ["new", "problem"]
    confirm_import(import_id=import_id, by=coordinator, now=NOW)
    assert db.session.scalars(sa.select(CostLine.site_id)).all() == [ledger.own]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("3/2026", date(2026, 3, 1)),
        ("Mars 2026", date(2026, 3, 1)),
        ("مارس 2026", date(2026, 3, 1)),
        ("٢٠٢٦-٠٣", date(2026, 3, 1)),
        ("2026-03-04", None),
        ("Meskerem 2018", None),
        ("March", None),
        ("0000-03", None),
        ("3/0001", None),
        ("March 0000", None),
    ],
)
def test_a_month_is_read_as_people_write_it(text: str, month: date | None) -> None:
    assert month_of(text) == month


def test_an_amount_that_excel_holds_as_a_number_is_never_read_as_thousands(ledger: Cast) -> None:
    from gipt.intake.grid import Grid, Sheet

    grid = Grid(
        (Sheet("Costs", (("Date", "Purpose", "Amount"), (date(2026, 1, 2), "delivery", 1.25))),), "xlsx"
    )
    import_id = start_import(kind=Kind.PROGRAMME, read=lambda: grid, by=OPERATOR, now=NOW)
    confirm_import(import_id=import_id, by=OPERATOR, now=NOW)
    (line,) = lines()
    assert Decimal(line[3]) == 125

"""Figures of what is written down apart from meetings: incidents, satisfaction, complaints, costs, funders.

What the programme does not record has no tally, so that it is printed as "not recorded".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gipt.domain.costs import minor_digits
from gipt.domain.indicators import (
    Dimension,
    FundingShare,
    Person,
    ReportFacts,
    Slice,
    Tally,
    complaints,
    costs,
    funding,
    incidents,
    satisfaction,
)
from gipt.domain.indicators.costs import CostPerPerson, CostStage
from gipt.domain.periods import Period
from gipt.domain.records import RecordKind
from gipt.i18n import gettext
from gipt.reports import labels
from gipt.reports.counted import Counted
from gipt.reports.rows import POSITIONS, definition_text, indicator_name, not_recorded_row, tally_row
from gipt.reports.workbook import Cell, Kind, Typed
from gipt.words import label

NO_FUNDER = "no_funder"
"""Value of the part that nobody pays for."""
STAGES: Mapping[CostStage, tuple[str, str]] = {
    CostStage.SCREENED_POSITIVE: ("I-02", "positive"),
    CostStage.ENROLLED: ("F5", "enrolled"),
    CostStage.STARTED: ("I-04", "started"),
    CostStage.COMPLETED: ("I-05", "completed"),
    CostStage.RESPONDER: ("I-11", "response"),
}
"""The tally whose numerator counts the people of a stage, and the name of that set."""
BESIDE: Mapping[str, tuple[str, ...]] = {"I-23": ("I-23S", "I-23T"), "I-27": ("I-27N",)}
"""Rows that follow the one of an indicator."""


def recorded_tallies(facts: ReportFacts, people: Sequence[Person], period: Period) -> list[Tally]:
    """Give the tallies of the kinds that were recorded in the period."""
    events = facts.records(RecordKind.INCIDENTS, period)
    complained = facts.records(RecordKind.COMPLAINTS, period)
    found = [
        incidents.incidents(facts.incidents, period, events),
        incidents.serious_incidents(facts.incidents, period, events),
        incidents.reported_in_time(facts.incidents, period, events),
        satisfaction.satisfaction(people, facts.satisfaction, facts.records(RecordKind.SATISFACTION, period)),
        complaints.received(facts.complaints, period, complained),
        complaints.closed_in_time(facts.complaints, period, complained),
    ]
    return [tally for tally in found if tally.recorded]


def costs_of(counted: Counted, facts: ReportFacts, period: Period) -> tuple[CostPerPerson, ...]:
    """Give what each person cost at each stage; nothing where costs are not recorded."""
    if not facts.records(RecordKind.COSTS, period):
        return ()
    people = {stage: counted.tallies[code].numerator for stage, (code, _set) in STAGES.items()}
    return costs.costs_per_person(facts.costs, period, people)


def parts_by_funder(people: Iterable[Person], shares: Iterable[FundingShare]) -> tuple[Slice, ...]:
    """Give the enrolled by funder, whole people that add up to all of them."""
    by_cycle = Counter(one.chosen.cycle for one in people)
    return tuple(
        Slice(Dimension.FUNDER, one.funder or NO_FUNDER, one.people, None)
        for one in funding.attribute(by_cycle, shares)
    )


def rows_beside(code: str, counted: Counted, words: Mapping[str, str]) -> list[list[Cell]]:
    """Give the rows that follow the one of an indicator: what belongs to it and has a name of its own."""
    rows = [
        tally_row(counted, counted.tallies[one], words)
        for one in BESIDE.get(code, ())
        if one in counted.tallies
    ]
    return [*rows, rate_row(counted, words)] if code == "I-23" and rows else rows


def rate_row(counted: Counted, words: Mapping[str, str]) -> list[Cell]:
    """Give incidents for each 100 people who started, where both counts are printed."""
    ledger = counted.ledger
    rate = incidents.EventRate(ledger.value("incidents"), ledger.value("started"))
    shown = (
        ledger.shows("incidents") and ledger.shows("started") and not speaks_of_few(rate, ledger.threshold)
    )
    value, ends = (rate.per_100, rate.interval) if shown else (None, None)
    return row_of(
        code="I-23R",
        indicator=indicator_name("I-23R", words),
        unit=gettext("Incidents for 100 people"),
        numerator=ledger.cell("incidents"),
        denominator=ledger.cell("started"),
        value=decimal(value, 1),
        low=decimal(ends.low if ends else None, 1),
        high=decimal(ends.high if ends else None, 1),
        n=ledger.cell("started"),
        definition=definition_text(("incident_rate",), words),
        note=None if value is not None else gettext(labels.NOTES["hidden" if not shown else "nothing"]),
    )


def speaks_of_few(rate: incidents.EventRate, threshold: int | None) -> bool:
    """Say whether no event at all tells something about each of few people (decision 11)."""
    return threshold is not None and not rate.events and 0 < rate.started < 2 * threshold


def cost_rows(counted: Counted, words: Mapping[str, str]) -> list[list[Cell]]:
    """Give I-25, a row for each basis, currency and stage; one row that says so where nothing is recorded."""
    if not counted.costs:
        return [not_recorded_row("I-25", words)]
    return [cost_row(counted, one, words) for one in counted.costs]


def cost_row(counted: Counted, one: CostPerPerson, words: Mapping[str, str]) -> list[Cell]:
    """Give the cost of each person at one stage; nothing where the number of people is hidden."""
    name = STAGES[one.stage][1]
    shown = counted.ledger.shows(name)
    digits = minor_digits(one.currency)
    each = float(round(one.per_person, digits)) if shown and one.per_person is not None else None
    reason = None if each is not None else gettext(labels.NOTES["nothing" if shown else "hidden"])
    scopes = ", ".join(label("cost_scope", scope) for scope in one.scopes)
    total = gettext(
        "In all %(total)s %(currency)s: %(scopes)s.",
        total=f"{one.total:,f}",
        currency=one.currency,
        scopes=scopes,
    )
    return row_of(
        code="I-25",
        indicator=indicator_name("I-25", words),
        set=f"{one.basis}/{one.currency}/{one.stage}",
        analysis_set=f"{label('cost_basis', one.basis)} · {label('cost_stage', one.stage)}",
        unit=one.currency,
        denominator=counted.ledger.cell(name),
        value=Typed(each, Kind.DECIMAL),
        n=counted.ledger.cell(name),
        definition=definition_text(("cost",), words),
        note=total if reason is None else f"{total} {reason}",
    )


def decimal(value: float | None, places: int) -> Typed:
    """Give a number with some decimals."""
    return Typed(None if value is None else round(value, places), Kind.DECIMAL)


def row_of(**cells: Cell) -> list[Cell]:
    """Give a row of figures from its cells by column; the others stay empty."""
    row: list[Cell] = [None] * len(POSITIONS)
    for column, cell in cells.items():
        row[POSITIONS[column]] = cell
    return row

"""Two reports side by side: subtracting one from the other gives no hidden count away."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any

import pytest

pytest.importorskip("scipy", reason="comes with the extra `check`")

from gipt.domain.disclosure_history import Earlier, Published, Scope
from gipt.domain.indicators import ReportFacts
from gipt.domain.periods import Period
from gipt.domain.targets import Target
from gipt.reports import Workbook, build, load_definition
from gipt.reports.build_funder import figures_sheet, rows_of, told_workbook
from gipt.reports.changes import changes_sheet
from gipt.reports.context import Previous, ReportContext
from gipt.reports.definition import Definition
from gipt.reports.figures import count_facts
from gipt.reports.frozen import Frozen, freeze_sheets
from gipt.reports.life import Life, figures_over_life
from gipt.reports.rows import POSITIONS, rule_words
from gipt.reports.workbook import Sheet, Typed
from tests.reports.attacker import CEILING, Attacker, read
from tests.reports.programme import context, invented

FUNDER, TABLE, CLUSTER = map(load_definition, ("funder-standard", "bha-indicators", "iasc-mhpss"))
YEAR = 2026


def months(first: int, last: int) -> Period:
    return Period(date(YEAR, first, 1), date(YEAR, last + 1, 1) - timedelta(1))


def spread(facts: ReportFacts, seed: int) -> ReportFacts:
    """Give the same programme with its people and records over six months, each person's in one month."""
    rng = Random(seed)
    due: dict[str, timedelta] = {}

    def later(key: str, day: date) -> date:
        # Mondays of January and so on: nothing slips over the end of a month.
        return date(YEAR, 1 + due.setdefault(key, timedelta(rng.randrange(6))).days, 1 + day.day % 28)

    return replace(
        facts,
        screenings=tuple(replace(one, on=later(one.person, one.on)) for one in facts.screenings),
        enrolments=tuple(
            replace(one, enrolled_on=later(one.person, one.enrolled_on)) for one in facts.enrolments
        ),
        sessions=tuple(
            replace(one, planned_on=day, first_confirmed_on=day, held_on=one.held_on and day)
            for one in facts.sessions
            if (day := later(f"{one.cycle} {one.number}", one.planned_on))
        ),
        safety=tuple(
            replace(one, opened_on=later(f"s{n}", one.opened_on)) for n, one in enumerate(facts.safety)
        ),
        referrals=tuple(
            replace(one, given_on=later(f"r{n}", one.given_on)) for n, one in enumerate(facts.referrals)
        ),
    )


def about(period: Period, sites: Iterable[str] = ("S1", "S2", "S3")) -> ReportContext:
    base = context()
    return replace(base, period=period, places=tuple(one for one in base.places if one.code in tuple(sites)))


def only(facts: ReportFacts, *sites: str) -> ReportFacts:
    """Give the facts of some sites, as they are read for a report about these."""
    rows = tuple(one for one in facts.enrolments if one.site in sites)
    held = {one.enrolment for one in rows}
    return replace(
        facts,
        enrolments=rows,
        screenings=tuple(one for one in facts.screenings if one.site in sites),
        sessions=tuple(one for one in facts.sessions if one.site in sites),
        safety=tuple(one for one in facts.safety if one.site in sites),
        referrals=tuple(one for one in facts.referrals if one.site in sites),
        attendance=tuple(one for one in facts.attendance if one.enrolment in held),
        sites=sites,
    )


def without(facts: ReportFacts, number: int) -> ReportFacts:
    """Give the facts before the last people were entered."""
    gone = {one.person for one in facts.screenings[-number:]}
    rows = tuple(one for one in facts.enrolments if one.person not in gone)
    held = {one.enrolment for one in rows}
    return replace(
        facts,
        screenings=facts.screenings[:-number],
        enrolments=rows,
        attendance=tuple(one for one in facts.attendance if one.enrolment in held),
    )


Made = tuple[ReportFacts, ReportContext] | tuple[ReportFacts, ReportContext, Definition]
HISTORIES: dict[str, Callable[[ReportFacts], list[Made]]] = {
    "one late entry": lambda f: [(without(f, 1), about(months(1, 6))), (f, about(months(1, 6)))],
    "many late entries": lambda f: [(without(f, 40), about(months(1, 6))), (f, about(months(1, 6)))],
    "one month more": lambda f: [(f, about(months(1, 5))), (f, about(months(1, 6)))],
    "the quarter after a month": lambda f: [(f, about(months(1, 1))), (f, about(months(1, 3)))],
    "a month after the quarter": lambda f: [(f, about(months(1, 3))), (f, about(months(2, 2)))],
    "one site, then all": lambda f: [
        (only(f, "S1"), about(months(1, 6), ["S1"])),
        (f, about(months(1, 6))),
    ],
    "all sites, then one": lambda f: [
        (f, about(months(1, 6))),
        (only(f, "S2"), about(months(1, 6), ["S2"])),
    ],
    "the funder's, then another table": lambda f: [
        (f, about(months(1, 6))),
        (f, about(months(1, 6)), TABLE),
    ],
    "another table, then the funder's": lambda f: [
        (f, about(months(1, 6)), TABLE),
        (f, about(months(1, 6))),
    ],
    "three definitions": lambda f: [
        (f, about(months(1, 6)), TABLE),
        (f, about(months(1, 6)), CLUSTER),
        (f, about(months(1, 6))),
    ],
    "another table of a quarter, then the funder's half-year": lambda f: [
        (f, about(months(1, 3)), TABLE),
        (f, about(months(1, 6))),
    ],
    "two months, then their quarter": lambda f: [
        (f, about(months(1, 1))),
        (f, about(months(2, 2))),
        (f, about(months(1, 3))),
    ],
    "two quarters, then the half-year": lambda f: [
        (f, about(months(1, 3))),
        (f, about(months(4, 6))),
        (f, about(months(1, 6))),
    ],
    "two sites, then all three": lambda f: [
        (only(f, "S1"), about(months(1, 6), ["S1"])),
        (only(f, "S2"), about(months(1, 6), ["S2"])),
        (f, about(months(1, 6))),
    ],
    "three times with late entries": lambda f: [
        (without(f, 2), about(months(1, 6))),
        (without(f, 1), about(months(1, 6))),
        (f, about(months(1, 6))),
    ],
}


def parts(one: Made) -> tuple[ReportFacts, ReportContext, Definition]:
    """Give facts, frame and definition; the funder's workbook where none is named."""
    return one if len(one) == 3 else (*one, FUNDER)


def publish(made: list[Made], protected: bool = True) -> list[Workbook]:
    """Make the reports one after another, each in the knowledge of those before."""
    history: tuple[Published, ...] = ()
    books = []
    for facts, frame, definition in map(parts, made):
        book, told = told_workbook(definition, facts, replace(frame, history=history if protected else ()))
        books.append(book)
        history += tuple(told)
    return books


def scope_of(frame: ReportContext) -> Scope:
    return Scope(frame.period, frozenset(one.code for one in frame.places))


def attack(made: list[Made], books: list[Workbook]) -> dict[str, tuple[int, int, int]]:
    """Give what is found out from all reports together, knowing what lies in what and what adds up."""
    attacker = Attacker()
    truth: dict[str, int] = {}
    cells = []
    for number, (one, book) in enumerate(zip(made, books, strict=True)):
        facts, frame, definition = parts(one)
        cells.append(read(attacker, book, f"{number}:"))
        truth |= read(Attacker(), build(replace(definition, threshold=None), facts, frame), f"{number}:")
    scopes = [scope_of(one[1]) for one in made]
    for small, inner in enumerate(scopes):
        for large, outer in enumerate(scopes):
            if small != large and outer.holds(inner) and (inner != outer or small < large):
                nest(attacker, cells, truth, small, large)
            if small < large and inner == outer and made[small][0] is made[large][0]:
                equal(attacker, cells, truth, small, large)
        within = [n for n, inner in enumerate(scopes) if n != small and scopes[small].holds(inner)]
        if all(scopes[one].is_apart_from(scopes[other]) for one, other in combinations(within, 2)):
            sum_up(attacker, cells, truth, within, small)
    for number, outer in enumerate(scopes):
        for site, inner in enumerate(scopes):
            if len(inner.sites) == 1 < len(outer.sites) and outer.period == inner.period:
                by_site(attacker, cells, truth, site, number, next(iter(inner.sites)))
    assert attacker.beside == []
    told_before = {name for name in attacker.hidden if was_told(name, cells, truth)}
    attacker.hidden -= told_before
    return attacker.won(truth)


def was_told(name: str, cells: list[dict[str, Any]], truth: dict[str, int]) -> bool:
    """Say whether an earlier report printed this very number under the same name: it is no secret any more."""
    number, _, own = name.partition(":")
    return any(
        one.partition("@site|")[0] == own and cells[earlier][one] == truth[name]
        for earlier in range(int(number))
        for one in cells[earlier]
    )


def shared(cells: list[dict[str, Any]], *numbers: int) -> set[str]:
    return set.intersection(*({one.partition(":")[2] for one in cells[number]} for number in numbers))


def nest(attacker: Attacker, cells: Any, truth: dict[str, int], small: int, large: int) -> None:
    """Say that each count of a smaller report lies in the same one of a larger report, where that is true."""
    for name in shared(cells, small, large):
        if truth[f"{small}:{name}"] <= truth[f"{large}:{name}"]:
            attacker.say([(1, f"{large}:{name}"), (-1, f"{small}:{name}")], 0, CEILING)


def equal(attacker: Attacker, cells: Any, truth: dict[str, int], first: int, second: int) -> None:
    """Say that one count of the same people and days is the same in two definitions."""
    for name in shared(cells, first, second):
        if truth[f"{first}:{name}"] == truth[f"{second}:{name}"]:
            attacker.say([(1, f"{first}:{name}"), (-1, f"{second}:{name}")])


def sum_up(attacker: Attacker, cells: Any, truth: dict[str, int], within: list[int], outer: int) -> None:
    """Say that separate reports inside a wider one hold no more than it does, where that is true."""
    if len(within) < 2:
        return
    for name in shared(cells, outer, *within):
        if sum(truth[f"{one}:{name}"] for one in within) <= truth[f"{outer}:{name}"]:
            attacker.say([(1, f"{outer}:{name}"), *((-1, f"{one}:{name}") for one in within)], 0, CEILING)


def by_site(attacker: Attacker, cells: Any, truth: dict[str, int], small: int, large: int, site: str) -> None:
    """Say that the breakdown by site of a wide report is the totals of the report about that site."""
    for name in shared(cells, small):
        there = f"{large}:{name}@site|{site}"
        if there.partition(":")[2] in shared(cells, large) and truth[there] == truth[f"{small}:{name}"]:
            attacker.say([(1, there), (-1, f"{small}:{name}")])


def starred(book: Workbook) -> Workbook:
    """Give a workbook with a star for every number: what is known of its people without it."""

    def hidden(cell: Any, column: str) -> Any:
        value = cell.value if isinstance(cell, Typed) else cell
        if column in ("session_number", "sessions_attended") or not isinstance(value, (int, float)):
            return cell
        return "*" if isinstance(value, int) else None

    def bare(sheet: Sheet) -> Sheet:
        codes = [column.code for column in sheet.columns]
        rows = tuple(tuple(map(hidden, row, codes)) for row in sheet.rows)
        return sheet if sheet.about else replace(sheet, rows=rows)

    return replace(book, sheets=tuple(map(bare, book.sheets)))


@pytest.mark.parametrize("name", HISTORIES)
def test_reports_beside_each_other_give_no_hidden_count_away(name: str) -> None:
    """What the earlier report tells alone was protected when it went out; the later one adds nothing to it."""
    made = HISTORIES[name](spread(invented(60, 60), 3))
    books = publish(made)
    won = attack(made, books)
    if won:
        before = attack(made, [*books[:-1], starred(books[-1])])
        won = {count: found for count, found in won.items() if before.get(count) != found}
    assert won == {}


LIFE = ("I-01", "I-03", "F5", "I-04", "I-05", "I-07", "I-09", "I-11")
LIVES: dict[str, tuple[int, list[tuple[int, int]]]] = {
    "the last quarter": (600, [(4, 6)]),
    "two quarters": (300, [(1, 3), (4, 6)]),
    "a quarter and then month by month": (600, [(1, 3), (4, 4), (5, 5)]),
}


@pytest.mark.parametrize("name", LIVES)
def test_figures_since_the_project_began_give_nothing_away_beside_those_of_the_period(name: str) -> None:
    people, reports = LIVES[name]
    facts = spread(invented(people, 60), 3)
    facts = replace(facts, targets=tuple(Target(code, Decimal(50)) for code in LIFE))
    history: tuple[Published, ...] = ()
    made: list[Made] = []
    books: list[Workbook] = []
    shown = 0
    for first, last in reports:
        frame = replace(about(months(first, last)), history=history)
        life = Life(months(1, last), facts) if first > 1 else None
        book, told = told_workbook(FUNDER, facts, frame, life)
        history += tuple(told)
        made.append((facts, about(months(first, last))))
        books.append(book)
        if life is None:
            continue
        assert [one.scope.period for one in told] == [months(first, last), months(1, first - 1)]
        over_life = about(life.period)
        dictionary = next(one for one in build(FUNDER, facts, over_life).sheets if one.code == "dictionary")
        counted = count_facts(
            FUNDER, facts, frame.period, frame.choices, Earlier(scope_of(frame), frame.history)
        )
        rows = figures_over_life(
            FUNDER, counted, frame, life, lambda code, found: rows_of(code, found, rule_words(found))[0]
        ).rows
        assert {code: bare(row[POSITIONS["value"]]) for code, row in rows.items()} == life_values(book)
        shown += sum(isinstance(value, int | float) for value in life_values(book).values())
        # More than the workbook prints: numerators and denominators too.
        sheet = figures_sheet("indicators", [list(row) for row in rows.values()])
        made.append((facts, over_life))
        books.append(replace(book, sheets=(sheet, dictionary)))
    assert shown > 0
    won = attack(made, books)
    if won:
        alone = [book if len(book.sheets) > 2 else starred(book) for book in books]
        before = attack(made, alone)
        won = {count: found for count, found in won.items() if before.get(count) != found}
    assert won == {}


def life_values(book: Workbook) -> dict[str, Any]:
    """Give what stands in the column of the whole project, by indicator."""
    sheet = next(one for one in book.sheets if one.code == "indicators")
    codes = [column.code for column in sheet.columns]
    found: dict[str, Any] = {}
    for row in sheet.rows:
        if bare(row[codes.index("target_life")]) is not None:
            found[str(row[0])] = bare(row[codes.index("life_value")])
    return found


@pytest.mark.parametrize("name", ["one late entry", "many late entries"])
def test_the_sheet_about_changes_prints_no_number_that_the_two_reports_do_not(name: str) -> None:
    made = HISTORIES[name](spread(invented(400, 60), 3))
    first, second = publish(made)
    frame = made[1][1]
    frame = replace(frame, previous=Previous("R-0001", frame.cut_off_at, Frozen(freeze_sheets(first))))
    changes = changes_sheet(second.sheets, frame)
    codes = [column.code for column in changes.columns]
    rows = [dict(zip(codes, map(bare, row), strict=True)) for row in changes.rows]
    figures = [row for row in rows if row["code"]]
    assert len(figures) > 20
    for row in figures:
        for column, book in (("before", first), ("after", second)):
            if isinstance(row[column], int | float):
                assert row[column] in numbers_of(book, row["code"]), (column, row)


def bare(cell: Any) -> Any:
    return cell.value if isinstance(cell, Typed) else cell


def numbers_of(book: Workbook, code: str) -> set[float]:
    """Give every number in the rows of an indicator or session."""
    return {
        value
        for sheet in book.sheets
        for row in sheet.rows
        if code in {str(bare(cell)) for cell in row}
        for cell in row
        if isinstance(value := bare(cell), int | float)
    }


def test_the_attacker_wins_where_a_report_forgets_the_earlier_one() -> None:
    """Two reports that are each safe alone: the test above must be able to fail."""
    made = HISTORIES["one month more"](spread(invented(220, 220), 3))
    assert len(attack(made, publish(made, protected=False))) > 10


def test_the_same_data_again_print_the_same_figures() -> None:
    facts = spread(invented(60, 60), 3)
    first, second = publish([(facts, about(months(1, 6)))] * 2)
    for one, other in zip(first.sheets, second.sheets, strict=True):
        assert one.about or one.rows == other.rows

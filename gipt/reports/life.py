"""What indicators came to over the whole project, beside what was promised for it.

A report about a quarter that also tells of the whole project tells, by subtraction, of everything before the quarter.
So these figures are protected as a report of their own, made right after the one that they stand in, and what can be
subtracted is kept for the reports that come later (`gipt.domain.disclosure_history`, docs/adr/0011).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from gipt.domain.disclosure_history import Earlier, Published, Scope, less
from gipt.domain.indicators import ReportFacts
from gipt.domain.periods import Period
from gipt.domain.targets import Target
from gipt.reports.context import ReportContext
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.figures import count_facts
from gipt.reports.record_figures import STAGES
from gipt.reports.workbook import Cell

RowOf = Callable[[str, Counted], Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Life:
    """The project from the month in which anything began to the last day of a report, and the facts of all of it."""

    period: Period
    facts: ReportFacts


@dataclass(frozen=True, slots=True)
class LifeFigures:
    """The first row of each indicator over the whole project, and what is told of the time before the report."""

    rows: Mapping[str, Sequence[Cell]]
    before: Published | None = None


NO_LIFE = LifeFigures(MappingProxyType({}))


def life_codes(definition: Definition, targets: Iterable[Target]) -> tuple[str, ...]:
    """Give the indicators of a report of which something was promised for the life of the project."""
    promised = {one.indicator for one in targets if one.period is None}
    if "indicators" not in definition.sheets:
        return ()
    return tuple(code for code in definition.indicators if code in promised)


def figures_over_life(
    definition: Definition, counted: Counted, context: ReportContext, life: Life | None, row_of: RowOf
) -> LifeFigures:
    """Count what was promised for the life of the project; `life` None: the report itself is about all of it."""
    promised = {code for code, one in counted.promised.items() if one.life is not None}
    codes = [code for code in definition.indicators if code in promised and "indicators" in definition.sheets]
    if life is None:
        return LifeFigures({code: row_of(code, counted) for code in codes})
    names = {code: printed_sets(code, counted) for code in codes}
    sites = frozenset(one.code for one in context.places)
    now = Published(Scope(context.period, sites), counted.ledger.told())
    earlier = Earlier(Scope(life.period, sites), (*context.history, now))
    bare = replace(definition, sheets=(), indicators=(), divided=(), dimensions=(), charts=())
    printed = frozenset(name for found in names.values() for name in found)
    found = count_facts(bare, life.facts, life.period, context.choices, earlier, printed)
    rows = {code: row_of(code, found) for code in codes if names[code]}
    told = {key: one for key, one in found.ledger.told().items() if one.mark is not None}
    last = context.period.first - timedelta(1)
    before = Published(Scope(Period(life.period.first, last), sites), less(told, now.counts))
    return LifeFigures(rows, before)


def printed_sets(code: str, counted: Counted) -> frozenset[str]:
    """Give the counts that the figure of an indicator is made of; none where it is not recorded."""
    if code == "I-10":
        return frozenset({counted.means["observed"].n_set})
    if code == "I-25":
        return frozenset({STAGES[one.stage][1] for one in counted.costs[:1]})
    tally = counted.tallies.get(code)
    if tally is None:
        return frozenset()
    return frozenset(filter(None, (tally.numerator_set, tally.rest_set, tally.denominator_set)))

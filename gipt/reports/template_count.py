"""Everything that a template prints, counted and protected together: all its periods and breakdowns at once.

Each period is counted like a whole funder's workbook. Then the counts of all periods go into one ledger with the sums
that tie them, so that a quarter cannot be worked out from a half-year and the other quarter. What happened in a
stretch between two dates that the template names (the difference of two of its columns) is protected like a printed
count, though nobody prints it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from gipt.domain.disclosure import Count, Mark, Relation
from gipt.domain.disclosure_means import means_that_may_stand
from gipt.domain.indicators import Choices, Dimension, ReportFacts, Tally
from gipt.domain.indicators.tally import reader, values_of
from gipt.domain.people import AgeBand
from gipt.domain.periods import Period
from gipt.domain.problems import Invalid
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.figures import count_facts
from gipt.reports.ledger import TOTAL, Ledger, count_key, place
from gipt.reports.record_figures import STAGES
from gipt.reports.template_places import COST, MEANS, OPENED, STAGE, Wanted

MOST_PERIODS = 13
"""Twelve months and their year."""
CROSS = "+"


@dataclass(frozen=True, slots=True)
class Crossed:
    """A tally within two values at once: the place it has in the ledger, its counts."""

    tally: Tally
    where: str
    numerator: int
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """One period of a template: what was counted, and what within two dimensions, by indicator and place."""

    counted: Counted
    crossed: Mapping[tuple[str, str], Crossed]


def count_template(
    definition: Definition, facts: ReportFacts, choices: Choices, wanted: Mapping[Period, Sequence[Wanted]]
) -> dict[Period, Counts]:
    """Count each period and work out the marks over all of them; raise Invalid for more periods than a year has.

    A count is shown when it would be in a whole workbook about its period, and when all that the template shows of
    all periods together does not give it away.
    """
    if len(wanted) > MOST_PERIODS:
        raise Invalid(field="period", reason="too_many_periods", high=MOST_PERIODS)
    found = {
        period: with_crossed(definition, facts, period, choices, figures)
        for period, figures in wanted.items()
    }
    if any(one.crossed for one in found.values()) or len(found) > 1:
        every = [one for own in wanted.values() for one in own]
        stretches = {
            stretch: with_crossed(definition, facts, stretch, choices, every)
            for stretch in stretches_of(wanted)
            if stretch not in found
        }
        printed = {period: printed_keys(found[period].counted, own) for period, own in wanted.items()}
        protect_together(definition.threshold, found, stretches, printed)
        choose_means(definition.threshold, found, wanted)
    return found


def choose_means(
    threshold: int | None, found: Mapping[Period, Counts], wanted: Mapping[Period, Sequence[Wanted]]
) -> None:
    """Let only those means stand that tell of few people neither alone nor against those of other periods.

    Those of function are about another measure, which no sum ties to the scores.
    """
    for of_function in (False, True):
        candidates: list[tuple[str, frozenset[str]]] = []
        for number, (period, own) in enumerate(wanted.items()):
            counted = found[period].counted
            names = dict.fromkeys(name for one in own if (name := mean_of(one)) in counted.standing)
            candidates += [
                (f"{number}/{name}", counted.means[name].people)
                for name in names
                if name
                and (name == "function") is of_function
                and counted.ledger.shows(counted.means[name].n_set)
            ]
        allowed = means_that_may_stand(candidates, threshold)
        for number, period in enumerate(wanted):
            standing = found[period].counted.standing
            standing -= {
                name
                for name in standing
                if (name == "function") is of_function and f"{number}/{name}" not in allowed
            }


def printed_keys(counted: Counted, wanted: Iterable[Wanted]) -> set[str]:
    """Give the counts that some figures print or are made of."""
    held = counted.ledger.counts
    keys = {count_key(name, where_of(one)) for one in wanted for name in sets_of(counted, one)}
    for one in wanted:
        if len(one.dimensions) == 2:
            # The funder's workbook shows both sides of the table, so its inside must not give away what it hides.
            sides = tuple(f"{dimension}|" for dimension in one.dimensions)
            names = set(sets_of(counted, one))
            keys |= {
                key
                for key in held
                if (split := key.partition("@"))[0] in names and (not split[2] or split[2].startswith(sides))
            }
    return keys & set(held)


def sets_of(counted: Counted, wanted: Wanted) -> tuple[str, ...]:
    """Give the names of what a figure counts: above and below the line, the rest, and what is not known."""
    if (name := mean_of(wanted)) is not None:
        found = counted.means.get(name)
        return (found.n_set, found.missing_set) if found else ()
    if wanted.indicator == OPENED:
        return ("episodes",)
    if wanted.indicator == COST:
        return tuple(name for stage, (_, name) in STAGES.items() if (STAGE, stage.value) in wanted.cuts)
    own = counted.by_set.get((wanted.indicator, wanted.which)) if wanted.which else None
    tallies = [own or counted.tallies.get(wanted.indicator)]
    tallies += [tally for tally, _ in counted.breakdowns if tally.code == wanted.indicator]
    names = [
        (one.numerator_set, one.denominator_set, one.rest_set, one.missing_set, one.excluded_set)
        for one in tallies
        if one is not None
    ]
    return tuple(name for five in names for name in five if name)


def mean_of(wanted: Wanted) -> str | None:
    """Give the name of the mean that a figure is; None when it is none."""
    name = MEANS.get(wanted.indicator)
    return wanted.which.value if name == "observed" and wanted.which else name


def where_of(wanted: Wanted) -> str:
    """Give the place of a figure in the ledger."""
    if not wanted.cuts or wanted.indicator == COST:
        return TOTAL
    if len(wanted.cuts) == 2:
        (_, one), (_, two) = wanted.cuts
        first, second = wanted.dimensions
        return cross_place(first, one, second, two)
    return place(*wanted.cuts[0])


def with_crossed(
    definition: Definition, facts: ReportFacts, period: Period, choices: Choices, figures: Sequence[Wanted]
) -> Counts:
    """Count one period, and note the breakdowns by two dimensions in its ledger."""
    counted = count_facts(definition, facts, period, choices)
    pairs = dict.fromkeys((one.indicator, one.dimensions) for one in figures if len(one.dimensions) == 2)
    crossed: dict[tuple[str, str], Crossed] = {}
    for code, (first, second) in pairs:
        tally = counted.tallies[code]
        cells = cross(tally, first, second, counted.choices.age_bands, facts.sites)
        note_cross(counted.ledger, tally, first, second, cells)
        crossed.update({(code, one.where): one for one in cells.values()})
    return Counts(counted, crossed)


def cross_place(first: Dimension, one: str, second: Dimension, two: str) -> str:
    """Give the name of two values of two dimensions."""
    return place(f"{first}{CROSS}{second}", f"{one}{CROSS}{two}")


def cross(
    tally: Tally, first: Dimension, second: Dimension, bands: tuple[AgeBand, ...], sites: Sequence[str]
) -> dict[tuple[str, str], Crossed]:
    """Break a tally down by two dimensions at once; the parts add up to those of either."""
    read_first, read_second = reader(first, bands), reader(second, bands)
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in tally.entries:
        key = (read_first(entry), read_second(entry))
        above, below = sums.get(key, (0, 0))
        sums[key] = (above + entry.numerator, below + entry.denominator)
    firsts = values_of(first, bands, sites, {one for one, _ in sums})
    seconds = values_of(second, bands, sites, {two for _, two in sums})
    counted = tally.denominator_set is not None
    return {
        (one, two): Crossed(
            tally,
            cross_place(first, one, second, two),
            sums.get((one, two), (0, 0))[0],
            sums.get((one, two), (0, 0))[1] if counted else None,
        )
        for one in firsts
        for two in seconds
    }


def note_cross(
    ledger: Ledger,
    tally: Tally,
    first: Dimension,
    second: Dimension,
    cells: Mapping[tuple[str, str], Crossed],
) -> None:
    """Note the counts of a crossed breakdown, and that they add up to each of its two dimensions."""
    for cell in cells.values():
        ledger.add_share(tally, cell.where, cell.numerator, cell.denominator)
    for name in filter(None, (tally.numerator_set, tally.denominator_set, tally.rest_set)):
        for index, dimension in enumerate((first, second)):
            for value in dict.fromkeys(pair[index] for pair in cells):
                total = count_key(name, place(dimension, value))
                parts = [count_key(name, cell.where) for pair, cell in cells.items() if pair[index] == value]
                ledger.relations.append(Relation.of(total, parts))


# --- several periods ----------------------------------------------------------------------------------------------


def stretches_of(periods: Mapping[Period, object]) -> list[Period]:
    """Give the shortest stretches between the first and last days of some periods that lie in one of them."""
    cuts = sorted({day for one in periods for day in (one.first, one.last + timedelta(days=1))})
    found = [Period(first, after - timedelta(days=1)) for first, after in pairwise(cuts)]
    return [one for one in found if any(whole.holds(one.first) for whole in periods)]


def protect_together(
    threshold: int | None,
    found: Mapping[Period, Counts],
    stretches: Mapping[Period, Counts],
    printed: Mapping[Period, set[str]],
) -> None:
    """Work out the marks over all periods at once, and hide in the ledger of each what may not be shown."""
    joint = Ledger(threshold)
    for period, one in {**found, **stretches}.items():
        ledger = one.counted.ledger
        shown = {key for key in printed.get(period, ()) if is_shown(ledger.marks, key)}
        add_ledger(joint, period, ledger, shown)
    for period, one in found.items():
        parts = [part for part in stretches_of(found) if period.holds(part.first)]
        if len(parts) > 1:
            tie_periods(joint, period, parts, one.counted.ledger)
    joint.close()
    for period, one in found.items():
        marks = one.counted.ledger.marks
        marks.update(
            {key: joint.marks[period_key(period, key)] for key in printed[period] if is_shown(marks, key)}
        )


def is_shown(marks: Mapping[str, Mark], key: str) -> bool:
    """Say whether a count is shown so far; one that was noted later has no mark yet."""
    return marks.get(key, Mark.SHOWN) is Mark.SHOWN


def period_key(period: Period, key: str) -> str:
    """Give the key of a count in the ledger of all periods."""
    return f"{period.first.isoformat()}/{period.last.isoformat()}:{key}"


def add_ledger(joint: Ledger, period: Period, ledger: Ledger, shown: set[str]) -> None:
    """Take over the counts and sums of one period; only what the template shows counts as printed."""
    for count in ledger.counts.values():
        key = period_key(period, count.key)
        joint.counts[key] = replace(
            count, key=key, printed=count.key in shown, forced=count.forced and count.key in shown
        )
    for relation in ledger.relations:
        parts = tuple((times, period_key(period, key)) for times, key in relation.parts)
        joint.relations.append(Relation(period_key(period, relation.total), parts))


def tie_periods(joint: Ledger, period: Period, parts: Sequence[Period], ledger: Ledger) -> None:
    """Say that a period is the sum of its stretches.

    A person who came in two of them counts once in the whole, so the sum may be off by a few: a count of its own.
    """
    for count in ledger.counts.values():
        keys = [period_key(one, count.key) for one in parts]
        if not all(key in joint.counts for key in keys):
            continue
        whole = period_key(period, count.key)
        off = sum(joint.counts[key].value for key in keys) - count.value
        if off == 0:
            joint.relations.append(Relation.of(whole, keys))
            continue
        extra = f"off:{whole}"
        joint.counts[extra] = Count(extra, abs(off), printed=False)
        if off < 0:
            joint.relations.append(Relation.of(whole, [*keys, extra]))
        else:
            # whole + off = sum of the parts, written with one of the parts as the total
            terms = ((1, whole), (1, extra), *((-1, key) for key in keys[1:]))
            joint.relations.append(Relation(keys[0], terms))

"""Facts to figures: every tally of a report, its breakdowns and its means."""

from collections.abc import Sequence
from dataclasses import replace

from gipt.domain.disclosure_history import Earlier
from gipt.domain.disclosure_means import means_that_may_stand
from gipt.domain.indicators import (
    Choices,
    Dimension,
    EnrolmentFact,
    Person,
    ReportFacts,
    ScreeningFact,
    Tally,
    change,
    dose,
    enrolments_in,
    means,
    parts_of,
    people_of,
    reach,
    safety,
    screened_people,
    slices,
)
from gipt.domain.indicators.incidents import CATEGORIES
from gipt.domain.indicators.people import never_completed_screening
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.periods import Period
from gipt.domain.targets import promised
from gipt.reports.counted import Counted
from gipt.reports.definition import Definition
from gipt.reports.ledger import Ledger, dose_place
from gipt.reports.record_figures import costs_of, parts_by_funder, recorded_tallies
from gipt.reports.sums import fill_ledger


def count_facts(
    definition: Definition,
    facts: ReportFacts,
    period: Period,
    choices: Choices,
    earlier: Earlier | None = None,
    only: frozenset[str] | None = None,
) -> Counted:
    """Count everything that a definition asks for and work out what may be printed, also beside `earlier` reports.

    `only`: sets whose totals are printed and nothing else is; None = all that the definition prints.
    """
    choices = replace(
        choices,
        repeat=definition.repeat,
        basis=definition.basis,
        completion_base=definition.completion_base,
    )
    rows = enrolments_in(facts.enrolments, period, choices.basis)
    people = people_of(rows, choices.repeat)
    screened = screened_people(facts.screenings, period)
    counted = Counted(
        choices=choices,
        rows=rows,
        people=people,
        screened=screened,
        tallies=all_tallies(facts, rows, people, screened, period, choices),
        by_set={
            (code, which): rule(people, choices, which)
            for code, rule in OUTCOMES
            for which in change.ANALYSIS_SETS
        },
        breakdowns=[],
        attendance=reach.attendance_by_session(rows, facts.attendance),
        means=all_means(people, choices),
        doses=(),
        standing=set(),
        levels={},
        ledger=Ledger(definition.threshold, earlier=earlier, only=only),
    )
    counted = replace(
        counted,
        costs=costs_of(counted, facts, period),
        quality=facts.quality,
        promised={
            code: promised(facts.targets, code, period) for code in {one.indicator for one in facts.targets}
        },
    )
    fill_breakdowns(counted, definition, facts, period)
    fill_ledger(counted, facts, period)
    if "dose" in definition.sheets:
        counted = with_doses(counted, facts, period)
    counted.standing.update(standing_means(counted))
    return counted


def with_doses(counted: Counted, facts: ReportFacts, period: Period) -> Counted:
    """Add change by sessions attended, where enough people are behind it that totals need not be hidden for it.

    Whether it is there may depend only on what a reader sees anyway: the number of people with both scores,
    printed with the sheet and without it.
    """
    threshold = counted.ledger.threshold
    if threshold is not None and not shows_pairs(counted, DOSE_PAIRS * threshold):
        return counted
    fuller = replace(
        counted,
        doses=dose.change_by_dose(counted.people),
        ledger=Ledger(threshold, earlier=counted.ledger.earlier),
    )
    fill_ledger(fuller, facts, period)
    return fuller if shows_pairs(fuller, 0) else counted


def shows_pairs(counted: Counted, least: int) -> bool:
    """Say whether the number of people with both scores is printed and not below `least`."""
    return counted.ledger.shows("scored_observed") and counted.means["observed"].change.n >= least


DOSE_PAIRS = 10
"""People with both scores, in thresholds, from which change is shown by sessions attended.

Measured over six invented programmes of 120 screened people: of all counts of the indicators, 64 in 100 are shown
without this sheet and 57 with it; at 300 people it makes no difference.
"""
OUTCOMES = (
    ("I-11", change.response),
    ("I-12", change.remission),
    ("I-13", change.under_cut_off),
    ("I-14a", change.reliable_improvement),
    ("I-14b", change.reliable_deterioration),
)


def all_tallies(
    facts: ReportFacts,
    rows: Sequence[EnrolmentFact],
    people: Sequence[Person],
    screened: Sequence[ScreeningFact],
    period: Period,
    choices: Choices,
) -> dict[str, Tally]:
    """Give every tally of domain.md 5.2 that gipt counts, by code; one that is not recorded is not there."""
    due = reach.sessions_in(facts.sessions, period)
    incomplete = never_completed_screening(facts.screenings, period)
    found = [
        reach.screened(screened, incomplete),
        reach.positivity(screened, incomplete),
        reach.uptake(screened, people),
        reach.enrolled(people),
        reach.enrolments(rows),
        reach.start_rate(people),
        reach.completion(people, choices.completion_base),
        reach.dropout(people),
        reach.mean_attendance(rows),
        reach.dose(people),
        change.endline_coverage(people),
        change.late_endlines(people),
        *(rule(people, choices) for _, rule in OUTCOMES),
        *([change.improved_function(people, choices)] if choices.function_measure else ()),
        change.follow_up_maintained(people, choices),
        change.follow_up_coverage(people, choices),
        reach.delivered(due),
        reach.on_time(due, choices),
        safety.handled_in_time(facts.safety, period),
        safety.referral_completion(facts.referrals, period),
        *recorded_tallies(facts, people, period),
    ]
    return {tally.code: tally for tally in found}


def fill_breakdowns(counted: Counted, definition: Definition, facts: ReportFacts, period: Period) -> None:
    """Break down what the definition names, and what is always shown by its own dimension."""
    bands, tallies = counted.choices.age_bands, counted.tallies
    for code in definition.indicators:
        if code in definition.divided and code in tallies:
            for dimension in definition.dimensions:
                counted.breakdowns.append(
                    (tallies[code], slices(tallies[code], dimension, bands, facts.sites))
                )
    if "I-08" in definition.indicators:
        counted.breakdowns.append(
            (tallies["I-08"], slices(tallies["I-08"], Dimension.SESSIONS_ATTENDED, bands))
        )
    if "I-09" in definition.indicators:
        askers = change.endlines_by_asker(counted.people)
        counted.breakdowns.append((askers, slices(askers, Dimension.ASKED_BY, bands)))
    if "I-17" in definition.indicators:
        reasons = reach.not_held_reasons(reach.sessions_in(facts.sessions, period))
        counted.breakdowns.append((reasons, slices(reasons, Dimension.CANCEL_REASON, bands)))
    if "I-23" in definition.indicators and "I-23" in tallies:
        kinds = parts_of(tallies["I-23"], Dimension.INCIDENT_CATEGORY, CATEGORIES)
        counted.breakdowns.append((tallies["I-23"], kinds))
    if "F5" in definition.indicators and facts.funding:
        counted.breakdowns.append((tallies["F5"], parts_by_funder(counted.people, facts.funding)))
    for name, tally in (("opened", safety.opened(facts.safety, period)), ("in_time", tallies["I-21"])):
        counted.levels[name] = parts_of(tally, Dimension.LEVEL, safety.LEVELS)


def all_means(people: Sequence[Person], choices: Choices) -> dict[str, means.MeanChange]:
    """Give every mean change by its name, the dearest first; function only where it is measured."""
    found = {
        "observed": means.mean_change(people),
        "screening": means.change_since_screening(people),
        "midline": means.change_by_midline(people),
        "locf": means.mean_change(people, AnalysisSet.LOCF),
    }
    if choices.function_measure is not None:
        found["function"] = means.function_change(people, choices)
    return found


def standing_means(counted: Counted) -> frozenset[str]:
    """Give the names of the means that may be printed: their own n is, and no two tell of few people.

    Those of function are about another measure, which no sum ties to the scores.
    """
    ledger, least = counted.ledger, counted.ledger.threshold or 1
    standing = {
        name: mean
        for name, mean in counted.means.items()
        if ledger.shows(mean.n_set) and mean.change.n >= least
    }
    doses = {
        part.code: part
        for part in reversed(counted.doses)
        if ledger.shows("scored_observed", dose_place(part.code)) and part.change.n >= least
    }
    if ledger.threshold is None:
        # Nothing is subtracted inside the organisation, so the keys of everybody are not gathered.
        return frozenset(standing) | frozenset(doses)
    scores = [(name, mean.people) for name, mean in standing.items() if name != "function"]
    scores += [(code, part.people) for code, part in doses.items()]
    function = [(name, mean.people) for name, mean in standing.items() if name == "function"]
    return means_that_may_stand(scores, ledger.threshold) | means_that_may_stand(function, ledger.threshold)

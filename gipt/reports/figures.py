"""Facts to figures: every tally of a report, its breakdowns and the sums that tie them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gipt.domain.disclosure import Relation
from gipt.domain.indicators import (
    Choices,
    Dimension,
    EnrolmentFact,
    Person,
    ReportFacts,
    ScreeningFact,
    Slice,
    Tally,
    change,
    enrolments_in,
    people_of,
    reach,
    safety,
    screened_people,
    slices,
)
from gipt.domain.indicators.people import never_completed_screening
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.periods import Period
from gipt.reports.definition import Definition
from gipt.reports.ledger import RANK_HEADLINE, RANK_REST, RANK_TOTAL, Ledger, count_key, place

HEADLINES = frozenset({"I-01", "I-02", "I-03", "F5", "I-04", "I-05"})
SESSION = "session"
"""Dimension of the sheet Attendance."""
SAFETY_UNKNOWN = "safety_unknown"

# Which sets are disjoint parts of which, and the name of what is left over. A reader can subtract, so the left-over
# counts are protected too (see Ledger.tie).
NESTED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("screened", ("eligible",), "screened_not_eligible"),
    ("enrolled", ("eligible_enrolled",), "enrolled_otherwise"),
    ("enrolments", ("enrolled",), "enrolled_again"),
    ("not_completed", ("dropped_out",), "left_or_running"),
    ("endline", ("scored_observed",), "endline_without_baseline"),
    ("scored_observed", ("cases_observed",), "scored_not_cases"),
    ("scored_observed", ("reliable_improvement", "reliable_deterioration"), "no_reliable_change"),
    ("cases_conservative", ("cases_observed",), "cases_without_endline"),
    ("cases_conservative", ("cases_locf",), "cases_perhaps"),
    ("started", ("cases_conservative",), "started_not_cases"),
    ("response_locf", ("response",), "response_carried"),
    ("remission_locf", ("remission",), "remission_carried"),
    ("below_cut_off_locf", ("below_cut_off",), "below_carried"),
    ("not_arrived", ("arrival_unknown",), "known_not_arrived"),
    ("episodes", ("clocked_episodes",), "clock_running"),
    ("started", ("completed",), "not_completed"),
)
# Sums with nothing left over.
WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("started", ("scored_conservative",)),
    ("started", ("scored_observed", "not_paired")),
    ("started", ("scored_locf", "not_carried")),
    ("started", ("function_paired", "function_missing")),
    ("remission", ("remission_followed_up", "remission_not_followed_up")),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything counted for one report; `ledger` tells what may be printed."""

    choices: Choices
    rows: tuple[EnrolmentFact, ...]
    people: tuple[Person, ...]
    screened: tuple[ScreeningFact, ...]
    tallies: dict[str, Tally]
    by_set: dict[tuple[str, AnalysisSet], Tally]
    breakdowns: list[tuple[Tally, tuple[Slice, ...]]]
    attendance: dict[int, tuple[int, int]]
    means: dict[AnalysisSet, change.MeanChange]
    levels: dict[str, tuple[Slice, ...]]
    ledger: Ledger = field(repr=False)


def count_facts(definition: Definition, facts: ReportFacts, period: Period, choices: Choices) -> Counted:
    """Count everything that a definition asks for and work out what may be printed."""
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
        means={
            which: change.mean_change(people, which) for which in (AnalysisSet.OBSERVED, AnalysisSet.LOCF)
        },
        levels={},
        ledger=Ledger(definition.threshold),
    )
    fill_breakdowns(counted, definition, facts, period)
    fill_ledger(counted, facts, period)
    return counted


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
    """Give every tally of domain.md 5.2 that gipt counts, by code."""
    due = reach.sessions_in(facts.sessions, period)
    found = [
        reach.screened(screened, never_completed_screening(facts.screenings, period)),
        reach.positivity(screened),
        reach.uptake(screened, people),
        reach.enrolled(people),
        reach.enrolments(rows),
        reach.start_rate(people),
        reach.completion(people, choices.completion_base),
        reach.dropout(people),
        reach.mean_attendance(rows),
        reach.dose(people),
        change.endline_coverage(people),
        *(rule(people, choices) for _, rule in OUTCOMES),
        change.improved_function(people, choices),
        change.follow_up_maintained(people, choices),
        reach.delivered(due),
        reach.on_time(due, choices),
        safety.handled_in_time(facts.safety, period),
        safety.referral_completion(facts.referrals, period),
    ]
    return {tally.code: tally for tally in found}


def fill_breakdowns(counted: Counted, definition: Definition, facts: ReportFacts, period: Period) -> None:
    """Break down what the definition names, and what is always shown by its own dimension."""
    bands, tallies = counted.choices.age_bands, counted.tallies
    for code in definition.indicators:
        if code in definition.divided:
            for dimension in definition.dimensions:
                counted.breakdowns.append(
                    (tallies[code], slices(tallies[code], dimension, bands, facts.sites))
                )
    if "I-08" in definition.indicators:
        counted.breakdowns.append(
            (tallies["I-08"], slices(tallies["I-08"], Dimension.SESSIONS_ATTENDED, bands))
        )
    if "I-17" in definition.indicators:
        reasons = reach.not_held_reasons(reach.sessions_in(facts.sessions, period))
        counted.breakdowns.append((reasons, slices(reasons, Dimension.CANCEL_REASON, bands)))
    for name, tally in (("opened", safety.opened(facts.safety, period)), ("in_time", tallies["I-21"])):
        found = {part.value: part for part in slices(tally, Dimension.LEVEL, bands)}
        empty = Slice(Dimension.LEVEL, "", 0, None if tally.denominator_set is None else 0)
        counted.levels[name] = tuple(found.get(level, replace(empty, value=level)) for level in safety.LEVELS)


def fill_ledger(counted: Counted, facts: ReportFacts, period: Period) -> None:
    """Note every count and every sum, then work out the marks."""
    ledger = counted.ledger
    for code, tally in counted.tallies.items():
        parts = [found for own, found in counted.breakdowns if own is tally]
        if code == "I-21":
            parts.append(counted.levels["in_time"])
        ledger.add_tally(tally, parts, RANK_HEADLINE if code in HEADLINES else RANK_TOTAL)
    for (_, which), tally in counted.by_set.items():
        ledger.add_tally(tally, rank=RANK_TOTAL if which is AnalysisSet.OBSERVED else RANK_REST)
    for tally, found in counted.breakdowns:
        if tally is not counted.tallies[tally.code]:
            ledger.add_tally(tally, [found])
    ledger.add_tally(safety.opened(facts.safety, period), [counted.levels["opened"]])
    ledger.record(SAFETY_UNKNOWN, safety.safety_unknown(counted.rows, counted.screened))
    ledger.record("not_paired", counted.means[AnalysisSet.OBSERVED].missing)
    ledger.record("not_carried", counted.means[AnalysisSet.LOCF].missing)
    note_attendance(counted)
    tie_sets(counted)
    ledger.close()


def note_attendance(counted: Counted) -> None:
    """Note the counts by session number.

    Together they are I-07, unless make-ups count, which have no session here.
    """
    ledger = counted.ledger
    names = ("attendances", "expected_attendances", "missed_attendances")
    keys: dict[str, list[str]] = {name: [] for name in names}
    for number, (came, expected) in counted.attendance.items():
        where = place(SESSION, f"{number:02d}")
        for name, value in zip(names, (came, expected, expected - came), strict=True):
            keys[name].append(ledger.record(name, value, where))
        ledger.relations.append(
            Relation.of(count_key(names[1], where), [count_key(names[0], where), count_key(names[2], where)])
        )
    for name in names:
        total = ledger.counts[count_key(name)].value
        summed = sum(ledger.counts[key].value for key in keys[name])
        if summed == total and keys[name]:
            ledger.relations.append(Relation.of(count_key(name), keys[name]))
    note_dose(counted)


def note_dose(counted: Counted) -> None:
    """Tie the dose table to the attendances: people times sessions, and what came from other enrolments."""
    ledger = counted.ledger
    parts = [
        (int(key.rpartition("|")[2]), key)
        for key in ledger.counts
        if key.startswith("enrolled@sessions_attended|")
    ]
    weighted = sum(times * ledger.counts[key].value for times, key in parts)
    rest = ledger.counts[count_key("attendances")].value - weighted
    if parts and rest >= 0:
        other = ledger.record("attendances_of_others", rest, shown=False)
        terms = (*tuple((times, key) for times, key in parts if times), (1, other))
        ledger.relations.append(Relation(count_key("attendances"), terms))
    if parts and (zero := "enrolled@sessions_attended|00") in ledger.counts:
        extra = ledger.counts[zero].value - ledger.counts[count_key("not_started")].value
        if extra >= 0:
            later = ledger.record("started_in_another", extra, shown=False)
            ledger.relations.append(Relation.of(zero, [count_key("not_started"), later]))


def tie_sets(counted: Counted) -> None:
    """Note which sets lie in which."""
    ledger, choices = counted.ledger, counted.choices
    for whole, parts, left_over in NESTED:
        ledger.tie(whole, parts, left_over)
    for whole, whole_parts in WHOLE:
        ledger.relations.append(Relation.of(whole, whole_parts))
    # At a cut-off of 8 or more, an endline below 5 is half the baseline or less.
    if choices.cut_off >= 2 * (choices.remission_below - 1):
        ledger.tie("response", ("remission",), "response_not_remission")
    if choices.cut_off >= choices.remission_below:
        ledger.tie("below_cut_off", ("remission",), "below_not_remission")

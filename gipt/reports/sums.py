"""Every count of a report and every sum that ties them: what a reader can add and subtract.

A sum that is missing here is a sum that a reader can use and disclosure control does not know of.
"""

from gipt.domain.data_quality import Check
from gipt.domain.disclosure import Relation
from gipt.domain.incidents import SERIOUS
from gipt.domain.indicators import Dimension, ReportFacts, dose, parts_of, safety, slices
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.periods import Period
from gipt.reports.counted import Counted
from gipt.reports.ledger import RANK_HEADLINE, RANK_REST, RANK_TOTAL, count_key, place

HEADLINES = frozenset({"I-01", "I-02", "I-03", "F5", "I-04", "I-05"})
SESSION = "session"
"""Dimension of the sheet Attendance."""
SAFETY_UNKNOWN = "safety_unknown"

# Which sets are disjoint parts of which, and the name of what is left over. A reader can subtract, so the left-over
# counts are protected too (see Ledger.tie).
NESTED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("screened", ("eligible",), "screened_not_eligible"),
    ("enrolled", ("eligible_enrolled",), "enrolled_otherwise"),
    ("enrolled", ("started",), "not_started"),
    ("enrolments", ("enrolled",), "enrolled_again"),
    ("enrolments", ("enrolments_not_started",), "enrolments_started"),
    ("enrolments_not_started", ("not_started",), "not_started_again"),
    ("enrolled_again", ("not_started_again",), "started_again"),
    ("sessions_held", ("sessions_dated",), "sessions_undated"),
    ("not_completed", ("dropped_out",), "left_or_running"),
    ("no_endline", ("endline_late",), "no_endline_at_all"),
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
    ("incidents", ("serious_incidents",), "other_incidents"),
    ("serious_incidents", ("clocked_incidents",), "incidents_waiting"),
    ("complaints", ("clocked_complaints",), "complaints_running"),
    ("enrolled", ("asked_by_another", "asked_by_own_facilitator"), "not_asked_at_the_end"),
)
# Sums with nothing left over.
WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("started", ("scored_conservative",)),
    ("started", ("scored_observed", "not_paired")),
    ("started", ("scored_locf", "not_carried")),
    ("scored_observed", ("screening_paired", "pairs_without_screening")),
    ("scored_observed", ("midline_paired", "pairs_without_midline")),
    ("remission", ("remission_followed_up", "remission_not_followed_up")),
    ("started", ("function_paired", "function_missing")),
    # Which kinds are serious is known to every reader.
    ("serious_incidents", tuple(f"incidents@{Dimension.INCIDENT_CATEGORY}|{one}" for one in sorted(SERIOUS))),
)
"""A sum of which a part is not counted in this report is left out."""


def quality_key(check: Check) -> str:
    """Give the name under which the ledger knows what a check of the data found."""
    return f"quality_{check}"


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
        if tally is not counted.tallies.get(tally.code):
            ledger.add_tally(tally, [found])
    ledger.add_tally(safety.opened(facts.safety, period), [counted.levels["opened"]])
    ledger.record(SAFETY_UNKNOWN, safety.safety_unknown(counted.rows, counted.screened))
    for mean in counted.means.values():
        ledger.record(mean.n_set, mean.change.n)
        ledger.record(mean.missing_set, mean.missing)
    if counted.quality is not None:
        for check in counted.quality.done:
            ledger.record(quality_key(check), counted.quality.count(check))
    note_change_by_dose(counted)
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
    note_completed_by_dose(counted)


def note_completed_by_dose(counted: Counted) -> None:
    """Tie the dose table to those who completed: who came often enough in the enrolment that counts did.

    The others completed in another enrolment, or by the rule of a shorter curriculum.
    """
    ledger = counted.ledger
    enough = max((one.threshold for one in counted.rows), default=0)
    parts = [
        key
        for key in ledger.counts
        if key.startswith("enrolled@sessions_attended|") and int(key.rpartition("|")[2]) >= enough
    ]
    rest = ledger.counts["completed"].value - sum(ledger.counts[key].value for key in parts)
    if parts and rest >= 0:
        other = ledger.record("completed_otherwise", rest, shown=False)
        ledger.relations.append(Relation.of("completed", [*parts, other]))


def note_change_by_dose(counted: Counted) -> None:
    """Note the counts of the sheet about change by sessions attended, where there is one."""
    codes = [part.code for part in counted.doses]
    if not codes:
        return
    everybody = counted.tallies["I-08"]
    counted.ledger.add_tally(everybody, [slices(everybody, Dimension.SESSIONS_ATTENDED)])
    for tally in (
        dose.scored_by_dose(counted.people),
        dose.response_by_dose(counted.people, counted.choices),
    ):
        counted.ledger.add_tally(tally, [parts_of(tally, Dimension.SESSIONS_ATTENDED, codes)])


def tie_sets(counted: Counted) -> None:
    """Note which sets lie in which."""
    ledger, choices = counted.ledger, counted.choices
    for whole, parts, left_over in NESTED:
        ledger.tie(whole, parts, left_over)
    for whole, whole_parts in WHOLE:
        if ledger.counts.keys() >= {whole, *whole_parts}:
            ledger.relations.append(Relation.of(whole, whole_parts))
    ledger.tie("enrolled", ("scored_observed",), "enrolled_not_scored", Dimension.SESSIONS_ATTENDED)
    if all(one.positive for one in counted.screened if one.eligible):
        ledger.tie("positive", ("eligible",), "positive_not_eligible")
    # At a cut-off of 8 or more, an endline below 5 is half the baseline or less.
    if choices.cut_off >= 2 * (choices.remission_below - 1):
        ledger.tie("response", ("remission",), "response_not_remission")
    if choices.cut_off >= choices.remission_below:
        ledger.tie("below_cut_off", ("remission",), "below_not_remission")

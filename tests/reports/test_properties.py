"""What holds for the figures of every programme: more people never count less, parts add up, changes change little."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.indicators import (
    AttendanceFact,
    Dimension,
    EnrolmentFact,
    ReportFacts,
    Score,
    ScreeningFact,
    SessionFact,
    Tally,
    Traits,
    change,
    dose,
    enrolments_in,
    people_of,
    reach,
    screened_people,
    slices,
)
from gipt.domain.people import DEFAULT_AGE_BANDS, Disability, Displacement, ExitType, Sex
from gipt.domain.periods import Period
from gipt.domain.scheduling import CancelReason, SessionStatus
from gipt.reports.figures import OUTCOMES, all_tallies
from tests.reports.programme import FIRST, PERIOD, SITES, context

CHOICES = replace(context().choices, function_measure="whodas12@0-4")
CROSSED = (
    Dimension.SEX, Dimension.AGE_BAND, Dimension.SITE, Dimension.DISABILITY, Dimension.DISPLACEMENT,
    Dimension.POPULATION,
)  # fmt: skip
TOTALS = st.none() | st.integers(0, 27)

traits = st.builds(
    Traits,
    sex=st.sampled_from(Sex),
    age=st.none() | st.integers(8, 90),
    disability=st.sampled_from(Disability),
    displacement=st.sampled_from(Displacement),
    population=st.sampled_from([None, "perinatal", "hiv"]),
)


@st.composite
def enrolments(draw: st.DrawFn, person: str, number: int, who: Traits) -> EnrolmentFact:
    """Draw one enrolment of a person, in or after the period."""
    attended = draw(st.integers(0, 8))

    def score() -> Score | None:
        total = draw(TOTALS)
        return None if total is None else Score(FIRST, total)

    return EnrolmentFact(
        person=person,
        enrolment=f"{person}-{number}",
        site=draw(st.sampled_from(SITES)),
        cycle=draw(st.sampled_from(["C-1", "C-2"])),
        enrolled_on=FIRST + timedelta(draw(st.integers(0, 220))),
        traits=who,
        sessions=8,
        threshold=6,
        attended=attended,
        expected=draw(st.integers(attended, 8)),
        completed=attended >= 6,
        cycle_closed=draw(st.booleans()),
        exit=draw(st.none() | st.sampled_from(ExitType)),
        baseline=score(),
        endline=(end := score()),
        late_endline=end is None and draw(st.booleans()),
        last_valid=draw(TOTALS),
        function_pre=draw(TOTALS),
        function_post=draw(TOTALS),
        follow_ups=tuple(filter(None, [score()])),
    )


@st.composite
def somebody(draw: st.DrawFn, person: str) -> tuple[list[EnrolmentFact], list[ScreeningFact]]:
    """Draw one person: screened perhaps, enrolled up to twice."""
    who = draw(traits)
    rows = [draw(enrolments(person, number, who)) for number in range(draw(st.integers(0, 2)))]
    complete = draw(st.booleans())
    positive = draw(st.booleans()) if complete else None
    screening = ScreeningFact(
        person,
        draw(st.sampled_from(SITES)),
        FIRST,
        who,
        complete,
        positive,
        bool(positive) and draw(st.booleans()),
        10,
    )
    return rows, [screening] if draw(st.booleans()) else []


@st.composite
def programmes(draw: st.DrawFn, most: int = 6) -> ReportFacts:
    """Draw a small programme."""
    people = [draw(somebody(f"p{number}")) for number in range(draw(st.integers(0, most)))]
    sessions = tuple(draw(session(number)) for number in range(1, draw(st.integers(1, 9))))
    return with_people(ReportFacts(sessions=sessions, sites=SITES), people)


@st.composite
def session(draw: st.DrawFn, number: int) -> SessionFact:
    """Draw one session that was due."""
    due = FIRST + timedelta(7 * number)
    if draw(st.booleans()):
        held = due + timedelta(draw(st.integers(-3, 9)))
        return SessionFact("S1", "C-1", number, due, SessionStatus.HELD, due, held)
    reason = draw(st.sampled_from(CancelReason))
    return SessionFact("S1", "C-1", number, due, SessionStatus.CANCELLED, due, None, reason)


def with_people(
    facts: ReportFacts, people: Iterable[tuple[list[EnrolmentFact], list[ScreeningFact]]]
) -> ReportFacts:
    found = list(people)
    return replace(
        facts,
        enrolments=facts.enrolments + tuple(row for rows, _ in found for row in rows),
        screenings=facts.screenings + tuple(one for _, asked in found for one in asked),
    )


def tallies_of(facts: ReportFacts, period: Period = PERIOD) -> dict[str, Tally]:
    """Count everything that a report counts."""
    rows = enrolments_in(facts.enrolments, period)
    people = people_of(rows)
    screened = screened_people(facts.screenings, period)
    found = all_tallies(facts, rows, people, screened, period, CHOICES)
    for code, rule in OUTCOMES:
        found |= {f"{code} {which}": rule(people, CHOICES, which) for which in change.ANALYSIS_SETS}
    others = (
        change.endlines_by_asker(people),
        dose.scored_by_dose(people),
        dose.response_by_dose(people, CHOICES),
        reach.not_held_reasons(facts.sessions),
    )
    return found | {f"{one.code} {one.rules[-1]}": one for one in others}


@settings(max_examples=60, deadline=None)
@given(programmes(), somebody("new"))
def test_adding_a_person_never_lowers_a_count(
    facts: ReportFacts, new: tuple[list[EnrolmentFact], list[ScreeningFact]]
) -> None:
    before, after = tallies_of(facts), tallies_of(with_people(facts, [new]))
    assert before.keys() == after.keys()
    for code, old in before.items():
        now = after[code]
        for name in ("numerator", "denominator", "n", "missing", "excluded"):
            assert (getattr(old, name) or 0) <= (getattr(now, name) or 0), (code, name)


@settings(max_examples=60, deadline=None)
@given(programmes())
def test_every_breakdown_adds_up_to_its_total(facts: ReportFacts) -> None:
    for code, tally in tallies_of(facts).items():
        own = (Dimension.SESSIONS_ATTENDED, Dimension.CANCEL_REASON, Dimension.LEVEL, Dimension.ASKED_BY)
        for dimension in (*CROSSED, *own):
            parts = slices(tally, dimension, DEFAULT_AGE_BANDS, SITES)
            assert sum(one.numerator for one in parts) == tally.numerator, (code, dimension)
            assert sum(one.denominator or 0 for one in parts) == (tally.denominator or 0), (code, dimension)


@settings(max_examples=60, deadline=None)
@given(programmes())
def test_nobody_is_counted_twice_and_nobody_is_lost(facts: ReportFacts) -> None:
    """People of a share are the counted, the unknown and the left out; a numerator never exceeds them."""
    found = tallies_of(facts)
    enrolled, started = found["F5"].numerator, found["I-04"].numerator
    for code, tally in found.items():
        assert (
            0 <= tally.numerator <= (tally.denominator if tally.denominator is not None else tally.numerator)
        )
        if tally.excluded_set == "not_started" and code not in ("I-05", "I-06", "I-09"):
            everybody = (tally.denominator or 0) + (0 if "conservative" in code else tally.missing)
            assert everybody + tally.excluded == enrolled, code
        if tally.excluded_set == "started_not_cases":
            everybody = (tally.denominator or 0) + (0 if "conservative" in code else tally.missing)
            assert everybody + tally.excluded == started, code


@settings(max_examples=50, deadline=None)
@given(programmes(), st.integers(0, 5), st.integers(0, 5))
def test_merging_two_records_makes_one_person_of_two_and_loses_no_history(
    facts: ReportFacts, first: int, second: int
) -> None:
    keep, other = f"p{first}", f"p{second}"
    merged = replace(
        facts,
        enrolments=tuple(
            replace(one, person=keep) if one.person == other else one for one in facts.enrolments
        ),
        screenings=tuple(
            replace(one, person=keep) if one.person == other else one for one in facts.screenings
        ),
    )
    before, after = tallies_of(facts), tallies_of(merged)
    both_enrolled = keep != other and {keep, other} <= {
        one.person for one in enrolments_in(facts.enrolments, PERIOD)
    }
    assert after["F5"].numerator == before["F5"].numerator - both_enrolled
    for code in ("F5-E", "I-07", "I-17", "I-18"):
        assert (after[code].numerator, after[code].denominator) == (
            before[code].numerator,
            before[code].denominator,
        )


@settings(max_examples=50, deadline=None)
@given(programmes(), st.data())
def test_coming_back_adds_an_enrolment_and_no_person_and_leaves_change_as_it_was(
    facts: ReportFacts, data: st.DataObject
) -> None:
    rows = enrolments_in(facts.enrolments, PERIOD)
    if not rows:
        return
    last = max(one.enrolled_on for one in rows)
    again = replace(
        data.draw(enrolments(rows[0].person, 9, rows[0].traits)),
        enrolled_on=min(last, PERIOD.last),
        enrolment="~",
    )
    before, after = tallies_of(facts), tallies_of(replace(facts, enrolments=(*facts.enrolments, again)))
    assert after["F5"].numerator == before["F5"].numerator
    assert after["F5-E"].numerator == before["F5-E"].numerator + 1
    # Who had started stays compared by the first enrolment; who starts only now enters the figures about change.
    if next(one for one in people_of(rows) if one.key == rows[0].person).started:
        for code in after:
            if code.startswith(("I-1", "I-09")) and code not in ("I-17", "I-18"):
                assert (before[code].numerator, before[code].denominator) == (
                    after[code].numerator,
                    after[code].denominator,
                ), code


def test_a_cancelled_session_changes_delivery_only() -> None:
    due = tuple(
        SessionFact(
            "S1", "C", n, FIRST + timedelta(7 * n), SessionStatus.HELD, None, FIRST + timedelta(7 * n)
        )
        for n in (1, 2)
    )
    marks = (AttendanceFact("e", 1, AttendanceStatus.PRESENT, True, True),)
    one = EnrolmentFact("p", "e", "S1", "C", date(2026, 1, 5), Traits(), 8, 6, 1, 1, False, False)
    held = ReportFacts((one,), sessions=due[:1], attendance=marks, sites=SITES)
    off = replace(due[1], status=SessionStatus.CANCELLED, held_on=None, cancel_reason=CancelReason.FUNERAL)
    before, after = tallies_of(held), tallies_of(replace(held, sessions=(due[0], off)))
    changed = {
        code
        for code in before
        if (before[code].numerator, before[code].denominator)
        != (after[code].numerator, after[code].denominator)
    }
    assert changed == {"I-17", "I-17 due"}
    assert (after["I-17"].numerator, after["I-17"].denominator) == (1, 2)

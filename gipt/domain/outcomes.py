"""Every definition of change that reports use, each as its own function, and who is counted.

Lives here: definitions over (pre, post), the choice of baseline and endline, analysis sets. Does not live
here: means and intervals (`gipt.domain.statistics`), indicators with their labels. Scores are totals on the
reported scale. Definitions by points take the direction of the measure; definitions by share (50 %, 20 %)
are meant for totals that start at 0 and where higher is worse, and refuse another direction. Nothing here is
called cured.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gipt.domain.measures import AssessmentPoint, Direction, improvement, meets_cut_off
from gipt.domain.problems import Invalid

WORSE = Direction.HIGHER_IS_WORSE
COVERAGE_WARNING_BELOW = 80  # per cent of started members with an endline (domain.md 5.4.6)

OutcomeRule = Callable[[int, int], bool]
"""A definition with its parameters filled in: (pre, post) -> met or not."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The published numbers of one measure; `caseness` is the lowest total that is a case."""

    caseness: int
    reliable_step: int
    remission_below: int
    citation: str


PHQ9_THRESHOLDS = Thresholds(10, 6, 5, "IAPT definitions, NCT05134103; remission: 10.1176/appi.ps.201900295")
GAD7_THRESHOLDS = Thresholds(8, 4, 5, "IAPT definitions, NCT05134103 (caseness above 7, reliable change 4)")
_THRESHOLDS = {"phq9": PHQ9_THRESHOLDS, "gad7": GAD7_THRESHOLDS}


def thresholds_for(measure_code: str) -> Thresholds | None:
    """Give the published numbers of a measure; None where none are known to us."""
    return _THRESHOLDS.get(measure_code)


# Definitions


def responded(pre: int, post: int, direction: Direction = WORSE) -> bool:
    """Say whether the score fell by 50 % or more: `2 * post <= pre`. A baseline of 0 cannot fall.

    Source: HEDIS-type metrics; Psychiatric Services 2020, 10.1176/appi.ps.201900295.
    """
    _need_higher_is_worse(direction)
    return pre > 0 and 2 * post <= pre


def remitted(post: int, below: int = 5, direction: Direction = WORSE) -> bool:
    """Say whether the last score is below 5. Source: Psychiatric Services 2020, 10.1176/appi.ps.201900295."""
    _need_higher_is_worse(direction)
    return post < below


def clinically_significant(pre: int, post: int, at_most: int = 9, direction: Direction = WORSE) -> bool:
    """Say whether the score is 9 or less and fell by 50 % or more.

    Source: the original PHQ-9 definition, as in McMillan 2010, J Affect Disord 127:122.
    """
    return responded(pre, post, direction) and post <= at_most


def recovered(pre: int, post: int, caseness: int = 10, direction: Direction = WORSE) -> bool:
    """Say whether somebody was a case before (10 or more) and is none now (9 or less).

    Source: IAPT, caseness above 9 on the PHQ-9 (NCT05134103; Public Health England Fingertips glossary).
    """
    return below_cut_off(pre, post, caseness, direction)


def below_cut_off(pre: int, post: int, cut_off: int, direction: Direction = WORSE) -> bool:
    """Say whether somebody met the programme's entry cut-off before and does not now (indicator I-13).

    The cut-off is the programme's setting with its citation, not the edge of a band.
    """
    return meets_cut_off(pre, cut_off, direction) and not meets_cut_off(post, cut_off, direction)


def reliably_improved(pre: int, post: int, step: int = 6, direction: Direction = WORSE) -> bool:
    """Say whether somebody is better by 6 points or more. Source: IAPT for the PHQ-9 (NCT05134103)."""
    return improvement(pre, post, direction) >= step


def reliably_recovered(
    pre: int, post: int, caseness: int = 10, step: int = 6, direction: Direction = WORSE
) -> bool:
    """Say whether somebody recovered and improved reliably. Source: IAPT; Gyani and others 2013."""
    improved = reliably_improved(pre, post, step, direction)
    return improved and recovered(pre, post, caseness, direction)


def reliably_deteriorated(pre: int, post: int, step: int = 6, direction: Direction = WORSE) -> bool:
    """Say whether somebody is worse by 6 points or more. Source: IAPT convention."""
    return improvement(pre, post, direction) <= -step


def minimally_improved(pre: int, post: int, step: int = 5, direction: Direction = WORSE) -> bool:
    """Say whether somebody is better by the minimal important difference of 5 points.

    Source: the value long in use for the PHQ-9 (to be confirmed by the clinical lead).
    """
    return improvement(pre, post, direction) >= step


def relatively_improved(pre: int, post: int, percent: int = 20, direction: Direction = WORSE) -> bool:
    """Say whether the score fell by 20 % of the baseline or more.

    Source: cohort of 400 in UK primary care (PMC9340848): about 20 %, a larger share where symptoms are mild.
    """
    _need_higher_is_worse(direction)
    return pre > 0 and 100 * (pre - post) >= percent * pre


def minimal_symptoms(post: int, at_most: int = 4, direction: Direction = WORSE) -> bool:
    """Say whether somebody ended with no or minimal symptoms, 0-4.

    Source: StrongMinds counts these at the end; the exact cut is to be confirmed by the clinical lead.
    """
    _need_higher_is_worse(direction)
    return post <= at_most


def uganda_recovered(pre: int, post: int, direction: Direction = WORSE) -> bool:
    """Say whether a local score fell by 50 % or more. Source: Acholi adolescents' trial, Bolton 2007."""
    return responded(pre, post, direction)


def uganda_remitted(post: int, cut_off: int, direction: Direction = WORSE) -> bool:
    """Say whether a local score is at or under the local cut-off. Source: Acholi trial, Bolton 2007."""
    _need_higher_is_worse(direction)
    return post <= cut_off


def improved_by(pre: int, post: int, step: int, direction: Direction = WORSE) -> bool:
    """Say whether somebody is better by the step that the programme chose, as for function (I-15)."""
    return improvement(pre, post, direction) >= step


def remission_maintained(end: int, follow_up: int, below: int = 5) -> bool:
    """Say whether somebody in remission at the end still is at follow-up (indicator I-16)."""
    return remitted(end, below) and remitted(follow_up, below)


def _need_higher_is_worse(direction: Direction) -> None:
    if direction is not Direction.HIGHER_IS_WORSE:
        raise Invalid(field="measure", reason="not_defined_for_direction")


# Which pre and which post


@dataclass(frozen=True, slots=True)
class ScoredAssessment:
    """One administration of one measure as the choice of pre and post sees it; `total` None = incomplete."""

    id: str
    point: AssessmentPoint
    on: date
    total: int | None
    prorated: bool = False


@dataclass(frozen=True, slots=True)
class Endline:
    """The endline that counts, or the one that came too late and is only reported as late."""

    inside: ScoredAssessment | None = None
    late: ScoredAssessment | None = None


@dataclass(frozen=True, slots=True)
class EndlineWindow:
    """Days after the last group session on which an endline counts, both ends included (decision 5)."""

    first_day: int = 0
    last_day: int = 28

    def holds(self, day: date, last_session: date) -> bool:
        return self.first_day <= (day - last_session).days <= self.last_day


DEFAULT_WINDOW = EndlineWindow()


def select_baseline(
    assessments: Iterable[ScoredAssessment], first_attended: date | None, include_prorated: bool = False
) -> ScoredAssessment | None:
    """Give the last valid pre-group score on or before the first attended session; None if there is none.

    Never a screening score: people are admitted because it was high, so it falls by chance alone (decision 5,
    domain.md 5.4.1). For somebody who attended nothing, the last pre-group score.
    """
    fitting = [
        one
        for one in assessments
        if one.point is AssessmentPoint.PRE_GROUP
        and _is_valid(one, include_prorated)
        and (first_attended is None or one.on <= first_attended)
    ]
    return max(fitting, key=lambda one: (one.on, one.id), default=None)


def select_endline(
    assessments: Iterable[ScoredAssessment],
    last_session: date | None,
    window: EndlineWindow = DEFAULT_WINDOW,
    include_prorated: bool = False,
) -> Endline:
    """Give the first valid endline inside the window; else the first one after it, as late.

    `last_session` is the day of the last core session that was held; without one there is no endline.
    """
    if last_session is None:
        return Endline()
    valid = sorted(
        (
            one
            for one in assessments
            if one.point is AssessmentPoint.ENDLINE and _is_valid(one, include_prorated)
        ),
        key=lambda one: (one.on, one.id),
    )
    inside = next((one for one in valid if window.holds(one.on, last_session)), None)
    if inside is not None:
        return Endline(inside=inside)
    late = next((one for one in valid if (one.on - last_session).days > window.last_day), None)
    return Endline(late=late)


def last_valid_after(
    assessments: Iterable[ScoredAssessment],
    baseline: ScoredAssessment,
    until: date | None = None,
    include_prorated: bool = False,
) -> ScoredAssessment | None:
    """Give the last valid score of a session, midline or endline after the baseline, for LOCF; None if none.

    `until` leaves out what came after the endline window. Follow-ups never stand in for an endline.
    """
    points = {AssessmentPoint.SESSION, AssessmentPoint.MIDLINE, AssessmentPoint.ENDLINE}
    fitting = [
        one
        for one in assessments
        if one.point in points
        and one.on >= baseline.on
        and _is_valid(one, include_prorated)
        and (until is None or one.on <= until)
    ]
    return max(fitting, key=lambda one: (one.on, one.id), default=None)


def select_midline(
    assessments: Iterable[ScoredAssessment], baseline: ScoredAssessment, include_prorated: bool = False
) -> ScoredAssessment | None:
    """Give the last valid score half-way, not before the baseline; None if there is none (domain.md 2.1)."""
    fitting = [
        one
        for one in assessments
        if one.point is AssessmentPoint.MIDLINE and one.on >= baseline.on and _is_valid(one, include_prorated)
    ]
    return max(fitting, key=lambda one: (one.on, one.id), default=None)


def _is_valid(one: ScoredAssessment, include_prorated: bool) -> bool:
    return one.total is not None and (include_prorated or not one.prorated)


# Analysis sets


class AnalysisSet(StrEnum):
    """Who is counted and what a missing endline means; every figure names its set (domain.md 5.4.6)."""

    OBSERVED = "observed"
    CONSERVATIVE = "conservative"
    LOCF = "locf"
    COMPLETERS = "completers"
    AS_ENROLLED = "as_enrolled"


@dataclass(frozen=True, slots=True)
class Case:
    """One enrolment for outcome figures; `last_valid` is the last valid score after the baseline."""

    pre: int | None
    post: int | None
    started: bool = True
    completed: bool = False
    last_valid: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A numerator and its denominator; never a bare percentage."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class CaseCutOff:
    """Restriction to people who met a cut-off at baseline, as I-11 to I-13 ask."""

    value: int
    direction: Direction = WORSE


def pairs(cases: Iterable[Case], which: AnalysisSet = AnalysisSet.OBSERVED) -> list[tuple[int, int]]:
    """Give (pre, post) of those who have both in this set, in the order of `cases`.

    LOCF puts the last valid score, else the baseline, for a missing endline. The conservative sets have no
    pairs of their own: they say what a missing endline means for a rate, and give the observed pairs here.
    """
    found: list[tuple[int, int]] = []
    for case in cases:
        post = _post(case, which)
        if case.pre is not None and post is not None and _belongs(case, which):
            found.append((case.pre, post))
    return found


def rate(
    cases: Sequence[Case],
    rule: OutcomeRule,
    which: AnalysisSet = AnalysisSet.OBSERVED,
    cut_off: CaseCutOff | None = None,
) -> Rate:
    """Give how many met `rule`, of how many.

    In the conservative sets everybody who started (or was enrolled) is in the denominator and a missing
    score is not a success; with `cut_off`, only a known baseline on the other side of it takes somebody out.
    """
    chosen = [pair for pair in pairs(cases, which) if cut_off is None or _is_case(pair[0], cut_off)]
    met = sum(rule(pre, post) for pre, post in chosen)
    if which not in (AnalysisSet.CONSERVATIVE, AnalysisSet.AS_ENROLLED):
        return Rate(met, len(chosen))
    everybody = sum(
        _belongs(case, which) and (cut_off is None or case.pre is None or _is_case(case.pre, cut_off))
        for case in cases
    )
    return Rate(met, everybody)


def endline_coverage(cases: Iterable[Case]) -> Rate:
    """Give how many of those who started have a valid endline in its window (indicator I-09)."""
    started = [case for case in cases if case.started]
    return Rate(sum(case.post is not None for case in started), len(started))


def coverage_is_low(coverage: Rate) -> bool:
    """Say whether coverage is below 80 %, so that a report must print its warning line."""
    return 100 * coverage.numerator < COVERAGE_WARNING_BELOW * coverage.denominator


def _is_case(pre: int, cut_off: CaseCutOff) -> bool:
    return meets_cut_off(pre, cut_off.value, cut_off.direction)


def _belongs(case: Case, which: AnalysisSet) -> bool:
    if which in (AnalysisSet.CONSERVATIVE, AnalysisSet.LOCF):
        return case.started
    return case.completed if which is AnalysisSet.COMPLETERS else True


def _post(case: Case, which: AnalysisSet) -> int | None:
    if case.post is not None or which is not AnalysisSet.LOCF:
        return case.post
    return case.last_valid if case.last_valid is not None else case.pre

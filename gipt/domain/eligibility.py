"""Who may take part, and who may be in one group together.

Lives here: versioned criteria and the outcome of assessing somebody against them with its reasons (domain.md
1.4). Does not live here: `gipt.domain.group_formation`, which says what speaks against a group. An outcome
is one of eight, never yes or no; while something is missing there is none.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from gipt.domain.measures import Direction, Measure, get_measure_by_key, meets_cut_off
from gipt.domain.problems import Conflict, Invalid, NotAllowed
from gipt.domain.risk import may_lower


class EligibilityOutcome(StrEnum):
    """What screening and assessment led to."""

    ELIGIBLE = "eligible"
    ELIGIBLE_WAITLISTED = "eligible_waitlisted"
    BELOW_THRESHOLD = "below_threshold"
    EXCLUDED_RISK_REFERRED = "excluded_risk_referred"
    EXCLUDED_OTHER_REFERRED = "excluded_other_referred"
    DECLINED = "declined"
    NOT_REACHABLE = "not_reachable"
    DUPLICATE = "duplicate"


class EligibilityReason(StrEnum):
    """Why; several may stand together."""

    MEETS_CUT_OFF = "meets_cut_off"
    BELOW_CUT_OFF = "below_cut_off"
    FUNCTION_BELOW_THRESHOLD = "function_below_threshold"
    EXCLUSION = "exclusion"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    DECLINED = "declined"
    NOT_REACHABLE = "not_reachable"
    DUPLICATE = "duplicate"
    NO_PLACE = "no_place"
    SCORE_MISSING = "score_missing"
    FUNCTION_MISSING = "function_missing"
    AGE_MISSING = "age_missing"
    SAFETY_UNKNOWN = "safety_unknown"


class Exclusion(StrEnum):
    """Reasons to refer instead of enrolling; a programme may add codes of its own.

    Sources: SAATHI-2 Nepal (current plan or attempt in the past 3 months; recent conversion disorder),
    Acholi trial (severe suicidal ideation), Kenya (mania, alcohol and drugs, disorientation). Not among
    them, on purpose: medication, HIV, pregnancy, passive thoughts of death with a safety plan.
    """

    IMMINENT_RISK = "imminent_risk"
    RECENT_ATTEMPT = "recent_attempt"
    PSYCHOSIS = "psychosis"
    MANIA = "mania"
    COGNITIVE = "cognitive"
    SUBSTANCE = "substance"


RISK_EXCLUSIONS = frozenset({Exclusion.IMMINENT_RISK, Exclusion.RECENT_ATTEMPT})


@dataclass(frozen=True, slots=True)
class Criteria:
    """One version of a programme's entry rules; changing them makes a new version and rewrites no history.

    `measure` and `function_measure` are keys (`phq9`, `whodas12@0-4`). A cut-off belongs to those who need
    help: at or above it where higher is worse, at or below it where higher is better. `citation` says where
    the cut-off comes from for this language and population.
    """

    version: int
    measure: str
    cut_off: int
    citation: str
    function_measure: str | None = None
    function_threshold: int | None = None
    function_citation: str = ""
    age_min: int | None = None
    age_max: int | None = None
    exclusions: tuple[str, ...] = tuple(Exclusion)
    risk_exclusions: frozenset[str] = RISK_EXCLUSIONS


DEFAULT_CRITERIA = Criteria(
    version=1,
    measure="phq9",
    cut_off=10,
    citation="Kroenke K, Spitzer RL, Williams JBW. The PHQ-9. J Gen Intern Med 2001;16:606-613",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known about somebody who was screened.

    Totals are None when missing or incomplete; a prorated total counts as missing. `exclusions` are the
    codes that were found. `safety_unknown`: a safety item was refused or left out and nobody has asked again
    yet.
    """

    total: int | None
    total_prorated: bool = False
    function_total: int | None = None
    function_prorated: bool = False
    age: int | None = None
    exclusions: frozenset[str] = frozenset()
    safety_unknown: bool = False
    declined: bool = False
    reachable: bool = True
    duplicate: bool = False
    place_free: bool = True


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The outcome with its reasons and the version of the criteria.

    `outcome` None = cannot be said yet; `reasons` then name what is missing. `exclusions` are the codes that
    excluded.
    """

    outcome: EligibilityOutcome | None
    reasons: tuple[EligibilityReason, ...]
    criteria_version: int
    exclusions: tuple[str, ...] = ()
    overridden_from: EligibilityOutcome | None = None
    override_reason: str = field(default="", repr=False)


_O, _R = EligibilityOutcome, EligibilityReason


def check_criteria(criteria: Criteria) -> None:
    """Refuse criteria that could not be applied or defended.

    Raises Invalid (`cut_off` or `function_threshold` outside the measure, `citation` missing, ages in the
    wrong order) or what `get_measure_by_key` raises.
    """
    _check_cut_off("cut_off", get_measure_by_key(criteria.measure), criteria.cut_off)
    if not criteria.citation.strip():
        raise Invalid(field="citation", reason="missing")
    if (criteria.function_measure is None) != (criteria.function_threshold is None):
        raise Invalid(field="function_threshold", reason="needs_both")
    if criteria.function_measure is not None and criteria.function_threshold is not None:
        function = get_measure_by_key(criteria.function_measure)
        _check_cut_off("function_threshold", function, criteria.function_threshold)
    if None not in (criteria.age_min, criteria.age_max) and (criteria.age_min or 0) > (criteria.age_max or 0):
        raise Invalid(field="age_max", reason="below_minimum", low=criteria.age_min)


def assess(criteria: Criteria, person: Candidate) -> Eligibility:
    """Give the outcome of one person against one version of the criteria.

    What comes first wins: risk, duplicate, declined, other exclusions and age, not reachable, below
    threshold, something missing, eligible. So a person at risk is never filed under anything milder.
    """
    found = tuple(code for code in criteria.exclusions if code in person.exclusions)
    at_risk = tuple(code for code in found if code in criteria.risk_exclusions)
    if at_risk:
        return Eligibility(_O.EXCLUDED_RISK_REFERRED, (_R.EXCLUSION,), criteria.version, at_risk)
    if person.duplicate:
        return Eligibility(_O.DUPLICATE, (_R.DUPLICATE,), criteria.version)
    if person.declined:
        return Eligibility(_O.DECLINED, (_R.DECLINED,), criteria.version)
    other = ((_R.EXCLUSION,) if found else ()) + _age_reasons(criteria, person.age)
    if other:
        return Eligibility(_O.EXCLUDED_OTHER_REFERRED, other, criteria.version, found)
    if not person.reachable:
        return Eligibility(_O.NOT_REACHABLE, (_R.NOT_REACHABLE,), criteria.version)
    return _by_scores(criteria, person)


def overridden(
    result: Eligibility, outcome: EligibilityOutcome, *, reason: str, roles: frozenset[str] | set[str]
) -> Eligibility:
    """Give the result as a supervisor or clinical lead decided otherwise; overrides are counted in reports.

    Raises NotAllowed for other roles, Invalid without a reason, Conflict when there is nothing to override.
    """
    if not may_lower(roles):
        raise NotAllowed()
    if not reason.strip():
        raise Invalid(field="reason", reason="missing")
    if result.outcome is None or result.outcome is outcome:
        raise Conflict(reason="nothing_to_override")
    return replace(result, outcome=outcome, overridden_from=result.outcome, override_reason=reason.strip())


def _by_scores(criteria: Criteria, person: Candidate) -> Eligibility:
    symptoms = _meets(criteria.measure, criteria.cut_off, person.total, person.total_prorated)
    function = _meets(
        criteria.function_measure,
        criteria.function_threshold,
        person.function_total,
        person.function_prorated,
    )
    wants_function = criteria.function_measure is not None
    below = ((_R.BELOW_CUT_OFF,) if symptoms is False else ()) + (
        (_R.FUNCTION_BELOW_THRESHOLD,) if wants_function and function is False else ()
    )
    if below:
        return Eligibility(_O.BELOW_THRESHOLD, below, criteria.version)
    missing = _missing(criteria, person, symptoms, function if wants_function else True)
    if missing:
        return Eligibility(None, missing, criteria.version)
    if person.place_free:
        return Eligibility(_O.ELIGIBLE, (_R.MEETS_CUT_OFF,), criteria.version)
    return Eligibility(_O.ELIGIBLE_WAITLISTED, (_R.MEETS_CUT_OFF, _R.NO_PLACE), criteria.version)


def _missing(
    criteria: Criteria, person: Candidate, symptoms: bool | None, function: bool | None
) -> tuple[EligibilityReason, ...]:
    limited = criteria.age_min is not None or criteria.age_max is not None
    checks = (
        (symptoms is None, _R.SCORE_MISSING),
        (function is None, _R.FUNCTION_MISSING),
        (limited and person.age is None, _R.AGE_MISSING),
        (person.safety_unknown, _R.SAFETY_UNKNOWN),
    )
    return tuple(reason for is_missing, reason in checks if is_missing)


def _meets(measure_key: str | None, cut_off: int | None, total: int | None, prorated: bool) -> bool | None:
    if measure_key is None or cut_off is None or total is None or prorated:
        return None
    return meets_cut_off(total, cut_off, get_measure_by_key(measure_key).direction)


def _age_reasons(criteria: Criteria, age: int | None) -> tuple[EligibilityReason, ...]:
    if age is None:
        return ()
    if criteria.age_min is not None and age < criteria.age_min:
        return (_R.TOO_YOUNG,)
    return (_R.TOO_OLD,) if criteria.age_max is not None and age > criteria.age_max else ()


def _check_cut_off(name: str, measure: Measure, cut_off: int) -> None:
    """A cut-off that everybody meets selects nobody, so the harmless end of the scale is refused too."""
    low, high = measure.total_min, measure.total_max
    low, high = (low + 1, high) if measure.direction is Direction.HIGHER_IS_WORSE else (low, high - 1)
    if not low <= cut_off <= high:
        raise Invalid(field=name, reason="out_of_range", low=low, high=high)

"""Adverse events: their categories, what makes one serious, by when a serious one is reported.

Categories and the line between serious and other events follow those of a trial of a psychosocial intervention
(War Child; domain.md 3.7, source S58). An incident is written down by a person; a worse score opens a prompt to
look, never an incident by itself.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from gipt.domain.problems import Invalid


class IncidentCategory(StrEnum):
    """What happened; the first seven are serious by themselves."""

    DEATH = "death"
    SUICIDE_ATTEMPT = "suicide_attempt"
    VICTIMISATION = "victimisation"
    SERIOUS_VIOLENCE = "serious_violence"
    EMERGENCY_STAY = "emergency_stay"
    LACK_OF_FOOD = "lack_of_food"
    OTHER_SERIOUS = "other_serious"
    INJURY = "injury"
    RISE_IN_THOUGHTS = "rise_in_thoughts"
    CONCRETE_PLAN = "concrete_plan"
    RISE_IN_DISTRESS = "rise_in_distress"
    RISE_IN_CONFLICT = "rise_in_conflict"
    OTHER_VIOLENCE = "other_violence"
    CONFIDENTIALITY = "confidentiality"
    OTHER = "other"


SERIOUS = frozenset(
    {
        IncidentCategory.DEATH,
        IncidentCategory.SUICIDE_ATTEMPT,
        IncidentCategory.VICTIMISATION,
        IncidentCategory.SERIOUS_VIOLENCE,
        IncidentCategory.EMERGENCY_STAY,
        IncidentCategory.LACK_OF_FOOD,
        IncidentCategory.OTHER_SERIOUS,
    }
)


class IncidentRelation(StrEnum):
    """How far the programme had a part in it."""

    UNRELATED = "unrelated"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"


class IncidentOutcome(StrEnum):
    """How it ended for the person."""

    RECOVERED = "recovered"
    IMPROVING = "improving"
    ONGOING = "ongoing"
    LASTING = "lasting"
    DIED = "died"
    NOT_KNOWN = "not_known"


def is_serious(category: IncidentCategory) -> bool:
    """Say whether an event of this category is a serious adverse event (domain.md 3.7)."""
    return category in SERIOUS


def report_by(category: IncidentCategory, raised_at: datetime, hours: int) -> datetime | None:
    """Give by when a serious event is to be reported; None for any other event."""
    return raised_at + timedelta(hours=hours) if is_serious(category) else None


def reported_in_time(due: datetime | None, reported_at: datetime | None, now: datetime) -> bool | None:
    """Say whether a serious event was reported in time; None while the clock runs, and when it has none."""
    if due is None or (reported_at is None and now <= due):
        return None
    return reported_at is not None and reported_at <= due


def check_outcome(category: IncidentCategory, outcome: IncidentOutcome | None) -> None:
    """Raise Invalid when a death is said to have ended in anything else."""
    if category is IncidentCategory.DEATH and outcome not in (None, IncidentOutcome.DIED):
        raise Invalid(field="outcome", reason="not_after_death")

"""What is recorded about a change to a curriculum: the fields of FRAME and the ecological-validity dimension.

SOURCE of `Frame`: Wiltsey Stirman S, Baumann AA, Miller CJ. The FRAME: an expanded framework for reporting
adaptations and modifications to evidence-based interventions. Implementation Science 2019;14:58 (when, planned,
who decided, what, level of delivery, nature, relation to fidelity, goal, context of the reasons).
SOURCE of `EcologicalDimension`: Bernal G, Bonilla J, Bellido C. Ecological validity and cultural sensitivity for
outcome research. Journal of Abnormal Child Psychology 1995;23:67-82 (eight dimensions).
Codes only; reading them from a file is in `gipt.domain.adaptations`.
"""

from dataclasses import dataclass
from enum import StrEnum


class EcologicalDimension(StrEnum):
    """Name the part of the fit between people and programme that a change serves."""

    LANGUAGE = "language"
    PERSONS = "persons"
    METAPHORS = "metaphors"
    CONTENT = "content"
    CONCEPTS = "concepts"
    GOALS = "goals"
    METHODS = "methods"
    CONTEXT = "context"


class FrameStage(StrEnum):
    """Name when in the life of a programme a change was made."""

    PLANNING = "planning"
    IMPLEMENTATION = "implementation"
    SCALE_UP = "scale_up"
    MAINTENANCE = "maintenance"


class FramePlanning(StrEnum):
    """Name whether a change was planned ahead, planned in answer to something, or not planned."""

    PROACTIVE = "proactive"
    REACTIVE = "reactive"
    UNPLANNED = "unplanned"


class FrameDecider(StrEnum):
    """Name who took part in the decision."""

    LEADERS = "leaders"
    FUNDER = "funder"
    MANAGER = "manager"
    DEVELOPER = "developer"
    RESEARCHER = "researcher"
    SUPERVISOR = "supervisor"
    FACILITATOR = "facilitator"
    COMMUNITY = "community"
    MEMBERS = "members"


class FramePart(StrEnum):
    """Name what is changed: what is said and done, how it is delivered, training, or spreading."""

    CONTENT = "content"
    CONTEXT = "context"
    TRAINING = "training"
    SCALE_UP = "scale_up"


class FrameLevel(StrEnum):
    """Name for whom the change is made."""

    MEMBER = "member"
    GROUP = "group"
    COHORT = "cohort"
    FACILITATOR = "facilitator"
    SITE = "site"
    ORGANISATION = "organisation"
    COMMUNITY = "community"


class FrameNature(StrEnum):
    """Name the kind of change of content."""

    TAILORING = "tailoring"
    PACKAGING = "packaging"
    ADDING = "adding"
    REMOVING = "removing"
    SHORTENING = "shortening"
    LENGTHENING = "lengthening"
    SUBSTITUTING = "substituting"
    REORDERING = "reordering"
    SPREADING = "spreading"
    INTEGRATING = "integrating"
    LOOSENING = "loosening"
    DRIFTING = "drifting"


class FrameFidelity(StrEnum):
    """Name whether the core of the programme is kept."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    UNKNOWN = "unknown"


class FrameGoal(StrEnum):
    """Name what a change is meant to reach."""

    REACH = "reach"
    RETENTION = "retention"
    FEASIBILITY = "feasibility"
    FIT = "fit"
    CULTURE = "culture"
    OUTCOMES = "outcomes"
    COST = "cost"
    SATISFACTION = "satisfaction"


class FrameReason(StrEnum):
    """Name where the reason for a change lies."""

    SOCIETY = "society"
    ORGANISATION = "organisation"
    PROVIDER = "provider"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold the FRAME fields of one change; `explanation` says in plain words why it was made."""

    when: FrameStage
    planned: FramePlanning
    decided_by: tuple[FrameDecider, ...]
    what: FramePart
    level: FrameLevel
    nature: tuple[FrameNature, ...]
    fidelity: FrameFidelity
    goal: tuple[FrameGoal, ...]
    reason: tuple[FrameReason, ...]
    explanation: str

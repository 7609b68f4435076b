"""The life of a translated or adapted guide: which step follows which, who may take it, what it asks for.

    draft → translated → language reviewed → clinically reviewed → field tested → approved → retired

Rules of domain.md 6.3 and decision 15: translating and reviewing are two people; clinical steps are the clinical
lead's; a change of one word makes a new version, which begins as a draft; only what is approved may be started with,
and what is field tested with the pilot flag. What is locked (measures, safety text) is shown when two people, one of
them a clinical lead, approved exactly these words (decision 14, ux.md T4).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gipt.domain.access import Permission
from gipt.domain.guides import GuideStatus
from gipt.domain.problems import Conflict, Invalid

LOCKED_REVIEWERS = 2
"""People who must approve the exact words of a measure or of safety text (decision 14)."""


class Evidence(StrEnum):
    """Name what can be attached to a version (domain.md 6.2, ux.md T3 and T4)."""

    BACK_TRANSLATION = "back_translation"
    PANEL = "panel"
    EXPERT = "expert"
    COGNITIVE_TEST = "cognitive_test"
    COMPREHENSION_TEST = "comprehension_test"
    FIELD_TEST = "field_test"


@dataclass(frozen=True, slots=True)
class SignOff:
    """Hold one step that was taken: to which status, and by whom (an id, or the operator's label)."""

    status: GuideStatus
    person: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold what one step asks for: a permission, other people than those of earlier steps, evidence, a comment."""

    permission: Permission
    not_by: frozenset[GuideStatus] = frozenset()
    evidence: frozenset[Evidence] = frozenset()
    whole: bool = False
    comment: bool = False


_S = GuideStatus
_FORWARD = {
    (_S.DRAFT, _S.TRANSLATED): Rule(Permission.TRANSLATION_EDIT),
    (_S.TRANSLATED, _S.LANGUAGE_REVIEWED): Rule(
        Permission.TRANSLATION_REVIEW, not_by=frozenset({_S.TRANSLATED})
    ),
    (_S.LANGUAGE_REVIEWED, _S.CLINICALLY_REVIEWED): Rule(
        Permission.CURRICULUM_ADOPT, not_by=frozenset({_S.TRANSLATED})
    ),
    (_S.CLINICALLY_REVIEWED, _S.FIELD_TESTED): Rule(
        Permission.TRANSLATION_REVIEW, evidence=frozenset({Evidence.COGNITIVE_TEST, Evidence.FIELD_TEST})
    ),
    (_S.FIELD_TESTED, _S.APPROVED): Rule(
        Permission.CURRICULUM_ADOPT, not_by=frozenset({_S.TRANSLATED}), whole=True
    ),
}
_BACK = {
    (status, _S.DRAFT): Rule(Permission.TRANSLATION_REVIEW, comment=True)
    for status in (_S.TRANSLATED, _S.LANGUAGE_REVIEWED, _S.CLINICALLY_REVIEWED, _S.FIELD_TESTED)
}
_AWAY: dict[tuple[GuideStatus, GuideStatus], Rule] = {
    (status, _S.RETIRED): Rule(Permission.CURRICULUM_ADOPT)
    for status in GuideStatus
    if status is not _S.RETIRED
}
STEPS: dict[tuple[GuideStatus, GuideStatus], Rule] = {**_FORWARD, **_BACK, **_AWAY}
"""Every step that exists, forward one at a time, back to the translator with a comment, and out of use.

A field test is a cognitive test or a try-out in a real group; one of the two is asked for.
"""


def rule_of(now: GuideStatus, to: GuideStatus) -> Rule:
    """Give what a step asks for; raise Conflict (`guide_step`) for a step that does not exist."""
    rule = STEPS.get((now, to))
    if rule is None:
        raise Conflict(reason="guide_step", status=now.value, to=to.value)
    return rule


def check_step(
    now: GuideStatus,
    to: GuideStatus,
    *,
    person: str,
    history: Sequence[SignOff] = (),
    evidence: Collection[Evidence] = (),
    untranslated: int = 0,
    comment: str | None = None,
) -> None:
    """Refuse a step that the rules forbid; who may take it at all is asked of `rule_of(...).permission`.

    Raises Conflict: `guide_step` for a step that does not exist, `other_person_needed` when an earlier step of this
    round was this person's, `evidence_missing`, `untranslated` (with `count`); Invalid: `comment` missing.
    """
    rule = rule_of(now, to)
    if rule.not_by & {one.status for one in this_round(history) if one.person == person}:
        raise Conflict(reason="other_person_needed", to=to.value)
    if rule.evidence and not rule.evidence & set(evidence):
        raise Conflict(reason="evidence_missing", to=to.value)
    if rule.whole and untranslated:
        raise Conflict(reason="untranslated", count=untranslated)
    if rule.comment and not (comment or "").strip():
        raise Invalid(field="comment", reason="missing")


def this_round(history: Sequence[SignOff]) -> Sequence[SignOff]:
    """Give the steps since a version was last sent back; `history` is in order of time."""
    begun = max((n for n, one in enumerate(history, 1) if one.status is _S.DRAFT), default=0)
    return history[begun:]


def next_steps(now: GuideStatus, allowed: Collection[Permission]) -> list[GuideStatus]:
    """List the steps that somebody with these permissions may take from here, forward first."""
    order = list(GuideStatus)
    found = [to for (status, to), rule in STEPS.items() if status is now and rule.permission in allowed]
    return sorted(found, key=lambda to: (order.index(to) <= order.index(now), order.index(to)))


def may_start(status: GuideStatus, *, pilot: bool = False) -> bool:
    """Say whether a group may be started with a version (decision 15)."""
    return status is _S.APPROVED or (pilot and status is _S.FIELD_TESTED)


def is_approved(approvals: Iterable[tuple[str, bool]]) -> bool:
    """Say whether locked words were approved: two people, one of them clinical; takes (person, is clinical)."""
    people = dict(sorted(approvals))
    return len(people) >= LOCKED_REVIEWERS and any(people.values())


@dataclass(frozen=True, slots=True)
class PictureTest:
    """Hold a comprehension test of a picture scale: people asked, who ordered it right, who named a mood."""

    asked: int
    ordered_right: int
    named_a_mood: int


def pictures_understood(test: PictureTest | None) -> bool:
    """Say whether a picture scale may be used: ten or more asked, 8 of 10 ordered it right, nobody named a mood.

    ux.md T4 (after a scale of filling baskets was read as wealth): a scale without a recorded test is not used.
    """
    if test is None or test.asked < 10:
        return False
    return test.ordered_right * 10 >= test.asked * 8 and test.named_a_mood == 0

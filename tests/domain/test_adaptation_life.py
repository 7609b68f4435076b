"""The life of a translation: the table of steps, who takes them, and what may be started with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.access import PERMISSIONS, Permission, Role
from gipt.domain.adaptation_life import (
    STEPS,
    Evidence,
    PictureTest,
    SignOff,
    check_step,
    is_approved,
    may_start,
    next_steps,
    pictures_understood,
    rule_of,
)
from gipt.domain.guides import GuideStatus as S
from gipt.domain.problems import Conflict, Invalid

# Every pair of states: what it asks for; what is not here does not exist (domain.md 6.3).
TABLE = {
    (S.DRAFT, S.TRANSLATED): Permission.TRANSLATION_EDIT,
    (S.TRANSLATED, S.LANGUAGE_REVIEWED): Permission.TRANSLATION_REVIEW,
    (S.LANGUAGE_REVIEWED, S.CLINICALLY_REVIEWED): Permission.CURRICULUM_ADOPT,
    (S.CLINICALLY_REVIEWED, S.FIELD_TESTED): Permission.TRANSLATION_REVIEW,
    (S.FIELD_TESTED, S.APPROVED): Permission.CURRICULUM_ADOPT,
    (S.TRANSLATED, S.DRAFT): Permission.TRANSLATION_REVIEW,
    (S.LANGUAGE_REVIEWED, S.DRAFT): Permission.TRANSLATION_REVIEW,
    (S.CLINICALLY_REVIEWED, S.DRAFT): Permission.TRANSLATION_REVIEW,
    (S.FIELD_TESTED, S.DRAFT): Permission.TRANSLATION_REVIEW,
    (S.DRAFT, S.RETIRED): Permission.CURRICULUM_ADOPT,
    (S.TRANSLATED, S.RETIRED): Permission.CURRICULUM_ADOPT,
    (S.LANGUAGE_REVIEWED, S.RETIRED): Permission.CURRICULUM_ADOPT,
    (S.CLINICALLY_REVIEWED, S.RETIRED): Permission.CURRICULUM_ADOPT,
    (S.FIELD_TESTED, S.RETIRED): Permission.CURRICULUM_ADOPT,
    (S.APPROVED, S.RETIRED): Permission.CURRICULUM_ADOPT,
}
WAY = [S.TRANSLATED, S.LANGUAGE_REVIEWED, S.CLINICALLY_REVIEWED, S.FIELD_TESTED, S.APPROVED]
TESTED = [Evidence.FIELD_TEST]


@pytest.mark.parametrize("now", S)
@pytest.mark.parametrize("to", S)
def test_a_step_exists_as_the_table_says_or_not_at_all(now: S, to: S) -> None:
    if (now, to) in TABLE:
        assert rule_of(now, to).permission is TABLE[now, to]
        return
    with pytest.raises(Conflict) as refused:
        rule_of(now, to)
    assert refused.value.details["reason"] == "guide_step"


def test_only_the_clinical_lead_takes_clinical_steps_and_translators_never_review() -> None:
    may = {
        role: {step for step, rule in STEPS.items() if rule.permission in PERMISSIONS[role]} for role in Role
    }
    assert may[Role.CLINICAL_LEAD] == set(TABLE)
    assert may[Role.TRANSLATOR] == {(S.DRAFT, S.TRANSLATED)}
    assert (S.TRANSLATED, S.LANGUAGE_REVIEWED) in may[Role.REVIEWER]
    assert not {to for _now, to in may[Role.REVIEWER]} & {S.CLINICALLY_REVIEWED, S.APPROVED, S.RETIRED}
    for role in (Role.FACILITATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.ME, Role.ADMIN):
        assert may[role] == set()


def step(now: S, to: S, person: str = "lead", history: tuple[SignOff, ...] = (), **more: object) -> str:
    """Give the reason why a step is refused, or nothing."""
    try:
        check_step(now, to, person=person, history=history, **more)  # type: ignore[arg-type]
    except (Conflict, Invalid) as refused:
        return str(refused.details["reason"])
    return ""


TRANSLATED = (SignOff(S.TRANSLATED, "amina"),)


@pytest.mark.parametrize(
    ("now", "to", "person", "more", "reason"),
    [
        pytest.param(S.DRAFT, S.TRANSLATED, "amina", {}, "", id="anybody translates"),
        pytest.param(S.TRANSLATED, S.LANGUAGE_REVIEWED, "amina", {}, "other_person_needed", id="own review"),
        pytest.param(S.TRANSLATED, S.LANGUAGE_REVIEWED, "ben", {}, "", id="review by another"),
        pytest.param(S.LANGUAGE_REVIEWED, S.CLINICALLY_REVIEWED, "amina", {}, "other_person_needed", id="own clinic"),
        pytest.param(S.LANGUAGE_REVIEWED, S.CLINICALLY_REVIEWED, "lead", {}, "", id="clinical review"),
        pytest.param(S.CLINICALLY_REVIEWED, S.FIELD_TESTED, "ben", {}, "evidence_missing", id="no test"),
        pytest.param(
            S.CLINICALLY_REVIEWED, S.FIELD_TESTED, "ben", {"evidence": [Evidence.PANEL]}, "evidence_missing",
            id="a panel is no field test",
        ),
        pytest.param(
            S.CLINICALLY_REVIEWED, S.FIELD_TESTED, "ben", {"evidence": TESTED}, "", id="field test",
        ),
        pytest.param(
            S.CLINICALLY_REVIEWED, S.FIELD_TESTED, "ben", {"evidence": [Evidence.COGNITIVE_TEST]}, "",
            id="cognitive test",
        ),
        pytest.param(S.FIELD_TESTED, S.APPROVED, "lead", {"untranslated": 3}, "untranslated", id="gaps"),
        pytest.param(S.FIELD_TESTED, S.APPROVED, "amina", {}, "other_person_needed", id="own approval"),
        pytest.param(S.FIELD_TESTED, S.APPROVED, "lead", {}, "", id="approval"),
        pytest.param(S.FIELD_TESTED, S.DRAFT, "ben", {}, "missing", id="back without a word"),
        pytest.param(S.FIELD_TESTED, S.DRAFT, "ben", {"comment": " "}, "missing", id="back with blanks"),
        pytest.param(S.FIELD_TESTED, S.DRAFT, "ben", {"comment": "Step 3"}, "", id="back with a remark"),
        pytest.param(S.APPROVED, S.DRAFT, "ben", {"comment": "x"}, "guide_step", id="approved is never a draft"),
        pytest.param(S.RETIRED, S.APPROVED, "lead", {}, "guide_step", id="retired stays so"),
    ],
)  # fmt: skip
def test_what_a_step_asks_for(now: S, to: S, person: str, more: dict[str, object], reason: str) -> None:
    assert step(now, to, person, TRANSLATED, **more) == reason


def test_after_it_was_sent_back_another_may_translate_and_the_first_review() -> None:
    history = (*TRANSLATED, SignOff(S.DRAFT, "ben"), SignOff(S.TRANSLATED, "ben"))
    assert step(S.TRANSLATED, S.LANGUAGE_REVIEWED, "ben", history) == "other_person_needed"
    assert step(S.TRANSLATED, S.LANGUAGE_REVIEWED, "amina", history) == ""


def test_the_whole_way_takes_two_people_and_never_one() -> None:
    def walk(*people: str) -> list[str]:
        history: tuple[SignOff, ...] = ()
        now, said = S.DRAFT, []
        for to, person in zip(WAY, people, strict=True):
            said.append(step(now, to, person, history, evidence=TESTED))
            history, now = (*history, SignOff(to, person)), to
        return said

    assert walk("amina", "ben", "lead", "ben", "lead") == [""] * 5
    assert walk(*["lead"] * 5)[1:3] == ["other_person_needed", "other_person_needed"]


@given(st.lists(st.sampled_from(list(S)), max_size=12))
def test_nothing_is_approved_by_any_way_but_the_whole_one(path: list[S]) -> None:
    now, taken = S.DRAFT, []
    for to in path:
        if (now, to) in STEPS:
            taken, now = ([] if to is S.DRAFT else [*taken, to]), to
    if now is S.APPROVED:
        assert taken == WAY


@pytest.mark.parametrize("status", S)
def test_only_what_is_approved_is_started_with_or_a_field_tested_pilot(status: S) -> None:
    assert may_start(status) == (status is S.APPROVED)
    assert may_start(status, pilot=True) == (status in (S.APPROVED, S.FIELD_TESTED))


def test_the_next_steps_are_offered_forward_first_and_to_whom_they_belong() -> None:
    lead, translator = PERMISSIONS[Role.CLINICAL_LEAD], PERMISSIONS[Role.TRANSLATOR]
    assert next_steps(S.TRANSLATED, lead) == [S.LANGUAGE_REVIEWED, S.RETIRED, S.DRAFT]
    assert next_steps(S.DRAFT, translator) == [S.TRANSLATED]
    assert next_steps(S.RETIRED, lead) == []


@pytest.mark.parametrize(
    ("approvals", "approved"),
    [
        ([], False),
        ([("a", True)], False),
        ([("a", True), ("a", True)], False),
        ([("a", False), ("b", False)], False),
        ([("a", False), ("a", True)], False),
        ([("a", False), ("b", True)], True),
        ([("a", True), ("b", True)], True),
    ],
)
def test_locked_words_take_two_people_one_of_them_clinical(
    approvals: list[tuple[str, bool]], approved: bool
) -> None:
    assert is_approved(approvals) == approved


@pytest.mark.parametrize(
    ("test", "understood"),
    [
        (None, False),
        (PictureTest(10, 8, 0), True),
        (PictureTest(10, 7, 0), False),
        (PictureTest(10, 10, 1), False),
        (PictureTest(9, 9, 0), False),
        (PictureTest(20, 15, 0), False),
        (PictureTest(20, 16, 0), True),
    ],
)
def test_a_picture_scale_needs_a_recorded_test_that_people_understood(
    test: PictureTest | None, understood: bool
) -> None:
    assert pictures_understood(test) == understood

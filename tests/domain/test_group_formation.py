"""What speaks against a group."""

from dataclasses import replace

import pytest

from gipt.domain.group_formation import (
    Audience,
    FindingCode,
    GroupCandidate,
    GroupFacilitator,
    GroupSettings,
    Link,
    LinkKind,
    group_findings,
    may_form,
)
from gipt.domain.people import Sex
from gipt.domain.risk import Level

C = FindingCode
ONE = GroupCandidate("M-1", Sex.FEMALE, 30, frozenset({"lg", "en"}), consented=True)
EIGHT = [replace(ONE, id=f"M-{number}") for number in range(1, 9)]
AMINA = GroupFacilitator("S-1", Sex.FEMALE)
SETTINGS = GroupSettings("lg")


def with_first(**changes: object) -> list[GroupCandidate]:
    return [replace(ONE, **changes), *EIGHT[1:]]  # type: ignore[arg-type]


def test_a_good_group_has_no_findings() -> None:
    assert group_findings(EIGHT, [AMINA], SETTINGS) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"active_elsewhere": True}, C.ACTIVE_ELSEWHERE),
        ({"consented": False}, C.NO_CONSENT),
        ({"open_level": Level.NOW}, C.IMMINENT_RISK_OPEN),
        ({"age": 17, "caregiver_consented": True}, C.MINOR_IN_ADULT_GROUP),
    ],
    ids=lambda value: value if isinstance(value, FindingCode) else None,
)
def test_what_forbids_a_group(changes: dict[str, object], code: FindingCode) -> None:
    findings = group_findings(with_first(**changes), [AMINA], SETTINGS)
    assert [(one.code, one.people, one.is_hard) for one in findings] == [(code, ("M-1",), True)]
    assert not may_form(findings)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"age": None}, C.AGE_UNKNOWN),
        ({"languages": frozenset({"sw"})}, C.LANGUAGE_MISMATCH),
    ],
    ids=lambda value: value if isinstance(value, FindingCode) else None,
)
def test_what_only_warns(changes: dict[str, object], code: FindingCode) -> None:
    findings = group_findings(with_first(**changes), [AMINA], SETTINGS)
    assert [(one.code, one.people, one.is_hard) for one in findings] == [(code, ("M-1",), False)]
    assert may_form(findings)


@pytest.mark.parametrize("level", [None, Level.TALK_AND_PLAN, Level.TODAY], ids=str)
def test_a_safety_plan_keeps_nobody_out_unless_danger_is_imminent(level: Level | None) -> None:
    assert may_form(group_findings(with_first(open_level=level), [AMINA], SETTINGS))


def test_minors_need_their_caregivers_consent_and_a_group_of_their_own() -> None:
    young = [replace(one, age=15, caregiver_consented=True) for one in EIGHT]
    minors = replace(SETTINGS, audience=Audience.MINORS)
    assert group_findings(young, [AMINA], minors) == ()
    without = [replace(young[0], caregiver_consented=False), *young[1:]]
    assert [one.code for one in group_findings(without, [AMINA], minors)] == [C.NO_CAREGIVER_CONSENT]
    older = [replace(young[0], age=18), *young[1:]]
    findings = group_findings(older, [AMINA], minors)
    assert [one.code for one in findings] == [C.ADULT_IN_MINOR_GROUP]
    assert may_form(findings)


@pytest.mark.parametrize(
    ("size", "codes"), [(5, [C.TOO_FEW]), (6, []), (10, []), (11, [C.TOO_MANY]), (0, [C.TOO_FEW])]
)
def test_size_warns_outside_the_limits_of_the_curriculum(size: int, codes: list[FindingCode]) -> None:
    people = [replace(ONE, id=f"M-{number}") for number in range(size)]
    findings = group_findings(people, [AMINA], SETTINGS)
    assert [one.code for one in findings] == codes
    assert may_form(findings)


def test_mixed_sex_warns_with_the_counts_and_not_with_names() -> None:
    findings = group_findings(with_first(sex=Sex.MALE), [AMINA], SETTINGS)
    assert [(one.code, one.people, dict(one.details)) for one in findings] == [
        (C.MIXED_SEX, (), {"female": 7, "male": 1})
    ]


@pytest.mark.parametrize("sex", [Sex.OTHER, Sex.PREFER_NOT_TO_SAY, Sex.MISSING])
def test_who_gave_no_answer_about_sex_is_not_made_conspicuous(sex: Sex) -> None:
    assert group_findings(with_first(sex=sex), [AMINA], SETTINGS) == ()


def test_a_facilitator_of_the_other_sex_warns() -> None:
    findings = group_findings(EIGHT, [AMINA, GroupFacilitator("S-2", Sex.MALE)], SETTINGS)
    assert [(one.code, one.people) for one in findings] == [(C.FACILITATOR_OTHER_SEX, ("S-2",))]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (Link("M-1", "M-2", LinkKind.RELATIVE), C.LINKED),
        (Link("M-1", "M-2", LinkKind.HOUSEHOLD), C.LINKED),
        (Link("M-2", "M-1", LinkKind.SAFETY), C.NOT_TOGETHER),
        (Link("M-1", "S-1", LinkKind.RELATIVE), C.LINKED_TO_FACILITATOR),
        (Link("M-1", "M-99", LinkKind.SAFETY), None),
        (Link("M-98", "S-1", LinkKind.RELATIVE), None),
        (Link("M-1", "M-1", LinkKind.OTHER), None),
    ],
    ids=["relatives", "household", "kept_apart", "facilitator", "other_not_here", "member_not_here", "self"],
)
def test_people_who_are_bound_to_each_other_warn(link: Link, code: FindingCode | None) -> None:
    findings = group_findings(EIGHT, [AMINA], SETTINGS, [link])
    assert [one.code for one in findings] == ([] if code is None else [code])


def test_hard_findings_come_first() -> None:
    people = [replace(ONE, age=None), replace(ONE, id="M-2", consented=False)]
    findings = group_findings(people, [AMINA], SETTINGS)
    assert [one.is_hard for one in findings] == [True, False, False]

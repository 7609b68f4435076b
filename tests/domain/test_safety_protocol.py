"""The safety protocol as data."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.problems import Invalid
from gipt.domain.risk import Level
from gipt.domain.safety_protocol import (
    EmergencyContact,
    Reply,
    SafetyProtocol,
    SafetyQuestion,
    check_protocol,
    implied_level,
    is_phone,
    protocol_from_mapping,
    protocol_to_mapping,
)

YES, NO, UNSURE = Reply
THOUGHTS = SafetyQuestion("thoughts", "Invented question one", yes=Level.TALK_AND_PLAN)
PLAN = SafetyQuestion("plan", "Invented question two", yes=Level.NOW)
ALONE = SafetyQuestion("company", "Invented question three", yes=None, no=Level.TODAY)
QUESTIONS = (THOUGHTS, PLAN, ALONE)
SUPERVISOR = EmergencyContact("Grace Invented", "+256 700 000 001", "supervisor")
CLINIC = EmergencyContact("Hill clinic", "0700-000-002")
PROTOCOL = SafetyProtocol(
    steps=("Stay with the person", "Find a quiet place"),
    questions=QUESTIONS,
    contacts=(SUPERVISOR, CLINIC),
    approver="Dr Invented",
    approved_on=date(2026, 1, 5),
)


def test_a_whole_protocol_passes() -> None:
    check_protocol(PROTOCOL, today=date(2026, 1, 5))


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"steps": ()}, "steps", "missing"),
        ({"steps": ("Stay", "  ")}, "steps", "missing"),
        ({"questions": ()}, "questions", "missing"),
        ({"questions": (replace(PLAN, text=""),)}, "questions", "missing"),
        ({"questions": (PLAN, PLAN)}, "questions", "repeated_key"),
        ({"questions": (replace(PLAN, yes=None),)}, "questions", "no_level"),
        ({"contacts": ()}, "contacts", "too_few"),
        ({"contacts": (SUPERVISOR,)}, "contacts", "too_few"),
        ({"contacts": (SUPERVISOR, replace(CLINIC, phone="+256700000001"))}, "contacts", "too_few"),
        ({"contacts": (SUPERVISOR, replace(CLINIC, phone="ask Grace"))}, "contacts", "not_a_phone"),
        ({"contacts": (SUPERVISOR, replace(CLINIC, phone=""))}, "contacts", "not_a_phone"),
        ({"contacts": (SUPERVISOR, replace(CLINIC, name=" "))}, "contacts", "missing"),
        ({"approver": " "}, "approver", "missing"),
        ({"approved_on": None}, "approved_on", "missing"),
        ({"approved_on": date(2026, 1, 6)}, "approved_on", "in_future"),
    ],
    ids=[
        "no_steps",
        "empty_step",
        "no_questions",
        "empty_question",
        "key_twice",
        "question_that_leads_nowhere",
        "no_contacts",
        "one_contact",
        "the_same_number_twice",
        "words_for_a_number",
        "no_number",
        "nobody",
        "no_approver",
        "no_date",
        "date_to_come",
    ],
)
def test_a_protocol_that_cannot_be_followed_is_refused(
    change: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as fault:
        check_protocol(replace(PROTOCOL, **change), today=date(2026, 1, 5))  # type: ignore[arg-type]
    assert (fault.value.details["field"], fault.value.details["reason"]) == (field, reason)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("112", True),
        ("+256 (0) 700-000.001", True),
        ("٠٧٠٠٠٠٠٠٠١", True),
        ("12", False),
        ("1234567890123456", False),
        ("tel 112", False),
    ],
)
def test_what_can_be_dialled(text: str, expected: bool) -> None:
    assert is_phone(text) is expected


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({}, None),
        ({"thoughts": NO, "plan": NO, "company": YES}, Level.TALK_AND_PLAN),
        ({"thoughts": YES, "plan": NO, "company": YES}, Level.TALK_AND_PLAN),
        ({"thoughts": NO, "plan": NO, "company": NO}, Level.TODAY),
        ({"thoughts": YES, "plan": YES, "company": YES}, Level.NOW),
        ({"thoughts": NO, "plan": UNSURE, "company": YES}, Level.NOW),
        ({"thoughts": NO, "plan": NO, "company": UNSURE}, Level.TODAY),
        ({"thoughts": YES}, Level.NOW),
    ],
    ids=[
        "nothing_asked_yet",
        "all_harmless_is_still_a_talk",
        "thoughts",
        "alone",
        "plan",
        "unsure_about_a_plan_is_a_plan",
        "unsure_about_company_is_alone",
        "what_was_not_asked_counts_as_unsure",
    ],
)
def test_the_level_that_replies_imply(replies: dict[str, Reply], expected: Level | None) -> None:
    assert implied_level(QUESTIONS, replies) == expected


def test_a_reply_to_a_question_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid) as fault:
        implied_level(QUESTIONS, {"other": YES})
    assert fault.value.details["keys"] == ["other"]


levels = st.none() | st.sampled_from(Level)
questions = st.lists(
    st.builds(SafetyQuestion, st.sampled_from("abcd"), st.just("Invented"), levels, levels, levels),
    min_size=1,
    max_size=4,
    unique_by=lambda question: question.key,
).map(tuple)


@given(questions, st.data())
def test_being_unsure_is_never_safer_than_any_other_reply(
    asked: tuple[SafetyQuestion, ...], data: st.DataObject
) -> None:
    replies = {question.key: data.draw(st.sampled_from(Reply)) for question in asked}
    level = implied_level(asked, replies)
    unsure = implied_level(asked, dict.fromkeys(replies, UNSURE))
    assert level is not None
    assert unsure is not None
    assert unsure >= level >= Level.TALK_AND_PLAN


def test_a_protocol_survives_being_stored() -> None:
    stored = json.loads(json.dumps(protocol_to_mapping(PROTOCOL)))
    assert protocol_from_mapping(stored) == PROTOCOL
    draft = replace(PROTOCOL, approved_on=None)
    assert protocol_from_mapping(protocol_to_mapping(draft)) == draft

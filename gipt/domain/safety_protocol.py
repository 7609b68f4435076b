"""The programme's safety protocol as a value: steps, questions, contacts, approval.

Without a protocol that passes `check_protocol` a cycle can be planned but not started (decision 7). Its
texts are the programme's own and are approved by its clinician; none ship with the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gipt.domain.numerals import digit_value
from gipt.domain.problems import Invalid
from gipt.domain.risk import Level

LEAST_CONTACTS = 2
LEAST_DIGITS = 3  # short emergency numbers have three
MOST_DIGITS = 15  # ITU-T E.164
_PHONE_SIGNS = frozenset(" +-().#*/\u00a0")


class Reply(StrEnum):
    """One answer to a question of the protocol."""

    YES = "yes"
    NO = "no"
    UNSURE = "not_sure"


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """One question and the level that each reply leads to; None = nothing by itself."""

    key: str
    text: str
    yes: Level | None
    no: Level | None = None
    unsure: Level | None = None

    def leads_to(self, reply: Reply) -> Level | None:
        """Give the level of a reply; unsure is as dangerous as the most dangerous reply (ux.md F12)."""
        if reply is Reply.YES:
            return self.yes
        if reply is Reply.NO:
            return self.no
        return max((level for level in (self.yes, self.no, self.unsure) if level), default=None)


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """Somebody to call; shown as a button inside every facilitator page."""

    name: str
    phone: str
    role: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class SafetyProtocol:
    """What a facilitator does when somebody may be in danger.

    `immediate`: the help path follows a positive safety item at once, not after the last item (decision 7).
    """

    steps: tuple[str, ...]
    questions: tuple[SafetyQuestion, ...]
    contacts: tuple[EmergencyContact, ...]
    approver: str
    approved_on: date | None
    immediate: bool = False


def check_protocol(protocol: SafetyProtocol, today: date | None = None) -> None:
    """Refuse a protocol that a facilitator could not follow.

    Raises Invalid: `steps`, `questions`, `approver`, `approved_on` with `missing`; `questions` with
    `repeated_key`, `no_level`; `contacts` with `too_few` (different numbers count), `missing`, `not_a_phone`
    and `number`; and `approved_on` with `in_future` when `today` is given. `number` counts from 1.
    """
    _need_texts("steps", protocol.steps)
    _need_texts("questions", tuple(question.text for question in protocol.questions))
    _check_questions(protocol.questions)
    _check_contacts(protocol.contacts)
    if not protocol.approver.strip():
        raise Invalid(field="approver", reason="missing")
    if protocol.approved_on is None:
        raise Invalid(field="approved_on", reason="missing")
    if today is not None and protocol.approved_on > today:
        raise Invalid(field="approved_on", reason="in_future", high=today)


def is_phone(text: str) -> bool:
    """Say whether a text can be dialled: 3-15 digits of any script and the signs written between them."""
    digits = sum(digit_value(sign) is not None for sign in text)
    others = all(digit_value(sign) is not None or sign in _PHONE_SIGNS for sign in text)
    return others and LEAST_DIGITS <= digits <= MOST_DIGITS


def implied_level(questions: tuple[SafetyQuestion, ...], replies: Mapping[str, Reply]) -> Level | None:
    """Give the least level that the replies imply; None when nothing was answered, so nothing is known yet.

    Once something is answered, a question without a reply counts as unsure, and the result is never below
    Talk and plan: the program never says that all is well. Raises Invalid for a reply to a question that is
    not there.
    """
    unknown = set(replies) - {question.key for question in questions}
    if unknown:
        raise Invalid(field="replies", reason="unknown_question", keys=sorted(unknown))
    if not replies:
        return None
    levels = (question.leads_to(replies.get(question.key, Reply.UNSURE)) for question in questions)
    return max((level for level in levels if level is not None), default=Level.TALK_AND_PLAN)


def protocol_to_mapping(protocol: SafetyProtocol) -> dict[str, Any]:
    """Give the protocol as plain JSON values, for storing and for the audit trail."""
    return {
        "steps": list(protocol.steps),
        "questions": [
            {
                "key": question.key,
                "text": question.text,
                "yes": question.yes,
                "no": question.no,
                "unsure": question.unsure,
            }
            for question in protocol.questions
        ],
        "contacts": [
            {"name": contact.name, "phone": contact.phone, "role": contact.role, "hours": contact.hours}
            for contact in protocol.contacts
        ],
        "immediate": protocol.immediate,
        "approver": protocol.approver,
        "approved_on": protocol.approved_on.isoformat() if protocol.approved_on else None,
    }


def protocol_from_mapping(stored: Mapping[str, Any]) -> SafetyProtocol:
    """Give the protocol that `protocol_to_mapping` stored."""
    approved_on = stored["approved_on"]
    return SafetyProtocol(
        steps=tuple(stored["steps"]),
        questions=tuple(
            SafetyQuestion(
                key=question["key"],
                text=question["text"],
                yes=_level(question["yes"]),
                no=_level(question["no"]),
                unsure=_level(question["unsure"]),
            )
            for question in stored["questions"]
        ),
        contacts=tuple(
            EmergencyContact(contact["name"], contact["phone"], contact["role"], contact.get("hours", ""))
            for contact in stored["contacts"]
        ),
        approver=stored["approver"],
        approved_on=date.fromisoformat(approved_on) if approved_on else None,
        immediate=bool(stored.get("immediate")),
    )


def _level(value: int | None) -> Level | None:
    return None if value is None else Level(value)


def _need_texts(field: str, texts: tuple[str, ...]) -> None:
    if not texts:
        raise Invalid(field=field, reason="missing")
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            raise Invalid(field=field, reason="missing", number=number)


def _check_questions(questions: tuple[SafetyQuestion, ...]) -> None:
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        if not question.key or question.key in seen:
            raise Invalid(field="questions", reason="repeated_key", number=number)
        if question.leads_to(Reply.UNSURE) is None:
            raise Invalid(field="questions", reason="no_level", number=number)
        seen.add(question.key)


def _check_contacts(contacts: tuple[EmergencyContact, ...]) -> None:
    for number, contact in enumerate(contacts, start=1):
        if not contact.name.strip():
            raise Invalid(field="contacts", reason="missing", number=number)
        if not is_phone(contact.phone):
            raise Invalid(field="contacts", reason="not_a_phone", number=number)
    numbers = {_dialled(contact.phone) for contact in contacts}
    if len(numbers) < LEAST_CONTACTS:
        raise Invalid(field="contacts", reason="too_few", low=LEAST_CONTACTS)


def _dialled(phone: str) -> tuple[int, ...]:
    return tuple(value for sign in phone if (value := digit_value(sign)) is not None)

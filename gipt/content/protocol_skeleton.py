"""A skeleton of a safety protocol in English, to be confirmed and changed by the programme's own clinician.

Nothing of it is in force before somebody adopts it by name and date. Wording is ours; what it asks for follows
domain.md 3.2 and 3.3 (WHO mhGAP on thoughts, plans and acts; do not leave alone; restrict means; family). It
ships in English only. Its sentences are messages of the domain `safety`: in another language they are shown when two
people of the programme approved exactly these words (decision 14).
"""

from collections.abc import Iterator

from gipt.domain.risk import Level
from gipt.domain.safety_protocol import SafetyProtocol, SafetyQuestion

LANGUAGE = "en"

STEPS = {
    "stay": "Stay. Do not leave the person alone.",
    "listen": "Find a quiet place. Listen. You need not solve anything.",
    "no-secret": "Do not promise to keep it secret. Say that you will call somebody who helps.",
    "call": "Call your supervisor before the person leaves.",
}
"""What is done first, by a key that stays when the words change."""

SKELETON = SafetyProtocol(
    steps=tuple(STEPS.values()),
    questions=(
        SafetyQuestion(
            key="rather_not_live",
            text="In the last month, did you wish that you were not alive any more?",
            yes=Level.TALK_AND_PLAN,
        ),
        SafetyQuestion(
            key="thoughts",
            text="In the last month, did you think of hurting yourself or ending your life?",
            yes=Level.TODAY,
        ),
        SafetyQuestion(
            key="plan",
            text="Do you have a plan how, or the things for it, or do you mean to do it?",
            yes=Level.NOW,
        ),
        SafetyQuestion(
            key="tried",
            text="In the last three months, did you try to hurt yourself or end your life?",
            yes=Level.NOW,
        ),
    ),
    contacts=(),
    approver="",
    approved_on=None,
)


def step_key(name: str) -> str:
    """Give the key of a step."""
    return f"protocol/step/{name}"


def question_key(name: str) -> str:
    """Give the key of a question."""
    return f"protocol/question/{name.replace('_', '-')}"


def texts() -> Iterator[tuple[str, str]]:
    """Give (key, text) of every sentence of the skeleton, in reading order."""
    yield from ((step_key(name), text) for name, text in STEPS.items())
    yield from ((question_key(one.key), one.text) for one in SKELETON.questions)

"""The fixed words of Help now and of consent: what stands there is done or said when somebody may be in danger.

They are messages of the domain `safety`, like the skeleton of the protocol: in another language they are shown when
two people of the programme, one of them clinical, approved exactly these words; until then the English stands there
with a mark (decisions 14 and 18). Wording is ours. What is done at each level follows domain.md 3.2 and 3.3 (WHO mhGAP:
do not leave alone, take means away, go together; make a plan, involve carers; listen, follow up); what is said at
consent follows domain.md 1.5 and 1.6 (each purpose by itself, limits of confidentiality).
"""

from collections.abc import Iterator, Mapping

from gipt.content import protocol_skeleton

FIRST, NOW, TODAY, TALK, NOBODY = "first", "now", "today", "talk", "nobody-answers"
CONSENT_SAY, CONSENT_ASK = "say", "ask"

HELP_NOW: Mapping[str, Mapping[str, str]] = {
    FIRST: {
        "stay": "Stay. Do not leave the person alone.",
        "quiet": "Find a quiet place.",
        "call": "Call your supervisor.",
    },
    NOW: {
        "stay": "Stay. Never leave the person alone.",
        "call": "Call now. Stay until help takes over.",
        "means": "Take dangerous things away.",
        "go": "Go together to the place of help.",
    },
    TODAY: {
        "call": "Call your supervisor before the person leaves.",
        "plan": "Make a plan for today and tonight.",
        "who": "Ask who can stay with the person.",
        "means": "Take dangerous things away.",
    },
    TALK: {
        "listen": "Listen. Thank the person for telling you.",
        "who": "Ask who helps. Write it down together.",
        "tell": "Tell your supervisor today.",
        "again": "Ask again at every meeting.",
    },
    NOBODY: {
        "next": "Try the next number. Stay with the person.",
        "trusted": "Ask somebody the person trusts to come.",
        "go": "In danger, go together to the nearest health centre.",
    },
}
"""What is done, by group and name: first, at each level, and when nobody answers."""

CONSENT: Mapping[str, Mapping[str, str]] = {
    CONSENT_SAY: {
        "wait": "Wait for a yes or a no.",
        "free": "A no changes nothing else.",
        "limits": "What is said stays here, unless a life is in danger.",
    },
    CONSENT_ASK: {
        "service": "Do you want to take part in the group?",
        "contact": "May we call or visit you between meetings?",
        "research": "May your answers be used for research, without your name?",
        "media": "May we use your photo or your story?",
        "caregiver": "Do you agree that the member takes part in the group?",
    },
}
"""What is said and asked at consent; the names under `ask` are the codes of the purposes, and the
caregiver's question for a member under age."""

AT_LEVEL = {3: NOW, 2: TODAY, 1: TALK, None: TODAY}
"""The group for a level; what is not yet sorted is done as for Today (decision 7)."""


def key_of(part: str, group: str, name: str) -> str:
    """Give the key of a sentence: `help-now/now/stay`, `consent/ask/service`."""
    return f"{part}/{group}/{name}"


def keys_of(part: str, group: str) -> dict[str, str]:
    """Give {name: key} of a group of `help-now` or `consent`, in reading order."""
    table = CONSENT if part == "consent" else HELP_NOW
    return {name: key_of(part, group, name) for name in table[group]}


def texts() -> Iterator[tuple[str, str]]:
    """Give (key, English) of every sentence of the safety text: the protocol's skeleton, Help now, consent."""
    yield from protocol_skeleton.texts()
    for part, table in (("help-now", HELP_NOW), ("consent", CONSENT)):
        for group, sentences in table.items():
            yield from ((key_of(part, group, name), text) for name, text in sentences.items())

"""Made-up translations: longer, accented and in brackets, so that an unmarked or clipped text shows."""

import math

from gipt.i18n.placeholders import TOKEN

ACCENTED = str.maketrans(
    "ABCDEFGHIJKLMNOPRSTUWXYZabcdefghijklmnoprstuwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻḾÑÖÞŘŠŢÛŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþřšţûŵẋýž",
)
# Translations from English of some length run about a third longer; short words often double.
GROWTH = 0.35


def pseudo(text: str) -> str:
    """Give a longer, accented text in brackets with every placeholder whole."""
    parts, end = [], 0
    for match in TOKEN.finditer(text):
        parts += [text[end : match.start()].translate(ACCENTED), match[0]]
        end = match.end()
    parts.append(text[end:].translate(ACCENTED))
    return f"⟦{''.join(parts)} {'~' * math.ceil(GROWTH * len(text))}⟧"

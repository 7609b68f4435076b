"""Sentences about a person in the right gender: variants of a message, told apart by the end of their context.

A message is the neutral form (`n`). A catalog may hold a second or third entry of the same English whose msgctxt ends
in `|f` or `|m`; without one the neutral form stands. The English source has none: English needs no other form.
"""

FEMALE, MALE, NEUTRAL = "f", "m", "n"
GENDERS = (FEMALE, MALE)
_OF_WORDS = {"female": FEMALE, "f": FEMALE, "women": FEMALE, "male": MALE, "m": MALE, "men": MALE}


def variant_of(context: str | None, gender: str) -> str:
    """Give the context of a message's variant."""
    return f"{context or ''}|{gender}"


def variants_of(context: str | None) -> tuple[str, ...]:
    """Give the contexts that the variants of a message would have."""
    return tuple(variant_of(context, gender) for gender in GENDERS)


def gender_of(word: object) -> str:
    """Give `f`, `m` or `n` for what a record says about somebody; anything unsaid or other is neutral."""
    return _OF_WORDS.get(str(word), NEUTRAL)


def base_of(context: str | None) -> str | None:
    """Give the context of the message that a variant belongs to; any other context as it is."""
    if context and context[-2:-1] == "|" and context[-1] in GENDERS:
        return context[:-2] or None
    return context

"""Whole numbers written in any script.

Lives here: reading digits as people type them (Latin, Arabic-Indic, Persian, Devanagari, Bengali, full-width,
Ethiopic). Does not live here: dates, decimals, what the number means.
"""

import unicodedata

MINUS_SIGNS = "-\u2212\ufe63\uff0d"
DASHES = MINUS_SIGNS + "\u2010\u2011\u2012\u2013\u2014"

_LONGEST = 18  # a longer run of digits is a slip of the finger, never a value of ours
_ETHIOPIC_ONE, _ETHIOPIC_NINE = 0x1369, 0x1371


def digit_value(character: str) -> int | None:
    """Give the value 0-9 of one digit of any script, or None.

    Ethiopic has no zero and is not positional, so its signs count only one at a time. Raised, circled and
    other ornamental digits are not digits here: they are footnote marks more often than answers.
    """
    value = unicodedata.decimal(character, None)
    if value is not None:
        return int(value)
    if _ETHIOPIC_ONE <= ord(character) <= _ETHIOPIC_NINE:
        return ord(character) - _ETHIOPIC_ONE + 1
    return None


def strip_blanks(text: str) -> str:
    """Give `text` without blanks at its ends and without invisible marks (direction marks, joiners, BOM)."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return visible.strip()


def whole_number(text: str) -> int | None:
    """Read a whole number in digits of any script, with an optional minus sign; None for anything else."""
    stripped = strip_blanks(text)
    negative = stripped[:1] in tuple(MINUS_SIGNS)
    digits = stripped[1:] if negative else stripped
    if not digits or len(digits) > _LONGEST:
        return None
    value = _value_of(digits)
    return -value if negative and value is not None else value


def _value_of(digits: str) -> int | None:
    if len(digits) > 1 and any(_ETHIOPIC_ONE <= ord(sign) <= _ETHIOPIC_NINE for sign in digits):
        return None
    total = 0
    for sign in digits:
        value = digit_value(sign)
        if value is None:
            return None
        total = 10 * total + value
    return total

"""Text that is safe in a cell: only characters a workbook may hold, never read as a formula."""

import re

from gipt.domain.problems import Invalid

LONGEST = 32_767
"""Characters that one cell may hold (Excel's own limit)."""
# XML 1.0 has no place for these, nor has Excel.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RISKY = frozenset("=+-@\t\r")


def clean_text(text: str) -> str:
    """Give a text with characters that no workbook may hold replaced by U+FFFD.

    Raise Invalid when too long.
    """
    if len(text) > LONGEST:
        raise Invalid(field="cell", reason="too_long", length=len(text), most=LONGEST)
    return _FORBIDDEN.sub("\ufffd", text)


def is_risky(text: str) -> bool:
    """Say whether some program could take a text for a formula."""
    return text[:1] in _RISKY

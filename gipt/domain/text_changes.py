"""What changed between two texts, word by word, so that a person sees at a glance what to look at again."""

import re
from difflib import SequenceMatcher
from typing import Literal

# A sign that is no letter stands alone, so that a full stop does not make another word of the last one.
_WORD = re.compile(r"\w+(?:[’'-]\w+)*|\s+|[^\w\s]")


Part = Literal["same", "gone", "new"]


def text_changes(before: str, after: str) -> list[tuple[Part, str]]:
    """Give the stretches of both texts in order: what stayed, what is gone, what is new; nothing for equal empties."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[tuple[Part, str]] = []
    for kind, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[first:last])))
            continue
        if last > first:
            found.append(("gone", "".join(old[first:last])))
        if end > begin:
            found.append(("new", "".join(new[begin:end])))
    return found

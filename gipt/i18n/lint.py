"""What a translation may not do: the checks every entry passes before anybody sees it (decision 17).

A translation is text from outside. These checks run when a catalog is read, where an entry that fails falls
through to its parent, and when catalogs are checked, where it is reported. They judge form, never style.
"""

import gettext
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

from gipt.i18n.placeholders import TOKEN, placeholders
from gipt.i18n.zawgyi import is_zawgyi

TAG_LIKE = re.compile(r"<\s*[/!?]?\s*[A-Za-z][^>]*>?|<!--|\]\]>|&(?:#\w+|[A-Za-z]\w*);|\{\{|\}\}|\{%|%\}")
URL_LIKE = re.compile(
    r"(?:https?|ftp|file|javascript|vbscript|data|mailto|tel|sms)\s*:\s*[^\s]+|(?<!\w)//[\w.]|\bwww\.\S+",
    re.IGNORECASE,
)
# Without any of these, and with every character to be seen, only the length is left to check (Burmese: Zawgyi).
SIGNS = re.compile(r"[%<&{}\]:/\u1000-\u109f]|www", re.IGNORECASE)
# Marks that scripts need: zero-width (non-)joiner, break opportunities, soft hyphen, direction *marks*.
NEEDED_FORMAT = frozenset("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f")
# White space, marks and fillers that leave nothing on the page; a text needs at least one sign beside them.
SEEN = re.compile(
    "[^\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
# Embeddings, overrides and isolates turn text around so that it reads as something else.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Three times the source is the translators' usual bound; short words ("On") need room beyond it.
LENGTH_FACTOR, LENGTH_SLACK = 3, 20
PLURAL_HEADER = re.compile(r"\s*nplurals\s*=\s*([1-9])\s*;\s*plural\s*=\s*([^;]{1,400}?)\s*;?\s*", re.ASCII)
PROBED = range(1_001)


class Fault(StrEnum):
    """Name what is wrong with a translation."""

    FUZZY = "fuzzy"
    EMPTY = "empty"
    PLURAL_COUNT = "plural_count"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    MISSING_PLACEHOLDER = "missing_placeholder"
    RETYPED_PLACEHOLDER = "retyped_placeholder"
    STRAY_PERCENT = "stray_percent"
    MARKUP = "markup"
    ADDRESS = "address"
    CONTROL = "control_character"
    BIDI = "bidi_character"
    INVISIBLE = "invisible_character"
    ZAWGYI = "zawgyi"
    NEW_LINE = "new_line"
    TOO_LONG = "too_long"


class Plural:
    """Hold a checked plural rule: how many forms, and which form a number takes."""

    def __init__(self, header: str) -> None:
        """Read a `Plural-Forms` value; raise ValueError when it is malformed or names a form it lacks."""
        match = PLURAL_HEADER.fullmatch(header)
        if match is None:
            raise ValueError("malformed plural rule")
        self.count = int(match[1])
        self._index: Callable[[int], int] = gettext.c2py(match[2])
        try:
            uses = Counter(self._index(number) for number in PROBED)
        except (ZeroDivisionError, RecursionError) as error:
            raise ValueError("plural rule cannot be computed") from error
        if not all(0 <= form < self.count for form in uses):
            raise ValueError("plural rule names a form that is not there")
        self.single = frozenset(form for form, numbers in uses.items() if numbers == 1)
        """Forms that stand for exactly one number (Arabic zero, one, two): they may leave the digit out."""

    def index(self, number: float) -> int:
        """Give the form for a number; anything beyond whole numbers takes the form of its whole part."""
        form = self._index(abs(int(number)))
        return form if 0 <= form < self.count else self.count - 1

    def same_as(self, other: "Plural") -> bool:
        """Say whether both rules give every number the same form."""
        return self.count == other.count and all(self._index(n) == other._index(n) for n in PROBED)


def faults_of(
    source: Sequence[str], translated: Sequence[str], plural: Plural, *, fuzzy: bool = False
) -> list[Fault]:
    """List what is wrong with one entry, each fault once.

    `source` is (msgid,) or (msgid, msgid_plural); `translated` holds one text, or one per plural form.
    """
    found = [Fault.FUZZY] if fuzzy else []
    if len(translated) != (plural.count if len(source) == 2 else 1):
        found.append(Fault.PLURAL_COUNT)
    if any(SEEN.search(text) is None for text in translated):
        return [*found, Fault.EMPTY]
    if not found and all(map(is_harmless, (*source, *translated))):
        # Most entries are plain words: they hold no sign that any check looks for.
        return [Fault.TOO_LONG] if max(map(len, translated)) > longest(source) else []
    for form, text in enumerate(translated):
        single = len(source) == 2 and form in plural.single
        found += [
            *placeholder_faults(source, text, single),
            *character_faults(source, text),
            *shape_faults(source, text),
        ]
    return list(dict.fromkeys(found))


def is_harmless(text: str) -> bool:
    """Say whether a text can be seen whole and holds none of the signs that placeholders, tags or addresses need."""
    return text.isprintable() and SIGNS.search(text) is None


def placeholder_faults(source: Sequence[str], text: str, single: bool) -> list[Fault]:
    """Compare placeholders: a name may be neither new nor gone nor of another kind.

    With `single` (a plural form for one number only) the number's own placeholder may be left out.
    """
    asked = placeholders(source[-1])
    known = {**placeholders(source[0]), **asked}
    given = placeholders(text)
    found = []
    if set(given) - set(known):
        found.append(Fault.UNKNOWN_PLACEHOLDER)
    if any(name not in given and not (single and kind == "d") for name, kind in asked.items()):
        found.append(Fault.MISSING_PLACEHOLDER)
    if any(name in known and known[name] != kind for name, kind in given.items()):
        found.append(Fault.RETYPED_PLACEHOLDER)
    if "%" in TOKEN.sub("", text):
        found.append(Fault.STRAY_PERCENT)
    return found


def character_faults(source: Sequence[str], text: str) -> list[Fault]:
    """Find characters that do not show, or that turn the text around."""
    if text.isprintable():
        return [Fault.ZAWGYI] if is_zawgyi(text) else []
    found = []
    if any(character in BIDI for character in text):
        found.append(Fault.BIDI)
    categories = {c: unicodedata.category(c) for c in set(text) - BIDI - NEEDED_FORMAT - {"\n"}}
    if any(category in ("Cc", "Cs", "Co", "Cn") for category in categories.values()):
        found.append(Fault.CONTROL)
    if any(category in ("Cf", "Zl", "Zp") for category in categories.values()):
        found.append(Fault.INVISIBLE)
    if is_zawgyi(text):
        found.append(Fault.ZAWGYI)
    if "\n" in text and not any("\n" in line for line in source):
        found.append(Fault.NEW_LINE)
    return found


def shape_faults(source: Sequence[str], text: str) -> list[Fault]:
    """Find markup or addresses that the source does not have, and texts far longer than it."""
    found = []
    for looks, fault in ((TAG_LIKE, Fault.MARKUP), (URL_LIKE, Fault.ADDRESS)):
        given = sorted(looks.findall(text))
        if not any(given == sorted(looks.findall(line)) for line in source):
            found.append(fault)
    if len(text) > longest(source):
        found.append(Fault.TOO_LONG)
    return found


def longest(source: Sequence[str]) -> int:
    """Give how many characters a translation may have."""
    return LENGTH_FACTOR * max(map(len, source)) + LENGTH_SLACK


def source_faults(source: Sequence[str]) -> list[Fault]:
    """List what is wrong with an English text: a single %, markup, hidden signs, kinds that differ."""
    found = []
    for text in source:
        if "%" in TOKEN.sub("", text):
            found.append(Fault.STRAY_PERCENT)
        if TAG_LIKE.search(text):
            found.append(Fault.MARKUP)
        found += character_faults(source, text)
    first, last = placeholders(source[0]), placeholders(source[-1])
    if "sd" in last.values() or any(last.get(name, kind) != kind for name, kind in first.items()):
        found.append(Fault.RETYPED_PLACEHOLDER)
    return list(dict.fromkeys(found))

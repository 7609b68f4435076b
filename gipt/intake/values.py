"""What one cell says: numbers, ages, sex, yes and no, phones, days, marks of attendance, answers.

Every function takes a cell as it was read and gives a value, or raises `Invalid(reason=…, value=…)`; the
sentence is made in `gipt.intake.sentences`. Dates are in `gipt.intake.dates`. An empty cell never comes
here.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.measures import Answer, Item, MissingReason
from gipt.domain.numerals import DASHES, whole_number
from gipt.domain.people import OLDEST, Disability, Displacement, Sex
from gipt.domain.problems import Invalid
from gipt.i18n import N_
from gipt.intake import vocabulary as words
from gipt.intake.dates import latin_digits
from gipt.intake.grid import CellValue, as_text
from gipt.intake.headers import normal_header
from gipt.intake.tongues import in_every_language


def fault(reason: str, value: CellValue, **details: object) -> Invalid:
    """Give the fault of a cell; the value is shown to the person who sent it, and never logged."""
    return Invalid(field="cell", reason=reason, value=as_text(value), **details)


@cache
def _spelled(listed: str) -> frozenset[str]:
    # Signs such as ✓ have no letters, so they stand beside their normal form.
    return frozenset({normal_header(word) for word in listed.split("|")} | set(listed.split("|"))) - {""}


def meaning(value: CellValue, table: Mapping[str, str]) -> str | None:
    """Give the code whose spellings hold the cell, None for none."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text = as_text(value)
    header = normal_header(text)
    for code, listed in table.items():
        if header and code in OURS and header in _ours(code):
            return code
        if text in _spelled(listed) or (header and header in _spelled(listed)):
            return code
    return None


# The words that templates offer in their lists; N_ marks them for translation.
OURS = frozenset({N_("female"), N_("male"), N_("other"), N_("yes"), N_("no")})


@cache
def _ours(code: str) -> frozenset[str]:
    return frozenset(normal_header(word) for word in in_every_language(code))


def is_nothing(value: CellValue) -> bool:
    """Say whether a cell only says that there is nothing: a dash, "none", "n/a"."""
    text = as_text(value)
    return not text.strip(DASHES + " .") or normal_header(text) in _spelled(words.NOTHING)


LONGEST, LONGEST_NOTE = 400, 4_000
"""Signs of a one-line text and of a note, as on the pages; more is a paste into the wrong cell."""


def text(value: CellValue, longest: int = LONGEST) -> str:
    """Give clean text: single blanks, no Excel error, no formula left without its result.

    Raises Invalid: `excel_error`, `too_long` (with `high`). A text that looks like a formula is text.
    """
    clean = re.sub(r"[^\S\n]+", " ", as_text(value)).strip()
    if clean in words.EXCEL_ERRORS:
        raise fault("excel_error", value)
    if len(clean) > longest:
        raise fault("too_long", value, high=longest)
    return clean


def note(value: CellValue) -> str:
    """Give a longer text; raises Invalid as `text`."""
    return text(value, LONGEST_NOTE)


def number(value: CellValue, low: int, high: int) -> int:
    """Give a whole number within bounds: 30, 30.0, "30", "٣٠".

    Raises Invalid: `number_word` (with `suggestion`), `a_range`, `not_whole`, `not_a_number`, `out_of_range`.
    """
    found = _whole(value)
    if not low <= found <= high:
        raise fault("out_of_range", value, low=low, high=high)
    return found


def _whole(value: CellValue) -> int:
    if isinstance(value, bool):
        raise fault("not_a_number", value)
    if isinstance(value, int | float):
        if value != int(value):
            raise fault("not_whole", value)
        return int(value)
    written = latin_digits(as_text(value)).strip()
    found = whole_number(re.sub(r"[.,]0+$", "", written))
    if found is not None:
        return found
    if re.fullmatch(r"\d+[.,]\d+", written):
        raise fault("not_whole", value)
    if re.fullmatch(rf"\d+\s*(?:[{DASHES}]|to|à|a|/)\s*\d+", written):
        raise fault("a_range", value)
    suggestion = number_in_words(written)
    if suggestion is not None:
        raise fault("number_word", value, suggestion=suggestion)
    raise fault("not_a_number", value)


def age(value: CellValue, this_year: int) -> tuple[str, int]:
    """Give ("age", 30) or ("birth_year", 1994): people write birth years into the age column.

    Raises Invalid as `number`; `out_of_range` outside 0–120.
    """
    written = value
    if isinstance(value, str):
        written = re.sub(rf"(?<=\d)\s*(?:{words.AGE_UNITS})\.?$", "", latin_digits(value).casefold().strip())
        written = re.sub(r"^(?:~|≈|about|approx\.?|environ|vers|c\.)\s*", "", written)
    try:
        found = _whole(written)
    except Invalid as problem:
        raise Invalid(**{**problem.details, "value": as_text(value)}) from None
    if this_year - OLDEST <= found <= this_year:
        return "birth_year", found
    if not 0 <= found <= OLDEST:
        raise fault("out_of_range", value, low=0, high=OLDEST)
    return "age", found


def number_in_words(written: str) -> int | None:
    """Give the number that English, French or Swahili words stand for, below 100; None for other words."""
    parts = [
        part
        for part in re.split(r"[\s\-]+", written.casefold())
        if part not in {"", "and", "et", "na", "years", "old"}
    ]
    if not parts or len(parts) > 3:
        return None
    english = {word: figure for figure, word in enumerate(words.UNITS)} | words.TENS
    for table in (english, words.FRENCH, words.SWAHILI):
        if all(part in table for part in parts):
            figures = [table[part] for part in parts]
            falls = all(one > other for one, other in pairwise(figures))
            return sum(figures) if falls else None
    return None


def sex(value: CellValue, column: Iterable[CellValue] = ()) -> Sex:
    """Give the sex a cell names. `column` is the whole column, because M is *mujer* beside H in Spanish
    lists.

    Raises Invalid: `unknown_sex`, `sex_m_or_h`.
    """
    found = meaning(value, words.SEX)
    if found is None:
        raise fault("unknown_sex", value)
    if normal_header(value) in {"m", "h"}:
        letters = {normal_header(cell) for cell in column if cell is not None}
        if {"m", "h"} <= letters and "f" not in letters:
            raise fault("sex_m_or_h", value)
    return Sex(found)


def yes_no(value: CellValue) -> bool:
    """Give whether a cell says yes; raises Invalid: `not_yes_no`."""
    found = meaning(value, words.YES_NO)
    if found is None:
        raise fault("not_yes_no", value)
    return found == "yes"


def disability(value: CellValue) -> Disability:
    """Give what a cell says about disability; raises Invalid: `not_yes_no`."""
    found = meaning(value, words.DISABILITY) or _AS_DISABILITY.get(meaning(value, words.YES_NO) or "")
    if found is None:
        raise fault("not_yes_no", value)
    return Disability(found)


_AS_DISABILITY = {"yes": "with", "no": "without"}


def displacement(value: CellValue) -> Displacement:
    """Give the displacement status; raises Invalid: `unknown_displacement` (a bare yes says too little)."""
    found = meaning(value, words.DISPLACEMENT)
    if found is None:
        raise fault("unknown_displacement", value)
    return Displacement(found)


def phone(value: CellValue) -> str:
    """Give a phone number as its digits, with "+" where the country is named; "" where a cell says there is
    none.

    Of two numbers the first is taken. Raises Invalid: `not_a_phone`.
    """
    if is_nothing(value):
        return ""
    written = latin_digits(as_text(int(value) if isinstance(value, float) and value == int(value) else value))
    first = re.split(r"[/;,]|\bor\b|\bou\b", written)[0].strip().removeprefix("'")
    digits = re.sub(r"[^\d]", "", first)
    if not 6 <= len(digits) <= 15 or re.search(r"[^\W\d_]{3,}", first):
        raise fault("not_a_phone", value)
    if first.startswith("00"):
        return "+" + digits[2:]
    return ("+" if first.startswith("+") else "") + digits


def days(value: CellValue) -> tuple[int, ...]:
    """Give weekdays, Monday is 0, in order: "Mon, Wed", "lundi et jeudi", "Mon-Fri", "any".

    Raises Invalid: `unknown_day`.
    """
    header = normal_header(value)
    if header in _spelled(words.ANY_DAY):
        return tuple(range(7))
    names = {
        normal_header(name): day for day, listed in enumerate(words.WEEKDAYS) for name in listed.split("|")
    }
    span = re.fullmatch(rf"\s*(\w+)\s*(?:[{DASHES}]|to|à)\s*(\w+)\s*", as_text(value).casefold())
    if span and span.group(1) in names and span.group(2) in names:
        first, last = names[span.group(1)], names[span.group(2)]
        return tuple(sorted({(first + step) % 7 for step in range((last - first) % 7 + 1)}))
    if header in names:
        return (names[header],)
    found = [
        names.get(part, names.get(part.removeprefix("و"))) for part in header.split() if part not in _LINKS
    ]
    if not found or None in found:
        raise fault("unknown_day", value)
    return tuple(sorted({day for day in found if day is not None}))


_LINKS = frozenset({"and", "et", "or", "ou", "na", "au", "و", "feira", "y", "e", "እና", "र"})


def mark(value: CellValue, *, x_means: str = "present") -> AttendanceStatus:
    """Give the mark of attendance a cell holds; `x_means` settles the cross that is a tick elsewhere.

    Raises Invalid: `unknown_mark`, and `mark_x` where `x_means` is "".
    """
    if normal_header(value) == words.CROSS_OR_TICK:
        if not x_means:
            raise fault("mark_x", value)
        return AttendanceStatus(x_means)
    if isinstance(value, int | float) and not isinstance(value, bool) and value not in (0, 1):
        raise fault("unknown_mark", value)
    found = meaning(value, words.MARKS)
    if found is None:
        raise fault("unknown_mark", value)
    return AttendanceStatus(found)


def mark_meaning_of_x(cells: Iterable[CellValue]) -> str:
    """Give what "x" means in a register: came beside absences, did not come beside ticks, "" when unclear."""
    different = {as_text(cell) for cell in cells if cell is not None}
    seen = {found for cell in different if (found := meaning(cell, words.MARKS))}
    has_come, has_not = "present" in seen, "absent_unknown" in seen
    if has_come and has_not:
        return ""
    return "absent_unknown" if has_come else "present"


def answer(value: CellValue, item: Item) -> Answer:
    """Give the answer to one item: its number, its published words, or why there is none.

    Raises Invalid: `answer_out_of_range` with `low` and `high`, or as `number`.
    """
    header = normal_header(value)
    for listed, reason in (
        (words.REFUSED, MissingReason.REFUSED),
        (words.DOES_NOT_KNOW, MissingReason.DOES_NOT_KNOW),
        (words.NOT_ASKED, MissingReason.NOT_ASKED),
    ):
        if header in _spelled(listed):
            return reason
    if not as_text(value).strip(DASHES + " ."):
        return MissingReason.BLANK
    for figure, listed in enumerate(words.ANSWER_WORDS):
        if header in _spelled(listed) and len(item.values) == len(words.ANSWER_WORDS):
            return item.values[figure]
    found = _whole(value)
    if found not in item.values:
        raise fault("answer_out_of_range", value, low=item.minimum, high=item.maximum)
    return found


def role(value: CellValue) -> str:
    """Give the role code; raises Invalid: `unknown_role`."""
    code = as_text(value).casefold().replace(" ", "_")
    found = code if code in words.ROLES else meaning(value, words.ROLES)
    if found is None:
        raise fault("unknown_role", value)
    return found


def country(value: CellValue) -> str:
    """Give the ISO code of a country from its code or name; raises Invalid: `unknown_country`."""
    written = as_text(value)
    found = written.upper() if re.fullmatch("[A-Za-z]{2}", written) else meaning(value, words.COUNTRIES)
    if found is None:
        raise fault("unknown_country", value)
    return found

"""What a heading says: which field, which answer of which measure, which session's mark.

Measure columns get made keys `MEASURE.PART` or `MEASURE.PART@WHEN`: PART is `q3`, `function`, `total` or
`line` (all digits in one cell), WHEN is a point of measurement or `s3` for session 3. Register columns that
hold one session's marks get `mark@s3`, or `mark@2026-03-04` where the heading is a date.
"""

import re
from datetime import date, datetime
from functools import cache

from gipt.domain.names import normalise_name
from gipt.intake.dates import latin_digits
from gipt.intake.fields import TABLES
from gipt.intake.grid import CellValue, as_text
from gipt.intake.synonyms import FUNCTIONS, HEADERS, LINES, MEASURES, POINTS, SESSIONS, SHEETS, TOTALS
from gipt.intake.tongues import in_every_language

EXACT, INSIDE = 100, 60
FAMILIES = {"phq": "phq9", "gad": "gad7", "who": "who5"}


def normal_header(value: CellValue) -> str:
    """Give a heading in the form in which headings are compared."""
    text = re.sub(r"['’ʼ`´]", " ", latin_digits(as_text(value)))
    return normalise_name(text)


@cache
def spellings(table: str) -> dict[str, str]:
    """Give normal spelling → field key of one table."""
    ours = {field.label: field.key for field in TABLES[table].fields}
    found = {normal_header(word): key for label, key in ours.items() for word in in_every_language(label)}
    return found | _inverted(HEADERS[table])


@cache
def sheet_titles() -> dict[str, str]:
    """Give normal sheet name → table key."""
    ours = {table.title: table.key for table in TABLES.values()}
    found = {normal_header(word): key for title, key in ours.items() for word in in_every_language(title)}
    return found | _inverted(SHEETS)


def _inverted(words: dict[str, str]) -> dict[str, str]:
    return {normal_header(word): key for key, listed in words.items() for word in listed.split("|")}


@cache
def _alternatives(listed: str) -> str:
    words = sorted({normal_header(word) for word in listed.split("|")}, key=len, reverse=True)
    return "|".join(map(re.escape, words))


def field_of(value: CellValue, table: str) -> tuple[str, int]:
    """Give the field a heading names and how sure that is: EXACT, INSIDE plus its length, or 0 for none."""
    known = spellings(table)
    header = normal_header(value)
    # What stands in brackets explains: "Age (years)", "Sexe (H/F)".
    bare = normal_header(re.sub(r"[(\[].*?[)\]]", " ", as_text(value)))
    if not header:
        return "", 0
    for text, sure in ((header, EXACT), (bare, EXACT - 2)):
        if text in known:
            return known[text], sure
    inside = [
        word for word in known if len(word) > 2 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", header)
    ]
    if not inside or len(header) > 60:
        return "", 0
    longest = max(inside, key=len)
    return known[longest], INSIDE + min(30, 30 * len(longest) // len(header))


def measure_key(value: CellValue) -> str:
    """Give the measure key of a heading such as "PHQ-9 Q3", "PHQ9 total endline", "q7"; "" for none."""
    header = normal_header(value)
    for measure, listed in MEASURES.items():
        found = re.search(rf"(?<!\w)(?:{_alternatives(listed)})(?!\d)", header)
        if found:
            return _with_part(measure, f"{header[: found.start()]} {header[found.end() :]}".strip())
    # phq1 … phq10 number the questions, not the form.
    numbered = re.search(r"(?<!\w)(phq|gad|who) ?(?=\d{1,2}(?!\d))", header)
    if numbered:
        rest = f"{header[: numbered.start()]} {header[numbered.end() :]}".strip()
        return _with_part(FAMILIES[numbered.group(1)], rest)
    bare = re.fullmatch(r"(?:q|item|question) ?(\d{1,2})", header)
    return f"phq9.q{int(bare.group(1))}" if bare and 1 <= int(bare.group(1)) <= 9 else ""


def numbered_question(value: CellValue) -> tuple[str, int] | None:
    """Give measure and question of a heading such as "PHQ9" or "GAD 7", which name a form when they stand alone."""
    found = re.fullmatch(r"(phq|gad|who) ?(\d{1,2})", normal_header(value))
    return (FAMILIES[found.group(1)], int(found.group(2))) if found else None


def says_total(value: CellValue) -> bool:
    """Say whether a heading is nothing but a word for a total."""
    return re.fullmatch(_alternatives(TOTALS), normal_header(value)) is not None


def _with_part(measure: str, rest: str) -> str:
    when, rest = _when(rest)
    number = re.fullmatch(r"(?:q|item|question|quest|no)? ?(\d{1,2})\b.*", rest)
    if re.search(rf"(?<!\w)(?:{_alternatives(FUNCTIONS)})(?!\w)", rest):
        part = "function"
    elif number and int(number.group(1)) <= 12:
        part = f"q{int(number.group(1))}"
    elif re.search(rf"(?<!\w)(?:{_alternatives(LINES)})(?!\w)", rest):
        part = "line"
    elif not rest or re.search(rf"(?<!\w)(?:{_alternatives(TOTALS)})(?!\w)", rest):
        part = "total"
    elif re.search(r"(?<!\w)(?:date|tarehe)(?!\w)", rest):
        return ""
    else:
        part = "total"
    part = "function" if measure == "phq9" and part == "q10" else part
    return f"{measure}.{part}{'@' + when if when else ''}"


def _when(rest: str) -> tuple[str, str]:
    """Give the point or session that a heading names, and the heading without it."""
    session = re.search(rf"(?<!\w)(?:{_alternatives(SESSIONS)}) ?(\d{{1,2}})(?!\d)", rest)
    if session:
        return f"s{int(session.group(1))}", _without(rest, session)
    for point, listed in POINTS.items():
        found = re.search(rf"(?<!\w)(?:{_alternatives(listed)})(?!\w)", rest)
        if found:
            return point, _without(rest, found)
    return "", rest


def _without(text: str, found: "re.Match[str]") -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


def mark_key(value: CellValue) -> str:
    """Give `mark@s3` for a heading that names one session, `mark@DATE` for a real date, "" for none."""
    if isinstance(value, datetime | date):
        return f"mark@{value:%Y-%m-%d}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"mark@s{int(value)}" if value == int(value) and 1 <= value <= 40 else ""
    header = normal_header(value)
    found = re.fullmatch(rf"(?:(?:{_alternatives(SESSIONS)}) ?)?(\d{{1,2}})", header)
    return f"mark@s{int(found.group(1))}" if found and 1 <= int(found.group(1)) <= 40 else ""


def point_of(value: CellValue) -> str:
    """Give the point of measurement that a cell names, "" for none."""
    header = normal_header(value)
    for point, listed in POINTS.items():
        if header == normal_header(point) or re.fullmatch(_alternatives(listed), header):
            return point
    return ""

"""Reading a paper sheet typed in the office: one code for who came, the digits of the check-in, the other items."""

from dataclasses import dataclass

from gipt.actions.registers import Mark
from gipt.domain.attendance import ExcuseReason
from gipt.domain.measures import MissingReason, get_measure_by_key, parse_answer, parse_answer_line
from gipt.domain.problems import Invalid
from gipt.domain.risk import SafetyState, safety_of_texts
from gipt.i18n import digits_to_ascii
from gipt.i18n import gettext as _
from gipt.queries.meetings import MeetingPage, RosterRow
from gipt.queries.sheets import NOTHING, SheetAnswers, other_items
from gipt.web.forms.reader import Form
from gipt.words import labels, sentence

CODES: dict[str, tuple[str, bool | None]] = {
    "1": ("present", None),
    "0": ("absent_unknown", None),
    "L": ("late", None),
    "E": ("left_early", True),
    "H": ("left_early", False),
    "T": ("absent_told", None),
    "X": ("excused", None),
    "M": ("makeup_done", None),
    "N": ("not_expected", None),
}
"""What is typed for who came; the second part says whether half was attended."""
EXCUSES = {f"X{number}": reason.value for number, reason in enumerate(ExcuseReason, start=1)}
"""X with a number: excused, and why (domain.md 7.3)."""
AWAY = frozenset({"absent_unknown", "absent_told", "excused", "not_expected"})


def code_words() -> list[tuple[str, str]]:
    """Give every code with what it means."""
    words = {
        "1": _("came"),
        "0": _("did not come"),
        "L": _("came late"),
        "E": _("left early, after half or more"),
        "H": _("left early, before half"),
        "T": _("did not come, told us before"),
        "X": _("excused, with the number of the reason:"),
        "M": _("make-up meeting held"),
        "N": _("not expected"),
    }
    reasons = dict(labels("excuse_reason"))
    found: list[tuple[str, str]] = []
    for code in CODES:
        found.append((code, words[code]))
        if code == "X":
            found += [(numbered, reasons[reason]) for numbered, reason in EXCUSES.items()]
    return found


def code_of(row: RosterRow) -> str:
    """Give the code of the mark that stands; empty without one."""
    wanted = (row.mark, row.left_after_half if row.mark == "left_early" else None)
    if row.mark == "left_early" and row.left_after_half is None:
        return "H"
    if row.mark == "excused" and row.reason is not None:
        return next(code for code, reason in EXCUSES.items() if reason == row.reason)
    return next((code for code, meaning in CODES.items() if meaning == wanted), "")


@dataclass(frozen=True, slots=True)
class TypedAnswers:
    """The answers typed for one member and measure, by item; `positive` says that they may mean danger."""

    row: RosterRow
    measure: str
    texts: dict[str, str]
    positive: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What one box of the sheet shows: its field name, its value and how many signs fit."""

    name: str
    value: str
    size: int
    label: str


def digits_field(row: RosterRow, key: str) -> str:
    """Name the box for the digits of one member."""
    return f"d[{row.enrolment_id}][{key}]"


def item_field(row: RosterRow, key: str, item: str) -> str:
    """Name the box for one unscored item of one member."""
    return f"f[{row.enrolment_id}][{key}][{item}]"


def code_field(row: RosterRow) -> str:
    """Name the box for who came."""
    return f"c[{row.enrolment_id}]"


def typed_code(form: Form, row: RosterRow) -> str:
    """Give what was typed for who came: digits of any script, small letters and spaces alike."""
    return digits_to_ascii(form.raw(code_field(row))).upper().replace(" ", "")


def read_code(form: Form, row: RosterRow) -> Mark | None:
    """Read the code of one member; None when nothing was typed or nothing changes, so that details stay."""
    typed = typed_code(form, row)
    if not typed or typed == code_of(row):
        return None
    if typed in EXCUSES:
        return Mark(row.enrolment_id, "excused", reason=EXCUSES[typed])
    if typed == "X":
        words = _("%(name)s: please add the number of the reason, like X1.", name=row.name or row.sign)
        form.errors.setdefault(code_field(row), words)
        return None
    if typed not in CODES:
        form.refuse(code_field(row), "unknown_choice")
        return None
    status, half = CODES[typed]
    return Mark(row.enrolment_id, status, left_after_half=half, with_child=row.with_child)


def read_answers(form: Form, row: RosterRow, key: str, stored: SheetAnswers) -> TypedAnswers | None:
    """Read the boxes of one member and measure; None when nothing was typed or nothing changes."""
    measure = get_measure_by_key(key)
    line = digits_to_ascii(form.raw(digits_field(row, key))).replace(" ", "")
    texts: dict[str, str] = {}
    if line and line != stored.line(measure):
        try:
            parsed = parse_answer_line(line, measure)
            texts = {item: sign(answer) for item, answer in parsed.items()}
        except Invalid as fault:
            texts = spread(form, row, key, line, fault)
    for item in other_items(key):
        typed = digits_to_ascii(form.raw(item_field(row, key, item)))
        if typed and typed != stored.signs.get(item, ""):
            texts[item] = typed
            check_item(form, row, key, item, typed)
    if not texts:
        return None
    return TypedAnswers(row, key, texts, safety_of_texts(measure, texts).state is SafetyState.POSITIVE)


def sign(answer: object) -> str:
    """Write a parsed answer as it is typed."""
    return "-" if isinstance(answer, MissingReason) else str(answer)


def spread(form: Form, row: RosterRow, key: str, line: str, fault: Invalid) -> dict[str, str]:
    """Note what is wrong with a line of digits; give its signs by item where its length is right.

    So a positive safety item is stored although another digit is a slip (decision 7).
    """
    name, items = digits_field(row, key), get_measure_by_key(key).scored_items
    if len(line) != len(items):
        form.errors.setdefault(
            name,
            _(
                "%(name)s: %(expected)s digits are needed, there are %(given)s.",
                name=row.name or row.sign,
                expected=len(items),
                given=len(line),
            ),
        )
        return {}
    form.errors.setdefault(name, f"{row.name or row.sign}: {sentence(fault)}")
    return {item.id: typed for item, typed in zip(items, line, strict=True)}


def check_item(form: Form, row: RosterRow, key: str, item: str, typed: str) -> None:
    """Note an answer to an unscored item that it does not offer."""
    found = get_measure_by_key(key).find_item(item)
    try:
        if found is not None:
            parse_answer(typed, found)
    except Invalid as fault:
        form.errors.setdefault(item_field(row, key, item), f"{row.name or row.sign}: {sentence(fault)}")


def away_with_answers(form: Form, row: RosterRow, answers: list[TypedAnswers]) -> bool:
    """Ask back when somebody did not come and yet has answers; says whether it was asked."""
    code = typed_code(form, row)
    if not answers or not (code in EXCUSES or CODES.get(code, ("", None))[0] in AWAY):
        return False
    words = _("%(name)s did not come, and yet there are answers. Please check.", name=row.name or row.sign)
    form.errors.setdefault(code_field(row), words)
    return True


def cells_of(
    form: Form, page: MeetingPage, stored: dict[tuple[str, str], SheetAnswers]
) -> dict[str, list[Cell]]:
    """Give the boxes of every member, as typed or as stored, by enrolment."""
    found: dict[str, list[Cell]] = {}
    for row in page.roster:
        values = [Cell(code_field(row), code_of(row), 1, _("Came"))]
        for key in page.measures:
            measure, given = get_measure_by_key(key), stored.get((row.enrolment_id, key), NOTHING)
            length = len(measure.scored_items)
            label = _("%(number)d digits", number=length)
            values.append(Cell(digits_field(row, key), given.line(measure), length, label))
            values += [
                Cell(item_field(row, key, item), given.signs.get(item, ""), 1, _("Daily life"))
                for item in other_items(key)
            ]
        if form.posted:
            values = [Cell(one.name, form.raw(one.name), one.size, one.label) for one in values]
        found[row.enrolment_id] = values
    return found

"""Reading the register: one tick for each member, and what stands under "more"."""

from gipt.actions.registers import Mark
from gipt.domain.attendance import AttendanceStatus, ExcuseReason
from gipt.i18n import gettext as _
from gipt.queries.meetings import CAME, MarkSoFar, MeetingPage, RegisterSoFar, RosterRow
from gipt.web.forms.reader import Form
from gipt.words import label

_S = AttendanceStatus
CAME_DETAILS = ("late", "left_half", "left_before")
KEPT = "makeup"
"""A make-up was recorded by the office; the register leaves it as it is."""


DETAILS = ("", *CAME_DETAILS, "told", *(f"excused:{one.value}" for one in ExcuseReason), "not_expected")
"""The codes of `detail_options`, without the words: reading a register needs none."""


def detail_codes(row: RosterRow | MarkSoFar) -> tuple[str, ...]:
    """Give what a form may send beside the tick of a member."""
    return (*DETAILS, KEPT) if row.mark == "makeup_done" else DETAILS


def detail_options(*, made_up: bool) -> list[tuple[str, str]]:
    """Give what can be said beside the tick of a member whose mark is a make-up, or another."""
    options = [
        ("", _("nothing more")),
        ("late", _("came late")),
        ("left_half", _("left early, after half or more")),
        ("left_before", _("left early, before half")),
        ("told", _("told us before")),
        *((f"excused:{one.value}", label("excuse_reason", one.value)) for one in ExcuseReason),
        ("not_expected", _("was not expected today")),
    ]
    return [*options, (KEPT, label("attendance", "makeup_done", plain=True))] if made_up else options


def detail_of(row: RosterRow) -> str:
    """Give the stored detail of a member's mark."""
    if row.mark == _S.LEFT_EARLY:
        return "left_half" if row.left_after_half else "left_before"
    if row.mark == _S.EXCUSED:
        return f"excused:{row.reason}"
    names: dict[str | None, str] = {
        _S.LATE: "late",
        _S.ABSENT_TOLD: "told",
        _S.NOT_EXPECTED: "not_expected",
        _S.MAKEUP_DONE: KEPT,
    }
    return names.get(row.mark, "")


def tick_of(row: RosterRow) -> str | None:
    """Give which of the two boxes is ticked: came, missed or none."""
    if row.mark is None or row.mark == _S.NOT_EXPECTED:
        return None
    return "came" if row.mark in CAME else "missed"


def read_marks(form: Form, page: MeetingPage | RegisterSoFar) -> tuple[Mark, ...]:
    """Give the marks of the form; members without a tick stay unmarked unless everybody came."""
    everyone = form.raw("all") == "came"
    marks = (read_mark(form, row, everyone) for row in page.roster)
    return tuple(mark for mark in marks if mark is not None)


def read_mark(form: Form, row: RosterRow | MarkSoFar, everyone: bool) -> Mark | None:
    """Give one member's mark. The tick decides; a detail counts only where it fits the tick."""
    key = row.enrolment_id
    tick = form.choice(f"a[{key}]", ("present", "absent_unknown"))
    detail = form.choice(f"d[{key}]", detail_codes(row)) or ""
    with_child = form.flag(f"k[{key}]")
    if detail == KEPT:
        return None
    if detail == "not_expected":
        return Mark(key, _S.NOT_EXPECTED.value)
    missed = detail == "told" or detail.startswith("excused:")
    if not tick:
        if not detail and not everyone:
            return None
        tick = "absent_unknown" if missed else "present"
    if tick == "present":
        return _came(row, detail if detail in CAME_DETAILS else "", with_child)
    if detail.startswith("excused:"):
        return Mark(key, _S.EXCUSED.value, reason=detail.partition(":")[2])
    if not detail and row.mark == _S.EXCUSED and row.reason is None:
        return None  # an old spreadsheet told that, and no more; the list of reasons cannot show it
    return Mark(key, _S.ABSENT_TOLD.value if detail == "told" else _S.ABSENT_UNKNOWN.value)


def _came(row: RosterRow | MarkSoFar, detail: str, with_child: bool) -> Mark:
    if detail == "late":
        minutes = row.minutes_late if row.mark == _S.LATE else None
        return Mark(row.enrolment_id, _S.LATE.value, minutes_late=minutes, with_child=with_child)
    if detail:
        half = detail == "left_half"
        return Mark(row.enrolment_id, _S.LEFT_EARLY.value, left_after_half=half, with_child=with_child)
    return Mark(row.enrolment_id, _S.PRESENT.value, with_child=with_child)
